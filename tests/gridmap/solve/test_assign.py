"""The engine against every plan there is, and against the cases that break others."""

import numpy as np
from brute import best_plan
from hypothesis import assume, given, settings
from instances import instances
from scipy.optimize import Bounds, LinearConstraint, milp

from gridmap.solve import tiles
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


@settings(max_examples=200, deadline=None)
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


def city(seed, households, members, spread_m):
    rng = np.random.default_rng(seed)
    reach = StraightReach(rng.uniform(0, spread_m, (households, 2)), rng.uniform(0, spread_m, (members, 2)))
    rows = np.arange(households)
    demand = Demand(rows // 2, np.ones(households), rows % 3, rng.integers(1, 4, households), rows)
    return (
        demand,
        Supply(rng.integers(1, 3, members), rng.integers(1, 4, members), load_step_dm=50),
        reach,
        None,
    )


def test_tiles_and_threads_change_no_bit_and_no_proof(monkeypatch):
    instance = city(5, 3000, 4000, 5000)
    whole = assign(*instance)
    monkeypatch.setattr(tiles, "PLACES_A_TILE", 500)
    one, two = assign(*instance), assign(*instance, workers=2)
    assert whole.optimal
    assert one.optimal
    assert one.primal == whole.primal
    for field in ("slots", "members", "price_slot", "price_member", "cost_dm"):
        np.testing.assert_array_equal(getattr(one, field), getattr(two, field))


def test_city_equals_highs_on_all_pairs():
    demand, supply, reach, _ = city(6, 60, 40, 900)
    plan = assign(demand, supply, reach)
    slot, member = np.divmod(np.arange(60 * 40), 40)
    distance = reach.between(slot, member)
    fits = (distance <= reach.limit_dm) & ((demand.accepts[slot] & supply.kind[member]) != 0)
    slot, member, distance = slot[fits], member[fits], distance[fits]
    # Columns: pairs, then each member's k-th household; rows: places, members, one place a group.
    units = np.repeat(np.arange(40), supply.capacity)
    step = np.arange(len(units)) - np.searchsorted(units, units)
    best = np.concatenate([distance, step * 50])
    pairs, columns = len(slot), len(slot) + len(units)
    group = demand.group[slot] * 40 + member
    rows = [np.zeros((n, columns)) for n in (60, 40, group.max() + 1)]
    rows[0][slot, np.arange(pairs)] = 1
    rows[1][member, np.arange(pairs)] = 1
    rows[1][units, pairs + np.arange(len(units))] = -1
    rows[2][group, np.arange(pairs)] = 1
    low = [np.zeros(60), np.zeros(40), np.zeros(group.max() + 1)]
    high = [np.ones(60), np.zeros(40), np.ones(group.max() + 1)]
    low[1][:] = -np.inf
    count = []
    matrix, low, high = np.vstack(rows), np.concatenate(low), np.concatenate(high)
    for rank in range(3):
        gain = np.append((demand.rank[slot] == rank) * -1.0, np.zeros(len(units)))
        count.append(-round(_milp(gain, matrix, low, high)))
        matrix, low = np.vstack([matrix, -gain]), np.append(low, count[-1])
        high = np.append(high, np.inf)
    assert plan.filled_by_rank.tolist() == count
    assert plan.total_cost_dm == round(_milp(best, matrix, low, high))


def _milp(cost, matrix, low, high):
    answer = milp(cost, constraints=LinearConstraint(matrix, low, high), integrality=np.ones(len(cost)),
                  bounds=Bounds(0, 1))  # fmt: skip
    assert answer.success, answer.message
    return answer.fun
