"""The whole city in one piece, in metres: every part in the order in which one follows from another."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from scipy.spatial import cKDTree

from geodata.sample import names
from geodata.sample.areas import (
    GridPart,
    Land,
    Neighbours,
    cut_grids,
    divide,
    grow_communities,
    neighbours,
    reading_order,
    weigh,
)
from geodata.sample.blocks import Parcel, Use, built_on, choose_uses, cut_parcels, trace_sides
from geodata.sample.buildings import Layout, raise_buildings
from geodata.sample.hazards import Hazard, find_hazards
from geodata.sample.houses import give_aliases, number_houses
from geodata.sample.plan import PREFECTURE, Scale, dice
from geodata.sample.register import Alias, Area, Compound, Frontage, House, RoadBook, gather_compounds
from geodata.sample.residents import Places, draw_households, draw_members, draw_pairings, places_of
from geodata.sample.streets import Rank, Road, draw_streets
from geodata.sample.terrain import Terrain, draw_terrain
from geodata.sample.walking import Way, lay_paths

Progress = Callable[[str], None]
Landmark = tuple[str, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Ground:
    """Land, streets, blocks and what is built on them."""

    terrain: Terrain
    roads: list[Road]
    parcels: list[Parcel]
    layouts: list[Layout]
    ways: list[Way]
    front: Frontage
    land: Land


@dataclass(frozen=True, eq=False)
class Draft:
    """The city before it is written down."""

    scale: Scale
    ground: Ground
    areas: dict[str, list[Area]]
    compounds: list[Compound]
    houses: list[House]
    aliases: list[Alias]
    hazards: list[Hazard]
    households: list[dict]
    members: list[dict]
    pairings: list[dict]


def draw_ground(scale: Scale, seed: int) -> Ground:
    """Draw the land and build on it."""
    terrain = draw_terrain(scale, dice(seed, "terrain"))
    roads, blocks = draw_streets(terrain, dice(seed, "streets"))
    sides = trace_sides(roads, blocks)
    free = built_on(blocks, sides, roads)
    uses, lean = choose_uses(blocks, free, terrain, dice(seed, "uses"))
    parcels = cut_parcels(blocks, free, uses, dice(seed, "parcels"))
    parcels, layouts = raise_buildings(parcels, lean, scale.buildings, dice(seed, "buildings"))
    for parcel in parcels:
        uses[parcel.block] = parcel.use
    ways, gates, pieces, road = lay_paths(terrain, sides, roads, parcels, layouts, dice(seed, "paths"))
    front = Frontage(gates, pieces, road, RoadBook(roads, dice(seed, "road names")))
    homes, built = np.zeros(len(blocks)), np.zeros(len(blocks))
    for parcel, layout in zip(parcels, layouts, strict=True):
        built[parcel.block] += len(layout.buildings)
        homes[parcel.block] += sum(building.homes for building in layout.buildings)
    touch, open_touch = (neighbours(sides, roads, across_rail=across) for across in (False, True))
    land = Land(blocks, uses, weigh(blocks, homes, built), touch, open_touch)
    return Ground(terrain, roads, parcels, layouts, ways, front, land)


def _near(shapes: np.ndarray, reach_m: float) -> Neighbours:
    """Return the areas that lie within reach of each other, over a river or a railway too."""
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=reach_m)
    once = first < second
    return Neighbours(first[once], second[once], np.ones(int(once.sum())))


def _sorted_parts(parts: list[np.ndarray], places: np.ndarray) -> list[np.ndarray]:
    order = reading_order(np.array([places[part].mean(axis=0) for part in parts]))
    return [parts[at] for at in order]


def name_areas(ground: Ground, communities: list[np.ndarray], scale: Scale, rng: Generator) -> dict[str, list[Area]]:
    """Group communities into streets and streets into districts, and give codes of 6, 9 and 12 digits."""
    shapes = np.array(
        [shapely.union_all([ground.land.blocks[at] for at in part]) for part in communities], dtype=object
    )
    places = shapely.get_coordinates(shapely.centroid(shapes))
    near, even = _near(shapes, 200.0), np.ones(len(shapes))
    areas: dict[str, list[Area]] = defaultdict(list)
    stems = names.stems(rng)
    street_names = iter(names.STREETS)
    everything = np.arange(len(shapes))
    for d, district in enumerate(_sorted_parts(divide(everything, scale.districts, places, even, near), places)):
        code = f"{PREFECTURE}{d + 2:02d}"
        areas["district"].append(Area(code, names.DISTRICTS[d], "", np.concatenate([communities[c] for c in district])))
        count = max(1, round(scale.streets * len(district) / len(shapes)))
        for s, street in enumerate(_sorted_parts(divide(district, count, places, even, near), places)):
            own = f"{code}{s + 1:03d}"
            blocks = np.concatenate([communities[c] for c in street])
            areas["street"].append(Area(own, next(street_names), code, blocks))
            for c, at in enumerate(street[reading_order(places[street])]):
                name = next(stems) + "社区"
                areas["community"].append(Area(f"{own}{c + 1:03d}", name, own, communities[at]))
    return dict(areas)


def name_grids(ground: Ground, communities: list[Area], scale: Scale, rng: Generator) -> list[tuple[Area, GridPart]]:
    """Cut every community into grids with codes of 15 digits."""
    total = sum(ground.land.weight[area.blocks].sum() for area in communities)
    words = {Use.SCHOOL: "学校", Use.MARKET: "市场", Use.FACTORY: "厂区", Use.HILL: "公园"}
    found = []
    for area in communities:
        count = max(1, round(scale.grids * ground.land.weight[area.blocks].sum() / total))
        parts = cut_grids(area.blocks, count, ground.land, rng)
        for number, part in enumerate(parts, start=1):
            special = f"（{words[part.exclusive]}专属）" if part.exclusive else ""
            grid = Area(
                f"{area.code}{number:03d}",
                f"{area.name}第{number}网格{special}",
                area.code,
                part.blocks,
                part.exclusive,
            )
            found.append((grid, part))
    return found


def find_landmarks(ground: Ground, rng: Generator) -> list[Landmark]:
    """Name schools, markets and parks, and the places where two large streets meet."""
    stems = names.stems(rng)
    words = {Use.SCHOOL: "小学", Use.MARKET: "农贸市场", Use.PARK: "游园", Use.HILL: "山公园"}
    found: list[Landmark] = []
    for parcel in ground.parcels:
        if parcel.use in words:
            middle = parcel.outline.centroid
            found.append((next(stems) + words[parcel.use], (middle.x, middle.y)))
    meets: dict[tuple[float, float], list[str]] = defaultdict(list)
    for piece, road in zip(ground.front.pieces, ground.front.road, strict=True):
        if ground.roads[road].rank in (Rank.AVENUE, Rank.STREET):
            for end in (piece.coords[0], piece.coords[-1]):
                meets[end].append(ground.front.book.names[road])
    for end in sorted(meets):
        both = sorted(set(meets[end]))
        if len(both) == 2:
            found.append((f"{both[0]}与{both[1]}交汇处", end))
    return found


def poor_corners(ground: Ground, communities: list[Area], scale: Scale) -> frozenset[str]:
    """Return the communities that are short of members: beyond the stream, and at one end beyond the railway."""
    shapes = [shapely.union_all([ground.land.blocks[at] for at in area.blocks]) for area in communities]
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    count = max(1, scale.communities // 36)
    stream = np.array(ground.terrain.stream.exterior.coords)
    east = middles[:, 0] - stream[cKDTree(stream[:, 1:]).query(middles[:, 1:])[1], 0]
    rail = np.array(ground.terrain.rail.coords)
    south = rail[cKDTree(rail[:, :1]).query(middles[:, :1])[1], 1] - middles[:, 1]
    beyond = [int(at) for at in np.argsort(-east, kind="stable")[:count] if east[at] > 0]
    below = [int(at) for at in np.argsort(middles[:, 0], kind="stable") if south[at] > 60.0 and at not in beyond]
    return frozenset(communities[at].code for at in [*beyond, *below[:count]])


def _people(places: Places, thin: frozenset[str], scale: Scale, seed: int) -> tuple[list[dict], list[dict], list[dict]]:
    households = draw_households(places, scale.households, dice(seed, "households"))
    members = draw_members(places, scale.members, households, thin, dice(seed, "members"))
    return households, members, draw_pairings(households, members, places, dice(seed, "pairings"))


def draw_city(scale: Scale, seed: int, progress: Progress) -> Draft:
    """Draw the whole city."""
    progress("街道与楼栋 / streets and buildings")
    ground = draw_ground(scale, seed)
    progress("社区与网格 / communities and grids")
    parts = grow_communities(ground.land, scale.communities)
    areas = name_areas(ground, parts, scale, dice(seed, "area names"))
    grids = name_grids(ground, areas["community"], scale, dice(seed, "grids"))
    areas["grid"] = [area for area, _ in grids]
    compounds = gather_compounds(grids, ground.parcels, ground.layouts, dice(seed, "compounds"))
    houses = number_houses(grids, compounds, ground.parcels, ground.layouts, ground.front, dice(seed, "houses"))
    aliases = give_aliases(compounds, areas["community"], dice(seed, "aliases"))
    progress("人员 / people")
    places = places_of(houses, areas, find_landmarks(ground, dice(seed, "landmarks")))
    thin = poor_corners(ground, areas["community"], scale)
    people = _people(places, thin, scale, seed)
    hazards = find_hazards(houses, ground.terrain, scale, thin, dice(seed, "hazards"))
    return Draft(scale, ground, areas, compounds, houses, aliases, hazards, *people)
