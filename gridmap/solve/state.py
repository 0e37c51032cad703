"""Name the arrays that the engine works on: what is fixed, the plan so far, the scratch of a search."""

from typing import NamedTuple

import numpy as np

from gridmap.solve.instance import Ints
from gridmap.solve.lists import ClassLists, Eligible, open_lists
from gridmap.solve.problem import Problem
from gridmap.solve.travel import FAR


class Slots(NamedTuple):
    """Hold what does not change while places are filled.

    group, of_class: int32[S]. weight: int64[S]. capacity: int32[M], with locked places counted in.
    rest: int64[S], less than the weight where the last empty place of a household costs more than the others. Those
    others are taken by the household's stand-in, a member of row people + group at the cost `rest`, whom only its own
    slots reach and who may fill several of their places. people: rows of true members, before the stand-ins.
    load_step: int64[M] dm, 0 for stand-ins. keep: dm. kept_start: int64[S + 1], kept_key: int64
    (distance << 32 | member) by slot.
    ban_first: int32[S] heads a chain of bans through ban_next; ban_member: int32.
    wish_slot: int32[T, S], wish_member: int32[T, M], wish: int64[T] dm.
    """

    group: Ints
    of_class: Ints
    weight: Ints
    rest: Ints
    people: int
    capacity: Ints
    load_step: Ints
    keep: int
    kept_start: Ints
    kept_key: Ints
    ban_first: Ints
    ban_next: Ints
    ban_member: Ints
    wish_slot: Ints
    wish_member: Ints
    wish: Ints


class Plan(NamedTuple):
    """Hold the plan so far: prices, loads, empty places and pairs chained by group and by member.

    pair_slot is -1 for a free record; free[0] heads the chain of free records through group_next.
    log: int64[L, 3], what was written over (field, row, old value); log_used: int64[2], rows in use and whether to log.
    """

    price_slot: Ints
    price_member: Ints
    load: Ints
    empty: Ints
    pair_slot: Ints
    pair_member: Ints
    pair_cost: Ints
    group_first: Ints
    group_next: Ints
    member_first: Ints
    member_next: Ints
    free: Ints
    log: Ints
    log_used: Ints


class Labels(NamedTuple):
    """Hold the scratch of one search; distances are FAR everywhere before and after.

    marks: slots seen, members seen, cost of the best end, that end, what an end costs more, slot aimed at (-1: none).
    """

    slot_at: Ints
    member_at: Ints
    lost_pair: Ints
    sibling: Ints
    taker: Ints
    take_cost: Ints
    slots_seen: Ints
    members_seen: Ints
    marks: Ints
    slot_cost: Ints


def by_slot(slot: Ints, count: int) -> tuple[Ints, Ints]:
    """Return the order of rows by slot and where each slot starts: int64[count + 1]."""
    order = np.argsort(slot, kind="stable")
    return order, np.searchsorted(slot[order], np.arange(count + 1)).astype(np.int64)


def chain(key: Ints, count: int) -> tuple[Ints, Ints]:
    """Chain rows by key, -1 at the end: int32[count] first row of each key, int32 next row of each row."""
    first, following = np.full(count, -1, np.int32), np.full(len(key), -1, np.int32)
    order, start = by_slot(key, count)
    inner = np.diff(key[order], append=-1) == 0
    following[order[inner]] = order[1:][inner[:-1]]
    some = np.diff(start) > 0
    first[some] = order[start[:-1][some]]
    return first, following


def lay_out(problem: Problem) -> tuple[Slots, ClassLists, Eligible]:
    """Turn a problem into the arrays of the engine."""
    demand, supply, wishes = problem.demand, problem.supply, problem.wishes
    slots, members = len(demand), len(supply)
    lists, of_class = open_lists(problem)
    kept_slot, kept_member = np.divmod(problem.kept, max(members, 1))
    distance = problem.reach.between(demand.site[kept_slot], kept_member)
    possible = problem.eligible(kept_slot, kept_member, distance)
    order, kept_start = by_slot(kept_slot[possible], slots)
    kept_key = ((distance[possible] << 32) | kept_member[possible])[order]
    ban_slot, ban_member = np.divmod(problem.banned, max(members, 1))
    ban_first, ban_next = chain(ban_slot, slots)
    traits = len(wishes.traits)
    fixed = Slots(
        demand.group, of_class, problem.weight, problem.rest, members,
        np.append(supply.capacity, problem.spared),
        np.append(np.full(members, supply.load_step_dm, np.int64), np.zeros(len(problem.spared), np.int64)),
        wishes.keep_dm,
        kept_start, kept_key, ban_first, ban_next, ban_member.astype(np.int32),
        np.array([t.slot_value for t in wishes.traits], np.int32).reshape(traits, slots),
        np.array([t.member_value for t in wishes.traits], np.int32).reshape(traits, members),
        np.array([t.penalty_dm for t in wishes.traits], np.int64),
    )  # fmt: skip
    return fixed, lists, Eligible(supply.kind, supply.radius_dm, supply.area)


def empty_plan(problem: Problem) -> Plan:
    """Start with nobody paired but the locked, and all prices zero."""
    slots, members = len(problem.demand), len(problem.supply) + len(problem.spared)
    records = int(problem.wanted.sum()) + 1
    groups = int(problem.demand.group.max(initial=-1)) + 1
    following = np.arange(1, records + 1, dtype=np.int32)
    following[-1:] = -1
    return Plan(
        np.zeros(slots, np.int64), np.zeros(members, np.int64), base_load(problem),
        np.zeros(slots, np.int32), np.full(records, -1, np.int32), np.full(records, -1, np.int32),
        np.zeros(records, np.int64), np.full(groups, -1, np.int32), following,
        np.full(members, -1, np.int32), np.full(records, -1, np.int32), np.zeros(1, np.int32),
        np.empty((0, 3), np.int64), np.zeros(2, np.int64),
    )  # fmt: skip


def base_load(problem: Problem) -> Ints:
    """Return the load by locks of every member and stand-in: int32[M]."""
    return np.append(problem.load, np.zeros(len(problem.spared), np.int32))


def empty_labels(slots: int, members: int) -> Labels:
    """Make scratch for searches."""
    return Labels(
        np.full(slots, FAR), np.full(members, FAR), np.empty(slots, np.int32), np.empty(slots, np.int32),
        np.empty(members, np.int32), np.empty(members, np.int64), np.empty(slots, np.int32),
        np.empty(members, np.int32), np.array([0, 0, 0, 0, 0, -1], np.int64), np.empty(slots, np.int64),
    )  # fmt: skip
