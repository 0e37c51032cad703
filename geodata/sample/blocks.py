"""Blocks: what lies around each, what it is used for, and how much of it may be built on."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.random import Generator
from shapely import LineString, Polygon

from geodata.sample.streets import HALF_WIDTH_M, Rank, Road
from geodata.sample.terrain import Terrain


class Use(StrEnum):
    """What a block is used for."""

    NEW = "new"
    OLD = "old"
    SELF_BUILT = "self_built"
    SCHOOL = "school"
    MARKET = "market"
    OFFICE = "office"
    FACTORY = "factory"
    PARK = "park"
    HILL = "hill"


HOMES = (Use.NEW, Use.OLD, Use.SELF_BUILT)


@dataclass(frozen=True, eq=False)
class Sides:
    """The sides of the blocks, one straight segment a row: both blocks (-1: none) and the road that runs there."""

    segments: np.ndarray
    first: np.ndarray
    second: np.ndarray
    road: np.ndarray


def _segments(blocks: list[Polygon]) -> tuple[np.ndarray, np.ndarray]:
    """Return every straight side of every block, smaller end first, and its block."""
    coordinates, owner = shapely.get_coordinates([block.exterior for block in blocks], return_index=True)
    same = owner[1:] == owner[:-1]
    sides = np.concatenate([coordinates[:-1][same], coordinates[1:][same]], axis=1)
    swap = (sides[:, 0] > sides[:, 2]) | ((sides[:, 0] == sides[:, 2]) & (sides[:, 1] > sides[:, 3]))
    sides[swap] = sides[swap][:, [2, 3, 0, 1]]
    return sides, owner[:-1][same]


def trace_sides(roads: list[Road], blocks: list[Polygon]) -> Sides:
    """Find which blocks share each side and which road runs along it."""
    sides, owner = _segments(blocks)
    unique, inverse = np.unique(sides, axis=0, return_inverse=True)
    order = np.argsort(inverse.ravel(), kind="stable")
    first = np.full(len(unique), -1)
    second = np.full(len(unique), -1)
    starts = np.searchsorted(inverse.ravel()[order], np.arange(len(unique)))
    first[:] = owner[order[starts]]
    twice = np.bincount(inverse.ravel(), minlength=len(unique)) == 2
    second[twice] = owner[order[starts[twice] + 1]]
    middles = shapely.points((unique[:, :2] + unique[:, 2:]) / 2)
    tree = shapely.STRtree([road.line for road in roads])
    at, near = tree.query_nearest(middles, all_matches=False)
    road = np.empty(len(unique), dtype=int)
    road[at] = near
    return Sides(unique, first, second, road)


def built_on(blocks: list[Polygon], sides: Sides, roads: list[Road]) -> np.ndarray:
    """Return the part of each block that its roads, shores and the railway leave free."""
    rank = np.array([list(Rank).index(roads[at].rank) for at in sides.road])
    lines = shapely.linestrings(sides.segments.reshape(-1, 2, 2))
    free = np.array(blocks, dtype=object)
    for number, name in enumerate(Rank):
        here = rank == number
        owner = np.concatenate([sides.first[here], sides.second[here]])
        doubled = np.concatenate([lines[here], lines[here]])
        keep = np.flatnonzero(owner >= 0)
        order = keep[np.argsort(owner[keep], kind="stable")]
        touched, index = np.unique(owner[order], return_inverse=True)
        strips = shapely.buffer(
            shapely.multilinestrings(doubled[order], indices=index), HALF_WIDTH_M[name], quad_segs=2
        )
        free[touched] = shapely.difference(free[touched], strips)
    parts, owner = shapely.get_parts(free, return_index=True)
    largest = np.full(len(blocks), shapely.Polygon(), dtype=object)
    for at in np.argsort(shapely.area(parts), kind="stable"):
        largest[owner[at]] = parts[at]
    return shapely.simplify(largest, 0.3)


def _hum(places: np.ndarray, rng: Generator, wavelength_m: float) -> np.ndarray:
    """Return a smooth random value around 0 at each place, so that neighbours resemble each other."""
    value = np.zeros(len(places))
    for _ in range(6):
        turn = rng.uniform(0, 2 * np.pi)
        wave = 2 * np.pi / (wavelength_m * rng.uniform(0.7, 1.6))
        value += np.sin(wave * (places @ [np.cos(turn), np.sin(turn)]) + rng.uniform(0, 2 * np.pi))
    return value / np.sqrt(3.0)


def _fixed_uses(blocks: list[Polygon], free: np.ndarray, terrain: Terrain) -> list[Use | None]:
    """Say which blocks can only be green: park hills, the strips along river and lake, scraps."""
    inside = shapely.point_on_surface(blocks)
    near_river = shapely.distance(terrain.bank, shapely.centroid(blocks)) < 45.0
    near_lake = shapely.distance(terrain.lake, shapely.centroid(blocks)) < 38.0
    hill = np.zeros(len(blocks), dtype=bool)
    for park_hill in terrain.park_hills:
        hill |= shapely.contains(park_hill, inside)
    scrap = shapely.area(free) < 1_100.0
    green = near_river | near_lake | scrap
    return [Use.HILL if high else Use.PARK if low else None for high, low in zip(hill, green, strict=True)]


def choose_uses(
    blocks: list[Polygon], free: np.ndarray, terrain: Terrain, rng: Generator
) -> tuple[list[Use], np.ndarray]:
    """Choose the use of each block; also return how much each block of homes leans to self-built houses."""
    places = shapely.get_coordinates(shapely.centroid(blocks))
    points = shapely.points(places)
    to_rail = shapely.distance(terrain.rail, points)
    to_bank = shapely.distance(terrain.bank, points)
    young = _hum(places, rng, 900.0) - 0.0005 * to_bank + 0.5 * (shapely.area(free) > 7_000.0)
    lean = _hum(places, rng, 700.0) + 1.1 * np.exp(-to_rail / 200.0) - 0.5 * (to_bank < 250.0)
    draw = rng.uniform(size=len(blocks))
    uses: list[Use] = []
    for at, fixed in enumerate(_fixed_uses(blocks, free, terrain)):
        room = free[at].area
        work = 0.16 if to_rail[at] < 220.0 else 0.02
        if fixed is not None:
            uses.append(fixed)
        elif draw[at] < 0.035 and room > 4_000.0:
            uses.append(Use.SCHOOL)
        elif draw[at] < 0.055:
            uses.append(Use.MARKET)
        elif draw[at] < 0.12:
            uses.append(Use.OFFICE)
        elif draw[at] < 0.12 + work and room > 3_500.0:
            uses.append(Use.FACTORY)
        elif draw[at] > 0.965:
            uses.append(Use.PARK)
        else:
            uses.append(Use.NEW if young[at] > 0.1 else Use.OLD)
    return uses, lean


@dataclass(frozen=True)
class Parcel:
    """A block, or half of a large one: the outline, the part to build on, and what for."""

    block: int
    outline: Polygon
    free: Polygon
    use: Use


def _halves(block: Polygon, free: Polygon) -> list[tuple[Polygon, Polygon]]:
    """Split a block across its longer side by a wall."""
    corners = np.array(free.minimum_rotated_rectangle.exterior.coords)[:4]
    if np.hypot(*(corners[1] - corners[0])) < np.hypot(*(corners[2] - corners[1])):
        corners = np.roll(corners, -1, axis=0)
    a, b = (corners[0] + corners[1]) / 2, (corners[2] + corners[3]) / 2
    wall = LineString([a + (a - b), b + (b - a)])
    outlines = shapely.polygonize([block.boundary.union(wall)]).geoms
    result = []
    for outline in outlines:
        parts = shapely.get_parts(free.intersection(outline).buffer(-1.5, join_style="mitre"))
        largest = max(parts, key=lambda part: part.area, default=Polygon())
        if largest.area > 1_200.0:
            result.append((outline, largest))
    return result


def cut_parcels(blocks: list[Polygon], free: np.ndarray, uses: list[Use], rng: Generator) -> list[Parcel]:
    """Return the parcels in the order of their blocks; half of the large blocks of homes hold two."""
    parcels: list[Parcel] = []
    split = rng.uniform(size=len(blocks)) < 0.55
    for at, block in enumerate(blocks):
        room = free[at]
        halves = _halves(block, room) if split[at] and uses[at] in HOMES and room.area > 7_500.0 else []
        if len(halves) == 2:
            parcels += [Parcel(at, outline, half, uses[at]) for outline, half in halves]
        else:
            parcels.append(Parcel(at, block, room, uses[at]))
    return parcels
