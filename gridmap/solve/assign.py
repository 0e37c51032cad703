"""Pair places with people: as many as can be, in order of rank, then at the least total cost, with a proof."""

import heapq
import time
from dataclasses import dataclass, field

import numpy as np

from gridmap.solve.instance import Bools, Demand, Ints, Supply, Wishes
from gridmap.solve.problem import Problem, reduce_instance
from gridmap.solve.travel import FAR, Reach


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
    weight: int64[S], the price of an empty place of the slot's rank.
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
    primal: int
    dual: int
    gap: int
    optimal: bool
    violations: int
    arcs_scanned: int
    unproven: Ints
    stats: dict[str, float] = field(default_factory=dict)

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
) -> Assignment:
    """Return the best plan: most places by rank, then least cost; ties go to the lower row.

    Raises InstanceError when the rows contradict each other. Out of time, the plan is the best so far,
    optimal is False and gap and unproven say how far it may be from the best.
    """
    problem = reduce_instance(demand, supply, reach, wishes or Wishes())
    search = _Search(problem)
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    pending = search.fill(deadline)
    return _conclude(problem, search, pending)


class _Search:
    """Fill places one by one along shortest augmenting paths with potentials."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.price_slot: list[int] = [0] * len(problem.demand)
        self.price_member: list[int] = [0] * len(problem.supply)
        self.load: list[int] = problem.load.tolist()
        self.group: list[int] = problem.demand.group.tolist()
        self.weight: list[int] = problem.weight.tolist()
        self.cost: list[dict[int, int]] = [self._arcs(row) for row in range(len(problem.demand))]
        self.held: list[dict[int, int]] = [{} for _ in problem.supply.capacity]  # member -> group -> slot
        self.scanned = 0

    def _arcs(self, row: int) -> dict[int, int]:
        problem = self.problem
        member, distance = problem.reach.within(int(problem.demand.site[row]), problem.reach.limit_dm)
        slot = np.full(len(member), row)
        fits = problem.eligible(slot, member, distance)
        cost = problem.cost_dm(slot[fits], member[fits], distance[fits])
        return dict(zip(member[fits].tolist(), cost.tolist(), strict=True))

    def fill(self, deadline: float | None) -> list[int]:
        """Fill every place; return the slots of places not tried for want of time."""
        units = np.repeat(np.arange(len(self.problem.demand)), self.problem.wanted)
        for done, slot in enumerate(units.tolist()):
            if deadline is not None and time.monotonic() > deadline:
                return sorted(set(units[done:].tolist()))
            self._augment(slot)
        return []

    def _augment(self, source: int) -> None:
        """Fill one place of a slot, or leave the cheapest place empty; prices stay exact."""
        step, capacity = self.problem.supply.load_step_dm, self.problem.supply.capacity
        slot_at, member_at = {source: 0}, {}
        came: dict[tuple[bool, int], tuple[bool, int]] = {}
        queue: list[tuple[int, bool, int]] = [(0, False, source)]
        best, end = FAR, (False, source)
        while queue and queue[0][0] < best:
            far, is_member, node = heapq.heappop(queue)
            if far > (member_at if is_member else slot_at)[node]:
                continue
            if is_member:
                if self.load[node] < capacity[node]:
                    total = far + self.load[node] * step - self.price_member[node]
                    if total < best:
                        best, end = total, (True, node)
                for slot in self.held[node].values():
                    slack = self.price_slot[slot] - self.cost[slot][node] - self.price_member[node]
                    self._reach((far + slack, False, slot), slot_at, queue, came, (True, node))
                continue
            if far + self.weight[node] - self.price_slot[node] < best:
                best, end = far + self.weight[node] - self.price_slot[node], (False, node)
            for member, cost in self.cost[node].items():
                self.scanned += 1
                reduced = far + cost - self.price_slot[node]
                holder = self.held[member].get(self.group[node])
                if holder is None:
                    found = (reduced + self.price_member[member], True, member)
                    self._reach(found, member_at, queue, came, (False, node))
                elif holder != node:
                    along = reduced + self.price_slot[holder] - self.cost[holder][member]
                    # The sibling gives the member up directly: the member's load does not change.
                    if self._reach((along, False, holder), slot_at, queue, came, (False, node)):
                        came[(False, holder)] = (False, node)
                        came[(True, -1 - holder)] = (True, member)
        for slot, far in slot_at.items():
            self.price_slot[slot] += max(best - far, 0)
        for member, far in member_at.items():
            self.price_member[member] += max(best - far, 0)
        self._swap(source, end, came)

    @staticmethod
    def _reach(found, at, queue, came, via) -> bool:  # type: ignore[no-untyped-def]
        far, is_member, node = found
        if far >= at.get(node, FAR):
            return False
        at[node] = far
        came[(is_member, node)] = via
        if not is_member:
            came.pop((True, -1 - node), None)
        heapq.heappush(queue, found)
        return True

    def _swap(self, source: int, end: tuple[bool, int], came: dict[tuple[bool, int], tuple[bool, int]]) -> None:
        """Walk the path back and hand the members over."""
        is_member, node = end
        if is_member:
            self.load[node] += 1
        moves: list[tuple[int, int]] = []
        drops: list[tuple[int, int]] = []
        while (is_member, node) != (False, source):
            before = came[(is_member, node)]
            if is_member:
                moves.append((before[1], node))
            elif before[0]:
                drops.append((node, before[1]))
            else:
                member = came[(True, -1 - node)][1]
                drops.append((node, member))
                moves.append((before[1], member))
            is_member, node = before
        for slot, member in drops:
            del self.held[member][self.group[slot]]
        for slot, member in moves:
            self.held[member][self.group[slot]] = slot


def _conclude(problem: Problem, search: _Search, pending: list[int]) -> Assignment:
    from gridmap.solve.certificate import bound_below

    pairs = [(slot, member) for member, held in enumerate(search.held) for slot in held.values()]
    slot = np.array([pair[0] for pair in pairs] + problem.wishes.locked_slot.tolist(), np.int64)
    member = np.array([pair[1] for pair in pairs] + problem.wishes.locked_member.tolist(), np.int64)
    locked = np.arange(len(slot)) >= len(pairs)
    order = np.lexsort((member, slot))
    slot, member, locked = slot[order], member[order], locked[order]
    distance = problem.reach.between(problem.demand.site[slot], member)
    cost = problem.cost_dm(slot, member, np.where(distance < FAR, distance, 0))
    cost += load_share_dm(member, locked, problem.supply.load_step_dm)
    filled = np.bincount(slot, minlength=len(problem.demand))
    ranks, level = np.unique(problem.demand.rank, return_inverse=True)
    price_slot = np.array(search.price_slot, np.int64)
    price_member = np.array(search.price_member, np.int64)
    empty = (problem.demand.wanted - filled).astype(object)
    primal = int(cost[~locked].sum()) + int((empty * problem.weight.astype(object)).sum())
    dual, violations, scanned = bound_below(problem, price_slot, price_member, slot[~locked], member[~locked])
    return Assignment(
        slots=slot.astype(np.int32), members=member.astype(np.int32), distance_dm=distance, cost_dm=cost,
        locked=locked, filled=filled.astype(np.int32), ranks=ranks.astype(np.int16),
        wanted_by_rank=np.bincount(level, problem.demand.wanted, len(ranks)).astype(np.int64),
        filled_by_rank=np.bincount(level, filled, len(ranks)).astype(np.int64),
        price_slot=price_slot, price_member=price_member, weight=problem.weight,
        primal=primal, dual=dual, gap=primal - dual, optimal=primal == dual, violations=violations,
        arcs_scanned=search.scanned + scanned, unproven=np.array(pending, np.int32),
    )  # fmt: skip


def load_share_dm(member: Ints, locked: Bools, step_dm: int) -> Ints:
    """Charge the k-th pair of a member (k - 1) steps, locked pairs first, then in row order: int64[K] dm."""
    order = np.lexsort((np.arange(len(member)), ~locked, member))
    ranked = member[order]
    first = np.searchsorted(ranked, ranked, "left")
    share = np.empty(len(member), np.int64)
    share[order] = (np.arange(len(member)) - first) * step_dm
    return share
