"""Contrast is checked against published ratios, classes against the limits written by hand."""

import numpy as np
import pytest

from gridmap.coverage import State
from gridmap.maps import palette


def test_contrast_agrees_with_published_ratios():
    # WebAIM's contrast checker: black on white 21, #767676 on white 4.54, #0000FF on white 8.59
    assert palette.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert palette.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)
    assert palette.contrast("#FFFFFF", "#0000FF") == pytest.approx(8.59, abs=0.005)


@pytest.mark.parametrize("text", [palette.INK, palette.QUIET, palette.ACTION])
@pytest.mark.parametrize("ground", [palette.GROUND, "#FFFFFF", "#E8F0F8"])
def test_text_is_readable_on_every_ground(text, ground):
    assert palette.contrast(text, ground) >= 4.5


@pytest.mark.parametrize("state", ["nobody", "unit_only", "cover_needed", "covered"])
def test_every_state_that_matters_has_an_edge_that_stands_out(state):
    """3:1 for large shapes, WCAG 2.2 criterion 1.4.11."""
    assert palette.contrast(palette.STATES[state].outline, palette.GROUND) >= 3
    assert palette.contrast(palette.UNCERTAIN.outline, palette.GROUND) >= 3
    assert palette.contrast(palette.DANGER.outline, palette.GROUND) >= 3


def test_no_two_states_differ_by_colour_alone():
    forms = [(look.pattern, look.width) for look in palette.STATES.values()]
    assert len(set(forms)) == len(forms)


def test_the_palette_knows_the_states_of_coverage_in_their_order():
    assert list(palette.STATES) == [str(state) for state in State]


def test_shares_fall_into_five_classes_by_their_upper_limits():
    shares = np.array([0, 0.0001, 0.05, 0.0501, 0.10, 0.15, 0.20, 0.2001, 1, np.nan])
    assert palette.share_class(shares).tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 4, -1]


def test_the_style_sheet_names_every_colour_of_a_state():
    css = palette.as_css()
    for state, look in palette.STATES.items():
        assert f"--{state.replace('_', '-')}: {look.fill};" in css
