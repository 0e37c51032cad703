"""Hazard sites: a slope at the foot of the hills, a collapsed septic tank, a street that floods by the lake, old walls.

Counts of threatened households are declared as ledgers declare them: roughly, and not always right.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from shapely import Point, Polygon

from geodata.sample.blocks import HOMES, Use
from geodata.sample.plan import Scale
from geodata.sample.register import House
from geodata.sample.terrain import Terrain

KINDS: tuple[tuple[str, str, str, str, int], ...] = (
    ("landslide", "滑坡", "不稳定斜坡", "后山滑坡", 2), ("septic_tank", "地面塌陷", "地面塌陷", "化粪池坍塌", 2),
    ("waterlogging", "内涝", "内涝点", "临湖内涝点", 2), ("dangerous_building", "危房", "危房(D级)", "危房", 2),
    ("retaining_wall", "护坡", "护坡/围墙", "护坡挡墙开裂", 1), ("rockfall_collapse", "崩塌", "崩塌", "山脚崩塌", 1),
)  # fmt: skip
"""Kind, word, type in the official list, name, how many for twelve communities."""


@dataclass(frozen=True)
class Hazard:
    """A site with its danger zone (None: not surveyed, only a point)."""

    code: str
    name: str
    kind: str
    declared_as: str
    level: str
    households: int
    people: int
    point: Point
    zone: Polygon | None


def _candidates(
    kind: str, houses: list[House], middles: np.ndarray, terrain: Terrain, chance: np.ndarray
) -> np.ndarray:
    """Return the houses near which a hazard of a kind is likely, likeliest first; `chance` settles ties."""
    points = shapely.points(middles)
    if kind in ("landslide", "rockfall_collapse"):
        distance = shapely.distance(terrain.hill_foot, points)
    elif kind == "waterlogging":
        distance = shapely.distance(terrain.lake, points)
    elif kind == "retaining_wall":
        distance = shapely.distance(shapely.union_all(list(terrain.park_hills)), points)
    else:
        wanted = Use.SELF_BUILT if kind == "dangerous_building" else Use.OLD
        distance = np.array([0.0 if house.use is wanted else 1e6 for house in houses])
    return np.lexsort((chance, distance))


def _zone(kind: str, point: Point, house: House, rng: Generator) -> Polygon | None:
    """Draw the danger zone: long and downhill for slopes, round for holes, the house itself for a ruin."""
    if kind in ("landslide", "rockfall_collapse"):
        turn = np.linspace(0, 2 * np.pi, 28, endpoint=False)
        wide, deep = rng.uniform(45, 80), rng.uniform(50, 85)
        radius = 1 + 0.12 * np.sin(3 * turn + rng.uniform(0, 6))
        return Polygon(
            np.column_stack([point.x + wide * radius * np.cos(turn), point.y + deep * radius * np.sin(turn)])
        )
    if kind == "dangerous_building":
        return house.shape.buffer(9.0, join_style="mitre")
    if kind == "retaining_wall":
        return None
    return point.buffer(rng.uniform(28, 62), quad_segs=6)


def _level(people: int) -> str:
    """Grade the threat by persons (the official limits: 100, 500, 1000)."""
    return "extreme" if people >= 1000 else "large" if people >= 500 else "medium" if people >= 100 else "small"


def find_hazards(
    houses: list[House], terrain: Terrain, scale: Scale, thin: frozenset[str], rng: Generator
) -> list[Hazard]:
    """Place the hazard sites of the city beside houses with homes, not two of a kind side by side.

    The first of each kind is looked for where members are few: there it matters most who stands at the door.
    """
    lived = [house for house in houses if house.use in HOMES]
    poor = {at for at, house in enumerate(lived) if house.community in thin}
    middles = shapely.get_coordinates(shapely.centroid([house.shape for house in lived]))
    tree = shapely.STRtree(shapely.points(middles))
    found: list[Hazard] = []
    for kind, _, declared_as, name, share in KINDS:
        count = max(1, round(share * scale.communities / 12))
        order = _candidates(kind, lived, middles, terrain, rng.uniform(size=len(lived)))
        pool = rng.permutation(order[: max(count * 12, 40)])
        first = [at for at in order[: len(order) // 4] if int(at) in poor][:1]
        placed: list[Point] = []
        for at in [*first, *pool]:
            house, spot = lived[int(at)], Point(middles[int(at)])
            if len(placed) == count:
                break
            if any(spot.distance(other) < 240.0 for other in placed):
                continue
            placed.append(spot)
            zone = _zone(kind, spot, house, rng)
            near = zone if zone is not None else spot.buffer(30.0)
            homes = sum(lived[int(i)].homes for i in tree.query(near, predicate="intersects"))
            households = max(1, round(homes * rng.uniform(0.8, 1.1)))
            called = house.compound.name if house.compound else house.road
            people = round(households * rng.uniform(2.2, 2.9))
            code = f"{house.community}{len(found) + 1:04d}"
            found.append(
                Hazard(code, f"{called}{name}", kind, declared_as, _level(people), households, people, spot, zone)
            )
    return found
