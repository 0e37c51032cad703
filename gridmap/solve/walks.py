"""Walk a path network from a building, nearest first (Dijkstra 1959), as far as asked and later on from there.

A walk keeps what it has labelled and its frontier in small arrays of its own and lays them out on scratch as large as
the network to go on, so that a kept walk holds what it has seen and not the city.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridmap.solve.heap import heap_pop, heap_push
from gridmap.solve.kernel import kernel

Ints = NDArray[np.integer[Any]]

MEMBER_MASK = (1 << 32) - 1
UNSEEN = 1 << 60


class Seen(NamedTuple):
    """Hold how far a walk has come.

    found: int64 keys distance << 32 | member, sorted. settled_dm: everybody up to this distance is found, -1 before the
    first step. node, far: the nodes labelled. frontier: heap of distances and nodes.
    """

    found: Ints
    settled_dm: int
    node: Ints
    far: Ints
    frontier: tuple[Ints, Ints]


class Walk:
    """Go from one site to the members in increasing distance, on demand."""

    def __init__(self, network: Callable[[], Any], site: int) -> None:
        """Take a function that returns the network with scratch that nobody else uses."""
        none = np.empty(0, np.int64)
        self._network, self._site = network, site
        self.seen = Seen(none, -1, none, none, (none, none))

    def up_to(self, limit_dm: int) -> Ints:
        """Go on to a distance, never beyond the limit of the network; return the keys of everybody within it."""
        seen = self.seen  # replaced as a whole: threads that go on at once do the work twice and no harm
        if limit_dm > seen.settled_dm:
            network = self._network()
            limit_dm = min(limit_dm, network.limit)
            found, node, far, *frontier = _go_on(network, self._site, seen, limit_dm)
            found = np.sort(np.concatenate([seen.found, found]))
            self.seen = seen = Seen(found, limit_dm, node, far, (frontier[0], frontier[1]))
        return seen.found[: np.searchsorted(seen.found, (limit_dm + 1) << 32)]


@kernel
def set_out(network, site):
    """Stand at a site's door; return (nodes touched, heap size), both 0 where there is no way out."""
    node = network.site_node[site]
    if node < 0 or network.site_access[site] > network.limit:
        return 0, 0
    network.reached[node] = network.site_access[site]
    network.touched[0] = node
    return 1, heap_push(network.heap_key, network.heap_value, 0, network.site_access[site], node)


@kernel
def step(network, seen, size, furthest):
    """Take the nearest of the frontier and label its neighbours up to a distance.

    Returns (nodes touched, heap size, node or -1 when it was taken before, its distance).
    """
    far = network.heap_key[0]
    node = network.heap_value[0]
    size = heap_pop(network.heap_key, network.heap_value, size)
    if far > network.reached[node]:
        return seen, size, -1, far
    for arc in range(network.edge_start[node], network.edge_start[node + 1]):
        further = far + network.edge_length[arc]
        head = network.edge_to[arc]
        if further <= furthest and further < network.reached[head]:
            if network.reached[head] == UNSEEN:
                network.touched[seen] = head
                seen += 1
            network.reached[head] = further
            size = heap_push(network.heap_key, network.heap_value, size, further, head)
    return seen, size, node, far


@kernel
def wipe(network, seen):
    """Leave the scratch as it was found."""
    for i in range(seen):
        network.reached[network.touched[i]] = UNSEEN


@njit(cache=True, nogil=True)
def _go_on(network, site, before, limit):
    """Lay a walk out, go on to a limit, take it up again; return keys found, nodes, labels and the frontier."""
    if before.settled_dm < 0:
        seen, size = set_out(network, site)
    else:
        seen, size = len(before.node), len(before.frontier[0])
        for i in range(seen):
            network.touched[i] = before.node[i]
            network.reached[before.node[i]] = before.far[i]
        for i in range(size):
            network.heap_key[i] = before.frontier[0][i]
            network.heap_value[i] = before.frontier[1][i]
    found = np.empty(256, np.int64)
    count = 0
    while size > 0 and network.heap_key[0] <= limit:
        seen, size, at, reached = step(network, seen, size, network.limit)
        if at < 0:
            continue
        for i in range(network.node_start[at], network.node_start[at + 1]):
            if reached + network.node_access[i] <= network.limit:
                if count == len(found):
                    found = np.concatenate((found, np.empty_like(found)))
                found[count] = ((reached + network.node_access[i]) << 32) | network.node_member[i]
                count += 1
    node = network.touched[:seen].astype(np.int64)
    far = np.empty(seen, np.int64)
    for i in range(seen):
        far[i] = network.reached[node[i]]
    return found[:count], node, far, network.heap_key[:size].copy(), network.heap_value[:size].astype(np.int64)


@njit(cache=True, nogil=True)
def walk_to(network, member_node, member_access, site, member):
    """Walk from each site (sorted) until the members asked of it are reached or out of reach; int64[K] dm."""
    answer = np.full(len(site), UNSEEN)
    first = 0
    while first < len(site):
        last = first
        left = 0
        while last < len(site) and site[last] == site[first]:
            left += member_node[member[last]] >= 0
            last += 1
        seen, size = set_out(network, site[first])
        while size > 0 and left > 0:
            seen, size, node, far = step(network, seen, size, network.limit)
            if node < 0:
                continue
            for i in range(first, last):
                if member_node[member[i]] == node:
                    left -= 1
                    if far + member_access[member[i]] <= network.limit:
                        answer[i] = far + member_access[member[i]]
        wipe(network, seen)
        first = last
    return answer
