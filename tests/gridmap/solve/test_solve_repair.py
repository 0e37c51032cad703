"""One change repaired must equal a full solution of the changed instance."""

import numpy as np

from gridmap.solve.assign import assign
from gridmap.solve.instance import Demand, Supply
from gridmap.solve.repair import LivePlan
from gridmap.solve.travel import StraightReach


def test_members_leave_one_after_another_and_the_plan_stays_the_best():
    rng = np.random.default_rng(2)
    reach = StraightReach(rng.uniform(0, 1500, (120, 2)), rng.uniform(0, 1500, (110, 2)))
    demand = Demand(np.arange(120) // 2, rng.integers(1, 3, 120), rng.integers(0, 2, 120), np.ones(120), np.arange(120))
    capacity = rng.integers(1, 3, 110)
    plan = LivePlan(demand, Supply(capacity, np.ones(110)), reach)
    for member in rng.permutation(110)[:60]:
        capacity[member] = rng.integers(0, capacity[member])
        plan.set_capacity(int(member), int(capacity[member]))
        supply = Supply(capacity.copy(), np.ones(110))
        repaired, fresh = plan.assignment(), assign(demand, supply, reach)
        assert fresh.optimal
        assert repaired.filled_by_rank.tolist() == fresh.filled_by_rank.tolist()
        assert repaired.total_cost_dm == fresh.total_cost_dm
        assert repaired.gap == 0
        change = plan.what_changed()
        assert len(change.gone_slot) >= len(change.new_slot)
    assert fresh.filled.sum() < demand.wanted.sum()
