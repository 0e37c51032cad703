"""A forced pair changes the plan as the difference of two full solves does, and the chain adds up to it."""

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from instances import instances
from test_solve_changes import lock_some
from test_whatif import snapshot

from gridmap.solve.assign import assign
from gridmap.solve.instance import Demand, InstanceError, Supply, Wishes
from gridmap.solve.problem import reduce_instance
from gridmap.solve.reasons import compare, force, solve_forced, solve_without
from gridmap.solve.repair import LivePlan
from gridmap.solve.travel import StraightReach


def pairs_of(assignment):
    return {*zip(assignment.slots.tolist(), assignment.members.tolist(), strict=True)}


def forceable(problem, plan):
    """Yield the pairs that can be and that the plan does not have."""
    open_slots = np.flatnonzero(problem.wanted > 0)
    able = np.flatnonzero(problem.capacity > 0)
    for slot in open_slots.tolist():
        at = np.full(len(able), slot)
        distance = problem.reach.between(problem.demand.site[at], able)
        for member in able[problem.eligible(at, able, distance)].tolist():
            if (slot, member) not in pairs_of(plan):
                yield slot, member


@given(instances(), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_forcing_a_pair_is_the_difference_of_two_full_solves(instance, locks):
    demand = instance[0]
    try:
        instance = lock_some(instance) if locks else instance
        live, problem, before = LivePlan(*instance), reduce_instance(*instance), assign(*instance)
    except InstanceError as error:
        assume(error.code.startswith("lock"))  # the locks that were drawn contradict each other
        return
    held = snapshot(live)
    planned = pairs_of(live.assignment())
    for slot, member in forceable(problem, live.assignment()):
        told = force(live, problem, slot, member)
        anew = compare(demand, before, solve_forced(*instance, slot=slot, member=member))
        assert (told.filled.tolist(), told.cost_dm) == (anew.filled.tolist(), anew.cost_dm)
        gone = {*zip(told.gone_slot.tolist(), told.gone_member.tolist(), strict=True)}
        new = {*zip(told.new_slot.tolist(), told.new_member.tolist(), strict=True)}
        after = (planned - gone) | new
        assert gone <= planned
        assert not new & planned
        assert (slot, member) in after
        assert len(after) == len(planned) + told.filled.sum()
        load = np.bincount([m for _, m in after], minlength=len(instance[1]))
        assert (load <= instance[1].capacity).all()
        groups = [(int(demand.group[s]), m) for s, m in after]
        assert len(groups) == len(set(groups))
    for one, two in zip(held, snapshot(live), strict=True):
        assert np.array_equal(one, two)


def test_without_a_member_the_locked_pairs_end_as_well():
    # two slots side by side, each locked to member 0; member 1 stands 10 m away and takes one of them
    demand = Demand(group=[0, 1], wanted=[1, 1], rank=[0, 0], accepts=[1, 1], site=[0, 0])
    supply = Supply(capacity=[2, 1], kind=[1, 1])
    reach = StraightReach([[0.0, 0.0]], [[0.0, 0.0], [10.0, 0.0]], factor=1.0)
    wishes = Wishes(locked_slot=[0, 1], locked_member=[0, 0])
    before = assign(demand, supply, reach, wishes)
    after = solve_without(demand, supply, reach, wishes, member=0, wanted=np.array([1, 1]))
    change = compare(demand, before, after)
    assert (change.gone_slot.tolist(), change.new_member.tolist()) == ([0, 1], [1])
    assert (change.filled.tolist(), change.cost_dm) == ([-1], 100)
    # a place that the rules do not want is not missed
    assert compare(demand, before, after, counted=np.array([0, 0])).filled.tolist() == [0]
