"""Say how far it is on foot, from a path network or, where there is none, from the straight line.

On a network a way leads from the door straight to the nearest passable path, along paths, and straight to the other
door. The two straight legs count their length times the factor of the rules; who is farther than the limit from any
path is not reached. People at one point (one building) are 0 m apart. Paths meet where they share a vertex, or where
an end comes within JOIN_M of another path: crossing without a vertex, as a bridge does, is no meeting. An impassable
path is left out, so a way round it is walked or none is found.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.solve.travel import NetworkReach, Reach, StraightReach

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Lines = NDArray[Any]
Edges = tuple[Ints, Ints, Ints]

JOIN_M = 0.5
"""Ends that are drawn this close to another path are taken to meet it."""


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
    lines = np.array([]) if paths is None else _passable(paths, metric_crs)
    if not len(lines):
        return Ways(site_xy_m, member_xy_m, factor)
    doors, door = np.unique(np.rint(np.concatenate([site_xy_m, member_xy_m]) * 10), axis=0, return_inverse=True)
    edges, node_count = _graph(lines, doors / 10, factor)
    nodes = node_count - len(doors) + door.reshape(-1)
    return Ways(site_xy_m, member_xy_m, factor, edges, nodes, node_count)


def _passable(paths: pd.DataFrame, metric_crs: str) -> Lines:
    """Return the lines that can be walked, in metres, ordered by path id."""
    kept = paths[paths["passable"]].sort_values("path_id")
    return np.asarray(gpd.GeoSeries(kept["geometry"], crs=paths.crs).to_crs(metric_crs)) if len(kept) else np.array([])


def _graph(lines: Lines, doors: Floats, factor: float) -> tuple[Edges, int]:
    """Cut the lines where they meet and where doors lead to them; return edges (from, to, dm) and the node count.

    The last nodes are the doors, in their order.
    """
    line, along, vertex, is_end = _vertices(lines)
    shared = np.bincount(vertex)[vertex] > 1
    joints = _joints(lines, line, along, vertex, is_end)
    legs = _legs(lines, shapely.points(doors), factor)
    vertex_count = int(vertex.max(initial=-1)) + 1
    joint_node = vertex_count + np.arange(len(joints[0]))
    foot = vertex_count + len(joint_node) + np.arange(len(doors))
    door = foot + len(doors)
    stop = is_end | shared
    stop_line = np.concatenate([line[stop], joints[0], legs[0]])
    stop_along = np.concatenate([along[stop], joints[1], legs[1]])
    stop_node = np.concatenate([vertex[stop], joint_node, foot])
    order = np.lexsort((stop_along, stop_line))
    follows = np.diff(stop_line[order]) == 0
    tail, head = stop_node[order][:-1][follows], stop_node[order][1:][follows]
    length = np.rint(np.diff(stop_along[order])[follows] * 10).astype(np.int64)
    edges = (
        np.concatenate([tail, joints[2], door]),
        np.concatenate([head, joint_node, foot]),
        np.concatenate([length, joints[3], legs[2]]),
    )
    return _renumber(edges)


def _renumber(edges: Edges) -> tuple[Edges, int]:
    """Count the nodes in use without holes, keeping their order."""
    used, ends = np.unique(np.concatenate([edges[0], edges[1]]), return_inverse=True)
    tail, head = np.split(ends.reshape(-1), 2)
    return (tail, head, edges[2]), len(used)


def _vertices(lines: Lines) -> tuple[Ints, Floats, Ints, Bools]:
    """Return for each vertex its line, its metres along it, its number (equal where lines meet), whether it ends."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    step = np.concatenate([[0.0], np.hypot(*np.diff(xy, axis=0).T)])
    first = np.concatenate([[True], np.diff(line) != 0])
    total = np.cumsum(np.where(first, 0.0, step))
    along = total - total[first][np.cumsum(first) - 1]
    rounded = np.rint(xy * 10).astype(np.int64)
    key = (rounded[:, 0] << 32) + rounded[:, 1]
    _, vertex = np.unique(key, return_inverse=True)
    return line.astype(np.int64), along, vertex.astype(np.int64), first | np.concatenate([first[1:], [True]])


def _joints(lines: Lines, line: Ints, along: Floats, vertex: Ints, is_end: Bools) -> tuple[Ints, Floats, Ints, Ints]:
    """Find ends drawn close to a line without being its vertex: (line, metres along it, vertex of the end, dm)."""
    ends = shapely.line_interpolate_point(lines[line[is_end]], along[is_end])
    end, other = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=JOIN_M)
    count = int(vertex.max(initial=0)) + 1
    loose = ~np.isin(other * count + vertex[is_end][end], line * count + vertex)
    end, other = end[loose], other[loose]
    point = ends[end]
    far = np.rint(shapely.distance(point, lines[other]) * 10).astype(np.int64)
    return other.astype(np.int64), shapely.line_locate_point(lines[other], point), vertex[is_end][end], far


def _legs(lines: Lines, doors: Lines, factor: float) -> tuple[Ints, Floats, Ints]:
    """Lead each door to its nearest line, ties to the first: (line, metres along it, leg in dm)."""
    door, line = shapely.STRtree(lines).query_nearest(doors, all_matches=True)
    order = np.lexsort((line, door))
    _, first = np.unique(door[order], return_index=True)
    nearest = line[order][first].astype(np.int64)
    leg = np.rint(shapely.distance(doors, lines[nearest]) * factor * 10).astype(np.int64)
    return nearest, shapely.line_locate_point(lines[nearest], doors), leg
