"""Change a plan as little as allowed: the most places filled, then the least cost, within a hard limit of changes.

A change is a place whose member differs. A seat is what places of one kind in a household share (a slot row of its own
for a team, the household as a whole otherwise); of a seat that gains `a` members and loses `e`, max(a, e) places
change. With the limit the fillable sets are no matroid any more and shortest paths do not find the best plan, so this
is a small mixed-integer program, solved to proven optimality by HiGHS (Huangfu and Hall 2018) through scipy: rank by
rank, then the cost. All coefficients are whole numbers.

What exists may stay, whatever the rules say now, so that no changes is always a plan. A member above the limit and a
seat with too many get nobody new.
"""

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack

from gridmap.solve.instance import Bools, Demand, Ints, Supply, Wishes
from gridmap.solve.problem import Problem, reduce_instance
from gridmap.solve.travel import FAR, Reach

NO_LIMIT = int(np.iinfo(np.int32).max)
OPTIMAL = 0
SLACK = 1e-6
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Limited:
    """Hold a plan within a limit of changes.

    slots, members: int32[K] pairs, locked ones left out; kept: bool[K] those that exist today.
    filled_by_rank: int64[R]. changes: places that differ from today. cost_dm: of the pairs and load steps.
    optimal: proven; otherwise time ran out and the plan is the best so far.
    """

    slots: Ints
    members: Ints
    kept: Bools
    filled_by_rank: Ints
    changes: int
    cost_dm: int
    optimal: bool


@dataclass(frozen=True, eq=False)
class _Arcs:
    """Hold the pairs that may be: slot, member, cost, whether they exist today, and the seat of the slot."""

    slot: Ints
    member: Ints
    cost: Ints
    kept: Bools
    seat: Ints


def rebalance(
    demand: Demand,
    supply: Supply,
    reach: Reach,
    wishes: Wishes,
    *,
    seat: Ints,
    max_changes: int = NO_LIMIT,
    time_limit_s: float | None = None,
) -> Limited:
    """Return the best plan that changes at most `max_changes` places of today's (`wishes.kept`).

    seat: int[S], the seat of each slot; a kept pair is one of its seat, in whichever slot it sits.
    """
    program = _Program(demand, supply, reach, wishes, seat, max_changes, time_limit_s)
    return program.best(program.arc_cost())


def least_changes(
    demand: Demand,
    supply: Supply,
    reach: Reach,
    wishes: Wishes,
    *,
    seat: Ints,
    time_limit_s: float | None = None,
) -> Limited:
    """Return a plan that fills the most places of all, with the fewest changes; its cost is not the least."""
    program = _Program(demand, supply, reach, wishes, seat, NO_LIMIT, time_limit_s)
    return program.best(program.count_changes())


class _Program:
    """Hold the mixed-integer program: columns are arcs, changes by seat, load steps by member, households helped."""

    def __init__(
        self, demand: Demand, supply: Supply, reach: Reach, wishes: Wishes, seat: Ints, max_changes: int,
        time_limit_s: float | None,
    ) -> None:  # fmt: skip
        problem = reduce_instance(demand, supply, reach, wishes)
        self.deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
        self.optimal = True
        self.ranks = demand.ranks
        self.max_changes = max_changes
        today = _today(problem, seat)
        closed = _closed(problem, today, seat)
        self.problem = problem = _stretched(problem, today, seat)
        self.arcs = arcs = _arcs(problem, today, seat, max_changes, closed)
        self.seats = int(np.max(seat, initial=-1)) + 1
        self.kept_by_seat = _count_pairs(today, self.seats)
        self.steps = _load_steps(problem, arcs)
        self.apart = np.flatnonzero(problem.weight > problem.rest)
        self.helped = len(arcs.slot) + self.seats + len(self.steps)
        self.households, self.of_household = np.unique(problem.demand.group[self.apart], return_inverse=True)
        self.width = self.helped + len(self.households)
        self.rows: list[tuple[csr_array, Floats, Floats | Ints]] = []
        self._places()
        self._changes()
        self._loads()
        self._helped()

    # --- rows

    def _add(self, row: Ints, column: Ints, value: Floats, low: Floats, high: Floats | Ints) -> None:
        matrix = coo_array((np.asarray(value, np.float64), (row, column)), shape=(len(high), self.width))
        self.rows.append((matrix.tocsr(), low, high))

    def _at_most(self, row: Ints, high: Floats | Ints) -> None:
        """Let the arcs of each row be at most so many; `row` numbers the arcs."""
        column = np.arange(len(row))
        self._add(row, column, np.ones(len(row)), np.full(len(high), -np.inf), high)

    def _places(self) -> None:
        arcs, problem = self.arcs, self.problem
        self._at_most(arcs.slot, problem.wanted)
        self._at_most(arcs.member, problem.capacity)
        key = problem.demand.group[arcs.slot].astype(np.int64) * len(problem.supply) + arcs.member
        once, row = np.unique(key, return_inverse=True)
        self._at_most(row.reshape(-1), np.ones(len(once)))

    def _changes(self) -> None:
        """Count the changes of a seat from both sides: places gained, places lost."""
        arcs, count, seats = self.arcs, len(self.arcs.slot), np.arange(self.seats)
        new, old = np.flatnonzero(~arcs.kept), np.flatnonzero(arcs.kept)
        own = count + seats
        for column, sign, low in ((new, 1, np.full(self.seats, -np.inf)), (old, -1, None)):
            row, at = np.concatenate([arcs.seat[column], seats]), np.concatenate([column, own])
            value = np.concatenate([np.full(len(column), sign), -np.ones(self.seats)])
            high = np.zeros(self.seats) if low is not None else -self.kept_by_seat.astype(np.float64)
            self._add(row, at, value, np.full(self.seats, -np.inf), high)
        if self.max_changes < NO_LIMIT:
            zero = np.zeros(self.seats, np.int64)
            self._add(zero, own, np.ones(self.seats), np.array([-np.inf]), np.array([self.max_changes]))

    def _loads(self) -> None:
        """Tie the load steps of a member to its arcs; the cheaper ones fill first by themselves."""
        if not len(self.steps):
            return
        arcs, first = self.arcs, len(self.arcs.slot) + self.seats
        row = np.concatenate([arcs.member, self.steps[:, 0]])
        column = np.concatenate([np.arange(len(arcs.slot)), first + np.arange(len(self.steps))])
        value = np.concatenate([np.ones(len(arcs.slot)), -np.ones(len(self.steps))])
        level = np.zeros(len(self.problem.supply))
        self._add(row, column, value, level, level)

    def _helped(self) -> None:
        """Call a household helped, of those whose first place counts apart, when somebody fills a place of it."""
        household = np.full(len(self.problem.demand), -1)
        household[self.apart] = self.of_household
        mine = np.flatnonzero(household[self.arcs.slot] >= 0)
        count = len(self.households)
        row = np.append(household[self.arcs.slot[mine]], np.arange(count))
        column = np.append(mine, self.helped + np.arange(count))
        value = np.append(-np.ones(len(mine)), np.ones(count))
        self._add(row, column, value, np.full(count, -np.inf), np.zeros(count))

    # --- goals

    def arc_cost(self) -> Floats:
        """Return the cost of every column in dm."""
        cost = np.zeros(self.width)
        cost[: len(self.arcs.slot)] = self.arcs.cost
        if len(self.steps):
            cost[len(self.arcs.slot) + self.seats : self.helped] = self.steps[:, 1]
        return cost

    def count_changes(self) -> Floats:
        """Return a cost of one for each change."""
        cost = np.zeros(self.width)
        cost[len(self.arcs.slot) : len(self.arcs.slot) + self.seats] = 1
        return cost

    def best(self, cost: Floats) -> Limited:
        """Fill the most places of each rank in turn, then take the least cost.

        Without whole numbers this is nearly a flow and solved at once. Its bounds hold for whole plans too, so when its
        last answer is whole and reaches them all, that plan is proven; only otherwise the whole program is solved.
        """
        for whole in (False, True):
            found = self._filled(cost, whole=whole)
            if found is not None:
                return self.answer(found)
        self.optimal = False
        return self.answer(self._as_today())

    def _filled(self, cost: Floats, *, whole: bool) -> Floats | None:
        fixed = list(self.rows)
        try:
            for rank in self.ranks:
                places = self._places_of(rank)
                values = self._solve(-places, whole=whole)
                if values is None:
                    return None
                most = np.floor(float(places @ values) + SLACK)
                column = np.flatnonzero(places)
                row = np.zeros(len(column), np.int64)
                self._add(row, column, places[column], np.array([most]), np.array([np.inf]))
            values = self._solve(cost, whole=whole)
        finally:
            self.rows = fixed
        if values is None or np.abs(values - np.rint(values))[: len(self.arcs.slot)].max(initial=0) > SLACK:
            return None
        return np.rint(values)

    def _places_of(self, rank: int) -> Floats:
        """Return how many places of a rank each column fills; a household helped moves one to its first rank."""
        demand, places = self.problem.demand, np.zeros(self.width)
        places[: len(self.arcs.slot)] = demand.rank[self.arcs.slot] == rank
        one = self.apart[np.unique(self.of_household, return_index=True)[1]]
        places[self.helped :] = (demand.first[one] == rank).astype(float) - (demand.rank[one] == rank)
        return places

    def _solve(self, cost: Floats, *, whole: bool) -> Floats | None:
        """Return the best values of the columns, the best so far when time is out, None without any."""
        if not self.width:
            return np.zeros(0)
        options: dict[str, float] = {"mip_rel_gap": 0.0}
        if self.deadline is not None:
            options["time_limit"] = max(self.deadline - time.monotonic(), 0.01)
        matrix = vstack([part for part, _, _ in self.rows]).tocsr()
        low, high = (np.concatenate([part[at] for part in self.rows]) for at in (1, 2))
        integral = np.zeros(self.width)
        integral[: len(self.arcs.slot)] = whole  # changes and load steps are whole where the arcs are
        top = np.ones(self.width)
        top[len(self.arcs.slot) : len(self.arcs.slot) + self.seats] = np.inf
        done = milp(
            cost, integrality=integral, bounds=Bounds(0, top), constraints=LinearConstraint(matrix, low, high),
            options=options,
        )  # fmt: skip
        if whole:
            self.optimal &= done.status == OPTIMAL
        return None if done.x is None or (not whole and done.status != OPTIMAL) else np.asarray(done.x)

    def _as_today(self) -> Floats:
        """Return the columns of today's plan, each pair in the first slot of its seat that has room."""
        taken = np.zeros(self.width)
        seen: set[tuple[int, int]] = set()
        room = self.problem.wanted.copy()
        for at in np.flatnonzero(self.arcs.kept):
            slot, pair = self.arcs.slot[at], (int(self.arcs.seat[at]), int(self.arcs.member[at]))
            if room[slot] > 0 and pair not in seen:
                seen.add(pair)
                room[slot] -= 1
                taken[at] = 1
        return taken

    def answer(self, values: Floats) -> Limited:
        """Read the plan out of the columns."""
        arcs = self.arcs
        chosen = np.flatnonzero(values[: len(arcs.slot)] > 0.5)
        chosen = chosen[np.lexsort((arcs.member[chosen], arcs.slot[chosen]))]
        kept = arcs.kept[chosen]
        gained = np.bincount(arcs.seat[chosen[~kept]], minlength=self.seats)
        lost = self.kept_by_seat - np.bincount(arcs.seat[chosen[kept]], minlength=self.seats)
        taken = np.zeros(self.width)
        taken[chosen] = 1
        taken[self.helped :] = np.isin(self.households, self.problem.demand.group[arcs.slot[chosen]])
        load = np.bincount(arcs.member[chosen], minlength=len(self.problem.supply)).astype(np.int64)
        before, step = self.problem.load.astype(np.int64), self.problem.supply.load_step_dm
        shares = (before * load + load * (load - 1) // 2).sum() * step
        return Limited(
            slots=arcs.slot[chosen].astype(np.int32),
            members=arcs.member[chosen].astype(np.int32),
            kept=kept,
            filled_by_rank=np.array([self._places_of(rank) @ taken for rank in self.ranks], np.int64),
            changes=int(np.maximum(gained, lost).sum()),
            cost_dm=int(arcs.cost[chosen].sum() + shares),
            optimal=bool(self.optimal),
        )


def _today(problem: Problem, seat: Ints) -> _Arcs:
    """Return today's pairs that can stay, one arc for each slot in which they may sit."""
    slot, member = np.divmod(problem.kept, max(len(problem.supply), 1))
    free = ~np.isin(problem.kept, problem.banned)
    slot, member = slot[free], member[free]
    distance = problem.reach.between(problem.demand.site[slot], member)
    cost = problem.cost_dm(slot, member, np.where(distance < FAR, distance, problem.reach.limit_dm))
    return _Arcs(slot, member, cost, np.ones(len(slot), bool), np.asarray(seat, np.int64)[slot])


def _count_pairs(today: _Arcs, seats: int) -> Ints:
    """Count the pairs of each seat, however many slots they may sit in."""
    pairs = np.unique(np.stack([today.seat, today.member]), axis=1)
    return np.bincount(pairs[0].astype(np.int64), minlength=seats)


def _stretched(problem: Problem, today: _Arcs, seat: Ints) -> Problem:
    """Make room for what exists: more places in the last slot of a seat, more capacity of a member."""
    seats = int(np.max(seat, initial=-1)) + 1
    pairs = np.unique(np.stack([today.seat, today.member]), axis=1)
    load = np.bincount(pairs[1].astype(np.int64), minlength=len(problem.supply))
    places = np.bincount(seat, problem.wanted, minlength=seats).astype(np.int64)
    short = np.maximum(_count_pairs(today, seats) - places, 0)
    last = np.zeros(seats, np.int64)
    last[seat] = np.arange(len(seat))
    wanted = problem.wanted.astype(np.int64)
    np.add.at(wanted, last[short > 0], short[short > 0])
    capacity = np.maximum(problem.capacity, load)
    return replace(problem, wanted=wanted.astype(np.int32), capacity=capacity.astype(np.int32))


def _closed(problem: Problem, today: _Arcs, seat: Ints) -> tuple[Bools, Bools]:
    """Tell which slots belong to a seat with too many today, and which members hold more than they may."""
    seats = int(np.max(seat, initial=-1)) + 1
    pairs = np.unique(np.stack([today.seat, today.member]), axis=1)
    load = np.bincount(pairs[1].astype(np.int64), minlength=len(problem.supply))
    full = _count_pairs(today, seats) > np.bincount(seat, problem.wanted, minlength=seats)
    return full[seat], load > problem.capacity


def _arcs(problem: Problem, today: _Arcs, seat: Ints, max_changes: int, closed: tuple[Bools, Bools]) -> _Arcs:
    """Return today's arcs and, for each slot, those new ones that some best plan may need."""
    load = np.bincount(np.unique(np.stack([today.seat, today.member]), axis=1)[1].astype(np.int64),
                       minlength=len(problem.supply))  # fmt: skip
    spare = problem.capacity > load
    enough = _enough(problem, max_changes)
    pair_today = np.unique(today.seat * len(problem.supply) + today.member)
    parts = [today]
    for slot in np.flatnonzero((problem.wanted > 0) & ~closed[0]):
        member, distance = problem.reach.within(int(problem.demand.site[slot]), problem.reach.limit_dm)
        member, distance = np.asarray(member, np.int64), np.asarray(distance, np.int64)
        here = np.full(len(member), slot)
        fits = problem.eligible(here, member, distance) & (problem.capacity[member] > 0) & ~closed[1][member]
        fits &= ~np.isin(int(seat[slot]) * len(problem.supply) + member, pair_today)
        here, member = here[fits], member[fits]
        cost = problem.cost_dm(here, member, distance[fits])
        near = _needed(cost, cost + problem.supply.load_step_dm * (problem.load + load)[member], spare[member], enough)
        here, member, cost = here[near], member[near], cost[near]
        parts.append(_Arcs(here, member, cost, np.zeros(len(here), bool), np.full(len(here), seat[slot])))
    names = ("slot", "member", "cost", "kept", "seat")
    return _Arcs(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _enough(problem: Problem, max_changes: int) -> int:
    """Return after how many members with room a slot need not look farther.

    Of so many at least one has room left and is not yet in the household, whatever the other new pairs are: taking
    that one instead costs no more and changes no more.
    """
    demand = problem.demand
    new = min(max_changes, int(problem.wanted.sum()))
    locked = np.bincount(demand.group[problem.wishes.locked_slot], minlength=int(demand.group.max(initial=0)) + 1)
    places = np.bincount(demand.group, problem.wanted, minlength=len(locked)) + locked
    return new + int(places.max(initial=0)) + 1


def _needed(cost: Ints, dearest: Ints, spare: Bools, enough: int) -> Ints:
    """Return the rows of a slot's arcs that cost no more than the last of the first `enough` with room."""
    with_room = np.sort(dearest[spare], kind="stable")
    limit = with_room[enough - 1] if len(with_room) >= enough else FAR
    return np.flatnonzero(cost <= limit)


def _load_steps(problem: Problem, arcs: _Arcs) -> Ints:
    """Return (member, cost in dm) of every household more that a member may get; none where steps are free."""
    step = problem.supply.load_step_dm
    if not step:
        return np.empty((0, 2), np.int64)
    most = np.minimum(problem.capacity, np.bincount(arcs.member, minlength=len(problem.supply)))
    member = np.repeat(np.arange(len(most)), most)
    turn = np.arange(len(member)) - np.repeat(np.cumsum(most) - most, most)
    return np.stack([member, (problem.load[member] + turn) * step], axis=1)
