"""Sweep all pairs that can be for those that some prices call worth taking; know nothing of the engine's lists.

Each way of reaching has a sweep of its own: bands of the plane, walks on the network, rows of a list. Blocks of
places run on threads; what is found does not depend on how many. On the network one walk from everybody of a role at
once, each setting out at his or her price, tells the slots that nobody can gain anything: no walk of their own is
needed (an additively weighted Voronoi diagram, Aurenhammer 1991, on a graph).
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numba import njit

from gridmap.solve.heap import heap_pop, heap_push
from gridmap.solve.instance import Ints
from gridmap.solve.kernel import kernel
from gridmap.solve.problem import Problem
from gridmap.solve.threads import blocks, in_order, side_by_side
from gridmap.solve.travel import FAR, ListReach, NetworkReach, ReachArrays, StraightReach
from gridmap.solve.walks import MEMBER_MASK

MEMBERS_A_BAND_SQUARE = 8

Found = tuple[Ints, Ints, Ints, int]


class Places(NamedTuple):
    """Hold, in the order of the sweep, the slots that pay anything: row, site, role and area asked, most dm, price."""

    row: Ints
    site: Ints
    accepts: Ints
    area: Ints
    budget: Ints
    price: Ints


class People(NamedTuple):
    """Hold what a sweep asks of a member: role, own radius, area and price."""

    kind: Ints
    radius: Ints
    area: Ints
    price: Ints


def worthwhile_pairs(problem: Problem, price_slot: Ints, price_member: Ints, *, workers: int = 1) -> Found:
    """List every pair that may gain something at these prices: slots, members, dm; and the pairs scanned.

    Wishes only add to a distance, so distance + keep_dm (distance alone where a pair is kept) is a bound.
    """
    demand, supply, reach = problem.demand, problem.supply, problem.reach
    kept = np.zeros(len(demand), bool)
    kept[problem.kept // max(len(supply), 1)] = True
    price = price_slot - np.where(kept, 0, problem.wishes.keep_dm)
    budget = np.minimum(price, reach.limit_dm)
    people = People(supply.kind, supply.radius_dm, supply.area, price_member)
    budget = np.minimum(budget, price - _cheapest(demand.accepts, demand.area, people))
    row = np.nonzero((problem.wanted > 0) & (budget >= 0))[0]
    asked = (demand.site, demand.accepts, demand.area, budget, price)

    def ordered(order: Ints) -> Places:
        return Places(row[order], *(column[row[order]] for column in asked))

    if isinstance(reach, StraightReach):
        return _in_blocks(_by_bands(problem, ordered, row, people, workers), len(row), workers)
    places = ordered(in_order(demand.site[row]))
    if isinstance(reach, NetworkReach):
        network = reach.arrays()
        places = _with_somebody(places, network, people, workers)
        sites = np.append(np.nonzero(np.diff(places.site, prepend=-1))[0], len(places.row))
        return _in_blocks(lambda block: _sweep_walks(places, sites, block, network, people), len(sites) - 1, workers)
    if isinstance(reach, ListReach):
        listed = reach.start, reach.arrays().list_key
        return _in_blocks(lambda block: _sweep_lists(places, block, listed, people), len(row), workers)
    raise TypeError(type(reach).__name__)


def _cheapest(accepts: Ints, area: Ints, people: People) -> Ints:
    """Return the lowest price of anybody of each slot's role and, where one is named, area; FAR where nobody is."""
    least = np.empty(len(accepts), np.int64)
    for role in np.unique(accepts):
        mine, fits = accepts == role, (people.kind & role) != 0
        there = np.full(int(area.max(initial=-1)) + 1, FAR)
        local = fits & (people.area >= 0) & (people.area < len(there))
        np.minimum.at(there, people.area[local], people.price[local])
        everywhere = people.price[fits].min(initial=FAR)
        least[mine] = np.where(area[mine] >= 0, np.append(there, FAR)[area[mine]], everywhere)
    return least


def _in_blocks(sweep: Callable[[tuple[int, int]], Found], count: int, workers: int) -> Found:
    """Sweep 0..count - 1 in blocks side by side and put together what they find."""
    parts = side_by_side(workers, *(partial(sweep, block) for block in blocks(count, workers)))
    slots, members, distances = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return slots, members, distances, sum(part[3] for part in parts)


def _by_bands(
    problem: Problem, ordered: Callable[[Ints], Places], row: Ints, people: People, workers: int
) -> Callable[[tuple[int, int]], Found]:
    """Sort the members into bands from west to east, and the slots along the bands."""
    reach = problem.reach
    assert isinstance(reach, StraightReach)  # noqa: S101  the caller has asked
    if not reach.member_count:
        return lambda _block: (row[:0], row[:0], row[:0], 0)
    low, high = (np.array([most(axis) for axis in reach.member_xy_dm.T]) for most in (np.min, np.max))
    area = float(high[0] - low[0] + 1) * float(high[1] - low[1] + 1)
    height = max(int(np.sqrt(area * MEMBERS_A_BAND_SQUARE / reach.member_count)), int(high[1] - low[1]) // 100_000, 50)

    def eastward(xy_dm: Ints) -> tuple[Ints, Ints]:
        east, north = (
            np.clip(axis - least, 0, most - least) for axis, least, most in zip(xy_dm.T, low, high, strict=True)
        )
        band = north // height
        return in_order(band * (high[0] - low[0] + 1) + east), band

    (order, band), (slot_order, _) = side_by_side(
        workers,
        lambda: eastward(reach.member_xy_dm),
        lambda: eastward(reach.site_xy_dm.take(problem.demand.site[row], axis=0)),
    )
    start = np.searchsorted(band[order], np.arange(int(band.max(initial=0)) + 2))
    east = reach.member_xy_dm[order, 0], reach.member_xy_dm[order, 1], order
    people, places = People(*(column[order] for column in people)), ordered(slot_order)
    plane = int(low[1]), height, start
    return lambda block: _sweep_bands(places, block, reach.site_xy_dm, plane, east, people, reach.factor)


@kernel
def _fits(places, people, at, member, distance):
    if places.accepts[at] & people.kind[member] == 0 or distance > people.radius[member]:
        return False
    if places.area[at] >= 0 and places.area[at] != people.area[member]:
        return False
    return distance <= places.budget[at] and places.price[at] - distance - people.price[member] > 0


@njit(cache=True, nogil=True)
def _note(found, count, slot, member, distance):
    """Write down a pair; return the table, twice as long when it was full."""
    if count == found.shape[1]:
        longer = np.empty((3, 2 * count), np.int64)
        longer[:, :count] = found
        found = longer
    found[0, count] = slot
    found[1, count] = member
    found[2, count] = distance
    return found


@njit(cache=True, nogil=True)
def _sweep_bands(places, block, site_xy, plane, east, people, factor):
    """Compare the slots of a block with the members of all bands and columns that their price can pay for."""
    south, height, start = plane
    x, y, row = east
    found = np.empty((3, 1024), np.int64)
    count = 0
    scanned = 0
    for slot in range(block[0], block[1]):
        here_x = site_xy[places.site[slot], 0]
        here_y = site_xy[places.site[slot], 1]
        wide = np.int64(np.ceil((places.budget[slot] + 1) / factor)) + 1
        first = max((here_y - wide - south) // height, 0)
        last = min((here_y + wide - south) // height, len(start) - 2)
        for band in range(first, last + 1):
            end = start[band + 1]
            at = start[band] + np.searchsorted(x[start[band] : end], here_x - wide)
            while at < end and x[at] - here_x <= wide:
                dx = x[at] - here_x
                dy = y[at] - here_y
                at += 1
                apart = dx * dx + dy * dy
                if apart > wide * wide:
                    continue
                scanned += 1
                distance = np.int64(np.rint(np.sqrt(np.float64(apart)) * factor))
                if _fits(places, people, slot, at - 1, distance):
                    found = _note(found, count, places.row[slot], row[at - 1], distance)
                    count += 1
    return found[0, :count], found[1, :count], found[2, :count], scanned


def _with_somebody(places: Places, network: ReachArrays, people: People, workers: int) -> Places:
    """Leave out the slots that nobody of their role can gain anything, by the least of way and price from their door.

    In a plan that is the best few are left: a slot pays its own person's way and price, and nobody else asks less.
    """
    anywhere, node = places.area < 0, network.site_node[places.site]
    roles = np.unique(places.accepts[anywhere])
    fields = side_by_side(workers, *(partial(_least_by_node, network, people, role) for role in roles))
    left = node >= 0
    for role, least in zip(roles, fields, strict=True):
        mine = anywhere & left & (places.accepts == role)
        left[mine] = places.price[mine] - network.site_access[places.site[mine]] > least[node[mine]]
    return Places(*(column[left] for column in places))


@njit(cache=True, nogil=True)
def _least_by_node(network, people, accepts):
    """Return the least way and price of anybody of a role from each node: int64[N], one walk from all of them.

    Labels are corrected until none changes (Moore 1959): people stand everywhere, so that no correction goes far.
    """
    nodes = len(network.edge_start) - 1
    least = np.full(nodes, FAR)
    queue = np.empty(nodes, np.int32)
    queued = np.zeros(nodes, np.bool_)
    first = 0
    count = 0
    for node in range(nodes):
        for i in range(network.node_start[node], network.node_start[node + 1]):
            if people.kind[network.node_member[i]] & accepts != 0:
                least[node] = min(least[node], network.node_access[i] + people.price[network.node_member[i]])
        if least[node] < FAR:
            queue[count] = node
            queued[node] = True
            count += 1
    while count > 0:
        node = queue[first]
        queued[node] = False
        first = (first + 1) % nodes
        count -= 1
        for arc in range(network.edge_start[node], network.edge_start[node + 1]):
            head = network.edge_to[arc]
            further = least[node] + network.edge_length[arc]
            if further < least[head]:
                least[head] = further
                if not queued[head]:
                    queue[(first + count) % nodes] = head
                    queued[head] = True
                    count += 1
    return least


@njit(cache=True, nogil=True)
def _sweep_walks(places, sites, block, network, people):
    """Walk from the sites of a block as far as their dearest slot can pay for."""
    found = np.empty((3, 1024), np.int64)
    count = 0
    scanned = 0
    best = np.full(len(network.edge_start) - 1, FAR)
    touched = np.empty(len(best), np.int32)
    heap_key = np.empty(len(network.edge_to) + 2, np.int64)
    heap_value = np.empty(len(network.edge_to) + 2, np.int32)
    for group in range(block[0], block[1]):
        first = sites[group]
        last = sites[group + 1]
        limit = places.budget[first:last].max()
        node = network.site_node[places.site[first]]
        access = network.site_access[places.site[first]]
        if node < 0 or access > limit:
            continue
        best[node] = access
        touched[0] = node
        seen = 1
        size = heap_push(heap_key, heap_value, 0, access, node)
        while size > 0:
            far = heap_key[0]
            node = heap_value[0]
            size = heap_pop(heap_key, heap_value, size)
            if far > best[node]:
                continue
            for i in range(network.node_start[node], network.node_start[node + 1]):
                distance = far + network.node_access[i]
                if distance > limit:
                    continue
                scanned += last - first
                for slot in range(first, last):
                    if _fits(places, people, slot, network.node_member[i], distance):
                        found = _note(found, count, places.row[slot], network.node_member[i], distance)
                        count += 1
            for arc in range(network.edge_start[node], network.edge_start[node + 1]):
                further = far + network.edge_length[arc]
                head = network.edge_to[arc]
                if further <= limit and further < best[head]:
                    if best[head] == FAR:
                        touched[seen] = head
                        seen += 1
                    best[head] = further
                    size = heap_push(heap_key, heap_value, size, further, head)
        for i in range(seen):
            best[touched[i]] = FAR
    return found[0, :count], found[1, :count], found[2, :count], scanned


@njit(cache=True, nogil=True)
def _sweep_lists(places, block, listed, people):
    """Go down the list of each slot of a block as far as its price can pay for."""
    start, key = listed
    found = np.empty((3, 1024), np.int64)
    count = 0
    scanned = 0
    for slot in range(block[0], block[1]):
        for at in range(start[places.site[slot]], start[places.site[slot] + 1]):
            distance = key[at] >> 32
            if distance > places.budget[slot]:
                break
            scanned += 1
            member = key[at] & MEMBER_MASK
            if _fits(places, people, slot, member, distance):
                found = _note(found, count, places.row[slot], member, distance)
                count += 1
    return found[0, :count], found[1, :count], found[2, :count], scanned
