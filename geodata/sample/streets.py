"""Streets: the land is cut along its shores first, then face by face across its longer side until blocks remain.

A cut ends at an older junction when one is near, so that some streets run on and others meet in a T, as they do in a
city that grew. At the railway cuts may meet only at the planned crossings.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import shapely
from numpy.random import Generator
from scipy.spatial import cKDTree
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.sample.terrain import Terrain

BLOCK_M2 = 10_500.0
AVENUE_M2, STREET_M2 = 240_000.0, 48_000.0
SLIVER_M2 = 3_000.0
STUB_M = 0.4
"""Cuts are drawn this much too long and trimmed where they cross: no rounding error can leave them too short."""


class Rank(StrEnum):
    """What a line of the plan is; only the last four are walked on."""

    LIMIT = "limit"
    RAIL = "rail"
    SHORE = "shore"
    AVENUE = "avenue"
    STREET = "street"
    LANE = "lane"


HALF_WIDTH_M = {Rank.LIMIT: 4.0, Rank.RAIL: 16.0, Rank.SHORE: 7.0, Rank.AVENUE: 14.0, Rank.STREET: 9.0, Rank.LANE: 5.5}


@dataclass(frozen=True)
class Road:
    """A line of the plan before it is cut at junctions."""

    rank: Rank
    line: LineString
    name: str = ""


@dataclass
class _Plan:
    """The lines drawn so far and the junctions at which a cut likes to end."""

    roads: list[Road]
    planned: list[tuple[float, float]]
    junctions: list[tuple[float, float]] = field(default_factory=list)


def _rings(shape: BaseGeometry) -> list[LineString]:
    """Return every ring of a polygon or of several as lines."""
    return [
        LineString(ring.coords)
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]


def _lines(shape: BaseGeometry) -> list[LineString]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "LineString" and part.length > 1.0]


def _first_lines(terrain: Terrain) -> list[Road]:
    """Draw the lines that the land itself asks for: limits, railway, shores and the avenues along them."""
    hull = terrain.hull
    limits = [Road(Rank.LIMIT, line) for line in _rings(hull)]
    inside = hull.difference(terrain.water)
    shores = [
        Road(Rank.SHORE, line)
        for course in (terrain.lake, terrain.canal, terrain.stream)
        for line in _lines(course.exterior.intersection(hull.buffer(STUB_M)))
    ]
    shores += [Road(Rank.SHORE, line) for line in _lines(terrain.bank.intersection(hull.buffer(STUB_M)))]
    river_avenue = terrain.bank.parallel_offset(62.0, "right")
    ring = terrain.lake.buffer(48.0).exterior
    avenues = [Road(Rank.AVENUE, line, "临江大道") for line in _lines(river_avenue.intersection(inside.buffer(STUB_M)))]
    avenues += [Road(Rank.STREET, line, "环湖路") for line in _lines(ring.intersection(inside.buffer(STUB_M)))]
    avenues += [Road(Rank.LANE, LineString(hill.exterior.coords), "") for hill in terrain.park_hills]
    rail = [Road(Rank.RAIL, line) for line in _lines(terrain.rail.intersection(hull.buffer(STUB_M)))]
    stubs = [Road(Rank.AVENUE, bridge) for bridge in terrain.bridges]
    return [*limits, *rail, *shores, *avenues, *stubs]


def _faces(lines: list[LineString], land: BaseGeometry) -> list[Polygon]:
    """Return the faces between the lines that lie on land, in a fixed order."""
    faces = [face for face in shapely.polygonize([shapely.union_all(lines)]).geoms if face.area > 1.0]
    inner = shapely.contains(land, shapely.point_on_surface(faces))
    return sorted(
        (face for face, dry in zip(faces, inner, strict=True) if dry),
        key=lambda face: (round(face.centroid.x, 3), round(face.centroid.y, 3)),
    )


def _rank(area_m2: float) -> Rank:
    if area_m2 > AVENUE_M2:
        return Rank.AVENUE
    return Rank.STREET if area_m2 > STREET_M2 else Rank.LANE


def _chord(face: Polygon, rng: Generator, play: float) -> list[LineString]:
    """Cross the face near its middle, about at right angles to its longer side; longest piece first."""
    corners = np.array(face.minimum_rotated_rectangle.exterior.coords)[:3]
    sides = np.diff(corners, axis=0)
    lengths = np.hypot(*sides.T)
    long = sides[int(np.argmax(lengths))]
    along = long / np.hypot(*long)
    middle = (corners[0] + corners[2]) / 2 + along * rng.uniform(-play, play) * lengths.max()
    turn = math.atan2(along[1], along[0]) + math.pi / 2 + rng.normal(0.0, 0.1)
    reach = lengths.max() * np.array([math.cos(turn), math.sin(turn)])
    pieces = _lines(LineString([middle - reach, middle + reach]).intersection(face))
    return sorted(pieces, key=lambda piece: -piece.length)


def _snap(point: tuple[float, float], face: Polygon, old: cKDTree | None, plan: _Plan) -> tuple[float, float]:
    """Move the end of a cut to a planned crossing or an older junction on the edge of the face, if one is near."""
    edge = face.exterior
    for spot in plan.planned:
        if math.dist(point, spot) < 75.0 and edge.distance(Point(spot)) < 0.5:
            return spot
    if old is not None:
        for at in old.query_ball_point(point, 26.0, return_sorted=True)[:6]:
            spot = plan.junctions[at]
            if edge.distance(Point(spot)) < 0.01:
                return spot
    return point


def _bend(a: np.ndarray, b: np.ndarray, rng: Generator) -> LineString:
    """Draw a gently curved line from a to b, a stub longer at both ends."""
    span = b - a
    length = float(np.hypot(*span))
    bulge = rng.normal(0.0, 0.034) * min(length, 900.0)
    share = np.linspace(0, 1, max(2, int(length / 45.0) + 1))[:, None]
    normal = np.array([-span[1], span[0]]) / length
    points = a + span * share + normal * bulge * np.sin(np.pi * share)
    for end, before in ((0, 1), (-1, -2)):
        out = points[end] - points[before]
        points[end] = points[end] + out / np.hypot(*out) * STUB_M
    return LineString(points)


def _cut(face: Polygon, rng: Generator, old: cKDTree | None, plan: _Plan) -> tuple[list[Polygon], list[LineString]]:
    """Cut a face in two (or more, round a lake); return the pieces and the lines, or the face alone."""
    odd = bool(face.interiors) or face.area < 0.86 * face.convex_hull.area
    for attempt in range(8):
        pieces = _chord(face, rng, 0.12 + 0.04 * attempt)
        chosen = pieces if odd else pieces[:1]
        lines = []
        for piece in chosen:
            ends = [_snap(end, face, old, plan) for end in (piece.coords[0], piece.coords[-1])]
            if math.dist(*ends) > 20.0:
                lines.append(_bend(np.array(ends[0]), np.array(ends[1]), rng))
        parts = [
            part
            for part in shapely.polygonize([shapely.union_all([face.boundary, *lines])]).geoms
            if face.contains(part.representative_point())
        ]
        small = min((part.area for part in parts), default=0.0)
        if len(parts) > 1 and small > (SLIVER_M2 if odd else 0.27 * face.area):
            return parts, lines
    return [face], []


def _junction_ends(lines: list[LineString], rail: LineString) -> Iterator[tuple[float, float]]:
    for line in lines:
        for end in (line.coords[0], line.coords[-1]):
            if rail.distance(Point(end)) > 1.0:
                yield end


def _keeps_whole(face: Polygon, terrain: Terrain, rng: Generator) -> bool:
    """Say whether a face is a block: small enough, a park hill, or too narrow to be cut."""
    inside = face.representative_point()
    if any(hill.contains(inside) for hill in terrain.park_hills):
        return True
    fine = 0.62 if terrain.rail.distance(inside) < 160.0 else 1.0
    return face.area < BLOCK_M2 * fine * rng.uniform(0.85, 1.9)


def draw_streets(terrain: Terrain, rng: Generator) -> tuple[list[Road], list[Polygon]]:
    """Return the lines of the plan and the blocks between them.

    The blocks share their corners exactly: where a street ends at the side of a block, that block has a corner too.
    """
    land = terrain.hull.difference(terrain.water)
    ends = [end for bridge in terrain.bridges for end in _lines(bridge.intersection(terrain.water))]
    planned = [tuple(coordinate) for line in ends for coordinate in (line.coords[0], line.coords[-1])]
    planned += [(spot.x, spot.y) for spot in terrain.crossings]
    plan = _Plan(_first_lines(terrain), planned)
    level = _faces([road.line for road in plan.roads], land)
    while level:
        old = cKDTree(plan.junctions) if plan.junctions else None
        following: list[Polygon] = []
        for face in level:
            if _keeps_whole(face, terrain, rng):
                continue
            parts, lines = _cut(face, rng, old, plan)
            plan.roads += [Road(_rank(face.area), line) for line in lines]
            plan.junctions += list(_junction_ends(lines, terrain.rail))
            if len(parts) > 1:
                following += parts
        level = following
    return plan.roads, _faces([road.line for road in plan.roads], land)
