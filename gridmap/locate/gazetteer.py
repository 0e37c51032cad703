"""What a city's own layers know about addresses: names, aliases, plates, buildings, register, roads.

`Gazetteer.of` reads the frames once; the rest are look-ups. Places are meant by `Target`: a kind and a position in that
kind's layer. Every look-up may return several targets, since nothing in a city has to be unique.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap import addresses
from gridmap.addresses import Address, Style
from gridmap.locate import likeness
from gridmap.locate.hierarchy import Footprints, Frames, Layer, frame_of, inner_points, read_layers
from gridmap.locate.likeness import Likeness, NameIndex
from gridmap.schema import Row
from gridmap.tables import (
    Alias,
    Backdrop,
    BackdropKind,
    Building,
    CityFacts,
    Community,
    Compound,
    District,
    Grid,
    Level,
    RegisterEntry,
    Street,
)

GAZETTEER_ROWS: tuple[type[Row], ...] = (
    District, Street, Community, Grid, Compound, Building, Alias, RegisterEntry, Backdrop,
)  # fmt: skip
"""The nouns that help to find an address."""

Kind = Literal["building", "entry", "compound", "road", "community"]


class Target(NamedTuple):
    """A place: its kind and its position in the layer of that kind (`entry` is a register line with a point)."""

    kind: Kind
    at: int


Plate = tuple[str, str, str]
"""Road, number and sub number ('' without one)."""

WALL_M = 15.0
"""A point this near to a footprint means the building: the usual error of a phone in the open."""


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Everything that an address can be looked up in; made by `of`."""

    style: Style
    footprints: Footprints
    layers: dict[Level, Layer]
    names: dict[Level, NameIndex]
    roads: NameIndex
    road_names: list[str]
    road_shapes: dict[str, shapely.Geometry]
    standard: dict[str, list[int]]
    doors: dict[str, list[Target]]
    plates: dict[Plate, list[Target]]
    numbered: dict[tuple[int, str], list[int]]
    on_road: dict[str, dict[str, list[Target]]]
    entry_points: NDArray[np.float64]
    floors: NDArray[np.float64]
    walls: list[str]
    admin_names: dict[Level, frozenset[str]]
    admin_cores: frozenset[str]
    grid_names: dict[str, list[int]]

    @classmethod
    def of(cls, sources: Frames, city: CityFacts) -> "Gazetteer":
        """Read the frames of GAZETTEER_ROWS once (absent ones count as empty).

        The city says how addresses are written, which day's aliases hold (today's without) and in which system
        metres are measured.
        """
        day = city.day or dt.datetime.now(tz=dt.UTC).astimezone().date()
        return _gather(sources, Style(city.addresses), day, city.metric_crs)

    @property
    def buildings(self) -> Layer:
        """The buildings."""
        return self.layers[Level.BUILDING]

    @property
    def compounds(self) -> Layer:
        """The compounds."""
        return self.layers[Level.COMPOUND]

    @property
    def communities(self) -> Layer:
        """The communities."""
        return self.layers[Level.COMMUNITY]

    def point(self, target: Target) -> NDArray[np.float64]:
        """Return longitude and latitude of a target, NaN where it has no place."""
        at = target.at
        if target.kind == "entry":
            return np.asarray(self.entry_points[at])
        if target.kind == "road":
            return self._road_point(self.road_names[at])
        return np.asarray(self.layers[Level(target.kind)].points[at])

    def _road_point(self, name: str) -> NDArray[np.float64]:
        shape = self.road_shapes.get(name)
        if shape is not None:
            middle = shapely.point_on_surface(shape)
            return np.array([middle.x, middle.y])
        here = [self.point(target) for targets in self.on_road.get(name, {}).values() for target in targets]
        return np.median(np.array(here), axis=0) if here else np.array([np.nan, np.nan])

    def areas(self, target: Target) -> dict[Level, int]:
        """Return the areas that hold a target, with itself; levels without answer are left out."""
        held: dict[Level, int] = {}
        if target.kind in ("building", "compound", "community"):
            level = Level(target.kind)
            held = {above: int(at[target.at]) for above, at in self.layers[level].up.items()}
            held[level] = target.at
        elif target.kind == "entry":
            point = self.point(target)[None, :]
            held = {level: int(self.layers[level].holding(point)[0]) for level in (Level.COMMUNITY, Level.GRID)}
        return {level: at for level, at in held.items() if at >= 0}


@lru_cache(maxsize=65_536)
def building_number(text: str) -> str:
    """Fold the number on a wall: 3栋, 叁号楼 and 3# are 3, A座 is A."""
    return addresses.parse(f"某某小区{text}").building or addresses.normal_text(text).rstrip("栋幢座楼号#")


@lru_cache(maxsize=65_536)
def read_addresses(text: str, style: Style) -> tuple[Address, ...]:
    """Parse a text once, however many rows hold it."""
    return addresses.parse_all(text, style)


def _text(values: pd.Series) -> list[str]:
    return [str(value) for value in values.astype(object).where(values.notna(), "")]


def _valid_aliases(frame: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Keep the aliases that hold on a day."""
    now = pd.Timestamp(day)
    begun = frame["valid_from"].isna() | (frame["valid_from"] <= now)
    return frame[begun & (frame["valid_to"].isna() | (frame["valid_to"] >= now))]


_COMPARE: dict[Level, Callable[[str, str], Likeness]] = {
    Level.DISTRICT: likeness.compare_districts,
    Level.STREET: likeness.compare_streets,
    Level.COMMUNITY: likeness.compare_communities,
    Level.COMPOUND: likeness.compare_names,
}


def _name_indices(
    layers: dict[Level, Layer], aliases: pd.DataFrame, normal: Callable[[str], str]
) -> dict[Level, NameIndex]:
    found = {}
    for level, compare in _COMPARE.items():
        layer = layers[level]
        pairs = [(normal(str(name)), at) for at, name in enumerate(layer.names)]
        mine = aliases[aliases["level"] == level]
        for area_id, name in zip(layer.positions(mine["area_id"]), mine["name"], strict=True):
            if area_id >= 0:
                pairs.append((normal(str(name)), int(area_id)))
        found[level] = NameIndex(compare, pairs, cutoff=45)
    return found


def plate_road(address: Address) -> str:
    """Return what a door plate counts along: the road, or the hamlet in 张家湾12号."""
    return address.road or (address.compound if address.number and address.compound else "") or ""


class _Doors:
    """Collects plates, doors and numbered buildings while the frames are read."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.doors: dict[str, list[Target]] = defaultdict(list)
        self.plates: dict[Plate, list[Target]] = defaultdict(list)
        self.on_road: dict[str, dict[str, list[Target]]] = defaultdict(lambda: defaultdict(list))
        self.numbered: dict[tuple[int, str], list[int]] = defaultdict(list)
        self.named: list[tuple[str, Address, Target]] = []

    def add(self, text: str, target: Target, number: str = "") -> None:
        """Enter one address text of a target; `number` is what stands on the wall beside it."""
        for address in read_addresses(text, self.style):
            self._keep(self.doors[addresses.key(address)], target)
            road = plate_road(address)
            if road and address.number:
                self._keep(self.plates[road, address.number, address.sub_number or ""], target)
                self._keep(self.on_road[road][address.number], target)
                if number and not address.building:
                    self._keep(self.doors[addresses.key(replace(address, building=number))], target)
            elif road:
                self._keep(self.on_road[road][""], target)
            if address.compound and target.kind != "compound":
                self.named.append((address.compound, address, target))

    @staticmethod
    def _keep(targets: list[Target], target: Target) -> None:
        if target not in targets:
            targets.append(target)


def _read_areas(doors: _Doors, sources: Frames, layers: dict[Level, Layer]) -> None:
    """Enter the gates of compounds and the doors of buildings."""
    compound = frame_of(sources, Compound)
    for at, text in enumerate(_text(compound["address"])):
        if text:
            doors.add(text, Target("compound", at))
    building, within = frame_of(sources, Building), layers[Level.BUILDING].up[Level.COMPOUND]
    for at, (text, number) in enumerate(zip(_text(building["address"]), _text(building["number"]), strict=True)):
        wall = building_number(number) if number else ""
        if wall and within[at] >= 0:
            doors.numbered[int(within[at]), wall].append(at)
        if text:
            doors.add(text, Target("building", at), wall)


def _read_register(doors: _Doors, sources: Frames, footprints: Footprints) -> NDArray[np.float64]:
    """Enter the register's lines; a line with a point at a building's wall means the building."""
    register = frame_of(sources, RegisterEntry)
    points = inner_points(np.asarray(register.geometry.array, dtype=object))
    stated = footprints.layer.positions(register["building_id"])
    meant = np.where(stated >= 0, stated, footprints.nearest(points, WALL_M).building)
    for at, (text, which) in enumerate(zip(_text(register["address"]), meant, strict=True)):
        if which >= 0:
            doors.add(text, Target("building", int(which)))
        elif np.isfinite(points[at, 0]):
            doors.add(text, Target("entry", at))
    return points


def _read_roads(sources: Frames, normal: Callable[[str], str]) -> dict[str, shapely.Geometry]:
    backdrop = frame_of(sources, Backdrop)
    roads = backdrop[(backdrop["kind"] == BackdropKind.ROAD) & backdrop["name"].notna()]
    shapes: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for name, shape in zip(roads["name"], roads.geometry, strict=True):
        shapes[normal(str(name))].append(shape)
    return {name: shapely.union_all(np.array(parts, dtype=object)) for name, parts in shapes.items()}


_CORES: dict[Level, Callable[[str], str]] = {
    Level.DISTRICT: likeness.district_core,
    Level.STREET: likeness.street_core,
    Level.COMMUNITY: lambda name: likeness.community_core(name)[0],
}


def _admin_names(layers: dict[Level, Layer]) -> dict[Level, frozenset[str]]:
    """Return the names of the divisions as they may stand before other names: whole, and without 区, 街道, 社区."""
    return {
        level: frozenset(
            text for name in layers[level].names for text in (str(name), core(str(name))) if len(text) >= 2
        )
        for level, core in _CORES.items()
    }


def _grid_names(grids: Layer) -> dict[str, list[int]]:
    """Return what a grid's code or name stands for."""
    names: dict[str, list[int]] = defaultdict(list)
    for at, (code, name) in enumerate(zip(grids.ids, grids.names, strict=True)):
        for text in {str(code), str(name)}:
            names[text].append(at)
    return dict(names)


def _enter_named(doors: _Doors, compounds: NameIndex) -> None:
    """Enter buildings whose own address names a known compound under that compound."""
    for name, address, target in doors.named:
        if target.kind == "building" and address.building:
            for at in compounds.exact(name):
                known = doors.numbered[at, address.building]
                if target.at not in known:
                    known.append(target.at)


def _gather(sources: Frames, style: Style, day: dt.date, metric_crs: str) -> Gazetteer:
    def normal(text: str) -> str:
        return addresses.normal_text(text, style)

    layers = read_layers(sources)
    footprints = Footprints(layers[Level.BUILDING], metric_crs)
    doors = _Doors(style)
    _read_areas(doors, sources, layers)
    entry_points = _read_register(doors, sources, footprints)
    road_shapes = _read_roads(sources, normal)
    road_names = list(dict.fromkeys([*doors.on_road, *road_shapes]))
    compare = likeness.compare_western if style is Style.WESTERN else likeness.compare_names
    standard: dict[str, list[int]] = defaultdict(list)
    building = frame_of(sources, Building)
    for at, text in enumerate(_text(building["std_address_id"])):
        if text:
            standard[text.strip()].append(at)
    names = _name_indices(layers, _valid_aliases(frame_of(sources, Alias), day), normal)
    _enter_named(doors, names[Level.COMPOUND])
    admin_names = _admin_names(layers)
    return Gazetteer(
        style=style, footprints=footprints, layers=layers, names=names,
        roads=NameIndex(compare, [(name, at) for at, name in enumerate(road_names)], cutoff=60),
        road_names=road_names, road_shapes=road_shapes, standard=dict(standard),
        doors=dict(doors.doors), plates=dict(doors.plates), numbered=dict(doors.numbered),
        on_road={road: dict(numbers) for road, numbers in doors.on_road.items()},
        entry_points=entry_points, floors=building["floors"].to_numpy(dtype=float, na_value=np.nan),
        walls=[building_number(text) if text else "" for text in _text(building["number"])],
        grid_names=_grid_names(layers[Level.GRID]),
        admin_names=admin_names, admin_cores=frozenset().union(*admin_names.values()),
    )  # fmt: skip
