"""Say how far it is on foot, from a path network or, where there is none, from the straight line.

On a network a way leads from the door straight to the nearest passable path, along paths, and straight to the other
door. Both legs count their length times the factor of the rules. People at one point (one building) are 0 m apart.
Paths meet where they share a vertex, or where an end comes within JOIN_M of another path; lines that cross without a
vertex, as at a bridge, do not meet. Drawn networks have holes at the streets: a piece that hangs together with nothing
else is led over to other pieces within CROSS_M, times the factor, but not when it ends at an impassable path: that
one is cut off on purpose. An impassable path is not walked: a way round it is found, or none.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridmap.schema import STORAGE_CRS
from gridmap.solve.travel import NetworkReach, Reach, StraightReach

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Lines = NDArray[Any]
Edges = tuple[Ints, Ints, Ints]

JOIN_M = 0.5
"""Ends that are drawn this close to another path are taken to meet it."""

CROSS_M = 20.0
"""Loose pieces this close to another are taken to be parted by a street."""


class Vertices(NamedTuple):
    """The vertices of all lines: line, metres along it, number (the same where lines meet), whether it ends there."""

    line: Ints
    along_m: Floats
    number: Ints
    is_end: Bools


class Joints(NamedTuple):
    """Links between lines that share no vertex: from a point of one to a point of the other."""

    line: Ints
    along_m: Floats
    other: Ints
    other_along_m: Floats
    length_dm: Ints

    def and_also(self, more: "Joints") -> "Joints":
        """Return both."""
        return Joints(*(np.concatenate(pair) for pair in zip(self, more, strict=True)))


class Legs(NamedTuple):
    """Where each door meets the network: the line, metres along it, decimetres to it."""

    line: Ints
    along_m: Floats
    length_dm: Ints


class Stops(NamedTuple):
    """Where lines are cut: the line, metres along it, the node."""

    line: Ints
    along_m: Floats
    node: Ints


@dataclass(frozen=True, eq=False)
class Ways:
    """Lead from sites float[P, 2] to members float[M, 2], in metres of one plane.

    edges: (from, to, dm) of the path network, None where the straight line counts; nodes: of sites, then members.
    """

    site_xy_m: Floats
    member_xy_m: Floats
    factor: float
    edges: Edges | None = None
    nodes: Ints | None = None
    node_count: int = 0

    @property
    def on_paths(self) -> bool:
        """Tell whether ways follow a path network."""
        return self.edges is not None

    def reach(self, limit_m: float) -> Reach:
        """Return the ways that are no longer than a limit."""
        limit_dm = round(limit_m * 10)
        if self.edges is None or self.nodes is None:
            return StraightReach(self.site_xy_m, self.member_xy_m, factor=self.factor, limit_dm=limit_dm)
        site, member = np.split(self.nodes, [len(self.site_xy_m)])
        return NetworkReach(
            self.edges,
            (site, np.zeros_like(site)),
            (member, np.zeros_like(member)),
            node_count=self.node_count,
            limit_dm=limit_dm,
        )


def ways(site_xy_m: Floats, member_xy_m: Floats, *, paths: pd.DataFrame | None, metric_crs: str, factor: float) -> Ways:
    """Measure along the passable paths, or straight times the factor where there is none."""
    lines, barriers = (np.array([], object),) * 2 if paths is None else _lines(paths, metric_crs)
    if not len(lines) or not len(site_xy_m) + len(member_xy_m):
        return Ways(site_xy_m, member_xy_m, factor)
    doors, door = np.unique(np.rint(np.concatenate([site_xy_m, member_xy_m]) * 10), axis=0, return_inverse=True)
    edges, node_count, door_node = _graph(lines, barriers, doors / 10, factor)
    return Ways(site_xy_m, member_xy_m, factor, edges, door_node[door.reshape(-1)], node_count)


def _lines(paths: pd.DataFrame, metric_crs: str) -> tuple[Lines, Lines]:
    """Return the passable and the impassable lines in metres, ordered by path id."""
    ordered = paths.sort_values("path_id")
    lines = np.asarray(gpd.GeoSeries(ordered["geometry"], crs=STORAGE_CRS).to_crs(metric_crs), object)
    passable = ordered["passable"].to_numpy(bool)
    return lines[passable], lines[~passable]


def _graph(lines: Lines, barriers: Lines, doors: Floats, factor: float) -> tuple[Edges, int, Ints]:
    """Cut the lines where they meet and where doors lead to them.

    Returns edges (from, to, dm), the node count and the node of each door.
    """
    vertices = _vertices(lines)
    joints = _joints(lines, vertices)
    joints = joints.and_also(_crossings(lines, barriers, _pieces(len(lines), vertices, joints), factor))
    legs = _legs(lines, shapely.points(doors), factor)
    stop = vertices.is_end | (np.bincount(vertices.number)[vertices.number] > 1)
    first_joint = int(vertices.number.max()) + 1
    first_foot = first_joint + 2 * len(joints.length_dm)
    here, there = first_joint + np.arange(2 * len(joints.length_dm)).reshape(2, -1)
    foot = first_foot + np.arange(len(doors))
    stops = Stops(
        np.concatenate([vertices.line[stop], joints.line, joints.other, legs.line]),
        np.concatenate([vertices.along_m[stop], joints.along_m, joints.other_along_m, legs.along_m]),
        np.concatenate([vertices.number[stop], here, there, foot]),
    )
    tail, head, length = _pieces_between(stops)
    edges = (
        np.concatenate([tail, here, foot + len(doors)]),
        np.concatenate([head, there, foot]),
        np.concatenate([length, joints.length_dm, legs.length_dm]),
    )
    return _merged(*_renumber(edges), len(doors))


def _pieces_between(stops: Stops) -> Edges:
    """Return an edge between each two stops that follow each other on a line."""
    order = np.lexsort((stops.along_m, stops.line))
    follows = np.diff(stops.line[order]) == 0
    length = np.rint(np.diff(stops.along_m[order])[follows] * 10).astype(np.int64)
    return stops.node[order][:-1][follows], stops.node[order][1:][follows], length


def _renumber(edges: Edges) -> tuple[Edges, int]:
    """Count the nodes in use without holes, keeping their order."""
    used, ends = np.unique(np.concatenate([edges[0], edges[1]]), return_inverse=True)
    tail, head = np.split(ends.reshape(-1), 2)
    return (tail, head, edges[2]), len(used)


def _merged(edges: Edges, count: int, last: int) -> tuple[Edges, int, Ints]:
    """Make one node of nodes 0 dm apart, and one edge, the shortest, of edges side by side: no way gets longer.

    Two nodes of five lie where a line was cut for another's end or for a door on it. Returns the edges, the node count
    and what became of the last nodes.
    """
    tail, head, length = edges
    at = length == 0
    spots, spot = connected_components(
        coo_array((np.ones(int(at.sum())), (tail[at], head[at])), shape=(count, count)), directed=False
    )
    ends = np.sort(np.stack([spot[tail], spot[head]]).astype(np.int64), axis=0)
    order = np.lexsort((length, ends[1], ends[0]))
    low, high = ends[:, order]
    kept = (low != high) & (np.diff(low * spots + high, prepend=-1) != 0)
    return (low[kept], high[kept], length[order][kept]), int(spots), spot[count - last :].astype(np.int64)


def _vertices(lines: Lines) -> Vertices:
    xy, line = shapely.get_coordinates(lines, return_index=True)
    step = np.concatenate([[0.0], np.hypot(*np.diff(xy, axis=0).T)])
    first = np.concatenate([[True], np.diff(line) != 0])
    total = np.cumsum(np.where(first, 0.0, step))
    rounded = np.rint(xy * 10).astype(np.int64)
    _, number = np.unique((rounded[:, 0] << 32) + rounded[:, 1], return_inverse=True)
    return Vertices(
        line.astype(np.int64),
        total - total[first][np.cumsum(first) - 1],
        number.astype(np.int64),
        first | np.concatenate([first[1:], [True]]),
    )


def _joints(lines: Lines, vertices: Vertices) -> Joints:
    """Join the ends that are drawn close to a line without being its vertex."""
    line, along, number = (part[vertices.is_end] for part in (vertices.line, vertices.along_m, vertices.number))
    ends = shapely.line_interpolate_point(lines[line], along)
    end, other = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=JOIN_M)
    count = int(vertices.number.max()) + 1
    loose = ~np.isin(other * count + number[end], vertices.line * count + vertices.number)
    end, other = end[loose], other[loose].astype(np.int64)
    length = np.rint(shapely.distance(ends[end], lines[other]) * 10).astype(np.int64)
    return Joints(line[end], along[end], other, shapely.line_locate_point(lines[other], ends[end]), length)


def _pieces(count: int, vertices: Vertices, joints: Joints) -> Ints:
    """Return the number of the connected piece of each line; 0 is the longest by the count of its vertices."""
    nodes = count + int(vertices.number.max()) + 1
    tail = np.concatenate([vertices.line, joints.line])
    head = np.concatenate([count + vertices.number, joints.other])
    _, label = connected_components(coo_array((np.ones(len(tail)), (tail, head)), shape=(nodes, nodes)), directed=False)
    of_line = label[:count]
    size = np.bincount(of_line[vertices.line], minlength=int(label.max()) + 1)
    place = np.empty(len(size), np.int64)
    place[np.argsort(-size, kind="stable")] = np.arange(len(size))
    return np.asarray(place[of_line])


def _crossings(lines: Lines, barriers: Lines, piece: Ints, factor: float) -> Joints:
    """Lead loose pieces over the street: to each other piece within CROSS_M, unless a barrier cuts them off."""
    fenced = np.unique(shapely.STRtree(lines).query(barriers, predicate="dwithin", distance=JOIN_M)[1])
    loose = np.flatnonzero((piece != 0) & ~np.isin(piece, piece[fenced]))
    at, other = shapely.STRtree(lines).query(lines[loose], predicate="dwithin", distance=CROSS_M)
    apart = (piece[loose[at]] != piece[other]) & ~(np.isin(piece[other], piece[fenced]) & (piece[other] != 0))
    line, other = loose[at][apart].astype(np.int64), other[apart].astype(np.int64)
    way = shapely.shortest_line(lines[line], lines[other])
    order = np.lexsort((other, shapely.length(way), piece[other], line))
    fresh = np.ones(len(order), bool)
    fresh[1:] = (np.diff(line[order]) != 0) | (np.diff(piece[other[order]]) != 0)
    kept = order[fresh]  # the shortest from each line to each piece
    line, other, way = line[kept], other[kept], way[kept]
    return Joints(
        line,
        shapely.line_locate_point(lines[line], shapely.get_point(way, 0)),
        other,
        shapely.line_locate_point(lines[other], shapely.get_point(way, -1)),
        np.rint(shapely.length(way) * factor * 10).astype(np.int64),
    )


def _legs(lines: Lines, doors: Lines, factor: float) -> Legs:
    """Lead each door to its nearest line, ties to the first."""
    door, line = shapely.STRtree(lines).query_nearest(doors, all_matches=True)
    order = np.lexsort((line, door))
    _, first = np.unique(door[order], return_index=True)
    nearest = line[order][first].astype(np.int64)
    length = np.rint(shapely.distance(doors, lines[nearest]) * factor * 10).astype(np.int64)
    return Legs(nearest, shapely.line_locate_point(lines[nearest], doors), length)
