"""Fill places one by one along shortest augmenting paths, with lists that grow inside the search.

The residual network has slots, members and, between them, one unit for each member and group. That unit
needs no node of its own: its potential is price_slot[y] - cost(y, m) when slot y of the group holds m, and
price_member[m] when nobody does. A search that runs off the end of a list asks for more of it and goes on;
one that would cross a guard is put off, prices untouched.
"""

import numpy as np

from gridmap.solve.heap import heap_pop, heap_push
from gridmap.solve.kernel import kernel
from gridmap.solve.lists import COMPLETE, extend
from gridmap.solve.travel import FAR
from gridmap.solve.undo import (
    EMPTY,
    FREE,
    GROUP_FIRST,
    GROUP_NEXT,
    LOAD,
    MEMBER_FIRST,
    MEMBER_NEXT,
    PAIR_COST,
    PAIR_MEMBER,
    PAIR_SLOT,
    PRICE_MEMBER,
    PRICE_SLOT,
    put,
)
from gridmap.solve.walks import MEMBER_MASK

DONE, MORE_ARENA, MORE_HEAP, SPENT, MORE_ROOM, MORE_LOG = 0, 1, 2, 3, 4, 5
INFINITE = int(FAR)


@kernel
def is_banned(fixed, slot, member):
    """Tell whether a pair is banned."""
    ban = fixed.ban_first[slot]
    while ban >= 0:
        if fixed.ban_member[ban] == member:
            return True
        ban = fixed.ban_next[ban]
    return False


@kernel
def wish_cost(fixed, slot, member):
    """Add the penalties of missed wishes."""
    cost = np.int64(0)
    for i in range(len(fixed.wish)):
        named = fixed.wish_slot[i, slot]
        if named >= 0 and named != fixed.wish_member[i, member]:
            cost += fixed.wish[i]
    return cost


@kernel
def _label_member(plan, fixed, labels, heap_key, heap_value, size, slot, member, found, cost):
    """Reach a member from a slot more cheaply than before; return the heap's size."""
    if labels.member_at[member] == FAR:
        labels.members_seen[labels.marks[1]] = member
        labels.marks[1] += 1
    labels.member_at[member] = found
    labels.taker[member] = slot
    labels.take_cost[member] = cost
    if plan.load[member] < fixed.capacity[member]:
        total = found + plan.load[member] * fixed.load_step[member] - plan.price_member[member] + labels.marks[4]
        if total < labels.marks[2]:
            labels.marks[2] = total
            labels.marks[3] = len(labels.slot_at) + member
    if plan.member_first[member] >= 0:
        size = heap_push(heap_key, heap_value, size, found, len(labels.slot_at) + member)
    return size


@kernel
def _label_slot(labels, heap_key, heap_value, size, slot, found, pair, sibling):
    """Reach a slot that gives up a pair; sibling is the slot that takes the member, or -1."""
    if labels.slot_at[slot] == FAR:
        labels.slots_seen[labels.marks[0]] = slot
        labels.marks[0] += 1
    labels.slot_at[slot] = found
    labels.lost_pair[slot] = pair
    labels.sibling[slot] = sibling
    return heap_push(heap_key, heap_value, size, found, slot)


@kernel
def _try_pair(plan, fixed, labels, heap_key, heap_value, size, slot, first_pair, member, found, cost):
    """Relax one arc slot -> member; found is its label before the member's own price.

    first_pair: the pairs of the group; -1 for a stand-in, whom several slots of it may hold.
    """
    pair = first_pair
    while pair >= 0:
        if plan.pair_member[pair] == member:
            holder = plan.pair_slot[pair]
            if holder != slot:
                along = found + plan.price_slot[holder] - plan.pair_cost[pair]
                if along < labels.slot_at[holder] and along < labels.marks[2]:
                    return _label_slot(labels, heap_key, heap_value, size, holder, along, pair, slot)
            return size
        pair = plan.group_next[pair]
    found += plan.price_member[member]
    if found < labels.member_at[member] and found < labels.marks[2]:
        return _label_member(plan, fixed, labels, heap_key, heap_value, size, slot, member, found, cost)
    return size


@kernel
def _scan_slot(plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, size, slot, far, scanned):
    """Relax all arcs of a slot below the best end; return (heap size, status)."""
    base = far - plan.price_slot[slot]
    if base + fixed.weight[slot] + labels.marks[4] < labels.marks[2]:
        labels.marks[2] = base + fixed.weight[slot] + labels.marks[4]
        labels.marks[3] = slot
    first_pair = plan.group_first[fixed.group[slot]]
    bans = fixed.ban_first[slot] >= 0
    wishes = len(fixed.wish) > 0
    for at in range(fixed.kept_start[slot], fixed.kept_start[slot + 1]):
        member = fixed.kept_key[at] & MEMBER_MASK
        if bans and is_banned(fixed, slot, member):
            continue
        cost = (fixed.kept_key[at] >> 32) + wish_cost(fixed, slot, member)
        if size + 2 >= len(heap_key):
            return size, MORE_HEAP
        size = _try_pair(plan, fixed, labels, heap_key, heap_value, size, slot, first_pair, member, base + cost, cost)
    if fixed.rest[slot] < fixed.weight[slot]:
        if size + 2 >= len(heap_key):
            return size, MORE_HEAP
        cost = fixed.rest[slot]
        stand_in = fixed.people + fixed.group[slot]
        size = _try_pair(plan, fixed, labels, heap_key, heap_value, size, slot, -1, stand_in, base + cost, cost)
    which = fixed.of_class[slot]
    at = 0
    while True:
        start = lists.start[which]
        while at < lists.length[which]:
            key = arena[start + at]
            cost = (key >> 32) + fixed.keep
            scanned[0] += 1
            if base + cost >= labels.marks[2]:
                return size, DONE
            member = key & MEMBER_MASK
            at += 1
            if bans and is_banned(fixed, slot, member):
                continue
            if wishes:
                cost += wish_cost(fixed, slot, member)
            if size + 2 >= len(heap_key):
                return size, MORE_HEAP
            size = _try_pair(
                plan, fixed, labels, heap_key, heap_value, size, slot, first_pair, member, base + cost, cost
            )
        if base + lists.bound[which] + fixed.keep >= labels.marks[2] or lists.bound[which] == COMPLETE:
            return size, DONE
        if lists.bound[which] >= lists.guard[which]:
            return size, SPENT
        if not extend(lists, arena, reach, eligible, which):
            return size, MORE_ARENA


@kernel
def search(plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, source, scanned):
    """Label from one slot until the cheapest end, labels.marks[2:], is settled; return DONE or why not."""
    labels.marks[0] = 0
    labels.marks[1] = 0
    labels.marks[2] = INFINITE
    labels.marks[3] = source
    size = _label_slot(labels, heap_key, heap_value, 0, source, np.int64(0), -1, -1)
    return _settle(plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, size, scanned)


@kernel
def search_for(plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, source, aim, limit, scanned):
    """Label from a slot, or slots + a member, to a slot or to an end that costs labels.marks[4] more.

    marks[2] is the cheapest below the limit, marks[3] where: the aim, another end, or -1.
    """
    labels.marks[0] = 0
    labels.marks[1] = 0
    labels.marks[2] = limit
    labels.marks[3] = -1
    labels.marks[5] = aim
    slots = len(labels.slot_at)
    if source < slots:
        size = _label_slot(labels, heap_key, heap_value, 0, source, np.int64(0), -1, -1)
    else:
        member = source - slots
        start = np.int64(0)
        size = _label_member(plan, fixed, labels, heap_key, heap_value, 0, -1, member, start, start)
    status = _settle(plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, size, scanned)
    labels.marks[5] = -1
    return status


@kernel
def _settle(plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, size, scanned):
    """Settle labels in order until the cheapest end is."""
    slots = len(labels.slot_at)
    while size > 0:
        far = heap_key[0]
        node = heap_value[0]
        if far >= labels.marks[2]:
            break
        size = heap_pop(heap_key, heap_value, size)
        if node < slots:
            if far > labels.slot_at[node]:
                continue
            if node == labels.marks[5]:
                labels.marks[2] = far
                labels.marks[3] = node
                break
            size, status = _scan_slot(
                plan,
                fixed,
                lists,
                arena,
                reach,
                eligible,
                labels,
                heap_key,
                heap_value,
                size,
                node,
                far,
                scanned,
            )
            if status != DONE:
                return status
            continue
        member = node - slots
        if far > labels.member_at[member]:
            continue
        pair = plan.member_first[member]
        while pair >= 0:
            slot = plan.pair_slot[pair]
            found = far + plan.price_slot[slot] - plan.pair_cost[pair] - plan.price_member[member]
            if found < labels.slot_at[slot] and found < labels.marks[2]:
                if size + 2 >= len(heap_key):
                    return MORE_HEAP
                size = _label_slot(labels, heap_key, heap_value, size, slot, found, pair, -1)
            pair = plan.member_next[pair]
    return DONE


@kernel
def clear(labels):
    """Wipe the labels of the last search."""
    for i in range(labels.marks[0]):
        labels.slot_at[labels.slots_seen[i]] = FAR
    for i in range(labels.marks[1]):
        labels.member_at[labels.members_seen[i]] = FAR


@kernel
def raise_prices(plan, labels):
    """Move the prices of all that was reached before the end."""
    end = labels.marks[2]
    for i in range(labels.marks[0]):
        slot = labels.slots_seen[i]
        if labels.slot_at[slot] < end:
            put(plan, PRICE_SLOT, plan.price_slot, slot, plan.price_slot[slot] + end - labels.slot_at[slot])
    for i in range(labels.marks[1]):
        member = labels.members_seen[i]
        if labels.member_at[member] < end:
            price = plan.price_member[member] + end - labels.member_at[member]
            put(plan, PRICE_MEMBER, plan.price_member, member, price)


@kernel
def leave_member(plan, pair):
    """Take a pair out of the chain of its member."""
    member = plan.pair_member[pair]
    at = plan.member_first[member]
    if at == pair:
        put(plan, MEMBER_FIRST, plan.member_first, member, plan.member_next[pair])
        return
    while plan.member_next[at] != pair:
        at = plan.member_next[at]
    put(plan, MEMBER_NEXT, plan.member_next, at, plan.member_next[pair])


@kernel
def join_member(plan, pair, member, cost):
    """Give a pair its member and cost."""
    put(plan, PAIR_MEMBER, plan.pair_member, pair, member)
    put(plan, PAIR_COST, plan.pair_cost, pair, cost)
    put(plan, MEMBER_NEXT, plan.member_next, pair, plan.member_first[member])
    put(plan, MEMBER_FIRST, plan.member_first, member, pair)


@kernel
def open_pair(plan, fixed, slot):
    """Take a free record for a slot; its member comes next."""
    pair = plan.free[0]
    put(plan, FREE, plan.free, 0, plan.group_next[pair])
    put(plan, PAIR_SLOT, plan.pair_slot, pair, slot)
    group = fixed.group[slot]
    put(plan, GROUP_NEXT, plan.group_next, pair, plan.group_first[group])
    put(plan, GROUP_FIRST, plan.group_first, group, pair)
    return pair


@kernel
def drop_pair(plan, fixed, pair):
    """End a pair and free its record; the member's load is the caller's."""
    leave_member(plan, pair)
    group = fixed.group[plan.pair_slot[pair]]
    at = plan.group_first[group]
    if at == pair:
        put(plan, GROUP_FIRST, plan.group_first, group, plan.group_next[pair])
    else:
        while plan.group_next[at] != pair:
            at = plan.group_next[at]
        put(plan, GROUP_NEXT, plan.group_next, at, plan.group_next[pair])
    put(plan, PAIR_SLOT, plan.pair_slot, pair, -1)
    put(plan, PAIR_MEMBER, plan.pair_member, pair, -1)
    put(plan, GROUP_NEXT, plan.group_next, pair, plan.free[0])
    put(plan, FREE, plan.free, 0, pair)


@kernel
def hand_over(plan, fixed, labels, source):
    """Walk the path back from its end and move the members along it."""
    slots = len(labels.slot_at)
    end = labels.marks[3]
    next_cost = np.int64(0)
    if end < slots:
        put(plan, EMPTY, plan.empty, end, plan.empty[end] + 1)
        if end == source:
            return
        slot = end
        pair = labels.lost_pair[slot]
        member = plan.pair_member[pair]
        taker = labels.sibling[slot] if labels.sibling[slot] >= 0 else labels.taker[member]
        cost = _cost_of_take(labels, plan, slot, pair)
        drop_pair(plan, fixed, pair)
    else:
        member = end - slots
        put(plan, LOAD, plan.load, member, plan.load[member] + 1)
        taker = labels.taker[member]
        cost = labels.take_cost[member]
    while True:
        slot = taker
        pair = labels.lost_pair[slot]
        if pair < 0:
            join_member(plan, open_pair(plan, fixed, slot), member, cost)
            return
        lost = plan.pair_member[pair]
        taker = labels.sibling[slot] if labels.sibling[slot] >= 0 else labels.taker[lost]
        next_cost = _cost_of_take(labels, plan, slot, pair)
        leave_member(plan, pair)
        join_member(plan, pair, member, cost)
        member = lost
        cost = next_cost


@kernel
def _cost_of_take(labels, plan, slot, pair):
    """Return the cost of the pair by which the member that a slot gives up is taken."""
    if labels.sibling[slot] < 0:
        return labels.take_cost[plan.pair_member[pair]]
    # label(giver) = label(sibling) + cost - price(sibling) + price(giver) - old cost
    taker = labels.sibling[slot]
    step = labels.slot_at[slot] - labels.slot_at[taker]
    return step + plan.price_slot[taker] - plan.price_slot[slot] + plan.pair_cost[pair]


@kernel
def fill(plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, queue, state, scanned):
    """Fill the places of a queue from state[0] on; put the postponed at its front, state[1] of them.

    Stops with MORE_ARENA, MORE_HEAP, or SPENT when scanned[0] passes scanned[1]; call again to go on.
    """
    while state[0] < len(queue):
        if scanned[0] > scanned[1]:
            return SPENT
        source = queue[state[0]]
        status = search(plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, source, scanned)
        if status in (MORE_ARENA, MORE_HEAP):
            clear(labels)
            return status
        if status == SPENT:
            queue[state[1]] = source
            state[1] += 1
        else:
            hand_over(plan, fixed, labels, source)
            raise_prices(plan, labels)
        clear(labels)
        state[0] += 1
    return DONE
