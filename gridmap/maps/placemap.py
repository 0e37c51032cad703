"""A small map of one place as SVG: no script, no library, the same colours and patterns as the coverage map."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gridmap.maps import palette
from gridmap.maps.view import MapView
from gridmap.tables import Level

METRES_PER_DEGREE = 111_320.0
"""Of latitude; of longitude times the cosine. Good to 0.6 % over a kilometre, for a picture only."""
MARGIN_M = 60.0
LEAST_M = 160.0
"""The half width that a picture has at least."""


@dataclass(frozen=True)
class Shape:
    """A path of the picture: its class for the style sheet, its fill where that depends on data, its course."""

    kind: str
    course: str
    fill: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture in metres: x to the east, y to the south, from its upper left corner."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    dot: tuple[float, float] | None
    bar_m: int


class _Paper:
    """Turn degrees into metres on the picture."""

    def __init__(self, shown: BaseGeometry) -> None:
        west, south, east, north = shown.bounds
        self._lon, self._lat = (west + east) / 2, (south + north) / 2
        self._shrink = float(np.cos(np.radians(self._lat)))
        half_x = max((east - west) / 2 * METRES_PER_DEGREE * self._shrink + MARGIN_M, LEAST_M)
        half_y = max((north - south) / 2 * METRES_PER_DEGREE + MARGIN_M, LEAST_M * 0.75)
        self.width, self.height = 2 * half_x, 2 * half_y
        dx, dy = half_x / METRES_PER_DEGREE / self._shrink, half_y / METRES_PER_DEGREE
        self.box = shapely.box(self._lon - dx, self._lat - dy, self._lon + dx, self._lat + dy)

    def metres(self, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        east = (xy[:, 0] - self._lon) * METRES_PER_DEGREE * self._shrink + self.width / 2
        south = (self._lat - xy[:, 1]) * METRES_PER_DEGREE + self.height / 2
        return np.round(np.column_stack([east, south]), 1)

    def course(self, shape: BaseGeometry) -> str:
        """Return the SVG course of a line or polygon."""
        parts = []
        for part in shapely.get_parts([shape]):
            areal = part.geom_type == "Polygon"
            for line in [part.exterior, *part.interiors] if areal else [part]:
                points = self.metres(shapely.get_coordinates(line))
                parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + ("Z" if areal else ""))
        return "".join(parts)


def _within(frame: pd.DataFrame, paper: _Paper) -> pd.DataFrame:
    """Return the rows that the paper shows, cut to it."""
    shapes = frame["geometry"].to_numpy(dtype=object)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    seen = there[shapely.intersects(shapes[there], paper.box)]
    cut = shapely.intersection(shapes[seen], paper.box)
    drawn = np.isin(shapely.get_type_id(cut), (1, 3, 5, 6)) & ~shapely.is_empty(cut)
    return pd.DataFrame(frame.iloc[seen[drawn]].drop(columns="geometry")).assign(geometry=list(cut[drawn]))


def _backdrop(view: MapView, paper: _Paper) -> list[Shape]:
    return [
        Shape(f"ground-{row.kind}", paper.course(row.geometry)) for row in _within(view.backdrop, paper).itertuples()
    ]


def _buildings(view: MapView, paper: _Paper) -> list[Shape]:
    rows, coverage = _within(view.level(Level.BUILDING), paper), view.building_coverage
    states = {} if coverage.empty else dict(zip(coverage["building_id"], coverage["state"], strict=True))
    looks = [palette.STATES[str(states.get(key, "none"))] for key in rows["building_id"]]
    return [
        Shape("building", paper.course(shape), look.fill) for shape, look in zip(rows["geometry"], looks, strict=True)
    ]


def draw(view: MapView, hazard_id: str) -> Picture | None:
    """Draw where a hazard site is, with its zones and what is round them; None when nothing of it has a place."""
    sites = view.hazard_sites
    points = [point for point in sites.loc[sites["hazard_id"] == hazard_id, "geometry"] if point is not None]
    of_site = view.danger_zones["hazard_id"] == hazard_id
    zones = list(view.danger_zones.loc[of_site, "geometry"])
    if not points and not zones:
        return None
    paper = _Paper(shapely.union_all([*points, *zones]))
    paths = [Shape("way", paper.course(shape)) for shape in _within(view.paths, paper)["geometry"]]
    hatched = [Shape(kind, paper.course(zone)) for zone in zones for kind in ("zone", "zone-hatch")]
    dot = tuple(map(float, paper.metres(shapely.get_coordinates(points))[0])) if points else None
    return Picture(
        width=round(paper.width, 1),
        height=round(paper.height, 1),
        shapes=(*_backdrop(view, paper), *paths, *_buildings(view, paper), *hatched),
        dot=(dot[0], dot[1]) if dot else None,
        bar_m=next(size for size in (500, 200, 100, 50) if size < paper.width / 3),
    )
