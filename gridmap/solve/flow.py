"""Hand a plan over to the network simplex and back.

Nodes: slots, members, the root, then one node for each (member, group) where several slots of the group could
take the member; its single arc to the member keeps one person from filling two places of a household.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridmap.solve.augment import DONE, MORE_ARENA, is_banned, wish_cost
from gridmap.solve.instance import Ints
from gridmap.solve.kernel import kernel
from gridmap.solve.lists import COMPLETE, extend
from gridmap.solve.problem import Problem
from gridmap.solve.simplex import ENDLESS, IN_TREE, LOWER, Tree, empty_tree, hang
from gridmap.solve.walks import MEMBER_MASK

FREE_KEY = -1


class Shared(NamedTuple):
    """Find the node of a (group, member): an open hash of key group * M + member, and each node's member.

    rival: uint32[S], kinds that other slots of the group accept. tally[0]: nodes in use.
    """

    rival: Ints
    key: Ints
    node: Ints
    member: Ints
    tally: Ints


def rival_kinds(problem: Problem) -> Ints:
    """Return, for each slot, the kinds that the other slots of its group accept: uint32[S]."""
    demand = problem.demand
    order = np.argsort(demand.group, kind="stable")
    asks = np.where(problem.wanted > 0, demand.accepts, 0)[order].astype(np.uint32)
    rival = np.empty(len(order), np.uint32)
    rival[order] = _accepted_by_others(demand.group[order], asks)
    return rival


@njit(cache=True, nogil=True)
def _accepted_by_others(group, asks):
    rival = np.zeros(len(group), np.uint32)
    first = 0
    while first < len(group):
        last = first
        while last < len(group) and group[last] == group[first]:
            last += 1
        for i in range(first, last):
            for j in range(first, last):
                if i != j:
                    rival[i] |= asks[j]
        first = last
    return rival


def empty_shared(problem: Problem, room: int) -> Shared:
    """Make an empty hash for some shared nodes."""
    size = 1 << max(int(2 * room), 8).bit_length()
    return Shared(
        rival_kinds(problem), np.full(size, FREE_KEY, np.int64), np.zeros(size, np.int32),
        np.zeros(room, np.int32), np.zeros(1, np.int64),
    )  # fmt: skip


@kernel
def spot_of_node(shared, key):
    """Find where a key is or would be."""
    mask = len(shared.key) - 1
    at = (key * 2654435761) & mask
    while shared.key[at] != FREE_KEY and shared.key[at] != key:
        at = (at + 1) & mask
    return at


@kernel
def _add(arcs, tail, head, cost, capacity, flow):
    a = arcs.used[0]
    arcs.tail[a] = tail
    arcs.head[a] = head
    arcs.cost[a] = cost
    arcs.capacity[a] = capacity
    arcs.flow[a] = flow
    arcs.state[a] = LOWER
    arcs.used[0] = a + 1
    return a


@kernel
def _add_with_flow(arcs, tail, head, cost, flow):
    """Add an endless arc; what flows already has one of its own, so that outside the tree it is full or empty."""
    if flow > 0:
        _add(arcs, tail, head, cost, flow, flow)
    _add(arcs, tail, head, cost, ENDLESS, 0)


@kernel
def add_pair(tree, arcs, shared, fixed, eligible, wanted, slot, member, cost, flow, planted):
    """Add an arc slot -> member, through the shared node where there are rivals for the member."""
    slots = len(fixed.group)
    members = len(fixed.capacity)
    if shared.rival[slot] & eligible.kind[member] == 0:
        _add(arcs, slot, slots + member, cost, ENDLESS if wanted[slot] == 1 else 1, flow)
        return
    key = np.int64(fixed.group[slot]) * members + member
    at = spot_of_node(shared, key)
    if shared.key[at] == FREE_KEY:
        shared.key[at] = key
        node = slots + members + 1 + shared.tally[0]
        shared.node[at] = node
        shared.member[shared.tally[0]] = member
        shared.tally[0] += 1
        through = _add(arcs, node, slots + member, np.int64(0), 1, 0)
        tree.price[node] = tree.price[slots + member]
        if planted:
            hang(tree, node, slots + member, through, 1)
            tree.depth[node] = tree.depth[slots + member] + 1
            arcs.state[through] = IN_TREE
    node = shared.node[at]
    _add(arcs, slot, node, cost, ENDLESS, flow)


@kernel
def lay_arcs(tree, arcs, shared, fixed, eligible, wanted, base_load, plan, pending):
    """Lay the arcs to the root and those of the plan's pairs; set prices that leave nothing to gain."""
    slots = len(fixed.group)
    members = len(fixed.capacity)
    root = slots + members
    for slot in range(slots):
        tree.price[slot] = plan.price_slot[slot]
        _add_with_flow(arcs, slot, root, fixed.weight[slot], plan.empty[slot])
        stand_in = fixed.people + fixed.group[slot]
        if fixed.rest[slot] < fixed.weight[slot] and fixed.capacity[stand_in] > 0:
            _add_with_flow(arcs, slot, slots + stand_in, fixed.rest[slot], _held(plan, fixed, slot, stand_in))
        if pending[slot] > 0:
            _add(arcs, slot, root, fixed.weight[slot], pending[slot], pending[slot])
    for member in range(members):
        tree.price[slots + member] = plan.price_member[member]
        room = fixed.capacity[member] - base_load[member]
        load = plan.load[member] - base_load[member]
        if room == 0:
            continue  # such a member has no way to the root and stays outside the tree
        if fixed.load_step[member] == 0:
            _add(arcs, slots + member, root, np.int64(0), room, load)
            continue
        for unit in range(room):
            cost = np.int64(base_load[member] + unit) * fixed.load_step[member]
            _add(arcs, slots + member, root, cost, 1, 1 if unit < load else 0)
    for pair in range(len(plan.pair_slot)):
        slot = plan.pair_slot[pair]
        if slot < 0:
            continue
        member = plan.pair_member[pair]
        if member >= fixed.people:
            continue
        add_pair(tree, arcs, shared, fixed, eligible, wanted, slot, member, plan.pair_cost[pair], 1, False)
        if arcs.head[arcs.used[0] - 1] > root:
            node = arcs.head[arcs.used[0] - 1]
            arcs.flow[_through(arcs, node)] = 1
            tree.price[node] = plan.price_slot[slot] - plan.pair_cost[pair]


@kernel
def _through(arcs, node):
    """Find the arc of a shared node that was laid last or just before."""
    a = arcs.used[0] - 1
    while arcs.tail[a] != node:
        a -= 1
    return a


@kernel
def lay_first(tree, arcs, shared, fixed, lists, arena, reach, eligible, wanted, base_load, plan, each, state):
    """Lay the first arcs of every list and all kept pairs, without those that the plan holds already."""
    while state[0] < len(fixed.group):
        slot = state[0]
        which = fixed.of_class[slot]
        if wanted[slot] > 0:
            while lists.length[which] < each and lists.bound[which] < COMPLETE:
                if not extend(lists, arena, reach, eligible, which):
                    return MORE_ARENA
            kept = fixed.kept_start[slot + 1] - fixed.kept_start[slot]
            many = min(each, lists.length[which])
            for i in range(kept + many):
                if i < kept:
                    key = fixed.kept_key[fixed.kept_start[slot] + i]
                    cost = key >> 32
                else:
                    key = arena[lists.start[which] + i - kept]
                    cost = (key >> 32) + fixed.keep
                member = key & MEMBER_MASK
                if fixed.capacity[member] == base_load[member] or is_banned(fixed, slot, member):
                    continue
                if i >= kept and is_kept(fixed, slot, member):
                    continue
                if _held(plan, fixed, slot, member) == 0:
                    cost += wish_cost(fixed, slot, member)
                    add_pair(tree, arcs, shared, fixed, eligible, wanted, slot, member, cost, 0, False)
        state[0] += 1
    return DONE


@kernel
def _held(plan, fixed, slot, member):
    """Count the places of a slot that a member fills."""
    held = 0
    pair = plan.group_first[fixed.group[slot]]
    while pair >= 0:
        if plan.pair_member[pair] == member and plan.pair_slot[pair] == slot:
            held += 1
        pair = plan.group_next[pair]
    return held


@kernel
def is_kept(fixed, slot, member):
    """Tell whether a pair is kept."""
    for at in range(fixed.kept_start[slot], fixed.kept_start[slot + 1]):
        if fixed.kept_key[at] & MEMBER_MASK == member:
            return True
    return False


@kernel
def read_back(tree, arcs, shared, fixed, base_load, plan):
    """Write the flow and the prices into an empty plan."""
    slots = len(fixed.group)
    members = len(fixed.capacity)
    root = slots + members
    for slot in range(slots):
        plan.price_slot[slot] = tree.price[slot]
    for member in range(members):
        plan.price_member[member] = tree.price[slots + member]
        plan.load[member] = base_load[member]
    for a in range(arcs.used[0]):
        slot = arcs.tail[a]
        if slot >= slots or arcs.flow[a] == 0:
            continue
        head = arcs.head[a]
        if head == root:
            plan.empty[slot] += arcs.flow[a]
            continue
        member = head - slots if head < root else shared.member[head - root - 1]
        for _ in range(arcs.flow[a]):
            _write_pair(plan, fixed, slot, member, arcs.cost[a])


@kernel
def _write_pair(plan, fixed, slot, member, cost):
    pair = plan.free[0]
    plan.free[0] = plan.group_next[pair]
    plan.pair_slot[pair] = slot
    plan.pair_member[pair] = member
    plan.pair_cost[pair] = cost
    group = fixed.group[slot]
    plan.group_next[pair] = plan.group_first[group]
    plan.group_first[group] = pair
    plan.member_next[pair] = plan.member_first[member]
    plan.member_first[member] = pair
    plan.load[member] += 1


def room_for_nodes(tree: Tree, shared: Shared, more: int) -> tuple[Tree, Shared]:
    """Copy the tree and the shared nodes to where there is room for more."""
    count = int(shared.tally[0])
    grown = empty_tree(len(tree.parent) + more)
    for old, new in zip(tree, grown, strict=True):
        new[: len(old)] = old
    size = 1 << max(2 * (count + more), 8).bit_length()
    fresh = Shared(
        shared.rival, np.full(size, FREE_KEY, np.int64), np.zeros(size, np.int32),
        np.zeros(count + more, np.int32), shared.tally,
    )  # fmt: skip
    fresh.member[:count] = shared.member[:count]
    _rehash(shared, fresh)
    return grown, fresh


@kernel
def _rehash(old, new):
    for i in range(len(old.key)):
        if old.key[i] != FREE_KEY:
            at = spot_of_node(new, old.key[i])
            new.key[at] = old.key[i]
            new.node[at] = old.node[i]
