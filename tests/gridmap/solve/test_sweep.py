"""The sweep of the proof against a comparison of everybody with everybody."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from instances import instances
from test_walks import by_scipy, village

from gridmap.solve.instance import Demand, InstanceError, Supply, Wishes
from gridmap.solve.problem import reduce_instance
from gridmap.solve.sweep import worthwhile_pairs
from gridmap.solve.travel import NetworkReach


@settings(max_examples=80, deadline=None)
@given(instances(max_slots=6, max_members=6), st.data(), st.sampled_from([1, 2]))
def test_no_pair_worth_taking_is_missed(instance, data, workers):
    demand, supply, reach, wishes = instance
    try:
        problem = reduce_instance(demand, supply, reach, wishes)
    except InstanceError:
        return  # locks that contradict each other
    price_slot = np.array(data.draw(st.lists(st.integers(0, 90), min_size=len(demand), max_size=len(demand))))
    price_member = np.array(data.draw(st.lists(st.integers(0, 20), min_size=len(supply), max_size=len(supply))))
    slot, member, distance, scanned = worthwhile_pairs(problem, price_slot, price_member, workers=workers)
    found = dict(zip(zip(slot.tolist(), member.tolist(), strict=True), distance.tolist(), strict=True))
    assert len(found) == len(slot) <= scanned
    rows, columns = np.divmod(np.arange(len(demand) * len(supply)), len(supply))
    apart = reach.between(demand.site[rows], columns)
    cost = problem.cost_dm(rows, columns, apart)
    worth = problem.eligible(rows, columns, apart) & (problem.wanted[rows] > 0)
    worth &= price_slot[rows] - cost - price_member[columns] > 0
    for row, column, far in zip(rows[worth].tolist(), columns[worth].tolist(), apart[worth].tolist(), strict=True):
        assert found.get((row, column)) == far


@pytest.mark.parametrize("seed", range(4))
def test_on_paths_a_slot_finds_whoever_leaves_it_one_decimetre_and_nobody_who_leaves_none(seed):
    edge, site, member, nodes = village(seed)
    apart = by_scipy(edge, site, member, nodes, 900)
    rng = np.random.default_rng(seed)
    kind, asked, price = rng.integers(1, 4, 160), rng.integers(1, 3, 40), rng.integers(0, 300, 160)
    ways = np.where((asked[:, None] & kind) != 0, apart + price, 1 << 60)
    left = rng.integers(0, 3, 40)  # what a slot pays over the least way and price
    price_slot = np.where(ways.min(axis=1) < 1 << 60, ways.min(axis=1) + left, 5_000)
    rows = np.arange(40)
    demand = Demand(rows, np.ones(40), np.zeros(40), asked, rows)
    reach = NetworkReach(edge, site, member, node_count=nodes, limit_dm=900)
    problem = reduce_instance(demand, Supply(np.ones(160), kind), reach, Wishes(keep_dm=0))
    slot, who, distance, _ = worthwhile_pairs(problem, price_slot, price)
    worth = (ways < price_slot[:, None]) & (apart <= 900)
    assert sorted(zip(slot.tolist(), who.tolist(), strict=True)) == [tuple(pair) for pair in np.argwhere(worth)]
    assert distance.tolist() == apart[slot, who].tolist()
    assert 10 < worth.any(axis=1).sum() < 40
