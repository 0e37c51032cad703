"""Leave out of a path network what no walk to a member needs: dead ends, and nodes where a way only goes on.

Nodes keep their numbers, and every distance from any node to any member is what it was; most walks then take half the
steps. Who only walks to members may use this; the proof walks the whole network.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]

NEVER = 1 << 60


@njit(cache=True, nogil=True)
def walking_order(start, to):
    """Give nodes places, int64[N], so that those along a way follow each other: depth first."""
    nodes = len(start) - 1
    place = np.full(nodes, -1, np.int64)
    waiting = np.empty(len(to) + 1, np.int64)
    count = 0
    for first in range(nodes):
        waiting[0] = first
        left = 1
        while left > 0:
            left -= 1
            node = waiting[left]
            if place[node] >= 0:
                continue
            place[node] = count
            count += 1
            for arc in range(start[node], start[node + 1]):
                if place[to[arc]] < 0:
                    waiting[left] = to[arc]
                    left += 1
    return place


@njit(cache=True, nogil=True)
def short_cuts(start, to, length, lived_at):
    """Return the arcs (start, to, length) that lead to where somebody lives or ways part, over what lies between."""
    cut, ways = _dead_ends(start, to, lived_at)
    begin = np.zeros(len(start), np.int64)
    head = np.empty(len(to), np.int32)
    metres = np.empty(len(to), np.int64)
    count = 0
    for node in range(len(start) - 1):
        for arc in range(start[node], start[node + 1]):
            at = to[arc]
            far = length[arc]
            if cut[at] < cut[node] or at == node:
                continue
            before = node
            while at != node and cut[node] == NEVER and ways[at] == 2 and not lived_at[at]:
                on = _way_on(start, to, cut, at, before)
                if on < 0:
                    at = node  # back the way it came
                    break
                before = at
                at = to[on]
                far += length[on]
            if at != node:
                head[count] = at
                metres[count] = far
                count += 1
        begin[node + 1] = count
    return begin, head[:count], metres[:count]


@njit(cache=True, nogil=True)
def _dead_ends(start, to, lived_at):
    """Cut off ends where nobody lives, one after another: each node's turn (NEVER: stays) and ways that are left."""
    nodes = len(start) - 1
    cut = np.full(nodes, NEVER)
    ways = start[1:] - start[:-1]
    waiting = np.empty(nodes, np.int64)
    left = 0
    for node in range(nodes):
        if ways[node] <= 1 and not lived_at[node]:
            waiting[left] = node
            left += 1
    turn = 0
    while left > 0:
        left -= 1
        node = waiting[left]
        cut[node] = turn
        turn += 1
        for arc in range(start[node], start[node + 1]):
            other = to[arc]
            ways[other] -= 1
            if ways[other] == 1 and cut[other] == NEVER and not lived_at[other]:
                waiting[left] = other
                left += 1
    return cut, ways


@njit(cache=True, nogil=True)
def _way_on(start, to, cut, node, before):
    """Return the arc that leads on from a node between two ways, -1 where both lead back."""
    for arc in range(start[node], start[node + 1]):
        if to[arc] != before and cut[to[arc]] == NEVER:
            return arc
    return -1
