"""Plans are checked against hand-worked answers and, for small towns, against trying every plan there is."""

import datetime as dt

import pandas as pd
import pytest
from town import DAY, METRIC_CRS, frame_of, household, line, member, pairing, people

from gridmap import pairing as pairings
from gridmap.reasons import spoken
from gridmap.tables import Mode, PairingRules, Path


def rules(**terms):
    return PairingRules(**{"straight_factor": 1.0, "radius_m": 1000.0, **terms})


def plan(households, members, existing=(), *, paths=None, day=DAY, banned=None, warn=None, **terms):
    town = people(households, members, existing, banned=banned)
    return pairings.pair(town, paths=paths, rules=rules(**terms), metric_crs=METRIC_CRS, day=day, warn=warn)


def pairs(result):
    return sorted(zip(result.pairings["household_id"], result.pairings["member_id"], strict=True))


def roles(result):
    table = result.pairings
    return {(h, r): m for h, r, m in zip(table["household_id"], table["role"], table["member_id"], strict=True)}


def codes(result):
    return dict(zip(result.unfilled["household_id"], result.unfilled["code"], strict=True))


def test_both_are_served_though_the_least_walk_would_serve_one():
    # m1 lives at A; m2 is 4 m from A and 6 m from B. Least walk 0 + 6 breaks the limit for B; 4 + 4 serves both.
    households = [household("A", (0.0, 0.0)), household("B", (4.0, 0.0))]
    members = [member("m1", (0.0, 0.0)), member("m2", (-0.5, 4.0))]
    assert pairs(plan(households, members, radius_m=7.0)) == [("A", "m1"), ("B", "m2")]
    result = plan(households, members, radius_m=5.0)
    assert pairs(result) == [("A", "m2"), ("B", "m1")]
    assert result.unfilled.empty
    assert result.summary["total_distance_m"] == pytest.approx(8.0)
    assert result.summary["optimal"]


def test_more_households_than_places_still_fills_all_places():
    # As in CommCare HQ's case with 20 cases and room for 12, which assigns nobody there.
    households = [household(f"h{at:02}", (float(at), 0.0)) for at in range(20)]
    members = [member(f"m{at}", (float(at), 0.0), capacity=4) for at in range(3)]
    result = plan(households, members)
    assert result.summary["filled"] == 12
    assert len(result.unfilled) == 8
    assert set(result.unfilled["code"]) == {"all_full"}


def test_more_helpers_wanted_than_there_are_gives_everybody_what_there_is():
    # As in CommCare HQ's case where each of 2 users must take at least more than there is.
    households = [household("h1", (0.0, 0.0)), household("h2", (5.0, 0.0))]
    result = plan(households, [member("m", (0.0, 0.0), capacity=5)], mode=Mode.SEVERAL_TO_ONE, helpers=3)
    assert pairs(result) == [("h1", "m"), ("h2", "m")]
    assert (result.summary["demand"], result.summary["filled"]) == (6, 2)
    assert result.unfilled["place"].tolist() == [2, 3, 2, 3]
    assert set(result.unfilled["code"]) == {"no_other_person"}


def test_red_comes_before_yellow_before_green_however_far():
    households = [household("g", (0.0, 0.0), care_level="green"), household("y", (500.0, 0.0), care_level="yellow"),
                  household("r", (900.0, 0.0), care_level="red")]  # fmt: skip
    assert pairs(plan(households, [member("m", (0.0, 0.0))])) == [("r", "m")]
    assert pairs(plan(households, [member("m", (0.0, 0.0), capacity=2)])) == [("r", "m"), ("y", "m")]


def test_a_green_household_gets_somebody_before_a_red_one_gets_two():
    households = [household("r", (0.0, 0.0), care_level="red"), household("g", (9.0, 0.0))]
    members = [member("m1", (0.0, 0.0)), member("m2", (1.0, 0.0))]
    terms = {"mode": Mode.SEVERAL_TO_ONE, "helpers": 2}
    assert {h for h, _ in pairs(plan(households, members, **terms))} == {"r", "g"}
    assert pairs(plan(households, members, somebody_first=False, **terms)) == [("r", "m1"), ("r", "m2")]


def test_a_team_is_three_different_people_and_the_volunteer_lives_there():
    members = [
        member("both", "B1", roles=("registered", "community")),
        member("reg", "B3", roles=("registered",)),
        member("elsewhere", "B2", roles=("building",)),
        member("here", "B1", roles=("building",)),
    ]
    result = plan([household("h", "B1")], members, mode=Mode.TEAM)
    assert roles(result) == {("h", "registered"): "reg", ("h", "community"): "both", ("h", "building"): "here"}
    result = plan([household("h", "B1")], members[:3], mode=Mode.TEAM)
    assert codes(result) == {"h": "role_missing_here"}
    assert result.unfilled["reason"].tolist() == ["本楼栋没有在岗的楼栋志愿者"]


def test_who_has_every_role_fills_one_place_of_a_household():
    everything = member("m", "B1", roles=("registered", "community", "building"), capacity=5)
    result = plan([household("h1", "B1"), household("h2", "B1")], [everything], mode=Mode.TEAM)
    assert sorted(h for h, _ in pairs(result)) == ["h1", "h2"]
    assert result.summary["filled"] == 2
    assert result.summary["demand"] == 6


@pytest.mark.parametrize(
    "facts",
    [{"status": "leave"}, {"status": "ended"}, {"kind": "unit"}, {"name": None}, {"capacity": 0},
     {"leave_from": DAY, "leave_to": DAY}],
)  # fmt: skip
def test_who_cannot_serve_is_not_given(facts):
    result = plan([household("h")], [member("m", **facts)])
    assert result.pairings.empty
    assert result.summary["filled"] == 0


def test_only_present_households_want_somebody():
    result = plan([household("h", status="moved"), household("d", status="deceased")], [member("m")])
    assert result.pairings.empty
    assert result.summary["demand"] == 0


def test_capacity_is_the_lesser_of_the_members_and_the_rules():
    households = [household(f"h{at}") for at in range(5)]
    assert plan(households, [member("m", capacity=3)]).summary["filled"] == 3
    assert plan(households, [member("m", capacity=9)], capacity_limit=2).summary["filled"] == 2
    assert plan(households, [member("m", capacity=3)]).summary["max_load"] == 3


def test_a_members_own_limit_of_distance_holds():
    result = plan([household("h", "B1")], [member("m", "B2", radius_m=99.0)])
    assert codes(result) == {"h": "own_limit"}
    assert result.unfilled["relaxation_text"].tolist() == ["m 的可走距离放宽到 100 m"]
    assert pairs(plan([household("h", "B1")], [member("m", "B2", radius_m=100.0)])) == [("h", "m")]


def test_the_radius_is_the_way_on_foot_and_the_limit_itself_is_in():
    far = ([household("h", "B1")], [member("m", "B2")])
    assert pairs(plan(*far, radius_m=130.0, straight_factor=1.3)) == [("h", "m")]
    result = plan(*far, radius_m=129.0, straight_factor=1.3)
    assert codes(result) == {"h": "none_in_reach"}
    assert result.unfilled.iloc[0][["nearest_m", "nearest_member_id", "relaxation_text"]].tolist() == [
        130.0, "m", "距离放宽到 130 m"]  # fmt: skip
    assert result.unfilled["reason"].tolist() == ["129 m 内没有在岗的包保人；最近 130 m"]


def test_a_gap_counts_who_is_full_and_who_is_on_leave():
    households = [
        household("r1", "B1", care_level="red"),
        household("r2", "B1", care_level="red"),
        household("g", "B1"),
    ]
    members = [member("m1", "B1"), member("m2", "B2"), member("away", "B1", status="leave")]
    row = plan(households, members).unfilled.iloc[0]
    assert row[["household_id", "code", "reachable", "full", "on_leave"]].tolist() == ["g", "all_full", 2, 2, 1]
    assert row["reason"] == "可及的包保人都已包满；2 人已满；1 人请假"
    assert row["reason_en"] == "every member in reach is full; 2 full; 1 on leave"
    assert row["relaxation_text"] == "m1 增加 1 个名额，或 away 销假返岗"


def test_an_uncertain_place_is_paired_only_by_the_rule_and_without_a_distance():
    near = [member("m", "B1")]
    assert codes(plan([household("h", None)], near)) == {"h": "place_uncertain"}
    result = plan([household("h", "P1")], near)
    assert pairs(result) == [("h", "m")]
    assert result.pairings["distance_m"].isna().all()
    assert list(map(spoken, result.pairings["reason"])) == ["距离未知；同小区；已包 1/1 户"]
    assert codes(plan([household("h", "P1")], near, pair_from="building")) == {"h": "place_uncertain"}
    assert result.summary["total_distance_m"] == 0


def test_a_reason_says_how_far_how_near_and_how_loaded():
    result = plan([household("h1", "B1"), household("h2", "B2")], [member("m", "B1", capacity=3)])
    assert list(map(spoken, result.pairings["reason"])) == [
        "步行约 0 m；同楼栋；已包 2/3 户",
        "步行约 100 m；同小区；已包 2/3 户",
    ]
    assert result.pairings["distance_m"].tolist() == [0.0, 100.0]


# --- what exists already


def test_what_people_settled_stays_as_it_is():
    far = [pairing("h", "far", basis="manual", reason="邻居")]
    result = plan([household("h", "B1")], [member("near", "B1"), member("far", "B4")], far, radius_m=50.0)
    assert result.pairings[["member_id", "basis", "reason"]].values.tolist() == [["far", "manual", "邻居"]]
    assert result.summary["filled"] == 1


def test_settled_pairings_take_the_capacity_first_even_beyond_it():
    settled = [pairing(name, "m", basis="imported") for name in ("a", "b")]
    households = [household("a"), household("b"), household("r", care_level="red")]
    result = plan(households, [member("m", capacity=1)], settled)
    assert pairs(result) == [("a", "m"), ("b", "m")]
    assert codes(result) == {"r": "all_full"}
    assert result.summary["max_load"] == 2


def test_a_locked_pairing_of_the_engine_stays():
    locked = [pairing("h", "far", locked=True)]
    assert pairs(plan([household("h", "B1")], [member("near", "B1"), member("far", "B4")], locked)) == [("h", "far")]


def test_a_unit_or_somebody_on_leave_keeps_the_pairing_but_leaves_the_place_open():
    members = [member("unit", kind="unit"), member("away", status="leave"), member("m")]
    for absent in ("unit", "away"):
        result = plan([household("h")], members, [pairing("h", absent, basis="imported")])
        assert pairs(result) == sorted([("h", absent), ("h", "m")])
        assert result.summary["filled"] == 1


def test_more_settled_than_the_rules_want_fills_no_more_than_they_want():
    settled = [pairing("h", name, basis="manual") for name in ("a", "b", "c")]
    members = [member("a"), member("b"), member("c"), member("d")]
    for terms in ({}, {"mode": Mode.SEVERAL_TO_ONE, "helpers": 2}):
        result = plan([household("h")], members, settled, **terms)
        assert pairs(result) == [("h", "a"), ("h", "b"), ("h", "c")]
        assert result.summary["filled"] == result.summary["demand"]


def test_the_same_person_settled_twice_fills_one_place():
    settled = [pairing("h", "m", basis="manual"), pairing("h", "m", "community", basis="manual")]
    result = plan([household("h")], [member("m", capacity=1)], settled, mode=Mode.TEAM)
    assert result.summary["filled"] == 1
    assert len(result.pairings) == 2


def test_a_pair_is_kept_unless_ten_metres_are_saved():
    households, members = [household("h", (0.0, 0.0))], [member("old", (9.0, 0.0)), member("new", (0.0, 0.0))]
    assert pairs(plan(households, members, [pairing("h", "old")])) == [("h", "old")]
    farther = [member("old", (11.0, 0.0)), member("new", (0.0, 0.0))]
    result = plan(households, farther, [pairing("h", "old")])
    table = result.pairings.set_index("member_id")
    assert table.loc["old", "valid_to"] == pd.Timestamp(DAY) - pd.Timedelta(days=1)
    assert table.loc["new", "valid_from"] == pd.Timestamp(DAY)
    assert result.summary["pairings"] == 1


def test_a_kept_pair_keeps_its_id_and_first_day_and_says_so():
    result = plan([household("h")], [member("m")], [pairing("h", "m")])
    row = result.pairings.iloc[0]
    assert (row["pairing_id"], row["valid_from"], row["distance_m"]) == ("h:registered:m", pd.Timestamp(2026, 1, 1), 0)
    assert spoken(row["reason"]) == "步行约 0 m；同楼栋；沿用原包保；已包 1/1 户"


def test_pairing_again_changes_nothing():
    households = [household(f"h{at}", (at * 10.0, 0.0)) for at in range(4)]
    members = [member(f"m{at}", (at * 9.0, 3.0), capacity=1 + at % 2) for at in range(4)]
    for mode in Mode:
        first = plan(households, members, mode=mode)
        rows = first.pairings.astype(object).where(first.pairings.notna(), None).to_dict("records")
        again = plan(households, members, rows, mode=mode)
        pd.testing.assert_frame_equal(first.pairings.drop(columns="reason"), again.pairings.drop(columns="reason"))


def test_a_plan_of_today_is_replaced_without_a_trace_and_history_stays():
    old = [
        pairing("h", "gone", valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2025, 6, 30)),
        pairing("h", "m2", valid_from=DAY),
    ]
    members = [member("gone", status="ended"), member("m1", "B1"), member("m2", "B5")]
    assert pairs(plan([household("h", "B1")], members, old)) == [("h", "gone"), ("h", "m1")]


def test_new_ids_avoid_those_in_use():
    old = [pairing("h", "gone", pairing_id="h:registered:1", valid_to=dt.date(2026, 2, 1))]
    result = plan([household("h")], [member("gone", status="ended"), member("m")], old)
    assert result.pairings["pairing_id"].tolist() == ["h:registered:1", "h:registered:2"]


def test_pairings_of_people_who_are_gone_are_dropped_or_ended():
    old = [pairing("h", "m", basis="engine"), pairing("moved", "m"), pairing("never", "m", basis="manual")]
    result = plan([household("h"), household("moved", status="moved")], [member("m")], old)
    table = result.pairings.set_index("household_id")
    assert table.index.tolist() == ["h", "moved"]
    assert pd.notna(table.loc["moved", "valid_to"])


# --- bans and wishes


def test_a_banned_pair_is_never_made():
    banned = pd.DataFrame({"household_id": ["h"], "member_id": ["near"]})
    members = [member("near", "B1"), member("far", "B4")]
    assert pairs(plan([household("h", "B1")], members, banned=banned)) == [("h", "far")]
    result = plan([household("h", "B1")], members[:1], banned=banned)
    assert codes(result) == {"h": "banned"}
    assert result.unfilled["relaxation_text"].tolist() == ["允许 near 包保本户"]


@pytest.mark.parametrize(
    ("rule", "wish", "fits", "misses"),
    [("other_gender_penalty_m", {"gender": "f"}, {"gender": "f"}, {"gender": "m"}),
     ("other_dialect_penalty_m", {"dialect": "大冶话"}, {"dialect": "大冶话"}, {}),
     ("missing_skill_penalty_m", {"needs": ("nurse",)}, {"skills": ("cook", "nurse")}, {"skills": ("cook",)})],
)  # fmt: skip
def test_a_wish_is_worth_the_metres_of_the_rule(rule, wish, fits, misses):
    households = [household("h", (0.0, 0.0), **wish)]
    members = [member("fits", (50.0, 0.0), **fits), member("near", (0.0, 0.0), **misses)]
    assert pairs(plan(households, members, **{rule: 49.0})) == [("h", "near")]
    assert pairs(plan(households, members, **{rule: 51.0})) == [("h", "fits")]


def test_each_missing_skill_costs():
    households = [household("h", (0.0, 0.0), needs=("a", "b"))]
    members = [member("none", (0.0, 0.0)), member("one", (15.0, 0.0), skills=("a",)),
               member("two", (25.0, 0.0), skills=("a", "b"))]  # fmt: skip
    assert pairs(plan(households, members, missing_skill_penalty_m=14.0)) == [("h", "two")]  # 28, 29, 25
    assert pairs(plan(households, members, missing_skill_penalty_m=12.0)) == [("h", "none")]  # 24, 27, 25


@pytest.mark.parametrize("rule", ["other_grid_penalty_m", "other_building_penalty_m"])
def test_the_same_area_may_be_worth_a_longer_way(rule):
    households, members = [household("h", "B1")], [member("own", "B1"), member("next", "B3")]
    busy = [pairing("h", "next")]
    assert pairs(plan(households, members, busy, change_penalty_m=250.0)) == [("h", "next")]
    ended = plan(households, members, busy, change_penalty_m=250.0, **{rule: 100.0}).pairings
    assert ended.loc[ended["valid_to"].isna(), "member_id"].tolist() == ["own"]


def test_load_steps_spread_the_work():
    households = [household("h1", (0.0, 0.0)), household("h2", (0.0, 0.0))]
    members = [member("near", (0.0, 0.0), capacity=2), member("far", (30.0, 0.0))]
    assert {m for _, m in pairs(plan(households, members, load_step_m=29.0))} == {"near"}
    assert {m for _, m in pairs(plan(households, members, load_step_m=31.0))} == {"near", "far"}


# --- proof


def test_the_plan_can_be_verified_and_says_what_was_proven():
    result = plan([household("h1", "B1"), household("h2", "B2")], [member("m", "B3", capacity=2)], change_penalty_m=0.0)
    certificate = result.verify()["certificate"]
    assert certificate["proven"]
    proof = result.summary["proof"]
    assert proof["primal"] == proof["dual"] == 3000  # 200 m and 100 m, in dm
    assert proof["violations"] == 0


def test_the_order_of_the_rows_does_not_matter():
    households = [household(f"h{at}", (at % 3 * 10.0, 0.0)) for at in range(6)]
    members = [member(f"m{at}", (at % 2 * 10.0, 0.0)) for at in range(4)]
    first = plan(households, members)
    again = plan(households[::-1], members[::-1])
    pd.testing.assert_frame_equal(first.pairings, again.pairings)
    pd.testing.assert_frame_equal(first.unfilled, again.unfilled)


def test_ties_go_to_the_lower_id():
    result = plan([household("h1"), household("h2")], [member("m2"), member("m1")])
    assert pairs(result) == [("h1", "m1"), ("h2", "m2")]
    assert pairs(plan([household("h2"), household("h1")], [member("m")])) == [("h1", "m")]


def test_an_empty_city_is_paired():
    for households, members in (([], []), ([household("h")], []), ([], [member("m")])):
        result = plan(households, members)
        assert result.pairings.empty
        assert result.summary["optimal"]


# --- on foot


def paths(*rows):
    return frame_of([{"path_id": f"p{at}", **row} for at, row in enumerate(rows)], Path)


def test_the_way_follows_the_paths():
    # From B1 (0) up 100, along to 200 and down again: 100 + 200 + 100; the doors are at the ends of the path.
    walk = paths({"geometry": line((0, 0), (0, 100), (200, 100), (200, 0))})
    result = plan([household("h", "B1")], [member("m", "B3")], paths=walk)
    assert result.pairings["distance_m"].tolist() == [400.0]
    assert list(map(spoken, result.pairings["reason"])) == ["步行 400 m；同社区；已包 1/1 户"]


def test_an_impassable_path_is_not_walked():
    bridge = {"geometry": line((0, 0), (100, 0)), "kind": "bridge"}
    detour = {"geometry": line((0, 0), (0, 300), (100, 300), (100, 0))}
    town = ([household("h", "B1")], [member("m", "B2")])
    assert plan(*town, paths=paths(bridge, detour)).pairings["distance_m"].tolist() == [100.0]
    assert plan(*town, paths=paths({**bridge, "passable": False}, detour)).pairings["distance_m"].tolist() == [700.0]
    shore = {"geometry": line((-50, 0), (0, 0))}
    other_shore = {"geometry": line((100, 0), (150, 0))}
    cut = plan(*town, paths=paths({**bridge, "passable": False}, shore, other_shore))
    assert codes(cut) == {"h": "none_in_reach"}
    assert cut.unfilled["reason"].tolist() == ["1000 m 内没有在岗的包保人；4000 m 内也没有有名额的人"]
