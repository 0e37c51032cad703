"""Every answer must be what a full solution of the changed instance says, and leave the plan as it was."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from instances import instances
from test_solve_changes import lock_some, town

from gridmap.solve.assign import assign
from gridmap.solve.instance import InstanceError, Supply, Wishes
from gridmap.solve.repair import At, LivePlan, Newcomer
from gridmap.solve.travel import ListReach, StraightReach
from gridmap.solve.whatif import loss, suggest, suggest_after, worth, worth_of


def gains(live, before, instance):
    """Solve a changed instance; tell by how much it differs, by the ranks of the plan."""
    fresh = assign(*instance)
    assert fresh.optimal
    return (fresh.filled_by_rank - before.filled_by_rank).tolist(), fresh.total_cost_dm - before.total_cost_dm


def forced(instance, slot, member):
    demand, supply, reach, wishes = instance
    more = dataclasses.replace(
        wishes, locked_slot=np.append(wishes.locked_slot, slot), locked_member=np.append(wishes.locked_member, member)
    )
    return demand, supply, reach, more


def with_capacity(instance, member, capacity):
    demand, supply, reach, wishes = instance
    room = supply.capacity.copy()
    room[member] = capacity
    return demand, dataclasses.replace(supply, capacity=room), reach, wishes


def snapshot(live):
    return [np.array(part) for part in live.engine.plan[:-2]] + [live.engine.fixed.capacity.copy()]


def check_answers(live, slots, members):
    instance, before, held = live.instance(), live.assignment(), snapshot(live)
    locked = np.bincount(instance[3].locked_member, minlength=len(instance[1]))
    for slot in slots:
        if instance[0].wanted[slot] == np.bincount(instance[3].locked_slot, minlength=len(instance[0]))[slot]:
            continue
        found = suggest(live, slot, most=4)
        everybody = suggest(live, slot, most=500)
        assert found.member.tolist() == everybody.member[:4].tolist() or len(everybody.member) > 4
        for at, member in enumerate(everybody.member.tolist()):
            filled, cost = gains(live, before, forced(instance, slot, member))
            assert (everybody.filled[at].tolist(), everybody.cost_dm[at]) == (filled, cost), (slot, member)
        assert len(everybody.member) == can_take(instance, slot)
    for member in members:
        filled, cost = gains(live, before, with_capacity(instance, member, locked[member]))
        told = loss(live, member)
        assert (told.filled.tolist(), told.cost_dm) == (filled, cost), member
        more = instance[1].capacity[member] + 1
        filled, cost = gains(live, before, with_capacity(instance, member, more))
        told = worth(live, member)
        assert (told.filled.tolist(), told.cost_dm) == (filled, cost), member
    for part, now in zip(held, snapshot(live), strict=True):
        np.testing.assert_array_equal(part, now)


def can_take(instance, slot):
    """Count by hand who may take a place of a slot at all."""
    demand, supply, reach, wishes = instance
    near, distance = reach.within(int(demand.site[slot]), reach.limit_dm)
    count = 0
    locked = np.bincount(wishes.locked_member, minlength=len(supply))
    for member, far in zip(near.tolist(), distance.tolist(), strict=True):
        banned = ((wishes.banned_slot == slot) & (wishes.banned_member == member)).any()
        mine = demand.group[wishes.locked_slot] == demand.group[slot]
        banned = banned or (mine & (wishes.locked_member == member)).any()
        role = int(demand.accepts[slot]) & int(supply.kind[member])
        area = demand.area[slot] < 0 or demand.area[slot] == supply.area[member]
        room = supply.capacity[member] > locked[member]
        count += bool(role and area and room and not banned and far <= supply.radius_dm[member])
    return count


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances(max_slots=4, max_members=4))
def test_small_answers_equal_full_solutions(instance):
    try:
        live = LivePlan(*instance, spare=4)
    except InstanceError as error:
        assume(not error.code.startswith("lock"))
        raise
    check_answers(live, range(len(instance[0])), range(len(instance[1])))


@pytest.mark.parametrize("mode", ["straight", "network", "list"])
@pytest.mark.parametrize(("step", "locks", "apart"), [(0, False, False), (60, True, False), (60, True, True)])
def test_answers_equal_full_solutions(mode, step, locks, apart):
    instance = town(mode, 3, step=step, apart=apart)
    live = LivePlan(*(lock_some(instance) if locks else instance), spare=8)
    check_answers(live, range(0, 60, 19), range(0, 45, 6))


@pytest.mark.parametrize("mode", ["straight", "network", "list"])
@pytest.mark.parametrize("apart", [False, True])
def test_a_newcomer_is_worth_what_a_full_solution_says(mode, apart):
    instance = town(mode, 4, apart=apart)
    live = LivePlan(*instance, spare=8)
    before, held = live.assignment(), snapshot(live)
    for site in range(0, 30, 9):
        place = At(site)
        if isinstance(instance[2], ListReach):
            place = (np.array([site, (site + 1) % 30]), np.array([40, 90]))
        told = worth_of(live, place, Newcomer(3, area=site % 2, values=[1]))
        other = LivePlan(*instance, spare=8)
        other.join(place, Newcomer(3, area=site % 2, values=[1]))
        filled, cost = gains(live, before, other.instance())
        assert (told.filled.tolist(), told.cost_dm) == (filled, cost)
        assert (told.slot >= 0) == (bool(any(filled)) or cost < 0)
    for part, now in zip(held, snapshot(live), strict=True):
        if part.shape == now.shape:
            np.testing.assert_array_equal(part, now)


def test_places_of_a_leaving_member_count_from_today():
    instance = town("straight", 6)
    live = LivePlan(*instance, spare=8)
    before = live.assignment()
    member = int(np.bincount(before.members).argmax())
    answers = suggest_after(live, member)
    assert sorted(answers) == sorted(before.slots[before.members == member].tolist())
    gone = with_capacity(instance, member, 0)
    for slot, found in answers.items():
        for at, other in enumerate(found.member.tolist()[:3]):
            filled, cost = gains(live, before, forced(gone, slot, other))
            assert (found.filled[at].tolist(), found.cost_dm[at]) == (filled, cost)


def test_a_slot_without_places_has_nobody_to_suggest():
    reach = StraightReach([[0, 0]], [[0, 0]])
    demand = town("straight", 1)[0].__class__([0], [0], [0], [1], [0])
    live = LivePlan(demand, Supply([1], [1]), reach, Wishes())
    with pytest.raises(InstanceError):
        suggest(live, 0)
