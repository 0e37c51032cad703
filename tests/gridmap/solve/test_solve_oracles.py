"""The engine against other libraries that see all pairs in reach: city-sized flows, community-sized programs."""

import numpy as np
import pytest
from oracles import as_network, by_highs, by_lemon, by_ortools, read

from benchmarks.pairing.cities import make
from gridmap.solve.assign import assign
from gridmap.solve.instance import Demand, Supply, Trait, Wishes
from gridmap.solve.travel import ListReach, NetworkReach, StraightReach

LIMIT_DM = 3_000


def loose_city():
    city = make(3_000, 6_600, tight=False, seed=3, limit_dm=LIMIT_DM)
    return city.demand, city.supply, city.reach


def tight_city():
    """Places of three ranks for one to three people each, and too few people around."""
    city = make(1_500, 3_100, tight=True, seed=5, limit_dm=LIMIT_DM)
    rank = np.random.default_rng(5).integers(0, 3, len(city.demand))
    demand = Demand(city.demand.group, city.demand.wanted, rank, city.demand.accepts, city.demand.site)
    return demand, city.supply, city.reach


def team_city():
    """Three roles a household, people with one to three of them, and the second household of a person dearer."""
    city = make(700, 2_600, tight=False, seed=9, limit_dm=LIMIT_DM)
    rng = np.random.default_rng(9)
    row = np.repeat(np.arange(700), 3)
    demand = Demand(row, np.ones(2_100), rng.integers(0, 2, 700)[row], np.tile([1, 2, 4], 700), city.demand.site[row])
    kind = rng.choice([1, 2, 4, 3, 7], 2_600, p=[0.5, 0.3, 0.1, 0.07, 0.03])
    return demand, Supply(city.supply.capacity, kind, load_step_dm=200), city.reach


@pytest.mark.parametrize("solver", [by_ortools, by_lemon])
@pytest.mark.parametrize("city", [loose_city, tight_city, team_city])
def test_a_city_equals_min_cost_flow_on_all_pairs(city, solver):
    demand, supply, reach = city()
    plan = assign(demand, supply, reach)
    network = as_network(demand, supply, reach)
    filled, cost = read(network, solver(network), demand)
    assert plan.optimal
    assert plan.filled_by_rank.tolist() == filled
    assert plan.total_cost_dm == cost


def test_the_tight_city_is_one_that_nearest_lists_get_wrong():
    # Otherwise the comparison above would prove nothing about lists that grow on demand.
    demand, supply, reach = tight_city()
    network = as_network(demand, supply, reach)
    order = np.lexsort((network.distance, network.slot))
    nth = np.empty(len(order), np.int64)
    nth[order] = np.arange(len(order)) - np.searchsorted(network.slot[order], network.slot[order])
    room = network.room.copy()
    room[: len(nth)][nth >= 32] = 0
    near, _ = read(network, by_ortools(network._replace(room=room)), demand)
    plan = assign(demand, supply, reach)
    assert sum(near) < int(plan.filled.sum()) < int(demand.wanted.sum())


def streets(rng, sites, members):
    side = 12
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:-1].ravel(), node[:, :-1].ravel()])
    head = np.concatenate([node[1:].ravel(), node[:, 1:].ravel()])
    keep = rng.random(len(tail)) > 0.15
    edge = tail[keep], head[keep], rng.integers(200, 900, keep.sum())
    ends = [(rng.integers(-1, side * side, count), rng.integers(0, 150, count)) for count in (sites, members)]
    return NetworkReach(edge, *ends, node_count=side * side, limit_dm=3_500)


def reach_of(kind, rng, sites, members):
    if kind == "straight":
        return StraightReach(rng.uniform(0, 900, (sites, 2)), rng.uniform(0, 900, (members, 2)), limit_dm=4_000)
    if kind == "network":
        return streets(rng, sites, members)
    site, member = np.divmod(rng.permutation(sites * members)[: sites * members // 6], members)
    cost = rng.integers(0, 5_000, len(site))
    return ListReach(site, member, cost, site_count=sites, member_count=members)


def community(mode, reach_kind, seed):
    """A community with every rule in play: ranks, roles, own radius, load steps, kept, banned and locked pairs."""
    rng = np.random.default_rng(seed)
    homes, members = 40, 70
    rows = {"one": 1, "several": 1, "team": 3}[mode]
    home = np.repeat(np.arange(homes), rows)
    wanted = rng.integers(1, 4, homes) if mode == "several" else np.ones(homes * rows)
    accepts = np.tile([1, 2, 4], homes) if mode == "team" else np.full(homes, 7)
    demand = Demand(home, wanted, rng.integers(0, 3, homes)[home], accepts, home)
    radius = rng.choice([1_500, 10**6], members, p=[0.2, 0.8])
    supply = Supply(rng.integers(0, 3, members), rng.integers(1, 8, members), radius, load_step_dm=[0, 130][seed % 2])
    slots = len(demand)
    traits = (Trait(rng.integers(-1, 2, slots), rng.integers(0, 2, members), 250),)
    kept, banned = (rng.integers(0, [slots, members], (30, 2)).T for _ in range(2))
    locked = lock_some(rng, demand, supply, set(zip(*banned.tolist(), strict=True)))
    return demand, supply, reach_of(reach_kind, rng, homes, members), Wishes(*kept, 100, *banned, *locked, traits)


def lock_some(rng, demand, supply, banned):
    """Draw a few locks that contradict nothing."""
    slot, member = rng.permutation(len(demand))[:12], rng.permutation(len(supply))[:12]
    fits = (demand.accepts[slot] & supply.kind[member] != 0) & (supply.capacity[member] > 0)
    fits &= [pair not in banned for pair in zip(slot.tolist(), member.tolist(), strict=True)]
    return slot[fits][:3], member[fits][:3]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("reach_kind", ["straight", "network", "listed"])
@pytest.mark.parametrize("mode", ["one", "several", "team"])
def test_a_community_equals_highs_in_all_modes(mode, reach_kind, seed):
    instance = community(mode, reach_kind, seed)
    plan = assign(*instance)
    assert plan.optimal
    expected = by_highs(*instance, whole=True)
    assert (plan.filled_by_rank.tolist(), plan.total_cost_dm) == expected
    assert by_highs(*instance, whole=False) == expected


# The people and cases of CommCare HQ's own tests of its disbursement (dimagi/commcare-hq,
# corehq/apps/geospatial/tests/test_pulp.py): longitude, latitude. Where places are short, it assigns nothing.
USERS = {"New York": (-73.9750671, 40.7638143), "Los Angeles": (-117.618932, 33.045205)}
CASES = {
    "New Hampshire": (-71.572395, 43.193851),
    "Phoenix": (-110.475177, 33.870416),
    "Newark": (-74.21003634906795, 40.78787248247479),
    "NY2": (-75.21263845406212, 40.98704295395249),
    "LA2": (-114.95862208084543, 38.72911676426769),
    "LA3": (-110.9340138985604, 35.39353835883682),
    "Dallas": (-96.58954660416406, 34.4679113819021),
    "Jackson": (-106.34189549259928, 40.55517003526139),
}


def disburse(most, *, limit_km=20_000, users=USERS, cases=CASES):
    """Give each case one user of at most so many cases, on the sphere; user -> cases, and the plan."""
    case, user = (np.radians(np.array(list(some.values())).reshape(-1, 2)) for some in (cases, users))
    half = np.sin((case[:, None] - user) / 2) ** 2
    arc = half[..., 1] + np.cos(case[:, None, 1]) * np.cos(user[:, 1]) * half[..., 0]
    cost = np.rint(2 * 6_371_000 * np.arcsin(np.sqrt(arc))).astype(np.int64)  # metres are fine enough here
    row, column = np.nonzero(cost <= limit_km * 1000)
    reach = ListReach(row, column, cost[row, column], site_count=len(cases), member_count=len(users))
    rows = np.arange(len(cases))
    demand = Demand(rows, np.ones(len(rows)), 0 * rows, np.ones(len(rows)), rows)
    plan = assign(demand, Supply(np.full(len(users), most), np.ones(len(users))), reach)
    assert plan.optimal
    names = np.array(list(cases))
    return {name: set(names[plan.slots[plan.members == at]].tolist()) for at, name in enumerate(users)}, plan


EAST, WEST = {"New Hampshire", "Newark", "NY2"}, {"Phoenix", "LA2", "LA3", "Jackson"}


def test_commcare_cases_that_fit_come_out_as_published():
    most = len(CASES) // len(USERS) + 1  # their default
    assert disburse(most)[0] == {"New York": EAST, "Los Angeles": WEST | {"Dallas"}}
    assert disburse(4)[0] == {"New York": EAST | {"Dallas"}, "Los Angeles": WEST}


def test_commcare_more_cases_than_places_still_serves_four():
    served, plan = disburse(2)
    assert int(plan.filled.sum()) == 4
    assert served["New York"] == {"Newark", "NY2"}
    assert len(served["Los Angeles"]) == 2
    assert int((plan.filled == 0).sum()) == 4


def test_commcare_minimum_too_high_still_serves_all():
    # A minimum of 5 for each of two users cannot be met by 8 cases. Nobody is left alone for that.
    served, _ = disburse(8)
    assert set.union(*served.values()) == set(CASES)


@pytest.mark.parametrize(("limit_km", "users"), [(1, USERS), (20_000, {})], ids=["too far", "nobody"])
def test_commcare_cases_without_anybody_are_named(limit_km, users):
    served, plan = disburse(5, limit_km=limit_km, users=users)
    assert all(not cases for cases in served.values())
    assert plan.filled.tolist() == [0] * 8


def test_commcare_no_cases_is_a_plan_too():
    served, plan = disburse(5, cases={})
    assert served == {"New York": set(), "Los Angeles": set()}
    assert plan.total_cost_dm == 0
