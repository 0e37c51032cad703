"""The network simplex on its own: every place handed over, from nothing or from a half-filled plan."""

import numpy as np
from brute import best_plan
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from instances import instances

from gridmap.solve.assign import RawPlan, assign, conclude
from gridmap.solve.certificate import verify
from gridmap.solve.engine import Engine, places
from gridmap.solve.instance import Demand, InstanceError, Supply, Wishes
from gridmap.solve.problem import along_the_plane, reduce_instance
from gridmap.solve.tight import settle
from gridmap.solve.travel import StraightReach


def settle_after(instance, share):
    """Fill a share of the places by paths and let the simplex do the rest."""
    demand, supply, reach, wishes = instance
    problem = reduce_instance(demand, supply, reach, wishes or Wishes())
    nearby, slot_row, member_row = along_the_plane(problem)
    engine = Engine(nearby)
    queue = places(nearby)
    cut = int(share * len(queue))
    engine.fill(queue[:cut])
    assert settle(engine, queue[cut:], None)
    return conclude(problem, RawPlan.read(engine, slot_row, member_row), np.empty(0, np.int32))


@settings(max_examples=200, deadline=None)
@given(instances(max_slots=5), st.sampled_from([0.0, 0.5, 1.0]))
def test_simplex_equals_the_best_of_all_plans(instance, share):
    try:
        plan = settle_after(instance, share)
    except InstanceError as error:
        assume(not error.code.startswith("lock"))
        raise
    filled, cost = best_plan(*instance)
    assert tuple(plan.filled_by_rank.tolist()) == filled
    assert plan.total_cost_dm == cost
    assert plan.gap == 0
    assert verify(*instance, plan).proven


def tight_city(seed, households=300, members=400):
    rng = np.random.default_rng(seed)
    reach = StraightReach(rng.uniform(0, 3000, (households, 2)), rng.uniform(0, 3000, (members, 2)))
    wanted = rng.integers(1, 3, households)
    demand = Demand(np.arange(households), wanted, rng.integers(0, 3, households), np.ones(households),
                    np.arange(households))  # fmt: skip
    return demand, Supply(np.ones(members), np.ones(members)), reach, None


def test_paths_and_simplex_agree_where_people_are_short():
    instance = tight_city(3)
    by_simplex, half = settle_after(instance, 0.0), settle_after(instance, 0.5)
    by_paths = settle_after(instance, 1.0)
    assert by_simplex.primal == by_paths.primal == half.primal
    assert by_paths.filled.sum() < instance[0].wanted.sum()


def test_out_of_time_is_never_called_optimal():
    instance = tight_city(4, 2000, 2600)
    hasty = assign(*instance, time_limit_s=0.0)
    best = assign(*instance)
    assert best.optimal
    assert not hasty.optimal
    assert hasty.gap > 0
    assert hasty.dual <= best.primal <= hasty.primal
    assert len(hasty.unproven) > 0
