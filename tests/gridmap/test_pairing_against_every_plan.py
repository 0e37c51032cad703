"""Small towns are solved a second time by trying every plan there is.

The town lies on a line; a plan is judged by the definition in gridmap.slots, written down here once more: places
filled by rank, then metres walked, 10 m for every pair that is new, and the load steps.
"""

from itertools import combinations, permutations, product

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from town import DAY, METRIC_CRS, household, member, pairing, people

from gridmap import pairing as pairings
from gridmap.tables import Mode, PairingRules

ROLES = ("registered", "community", "building")
LEVELS = ("red", "yellow", "green")
RADIUS = 60

places = st.integers(0, 12).map(lambda step: step * 10)
homes = st.sampled_from(["B1", "B2"])  # for teams: 100 m apart, in reach of each other with RADIUS only at home


@st.composite
def towns(draw, mode):
    team = mode is Mode.TEAM
    where = homes if team else places
    count = st.integers(1, 3)
    households = [
        {"id": f"h{at}", "at": draw(where), "level": draw(st.sampled_from(LEVELS))} for at in range(draw(count))
    ]
    members = [
        {
            "id": f"m{at}",
            "at": draw(where),
            "roles": tuple(draw(st.sets(st.sampled_from(ROLES), min_size=1))),
            "capacity": draw(st.integers(0, 2)),
            "own": draw(st.sampled_from([None, 20, 50])),
            "leave": draw(st.integers(0, 4)) == 0,
        }
        for at in range(draw(st.integers(0, 3 if team else 4)))
    ]
    both = [(h["id"], m["id"]) for h in households for m in members]
    pick = st.lists(st.sampled_from(both), unique=True, max_size=3) if both else st.just([])
    return {
        "mode": mode,
        "helpers": draw(st.integers(2, 3)),
        "somebody_first": draw(st.booleans()),
        "radius": draw(st.sampled_from([RADIUS, 150])),
        "load_step": draw(st.sampled_from([0, 15])),
        "households": households,
        "members": members,
        "before": draw(pick),
        "banned": draw(pick),
    }


def metres(where):
    return {"B1": 0, "B2": 100}.get(where, where)


def far(h, m):
    return abs(metres(h["at"]) - metres(m["at"]))


def may(town, h, m, role):
    inside = far(h, m) <= min(town["radius"], m["own"] if m["own"] is not None else town["radius"])
    serves = role is None or (role in m["roles"] and (role != "building" or m["at"] == h["at"]))
    return inside and serves and not m["leave"] and (h["id"], m["id"]) not in town["banned"]


def choices(town, h):
    """Every way to fill the places of one household: tuples of (member, role)."""
    members = town["members"]
    if town["mode"] is Mode.TEAM:
        seats = permutations([None, None, *members, None], 3)
        found = {tuple((m["id"], role) for m, role in zip(seat, ROLES, strict=True) if m) for seat in seats
                 if all(m is None or may(town, h, m, role) for m, role in zip(seat, ROLES, strict=True))}  # fmt: skip
        return sorted(found)
    most = town["helpers"] if town["mode"] is Mode.SEVERAL_TO_ONE else 1
    fit = [m["id"] for m in members if may(town, h, m, None)]
    return [tuple((m, None) for m in some) for size in range(most + 1) for some in combinations(fit, size)]


def value(town, plan):
    """Judge {household: ((member, role), ...)}: places by rank (negative), then metres; None when not allowed."""
    members = {m["id"]: m for m in town["members"]}
    load = dict.fromkeys(members, 0)
    filled, cost = [0] * 6, 0
    for h in town["households"]:
        level = LEVELS.index(h["level"])
        for turn, (name, role) in enumerate(plan[h["id"]]):
            later = town["somebody_first"] and turn > 0
            filled[level + 3 * later] -= 1
            known = (h["id"], name) in town["before"] and role in (None, members[name]["before_role"])
            cost += far(h, members[name]) + (0 if known else 10) + town["load_step"] * load[name]
            load[name] += 1
    if any(load[name] > members[name]["capacity"] for name in load):
        return None
    return (*filled, cost)


def best(town):
    ids = [h["id"] for h in town["households"]]
    every = product(*(choices(town, h) for h in town["households"]))
    return min(found for plan in every if (found := value(town, dict(zip(ids, plan, strict=True)))) is not None)


def solved(town):
    for m in town["members"]:
        m["before_role"] = next(role for role in ROLES if role in m["roles"])
    role_of = {m["id"]: m["before_role"] for m in town["members"]}
    where = (lambda at: at) if town["mode"] is Mode.TEAM else (lambda at: (float(at), 0.0))
    crowd = people(
        [household(h["id"], where(h["at"]), care_level=h["level"]) for h in town["households"]],
        [member(m["id"], where(m["at"]), roles=m["roles"], capacity=m["capacity"], radius_m=m["own"],
                status="leave" if m["leave"] else "active") for m in town["members"]],
        [pairing(h, m, role_of[m]) for h, m in town["before"]],
        banned=pd.DataFrame(town["banned"], columns=["household_id", "member_id"]),
    )  # fmt: skip
    rules = PairingRules(
        mode=town["mode"], helpers=town["helpers"], somebody_first=town["somebody_first"], straight_factor=1.0,
        radius_m=float(town["radius"]), load_step_m=float(town["load_step"]),
    )  # fmt: skip
    return pairings.pair(crowd, paths=None, rules=rules, metric_crs=METRIC_CRS, day=DAY)


def compare_with_every_plan(mode, examples):
    @given(towns(mode))
    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def every(town):
        result = solved(town)
        now = result.pairings[result.pairings["valid_to"].isna()]
        plan = {h["id"]: () for h in town["households"]}
        for h, m, role in zip(now["household_id"], now["member_id"], now["role"], strict=True):
            plan[h] += ((m, role if mode is Mode.TEAM else None),)
        assert value(town, plan) == best(town)
        assert result.summary["optimal"]
        assert len(now) + len(result.unfilled) == result.summary["demand"]
        assert "not_proven" not in set(result.unfilled["code"])

    every()


@pytest.mark.parametrize("mode", list(Mode))
def test_no_plan_is_better(mode):
    compare_with_every_plan(mode, 15)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(Mode))
def test_no_plan_is_better_in_many_towns(mode):
    compare_with_every_plan(mode, 300)
