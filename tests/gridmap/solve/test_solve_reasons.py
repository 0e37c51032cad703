"""Reasons worked out by hand on a street of few houses."""

import numpy as np

from gridmap.solve import reasons
from gridmap.solve.assign import assign
from gridmap.solve.instance import Demand, Supply, Wishes
from gridmap.solve.travel import StraightReach


def explain(site_x, member_x, accepts, capacity, kind, **more):
    reach = StraightReach(
        [[x, 0] for x in site_x], [[x, 0] for x in member_x], factor=1.0, limit_dm=more.get("limit", 5_000)
    )
    rows = range(len(site_x))
    demand = Demand(list(rows), [1] * len(site_x), [0] * len(site_x), accepts, list(rows))
    supply = Supply(capacity, kind, more.get("radius"))
    wishes = more.get("wishes", Wishes())
    plan = assign(demand, supply, reach, wishes)
    return (demand, supply, reach, wishes, plan), reasons.explain_empty(demand, supply, reach, wishes, plan)


def test_nobody_in_reach_names_the_nearest():
    _, (gap,) = explain([0], [640], [1], [1], [1])
    assert (gap.reason, gap.nearest_member, gap.nearest_dm) == (reasons.NONE_IN_REACH, 0, 6400)


def test_role_radius_and_ban_are_told_apart():
    _, (gap,) = explain([0], [10], [2], [1], [1])
    assert gap.reason == reasons.ROLE_MISSING
    _, (gap,) = explain([0], [10], [1], [1], [1], radius=[50])
    assert gap.reason == reasons.TOO_FAR
    _, (gap,) = explain([0], [10], [1], [1], [1], wishes=Wishes(banned_slot=[0], banned_member=[0]))
    assert gap.reason == reasons.ALL_BANNED


def test_full_and_on_leave_are_counted_and_the_cheapest_change_is_named():
    _, (gap,) = explain([0, 30], [10, 20, 25], [1, 1], [1, 0, 0], [1, 1, 1])
    assert (gap.reason, gap.full, gap.on_leave) == (reasons.ALL_FULL, 1, 2)
    assert gap.cheapest_member == 0


def test_the_nearer_person_is_shown_with_the_price_others_pay():
    # Limit 5 m: B reaches only the member at A's door, so A walks 4 m to the other one.
    world, gaps = explain([0, 4], [0, -4], [1, 1], [1, 1], [1, 1], limit=50)
    assert gaps == []
    plan = world[-1]
    pair = int(np.nonzero(plan.slots == 0)[0][0])
    assert plan.members[pair] == 1
    member, cost, price = reasons.explain_partner(*world, pair)
    assert (member.tolist(), cost.tolist()) == ([0], [0])
    assert cost[0] + price[0] >= plan.cost_dm[pair]
