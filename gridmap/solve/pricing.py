"""Lay the pairs outside the network simplex that its prices call worth taking, the best of every slot first."""

import numpy as np
from numba import njit

from gridmap.solve.augment import DONE, MORE_ARENA, MORE_ROOM, is_banned, wish_cost
from gridmap.solve.flow import FREE_KEY, add_pair, is_kept, spot_of_node
from gridmap.solve.heap import heap_pop, heap_push
from gridmap.solve.instance import Ints
from gridmap.solve.kernel import kernel
from gridmap.solve.lists import COMPLETE, extend_to
from gridmap.solve.simplex import UPPER
from gridmap.solve.walks import MEMBER_MASK


@kernel
def reduced_cost(tree, shared, fixed, eligible, slot, member, cost):
    """Return the reduced cost of a pair at the tree's prices."""
    slots = len(fixed.group)
    members = len(fixed.capacity)
    end = slots + member
    if shared.rival[slot] & eligible.kind[member] != 0:
        at = spot_of_node(shared, np.int64(fixed.group[slot]) * members + member)
        if shared.key[at] != FREE_KEY:
            end = shared.node[at]
    return cost - tree.price[slot] + tree.price[end]


@njit(cache=True, nogil=True)
def full_pairs(arcs, slots, root):
    """List, by slot, the members whose own arc is at its upper end: their reduced cost may be negative."""
    start = np.zeros(slots + 1, np.int64)
    for a in range(arcs.used[0]):
        if arcs.state[a] == UPPER and arcs.tail[a] < slots and arcs.head[a] < root:
            start[arcs.tail[a] + 1] += 1
    for slot in range(slots):
        start[slot + 1] += start[slot]
    member = np.empty(start[slots], np.int32)
    following = start[:-1].copy()
    for a in range(arcs.used[0]):
        if arcs.state[a] == UPPER and arcs.tail[a] < slots and arcs.head[a] < root:
            member[following[arcs.tail[a]]] = arcs.head[a] - slots
            following[arcs.tail[a]] += 1
    return start, member


@kernel
def is_full(full, slot, member):
    """Tell whether a slot has a member by an arc at its upper end."""
    start, held = full
    for at in range(start[slot], start[slot + 1]):
        if held[at] == member:
            return True
    return False


def best_of(each: int) -> tuple[Ints, Ints, Ints]:
    """Make scratch for the best pairs of one slot: a heap of gains and spots, and the key in each spot."""
    return np.empty(each + 1, np.int64), np.empty(each + 1, np.int32), np.empty(each + 1, np.int64)


@kernel
def keep_best(best, found, each, reduced, key):
    """Keep the most negative reduced costs seen so far, at most each; return how many there are."""
    gain, which, key_of = best
    spot = found
    if found == each:
        spot = which[0]
        found = heap_pop(gain, which, found)
    key_of[spot] = key
    return heap_push(gain, which, found, -reduced, spot)


@kernel
def lay_worthwhile(
    tree, arcs, shared, fixed, lists, arena, reach, eligible, wanted, base_load, full, each, best, state, scanned
):
    """Lay, for every slot, the pairs of most negative reduced cost, at most each.

    state: next slot, arcs laid. Lists are lengthened until nothing unlisted can have a negative reduced cost.
    """
    slots = len(fixed.group)
    gain, which_spot, key_of = best
    while state[0] < slots:
        slot = state[0]
        which = fixed.of_class[slot]
        price = tree.price[slot]
        if wanted[slot] == 0:
            state[0] += 1
            continue
        while lists.bound[which] + fixed.keep < price and lists.bound[which] < COMPLETE:
            if not extend_to(lists, arena, reach, eligible, which, price - fixed.keep):
                return MORE_ARENA
        if arcs.used[0] + 2 * each > len(arcs.tail) or shared.tally[0] + each > len(shared.member):
            return MORE_ROOM
        found = 0
        bans = fixed.ban_first[slot] >= 0
        start = lists.start[which]
        for at in range(start, start + lists.length[which]):
            cost = (arena[at] >> 32) + fixed.keep
            cut = gain[0] if found == each else np.int64(0)
            if cost >= price - cut:
                break
            scanned[0] += 1
            member = arena[at] & MEMBER_MASK
            if cost - price + tree.price[slots + member] >= -cut:
                continue
            if fixed.capacity[member] == base_load[member] or (bans and is_banned(fixed, slot, member)):
                continue
            cost += wish_cost(fixed, slot, member)
            reduced = reduced_cost(tree, shared, fixed, eligible, slot, member, cost)
            if reduced >= -cut or is_kept(fixed, slot, member) or is_full(full, slot, member):
                continue
            found = keep_best(best, found, each, reduced, (cost << 32) | member)
        for i in range(found):
            key = key_of[which_spot[i]]
            add_pair(tree, arcs, shared, fixed, eligible, wanted, slot, key & MEMBER_MASK, key >> 32, 0, True)
        state[1] += found
        state[0] += 1
    return DONE
