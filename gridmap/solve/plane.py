"""Price all pairs of a plane without listing them: squares with their lowest price rule out most."""

from typing import NamedTuple

import numpy as np

from gridmap.solve.augment import DONE, MORE_ROOM, is_banned, wish_cost
from gridmap.solve.flow import add_pair, is_kept
from gridmap.solve.instance import Ints
from gridmap.solve.kernel import kernel
from gridmap.solve.pricing import is_full, keep_best, reduced_cost
from gridmap.solve.travel import FAR, StraightReach, sort_into_cells

MEMBERS_A_SQUARE = 24


class Squares(NamedTuple):
    """Hold the members by square: row, x, y in order of square; lowest and price are filled by look_up."""

    side: int
    west: int
    south: int
    columns: int
    rows: int
    start: Ints
    member: Ints
    x: Ints
    y: Ints
    price: Ints
    lowest: Ints


def cut_squares(reach: StraightReach) -> Squares:
    """Cut the plane of the members into squares."""
    xy = reach.member_xy_dm
    low, high = xy.min(axis=0), xy.max(axis=0)
    width, height = (int(extent) + 1 for extent in high - low)
    side = max(int(np.sqrt(width * height / max(len(xy) / MEMBERS_A_SQUARE, 1))), 100)
    columns, rows = width // side + 1, height // side + 1
    member, start = sort_into_cells(xy, low, side, columns, rows)
    return Squares(
        side, int(low[0]), int(low[1]), columns, rows, start, member, xy[member, 0], xy[member, 1],
        np.empty(len(xy), np.int64), np.empty(columns * rows, np.int64),
    )  # fmt: skip


@kernel
def look_up(squares, kind, accepts, price, usable):
    """Note the price of every member that some roles may take, and the lowest of each square."""
    for square in range(len(squares.lowest)):
        lowest = FAR
        for at in range(squares.start[square], squares.start[square + 1]):
            member = squares.member[at]
            squares.price[at] = FAR
            if usable[member] and kind[member] & accepts != 0:
                squares.price[at] = price[member]
                lowest = min(lowest, price[member])
        squares.lowest[square] = lowest


@kernel
def lay_from_plane(
    tree, arcs, shared, fixed, demand, eligible, squares, reach, accepts, full, each, best, state, scanned
):
    """Lay, for every slot of some roles, the pairs of most negative reduced cost, at most each.

    demand: site, accepts, area and wanted places, [S]. state: next slot, arcs laid, most negative so far.
    """
    site, asks, area, wanted = demand
    slots = len(site)
    gain, which, key = best
    unit = 1.0 / reach.factor
    while state[0] < slots:
        slot = state[0]
        if wanted[slot] == 0 or asks[slot] != accepts:
            state[0] += 1
            continue
        if arcs.used[0] + 2 * each > len(arcs.tail) or shared.tally[0] + each > len(shared.member):
            return MORE_ROOM
        price = tree.price[slot]
        x = reach.site_x[site[slot]]
        y = reach.site_y[site[slot]]
        bans = fixed.ban_first[slot] >= 0
        budget = min(price - fixed.keep, reach.limit + 1)
        wide = np.int64((budget + 1) * unit) + 2
        row_low = max(np.int64(0), (y - wide - squares.south) // squares.side)
        row_high = min(squares.rows - 1, (y + wide - squares.south) // squares.side)
        column_low = max(np.int64(0), (x - wide - squares.west) // squares.side)
        column_high = min(squares.columns - 1, (x + wide - squares.west) // squares.side)
        found = 0
        cut = np.int64(0)
        for row in range(row_low, row_high + 1):
            south = squares.south + row * squares.side
            near_y = max(south - y, y - south - squares.side, np.int64(0))
            for column in range(column_low, column_high + 1):
                square = row * squares.columns + column
                left = price - fixed.keep - squares.lowest[square] - cut
                if left <= 0:
                    continue
                west = squares.west + column * squares.side
                near_x = max(west - x, x - west - squares.side, np.int64(0))
                near = np.float64(near_x * near_x + near_y * near_y)
                top = (min(left, reach.limit + 1) + 1) * unit
                if near > top * top:
                    continue
                for at in range(squares.start[square], squares.start[square + 1]):
                    left = price - fixed.keep - squares.price[at] - cut
                    if left <= 0:
                        continue
                    dx = squares.x[at] - x
                    dy = squares.y[at] - y
                    apart = np.float64(dx * dx + dy * dy)
                    scanned[0] += 1
                    top = (left + 1) * unit
                    if apart > top * top:
                        continue
                    distance = np.int64(np.rint(np.sqrt(apart) * reach.factor))
                    if distance >= left or distance > reach.limit:
                        continue
                    member = squares.member[at]
                    if distance > eligible.radius[member] or (area[slot] >= 0 and area[slot] != eligible.area[member]):
                        continue
                    if bans and is_banned(fixed, slot, member):
                        continue
                    cost = distance + fixed.keep + wish_cost(fixed, slot, member)
                    reduced = reduced_cost(tree, shared, fixed, eligible, slot, member, cost)
                    if reduced >= -cut or is_kept(fixed, slot, member) or is_full(full, slot, member):
                        continue
                    found = keep_best(best, found, each, reduced, (cost << 32) | member)
                    if found == each:
                        cut = gain[0]
        for i in range(found):
            one = key[which[i]]
            add_pair(tree, arcs, shared, fixed, eligible, wanted, slot, one & 0xFFFFFFFF, one >> 32, 0, True)
            state[2] = min(state[2], -gain[i])
        state[1] += found
        state[0] += 1
    return DONE
