"""A QR code (ISO/IEC 18004) as the outline of a path, so that a page draws it without an image or a script."""

from dataclasses import dataclass

import segno

QUIET = 4
"""Modules of empty border that the standard asks for."""


@dataclass(frozen=True)
class Outline:
    """The dark modules as the `d` of an SVG path, in a square of `side` modules, border included."""

    side: int
    path: str


def outline(text: str) -> Outline:
    """Return the QR code of a text, readable with 15 % of it hidden (level M)."""
    rows = segno.make_qr(text, error="m").matrix
    runs = [run for y, row in enumerate(rows) for run in _runs(bytes(row), y)]
    return Outline(len(rows) + 2 * QUIET, "".join(runs))


def _runs(row: bytes, y: int) -> list[str]:
    """Return a box for each run of dark modules in a row."""
    found, x = [], 0
    while (x := row.find(1, x)) >= 0:
        end = row.find(0, x)
        width = (len(row) if end < 0 else end) - x
        found.append(f"M{x + QUIET} {y + QUIET}h{width}v1h-{width}z")
        x += width
    return found
