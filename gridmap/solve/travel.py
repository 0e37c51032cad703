"""Say who can reach whom: whole decimetres from source points to members.

A Reach knows the distance of any pair and lists the members of one site in increasing distance, ties by
row. A straight line is measured between points rounded to 0.1 m, so that every machine gets the same number.
"""

import copy
from typing import Any, NamedTuple, Protocol

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from gridmap.solve.shortcuts import short_cuts, walking_order
from gridmap.solve.walks import MEMBER_MASK, UNSEEN, Walk, walk_to

Ints = NDArray[np.integer[Any]]

FAR = np.int64(UNSEEN)  # cannot be reached
STRAIGHT, WALK, LISTED = 0, 1, 2


class ReachArrays(NamedTuple):
    """Hold a reach as the engine reads it; the arrays of the other modes are empty."""

    mode: int
    limit: int
    factor: float
    site_x: Ints
    site_y: Ints
    member_x: Ints
    member_y: Ints
    cell_member: Ints
    cell_start: Ints
    cell: int
    grid_x: int
    grid_y: int
    columns: int
    rows: int
    first_ring: int
    edge_start: Ints
    edge_to: Ints
    edge_length: Ints
    site_node: Ints
    site_access: Ints
    node_start: Ints
    node_member: Ints
    node_access: Ints
    reached: Ints
    touched: Ints
    heap_key: Ints
    heap_value: Ints
    list_start: Ints
    list_key: Ints


def _arrays(mode: int, limit: int, **given: Any) -> ReachArrays:  # noqa: ANN401  a bag of fields, typed below
    empty = np.empty(0, np.int64)
    small = np.empty(0, np.int32)
    fields: dict[str, Any] = dict.fromkeys(ReachArrays._fields, empty)
    fields |= dict.fromkeys(("cell_member", "edge_to", "node_member", "touched", "heap_value"), small)
    fields |= dict.fromkeys(("cell", "grid_x", "grid_y", "columns", "rows", "first_ring"), 1)
    return ReachArrays(**(fields | {"factor": 1.0} | given | {"mode": mode, "limit": limit}))


class Reach(Protocol):
    """Measure from sites (source points) to members, never beyond limit_dm."""

    limit_dm: int
    site_count: int
    member_count: int

    def between(self, site: Ints, member: Ints) -> Ints:
        """Measure pairs; int64[K] dm, FAR where there is no way or it is longer than limit_dm."""

    def within(self, site: int, limit_dm: int) -> tuple[Ints, Ints]:
        """List the members of a site up to a distance: rows and dm, nearest first, ties by row."""

    def arrays(self) -> ReachArrays:
        """Return the arrays that the engine reads, with scratch of their own."""


class StraightReach:
    """Measure the straight line times a stated factor."""

    def __init__(
        self, site_xy_m: ArrayLike, member_xy_m: ArrayLike, *, factor: float = 1.3, limit_dm: int = 15_000
    ) -> None:
        """Take float[P, 2] and float[M, 2] metres of one projected plane."""
        self.site_xy_dm = np.rint(np.asarray(site_xy_m, np.float64).reshape(-1, 2) * 10).astype(np.int64)
        self.member_xy_dm = np.rint(np.asarray(member_xy_m, np.float64).reshape(-1, 2) * 10).astype(np.int64)
        self.factor = float(factor)
        self.limit_dm = int(limit_dm)
        self.site_count = len(self.site_xy_dm)
        self.member_count = len(self.member_xy_dm)

    def with_members(self, row: Ints) -> "StraightReach":
        """Return the same reach with its members in another order."""
        other = StraightReach(np.empty((0, 2)), np.empty((0, 2)), factor=self.factor, limit_dm=self.limit_dm)
        other.site_xy_dm, other.member_xy_dm = self.site_xy_dm, self.member_xy_dm.take(row, axis=0)
        other.site_count, other.member_count = self.site_count, self.member_count
        return other

    def between(self, site: Ints, member: Ints) -> Ints:
        """Measure pairs in int64[K] dm; FAR beyond limit_dm."""
        distance = self.beyond(site, member)
        return np.where(distance <= self.limit_dm, distance, FAR)

    def beyond(self, site: Ints, member: Ints) -> Ints:
        """Measure pairs in int64[K] dm whatever the limit, to say how far away the nearest person is."""
        step = self.site_xy_dm.take(site, axis=0) - self.member_xy_dm.take(member, axis=0)
        # A sum of squared integers is exact and sqrt is correctly rounded: no machine differs.
        straight = np.sqrt((step * step).sum(axis=-1).astype(np.float64))
        return np.rint(straight * self.factor).astype(np.int64)

    def within(self, site: int, limit_dm: int) -> tuple[Ints, Ints]:
        """List the members of a site up to a distance, nearest first."""
        member = np.arange(self.member_count, dtype=np.int32)
        return _nearest_first(member, self.between(np.full(len(member), site), member), limit_dm)

    def arrays(self) -> ReachArrays:
        """Sort the members into square cells of the plane."""
        xy = self.member_xy_dm if self.member_count else np.zeros((1, 2), np.int64)
        low, high = (np.array([most(axis) for axis in xy.T]) for most in (np.min, np.max))  # not along axis 0: slow
        width, height = (int(side) + 1 for side in high - low)
        cell = max(int(np.sqrt(width * height / (4 * len(xy)))), width // 30_000, height // 30_000, 50)
        columns, rows = width // cell + 1, height // cell + 1
        member, start = sort_into_cells(self.member_xy_dm, low, cell, columns, rows)
        return _arrays(
            STRAIGHT, self.limit_dm, factor=self.factor,
            site_x=self.site_xy_dm[:, 0].copy(), site_y=self.site_xy_dm[:, 1].copy(),
            member_x=self.member_xy_dm[member, 0], member_y=self.member_xy_dm[member, 1],
            cell_member=member, cell_start=start, cell=cell, grid_x=int(low[0]), grid_y=int(low[1]),
            columns=columns, rows=rows, first_ring=max(int(cell * self.factor) // 2, 1),
        )  # fmt: skip


@njit(cache=True, nogil=True)
def sort_into_cells(xy, low, cell, columns, rows):
    """Return the members ordered by cell, then row, and where each cell starts."""
    start = np.zeros(columns * rows + 1, np.int64)
    at = np.empty(len(xy), np.int64)
    for i in range(len(xy)):
        at[i] = (xy[i, 1] - low[1]) // cell * columns + (xy[i, 0] - low[0]) // cell
        start[at[i] + 1] += 1
    for i in range(columns * rows):
        start[i + 1] += start[i]
    member = np.empty(len(xy), np.int32)
    following = start[:-1].copy()
    for i in range(len(xy)):
        member[following[at[i]]] = i
        following[at[i]] += 1
    return member, start


class ListReach:
    """Take the distance of every pair from a list; pairs not listed cannot be."""

    def __init__(
        self,
        site: ArrayLike,
        member: ArrayLike,
        distance_dm: ArrayLike,
        *,
        site_count: int,
        member_count: int,
    ) -> None:
        """Take int[K] rows, columns and non-negative distances; the smallest of a repeated pair counts."""
        rows, columns = np.asarray(site, np.int64), np.asarray(member, np.int64)
        distance = np.asarray(distance_dm, np.int64)
        key = rows * member_count + columns
        if (np.diff(key) <= 0).any():  # a whole matrix comes in order
            order = np.lexsort((distance, key))
            order = order[np.diff(key[order], prepend=-1) != 0]
            key, rows, columns, distance = key[order], rows[order], columns[order], distance[order]
        self._key, self._distance = key, distance
        self.start = np.searchsorted(rows, np.arange(site_count + 1)).astype(np.int64)
        self._packed = (distance << 32) | columns
        _sort_runs(self.start, self._packed)
        self.limit_dm = int(distance.max(initial=0))
        self.site_count, self.member_count = site_count, member_count

    def between(self, site: Ints, member: Ints) -> Ints:
        """Measure pairs in int64[K] dm; FAR where the pair is not listed."""
        key = np.asarray(site, np.int64) * self.member_count + member
        if not len(self._key):
            return np.full(len(key), FAR)
        at = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
        return np.where(self._key[at] == key, self._distance[at], FAR)

    def within(self, site: int, limit_dm: int) -> tuple[Ints, Ints]:
        """List the members of a site up to a distance, nearest first."""
        mine = self._packed[self.start[site] : self.start[site + 1]]
        return _nearest_first((mine & MEMBER_MASK).astype(np.int32), mine >> 32, limit_dm)

    def arrays(self) -> ReachArrays:
        """Hand on the listed pairs, packed and sorted by site, distance and member."""
        return _arrays(LISTED, self.limit_dm, list_start=self.start, list_key=self._packed)


@njit(cache=True, nogil=True)
def _sort_runs(start, key):
    for run in range(len(start) - 1):
        key[start[run] : start[run + 1]].sort()


class NetworkReach:
    """Measure the walk on a path network: access to a node, edges, access from a node."""

    def __init__(
        self,
        edge: tuple[ArrayLike, ArrayLike, ArrayLike],
        site: tuple[ArrayLike, ArrayLike],
        member: tuple[ArrayLike, ArrayLike],
        *,
        node_count: int,
        limit_dm: int = 15_000,
    ) -> None:
        """Take edges (from, to, dm; walked both ways) and, for sites and members, (node, access dm).

        A node of -1 means that the point cannot reach the network.
        """
        tail, head, length = (np.asarray(part, np.int64) for part in edge)
        order = np.argsort(np.concatenate([tail, head]), kind="stable")
        self.node_count = node_count
        self.to = np.concatenate([head, tail])[order].astype(np.int32)
        self.length_dm = np.concatenate([length, length])[order]
        ends = np.concatenate([tail, head])[order]
        self.start = np.searchsorted(ends, np.arange(node_count + 1)).astype(np.int64)
        self.site_node, self.site_access_dm = (np.asarray(part, np.int64) for part in site)
        self.member_node, self.member_access_dm = (np.asarray(part, np.int64) for part in member)
        self.limit_dm = int(limit_dm)
        self.site_count, self.member_count = len(self.site_node), len(self.member_node)
        self._laid: ReachArrays | None = None
        self._walks: dict[int, Walk] = {}

    def with_members(self, row: Ints) -> "NetworkReach":
        """Return the same reach with its members in another order."""
        other = copy.copy(self)
        other.member_node, other.member_access_dm = self.member_node[row], self.member_access_dm[row]
        other._laid, other._walks = None, {}  # noqa: SLF001  its own kind
        return other

    def in_walking_order(self, site: Ints) -> tuple[Ints, Ints]:
        """Return keys, int64[S] and int64[M], by which the rows of sites and members follow the paths."""
        place = np.append(walking_order(self.start, self.to), self.node_count)  # -1, off the network, comes last
        return place[self.site_node[site]], place[self.member_node]

    def walk(self, site: int) -> Walk:
        """Return the walk from a site, kept so that a later question goes on where this one stops."""
        if site not in self._walks:
            self._walks[site] = Walk(self._network, site)
        return self._walks[site]

    def _network(self) -> ReachArrays:
        """Return the way to members with scratch of its own: threads may ask at once."""
        if self._laid is None:
            self._laid = self.to_members()
        nodes, heap = self.node_count, len(self.to) + 2
        return self._laid._replace(
            reached=np.full(nodes, FAR), touched=np.empty(nodes, np.int32),
            heap_key=np.empty(heap, np.int64), heap_value=np.empty(heap, np.int32),
        )  # fmt: skip

    def arrays(self) -> ReachArrays:
        """Lay out the network and the members of each node, with scratch for one walk."""
        order = np.argsort(self.member_node, kind="stable")
        order = order[self.member_node[order] >= 0]
        return _arrays(
            WALK, self.limit_dm,
            edge_start=self.start, edge_to=self.to, edge_length=self.length_dm,
            site_node=self.site_node, site_access=self.site_access_dm,
            node_start=np.searchsorted(self.member_node[order], np.arange(self.node_count + 1)),
            node_member=order.astype(np.int32), node_access=self.member_access_dm[order],
            reached=np.full(self.node_count, FAR), touched=np.empty(self.node_count, np.int32),
            heap_key=np.empty(len(self.to) + 2, np.int64), heap_value=np.empty(len(self.to) + 2, np.int32),
        )  # fmt: skip

    def to_members(self) -> ReachArrays:
        """Lay out the network for walks to its members alone, which take half the steps."""
        lived_at = np.zeros(self.node_count, np.bool_)
        lived_at[self.member_node[self.member_node >= 0]] = True
        start, to, length_dm = short_cuts(self.start, self.to, self.length_dm, lived_at)
        return self.arrays()._replace(edge_start=start, edge_to=to, edge_length=length_dm)

    def between(self, site: Ints, member: Ints) -> Ints:
        """Measure pairs in int64[K] dm; FAR where no path is short enough. Walks no further than to those asked."""
        site, member = np.asarray(site, np.int64), np.asarray(member, np.int64)
        order = np.argsort(site, kind="stable")
        answer = np.empty(len(site), np.int64)
        answer[order] = walk_to(self._network(), self.member_node, self.member_access_dm, site[order], member[order])
        return answer

    def within(self, site: int, limit_dm: int) -> tuple[Ints, Ints]:
        """List the members of a site up to a distance, nearest first; walks on from the last question."""
        near = self.walk(site).up_to(int(limit_dm))
        return (near & MEMBER_MASK).astype(np.int32), near >> 32


def _nearest_first(member: Ints, distance_dm: Ints, limit_dm: int) -> tuple[Ints, Ints]:
    near = distance_dm <= min(int(limit_dm), int(FAR) - 1)
    member, distance_dm = member[near], distance_dm[near]
    order = np.argsort(distance_dm, kind="stable")
    return member[order], distance_dm[order]
