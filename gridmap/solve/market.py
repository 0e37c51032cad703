"""Find the slots that might use a member: the lists of slots the other way round, scanned instead of kept.

Slots hang in chains: by square of the plane, by node of the network, or by site of a list. A square knows a price
that none of its slots passes, so most squares are left out unseen. Nothing here can become stale: prices that
fall only make the bound loose.
"""

from typing import NamedTuple

import numpy as np

from gridmap.solve.heap import heap_push
from gridmap.solve.instance import Ints
from gridmap.solve.kernel import kernel
from gridmap.solve.travel import FAR, LISTED, STRAIGHT, WALK
from gridmap.solve.walks import step, wipe

SLOTS_A_SQUARE = 8


class Market(NamedTuple):
    """Hold the chains of slots and where members stand.

    spot: int32[S], the chain of a slot; first, following: its links, -1 at the end. highest: int64 by square (one
    for all off the plane), not below any price_slot there. kin_first: int32[G], kin_next: int32[S], the slots of a
    group that want places. slot_site: int32[S]; slot_x, slot_y: int64[S] dm. side, west, south, columns, rows: the
    squares. member_x, member_y, member_node, member_access: [M]. list_first: int32[M], list_next, list_key (dm << 32 |
    site): the sites that are listed for a member. locked: int32[M] places taken by locks. found_slot,
    found_distance: scratch [S].
    """

    spot: Ints
    first: Ints
    following: Ints
    highest: Ints
    kin_first: Ints
    kin_next: Ints
    slot_site: Ints
    slot_x: Ints
    slot_y: Ints
    side: int
    west: int
    south: int
    columns: int
    rows: int
    member_x: Ints
    member_y: Ints
    member_node: Ints
    member_access: Ints
    list_first: Ints
    list_next: Ints
    list_key: Ints
    locked: Ints
    found_slot: Ints
    found_distance: Ints


@kernel
def square_of(market, x, y):
    """Return the square of a point; points beyond the edge belong to the outermost squares."""
    column = min(max((x - market.west) // market.side, 0), market.columns - 1)
    row = min(max((y - market.south) // market.side, 0), market.rows - 1)
    return row * market.columns + column


@kernel
def spot_of(market, reach, slot):
    """Return the chain where a slot belongs; -1 where nobody can reach it."""
    if reach.mode == STRAIGHT:
        return square_of(market, market.slot_x[slot], market.slot_y[slot])
    return market.slot_site[slot] if reach.mode == LISTED else reach.site_node[market.slot_site[slot]]


@kernel
def hang_out(market, reach, plan, group, slot):
    """Let a slot be found: it wants places now."""
    spot = spot_of(market, reach, slot)
    market.spot[slot] = spot
    if spot >= 0:
        market.following[slot] = market.first[spot]
        market.first[spot] = slot
        note_price(market, plan, slot)
    market.kin_next[slot] = market.kin_first[group]
    market.kin_first[group] = slot


@kernel
def hang_all(market, reach, plan, group, active):
    """Hang out all slots that want places."""
    for slot in range(len(active)):
        if active[slot]:
            hang_out(market, reach, plan, group[slot], slot)


@kernel
def _unlink(first, following, head, slot):
    if first[head] == slot:
        first[head] = following[slot]
        return
    at = first[head]
    while following[at] != slot:
        at = following[at]
    following[at] = following[slot]


@kernel
def take_in(market, group, slot):
    """Let a slot not be found any more: it wants no place."""
    if market.spot[slot] >= 0:
        _unlink(market.first, market.following, market.spot[slot], slot)
    _unlink(market.kin_first, market.kin_next, group, slot)


@kernel
def note_price(market, plan, slot):
    """Keep the bound of a square above the price of a slot."""
    at = market.spot[slot] if len(market.highest) > 1 else 0
    if at >= 0:
        market.highest[at] = max(market.highest[at], plan.price_slot[slot])


@kernel
def gather(market, fixed, reach, plan, member, floor):
    """List the slots in reach of a member whose price less the distance passes a floor; return how many."""
    if member >= fixed.people:
        return _gather_kin(market, fixed, plan, member, floor)
    if reach.mode == STRAIGHT:
        return _gather_straight(market, reach, plan, member, floor)
    if reach.mode == WALK:
        return _gather_walk(market, reach, plan, member, floor)
    found = 0
    at = market.list_first[member]
    while at >= 0:
        distance = market.list_key[at] >> 32
        slot = market.first[market.list_key[at] & 0xFFFFFFFF]
        while slot >= 0:
            if plan.price_slot[slot] - distance > floor:
                market.found_slot[found] = slot
                market.found_distance[found] = distance
                found += 1
            slot = market.following[slot]
        at = market.list_next[at]
    return found


@kernel
def _gather_kin(market, fixed, plan, stand_in, floor):
    found = 0
    slot = market.kin_first[stand_in - fixed.people]
    while slot >= 0:
        if plan.price_slot[slot] - fixed.rest[slot] > floor:
            market.found_slot[found] = slot
            market.found_distance[found] = fixed.rest[slot]
            found += 1
        slot = market.kin_next[slot]
    return found


@kernel
def _gather_straight(market, reach, plan, member, floor):
    x = market.member_x[member]
    y = market.member_y[member]
    side = market.side
    wide = np.int64(np.ceil((reach.limit + 1) / reach.factor)) + 1
    row_low = min(max((y - wide - market.south) // side, 0), market.rows - 1)
    row_high = min(max((y + wide - market.south) // side, 0), market.rows - 1)
    column_low = min(max((x - wide - market.west) // side, 0), market.columns - 1)
    column_high = min(max((x + wide - market.west) // side, 0), market.columns - 1)
    found = 0
    for row in range(row_low, row_high + 1):
        near_y = np.int64(0)
        if row > 0:
            near_y = max(near_y, market.south + row * side - y)
        if row < market.rows - 1:
            near_y = max(near_y, y - market.south - (row + 1) * side)
        for column in range(column_low, column_high + 1):
            square = row * market.columns + column
            if market.first[square] < 0 or market.highest[square] <= floor:
                continue
            near_x = np.int64(0)
            if column > 0:
                near_x = max(near_x, market.west + column * side - x)
            if column < market.columns - 1:
                near_x = max(near_x, x - market.west - (column + 1) * side)
            # Rounding moves a distance by half a unit at most.
            near = np.sqrt(np.float64(near_x * near_x + near_y * near_y)) * reach.factor - 1
            if near > reach.limit or market.highest[square] - near <= floor:
                continue
            top = -FAR
            slot = market.first[square]
            while slot >= 0:
                price = plan.price_slot[slot]
                top = max(top, price)
                if price > floor:
                    dx = market.slot_x[slot] - x
                    dy = market.slot_y[slot] - y
                    distance = np.int64(np.rint(np.sqrt(np.float64(dx * dx + dy * dy)) * reach.factor))
                    if distance <= reach.limit and price - distance > floor:
                        market.found_slot[found] = slot
                        market.found_distance[found] = distance
                        found += 1
                slot = market.following[slot]
            market.highest[square] = top
    return found


@kernel
def walk_from(market, reach, member, stop):
    """Walk from a member until a distance; reach.reached holds it by node. Return how many nodes to wipe."""
    node = market.member_node[member]
    if node < 0 or market.member_access[member] > stop:
        return 0
    reach.reached[node] = market.member_access[member]
    reach.touched[0] = node
    touched = 1
    size = heap_push(reach.heap_key, reach.heap_value, 0, reach.reached[node], node)
    while size > 0:
        touched, size, node, _ = step(reach, touched, size, stop)
    return touched


@kernel
def _gather_walk(market, reach, plan, member, floor):
    stop = min(reach.limit, market.highest[0] - floor)
    touched = walk_from(market, reach, member, stop)
    found = 0
    for i in range(touched):
        node = reach.touched[i]
        slot = market.first[node]
        while slot >= 0:
            distance = reach.reached[node] + reach.site_access[market.slot_site[slot]]
            if distance <= reach.limit and plan.price_slot[slot] - distance > floor:
                market.found_slot[found] = slot
                market.found_distance[found] = distance
                found += 1
            slot = market.following[slot]
        reach.reached[node] = FAR
    return found


@kernel
def sites_from(market, reach, member, away):
    """Write the distance from a member to each of the first sites into away, FAR beyond reach."""
    if reach.mode == STRAIGHT:
        for site in range(len(away)):
            dx = reach.site_x[site] - market.member_x[member]
            dy = reach.site_y[site] - market.member_y[member]
            distance = np.int64(np.rint(np.sqrt(np.float64(dx * dx + dy * dy)) * reach.factor))
            away[site] = distance if distance <= reach.limit else FAR
    elif reach.mode == WALK:
        touched = walk_from(market, reach, member, reach.limit)
        for site in range(len(away)):
            away[site] = _at_node(reach, site)
        wipe(reach, touched)
    else:
        for site in range(len(away)):
            away[site] = FAR
        at = market.list_first[member]
        while at >= 0:
            away[market.list_key[at] & 0xFFFFFFFF] = market.list_key[at] >> 32
            at = market.list_next[at]


@kernel
def _at_node(reach, site):
    """Return how far a walk that is laid out has it to a site."""
    node = reach.site_node[site]
    if node < 0 or reach.reached[node] == FAR:
        return np.int64(FAR)
    distance = reach.reached[node] + reach.site_access[site]
    return distance if distance <= reach.limit else np.int64(FAR)


@kernel
def distance_between(market, reach, slot, member):
    """Measure one pair, FAR out of reach."""
    site = market.slot_site[slot]
    if reach.mode == STRAIGHT:
        dx = market.slot_x[slot] - market.member_x[member]
        dy = market.slot_y[slot] - market.member_y[member]
        distance = np.int64(np.rint(np.sqrt(np.float64(dx * dx + dy * dy)) * reach.factor))
        return distance if distance <= reach.limit else np.int64(FAR)
    if reach.mode == WALK:
        touched = walk_from(market, reach, member, reach.limit)
        distance = _at_node(reach, site)
        wipe(reach, touched)
        return distance
    at = market.list_first[member]
    while at >= 0:
        if market.list_key[at] & 0xFFFFFFFF == site:
            return market.list_key[at] >> 32
        at = market.list_next[at]
    return np.int64(FAR)
