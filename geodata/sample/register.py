"""The register of the city: codes and names of every area, road names, house numbers and aliases."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.random import Generator
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from geodata.sample import names
from geodata.sample.areas import GridPart
from geodata.sample.blocks import HOMES, Parcel, Use
from geodata.sample.buildings import Layout
from geodata.sample.streets import Rank, Road
from geodata.sample.walking import Gate


@dataclass(frozen=True)
class Area:
    """A district, street, community or grid: its code, name, the code above it, and the blocks that make it."""

    code: str
    name: str
    parent: str
    blocks: np.ndarray
    exclusive: Use | None = None


@dataclass
class Compound:
    """A compound: one parcel or a few of the same grid."""

    code: str
    name: str
    community: str
    grid: str
    use: Use
    parcels: list[int]
    road: str = ""
    number: int = 0
    aliases: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The road and number of the gate."""
        return f"{self.road}{self.number}号"


@dataclass(frozen=True)
class House:
    """A building with everything that an address can say about it."""

    code: str
    community: str
    grid: str
    compound: Compound | None
    use: Use
    number: int
    road: str
    door: str
    floors: int
    homes: int
    shape: BaseGeometry
    std_address_id: str | None

    @property
    def address(self) -> str:
        """The road and number of the door plate."""
        return f"{self.road}{self.door}"


@dataclass(frozen=True)
class Alias:
    """Another name of an area and the days on which it holds."""

    level: str
    code: str
    name: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class RoadBook:
    """The names of the roads, and the house numbers that are taken."""

    def __init__(self, roads: list[Road], rng: Generator) -> None:
        self._roads = roads
        self._taken: dict[str, set[int]] = defaultdict(set)
        self.names = _name_roads(roads, rng)

    def number(self, road: int, point: tuple[float, float]) -> int:
        """Return a free house number: odd on one side, even on the other, rising along the road."""
        line, taken = self._roads[road].line, self._taken[self.names[road]]
        along = line.project(shapely.Point(point))
        a, b = line.interpolate(max(0.0, along - 2)), line.interpolate(along + 2)
        left = (b.x - a.x) * (point[1] - a.y) - (b.y - a.y) * (point[0] - a.x) > 0
        wanted = 2 * int(along / 9.0) + (1 if left else 2)
        while wanted in taken:
            wanted += 2
        taken.add(wanted)
        return wanted


def _name_roads(roads: list[Road], rng: Generator) -> list[str]:
    """Name avenues and streets after stems, some after factories, and lanes after the street that they leave."""
    found = [road.name for road in roads]
    stems = names.stems(rng)
    factories = iter([f"{name}{names.numeral(n)}路" for name in names.INDUSTRIES for n in range(1, 5)])
    large = [at for at, road in enumerate(roads) if road.rank in (Rank.AVENUE, Rank.STREET)]
    for at in large:
        if found[at]:
            continue
        long = roads[at].rank is Rank.AVENUE and roads[at].line.length > 700
        ending = "大道" if long else "街" if rng.uniform() < 0.22 else "路"
        found[at] = (next(factories, None) if rng.uniform() < 0.06 else None) or next(stems) + ending
    tree = shapely.STRtree([roads[at].line for at in large])
    lanes: dict[str, int] = defaultdict(int)
    for at, road in enumerate(roads):
        if not found[at]:
            parent = found[large[int(tree.nearest(shapely.Point(road.line.coords[0])))]]
            lanes[parent] += 1
            short = parent.removesuffix("大道").removesuffix("路").removesuffix("街")
            found[at] = f"{short}{names.numeral(lanes[parent] % 99 or 99)}巷"
    return found


def _new_name(stem: str, rng: Generator) -> str:
    return stem + names.NEW_ENDINGS[int(rng.integers(len(names.NEW_ENDINGS)))]


def _old_name(stem: str, known: list[str], rng: Generator) -> str:
    draw = rng.uniform()
    if draw < 0.16:
        employer = names.EMPLOYERS[int(rng.integers(len(names.EMPLOYERS)))]
        return employer + names.OLD_HOUSING[int(rng.integers(len(names.OLD_HOUSING)))]
    if draw < 0.30:
        industry = names.INDUSTRIES[int(rng.integers(len(names.INDUSTRIES)))]
        return f"{industry}{names.numeral(int(rng.integers(1, 9)))}村"
    if draw < 0.38 and known:
        stem = known[int(rng.integers(len(known)))]
    return stem + names.OLD_ENDINGS[int(rng.integers(len(names.OLD_ENDINGS)))]


def _village_name(rng: Generator) -> str:
    side = names.SIDES[int(rng.integers(len(names.SIDES)))] if rng.uniform() < 0.5 else ""
    surname = names.SURNAMES[int(rng.integers(len(names.SURNAMES)))]
    return side + surname + names.VILLAGES[int(rng.integers(len(names.VILLAGES)))]


def name_compounds(uses: list[Use], rng: Generator) -> list[str]:
    """Return a name for each compound, none twice; some old ones share the stem of a new one, as neighbours do."""
    stems = names.stems(rng)
    known: list[str] = []
    taken: set[str] = set()
    result = []
    for use in uses:
        name = ""
        while not name or name in taken:
            if use is Use.SELF_BUILT:
                name = _village_name(rng)
            elif use is Use.NEW:
                known.append(next(stems))
                name = _new_name(known[-1], rng)
            else:
                name = _old_name(next(stems), known, rng)
        taken.add(name)
        result.append(name)
    return result


def _chunks(grid: GridPart, by_block: dict[int, list[int]], parcels: list[Parcel], layouts: list[Layout],
            rng: Generator) -> Iterator[list[int]]:  # fmt: skip
    """Group the parcels of a grid that hold homes of one kind: one to three make a compound."""
    for use in HOMES:
        own = [p for block in grid.blocks for p in by_block[block] if parcels[p].use is use and layouts[p].buildings]
        own.sort(key=lambda p: (parcels[p].outline.centroid.x, -parcels[p].outline.centroid.y))
        while own:
            size = int(rng.choice([1, 2, 3], p=[0.5, 0.35, 0.15]))
            first = own[0]
            own.sort(key=lambda p: (round(parcels[p].outline.distance(parcels[first].outline), 2), p != first, p))
            near = [p for p in own[:size] if parcels[p].outline.distance(parcels[first].outline) < 1.0]
            yield near
            own = own[len(near) :]


def gather_compounds(grids: list[tuple[Area, GridPart]], parcels: list[Parcel], layouts: list[Layout],
                     rng: Generator) -> list[Compound]:  # fmt: skip
    """Return the compounds in the order of their grids, named."""
    by_block: dict[int, list[int]] = defaultdict(list)
    for at, parcel in enumerate(parcels):
        by_block[parcel.block].append(at)
    found = []
    order: dict[str, int] = defaultdict(int)
    for area, part in grids:
        for chunk in _chunks(part, by_block, parcels, layouts, rng):
            order[area.parent] += 1
            code = f"C{area.parent}{order[area.parent]:03d}"
            found.append(Compound(code, "", area.parent, area.code, parcels[chunk[0]].use, chunk))
    for compound, name in zip(found, name_compounds([compound.use for compound in found], rng), strict=True):
        compound.name = name
    return found


@dataclass(frozen=True, eq=False)
class Frontage:
    """Where parcels touch the streets: gates, street pieces, the road of each piece, and the road book."""

    gates: dict[int, list[Gate]]
    pieces: list[LineString]
    road: np.ndarray
    book: RoadBook

    def of(self, parcel: int, outline: BaseGeometry, tree: shapely.STRtree) -> tuple[int, tuple[float, float]]:
        """Return the road before a parcel and the point of its gate."""
        for gate in self.gates.get(parcel, []):
            return int(self.road[gate.street]), gate.line.coords[0]
        middle = outline.centroid
        return int(self.road[int(tree.nearest(middle))]), (middle.x, middle.y)
