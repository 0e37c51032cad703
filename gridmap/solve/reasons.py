"""Say who makes way when a pair is forced, and answer by solving twice what the prices of one plan cannot.

To force a pair is to end a place of the slot and to take a unit of the member away: what is left is again the best,
and with the pair added it is the best plan that has it. That holds while a member's load costs nothing more (no load
step) and the member fills no other place of the household; the rest is solved twice.
"""

from dataclasses import replace

import numpy as np

from gridmap.solve.assign import Assignment, assign
from gridmap.solve.change import Change
from gridmap.solve.instance import Demand, Ints, Supply, Wishes
from gridmap.solve.problem import Problem
from gridmap.solve.release import withdraw
from gridmap.solve.repair import LivePlan
from gridmap.solve.travel import Reach
from gridmap.solve.undo import take_back


def compare(demand: Demand, before: Assignment, after: Assignment, *, counted: Ints | None = None) -> Change:
    """Return what changed between two plans of the same rows; `counted`: most places of each slot that count."""
    old, new = ({*zip(one.slots.tolist(), one.members.tolist(), strict=True)} for one in (before, after))
    gone, begun = (np.array(sorted(pairs), np.int64).reshape(-1, 2) for pairs in (old - new, new - old))
    most = np.iinfo(np.int32).max if counted is None else counted
    filled = demand.by_rank(np.minimum(after.filled, most)) - demand.by_rank(np.minimum(before.filled, most))
    return Change(gone[:, 0], gone[:, 1], begun[:, 0], begun[:, 1], filled, after.total_cost_dm - before.total_cost_dm)


def force(plan: LivePlan, problem: Problem, slot: int, member: int) -> Change:
    """Return what changes when a member takes a place of a slot; the plan is put back bit for bit.

    problem: what this is the plan of. The pair must be possible and not in the plan; slot and member must have a place
    that is not locked.
    """
    demand, supply, at = problem.demand, problem.supply, int(plan.member_at[member])
    capacity = int(plan.engine.fixed.capacity[at])
    if supply.load_step_dm == 0:
        plan.begin()
        plan.run(withdraw, int(plan.slot_at[slot]))
        plan.apply_capacity(at, capacity - 1)
        change = plan.what_changed(forced=[slot])
        plan.engine.call(take_back, plan.engine.plan, 0)
        plan.engine.fixed.capacity[at] = capacity
        if not _helps_twice(demand, plan, slot, member, change):
            return _with_pair(problem, change, slot, member)
    asked = demand, supply, problem.reach, problem.wishes
    return compare(demand, plan.assignment(), solve_forced(*asked, slot=slot, member=member))


def _helps_twice(demand: Demand, plan: LivePlan, slot: int, member: int, change: Change) -> bool:
    """Tell whether the member would fill a second place of the household."""
    engine, group = plan.engine.plan, demand.group[slot]
    held = (engine.pair_slot >= 0) & (engine.pair_member == plan.member_at[member])
    pairs = set(plan.slot_row[engine.pair_slot[held]].tolist())
    pairs -= set(change.gone_slot[change.gone_member == member].tolist())
    pairs |= set(change.new_slot[change.new_member == member].tolist())
    return any(demand.group[row] == group for row in pairs)


def _with_pair(problem: Problem, change: Change, slot: int, member: int) -> Change:
    """Add the forced pair to what the rest of the plan does; its place is counted already."""
    rows = np.array([slot]), np.array([member])
    distance = problem.reach.between(problem.demand.site[rows[0]], rows[1])
    return Change(
        change.gone_slot,
        change.gone_member,
        np.append(change.new_slot, slot),
        np.append(change.new_member, member),
        change.filled,
        change.cost_dm + int(problem.cost_dm(*rows, distance)[0]),
    )


def solve_forced(demand: Demand, supply: Supply, reach: Reach, wishes: Wishes, *, slot: int, member: int) -> Assignment:
    """Return the best plan in which a member has a place of a slot; the pair must be possible."""
    locked = replace(
        wishes,
        locked_slot=np.append(wishes.locked_slot, slot),
        locked_member=np.append(wishes.locked_member, member),
    )
    return assign(demand, supply, reach, locked)


def solve_without(
    demand: Demand, supply: Supply, reach: Reach, wishes: Wishes, *, member: int, wanted: Ints
) -> Assignment:
    """Return the best plan without a member, locked pairs included; `wanted`: what each slot wants beside locks."""
    stays = wishes.locked_member != member
    left = replace(wishes, locked_slot=wishes.locked_slot[stays], locked_member=wishes.locked_member[stays])
    taken = np.bincount(left.locked_slot, minlength=len(demand))
    capacity = np.where(np.arange(len(supply)) == member, 0, supply.capacity)
    return assign(replace(demand, wanted=np.maximum(wanted, taken)), replace(supply, capacity=capacity), reach, left)
