"""The path network: streets, shores, lanes and spines of the parcels, gates, bridges and crossings.

Lines meet only at shared ends. The railway and the walls have no line of their own: they bar the way by not being
crossed. A locked gate is a line on which nobody can pass.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.random import Generator
from scipy.spatial import cKDTree
from shapely import LineString, Point

from geodata.sample.blocks import HOMES, Parcel, Sides
from geodata.sample.buildings import Layout
from geodata.sample.streets import Rank, Road
from geodata.sample.terrain import Terrain

WALKED = (Rank.SHORE, Rank.AVENUE, Rank.STREET, Rank.LANE)
KINDS = {Rank.SHORE: "footway", Rank.AVENUE: "street", Rank.STREET: "street", Rank.LANE: "lane"}


@dataclass(frozen=True)
class Way:
    """A line of the network."""

    kind: str
    line: LineString
    passable: bool = True


@dataclass(frozen=True)
class Gate:
    """Where the spine of a parcel meets a street: the piece of street, how far along, and the line to it."""

    parcel: int
    street: int
    along_m: float
    line: LineString
    passable: bool = True


def street_pieces(sides: Sides, roads: list[Road]) -> tuple[list[LineString], np.ndarray]:
    """Return the walked sides of the blocks merged from junction to junction, and the road of each."""
    rank = [road.rank for road in roads]
    walked = np.array([rank[at] in WALKED for at in sides.road])
    lines = shapely.linestrings(sides.segments[walked].reshape(-1, 2, 2))
    merged = sorted(
        shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))), key=lambda line: line.coords[:]
    )
    tree = shapely.STRtree(lines)
    middles = shapely.line_interpolate_point(merged, 0.5, normalized=True)
    at, near = tree.query_nearest(middles, all_matches=False)
    road = np.empty(len(merged), dtype=int)
    road[at] = sides.road[walked][near]
    return merged, road


def _ways_out(layout: Layout, parcel: Parcel) -> list[LineString]:
    """Prolong the spine downwards and upwards to the edge of the parcel."""
    if layout.spine is None:
        return []
    spine = np.array(layout.spine.coords)
    found = []
    for end, inner in ((spine[0], spine[-1]), (spine[-1], spine[0])):
        span = end - inner if np.hypot(*(end - inner)) > 0 else np.array([1.0, 0.0])
        far = end + span / np.hypot(*span) * 400.0
        meets = shapely.get_coordinates(LineString([end, far]).intersection(parcel.outline.exterior))
        if len(meets):
            nearest = meets[np.argmin(np.hypot(*(meets - end).T))]
            found.append(LineString([end, nearest]))
    return found


def open_gates(
    parcels: list[Parcel], layouts: list[Layout], pieces: list[LineString], rng: Generator
) -> dict[int, list[Gate]]:
    """Give every built parcel one gate or two; of two, some have one that is locked."""
    tree = shapely.STRtree(pieces)
    draw = rng.uniform(size=(len(parcels), 2))
    gates: dict[int, list[Gate]] = {}
    for at, (parcel, layout) in enumerate(zip(parcels, layouts, strict=True)):
        found = []
        for line in _ways_out(layout, parcel):
            end = Point(line.coords[-1])
            street = int(tree.nearest(end))
            if pieces[street].distance(end) < 0.05:
                found.append(Gate(at, street, pieces[street].project(end), line))
        if len(found) == 2 and draw[at, 0] < 0.45:
            found = found[:1]
        if len(found) == 2 and parcel.use in HOMES and draw[at, 1] < 0.12:
            found[1] = Gate(at, found[1].street, found[1].along_m, found[1].line, passable=False)
        if found:
            gates[at] = found
    return gates


def _split_streets(
    pieces: list[LineString], road: np.ndarray, roads: list[Road], gates: dict[int, list[Gate]]
) -> tuple[list[Way], dict[tuple[int, float], tuple[float, float]]]:
    """Cut the streets at the gates; return the ways and the exact point of each gate."""
    stops: dict[int, set[float]] = defaultdict(set)
    for found in gates.values():
        for gate in found:
            stops[gate.street].add(gate.along_m)
    ways: list[Way] = []
    points: dict[tuple[int, float], tuple[float, float]] = {}
    for street, piece in enumerate(pieces):
        kind = KINDS[roads[road[street]].rank]
        along = sorted(stops.get(street, ()))
        cuts = [piece.interpolate(stop) for stop in along]
        points |= {(street, stop): (cut.x, cut.y) for stop, cut in zip(along, cuts, strict=True)}
        vertices = np.array(piece.coords)
        reach = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(vertices, axis=0).T))])
        edges = [0.0, *along, piece.length]
        ends = [tuple(vertices[0]), *((cut.x, cut.y) for cut in cuts), tuple(vertices[-1])]
        for at in range(len(edges) - 1):
            between = vertices[(reach > edges[at] + 1e-6) & (reach < edges[at + 1] - 1e-6)]
            line = [ends[at], *map(tuple, between), ends[at + 1]]
            if ends[at] != ends[at + 1]:
                ways.append(Way(kind, LineString(line)))
    return ways, points


def _parcel_ways(layout: Layout, gates: list[Gate], points: dict[tuple[int, float], tuple[float, float]]) -> list[Way]:
    if layout.spine is None:
        return []
    knots = [tuple(point) for point in layout.spine.coords]
    ways = [Way("footway", LineString(pair)) for pair in pairwise(knots)]
    ways += [Way("footway", lane) for lane in layout.lanes]
    for gate in gates:
        start, end = gate.line.coords[0], points[gate.street, gate.along_m]
        if start != end:
            ways.append(Way("gate", LineString([start, end]), gate.passable))
    return ways


def _links(terrain: Terrain, pieces: list[LineString]) -> list[Way]:
    """Join the junctions on both sides of the bridges and of the railway crossings."""
    ends = np.unique(np.array([end for piece in pieces for end in (piece.coords[0], piece.coords[-1])]), axis=0)
    tree = cKDTree(ends)
    ways = []
    for bridge in terrain.bridges:
        banks = [ends[tree.query(bridge.interpolate(share, normalized=True).coords[0])[1]] for share in (0.1, 0.9)]
        ways.append(Way("bridge", LineString(banks)))
    rail = terrain.rail
    for spot in terrain.crossings:
        near = ends[tree.query_ball_point(spot.coords[0], 260.0, return_sorted=True)]
        at = rail.project(spot)
        a, b = rail.interpolate(at - 20), rail.interpolate(at + 20)
        side = (b.x - a.x) * (near[:, 1] - a.y) - (b.y - a.y) * (near[:, 0] - a.x)
        away = np.hypot(*(near - spot.coords[0]).T)
        if (np.abs(side) < 40.0)[away < 1.0].any():
            continue
        both = [near[mask][np.argmin(away[mask])] for mask in (side > 1, side < -1) if mask.any()]
        if len(both) == 2:
            ways.append(Way("underpass", LineString([both[0], spot.coords[0], both[1]])))
    return ways


def lay_paths(
    terrain: Terrain, sides: Sides, roads: list[Road], parcels: list[Parcel], layouts: list[Layout], rng: Generator
) -> tuple[list[Way], dict[int, list[Gate]], list[LineString], np.ndarray]:
    """Return the network, the gates of each parcel, the street pieces between junctions and the road of each piece."""
    pieces, road = street_pieces(sides, roads)
    gates = open_gates(parcels, layouts, pieces, rng)
    ways, points = _split_streets(pieces, road, roads, gates)
    for at, layout in enumerate(layouts):
        ways += _parcel_ways(layout, gates.get(at, []), points)
    return [*ways, *_links(terrain, pieces)], gates, pieces, road
