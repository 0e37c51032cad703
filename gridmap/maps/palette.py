"""Colours, forms and classes of the pages.

States follow the palette of Okabe and Ito (2008), told apart under every common colour blindness, and each has a form
besides: never colour alone. Shares of uncovered households use OrRd of ColorBrewer (Brewer 2003), five classes.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

GROUND, INK, QUIET, LINE, ACTION = "#FAFAF7", "#1B2733", "#5B6770", "#D9DDE0", "#0B5CAD"
WATER, GREEN, PATH, ROAD = "#DCE9F2", "#E7EFE0", "#C9CED3", "#E4E0D6"


@dataclass(frozen=True)
class Look:
    """How a state is drawn: fill, outline and its width in pixels, and a pattern that does not need colour."""

    fill: str
    outline: str
    width: float
    pattern: str = ""


STATES: dict[str, Look] = {
    "nobody": Look("#D55E00", "#7A2E00", 2.5),
    "unit_only": Look("#E69F00", "#7A5200", 1.5, "hatch"),
    "cover_needed": Look("#F0C929", "#3D3300", 1.5, "dots"),
    "covered": Look("#009E73", "#00614A", 0.75),
    "none": Look("#E3E6E8", "#AEB5BA", 0.5),
}
"""The states of coverage in the order of urgency; a building wears the most urgent state of its households."""

UNCERTAIN = Look("#FFFFFF", "#7B5EA7", 2.0, "ring")
DANGER = Look("#7A3E00", "#7A3E00", 2.0, "cross")

SHARE_LIMITS = (0.0, 0.05, 0.10, 0.20)
"""Upper limits of the first four classes of the share of uncovered households; the fifth is everything above."""

SHARES = ("#FEF0D9", "#FDCC8A", "#FC8D59", "#E34A33", "#B30000")
NO_SHARE = "#F1F2F0"
"""A grid without a household in need."""


def share_class(share: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the class (0 to 4) of each share, -1 where there is none."""
    classes = np.searchsorted(np.array(SHARE_LIMITS), share, side="left")
    return np.where(np.isnan(share), -1, classes).astype(np.int64)


def _luminance(colour: str) -> float:
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, by WCAG 2.2, definition of contrast ratio."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def as_css() -> str:
    """Write the colours as CSS custom properties, so that style sheets and maps share one list."""
    named = {
        "ground": GROUND, "ink": INK, "quiet": QUIET, "line": LINE, "action": ACTION, "water": WATER,
        "uncertain": UNCERTAIN.outline, "danger": DANGER.outline, "no-share": NO_SHARE,
    }  # fmt: skip
    named |= {f"share-{number}": colour for number, colour in enumerate(SHARES)}
    for state, look in STATES.items():
        name = state.replace("_", "-")
        named |= {name: look.fill, f"{name}-outline": look.outline}
    return ":root {\n" + "".join(f"  --{name}: {colour};\n" for name, colour in named.items()) + "}\n"


def as_data() -> dict[str, object]:
    """Return what the browser needs to draw states and classes."""
    looks = {
        state: {"fill": look.fill, "outline": look.outline, "width": look.width, "pattern": look.pattern}
        for state, look in {**STATES, "uncertain": UNCERTAIN, "danger": DANGER}.items()
    }
    plain = {"ink": INK, "line": LINE, "action": ACTION, "water": WATER, "green": GREEN, "path": PATH, "road": ROAD}
    return {"states": looks, "shares": list(SHARES), "no_share": NO_SHARE, "plain": plain}
