"""What would fill a gap is tried: the town is paired again with the remedy."""

from dataclasses import replace

import pytest
from test_pairing import codes, pairs, plan
from town import household, member

from gridmap import gaps

RED = household("r", "B1", care_level="red")


@pytest.mark.parametrize(
    ("code", "relaxation", "members", "terms", "remedied", "remedied_terms"),
    [
        ("none_in_reach", "widen", [member("m", "B3")], {"radius_m": 150.0}, [member("m", "B3")], {"radius_m": 200.0}),
        ("own_limit", "widen_own", [member("m", "B3", radius_m=199.0)], {}, [member("m", "B3", radius_m=200.0)], {}),
        ("role_missing", "recruit", [member("m", status="ended")], {}, [member("m"), member("n")], {}),
    ],
)
def test_the_remedy_fills_the_gap(code, relaxation, members, terms, remedied, remedied_terms):
    before = plan([household("h", "B1")], members, **terms)
    assert before.unfilled[["household_id", "place", "code", "relaxation"]].values.tolist() == [
        ["h", 1, code, relaxation]
    ]
    assert plan([household("h", "B1")], remedied, **remedied_terms).unfilled.empty


def test_one_more_place_of_the_member_named_fills_one_more():
    green = household("g", "B1")
    members = [member("near", "B1", capacity=0), member("m", "B2")]
    before = plan([RED, green], members)
    row = before.unfilled.iloc[0]
    assert row[["household_id", "code", "full", "nearest_member_id"]].tolist() == ["g", "all_full", 2, "near"]
    assert plan([RED, green], [member("near", "B1", capacity=1), members[1]]).unfilled.empty


def test_the_nearest_with_room_is_named_when_nobody_is_in_reach():
    members = [member("full", "B2", capacity=0), member("free", "B3")]
    row = plan([household("h", "B1")], members, radius_m=60.0).unfilled.iloc[0]
    assert row[["code", "nearest_member_id", "nearest_m"]].tolist() == ["none_in_reach", "free", 200.0]


def test_leave_is_counted_though_nobody_else_is_in_reach():
    members = [member("away", "B1", status="leave"), member("m", "B5")]
    result = plan([household("h", "B1")], members, radius_m=50.0)
    assert result.unfilled["reason"].tolist() == ["50 m 内没有在岗的包保人；200 m 内也没有有名额的人；1 人请假"]


def test_a_place_that_could_still_be_filled_is_called_unsettled():
    result = plan([household("h1", "B1"), household("h2", "B1")], [member("m", "B1", capacity=2)])
    whole = result.assignment
    part = replace(
        whole, slots=whole.slots[:1], members=whole.members[:1], locked=whole.locked[:1],
        distance_dm=whole.distance_dm[:1], filled=whole.filled * [1, 0],
    )  # fmt: skip
    found = gaps.unfilled(result.instance, part)
    assert found[["household_id", "code", "relaxation"]].values.tolist() == [["h2", "not_proven", "more_time"]]


def test_no_gap_gives_an_empty_list_with_its_columns():
    result = plan([household("h")], [member("m")])
    assert list(result.unfilled.columns) == gaps.COLUMNS
    assert (pairs(result), codes(result)) == ([("h", "m")], {})
