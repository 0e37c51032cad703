"""Keep a list of members for every kind of slot at every site, nearest first, longer only when asked for.

Slots of one site that accept the same roles in the same area share a list (a class). A list is a run of
int64 keys (distance << 32 | member) in one arena; a list that outgrows its room moves to the end of the
arena with twice the room, so growth costs no more than the arcs themselves. bound[c] is a distance below
which no eligible member is missing: the whole proof rests on it.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridmap.solve.instance import Ints
from gridmap.solve.problem import Problem
from gridmap.solve.travel import FAR, STRAIGHT, WALK

COMPLETE = int(FAR)
MEMBER_MASK = (1 << 32) - 1
FIRST_LENGTH = 6


class ClassLists(NamedTuple):
    """Hold the classes and their lists.

    site, accepts, area: [C]. guard: int64[C], never list at or beyond it. bound: int64[C].
    start, length, room: int64[C] in the arena. used: int64[1], arena in use.
    """

    site: Ints
    accepts: Ints
    area: Ints
    guard: Ints
    bound: Ints
    start: Ints
    length: Ints
    room: Ints
    used: Ints


class Eligible(NamedTuple):
    """Hold what a list asks of a member: kind, own radius and area, [M] each."""

    kind: Ints
    radius: Ints
    area: Ints


def open_lists(problem: Problem) -> tuple[ClassLists, Ints]:
    """Open an empty list for every class; return the lists and int32[S], the class of each slot."""
    demand = problem.demand
    rows = np.stack([demand.site.astype(np.int64), demand.accepts.astype(np.int64), demand.area.astype(np.int64)])
    order = np.lexsort(rows[::-1])
    fresh = np.ones(len(order), bool)
    fresh[1:] = (np.diff(rows[:, order]) != 0).any(axis=0)
    of_slot = np.empty(len(order), np.int32)
    of_slot[order] = np.cumsum(fresh) - 1
    first = order[fresh]
    count = len(first)
    bound, start, length, room = (np.zeros(count, np.int64) for _ in range(4))
    lists = ClassLists(
        demand.site[first], demand.accepts[first], demand.area[first], np.full(count, FAR),
        bound, start, length, room, np.zeros(1, np.int64),
    )  # fmt: skip
    return lists, of_slot


@njit(cache=True, nogil=True)
def heap_push(key, value, size, new_key, new_value):
    """Push on a binary heap of two arrays; return the new size."""
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if key[up] <= new_key:
            break
        key[at] = key[up]
        value[at] = value[up]
        at = up
    key[at] = new_key
    value[at] = new_value
    return size + 1


@njit(cache=True, nogil=True)
def heap_pop(key, value, size):
    """Drop the top of a binary heap of two arrays; return the new size."""
    size -= 1
    last_key = key[size]
    last_value = value[size]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and key[down + 1] < key[down]:
            down += 1
        if key[down] >= last_key:
            break
        key[at] = key[down]
        value[at] = value[down]
        at = down
    key[at] = last_key
    value[at] = last_value
    return size


@njit(cache=True, nogil=True)
def make_room(lists, arena, which, more):
    """Give a list room for some more keys; False when the arena is too small."""
    need = lists.length[which] + more
    if need <= lists.room[which]:
        return True
    room = max(need, 2 * lists.length[which])
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


@njit(cache=True, nogil=True)
def fits(lists, eligible, which, member, distance):
    """Tell whether a member has the role, goes that far and belongs to the area of a class."""
    if lists.accepts[which] & eligible.kind[member] == 0 or distance > eligible.radius[member]:
        return False
    return lists.area[which] < 0 or lists.area[which] == eligible.area[member]


@njit(cache=True, nogil=True)
def sort_keys(key, low, high):
    """Sort a run of int64 keys in place: by insertion while short."""
    if high - low > 48:
        key[low:high] = np.sort(key[low:high])
        return
    for i in range(low + 1, high):
        one = key[i]
        j = i - 1
        while j >= low and key[j] > one:
            key[j + 1] = key[j]
            j -= 1
        key[j + 1] = one


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _extend_walk(lists, arena, reach, eligible, which, target):
    """Walk the network from the site until enough members are new; False when the arena is full.

    reach.reached, reach.touched and the heap are scratch: reached is FAR everywhere before and after.
    """
    top = min(lists.guard[which], reach.limit + 1)
    low = lists.bound[which]
    before = lists.length[which]
    site = lists.site[which]
    stop = top
    touched = 0
    size = 0
    full = False
    node = reach.site_node[site]
    if node >= 0 and reach.site_access[site] < top:
        reach.reached[node] = reach.site_access[site]
        reach.touched[0] = node
        touched = 1
        size = heap_push(reach.heap_key, reach.heap_value, 0, reach.reached[node], node)
    furthest = np.int64(0)
    while size > 0 and not full:
        far = reach.heap_key[0]
        node = reach.heap_value[0]
        size = heap_pop(reach.heap_key, reach.heap_value, size)
        if far >= stop:
            break
        if far > reach.reached[node]:
            continue
        for at in range(reach.node_start[node], reach.node_start[node + 1]):
            distance = far + reach.node_access[at]
            member = reach.node_member[at]
            if low <= distance < stop and fits(lists, eligible, which, member, distance):
                if not make_room(lists, arena, which, 1):
                    full = True
                    break
                arena[lists.start[which] + lists.length[which]] = (distance << 32) | member
                lists.length[which] += 1
                furthest = max(furthest, distance)
                if lists.length[which] - before == target:
                    stop = min(stop, furthest + 1)
        for arc in range(reach.edge_start[node], reach.edge_start[node + 1]):
            further = far + reach.edge_length[arc]
            head = reach.edge_to[arc]
            if further < stop and further < reach.reached[head]:
                if reach.reached[head] == FAR:
                    reach.touched[touched] = head
                    touched += 1
                reach.reached[head] = further
                size = heap_push(reach.heap_key, reach.heap_value, size, further, head)
    for i in range(touched):
        reach.reached[reach.touched[i]] = FAR
    if full:
        lists.length[which] = before
        return False
    start = lists.start[which]
    sort_keys(arena, start + before, start + lists.length[which])
    # Members found beyond the final stop would leave a hole before them: they come again next time.
    while lists.length[which] > before and arena[start + lists.length[which] - 1] >> 32 >= stop:
        lists.length[which] -= 1
    lists.bound[which] = COMPLETE if stop > reach.limit else stop
    return True


@njit(cache=True, nogil=True)
def extend(lists, arena, reach, eligible, which):
    """Lengthen one list by about its own length, never past its guard; False when the arena is full."""
    target = max(FIRST_LENGTH, lists.length[which])
    if reach.mode == STRAIGHT:
        return _extend_straight(lists, arena, reach, eligible, which, target)
    if reach.mode == WALK:
        return _extend_walk(lists, arena, reach, eligible, which, target)
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
