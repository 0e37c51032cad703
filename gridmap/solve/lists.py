"""Keep a list of members for every kind of slot at every site, nearest first, longer only when asked for.

Slots of one site that accept the same roles in the same area share a list (a class). A list is a run of
int64 keys (distance << 32 | member) in one arena; a list that outgrows its room moves to the end of the
arena with twice the room, so growth costs no more than the arcs themselves. bound[c] is a distance below
which no eligible member is missing: the whole proof rests on it.
"""

from typing import NamedTuple

import numpy as np

from gridmap.solve.instance import Ints
from gridmap.solve.kernel import kernel
from gridmap.solve.problem import Problem
from gridmap.solve.threads import in_order
from gridmap.solve.travel import FAR, STRAIGHT, WALK
from gridmap.solve.walks import MEMBER_MASK, set_out, step, wipe

COMPLETE = int(FAR)
FIRST_LENGTH = 6


class ClassLists(NamedTuple):
    """Hold the classes and their lists.

    site, accepts, area: [C]. guard: int64[C], never list at or beyond it. bound: int64[C].
    most: int64[C], members of the role and area, wherever they are: no list is longer.
    start, length, room: int64[C] in the arena. before: int64[C], scratch. used: int64[1], arena in use.
    """

    site: Ints
    accepts: Ints
    area: Ints
    guard: Ints
    most: Ints
    bound: Ints
    start: Ints
    length: Ints
    room: Ints
    before: Ints
    used: Ints


class Eligible(NamedTuple):
    """Hold what a list asks of a member: kind, own radius and area, [M] each."""

    kind: Ints
    radius: Ints
    area: Ints


def open_lists(problem: Problem) -> tuple[ClassLists, Ints]:
    """Open an empty list for every class; return the lists and int32[S], the class of each slot."""
    demand = problem.demand
    kind = (demand.accepts.astype(np.int64) << 32) | (demand.area.astype(np.int64) + 1)
    kinds, which = np.unique(kind, return_inverse=True)
    key = demand.site.astype(np.int64) * len(kinds) + which
    order = in_order(key)
    fresh = np.diff(key[order], prepend=-1) != 0
    of_slot = np.empty(len(order), np.int32)
    of_slot[order] = np.cumsum(fresh) - 1
    first = order[fresh]
    count = len(first)
    bound, start, length, room, before = (np.zeros(count, np.int64) for _ in range(5))
    most = _most(problem, demand.accepts[first], demand.area[first])
    lists = ClassLists(
        demand.site[first], demand.accepts[first], demand.area[first], np.full(count, FAR), most,
        bound, start, length, room, before, np.zeros(1, np.int64),
    )  # fmt: skip
    return lists, of_slot


def _most(problem: Problem, accepts: Ints, area: Ints) -> Ints:
    """Count the members of a role and, where one is named, an area: int64[C]."""
    supply = problem.supply
    most = np.empty(len(accepts), np.int64)
    areas = max(int(area.max(initial=-1)), int(supply.area.max(initial=-1))) + 1
    for role in np.unique(accepts):
        mine, fits = accepts == role, (supply.kind & role) != 0
        there = np.append(np.bincount(supply.area[fits & (supply.area >= 0)], minlength=areas), fits.sum())
        most[mine] = there[area[mine]]  # -1, anywhere, is the last
    return most


@kernel
def make_room(lists, arena, which, more):
    """Give a list room for some more keys; False when the arena is too small."""
    need = lists.length[which] + more
    if need <= lists.room[which]:
        return True
    room = max(need, 2 * lists.length[which], 8)
    end = lists.used[0]
    if end + room > len(arena):
        return False
    start = lists.start[which]
    for i in range(lists.length[which]):
        arena[end + i] = arena[start + i]
    lists.start[which] = end
    lists.room[which] = room
    lists.used[0] = end + room
    return True


@kernel
def fits(lists, eligible, which, member, distance):
    """Tell whether a member has the role, goes that far and belongs to the area of a class."""
    if lists.accepts[which] & eligible.kind[member] == 0 or distance > eligible.radius[member]:
        return False
    return lists.area[which] < 0 or lists.area[which] == eligible.area[member]


@kernel
def sort_keys(key, low, high):
    """Sort a run of int64 keys in place (Shell 1959): plain insertion while short."""
    gap = 1
    while gap < (high - low) // 16:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(low + gap, high):
            one = key[i]
            j = i - gap
            while j >= low and key[j] > one:
                key[j + gap] = key[j]
                j -= gap
            key[j + gap] = one
        gap //= 3


@kernel
def _append_ring(lists, arena, reach, eligible, which, low, high):
    """Append the members at low <= distance < high on the straight line; -1 when the arena is full."""
    site = lists.site[which]
    x = reach.site_x[site]
    y = reach.site_y[site]
    # Rounding moves a distance by half a unit at most: the boxes are cut one unit wide of it.
    outer = np.int64(np.ceil((high + 1) / reach.factor)) + 1
    inner = np.int64(np.floor((low - 1) / reach.factor)) - 1
    row_low = max(np.int64(0), (y - outer - reach.grid_y) // reach.cell)
    row_high = min(reach.rows - 1, (y + outer - reach.grid_y) // reach.cell)
    column_low = max(np.int64(0), (x - outer - reach.grid_x) // reach.cell)
    column_high = min(reach.columns - 1, (x + outer - reach.grid_x) // reach.cell)
    found = 0
    for row in range(row_low, row_high + 1):
        south = reach.grid_y + row * reach.cell
        far_y = max(abs(south - y), abs(south + reach.cell - y))
        for column in range(column_low, column_high + 1):
            first = reach.cell_start[row * reach.columns + column]
            last = reach.cell_start[row * reach.columns + column + 1]
            if first == last:
                continue
            west = reach.grid_x + column * reach.cell
            far_x = max(abs(west - x), abs(west + reach.cell - x))
            if inner > 0 and far_x * far_x + far_y * far_y < inner * inner:
                continue
            for at in range(first, last):
                dx = reach.member_x[at] - x
                dy = reach.member_y[at] - y
                distance = np.int64(np.rint(np.sqrt(np.float64(dx * dx + dy * dy)) * reach.factor))
                if distance < low or distance >= high:
                    continue
                member = reach.cell_member[at]
                if fits(lists, eligible, which, member, distance):
                    if not make_room(lists, arena, which, 1):
                        return -1
                    arena[lists.start[which] + lists.length[which]] = (distance << 32) | member
                    lists.length[which] += 1
                    found += 1
    return found


@kernel
def _extend_straight(lists, arena, reach, eligible, which, target):
    """Widen the ring until enough members are new; False when the arena is full."""
    top = min(lists.guard[which], reach.limit + 1)
    low = lists.bound[which]
    before = lists.length[which]
    high = max(reach.first_ring, low + low // 3)
    while True:
        high = min(high, top)
        if _append_ring(lists, arena, reach, eligible, which, low, high) < 0:
            lists.length[which] = before
            return False
        low = high
        if high >= top or lists.length[which] - before >= target:
            break
        high += max(high // 2, reach.first_ring)
    start = lists.start[which]
    sort_keys(arena, start + before, start + lists.length[which])
    lists.bound[which] = COMPLETE if high > reach.limit else high
    return True


@kernel
def _extend_walk(lists, arena, reach, eligible, which, target, top):
    """Walk the network from the site until enough members are new or to a distance; False when the arena is full.

    All lists of the site grow with the one that asks: the walk is what costs. reach.reached, reach.touched and the
    heap are scratch: reached is FAR everywhere before and after.
    """
    site = lists.site[which]
    first = which
    while first > 0 and lists.site[first - 1] == site:
        first -= 1
    last = which + 1
    while last < len(lists.site) and lists.site[last] == site:
        last += 1
    for one in range(first, last):
        lists.before[one] = lists.length[one]
    stop = min(top, lists.guard[which], reach.limit + 1)
    full = False
    furthest = np.int64(0)
    touched, size = set_out(reach, site)
    while size > 0 and not full and reach.heap_key[0] < stop:
        touched, size, node, far = step(reach, touched, size, stop - 1)
        if node < 0:
            continue
        for at in range(reach.node_start[node], reach.node_start[node + 1]):
            distance = far + reach.node_access[at]
            member = reach.node_member[at]
            for one in range(first, last):
                if distance < lists.bound[one] or distance >= stop:
                    continue
                if not fits(lists, eligible, one, member, distance):
                    continue
                if not make_room(lists, arena, one, 1):
                    full = True
                    break
                arena[lists.start[one] + lists.length[one]] = (distance << 32) | member
                lists.length[one] += 1
                if one == which:
                    furthest = max(furthest, distance)
                    if lists.length[which] - lists.before[which] == target:
                        stop = min(stop, furthest + 1)
    wipe(reach, touched)
    for one in range(first, last):
        if full:
            lists.length[one] = lists.before[one]
            continue
        start = lists.start[one]
        sort_keys(arena, start + lists.before[one], start + lists.length[one])
        # Members found beyond the final stop would leave a hole before them: they come again next time.
        while lists.length[one] > lists.before[one] and arena[start + lists.length[one] - 1] >> 32 >= stop:
            lists.length[one] -= 1
        lists.bound[one] = max(lists.bound[one], COMPLETE if stop > reach.limit else stop)
    return not full


@kernel
def extend(lists, arena, reach, eligible, which):
    """Lengthen one list by about its own length, never past its guard; False when the arena is full."""
    left = lists.most[which] - lists.length[which]
    if left == 0:
        lists.bound[which] = COMPLETE
        return True
    target = min(max(FIRST_LENGTH, lists.length[which]), left)
    if reach.mode == STRAIGHT:
        return _extend_straight(lists, arena, reach, eligible, which, target)
    if reach.mode == WALK:
        return _extend_walk(lists, arena, reach, eligible, which, target, FAR)
    site = lists.site[which]
    first = reach.list_start[site]
    last = reach.list_start[site + 1]
    if not make_room(lists, arena, which, last - first):
        return False
    for at in range(first, last):
        member = reach.list_key[at] & MEMBER_MASK
        if fits(lists, eligible, which, member, reach.list_key[at] >> 32):
            arena[lists.start[which] + lists.length[which]] = reach.list_key[at]
            lists.length[which] += 1
    lists.bound[which] = COMPLETE
    return True


@kernel
def extend_to(lists, arena, reach, eligible, which, top):
    """Lengthen one list so that its bound comes nearer to a distance, at once where that saves walking again."""
    if reach.mode != WALK or lists.most[which] == lists.length[which]:
        return extend(lists, arena, reach, eligible, which)
    return _extend_walk(lists, arena, reach, eligible, which, lists.most[which] - lists.length[which], top)
