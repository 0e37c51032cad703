"""Prove a plan from the input alone: a bound from its prices over all pairs that can be, not a sample.

Any prices prove a bound (weak duality); nothing has to be believed about how they were found. With u for
slots, v >= 0 for members and c for a pair's cost, no plan costs less than
sum wanted * min(u, weight) - sum over members and their load steps (v - step cost)+
- sum over (group, member) (max over its slots (u - c) - v)+
- sum over groups whose first place counts apart (places - 1) (max over its slots min(u, weight) - rest)+.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gridmap.solve.instance import Demand, Ints, Supply, Wishes
from gridmap.solve.problem import LARGEST_WEIGHT, Problem, reduce_instance, step_between_ranks_dm, whole_sum
from gridmap.solve.sweep import worthwhile_pairs
from gridmap.solve.travel import FAR, Reach

if TYPE_CHECKING:
    from gridmap.solve.assign import Assignment


@dataclass(frozen=True, eq=False)
class Certificate:
    """Hold the verdict of the checker.

    valid: every pair is allowed and no place, capacity or lock is broken. faults: codes of what is broken.
    primal, dual, gap: recomputed. violations: pairs outside the plan that the prices call worth taking.
    arcs_scanned: pairs looked at. proven: valid and gap 0.
    """

    valid: bool
    faults: tuple[str, ...]
    primal: int
    dual: int
    gap: int
    violations: int
    arcs_scanned: int
    proven: bool


def verify(
    demand: Demand, supply: Supply, reach: Reach, wishes: Wishes | None, assignment: "Assignment"
) -> Certificate:
    """Check an assignment against its input: rules, totals and the proof over all reachable pairs."""
    problem = _weighed(reduce_instance(demand, supply, reach, wishes or Wishes()), assignment)
    slot, member = assignment.slots.astype(np.int64), assignment.members.astype(np.int64)
    faults = tuple(_faults(problem, slot, member))
    locked = np.isin(_key(problem, slot, member), _locks(problem))
    distance = reach.between(demand.site[slot], member)
    cost = problem.cost_dm(slot, member, np.where(distance < FAR, distance, 0))
    load = np.bincount(member, minlength=len(supply)).astype(object)
    step = supply.load_step_dm
    primal = int(cost[~locked].sum()) + int((load * (load - 1) // 2).sum()) * step
    primal -= int((problem.load.astype(object) * (problem.load - 1) // 2).sum()) * step
    primal += problem.empty_cost_dm(np.bincount(slot[~locked], minlength=len(demand)))
    dual, violations, scanned = bound_below(
        problem, assignment.price_slot, assignment.price_member, slot[~locked], member[~locked]
    )
    return Certificate(
        not faults, faults, primal, dual, primal - dual, violations, scanned, not faults and primal == dual
    )


def _weighed(problem: Problem, plan: "Assignment") -> Problem:
    """Take over the plan's weights of empty places if they tell the ranks apart as far as they must.

    A plan that was repaired keeps its weights, which have room for rows to come; any gaps that are wide enough say
    the same.
    """
    told = np.concatenate([plan.weight, plan.rest])
    own, first, level = np.unique(
        -np.concatenate([problem.weight, problem.rest]), return_index=True, return_inverse=True
    )
    if len(told) != len(level) or not len(own):
        return problem
    by_rank = told[first]
    gap = step_between_ranks_dm(problem.demand, problem.supply, problem.reach, problem.wishes)
    wide = (-np.diff(by_rank, append=0) >= gap).all() and by_rank[0] <= LARGEST_WEIGHT
    return replace(problem, weight=plan.weight, rest=plan.rest) if wide and (told == by_rank[level]).all() else problem


def _key(problem: Problem, slot: Ints, member: Ints) -> Ints:
    return slot.astype(np.int64) * len(problem.supply) + member


def _locks(problem: Problem) -> Ints:
    return _key(problem, problem.wishes.locked_slot, problem.wishes.locked_member)


def _faults(problem: Problem, slot: Ints, member: Ints) -> list[str]:
    demand, supply = problem.demand, problem.supply
    key = _key(problem, slot, member)
    free = ~np.isin(key, _locks(problem))
    distance = problem.reach.between(demand.site[slot[free]], member[free])
    household = demand.group[slot].astype(np.int64) * len(supply) + member
    checks = {
        "capacity": (np.bincount(member, minlength=len(supply)) > supply.capacity).any(),
        "places": (np.bincount(slot, minlength=len(demand)) > demand.wanted).any(),
        "twice": len(np.unique(household)) < len(household),
        "not_allowed": not problem.eligible(slot[free], member[free], distance).all(),
        "lock_missing": not np.isin(_locks(problem), key).all(),
    }
    return [code for code, broken in checks.items() if broken]


def bound_below(
    problem: Problem, price_slot: Ints, price_member: Ints, slot: Ints, member: Ints, *, workers: int = 1
) -> tuple[int, int, int]:
    """Return the bound that the prices prove, the violations outside the plan and the pairs scanned."""
    price_slot = np.minimum(price_slot, problem.weight)
    # A member without room can be priced out of reach at no cost to the bound.
    price_member = np.where(problem.capacity > 0, np.maximum(price_member, 0), FAR)
    members = len(problem.supply)
    dual = whole_sum(problem.wanted, price_slot)
    for unit in range(int(problem.capacity.max(initial=0))):
        has = problem.capacity > unit
        gain = price_member[has] - (problem.load[has].astype(np.int64) + unit) * problem.supply.load_step_dm
        dual -= whole_sum(1, np.maximum(gain, 0))
    dual -= _spared(problem, price_slot)
    slots, near, distance, scanned = worthwhile_pairs(problem, price_slot, price_member, workers=workers)
    gain = price_slot[slots] - problem.cost_dm(slots, near, distance) - price_member[near]
    worth = (gain > 0) & problem.eligible(slots, near, distance)
    key, gain = problem.demand.group[slots[worth]].astype(np.int64) * members + near[worth], gain[worth]
    if not len(key):
        return dual, 0, scanned
    pair, at = np.unique(key, return_inverse=True)
    most = np.zeros(len(pair), np.int64)
    np.maximum.at(most, at, gain)
    taken = problem.demand.group[slot].astype(np.int64) * members + member
    return dual - whole_sum(1, most), int((~np.isin(pair, taken)).sum()), scanned


def _spared(problem: Problem, price_slot: Ints) -> int:
    """Return what the bound loses to places that may be empty at less than the weight."""
    if not len(problem.spared):
        return 0
    open_ = problem.wanted > 0
    most = np.zeros(len(problem.spared), np.int64)
    np.maximum.at(most, problem.demand.group[open_], (price_slot - problem.rest)[open_])
    return whole_sum(problem.spared, most)
