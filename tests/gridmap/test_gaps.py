"""What would fill a gap is tried: the town is paired again with the remedy."""

from dataclasses import replace

import pytest
from test_pairing import codes, pairs, plan
from town import household, member, pairing

from gridmap import gaps
from gridmap.tables import Mode

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


def test_the_sentence_names_the_nearest_outside_the_full_and_those_on_leave():
    # two volunteers within 300 m hold the two red households, one is on leave, the next with room is 400 m away
    households = [
        household("r1", "B1", care_level="red"),
        household("r2", "B1", care_level="red"),
        household("h", "B1"),
    ]
    members = [member("f1", "B2"), member("f2", "B3"), member("away", "B2", status="leave"), member("free", "B4")]
    row = plan(households, members, radius_m=300.0).unfilled.iloc[0]
    assert row["reason"] == "可及的包保人都已包满；2 人已满；有名额的最近 400 m；1 人请假"
    assert row["reason_en"] == "every member in reach is full; 2 full; nearest with room 400 m; 1 on leave"
    assert row["relaxation_text"] == "f1 增加 1 个名额，或 距离放宽到 400 m，或 away 销假返岗"
    assert row["relaxation_text_en"] == (
        "give f1 one more place, or widen the radius to 400 m, or away comes back from leave"
    )


@pytest.mark.parametrize(
    ("members", "terms"),
    [
        ([member("f1", "B2", capacity=2), member("f2", "B3"), member("away", "B2", status="leave")], {}),
        ([member("f1", "B2"), member("f2", "B3"), member("away", "B2")], {}),
        ([member("f1", "B2"), member("f2", "B3"), member("free", "B4")], {"radius_m": 400.0}),
    ],
)
def test_each_of_the_remedies_of_that_sentence_is_enough(members, terms):
    households = [
        household("r1", "B1", care_level="red"),
        household("r2", "B1", care_level="red"),
        household("h", "B1"),
    ]
    assert plan(households, members, **{"radius_m": 300.0, **terms}).unfilled.empty


def test_the_pairings_in_force_tell_of_a_place_that_nobody_was_asked_for():
    result = plan([household("h1", "B1"), household("h2", "B1")], [member("m", "B1", capacity=2)],
                  [pairing("h1", "m"), pairing("gone", "m")])  # fmt: skip
    instance = result.instance
    found = gaps.unfilled(instance, gaps.seated(instance))
    assert found[["household_id", "code", "relaxation"]].values.tolist() == [["h2", "not_arranged", "arrange"]]
    assert found["reason"].tolist() == ["可及的包保人还有名额，尚未安排"]


def test_pairings_of_a_team_sit_in_their_roles_and_others_one_after_another():
    members = [member("c", "B1", roles=("community",)), member("r", "B1", roles=("registered",))]
    kept = [pairing("h", "c", role="community"), pairing("h", "r")]
    for terms, filled, empty in (
        ({"mode": Mode.TEAM}, [1, 1, 0], ("building", 1)),
        ({"mode": Mode.SEVERAL_TO_ONE, "helpers": 3}, [2], ("any", 3)),
        ({"mode": Mode.SEVERAL_TO_ONE, "helpers": 3, "somebody_first": False}, [2], ("any", 3)),
    ):
        result = plan([household("h", "B1")], members, kept, **terms)
        seats = gaps.seated(result.instance)
        assert seats.filled.tolist() == filled
        found = gaps.unfilled(result.instance, seats)
        assert list(zip(found["role"].fillna("any"), found["place"], strict=True)) == [empty]


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
