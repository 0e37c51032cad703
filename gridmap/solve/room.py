"""Make room in a solved engine for rows that come later, and lay out its slots for the search from members."""

from typing import Any

import numpy as np

from gridmap.solve.engine import Engine
from gridmap.solve.instance import ANYWHERE, Ints
from gridmap.solve.lists import ClassLists, Eligible
from gridmap.solve.market import SLOTS_A_SQUARE, Market, hang_all
from gridmap.solve.problem import Problem
from gridmap.solve.state import Plan, Slots, chain, empty_labels
from gridmap.solve.travel import FAR, LISTED, STRAIGHT, ListReach, NetworkReach, ReachArrays
from gridmap.solve.walks import MEMBER_MASK

LOG_ROOM = 1 << 12
MANY = 1 << 40  # no list of a new slot ends for want of people


def padded(array: Ints, more: int, value: int = 0) -> Ints:
    """Return a copy with more rows of a value."""
    return np.concatenate([array, np.full(more, value, array.dtype)])


def make_spare(engine: Engine, spare: int) -> None:
    """Add rows for slots, groups, sites, members and stand-ins that nobody uses yet."""
    slots, people = len(engine.fixed.group), engine.fixed.people
    stand_ins = len(engine.plan.group_first) + spare
    engine.fixed = _spare_slots(engine, spare, stand_ins)
    engine.lists = _spare_lists(engine.lists, spare)
    engine.eligible = Eligible(*(padded(column, spare) for column in engine.eligible))
    engine.plan = spare_records(_spare_plan(engine.plan, spare, people, stand_ins), spare)
    engine.labels = empty_labels(slots + spare, people + spare + stand_ins)
    engine.reach = spare_points(engine.problem.reach.arrays(), spare)  # who comes may live anywhere


def _with_room(array: Ints, people: int, spare: int, stand_ins: int, values: tuple[int, int] = (0, 0)) -> Ints:
    """Return a copy with spare rows between the people and the stand-ins, and rows for so many stand-ins."""
    more = stand_ins - (len(array) - people)
    return padded(np.concatenate([padded(array[:people], spare, values[0]), array[people:]]), more, values[1])


def _spare_slots(engine: Engine, spare: int, stand_ins: int) -> Slots:
    fixed, classes, step = engine.fixed, len(engine.lists.site), engine.problem.supply.load_step_dm
    wide = ((0, 0), (0, spare))
    return fixed._replace(
        group=padded(fixed.group, spare),
        of_class=np.concatenate([fixed.of_class, np.arange(classes, classes + spare, dtype=np.int32)]),
        weight=padded(fixed.weight, spare),
        rest=padded(fixed.rest, spare),
        people=fixed.people + spare,
        capacity=_with_room(fixed.capacity, fixed.people, spare, stand_ins),
        load_step=_with_room(fixed.load_step, fixed.people, spare, stand_ins, (step, 0)),
        kept_start=padded(fixed.kept_start, spare, int(fixed.kept_start[-1])),
        ban_first=padded(fixed.ban_first, spare, -1),
        wish_slot=np.pad(fixed.wish_slot, wide, constant_values=-1),
        wish_member=np.pad(fixed.wish_member, wide, constant_values=-1),
    )


def _spare_lists(lists: ClassLists, spare: int) -> ClassLists:
    return ClassLists(
        padded(lists.site, spare, -1),
        padded(lists.accepts, spare), padded(lists.area, spare, ANYWHERE), np.full(len(lists.site) + spare, FAR),
        padded(lists.most, spare, MANY),
        padded(lists.bound, spare), padded(lists.start, spare), padded(lists.length, spare),
        padded(lists.room, spare), padded(lists.before, spare), lists.used.copy(),
    )  # fmt: skip


def _spare_plan(plan: Plan, spare: int, people: int, stand_ins: int) -> Plan:
    rows = people, spare, stand_ins
    return plan._replace(
        price_slot=padded(plan.price_slot, spare), price_member=_with_room(plan.price_member, *rows),
        load=_with_room(plan.load, *rows), empty=padded(plan.empty, spare),
        group_first=padded(plan.group_first, spare, -1), member_first=_with_room(plan.member_first, *rows, (-1, -1)),
        pair_member=np.where(plan.pair_member < people, plan.pair_member, plan.pair_member + np.int32(spare)),
        log=np.empty((LOG_ROOM, 3), np.int64), log_used=np.array([0, 1], np.int64),
    )  # fmt: skip


def spare_records(plan: Plan, more: int) -> Plan:
    """Add records for pairs to the chain of free ones."""
    count = len(plan.pair_slot)
    following = padded(plan.group_next, more, -1)
    following[count : count + more - 1] = np.arange(count + 1, count + more)
    following[count + more - 1] = plan.free[0]
    return plan._replace(
        pair_slot=padded(plan.pair_slot, more, -1), pair_member=padded(plan.pair_member, more, -1),
        pair_cost=padded(plan.pair_cost, more), group_next=following,
        member_next=padded(plan.member_next, more, -1), free=np.array([count], np.int32),
    )  # fmt: skip


def spare_points(reach: ReachArrays, spare: int) -> ReachArrays:
    """Add sites and, for members, room in the cells or nodes."""
    return reach._replace(
        site_x=padded(reach.site_x, spare), site_y=padded(reach.site_y, spare),
        site_node=padded(reach.site_node, spare, -1), site_access=padded(reach.site_access, spare),
        list_start=padded(reach.list_start, spare, int(reach.list_start[-1])) if reach.mode == LISTED
        else reach.list_start,
        cell_member=padded(reach.cell_member, spare), member_x=padded(reach.member_x, spare),
        member_y=padded(reach.member_y, spare), node_member=padded(reach.node_member, spare),
        node_access=padded(reach.node_access, spare),
    )  # fmt: skip


def open_market(engine: Engine, problem: Problem, spare: int) -> Market:
    """Hang out every slot that wants places; the engine has its spare rows already."""
    reach = engine.reach
    object_: Any = problem.reach
    slots, members = len(engine.fixed.group), len(engine.fixed.capacity)
    site = engine.lists.site[engine.fixed.of_class].astype(np.int32)
    x, y = (column[site] if reach.mode == STRAIGHT else np.zeros(slots, np.int64)
            for column in (reach.site_x, reach.site_y))  # fmt: skip
    active = problem.wanted > 0
    side, west, south, columns, rows = _squares(x[: len(active)][active], y[: len(active)][active])
    member_xy = padded_points(object_.member_xy_dm, spare) if reach.mode == STRAIGHT else np.zeros((0, 2), np.int64)
    network = isinstance(object_, NetworkReach)
    heads = {STRAIGHT: columns * rows, LISTED: object_.site_count + spare}.get(
        reach.mode, object_.node_count if network else 0
    )
    list_first, list_next, list_key = _by_member(object_, members)
    market = Market(
        np.zeros(slots, np.int32), np.full(heads, -1, np.int32), np.full(slots, -1, np.int32),
        np.zeros(columns * rows if reach.mode == STRAIGHT else 1, np.int64),
        np.full(len(engine.plan.group_first), -1, np.int32), np.full(slots, -1, np.int32), site, x, y,
        side, west, south, columns, rows, member_xy[:, 0].copy(), member_xy[:, 1].copy(),
        padded(object_.member_node, spare, -1) if network else np.empty(0, np.int64),
        padded(object_.member_access_dm, spare) if network else np.empty(0, np.int64),
        list_first, list_next, list_key, padded(problem.load, members - len(problem.load)),
        np.empty(slots, np.int32), np.empty(slots, np.int64),
    )  # fmt: skip
    hang_all(market, reach, engine.plan, engine.fixed.group, active)
    return market


def padded_points(xy: Ints, more: int) -> Ints:
    """Return points with more at the origin."""
    return np.concatenate([xy, np.zeros((more, 2), np.int64)])


def _squares(x: Ints, y: Ints) -> tuple[int, int, int, int, int]:
    if not len(x):
        return 1 << 40, 0, 0, 1, 1
    west, south = int(x.min()), int(y.min())
    width, height = int(x.max()) - west + 1, int(y.max()) - south + 1
    side = max(int(np.sqrt(width * height / max(len(x) / SLOTS_A_SQUARE, 1))), width // 2000, height // 2000, 50)
    return side, west, south, width // side + 1, height // side + 1


def _by_member(reach: object, members: int) -> tuple[Ints, Ints, Ints]:
    """Chain the listed sites by member."""
    if not isinstance(reach, ListReach):
        return np.full(members, -1, np.int32), np.empty(0, np.int32), np.empty(0, np.int64)
    laid = reach.arrays()
    site = np.repeat(np.arange(reach.site_count), np.diff(laid.list_start))
    first, following = chain(laid.list_key & MEMBER_MASK, members)
    return first, following, (laid.list_key >> 32 << 32) | site
