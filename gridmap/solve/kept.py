"""Hold a solved plan with its prices and lists, run kernels on it and read it."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from gridmap.solve.arrival import count_people
from gridmap.solve.assign import Assignment, RawPlan, conclude, solve
from gridmap.solve.augment import DONE, MORE_ARENA, MORE_HEAP, MORE_LOG
from gridmap.solve.change import Change, filled_more
from gridmap.solve.engine import Engine
from gridmap.solve.instance import Demand, Ints, Supply, Wishes
from gridmap.solve.problem import Scale, along_the_plane, reduce_instance, step_between_ranks_dm
from gridmap.solve.room import make_spare, open_market
from gridmap.solve.roster import Roster
from gridmap.solve.travel import Reach
from gridmap.solve.undo import read_log

SPARE_RANKS = 8


class KeptPlan:
    """Hold a solved plan, laid out with spare rows for who comes.

    Rows keep the numbers of the demand and supply that were given; who comes gets the next number. engine, market and
    roster, with the maps of their rows (slot_at, slot_row and so on), are for repair.py and whatif.py.
    """

    def __init__(
        self, demand: Demand, supply: Supply, reach: Reach, wishes: Wishes | None = None, *, spare: int = 256
    ) -> None:
        """Solve once. spare: rows held ready for places and people to come; used up, the city is solved anew."""
        self.roster = Roster(demand, supply, reach, wishes or Wishes())
        self._spare = spare
        self.start()

    def start(self) -> None:
        """Solve the instance as it is now and lay out its rows with spare ones."""
        roster, spare = self.roster, self._spare
        demand, supply, reach, wishes = roster.demand(), roster.supply(), roster.reach(), roster.wish_list()
        need = step_between_ranks_dm(demand, supply, reach, wishes)
        # Room for the spare slots and for dearer loads before the weights of the ranks have to change.
        self._dearest = -(-need // max(len(demand), 1))
        self._most = max(64, 2 * int(supply.capacity.max(initial=1)))
        gap = need + (spare + 1) * self._dearest + self._most * supply.load_step_dm
        self._scale = Scale(gap, max(int(demand.rank.max(initial=0)), SPARE_RANKS))
        self._ranks = demand.ranks
        self._locks = set(zip(wishes.locked_slot.tolist(), wishes.locked_member.tolist(), strict=True))
        problem = reduce_instance(demand, supply, reach, wishes, self._scale)
        nearby, slot_row, member_row = along_the_plane(problem)
        engine = self.engine = Engine(nearby)
        engine.fixed = engine.fixed._replace(capacity=engine.fixed.capacity.copy())
        solve(engine)
        make_spare(engine, spare)
        self.market = open_market(engine, nearby, spare)
        slots, members = len(demand), len(supply)
        self.slot_row = np.append(slot_row, np.arange(slots, slots + spare))
        self.member_row = np.append(member_row, np.arange(members, members + spare))
        self.slot_at, self.member_at = np.argsort(self.slot_row), np.argsort(self.member_row)
        self._groups = int(demand.group.max(initial=-1)) + 1
        self._limits = (slots + spare, members + spare, self._groups + spare, reach.site_count + spare)
        self._records = len(engine.plan.pair_slot) - int(nearby.wanted.sum())
        self._bans = len(engine.fixed.ban_next)
        self._queue = np.zeros(1024, np.int32)

    @property
    def ranks(self) -> Ints:
        """Return the ranks in order; `filled` of every answer is by these."""
        return self._ranks

    def instance(self) -> tuple[Demand, Supply, Reach, Wishes]:
        """Return what this is the plan of, now."""
        roster = self.roster
        return roster.demand(), roster.supply(), roster.reach(), roster.wish_list()

    def assignment(self) -> Assignment:
        """Return the plan as it is now, with its proof over all pairs of the changed instance."""
        problem = reduce_instance(*self.instance(), self._scale)
        slots, members = len(problem.demand), len(problem.supply)
        raw = RawPlan.read(self.engine, self.slot_row, self.member_row)
        cropped = RawPlan(raw.slot, raw.member, raw.price_slot[:slots], raw.price_member[:members], raw.arcs_scanned)
        return conclude(problem, cropped, np.empty(0, np.int32))

    def what_changed(self, *, forced: Sequence[int] = ()) -> Change:
        """Tell what the last change did; forced: slots of which one more place is filled beside the plan."""
        fixed = self.engine.fixed
        gone, new, cost_dm = read_log(self.engine.plan, fixed.people, fixed.load_step)
        more = Counter([*self.slot_row[new[:, 0]].tolist(), *forced])
        more.subtract(self.slot_row[gone[:, 0]].tolist())
        of_group = Counter(self.roster.slots["group"][slot] for slot in forced)
        filled = filled_more(self.roster, self._ranks, more, lambda group: self._helpers(group) + of_group[group])
        return Change(
            self.slot_row[gone[:, 0]], self.member_row[gone[:, 1]],
            self.slot_row[new[:, 0]], self.member_row[new[:, 1]], filled, cost_dm,
        )  # fmt: skip

    def _helpers(self, group: int) -> int:
        """Count who helps a household."""
        roster = self.roster
        locked = sum(roster.locked_slot[slot] for slot in roster.of_group[group])
        return locked + int(self.engine.call(count_people, self.engine.plan, self.engine.fixed.people, group))

    def empty_at(self, node: int) -> tuple[int, int]:
        """Return what an empty place costs where a way ends, and the position in `ranks` of its rank.

        node: an engine's slot row, or so many slots + a member row; a person is no empty place and costs 0.
        """
        fixed = self.engine.fixed
        slots = len(fixed.weight)
        if 0 <= node < slots:
            cost_dm = int(fixed.weight[node])
        elif node >= slots + fixed.people:
            cost_dm = int(fixed.rest[self.market.kin_first[node - slots - fixed.people]])
        else:
            return 0, -1
        return cost_dm, int(np.searchsorted(self._ranks, self._scale.last_rank + 1 - cost_dm // self._scale.gap_dm))

    def begin(self) -> None:
        """Begin the log of a change."""
        self.engine.plan.log_used[0] = 0

    def start_anew(self) -> None:
        """Solve the city as it is now, with twice as many spare rows."""
        self._spare *= 2
        self.start()

    def run(self, kernel: Callable[..., int], *args: object) -> None:
        """Run a kernel on the arrays until it has room enough."""
        engine = self.engine
        while True:
            status = engine.call(
                kernel, engine.plan, engine.fixed, engine.lists, engine.reach, engine.eligible, engine.labels,
                engine.heap_key, engine.heap_value, self.market, *args,
            )  # fmt: skip
            if status == DONE:
                return
            self.grow(status)

    def search(self, kernel: Callable[..., int], *args: object) -> None:
        """Run a kernel that lengthens lists as well."""
        engine = self.engine
        while True:
            status = engine.call(
                kernel, engine.plan, engine.fixed, engine.lists, engine.arena, engine.reach, engine.eligible,
                engine.labels, engine.heap_key, engine.heap_value, self.market, *args, engine.scanned,
            )  # fmt: skip
            if status == DONE:
                return
            self.grow(status)

    def grow(self, status: int) -> None:
        """Make more of the room that a kernel ran out of."""
        engine = self.engine
        if status == MORE_ARENA:
            engine.grow_arena()
        elif status == MORE_HEAP:
            engine.grow_heap()
        else:
            assert status == MORE_LOG  # noqa: S101  there is no other
            log = engine.plan.log
            engine.plan = engine.plan._replace(log=np.concatenate([log, np.empty_like(log)]))

    def _room_in_queue(self, count: int) -> None:
        if count > len(self._queue):
            self._queue = np.zeros(2 * count, np.int32)
