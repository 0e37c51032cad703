"""Every obstacle in a town of a few households, the numbers worked out by hand; the plan is made all the same."""

import pandas as pd
import pytest
from test_pairing import pairs, plan
from town import household, member, pairing

from gridmap.errors import Severity
from gridmap.tables import Mode


def said(result):
    return {one.phrase.code: (dict(one.phrase.numbers), one.culprits) for one in result.obstacles}


def words(result, code, language="zh"):
    return next(one.phrase.tell(language) for one in result.obstacles if one.phrase.code == code)


def test_nothing_is_said_of_a_town_in_order():
    assert plan([household("h", "B1")], [member("m", "B1")]).obstacles == ()


def test_a_role_that_nobody_has_is_said_and_the_others_are_filled():
    households = [household("h1", "B1"), household("h2", "B2")]
    members = [member("r", "B1", capacity=2), member("v", "B1", roles=("building",), status="ended"), member("s", "B1")]
    result = plan(households, members, mode=Mode.TEAM)
    assert [one.phrase.code for one in result.obstacles] == ["nobody_serves", "nobody_serves", "people_short"]
    assert [one.phrase.tell() for one in result.obstacles[:2]] == [
        "没有在岗的社区党员：2 个名额都排不上", "没有在岗的楼栋志愿者：2 个名额都排不上"
    ]  # fmt: skip
    assert result.obstacles[1].phrase.tell("en") == "no building volunteer is on duty: 2 places stay empty"
    assert len(pairs(result)) == 2


def test_a_radius_below_the_nearest_names_the_nearest():
    # B2 is 100 m from B1 and B3, and it is measured straight times 1
    result = plan([household("h1", "B1"), household("h3", "B3")], [member("m", "B2")], radius_m=99.0)
    assert said(result) == {"radius_short": ({"role": "any", "radius": 99.0, "metres": 100.0, "count": 2}, ()),
                            "places_short": ({"role": "any", "wanted": 2, "count": 1, "missing": 1}, ())}  # fmt: skip
    assert words(result, "radius_short") == "步行上限 99 m 太短：离得最近的包保人也有 100 m，2 个名额都排不上"


def test_a_grid_that_nobody_reaches_is_named_with_its_households():
    households = [household("h1", "B1"), household("h4", "B4"), household("h5", "B5")]
    result = plan(households, [member("m", "B1", capacity=3)], radius_m=300.0)
    assert said(result) == {
        "area_unreached": (
            {"role": "any", "count": 2, "radius": 300.0, "buildings": 2, "areas": "G3 (2)"}, ("G3",)
        )
    }  # fmt: skip
    assert words(result, "area_unreached", "en") == (
        "no member on duty within 300 m of 2 households. Grids (households): G3 (2)"
    )


def test_buildings_without_a_volunteer_are_counted_by_grid():
    households = [household("h1", "B1"), household("h2", "B2"), household("g2", "B2")]
    members = [member("v", "B1", roles=("building", "registered", "community"), capacity=3), member("n", "B1"),
               member("k", "B1", roles=("community",))]  # fmt: skip
    found = said(plan(households, members, mode=Mode.TEAM))
    assert found["area_unserved"] == (
        {"role": "building", "count": 2, "radius": 1000.0, "buildings": 1, "areas": "G1 (2)"}, ("G1",)
    )  # fmt: skip


def test_more_different_helpers_than_people():
    found = said(plan([household("h", "B1")], [member("m"), member("n")], mode=Mode.SEVERAL_TO_ONE, helpers=3))
    assert found["people_short"][0] == {"wanted": 3, "count": 2}
    assert found["places_short"][0] == {"role": "any", "wanted": 3, "count": 2, "missing": 1}


def test_an_own_limit_of_nothing_names_the_member():
    result = plan([household("h", "B1")], [member("m", "B1"), member("zero", "B2", radius_m=0.0)])
    assert said(result) == {"own_radius_short": ({"members": "zero"}, ("zero",))}
    assert result.obstacles[0].as_problem().severity is Severity.WARNING


@pytest.mark.parametrize(
    ("code", "member_facts", "role", "terms"),
    [
        ("lock_role", {"where": "B1"}, "community", {}),
        ("lock_distance", {"where": "B3"}, "registered", {"radius_m": 199.0}),
        ("lock_distance", {"where": "B3", "radius_m": 150.0}, "registered", {}),
        ("lock_building", {"where": "B2", "roles": ("building",)}, "building", {"mode": Mode.TEAM}),
    ],
)
def test_a_settled_pairing_against_a_rule_is_named_and_stays(code, member_facts, role, terms):
    where = member_facts.pop("where")
    settled = pairing("h", "m", role=role, basis="manual")
    result = plan([household("h", "B1")], [member("m", where, **member_facts)], [settled], **terms)
    assert said(result)[code][1] == (f"h:{role}:m",)
    assert ("h", "m") in pairs(result)


def test_more_settled_than_a_member_or_a_household_may_have():
    settled = [pairing("h1", "m", basis="manual"), pairing("h2", "m", basis="manual"), pairing("h1", "n", locked=True)]
    result = plan([household("h1", "B1"), household("h2", "B1")], [member("m"), member("n")], settled)
    found = said(result)
    assert found["lock_capacity"] == ({"member": "m", "count": 2, "limit": 1}, ("m",))
    assert found["lock_places"] == ({"household": "h1", "count": 2, "limit": 1}, ("h1",))
    assert len(pairs(result)) == 3


def test_a_lock_on_somebody_off_duty_leaves_the_place_empty_and_is_said():
    locked = pairing("h", "away", locked=True)
    result = plan([household("h", "B1")], [member("away", "B1", status="leave")], [locked])
    assert said(result)["lock_off_duty"] == ({"pairings": "h:registered:away"}, ("h:registered:away",))
    assert result.unfilled["household_id"].tolist() == ["h"]


def test_a_ban_and_a_lock_on_one_pair_are_said_and_the_lock_holds():
    banned = pd.DataFrame({"household_id": ["h", "k"], "member_id": ["m", "m"]})
    settled = [pairing("h", "m", basis="manual")]
    result = plan([household("h"), household("k")], [member("m", capacity=2)], settled, banned=banned)
    assert said(result)["lock_banned"] == ({"pairings": "h:registered:m"}, ("h:registered:m",))
    assert pairs(result) == [("h", "m")]
    assert result.unfilled["code"].tolist() == ["banned"]


def test_all_of_them_come_at_once_before_anything_is_solved():
    heard = []
    households = [household("h1", "B1"), household("h4", "B4")]
    members = [member("m", "B1"), member("zero", "B5", radius_m=0.0)]
    plan(households, members, [pairing("h4", "m", basis="manual")], radius_m=300.0, warn=heard.extend)
    assert [one.phrase.code for one in heard] == ["own_radius_short", "lock_distance"]
