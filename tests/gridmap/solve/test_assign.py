"""The engine against every plan there is, and against the cases that break others."""

import numpy as np
from hypothesis import assume, given, settings
from instances import instances

from brute import best_plan
from gridmap.solve.assign import assign
from gridmap.solve.certificate import verify
from gridmap.solve.instance import Demand, InstanceError, Supply
from gridmap.solve.travel import StraightReach


def solve_or_assume(instance):
    try:
        return assign(*instance)
    except InstanceError as error:
        assume(not error.code.startswith("lock"))
        raise


@settings(max_examples=400, deadline=None)
@given(instances())
def test_assign_equals_the_best_of_all_plans(instance):
    plan = solve_or_assume(instance)
    filled, cost = best_plan(*instance)
    assert tuple(plan.filled_by_rank.tolist()) == filled
    assert plan.total_cost_dm == cost
    assert plan.optimal
    assert plan.gap == 0
    assert plan.violations == 0
    proof = verify(*instance, plan)
    assert proof.proven, proof


def test_distance_limit_stands_inside_the_model():
    # A at 0 and B at 4, members at 0 and -4... in metres x10: A reaches both, B only the member A likes best.
    reach = StraightReach([[0, 0], [4, 0]], [[0, 0], [-4, 0]], factor=1.0, limit_dm=50)
    demand = Demand([0, 1], [1, 1], [0, 0], [1, 1], [0, 1])
    plan = assign(demand, Supply([1, 1], [1, 1]), reach)
    assert plan.filled.tolist() == [1, 1]
    assert plan.distance_dm.tolist() == [40, 40]


def test_too_few_places_fill_the_most_and_red_first():
    reach = StraightReach(np.zeros((3, 2)), np.zeros((1, 2)))
    demand = Demand([0, 1, 2], [1, 1, 1], [2, 0, 1], [1, 1, 1], [0, 1, 2])
    plan = assign(demand, Supply([2], [1]), reach)
    assert plan.filled.tolist() == [0, 1, 1]
    assert plan.filled_by_rank.tolist() == [1, 1, 0]
