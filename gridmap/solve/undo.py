"""Note what is written over in a plan, so that a change can be read off and taken back bit for bit."""

import numpy as np

from gridmap.solve.instance import Ints
from gridmap.solve.kernel import kernel
from gridmap.solve.state import Plan

PRICE_SLOT, PRICE_MEMBER, LOAD, EMPTY = 0, 1, 2, 3
PAIR_SLOT, PAIR_MEMBER, PAIR_COST = 4, 5, 6
GROUP_FIRST, GROUP_NEXT, MEMBER_FIRST, MEMBER_NEXT, FREE = 7, 8, 9, 10, 11
NOTES_A_NODE = 24  # no node of a path writes more


@kernel
def put(plan, field, array, row, value):
    """Write a value; note the old one while the plan keeps a log."""
    if plan.log_used[1] != 0:
        at = plan.log_used[0]
        plan.log[at, 0] = field
        plan.log[at, 1] = row
        plan.log[at, 2] = array[row]
        plan.log_used[0] = at + 1
    array[row] = value


@kernel
def log_is_short(plan, labels):
    """Tell whether the log might overflow if the searched path were walked now."""
    nodes = labels.marks[0] + labels.marks[1] + 20  # some more for what a change writes besides
    return plan.log_used[1] != 0 and plan.log_used[0] + NOTES_A_NODE * nodes > len(plan.log)


@kernel
def take_back(plan, mark):
    """Put back everything noted since the log held `mark` rows, the latest first."""
    for at in range(plan.log_used[0] - 1, mark - 1, -1):
        field = plan.log[at, 0]
        row = plan.log[at, 1]
        value = plan.log[at, 2]
        if field == PRICE_SLOT:
            plan.price_slot[row] = value
        elif field == PRICE_MEMBER:
            plan.price_member[row] = value
        elif field == LOAD:
            plan.load[row] = value
        elif field == EMPTY:
            plan.empty[row] = value
        elif field == PAIR_SLOT:
            plan.pair_slot[row] = value
        elif field == PAIR_MEMBER:
            plan.pair_member[row] = value
        elif field == PAIR_COST:
            plan.pair_cost[row] = value
        elif field == GROUP_FIRST:
            plan.group_first[row] = value
        elif field == GROUP_NEXT:
            plan.group_next[row] = value
        elif field == MEMBER_FIRST:
            plan.member_first[row] = value
        elif field == MEMBER_NEXT:
            plan.member_next[row] = value
        else:
            plan.free[row] = value
    plan.log_used[0] = mark


def read_log(plan: Plan, people: int, load_step: Ints) -> tuple[Ints, Ints, int]:
    """Return the pairs that ended and began since the log began, int64[K, 2] each, and the change of cost in dm.

    Places that stand-ins took or left, rows from `people` on, are empty ones and do not count.
    """
    log = plan.log[: plan.log_used[0]]
    rows = np.unique(log[np.isin(log[:, 0], (PAIR_SLOT, PAIR_MEMBER, PAIR_COST)), 1])
    slot, member, cost = (
        _as_before(log, field, now, rows)
        for field, now in (
            (PAIR_SLOT, plan.pair_slot),
            (PAIR_MEMBER, plan.pair_member),
            (PAIR_COST, plan.pair_cost),
        )
    )
    was, now = (slot >= 0) & (member < people), (plan.pair_slot[rows] >= 0) & (plan.pair_member[rows] < people)
    change = int(plan.pair_cost[rows[now]].sum()) - int(cost[was].sum())
    members = np.unique(log[log[:, 0] == LOAD, 1])
    before, after = _as_before(log, LOAD, plan.load, members), plan.load[members].astype(np.int64)
    change += int(((after * (after - 1) - before * (before - 1)) // 2 * load_step[members]).sum())
    gone = _pairs(slot[was], member[was])
    new = _pairs(plan.pair_slot[rows[now]], plan.pair_member[rows[now]])
    ended, began = (np.array(sorted(pairs), np.int64).reshape(-1, 2) for pairs in (gone - new, new - gone))
    return ended, began, change


def _as_before(log: Ints, field: int, now: Ints, rows: Ints) -> Ints:
    """Return what rows of a field held when the log began."""
    values = now[rows].astype(np.int64)
    mine = log[log[:, 0] == field]
    written, first = np.unique(mine[:, 1], return_index=True)
    values[np.searchsorted(rows, written)] = mine[first, 2]
    return values


def _pairs(slot: Ints, member: Ints) -> set[tuple[int, int]]:
    return set(zip(slot.tolist(), member.tolist(), strict=True))
