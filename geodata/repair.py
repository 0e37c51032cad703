"""Mend shapes where that is safe, leave out those that cannot be used, and say both.

Safe means that no drawn place is given up: a ring is closed, a polygon that crosses itself is cut into the parts that
it encloses (GEOS structure method), Z and M are dropped, rings are turned as RFC 7946 asks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from geodata.findings import Findings
from gridmap.phrases import say

Family = Literal["area", "line", "point", "any"]

_COLLECTION = 7
_TYPES = {"area": (3, 6), "line": (1, 2, 5), "point": (0,), "any": (0, 1, 2, 3, 5, 6)}


@dataclass(frozen=True, eq=False)
class Place:
    """Where shapes come from: the file, the row numbers and a name for each row in messages."""

    file: str
    numbers: np.ndarray
    called: Callable[[int], str] = lambda at: f"feature {at + 1}"


class _Mending:
    """The shapes of one source on their way; the rows of masks count from 0."""

    def __init__(self, shapes: np.ndarray, place: Place, findings: Findings) -> None:
        self.shapes = shapes.copy()
        self.place = place
        self.findings = findings

    def tell(self, bad: np.ndarray, code: str, said: Callable[[int], str] | str) -> None:
        """Warn about the rows of a mask; `said` follows the name of the row."""
        at = np.flatnonzero(bad)
        place = self.place

        def of_row(i: int) -> str:
            row = int(at[i])
            return say("row", row=place.called(row), said=said if isinstance(said, str) else said(row))

        self.findings.rows(self.findings.warn, place.file, code, place.numbers[at], of_row, column="geometry")

    def leave_out(self, bad: np.ndarray, code: str, said: Callable[[int], str] | str) -> None:
        """Warn about the rows of a mask and take their shapes away."""
        if bad.any():
            self.tell(bad, code, said)
            self.shapes[bad] = None

    def unreadable(self, broken: np.ndarray) -> None:
        missing = shapely.is_missing(self.shapes)
        self.tell(broken & ~missing, "geometry.unclosed", say("geometry.unclosed"))
        self.leave_out(broken & missing, "geometry.too_few_points", say("geometry.too_few_points"))
        self.leave_out(missing & ~broken, "geometry.null", say("geometry.null"))

    def flatten(self) -> None:
        deep = shapely.has_z(self.shapes) | shapely.has_m(self.shapes)
        if deep.any():
            self.findings.note(self.place.file, "geometry.z", say("geometry.z", count=int(deep.sum())))
            self.shapes[deep] = shapely.force_2d(self.shapes[deep])

    def check_numbers(self, *, degrees: bool) -> None:
        self.leave_out(shapely.is_empty(self.shapes), "geometry.empty", say("geometry.empty"))
        bounds = shapely.bounds(self.shapes)
        present = ~shapely.is_missing(self.shapes)
        finite = np.isfinite(bounds).all(axis=1)
        self.leave_out(present & ~finite, "geometry.not_finite", say("geometry.not_finite"))
        off = degrees & present & finite & (np.abs(bounds) > (180, 90, 180, 90)).any(axis=1)
        self.leave_out(off, "geometry.outside", say("geometry.outside"))

    def reduce(self, family: Family) -> None:
        """Turn collections and multi-points of one into that one, other collections into their polygons."""
        alone = np.isin(shapely.get_type_id(self.shapes), (4, _COLLECTION)) & (
            shapely.get_num_geometries(self.shapes) == 1
        )
        self.shapes[alone] = shapely.get_geometry(self.shapes[alone], 0)
        kinds = shapely.get_type_id(self.shapes)
        mixed = (kinds == _COLLECTION) & (family in ("area", "any"))
        if mixed.any():
            polygons = np.array([_polygons(shape) for shape in self.shapes[mixed]], dtype=object)
            some = mixed.copy()
            some[mixed] = ~shapely.is_missing(polygons)
            self.tell(some, "geometry.mixed", say("geometry.mixed"))
            self.shapes[some] = polygons[~shapely.is_missing(polygons)]
        kinds = shapely.get_type_id(self.shapes)
        wrong = ~np.isin(kinds, _TYPES[family]) & (kinds >= 0)
        wanted = say(f"wanted.{family}")
        self.leave_out(
            wrong, "geometry.type", lambda at: say("geometry.type", kind=_kind(self.shapes[at]), wanted=wanted)
        )

    def make_valid(self) -> None:
        bad = ~shapely.is_valid(self.shapes) & ~shapely.is_missing(self.shapes)
        if not bad.any():
            return
        area = bad & np.isin(shapely.get_type_id(self.shapes), (3, 6))
        mended = shapely.make_valid(self.shapes[area], method="structure", keep_collapsed=False)
        reasons = dict(zip(np.flatnonzero(area), shapely.is_valid_reason(self.shapes[area]), strict=True))
        mended = np.array([shape if shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty
                           else _polygons(shape) for shape in mended], dtype=object)  # fmt: skip
        flat = area.copy()
        flat[area] = shapely.is_missing(mended)
        self.tell(area & ~flat, "geometry.repaired", lambda at: say("geometry.repaired", reason=_reason(reasons[at])))
        self.shapes[area] = mended
        self.leave_out(flat, "geometry.no_area", say("geometry.no_area"))
        self.leave_out(bad & ~area, "geometry.no_length", say("geometry.no_length"))

    def turn(self) -> None:
        """Turn outer rings anticlockwise and holes clockwise (RFC 7946, 3.1.6); order says nothing of the place."""
        area = np.isin(shapely.get_type_id(self.shapes), (3, 6))
        self.shapes[area] = shapely.orient_polygons(self.shapes[area])


def _polygons(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Return the polygons of a collection as one geometry, or None."""
    found = shapely.get_parts(shapely.get_parts(shape))
    found = found[shapely.get_type_id(found) == 3]
    found = found[~shapely.is_empty(found)]
    return shapely.union_all(shapely.make_valid(found)) if len(found) else None


def _kind(shape: shapely.Geometry) -> str:
    return say(f"shape.{shape.geom_type}")


def _reason(text: str) -> str:
    """Make GEOS's reason short: Self-intersection[1.23 4.56]."""
    name, _, where = text.partition("[")
    coordinates = " ".join(f"{float(number):.6f}" for number in where.rstrip("]").split()[:2])
    return f"{name.lower()} at {coordinates}" if coordinates else name.lower()


def mend(
    shapes: np.ndarray,
    family: Family,
    place: Place,
    findings: Findings,
    *,
    broken: np.ndarray | None = None,
    degrees: bool = True,
) -> np.ndarray:
    """Return the shapes (n) mended, None where a row cannot be used; every change is in `findings`.

    `broken` marks shapes that had to be closed or could not be read at all; with `degrees` coordinates off the globe
    are refused.
    """
    mending = _Mending(shapes, place, findings)
    mending.unreadable(np.zeros(len(shapes), dtype=bool) if broken is None else broken)
    mending.flatten()
    mending.check_numbers(degrees=degrees)
    mending.reduce(family)
    mending.make_valid()
    if family in ("area", "any"):
        mending.turn()
    return mending.shapes
