"""A limit of changes is never broken, and within it no plan is better: every plan of tiny instances is tried."""

import itertools

import numpy as np
import pytest
from brute import pair_costs
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from instances import instances

from gridmap.solve.instance import Demand, InstanceError, Supply, Wishes
from gridmap.solve.limited import NO_LIMIT, least_changes, rebalance
from gridmap.solve.problem import reduce_instance
from gridmap.solve.travel import ListReach

TRY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def todays_pairs(demand, wishes):
    """What can stay: kept pairs whose two people are not tied by a lock or forbidden by a ban."""
    pairs = set(zip(wishes.kept_slot.tolist(), wishes.kept_member.tolist(), strict=True))
    banned = set(zip(wishes.banned_slot.tolist(), wishes.banned_member.tolist(), strict=True))
    tied = {(int(demand.group[s]), int(m)) for s, m in zip(wishes.locked_slot, wishes.locked_member, strict=True)}
    return {(s, m) for s, m in pairs if (s, m) not in banned and (int(demand.group[s]), m) not in tied}


def count_by_rank(demand, pairs, helped):
    """Count pairs by rank, the first of a household that has nobody yet by its own."""
    ranks = sorted({*demand.rank.tolist(), *(r for r in demand.first.tolist() if r >= 0)})
    count = dict.fromkeys(ranks, 0)
    for s, _ in pairs:
        group = int(demand.group[s])
        count[int(demand.rank[s] if demand.first[s] < 0 or group in helped else demand.first[s])] += 1
        helped = helped | {group}
    return [count[r] for r in ranks]


def best_within(demand, supply, reach, wishes, seat, limit):  # noqa: C901, PLR0912  every rule once, in one place
    """Try every plan: the places filled by rank, the changes and the cost of the best; the definition, slowly."""
    costs = pair_costs(demand, supply, reach, wishes)
    locks = list(zip(wishes.locked_slot.tolist(), wishes.locked_member.tolist(), strict=True))
    today = todays_pairs(demand, wishes)
    held = {(int(seat[s]), m) for s, m in today}
    wanted, capacity = demand.wanted.astype(int).copy(), supply.capacity.astype(int).copy()
    locked_load = np.zeros(len(supply), int)
    for s, m in locks:
        wanted[s] -= 1
        capacity[m] -= 1
        locked_load[m] += 1
    tied = {(int(demand.group[s]), m) for s, m in locks}
    over = {m for m in range(len(supply)) if sum(held_m == m for _, held_m in held) > capacity[m]}
    capacity = [max(capacity[m], sum(held_m == m for _, held_m in held)) for m in range(len(supply))]
    full = set()
    for each in set(seat.tolist()):
        rows = [s for s in range(len(demand)) if seat[s] == each]
        short = sum(held_seat == each for held_seat, _ in held) - sum(wanted[s] for s in rows)
        if short > 0:
            full.add(each)
            wanted[rows[-1]] += short
    far = {}
    for s, m in today:
        if (s, m) not in costs:
            known, distance = reach.within(int(demand.site[s]), reach.limit_dm)
            far[s, m] = dict(zip(known.tolist(), distance.tolist(), strict=True)).get(m, reach.limit_dm)
    for s, m in far:
        for t in wishes.traits:
            named = t.slot_value[s]
            far[s, m] += t.penalty_dm if named >= 0 and named != t.member_value[m] else 0
    allowed = {
        pair: cost
        for pair, cost in (costs | far).items()
        if (int(demand.group[pair[0]]), pair[1]) not in tied
        and (pair in today or ((int(seat[pair[0]]), pair[1]) not in held and pair[1] not in over
                               and int(seat[pair[0]]) not in full and pair not in locks))
    }  # fmt: skip
    choices = []
    for s in range(len(demand)):
        mine = sorted(m for t, m in allowed if t == s)
        choices.append([pick for n in range(wanted[s] + 1) for pick in itertools.combinations(mine, n)])
    best = None
    for plan in itertools.product(*choices):
        pairs = [(s, m) for s, pick in enumerate(plan) for m in pick]
        if len({(int(demand.group[s]), m) for s, m in pairs}) < len(pairs):
            continue
        load = np.bincount([m for _, m in pairs], minlength=len(supply))
        if any(load > capacity):
            continue
        changes = 0
        for each in set(seat.tolist()):
            now = {m for s, m in pairs if seat[s] == each}
            before = {m for held_seat, m in held if held_seat == each}
            changes += max(len(now - before), len(before - now))
        if changes > limit:
            continue
        filled = tuple(-count for count in count_by_rank(demand, pairs, {int(demand.group[s]) for s, _ in locks}))
        cost = sum(allowed[pair] for pair in pairs)
        cost += supply.load_step_dm * sum(
            sum(range(locked_load[m], locked_load[m] + load[m])) for m in range(len(supply))
        )
        best = min(best or (filled, cost), (filled, cost))
    return best


def possible(instance):
    try:
        reduce_instance(*instance)
    except InstanceError:
        return False
    return True


@given(instance=instances(max_slots=3, max_members=4), limit=st.integers(0, 4), joint=st.booleans())
@TRY
def test_no_plan_within_the_limit_is_better(instance, limit, joint):
    demand, supply, reach, wishes = instance
    assume(possible(instance))
    seat = demand.group.astype(int) if joint else np.arange(len(demand))
    # a member fills one place of a household; where slots share a seat the pair is named for each of them
    once = {(int(demand.group[k]), int(m)): int(k) for k, m in zip(wishes.kept_slot, wishes.kept_member, strict=True)}
    pairs = {(s, m) for (_, m), k in once.items() for s in range(len(demand)) if seat[s] == seat[k]}
    kept = np.array(sorted(pairs), np.int32).reshape(-1, 2)
    bans = zip(wishes.banned_slot.tolist(), wishes.banned_member.tolist(), strict=True)
    banned = sorted({(s, m) for k, m in bans for s in range(len(demand)) if seat[s] == seat[k]})
    banned = np.array(banned, np.int32).reshape(-1, 2)
    wishes = Wishes(kept[:, 0], kept[:, 1], wishes.keep_dm, banned[:, 0], banned[:, 1],
                    wishes.locked_slot, wishes.locked_member, wishes.traits)  # fmt: skip
    assume(possible((demand, supply, reach, wishes)))
    found = rebalance(demand, supply, reach, wishes, seat=seat, max_changes=limit)
    filled, cost = best_within(demand, supply, reach, wishes, seat, limit)
    assert found.changes <= limit
    assert tuple(-found.filled_by_rank) == filled
    assert found.cost_dm == cost
    assert found.optimal


def line(households, members, capacity, *, limit_m=1000, wanted=1, rank=0):
    """Households and members on a line, metres from its start."""
    pairs = [(h, m, abs(at - to) * 10) for h, at in enumerate(households) for m, to in enumerate(members)
             if abs(at - to) <= limit_m]  # fmt: skip
    reach = ListReach(*np.array(pairs, np.int64).T, site_count=len(households), member_count=len(members))
    count = len(households)
    demand = Demand(group=np.arange(count), wanted=np.full(count, wanted), rank=np.full(count, rank),
                    accepts=np.ones(count), site=np.arange(count))  # fmt: skip
    supply = Supply(capacity=np.full(len(members), capacity), kind=np.ones(len(members)))
    return demand, supply, reach, np.arange(count)


def test_a_chain_costs_as_many_changes_as_it_has_links():
    """h0 reaches m0 only, who holds h1; h1 reaches m1, who holds h2; h2 reaches m2, who is free: three changes."""
    demand, supply, reach, seat = line([0, 90, 190], [50, 140, 240], 1, limit_m=50)
    today = Wishes(kept_slot=[1, 2], kept_member=[0, 1])
    assert rebalance(demand, supply, reach, today, seat=seat, max_changes=2).filled_by_rank.sum() == 2
    found = rebalance(demand, supply, reach, today, seat=seat, max_changes=3)
    assert (found.members.tolist(), found.changes) == ([0, 1, 2], 3)
    assert least_changes(demand, supply, reach, today, seat=seat).changes == 3


def test_no_change_is_today_even_where_today_breaks_the_rules():
    """m0 may hold one and holds two; the limit of the way is broken too."""
    demand, supply, reach, seat = line([0, 500], [0], 1, limit_m=100)
    today = Wishes(kept_slot=[0, 1], kept_member=[0, 0])
    found = rebalance(demand, supply, reach, today, seat=seat, max_changes=0)
    assert (found.members.tolist(), found.changes, found.filled_by_rank.tolist()) == ([0, 0], 0, [2])


def test_the_least_changes_are_fewer_than_those_of_the_least_walking():
    """Walking is least when the two swap; filling the empty place takes one change."""
    demand, supply, reach, seat = line([0, 100, 200], [0, 100, 200], 1)
    today = Wishes(kept_slot=[0, 1], kept_member=[1, 0])
    fewest = least_changes(demand, supply, reach, today, seat=seat)
    assert (fewest.changes, fewest.filled_by_rank.tolist()) == (1, [3])
    free = rebalance(demand, supply, reach, today, seat=seat, max_changes=NO_LIMIT)
    assert (free.members.tolist(), free.changes, free.cost_dm) == ([0, 1, 2], 3, 0)
    assert rebalance(demand, supply, reach, today, seat=seat, max_changes=2).changes == 1


@pytest.mark.parametrize("limit", [1, 5, 40])
def test_looking_no_farther_than_needed_changes_nothing(limit):
    """A crowd on one line: the plan with pruned arcs costs what every arc together gives."""
    spots = np.random.default_rng(7).integers(0, 900, (2, 60))
    demand, supply, reach, seat = line(spots[0][:30].tolist(), spots[1].tolist(), 1)
    today = Wishes(kept_slot=np.arange(20), kept_member=np.arange(20), keep_dm=50)
    found = rebalance(demand, supply, reach, today, seat=seat, max_changes=limit)
    import gridmap.solve.limited as module

    whole = module._enough
    module._enough = lambda _problem, _limit: 10**6
    try:
        every = rebalance(demand, supply, reach, today, seat=seat, max_changes=limit)
    finally:
        module._enough = whole
    assert (found.cost_dm, found.filled_by_rank.tolist()) == (every.cost_dm, every.filled_by_rank.tolist())
    assert found.changes <= limit
