"""The lie of the land: a bend of the great river in the north-east, hills in the south, a lake between.

A canal runs from the lake to the river, a stream from the hills cuts off the eastern corner, and a railway follows
the foot of the hills. Curves are drawn in shares of the frame, widths in metres.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from scipy.interpolate import CubicSpline
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.sample.plan import Scale

Shares = tuple[tuple[float, float], ...]

BANK: Shares = ((-0.12, 0.98), (0.12, 0.95), (0.34, 0.92), (0.54, 0.83), (0.74, 0.68), (0.9, 0.58), (1.12, 0.53))
HILL_FOOT: Shares = ((-0.12, 0.05), (0.1, 0.09), (0.3, 0.05), (0.5, 0.11), (0.68, 0.06), (0.85, 0.14), (1.12, 0.2))
RAIL: Shares = ((-0.12, 0.24), (0.2, 0.215), (0.45, 0.235), (0.68, 0.21), (0.86, 0.3), (1.12, 0.36))
CANAL: Shares = ((0.36, 0.5), (0.47, 0.56), (0.53, 0.66), (0.55, 0.78), (0.62, 0.95))
STREAM: Shares = ((0.79, -0.05), (0.82, 0.16), (0.8, 0.28), (0.86, 0.42), (0.85, 0.53), (0.92, 0.75))
LAKE_CENTRE = (0.33, 0.5)
PARK_HILLS: Shares = ((0.68, 0.42), (0.13, 0.72), (0.52, 0.4), (0.16, 0.34))


@dataclass(frozen=True)
class Terrain:
    """What was there before the city, in metres from the south-west corner of the frame."""

    river: Polygon
    lake: Polygon
    canal: Polygon
    stream: Polygon
    hills: Polygon
    park_hills: tuple[Polygon, ...]
    rail: LineString
    bank: LineString
    hill_foot: LineString
    hull: Polygon
    bridges: tuple[LineString, ...]
    crossings: tuple[Point, ...]

    @property
    def water(self) -> BaseGeometry:
        """All water within and beside the city."""
        return shapely.union_all([self.river, self.lake, self.canal, self.stream])


def _curve(shares: Shares, scale: Scale, rng: Generator, *, sway_m: float, step_m: float = 30.0) -> LineString:
    """Draw a smooth line through points given as shares of the frame, swaying a little."""
    points = np.array(shares) * (scale.width_m, scale.height_m)
    points[1:-1] += rng.normal(0.0, 0.012 * scale.height_m, (len(points) - 2, 2))
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    steps = np.linspace(0.0, along[-1], max(8, int(along[-1] / step_m)))
    line = CubicSpline(along, points)(steps)
    for wavelength_m in (420.0, 950.0):
        sway = sway_m * np.sin(2 * np.pi * steps / wavelength_m + rng.uniform(0, 2 * np.pi))
        line[:, 1] += sway * rng.uniform(0.4, 1.0)
    return LineString(line)


def _blob(rng: Generator, centre: tuple[float, float], radii: tuple[float, float], *, lobes: float) -> Polygon:
    """Draw a round shape with bays and capes; `lobes` says how deep they are."""
    turn = np.linspace(0, 2 * np.pi, max(48, int(sum(radii) * np.pi / 25)), endpoint=False)
    radius = np.ones_like(turn)
    for waves, depth in ((2, 0.9), (3, 1.0), (5, 0.6), (7, 0.35)):
        radius += lobes * depth * rng.uniform(0.5, 1.0) * np.cos(waves * turn + rng.uniform(0, 2 * np.pi))
    x = centre[0] + radii[0] * radius * np.cos(turn)
    y = centre[1] + radii[1] * radius * np.sin(turn)
    return Polygon(np.column_stack([x, y]))


def _limit(scale: Scale, rng: Generator, share: float) -> LineString:
    """Draw the western or eastern limit of the city."""
    shares = tuple((share + rng.uniform(-0.015, 0.015), v) for v in (-0.3, 0.1, 0.35, 0.6, 0.85, 1.3))
    return _curve(shares, scale, rng, sway_m=0.0)


def _hull(bank: LineString, hill_foot: LineString, west: LineString, east: LineString) -> Polygon:
    """Return the face that the four sides of the city enclose."""
    faces = shapely.polygonize([shapely.union_all([bank, hill_foot, west, east])])
    return max(faces.geoms, key=lambda face: face.area)


def _bridge(water: LineString, share: float, width_m: float) -> LineString:
    """Span a watercourse at right angles at a share of its length, reaching just over both banks."""
    at = share * water.length
    a, b = water.interpolate(at - 5), water.interpolate(at + 5)
    middle = water.interpolate(at)
    dx, dy = (b.x - a.x) / 10, (b.y - a.y) / 10
    reach = width_m / 2 + 14.0
    return LineString([(middle.x - dy * reach, middle.y + dx * reach), (middle.x + dy * reach, middle.y - dx * reach)])


def _spans(line: LineString, course: BaseGeometry, shares: tuple[float, ...], width_m: float) -> list[LineString]:
    """Set bridges at shares of the part of a watercourse that lies on land."""
    parts = [part for part in getattr(course, "geoms", [course]) if part.length > 0]
    visible = max(parts, key=lambda part: part.length)
    start = line.project(Point(visible.coords[0]))
    end = line.project(Point(visible.coords[-1]))
    return [_bridge(line, (start + share * (end - start)) / line.length, width_m) for share in shares]


def _park_hills(scale: Scale, rng: Generator) -> tuple[Polygon, ...]:
    count = 1 if scale.communities < 40 else len(PARK_HILLS)
    radius = 0.055 * scale.height_m
    return tuple(
        _blob(rng, (u * scale.width_m, v * scale.height_m), (1.25 * radius, radius), lobes=0.08)
        for u, v in PARK_HILLS[:count]
    )


def _crossings(rail: LineString, dry: BaseGeometry, scale: Scale) -> tuple[Point, ...]:
    """Place the few level crossings and underpasses: two for a small city, one per kilometre for a large one."""
    shares = (0.3, 0.62) if scale.communities < 40 else tuple(np.linspace(0.14, 0.82, 8))
    spots = [rail.interpolate(share, normalized=True) for share in shares]
    return tuple(spot for spot in spots if dry.contains(spot))


def draw_terrain(scale: Scale, rng: Generator) -> Terrain:
    """Draw river, lake, hills, canal, stream, railway and the limits of the city."""
    width, height = scale.width_m, scale.height_m
    course_m = 34.0 + 0.004 * height
    bank = _curve(BANK, scale, rng, sway_m=9.0)
    hill_foot = _curve(HILL_FOOT, scale, rng, sway_m=22.0)
    hull = _hull(bank, hill_foot, _limit(scale, rng, 0.0), _limit(scale, rng, 1.0))
    far = np.array(bank.simplify(18.0).coords) + np.array([0.37, 0.93]) * (350.0 + 0.11 * height)
    deep = np.array(hill_foot.coords) - np.array([0.0, 0.22 * height])
    lake_at = (LAKE_CENTRE[0] * width, LAKE_CENTRE[1] * height)
    lake = _blob(rng, lake_at, (0.105 * width, 0.135 * height), lobes=0.13)
    canal_line = _curve(CANAL, scale, rng, sway_m=6.0)
    stream_line = _curve(STREAM, scale, rng, sway_m=8.0)
    canal, stream = canal_line.buffer(course_m / 2), stream_line.buffer(course_m / 2)
    rail = _curve(RAIL, scale, rng, sway_m=0.0)
    many = scale.communities >= 40
    bridges = [
        *_spans(canal_line, canal_line.intersection(hull.difference(lake)), (0.12, 0.4, 0.62, 0.85)[: 4 if many else 3],
                course_m),
        *_spans(stream_line, stream_line.intersection(hull), (0.2, 0.5, 0.72, 0.92) if many else (0.62,), course_m),
    ]  # fmt: skip
    return Terrain(
        river=Polygon([*bank.coords, *far[::-1]]),
        lake=lake,
        canal=canal,
        stream=stream,
        hills=Polygon([*hill_foot.coords, *deep[::-1]]),
        park_hills=_park_hills(scale, rng),
        rail=rail,
        bank=bank,
        hill_foot=hill_foot,
        hull=hull,
        bridges=tuple(bridges),
        crossings=_crossings(rail, hull.difference(stream.buffer(60)), scale),
    )
