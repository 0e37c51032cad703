"""The checker must catch what a broken engine would hand over."""

import dataclasses

import numpy as np
import pytest

from gridmap.solve.assign import assign
from gridmap.solve.certificate import verify
from gridmap.solve.instance import Demand, Supply, Wishes
from gridmap.solve.travel import NetworkReach, StraightReach


def streets(rng):
    """Twelve by twelve crossings, doors a few metres from them."""
    node = np.arange(144).reshape(12, 12)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    edge = tail, head, rng.integers(500, 900, len(tail))
    site, member = ((rng.integers(0, 144, count), rng.integers(0, 80, count)) for count in (60, 50))
    return NetworkReach(edge, site, member, node_count=144)


@pytest.fixture(scope="module", params=["straight", "on paths"])
def solved(request):
    rng = np.random.default_rng(8)
    if request.param == "straight":
        reach = StraightReach(rng.uniform(0, 800, (60, 2)), rng.uniform(0, 800, (50, 2)))
    else:
        reach = streets(rng)
    demand = Demand(np.arange(60), np.ones(60), np.zeros(60), np.ones(60), np.arange(60))
    supply = Supply(rng.integers(1, 3, 50), np.ones(50))
    wishes = Wishes(banned_slot=[0], banned_member=[0], locked_slot=[1], locked_member=[1])
    instance = (demand, supply, reach, wishes)
    return instance, assign(*instance)


def test_the_sound_plan_is_proven(solved):
    instance, plan = solved
    assert verify(*instance, plan).proven


def test_a_dropped_pair_opens_a_gap(solved):
    instance, plan = solved
    at = int(np.nonzero(~plan.locked)[0][0])
    keep = np.arange(len(plan.slots)) != at
    bad = dataclasses.replace(plan, slots=plan.slots[keep], members=plan.members[keep])
    proof = verify(*instance, bad)
    assert proof.valid
    assert not proof.proven
    assert proof.gap > 0


def test_a_stale_price_opens_a_gap(solved):
    instance, plan = solved
    price = plan.price_slot.copy()
    price[2] += 500
    proof = verify(*instance, dataclasses.replace(plan, price_slot=price))
    assert proof.gap > 0
    assert not proof.proven


def test_one_place_too_many_is_a_fault(solved):
    (demand, supply, reach, wishes), plan = solved
    most = int(np.bincount(plan.members).argmax())
    less = supply.capacity.copy()
    less[most] = np.bincount(plan.members)[most] - 1
    proof = verify(demand, Supply(less, supply.kind), reach, wishes, plan)
    assert "capacity" in proof.faults


def test_a_worse_partner_opens_a_gap(solved):
    instance, plan = solved
    load = np.bincount(plan.members, minlength=50)
    free = np.nonzero(load < instance[1].capacity)[0]
    at = int(np.nonzero(~plan.locked)[0][3])
    slot = plan.slots[at]
    distance = instance[2].between(np.full(len(free), instance[0].site[slot]), free)
    members = plan.members.copy()
    members[at] = free[np.argmax(np.where(distance < 15_000, distance, -1))]
    proof = verify(*instance, dataclasses.replace(plan, members=members))
    assert proof.gap > 0


@pytest.mark.parametrize(
    ("slot", "member", "code"), [(0, 0, "not_allowed"), (1, 0, "lock_missing")], ids=["ban", "lock"]
)
def test_a_broken_rule_is_named(solved, slot, member, code):
    instance, plan = solved
    at = int(np.nonzero(plan.slots == slot)[0][0])
    members = plan.members.copy()
    members[at] = member
    proof = verify(*instance, dataclasses.replace(plan, members=members))
    assert code in proof.faults
    assert not proof.proven
