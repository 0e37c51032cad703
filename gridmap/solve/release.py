"""Search the other way: from a member with room, or from a place given up, back to what pays best for it.

The mirror of augment.py on the same residual network. A label is the least reduced cost from a node to the target;
the search ends where a place stands empty, or where a member would be freed. Prices fall by what is left.
"""

import numpy as np

from gridmap.solve.augment import (
    DONE,
    INFINITE,
    MORE_HEAP,
    MORE_LOG,
    clear,
    drop_pair,
    hand_over,
    is_banned,
    join_member,
    open_pair,
    raise_prices,
    search,
    wish_cost,
)
from gridmap.solve.flow import is_kept
from gridmap.solve.heap import heap_pop, heap_push
from gridmap.solve.kernel import kernel
from gridmap.solve.lists import fits
from gridmap.solve.market import distance_between, gather, note_price
from gridmap.solve.travel import FAR
from gridmap.solve.undo import EMPTY, LOAD, PRICE_MEMBER, PRICE_SLOT, log_is_short, put


@kernel
def pair_cost(fixed, lists, eligible, slot, member, distance):
    """Return what a pair costs at a distance, -1 where it must not be."""
    if member >= fixed.people:
        return fixed.rest[slot]
    if distance == FAR or not fits(lists, eligible, fixed.of_class[slot], member, distance):
        return np.int64(-1)
    if is_banned(fixed, slot, member):
        return np.int64(-1)
    cost = distance + wish_cost(fixed, slot, member)
    return cost if is_kept(fixed, slot, member) else cost + fixed.keep


@kernel
def _holds(plan, group, member):
    pair = plan.group_first[group]
    while pair >= 0:
        if plan.pair_member[pair] == member:
            return True
        pair = plan.group_next[pair]
    return False


@kernel
def _label_slot(labels, heap_key, heap_value, size, slot, found, pair, member, cost):
    """Reach a slot that would take a member at a cost: from its sibling's pair, or else from elsewhere."""
    if labels.slot_at[slot] == FAR:
        labels.slots_seen[labels.marks[0]] = slot
        labels.marks[0] += 1
    labels.slot_at[slot] = found
    labels.lost_pair[slot] = pair
    labels.sibling[slot] = member
    labels.slot_cost[slot] = cost
    return heap_push(heap_key, heap_value, size, found, slot)


@kernel
def _label_holders(plan, fixed, lists, reach, eligible, labels, heap_key, heap_value, size, market, slot, far):
    """Relax from a slot back to those who would take over a member that it holds."""
    slots = len(labels.slot_at)
    group = fixed.group[slot]
    alone = market.kin_next[market.kin_first[group]] < 0
    pair = plan.group_first[group]
    while pair >= 0:
        if plan.pair_slot[pair] != slot:
            pair = plan.group_next[pair]
            continue
        member = plan.pair_member[pair]
        worth = plan.price_slot[slot] - plan.pair_cost[pair]
        found = far + worth - plan.price_member[member]
        if found < labels.member_at[member] and found < labels.marks[2]:
            if labels.member_at[member] == FAR:
                labels.members_seen[labels.marks[1]] = member
                labels.marks[1] += 1
            labels.member_at[member] = found
            labels.taker[member] = pair
            if size + 2 >= len(heap_key):
                return size, MORE_HEAP
            size = heap_push(heap_key, heap_value, size, found, slots + member)
            total = found + plan.price_member[member] - (plan.load[member] - 1) * fixed.load_step[member]
            if total < labels.marks[2]:
                labels.marks[2] = total
                labels.marks[3] = slots + member
        other = market.kin_first[group]
        while other >= 0 and not alone and member < fixed.people:
            if other != slot and far - plan.price_slot[other] + worth < labels.marks[2]:
                distance = distance_between(market, reach, other, member)
                cost = pair_cost(fixed, lists, eligible, other, member, distance)
                found = far + cost - plan.price_slot[other] + worth
                if cost >= 0 and found < labels.slot_at[other] and found < labels.marks[2]:
                    if size + 2 >= len(heap_key):
                        return size, MORE_HEAP
                    size = _label_slot(labels, heap_key, heap_value, size, other, found, pair, member, cost)
            other = market.kin_next[other]
        pair = plan.group_next[pair]
    return size, DONE


@kernel
def search_back(plan, fixed, lists, reach, eligible, labels, heap_key, heap_value, market, target, limit):
    """Label back from a slot (or slots + member) until the cheapest end below the limit is settled.

    marks[3] is the slot with an empty place or slots + the member to be freed; -1: nothing below the limit.
    """
    slots = len(labels.slot_at)
    labels.marks[0] = 0
    labels.marks[1] = 0
    labels.marks[2] = limit
    labels.marks[3] = -1
    if target < slots:
        size = _label_slot(labels, heap_key, heap_value, 0, target, np.int64(0), -1, -1, np.int64(0))
    else:
        labels.members_seen[0] = target - slots
        labels.marks[1] = 1
        labels.member_at[target - slots] = 0
        size = heap_push(heap_key, heap_value, 0, np.int64(0), target)
    while size > 0:
        far = heap_key[0]
        node = heap_value[0]
        if far >= labels.marks[2]:
            break
        size = heap_pop(heap_key, heap_value, size)
        if node < slots:
            if far > labels.slot_at[node]:
                continue
            if plan.empty[node] > 0:
                labels.marks[2] = far  # the price of an empty place is its weight
                labels.marks[3] = node
                break
            size, status = _label_holders(
                plan, fixed, lists, reach, eligible, labels, heap_key, heap_value, size, market, node, far
            )
            if status != DONE:
                return status
            continue
        member = node - slots
        if far > labels.member_at[member]:
            continue
        base = far + plan.price_member[member]
        count = gather(market, fixed, reach, plan, member, base - labels.marks[2])
        if size + count + 2 >= len(heap_key):
            return MORE_HEAP
        for i in range(count):
            slot = market.found_slot[i]
            found = base + market.found_distance[i] - plan.price_slot[slot]
            if found >= labels.slot_at[slot] or (member < fixed.people and _holds(plan, fixed.group[slot], member)):
                continue
            cost = pair_cost(fixed, lists, eligible, slot, member, market.found_distance[i])
            found = base + cost - plan.price_slot[slot]
            if cost >= 0 and found < labels.slot_at[slot] and found < labels.marks[2]:
                size = _label_slot(labels, heap_key, heap_value, size, slot, found, -1, member, cost)
    return DONE


@kernel
def hand_back(plan, fixed, labels, target):
    """Walk the path from its end to the target and move the members along it."""
    slots = len(labels.slot_at)
    slot = labels.marks[3]
    if slot < slots:
        put(plan, EMPTY, plan.empty, slot, plan.empty[slot] - 1)
    else:
        member = slot - slots
        put(plan, LOAD, plan.load, member, plan.load[member] - 1)
        slot = plan.pair_slot[labels.taker[member]]
        drop_pair(plan, fixed, labels.taker[member])
    while slot != target:
        member = labels.sibling[slot]
        cost = labels.slot_cost[slot]
        given = labels.lost_pair[slot]
        if given < 0 and slots + member == target:
            join_member(plan, open_pair(plan, fixed, slot), member, cost)
            put(plan, LOAD, plan.load, member, plan.load[member] + 1)
            return
        if given < 0:
            given = labels.taker[member]
        giver = plan.pair_slot[given]
        drop_pair(plan, fixed, given)
        join_member(plan, open_pair(plan, fixed, slot), member, cost)
        slot = giver


@kernel
def lower_prices(plan, labels):
    """Move down the prices of all from which the target was nearer than the end."""
    end = labels.marks[2]
    for i in range(labels.marks[0]):
        slot = labels.slots_seen[i]
        if labels.slot_at[slot] < end:
            put(plan, PRICE_SLOT, plan.price_slot, slot, plan.price_slot[slot] - end + labels.slot_at[slot])
    for i in range(labels.marks[1]):
        member = labels.members_seen[i]
        if labels.member_at[member] < end:
            price = plan.price_member[member] - end + labels.member_at[member]
            put(plan, PRICE_MEMBER, plan.price_member, member, price)


@kernel
def entry_price(plan, fixed, lists, reach, eligible, market, member):
    """Return the least price at which nobody wants one unit of a member who holds nobody."""
    best = np.int64(0)
    for i in range(gather(market, fixed, reach, plan, member, np.int64(0))):
        slot = market.found_slot[i]
        if plan.price_slot[slot] - market.found_distance[i] > best:
            cost = pair_cost(fixed, lists, eligible, slot, member, market.found_distance[i])
            if cost >= 0:
                best = max(best, plan.price_slot[slot] - cost)
    return best


@kernel
def offer(plan, fixed, lists, reach, eligible, labels, heap_key, heap_value, market, member, entering):
    """Let a member's room be used as long as that pays; then the price of what is left falls to its cost.

    entering: the member had no room at all before, so the price may be stale.
    """
    slots = len(labels.slot_at)
    if entering and plan.load[member] == market.locked[member]:
        price = entry_price(plan, fixed, lists, reach, eligible, market, member)
        put(plan, PRICE_MEMBER, plan.price_member, member, price)
    while plan.load[member] < fixed.capacity[member]:
        limit = plan.price_member[member] - plan.load[member] * fixed.load_step[member]
        if limit <= 0:
            break
        status = search_back(
            plan, fixed, lists, reach, eligible, labels, heap_key, heap_value, market, slots + member, limit
        )
        if status == DONE and log_is_short(plan, labels):
            status = MORE_LOG
        if status == DONE:
            if labels.marks[3] >= 0:
                hand_back(plan, fixed, labels, slots + member)
            lower_prices(plan, labels)
        clear(labels)
        if status != DONE:
            return status
    return DONE


@kernel
def withdraw(plan, fixed, lists, reach, eligible, labels, heap_key, heap_value, market, slot):
    """Let a slot want one place less."""
    status = search_back(plan, fixed, lists, reach, eligible, labels, heap_key, heap_value, market, slot, INFINITE)
    if status == DONE and log_is_short(plan, labels):
        status = MORE_LOG
    if status == DONE:
        hand_back(plan, fixed, labels, slot)
        lower_prices(plan, labels)
    clear(labels)
    return status


@kernel
def cut(plan, fixed, member, queue, state):
    """Take pairs from a member until the load is the capacity; queue the slots that lose one.

    The pairs worth least to their slots go first. The member stays full, so the price may rise to what the dropped
    pair was worth; then no pair left out has a negative reduced cost, and those that stay are worth at least as much.
    """
    while plan.load[member] > fixed.capacity[member]:
        lost = -1
        least = np.int64(0)
        pair = plan.member_first[member]
        while pair >= 0:
            worth = plan.price_slot[plan.pair_slot[pair]] - plan.pair_cost[pair]
            if lost < 0 or worth < least:
                lost = pair
                least = worth
            pair = plan.member_next[pair]
        put(plan, PRICE_MEMBER, plan.price_member, member, max(plan.price_member[member], least))
        queue[state[1]] = plan.pair_slot[lost]
        state[1] += 1
        drop_pair(plan, fixed, lost)
        put(plan, LOAD, plan.load, member, plan.load[member] - 1)


@kernel
def refill(plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, market, queue, state, scanned):
    """Fill the places of queue[state[0]:state[1]] one by one."""
    while state[0] < state[1]:
        source = queue[state[0]]
        status = search(plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, source, scanned)
        if status == DONE and log_is_short(plan, labels):
            status = MORE_LOG
        if status == DONE:
            hand_over(plan, fixed, labels, source)
            raise_prices(plan, labels)
            for i in range(labels.marks[0]):
                note_price(market, plan, labels.slots_seen[i])
        clear(labels)
        if status != DONE:
            return status
        state[0] += 1
    return DONE


@kernel
def let_go(
    plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, market, member, queue, state, scanned
):
    """Cut a member down to the capacity and fill the places that he or she leaves."""
    cut(plan, fixed, member, queue, state)
    return refill(
        plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, market, queue, state, scanned
    )
