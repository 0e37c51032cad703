"""Pair places with people: as many as can be by rank, then at the least total cost, with a proof."""

import time
from dataclasses import dataclass

import numpy as np

from gridmap.solve.certificate import bound_below
from gridmap.solve.engine import Engine
from gridmap.solve.instance import Bools, Demand, Ints, Supply, Wishes
from gridmap.solve.problem import Problem, along_the_plane, reduce_instance
from gridmap.solve.threads import in_order, side_by_side
from gridmap.solve.tight import settle, unsettled
from gridmap.solve.tiles import fill_by_tiles
from gridmap.solve.travel import FAR, Reach

ARCS_A_PLACE, ARCS_AT_LEAST = 300, 25_000  # looked at by paths before the network simplex takes over


@dataclass(frozen=True, eq=False)
class Assignment:
    """Hold the pairs with the prices that prove them.

    slots, members: int32[K], a row for each pair, locked pairs included; ordered by slot, then member.
    distance_dm, cost_dm: int64[K]; the cost adds penalties and the load share of the pair's own member
        (of a member's pairs the first row carries the cheapest load step).
    locked: bool[K].
    filled: int32[S] places filled. ranks: int16[R]; wanted_by_rank, filled_by_rank: int64[R].
    price_slot: int64[S], what one more place of the slot would cost (its dual, at most weight).
    price_member: int64[M], what one more unit of the member's capacity would save (its dual, >= 0).
    weight, rest: int64[S], the price of an empty place of the slot's rank; weight that of the last empty one of a
        household whose first place counts apart, rest that of the others.
    primal, dual: total of the plan and the bound that the prices prove, without locked pairs; equal = proven.
    gap: primal - dual, never negative. optimal: gap is 0. violations: arcs of negative reduced cost left.
    arcs_scanned: arcs looked at. unproven: int32 slot rows that a longer run may still change.
    """

    slots: Ints
    members: Ints
    distance_dm: Ints
    cost_dm: Ints
    locked: Bools
    filled: Ints
    ranks: Ints
    wanted_by_rank: Ints
    filled_by_rank: Ints
    price_slot: Ints
    price_member: Ints
    weight: Ints
    rest: Ints
    primal: int
    dual: int
    gap: int
    optimal: bool
    violations: int
    arcs_scanned: int
    unproven: Ints

    @property
    def total_cost_dm(self) -> int:
        """Sum cost_dm over all pairs."""
        return int(self.cost_dm.sum())


def assign(
    demand: Demand,
    supply: Supply,
    reach: Reach,
    wishes: Wishes | None = None,
    *,
    time_limit_s: float | None = None,
    workers: int = 1,
) -> Assignment:
    """Return the best plan: most places by rank, then least cost; the same plan for any number of workers.

    Raises InstanceError when the rows contradict each other. Out of time, the plan is the best so far,
    optimal is False and gap and unproven say how far it may be from the best.
    """
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    problem = reduce_instance(demand, supply, reach, wishes or Wishes())
    nearby, slot_row, member_row = along_the_plane(problem, workers=workers)
    engine = Engine(nearby, workers=workers)
    pending = solve(engine, deadline, workers)
    raw = RawPlan.read(engine, slot_row, member_row)
    return conclude(problem, raw, np.unique(slot_row[pending]), workers=workers)


def solve(engine: Engine, deadline: float | None = None, workers: int = 1) -> Ints:
    """Fill all places; return the slots of places that time did not allow to prove."""
    # Paths are cheap while people are at hand. Where they are not, one path walks half the city.
    budget = ARCS_A_PLACE * int(engine.problem.wanted.sum()) + ARCS_AT_LEAST
    pending = fill_by_tiles(engine, workers=workers, budget=budget, deadline=deadline)
    if not len(pending):
        return pending
    if deadline is not None and time.monotonic() > deadline:
        return pending
    if settle(engine, pending, deadline):
        return pending[:0]
    return unsettled(engine)


@dataclass(frozen=True, eq=False)
class RawPlan:
    """Hold the engine's pairs and prices in the rows of the problem that was asked."""

    slot: Ints
    member: Ints
    price_slot: Ints
    price_member: Ints
    arcs_scanned: int

    @classmethod
    def read(cls, engine: Engine, slot_row: Ints, member_row: Ints) -> "RawPlan":
        """Read the plan out of an engine that works on renumbered rows."""
        plan = engine.plan
        people = engine.fixed.people
        held = (plan.pair_slot >= 0) & (plan.pair_member < people)
        price_slot, price_member = np.empty_like(plan.price_slot), np.empty(people, np.int64)
        price_slot[slot_row], price_member[member_row] = plan.price_slot, plan.price_member[:people]
        slot, member = slot_row[plan.pair_slot[held]], member_row[plan.pair_member[held]]
        return cls(slot, member, price_slot, price_member, int(engine.scanned[0]))


def conclude(problem: Problem, raw: RawPlan, pending: Ints, *, workers: int = 1) -> Assignment:
    """Add up the plan and prove it over all pairs that can be."""
    free = raw.slot, raw.member
    pairs, (dual, violations, scanned) = side_by_side(
        workers,
        lambda: _in_rows(problem, raw),
        lambda: bound_below(problem, raw.price_slot, raw.price_member, *free, workers=workers),
    )
    slot, member, locked, distance, cost = pairs
    filled = np.bincount(slot, minlength=len(problem.demand))
    demand = problem.demand
    unlocked = np.bincount(slot[~locked], minlength=len(demand))
    primal = int(cost[~locked].sum()) + problem.empty_cost_dm(unlocked)
    return Assignment(
        slots=slot.astype(np.int32), members=member.astype(np.int32), distance_dm=distance, cost_dm=cost,
        locked=locked, filled=filled.astype(np.int32), ranks=demand.ranks,
        wanted_by_rank=demand.by_rank(demand.wanted), filled_by_rank=demand.by_rank(filled),
        price_slot=raw.price_slot, price_member=raw.price_member, weight=problem.weight, rest=problem.rest,
        primal=primal, dual=dual, gap=primal - dual, optimal=primal == dual, violations=violations,
        arcs_scanned=raw.arcs_scanned + scanned, unproven=np.asarray(pending, np.int32),
    )  # fmt: skip


def _in_rows(problem: Problem, raw: RawPlan) -> tuple[Ints, Ints, Bools, Ints, Ints]:
    """Put the locked pairs in and all pairs in order; return slot, member, locked, dm and cost."""
    slot = np.concatenate([raw.slot, problem.wishes.locked_slot]).astype(np.int64)
    member = np.concatenate([raw.member, problem.wishes.locked_member]).astype(np.int64)
    order = in_order(slot * len(problem.supply) + member)
    slot, member, locked = slot[order], member[order], order >= len(raw.slot)
    distance = problem.reach.between(problem.demand.site[slot], member)
    cost = problem.cost_dm(slot, member, np.where(distance < FAR, distance, 0))
    return slot, member, locked, distance, cost + load_share_dm(member, locked, problem.supply.load_step_dm)


def load_share_dm(member: Ints, locked: Bools, step_dm: int) -> Ints:
    """Charge the k-th pair of a member (k - 1) steps, locked pairs first, then in row order: int64[K] dm."""
    if step_dm == 0:
        return np.zeros(len(member), np.int64)
    order = np.lexsort((np.arange(len(member)), ~locked, member))
    ranked = member[order]
    first = np.searchsorted(ranked, ranked, "left")
    share = np.empty(len(member), np.int64)
    share[order] = (np.arange(len(member)) - first) * step_dm
    return share
