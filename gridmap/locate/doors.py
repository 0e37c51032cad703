"""Read addresses with the city's own names in mind, and enter every door that its frames write down."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap import addresses
from gridmap.addresses import Address, Style
from gridmap.locate import likeness
from gridmap.locate.hierarchy import Footprints, Frames, Layer, frame_of, inner_points
from gridmap.locate.likeness import NameIndex
from gridmap.tables import Building, Compound, Level, RegisterEntry

Kind = Literal["building", "entry", "compound", "road", "community"]


class Target(NamedTuple):
    """A place: its kind and its position in the layer of that kind (`entry` is a register line with a point)."""

    kind: Kind
    at: int


Plate = tuple[str, str, str]
"""Road, number and sub number ('' without one)."""

WALL_M = 15.0
"""A point this near to a footprint means the building: the usual error of a phone in the open."""


_DIVISION_END = re.compile("[区县市街道镇乡社]")


class AdminNames(NamedTuple):
    """The city's own name, and its districts, streets and communities by whole name and by core."""

    city: frozenset[str]
    levels: dict[Level, frozenset[str]]


def peel_front(names: AdminNames, text: str) -> tuple[str, list[tuple[Level, str]]]:
    """Take this city's own names off the start of an address: 湖东区样例市湖东区祥影坊, 江北-江北-瑞湾路141#.

    Return the rest and what was taken. A parser of plain text cannot know these names; whole names go wherever they
    stand in front, cores (江北) only before a hyphen.
    """
    taken: list[tuple[Level, str]] = []
    while True:
        level, name = _front(names, text)
        if not name:
            return text, taken
        if level is not None:
            taken.append((level, name))
        text = text[len(name) :].removeprefix("-")


def _front(names: AdminNames, text: str) -> tuple[Level | None, str]:
    """Return the name that a text begins with, and its level (the city has none); empty without one."""
    for name in names.city:
        if text.startswith(name):
            return None, name
    core, hyphen, rest = text.partition("-")
    ends = [found.end() for found in _DIVISION_END.finditer(text, 2, min(len(text) - 1, 10))]
    if not hyphen and not ends:
        return None, ""
    whole = [text[:end] for end in reversed(ends)]
    for level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY):
        known = names.levels[level]
        if hyphen and rest and core in known:
            return level, core
        for name in whole:
            if name in known:
                return level, name
    return None, ""


_CORES: dict[Level, Callable[[str], str]] = {
    Level.DISTRICT: likeness.district_core,
    Level.STREET: likeness.street_core,
    Level.COMMUNITY: lambda name: likeness.community_core(name)[0],
}


def read_admin_names(layers: dict[Level, Layer], city: frozenset[str]) -> AdminNames:
    """Return the names of the divisions as they may stand before other names: whole, and without 区, 街道, 社区."""
    levels = {
        level: frozenset(
            text for name in layers[level].names for text in (str(name), core(str(name))) if len(text) >= 2
        )
        for level, core in _CORES.items()
    }
    return AdminNames(city, levels)


def city_names(name: str, normal: Callable[[str], str]) -> frozenset[str]:
    """Return the city's name as addresses begin with it: 样例市（虚构） -> 样例市."""
    short = re.sub(r"\(.*", "", normal(name))
    return frozenset({short} if short.endswith("市") else ())


@lru_cache(maxsize=65_536)
def building_number(text: str) -> str:
    """Fold the number on a wall: 3栋, 叁号楼 and 3# are 3, A座 is A."""
    return addresses.parse(f"某某小区{text}").building or addresses.normal_text(text).rstrip("栋幢座楼号#")


@lru_cache(maxsize=65_536)
def read_addresses(text: str, style: Style) -> tuple[Address, ...]:
    """Parse a text once, however many rows hold it."""
    return addresses.parse_all(text, style)


@lru_cache(maxsize=65_536)
def _read_keys(text: str, style: Style) -> tuple[tuple[Address, str], ...]:
    return tuple((address, addresses.key(address)) for address in read_addresses(text, style))


def texts(values: pd.Series) -> list[str]:
    """Return a column as text, empty where missing."""
    return [str(value) for value in values.astype(object).where(values.notna(), "")]


def plate_road(address: Address) -> str:
    """Return what a door plate counts along: the road, or the hamlet in 张家湾12号."""
    return address.road or (address.compound if address.number and address.compound else "") or ""


class Doors:
    """Collects plates, doors and numbered buildings while the frames are read."""

    def __init__(self, style: Style, names: AdminNames) -> None:
        self.style, self.names = style, names
        self.doors: dict[str, list[Target]] = defaultdict(list)
        self.plates: dict[Plate, list[Target]] = defaultdict(list)
        self.on_road: dict[str, dict[str, list[Target]]] = defaultdict(lambda: defaultdict(list))
        self.numbered: dict[tuple[int, str], list[int]] = defaultdict(list)
        self.named: list[tuple[str, Address, Target]] = []

    def add(self, text: str, target: Target, number: str = "") -> None:
        """Enter one address text of a target; `number` is what stands on the wall beside it."""
        if self.style is Style.CHINESE:
            text = peel_front(self.names, text)[0]
        for address, key in _read_keys(text, self.style):
            self._keep(self.doors[key], target)
            road = plate_road(address)
            if road and address.number:
                self._keep(self.plates[road, address.number, address.sub_number or ""], target)
                self._keep(self.on_road[road][address.number], target)
                if number and not address.building:
                    self._keep(self.doors[addresses.key(address, building=number)], target)
            elif road:
                self._keep(self.on_road[road][""], target)
            if address.compound and target.kind != "compound":
                self.named.append((address.compound, address, target))

    @staticmethod
    def _keep(targets: list[Target], target: Target) -> None:
        if target not in targets:
            targets.append(target)


def read_areas(doors: Doors, sources: Frames, layers: dict[Level, Layer]) -> None:
    """Enter the gates of compounds and the doors of buildings."""
    compound = frame_of(sources, Compound)
    for at, text in enumerate(texts(compound["address"])):
        if text:
            doors.add(text, Target("compound", at))
    building, within = frame_of(sources, Building), layers[Level.BUILDING].up[Level.COMPOUND]
    for at, (text, number) in enumerate(zip(texts(building["address"]), texts(building["number"]), strict=True)):
        wall = building_number(number) if number else ""
        if wall and within[at] >= 0:
            doors.numbered[int(within[at]), wall].append(at)
        if text:
            doors.add(text, Target("building", at), wall)


def read_register(doors: Doors, sources: Frames, footprints: Footprints) -> NDArray[np.float64]:
    """Enter the register's lines; a line with a point at a building's wall means the building.

    A line whose building is not on the map is entered too: its address must not seem to belong to another line alone.
    """
    register = frame_of(sources, RegisterEntry)
    points = inner_points(np.asarray(register.geometry.array, dtype=object))
    stated = footprints.layer.positions(register["building_id"])
    meant = np.where(stated >= 0, stated, footprints.nearest(points, WALL_M).building)
    for at, (text, which) in enumerate(zip(texts(register["address"]), meant, strict=True)):
        if which >= 0:
            doors.add(text, Target("building", int(which)))
        elif text:
            doors.add(text, Target("entry", at))
    return points


def enter_named(doors: Doors, compounds: NameIndex) -> None:
    """Enter buildings whose own address names a known compound under that compound."""
    for name, address, target in doors.named:
        if target.kind == "building" and address.building:
            for at in compounds.exact(name):
                known = doors.numbered[at, address.building]
                if target.at not in known:
                    known.append(target.at)
