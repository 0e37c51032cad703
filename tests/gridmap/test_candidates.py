"""What is said of a candidate is compared with solving the town again with that candidate in the place."""

from hypothesis import given, settings
from hypothesis import strategies as st
from test_pairing import plan
from test_pairing_against_every_plan import RADIUS, places
from town import household, member, pairing

from gridmap.tables import Mode


def status(result, household_id):
    found = result.explain(household_id)
    return dict(zip(found["member_id"], found["status"], strict=True))


def test_the_nearest_is_said_to_be_needed_and_a_farther_free_one_what_it_would_cost():
    # "mid" is nearest to both; h1 has a second choice 20 m away, h2 only one 100 m away.
    households = [household("h1", (0.0, 0.0)), household("h2", (10.0, 0.0))]
    members = [member("mid", (5.0, 0.0)), member("left", (-20.0, 0.0)), member("right", (110.0, 0.0))]
    found = plan(households, members).explain("h1").set_index("member_id")
    assert found["status"].to_dict() == {"left": "chosen", "right": "free", "mid": "needed"}
    assert found.loc["right", "extra_m"] == 90.0  # 110 + 5 instead of 20 + 5
    assert found.loc["right", "reason"] == "可包，但整体代价至少增加 90 m"
    assert found.loc["right", "reason_en"] == "free, but the plan would cost 90 m more at least"
    assert found.loc["mid", "extra_m"] <= 10.0  # 5 + 30 instead of 20 + 5


def test_every_reason_against_a_candidate_has_its_word():
    households = [household("r", "B1", care_level="red"), household("h", "B1")]
    members = [
        member("full", "B1"), member("away", "B1", status="leave"), member("short", "B2", radius_m=50.0),
        member("gone", "B1", status="ended"), member("unit", "B1", kind="unit"),
    ]  # fmt: skip
    result = plan(households, members)
    assert status(result, "h") == {"full": "swap", "short": "own_limit", "away": "on_leave"}
    assert status(result, "nobody") == {}


def test_taking_from_an_equal_household_only_moves_the_gap():
    result = plan([household("h1", "B1"), household("h2", "B1")], [member("m", "B1")])
    assert status(result, "h1") == {"m": "chosen"}
    assert status(result, "h2") == {"m": "swap"}


def test_who_is_the_only_one_for_others_is_needed_for_their_place():
    # m2 is all that g1 and g2 can reach, so one of them is left; h has m1.
    households = [household("g1", (-10.0, 0.0)), household("g2", (-5.0, 0.0)), household("h", (30.0, 0.0))]
    result = plan(households, [member("m1", (60.0, 0.0)), member("m2", (0.0, 0.0))], radius_m=50.0)
    assert status(result, "h") == {"m1": "chosen", "m2": "needed_for_place"}


def test_a_team_lists_the_candidates_of_each_role_and_who_helps_already():
    members = [member("both", "B1", roles=("registered", "community")), member("c", "B2", roles=("community",))]
    found = plan([household("h", "B1")], members, mode=Mode.TEAM).explain("h")
    assert found[["role", "member_id", "status"]].values.tolist() == [
        ["registered", "both", "chosen"],
        ["community", "c", "chosen"],
        ["community", "both", "helping"],
    ]


def test_as_good_is_said_of_a_tie():
    result = plan([household("h", "B1")], [member("a", "B1"), member("b", "B1")])
    assert status(result, "h") == {"a": "chosen", "b": "tie"}


@given(st.lists(places, min_size=1, max_size=3), st.lists(places, min_size=1, max_size=4))
@settings(max_examples=10, deadline=None)
def test_no_candidate_costs_less_than_is_said(homes, helpers):
    households = [household(f"h{at}", (float(x), 0.0)) for at, x in enumerate(homes)]
    members = [member(f"m{at}", (float(x), 0.0)) for at, x in enumerate(helpers)]
    terms = {"radius_m": float(RADIUS), "change_penalty_m": 0.0}
    result = plan(households, members, **terms)
    found = result.explain("h0")
    for row in found[found["status"].isin(["free", "tie", "needed"])].itertuples():
        forced = plan(households, members, [pairing("h0", row.member_id, basis="manual")], **terms)
        total = forced.summary["total_distance_m"] + row.distance_m
        if forced.summary["filled"] == result.summary["filled"]:
            assert total - result.summary["total_distance_m"] >= row.extra_m - 0.05
    chosen = found.loc[found["status"] == "chosen", "member_id"].tolist()
    assert chosen == result.pairings.loc[result.pairings["household_id"] == "h0", "member_id"].tolist()
