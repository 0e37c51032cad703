"""Run a primal network simplex whose tree survives when arcs are added.

Every place flows to one root. The spanning tree is strongly feasible (Cunningham 1976): each node can send a
unit to the root along the tree, which rules out cycling. Prices are costs to the root along the tree. Because
the natural arcs (leave a place empty, use a member) already end at the root, no artificial arcs are needed.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridmap.solve.heap import heap_pop, heap_push
from gridmap.solve.instance import Ints
from gridmap.solve.kernel import kernel
from gridmap.solve.travel import FAR

LOWER, IN_TREE, UPPER = 1, 0, -1
ENDLESS = 1 << 30
OPTIMAL, STOPPED = 0, 1


class Arcs(NamedTuple):
    """Hold the arcs: tail, head, cost, capacity, flow and state; used[0] of them are in use."""

    tail: Ints
    head: Ints
    cost: Ints
    capacity: Ints
    flow: Ints
    state: Ints
    used: Ints


class Tree(NamedTuple):
    """Hold the spanning tree, a row for each node; price is the cost to the root along the tree.

    up is 1 when the arc leads from the node to its parent. child, following, before chain the children.
    """

    parent: Ints
    arc: Ints
    up: Ints
    depth: Ints
    child: Ints
    following: Ints
    before: Ints
    price: Ints


def empty_arcs(room: int) -> Arcs:
    """Make room for arcs."""
    narrow = [np.empty(room, np.int32) for _ in range(4)]
    return Arcs(
        narrow[0], narrow[1], np.empty(room, np.int64), narrow[2], narrow[3], np.empty(room, np.int8),
        np.zeros(1, np.int64),
    )  # fmt: skip


def room_for_arcs(arcs: Arcs, more: int) -> Arcs:
    """Copy arcs to where there is room for more."""
    used = int(arcs.used[0])
    grown = empty_arcs(used + more)
    for old, new in zip(arcs[:-1], grown[:-1], strict=True):
        new[:used] = old[:used]
    grown.used[0] = used
    return grown


def empty_tree(nodes: int) -> Tree:
    """Make a tree of nodes that hang nowhere yet."""
    links = [np.full(nodes, -1, np.int32) for _ in range(6)]
    return Tree(
        links[0], links[1], np.ones(nodes, np.int8), links[2], links[3], links[4], links[5],
        np.zeros(nodes, np.int64),
    )  # fmt: skip


@kernel
def hang(tree, node, parent, arc, up):
    """Hang a node under a parent by an arc."""
    tree.parent[node] = parent
    tree.arc[node] = arc
    tree.up[node] = up
    first = tree.child[parent]
    tree.following[node] = first
    tree.before[node] = -1
    if first >= 0:
        tree.before[first] = node
    tree.child[parent] = node


@kernel
def _unhang(tree, node):
    before = tree.before[node]
    following = tree.following[node]
    if before >= 0:
        tree.following[before] = following
    else:
        tree.child[tree.parent[node]] = following
    if following >= 0:
        tree.before[following] = before


@njit(cache=True, nogil=True)
def plant(tree, arcs, price, root):
    """Grow the tree of shortest residual paths to the root for the flow that is there.

    price must leave no residual arc towards the root with a negative reduced cost; arcs out of the root do
    not matter. All nodes must reach the root. Arcs outside the tree take their state from their flow.
    """
    nodes = len(price)
    used = arcs.used[0]
    start_in = np.zeros(nodes + 1, np.int64)
    start_out = np.zeros(nodes + 1, np.int64)
    for a in range(used):
        start_in[arcs.head[a] + 1] += 1
        start_out[arcs.tail[a] + 1] += 1
    for i in range(nodes):
        start_in[i + 1] += start_in[i]
        start_out[i + 1] += start_out[i]
    arc_in = np.empty(used, np.int32)
    arc_out = np.empty(used, np.int32)
    at_in = start_in[:-1].copy()
    at_out = start_out[:-1].copy()
    for a in range(used):
        arc_in[at_in[arcs.head[a]]] = a
        at_in[arcs.head[a]] += 1
        arc_out[at_out[arcs.tail[a]]] = a
        at_out[arcs.tail[a]] += 1
        arcs.state[a] = LOWER if arcs.flow[a] == 0 else UPPER
    best = np.full(nodes, FAR)
    done = np.zeros(nodes, np.bool_)
    heap_key = np.empty(2 * used + 2, np.int64)
    heap_value = np.empty(2 * used + 2, np.int32)
    best[root] = 0
    tree.depth[root] = 0
    size = heap_push(heap_key, heap_value, 0, np.int64(0), root)
    while size > 0:
        node = heap_value[0]
        size = heap_pop(heap_key, heap_value, size)
        if done[node]:
            continue
        done[node] = True
        if node != root:
            arc = tree.arc[node]
            parent = tree.parent[node]
            hang(tree, node, parent, arc, tree.up[node])
            arcs.state[arc] = IN_TREE
            tree.depth[node] = tree.depth[parent] + 1
            tree.price[node] = tree.price[parent] + (arcs.cost[arc] if tree.up[node] == 1 else -arcs.cost[arc])
        for i in range(start_in[node], start_in[node + 1]):
            a = arc_in[i]
            other = arcs.tail[a]
            if arcs.flow[a] < arcs.capacity[a] and not done[other]:
                far = best[node] + arcs.cost[a] - price[other] + price[node]
                if far < best[other]:
                    best[other] = far
                    tree.parent[other] = node
                    tree.arc[other] = a
                    tree.up[other] = 1
                    size = heap_push(heap_key, heap_value, size, far, other)
        for i in range(start_out[node], start_out[node + 1]):
            a = arc_out[i]
            other = arcs.head[a]
            if arcs.flow[a] > 0 and not done[other]:
                far = best[node] - arcs.cost[a] + price[node] - price[other]
                if far < best[other]:
                    best[other] = far
                    tree.parent[other] = node
                    tree.arc[other] = a
                    tree.up[other] = -1
                    size = heap_push(heap_key, heap_value, size, far, other)


@kernel
def _entering(tree, arcs, at, block):
    """Search blocks of arcs from one on for the worst reduced cost; return (arc or -1, where to go on)."""
    used = arcs.used[0]
    worst = np.int64(0)
    found = -1
    left = block
    for _ in range(used):
        state = arcs.state[at]
        if state != IN_TREE:
            reduced = state * (arcs.cost[at] - tree.price[arcs.tail[at]] + tree.price[arcs.head[at]])
            if reduced < worst:
                worst = reduced
                found = at
        at += 1
        if at == used:
            at = 0
        left -= 1
        if left == 0:
            if found >= 0:
                return found, at
            left = block
    return found, at


@kernel
def _pivot(tree, arcs, entering):
    """Push as much as the cycle of an entering arc bears and exchange it for the arc that blocks."""
    state = arcs.state[entering]
    first = arcs.tail[entering] if state == LOWER else arcs.head[entering]
    second = arcs.head[entering] if state == LOWER else arcs.tail[entering]
    push = arcs.capacity[entering] if state == LOWER else arcs.flow[entering]
    leaving = -1
    on_first = False
    a = first
    b = second
    # Of the blocking arcs, the first after the join along the cycle keeps the tree strongly feasible:
    # both walks go up from the entering arc, so < on the first side and <= on the second.
    best_second = push
    leaving_second = -1
    while a != b:
        if tree.depth[a] >= tree.depth[b]:
            arc = tree.arc[a]
            room = arcs.flow[arc] if tree.up[a] == 1 else arcs.capacity[arc] - arcs.flow[arc]
            if room < push:
                push = room
                leaving = a
            a = tree.parent[a]
        else:
            arc = tree.arc[b]
            room = arcs.capacity[arc] - arcs.flow[arc] if tree.up[b] == 1 else arcs.flow[arc]
            if room <= best_second:
                best_second = room
                leaving_second = b
            b = tree.parent[b]
    join = a
    if leaving >= 0:
        on_first = True
    if leaving_second >= 0 and best_second <= push:
        push = best_second
        leaving = leaving_second
        on_first = False
    if push > 0:
        arcs.flow[entering] += state * push
        a = first
        while a != join:
            arcs.flow[tree.arc[a]] -= tree.up[a] * push
            a = tree.parent[a]
        b = second
        while b != join:
            arcs.flow[tree.arc[b]] += tree.up[b] * push
            b = tree.parent[b]
    if leaving < 0:
        arcs.state[entering] = -state
        return
    out = tree.arc[leaving]
    arcs.state[out] = LOWER if arcs.flow[out] == 0 else UPPER
    arcs.state[entering] = IN_TREE
    node = first if on_first else second
    _rehang(tree, arcs, node, second if on_first else first, entering, leaving)


@kernel
def _rehang(tree, arcs, node, parent, entering, leaving):
    """Turn the cut-off part of the tree over, hang it by the entering arc and move its prices."""
    top = node
    under = parent
    arc = entering
    up = 1 if arcs.tail[entering] == node else -1
    while True:
        old_parent = tree.parent[node]
        old_arc = tree.arc[node]
        old_up = tree.up[node]
        _unhang(tree, node)
        hang(tree, node, under, arc, up)
        if node == leaving:
            break
        under = node
        arc = old_arc
        up = -old_up
        node = old_parent
    cost = arcs.cost[entering] if tree.up[top] == 1 else -arcs.cost[entering]
    move = tree.price[parent] + cost - tree.price[top]
    node = top
    while True:
        tree.price[node] += move
        tree.depth[node] = tree.depth[tree.parent[node]] + 1
        if tree.child[node] >= 0:
            node = tree.child[node]
            continue
        while node != top and tree.following[node] < 0:
            node = tree.parent[node]
        if node == top:
            return
        node = tree.following[node]


@kernel
def improve(tree, arcs, pivots, state, factor):
    """Pivot until no arc improves (OPTIMAL) or for so many pivots (STOPPED). state: next arc, pivots done."""
    block = max(np.int64(factor * np.sqrt(arcs.used[0])), np.int64(20))
    at = state[0] % arcs.used[0]
    for _ in range(pivots):
        entering, at = _entering(tree, arcs, at, block)
        if entering < 0:
            state[0] = at
            return OPTIMAL
        _pivot(tree, arcs, entering)
        state[1] += 1
    state[0] = at
    return STOPPED
