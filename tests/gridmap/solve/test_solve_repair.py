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


def test_of_many_bans_on_one_household_each_holds_until_it_is_taken_back():
    people = 100  # one after another along a street, ten metres apart
    reach = StraightReach([(0.0, 0.0)], np.stack([10.0 * np.arange(people), np.zeros(people)], 1), factor=1.0)
    plan = LivePlan(Demand([0], [1], [0], [1], [0]), Supply(np.ones(people), np.ones(people)), reach)
    for nearest in range(people - 1):
        assert plan.assignment().members.tolist() == [nearest]
        plan.ban(0, nearest)
    for back in (70, 71, 3):
        plan.allow(0, back)
        assert plan.assignment().members.tolist() == [min(back, 70)]
    assert plan.assignment().gap == 0
