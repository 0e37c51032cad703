"""Keep a plan optimal while people leave: exact repair from the kept prices.

Taking capacity away leaves all other prices valid; only the places that are now empty have to be filled
along shortest paths. Giving capacity back, adding or ending a place needs a mirrored search, which is not
here: solve again for those.
"""

import numpy as np

from gridmap.solve.assign import Assignment, RawPlan, conclude, solve
from gridmap.solve.augment import drop_pair
from gridmap.solve.engine import Engine
from gridmap.solve.instance import Demand, Ints, Supply, Wishes
from gridmap.solve.problem import along_the_plane, reduce_instance
from gridmap.solve.travel import Reach


class LivePlan:
    """Hold a solved plan with its prices and lists, ready for one change after another.

    Rows keep the numbers of the demand and supply that were given.
    """

    def __init__(self, demand: Demand, supply: Supply, reach: Reach, wishes: Wishes | None = None) -> None:
        """Solve once; all later changes start from this."""
        self._problem = reduce_instance(demand, supply, reach, wishes or Wishes())
        nearby, self._slot_row, self._member_row = along_the_plane(self._problem)
        self._engine = Engine(nearby)
        # The engine's own copy of the capacities changes; the caller's does not.
        self._engine.fixed = self._engine.fixed._replace(capacity=nearby.supply.capacity.copy())
        self._member_at = np.argsort(self._member_row)
        self._pending = solve(self._engine)

    def cut_capacity(self, member: int, capacity: int) -> Ints:
        """Lower what a member may hold (0: the member leaves); return the slot rows that had to move.

        The pairs worth least to their places go first. Locked pairs of the member are not touched.
        """
        engine, at = self._engine, int(self._member_at[member])
        engine.fixed.capacity[at] = min(capacity, int(engine.fixed.capacity[at]))
        moved = []
        while engine.plan.load[at] > engine.fixed.capacity[at]:
            pair, worth = self._least_worth(at)
            if pair < 0:
                break  # only locked pairs are left
            # The member stays full, so the price may rise to what the dropped pair was worth; then no pair
            # that is left out has a negative reduced cost, and those that stay are worth at least as much.
            engine.plan.price_member[at] = max(int(engine.plan.price_member[at]), worth)
            moved.append(int(engine.plan.pair_slot[pair]))
            drop_pair(engine.plan, engine.fixed, pair)
            engine.plan.load[at] -= 1
        engine.fill(np.array(moved, np.int32))
        return self._slot_row[np.array(moved, np.int64)]

    def _least_worth(self, at: int) -> tuple[int, int]:
        """Return the member's pair with the least (price of the slot - cost), and that worth; -1 if none."""
        plan = self._engine.plan
        best, least = -1, 0
        pair = int(plan.member_first[at])
        while pair >= 0:
            worth = int(plan.price_slot[plan.pair_slot[pair]] - plan.pair_cost[pair])
            if best < 0 or worth < least:
                best, least = pair, worth
            pair = int(plan.member_next[pair])
        return best, least

    def assignment(self, supply: Supply) -> Assignment:
        """Read the plan as an Assignment of the changed supply, with its proof over all pairs."""
        problem = self._problem
        changed = reduce_instance(problem.demand, supply, problem.reach, problem.wishes)
        raw = RawPlan.read(self._engine, self._slot_row, self._member_row)
        return conclude(changed, raw, np.empty(0, np.int32))
