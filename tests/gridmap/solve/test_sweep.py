"""The sweep of the proof against a comparison of everybody with everybody."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from instances import instances

from gridmap.solve.instance import InstanceError
from gridmap.solve.problem import reduce_instance
from gridmap.solve.sweep import worthwhile_pairs


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
