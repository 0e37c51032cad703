"""What a city's own layers know about addresses: names, aliases, plates, buildings, register, roads.

`Gazetteer.of` reads the frames once; the rest are look-ups. Places are meant by `Target`: a kind and a position in that
kind's layer. Every look-up may return several targets, since nothing in a city has to be unique.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap import addresses, frames
from gridmap.addresses import Style
from gridmap.collecting import collector_paused
from gridmap.locate import likeness
from gridmap.locate.doors import (
    AdminNames,
    Doors,
    Kind,
    Plate,
    Target,
    building_number,
    city_names,
    enter_named,
    read_admin_names,
    read_areas,
    read_register,
    texts,
)
from gridmap.locate.hierarchy import Footprints, Frames, Layer, frame_of, read_layers
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
    LocationDecision,
    RegisterEntry,
    Street,
)

GAZETTEER_ROWS: tuple[type[Row], ...] = (
    District, Street, Community, Grid, Compound, Building, Alias, RegisterEntry, Backdrop,
    LocationDecision,
)  # fmt: skip
"""The nouns that help to find an address."""


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Everything that an address can be looked up in; made by `of`."""

    style: Style
    footprints: Footprints
    layers: dict[Level, Layer]
    names: dict[Level, NameIndex]
    former: NameIndex
    roads: NameIndex
    road_names: list[str]
    road_shapes: dict[str, shapely.Geometry]
    standard: dict[str, list[int]]
    doors: dict[str, list[Target]]
    plates: dict[Plate, list[Target]]
    numbered: dict[tuple[int, str], list[int]]
    on_road: dict[str, dict[str, list[Target]]]
    entry_points: NDArray[np.float64]
    entry_ids: list[str]
    floors: NDArray[np.float64]
    walls: list[str]
    signs: list[str]
    admin_names: AdminNames
    admin_cores: frozenset[str]
    grid_names: dict[str, list[int]]
    decisions: pd.DataFrame
    held: dict[Target, dict[Level, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Frames, city: CityFacts) -> "Gazetteer":
        """Read the frames of GAZETTEER_ROWS once (absent ones count as empty).

        The city says how addresses are written, which day's aliases hold (today's without) and in which system
        metres are measured.
        """
        with collector_paused():
            return _gather(sources, city)

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

    def key_of(self, target: Target) -> str:
        """Return kind:id of a target, which holds as long as the place is on the map."""
        if target.kind == "road":
            return f"road:{self.road_names[target.at]}"
        if target.kind == "entry":
            return f"entry:{self.entry_ids[target.at]}"
        return f"{target.kind}:{self.layers[Level(target.kind)].ids[target.at]}"

    def target_of(self, key: str) -> Target | None:
        """Return the target of a kind:id, None when it is no longer on the map."""
        kind, _, name = key.partition(":")
        if kind in ("building", "compound", "community"):
            at = int(self.layers[Level(kind)].positions([name])[0])
        else:
            listed = self.road_names if kind == "road" else self.entry_ids
            at = listed.index(name) if name in listed else -1
        return Target(cast("Kind", kind), at) if at >= 0 else None

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
        if target not in self.held:
            self.held[target] = self._areas(target)
        return self.held[target]

    def _areas(self, target: Target) -> dict[Level, int]:
        held: dict[Level, int] = {}
        if target.kind in ("building", "compound", "community"):
            level = Level(target.kind)
            held = {above: int(at[target.at]) for above, at in self.layers[level].up.items()}
            held[level] = target.at
        elif target.kind == "entry":
            point = self.point(target)[None, :]
            held = {level: int(self.layers[level].holding(point)[0]) for level in (Level.COMMUNITY, Level.GRID)}
        return {level: at for level, at in held.items() if at >= 0}


def _split_aliases(frame: pd.DataFrame, day: dt.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the aliases that hold on a day and those that have ended; later ones are in neither."""
    now = pd.Timestamp(day)
    begun = frame["valid_from"].isna() | (frame["valid_from"] <= now)
    ended = frame["valid_to"].notna() & (frame["valid_to"] < now)
    return frame[begun & ~ended], frame[ended]


def _learned_aliases(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return the names that people said a compound or community bears too, as rows of Alias."""
    named = decisions[decisions["alias_of"].notna()]
    meant = [str(key).partition(":") for key in named["alias_of"]]
    rows = pd.DataFrame({"alias_id": named["decision_id"], "level": [level for level, _, _ in meant],
                         "area_id": [area for _, _, area in meant], "name": named["alias"]})  # fmt: skip
    rows = rows[rows["level"].isin([Level.COMPOUND, Level.COMMUNITY])]
    return frames.conform(rows, Alias)


def _alias_pairs(
    aliases: pd.DataFrame, layer: Layer, level: Level, normal: Callable[[str], str]
) -> list[tuple[str, int]]:
    """Return (name, position) of the aliases of one level."""
    mine = aliases[aliases["level"] == level]
    places = layer.positions(mine["area_id"])
    return [(normal(str(name)), int(at)) for at, name in zip(places, mine["name"], strict=True) if at >= 0]


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
        found[level] = NameIndex(compare, pairs + _alias_pairs(aliases, layer, level, normal), cutoff=60)
    return found


def _read_roads(sources: Frames, normal: Callable[[str], str]) -> dict[str, shapely.Geometry]:
    backdrop = frame_of(sources, Backdrop)
    roads = backdrop[(backdrop["kind"] == BackdropKind.ROAD) & backdrop["name"].notna()]
    shapes: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for name, shape in zip(roads["name"], roads.geometry, strict=True):
        shapes[normal(str(name))].append(shape)
    return {name: shapely.union_all(np.array(parts, dtype=object)) for name, parts in shapes.items()}


def _grid_names(grids: Layer) -> dict[str, list[int]]:
    """Return what a grid's code or name stands for."""
    names: dict[str, list[int]] = defaultdict(list)
    for at, (code, name) in enumerate(zip(grids.ids, grids.names, strict=True)):
        for text in {str(code), str(name)}:
            names[text].append(at)
    return dict(names)


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).astimezone().date()


def _gather(sources: Frames, city: CityFacts) -> Gazetteer:
    style = Style(city.addresses)

    def normal(text: str) -> str:
        return addresses.normal_text(text, style)

    layers = read_layers(sources)
    footprints = Footprints(layers[Level.BUILDING], city.metric_crs)
    admin_names = read_admin_names(layers, city_names(city.name, normal))
    doors = Doors(style, admin_names)
    read_areas(doors, sources, layers)
    entry_points = read_register(doors, sources, footprints)
    road_shapes = _read_roads(sources, normal)
    road_names = list(dict.fromkeys([*doors.on_road, *road_shapes]))
    compare = likeness.compare_western if style is Style.WESTERN else likeness.compare_names
    standard: dict[str, list[int]] = defaultdict(list)
    building = frame_of(sources, Building)
    for at, text in enumerate(texts(building["std_address_id"])):
        if text:
            standard[text.strip()].append(at)
    current, ended = _split_aliases(frame_of(sources, Alias), city.day or _today())
    decisions = frame_of(sources, LocationDecision)
    decisions = decisions[decisions["undone_at"].isna()]
    names = _name_indices(layers, pd.concat([current, _learned_aliases(decisions)]), normal)
    former = _alias_pairs(ended, layers[Level.COMPOUND], Level.COMPOUND, normal)
    enter_named(doors, names[Level.COMPOUND])
    return Gazetteer(
        style=style, footprints=footprints, layers=layers,
        former=NameIndex(likeness.compare_names, former, cutoff=60),
        names=names,
        roads=NameIndex(compare, [(name, at) for at, name in enumerate(road_names)], cutoff=60),
        road_names=road_names, road_shapes=road_shapes, standard=dict(standard),
        doors=dict(doors.doors), plates=dict(doors.plates), numbered=dict(doors.numbered),
        on_road={road: dict(numbers) for road, numbers in doors.on_road.items()},
        entry_points=entry_points, entry_ids=texts(frame_of(sources, RegisterEntry)["entry_id"]), decisions=decisions,
        floors=building["floors"].to_numpy(dtype=float, na_value=np.nan),
        signs=texts(building["address"]),
        walls=[building_number(text) if text else "" for text in texts(building["number"])],
        grid_names=_grid_names(layers[Level.GRID]),
        admin_names=admin_names, admin_cores=frozenset().union(*admin_names.levels.values()),
    )  # fmt: skip
