"""Towns of a few households on a line, every sentence worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_pairing import plan
from town import household, member, pairing

from gridmap import whatif
from gridmap.errors import PersonMissing
from gridmap.reasons import join
from gridmap.solve.assign import assign
from gridmap.tables import Mode
from gridmap.whatif import live


def study(households, members, existing=(), **terms):
    return live.study(plan(households, members, existing, **{"change_penalty_m": 0.0, **terms}).instance)


def planned(households, members, **terms):
    """Pair the town and ask about the town with the plan in force."""
    first = plan(households, members, **{"change_penalty_m": 0.0, **terms})
    rows = [{**dict(row), "valid_from": row["valid_from"].date(), "valid_to": None}
            for row in first.pairings.drop(columns="distance_m").to_dict("records")]  # fmt: skip
    return study(households, members, rows, **terms)


def said(phrases, language="zh"):
    return join([phrase.tell(language) for phrase in phrases], language)


def why(asked, household_id):
    (found,) = whatif.partners(asked, household_id)
    return found


def at(x):
    return (float(x), 0.0)


# --- why this person and nobody nearer


def test_the_nearest_is_needed_by_a_household_that_would_walk_farther():
    # h1 at 0, h2 at 10; "mid" at 5, "left" at -20 (25 from h1... 20), "right" at 110.
    # mid to h1 saves h1 15 m, but h2 would get right, 100 m instead of 5: 80 m more in all.
    asked = planned(
        [household("h1", at(0)), household("h2", at(10))],
        [member("mid", at(5)), member("left", at(-20)), member("right", at(110))],
    )
    found = why(asked, "h1")
    assert (found.member_id, said(found.phrases)) == ("left", "步行约 20 m；已包 1/1 户")
    assert [said(one.phrases) for one in found.rivals] == [
        "mid 近 15 m；但 h2 更需要：否则改由 left 包，多走 25 m；整体多 10 m"
    ]
    assert said(found.rivals[0].phrases, "en") == (
        "mid is 15 m nearer; but h2 needs that person more: it would get left, 25 m farther; 10 m more in all"
    )
    assert why(asked, "h2").phrases[-1].code == "is_nearest"


def test_the_nearest_is_the_only_one_for_another_household():
    # radius 50: g reaches m2 only (10 m); h at 30 reaches m2 (at 10: 20 m) and m1 (at 60: 30 m)
    asked = planned(
        [household("g", at(0)), household("h", at(30))],
        [member("m1", at(60)), member("m2", at(10))], radius_m=50.0,
    )  # fmt: skip
    found = why(asked, "h")
    assert found.member_id == "m1"
    assert [said(one.phrases) for one in found.rivals] == [
        "m2 近 10 m；但 g 只有此人可包，否则空缺；绿级名额少 1 个；整体少 20 m"
    ]
    # m1 (30) and m2 (10) become m2 (20) alone
    assert found.rivals[0].effect.as_dict()["metres"] == -20.0
    assert "is the only one for g, whose place would be empty; 1 fewer green places filled" in said(
        found.rivals[0].phrases, "en"
    )


def test_a_nearer_person_with_room_loses_to_a_pair_that_is_kept():
    # near is 5 m nearer than old, but changing costs 10 m
    asked = study(
        [household("h", at(0))], [member("old", at(20)), member("near", at(15))],
        [pairing("h", "old")], change_penalty_m=10.0,
    )  # fmt: skip
    found = why(asked, "h")
    assert said(found.phrases) == "步行约 20 m；沿用原包保；已包 1/1 户"
    assert [said(one.phrases) for one in found.rivals] == [
        "near 近 5 m；有名额，但算上换人、负担和偏好不合算；整体多 5 m"
    ]


def test_what_keeps_a_nearer_person_whatever_the_plan_is_said():
    members = [member("far", at(90)), member("away", at(10), status="leave"), member("short", at(20), radius_m=10.0)]
    found = why(planned([household("h", at(0))], members), "h")
    assert [said(one.phrases) for one in found.rivals] == ["away 近 80 m；请假中", "short 近 70 m；超出本人可走距离"]
    assert [one.effect for one in found.rivals] == [None, None]


def test_a_settled_pairing_says_so_and_seeks_no_reason():
    asked = study([household("h", at(0))], [member("near", at(1)), member("m", at(9))],
                  [pairing("h", "m", basis="imported")])  # fmt: skip
    found = why(asked, "h")
    assert said(found.phrases) == "步行约 9 m；已包 1/1 户；随名册导入"
    assert (found.rivals, found.better) == ((), ())


def test_a_pairing_that_the_best_plan_would_not_make_says_what_it_would_gain():
    # h holds far though near has room: 80 m less 10 m for the change
    asked = study([household("h", at(0))], [member("near", at(10)), member("far", at(90))],
                  [pairing("h", "far")], change_penalty_m=10.0)  # fmt: skip
    found = why(asked, "h")
    assert said(found.better) == "最优方案改由 near 包；整体少 70 m"


def test_a_chain_names_who_is_moved_and_who_is_left():
    # on a line, radius 30: h0 at 0 takes a (10); h1 at 20 takes b (35); h2 at 55 takes c (70); a could serve h1 (10 m)
    asked = planned(
        [household("h0", at(0)), household("h1", at(20)), household("h2", at(55))],
        [member("a", at(10)), member("b", at(35)), member("c", at(70))], radius_m=30.0,
    )  # fmt: skip
    found = why(asked, "h1")
    assert [said(one.phrases) for one in found.rivals] == [
        "a 近 5 m；但 h0 只有此人可包，否则空缺；绿级名额少 1 个；整体少 15 m"
    ]


def test_in_a_team_who_helps_already_is_no_rival_but_says_so():
    members = [member("both", at(0), roles=("registered", "community")), member("c", at(50), roles=("community",))]
    asked = planned([household("h", at(0))], members, mode=Mode.TEAM)
    found = {one.role: one for one in whatif.partners(asked, "h")}
    assert [said(one.phrases) for one in found["community"].rivals] == ["both 近 50 m；已在本户承担另一角色"]


def test_nobody_of_that_name():
    asked = planned([household("h", at(0))], [member("m", at(0))])
    with pytest.raises(PersonMissing, match="nobody"):
        whatif.partners(asked, "nobody")
    with pytest.raises(PersonMissing, match="nobody"):
        whatif.loss(asked, "nobody")


# --- who else


def test_candidates_are_ranked_by_what_they_do_to_the_whole_plan():
    asked = planned(
        [household("h1", at(0)), household("h2", at(10))],
        [
            member("mid", at(5)),
            member("left", at(-20)),
            member("right", at(110)),
            member("away", at(1), status="leave"),
        ],
    )
    (place,) = whatif.suggest(asked, "h1")
    assert (place.role, place.wanted, place.filled) == ("any", 1, 1)
    assert [(one.member_id, said(one.phrases)) for one in place.candidates] == [
        ("left", "方案中已包本户"),
        ("mid", "已包满（1/1）；整体多 10 m"),
        ("right", "有名额（0/1）；整体多 90 m"),
        ("away", "请假中"),
    ]


def test_no_distance_is_said_of_a_candidate_whose_place_is_not_certain():
    asked = study([household("h", "B1")], [member("sure", "B1"), member("unsure", "P1")])
    (place,) = whatif.suggest(asked, "h")
    assert {one.member_id: one.distance_m for one in place.candidates} == {"sure": 0.0, "unsure": None}


def test_who_fills_an_empty_place_at_the_price_of_another_says_both():
    # one member, a red household holds him; a green one asks
    asked = planned([household("r", at(0), care_level="red"), household("g", at(10))], [member("m", at(0))])
    (place,) = whatif.suggest(asked, "g")
    assert [said(one.phrases) for one in place.candidates] == [
        "已包满（1/1）；红级名额少 1 个；绿级名额多 1 个；整体多 10 m"
    ]
    assert said(place.candidates[0].phrases, "en") == (
        "is full (1 of 1); 1 fewer red places filled; 1 more green places filled; 10 m more in all"
    )


def test_for_each_household_of_one_who_leaves():
    asked = planned(
        [household("h1", at(0)), household("h2", at(10))],
        [member("both", at(5), capacity=2), member("spare", at(40))],
    )
    found = whatif.suggest_after(asked, "both")
    # spare can take one of them only; counted from today: h1 35 m farther and h2 empty
    assert [(place.household_id, [one.member_id for one in place.candidates]) for place in found] == [
        ("h1", ["spare"]), ("h2", ["spare"])
    ]  # fmt: skip
    assert said(found[1].candidates[0].phrases[1:]) == "绿级名额少 1 个；整体多 20 m"  # 30 instead of 5 + 5


# --- what is lost


def test_a_loss_that_is_repaired_names_the_cheapest_repair():
    asked = planned(
        [household("h1", at(0)), household("h2", at(10))],
        [member("m1", at(0)), member("m2", at(10)), member("spare", at(40))],
    )
    found = whatif.loss(asked, "m1")
    # m2 goes over to h1 (10) and spare to h2 (30), or spare to h1 (40): 40 m more either way
    assert found.effect.as_dict()["metres"] == 40.0
    assert said(found.phrases) in (
        "m1 离岗，所包 1 户都能补上；最省的补法：改 1 对；整体多 40 m",
        "m1 离岗，所包 1 户都能补上；最省的补法：改 2 对；整体多 40 m",
    )


def test_a_loss_that_cannot_be_repaired_counts_places_and_households_with_nobody():
    asked = planned([household("h1", at(0)), household("h2", at(10))], [member("m", at(5), capacity=2)])
    found = whatif.loss(asked, "m")
    assert (found.empty, found.nobody) == (2, ("h1", "h2"))
    assert said(found.phrases, "en") == (
        "if m leaves, 2 places are empty and 2 households have nobody at all; the cheapest repair changes 0 pairs; "
        "2 fewer green places filled; 10 m less in all"
    )
    assert [shift.phrase.tell() for shift in found.repair] == ["h1：m → 无人", "h2：m → 无人"]


def test_a_loss_that_leaves_one_helper_of_two_says_that_nobody_is_alone():
    members = [member("m", at(0)), member("n", at(10))]
    asked = planned([household("h", at(0))], members, mode=Mode.SEVERAL_TO_ONE, helpers=2)
    found = whatif.loss(asked, "n")
    assert said(found.phrases[:1]) == "n 离岗，空缺 1 个名额，每户仍有人包"
    assert said(found.effect.phrases) == "绿级户的后续名额少 1 个；整体少 10 m"


def test_a_loss_of_a_settled_pairing_counts_too():
    settled = [pairing("h1", "m", basis="manual")]
    asked = study([household("h1", at(0))], [member("m", at(5)), member("n", at(50))], settled)
    found = whatif.loss(asked, "m")
    assert said(found.phrases) == "m 离岗，所包 1 户都能补上；最省的补法：改 1 对；整体多 45 m"
    assert said(whatif.loss(asked, "n").phrases) == "n 现在不包户，离岗无影响"


# --- where one more helps


def test_one_more_place_is_worth_the_gap_it_fills_then_the_metres_it_saves():
    # B1 has two households and one member; B3's household walks 200 m to B5... nobody nearer
    households = [household("a", "B1"), household("b", "B1"), household("c", "B4")]
    asked = planned(households, [member("m", "B1"), member("n", "B5")], radius_m=150.0)
    found = whatif.worth(asked)
    assert found.proven
    assert [(spot.area_id, said(spot.phrases)) for spot in found.spots] == [
        ("B1", "多一名包保人可多排 1 个绿级名额"),
        ("B4", "多一名包保人整体少 100 m"),
    ]
    assert found.spots[0].household_id == "b" or found.spots[0].household_id == "a"
    by_grid = whatif.worth(asked, level="grid")
    assert [(spot.area_id, spot.building_id) for spot in by_grid.spots] == [("G1", "B1"), ("G3", "B4")]


def test_one_more_volunteer_serves_the_own_building_only():
    households = [household("a", "B1"), household("b", "B2")]
    members = [member("v", "B1", roles=("building",))]
    found = whatif.worth(planned(households, members, mode=Mode.TEAM))
    assert [(spot.area_id, said(spot.phrases)) for spot in found.spots if spot.role == "building"] == [
        ("B2", "多一名楼栋志愿者可多排 1 个绿级名额")
    ]


# --- every figure is the difference of two full solves


spots = st.integers(0, 60)


@given(
    st.lists(st.tuples(spots, st.sampled_from(["red", "green"])), min_size=1, max_size=5),
    st.lists(st.tuples(spots, st.integers(1, 2)), min_size=1, max_size=5),
    st.sampled_from([10.0, 30.0, 100.0]),
)
@settings(max_examples=25, deadline=None)
def test_every_stated_change_is_the_difference_of_two_full_solves(homes, helpers, radius_m):
    households = [household(f"h{n}", at(x), care_level=care) for n, (x, care) in enumerate(homes)]
    members = [member(f"m{n}", at(x), capacity=room) for n, (x, room) in enumerate(helpers)]
    asked = planned(households, members, radius_m=radius_m)
    of, before = asked.instance, asked.plan
    wanted = {"rank_red": 0, "rank_green": 2}

    def agrees(effect, demand, supply, wishes=of.wishes):
        after = assign(demand, supply, of.reach, wishes)
        filled = {
            int(rank): count
            for rank, count in zip(after.ranks, after.filled_by_rank - before.filled_by_rank, strict=True)
        }
        assert {wanted[rank]: count for rank, count in effect.places.items()} == {
            rank: count for rank, count in filled.items() if count
        }
        assert effect.metres == (after.total_cost_dm - before.total_cost_dm) / 10

    for n in range(len(homes)):
        (place,) = whatif.suggest(asked, f"h{n}", most=5)
        for one in place.candidates:
            if one.effect is not None:
                pair = {"locked_slot": [n], "locked_member": [asked.member(one.member_id)]}
                agrees(one.effect, of.demand, of.supply, replace(of.wishes, **pair))
        for found in whatif.partners(asked, f"h{n}"):
            for rival in found.rivals:
                pair = {"locked_slot": [n], "locked_member": [asked.member(rival.member_id)]}
                agrees(rival.effect, of.demand, of.supply, replace(of.wishes, **pair))
    for n in range(len(helpers)):
        row = asked.member(f"m{n}")
        gone = np.where(np.arange(len(helpers)) == row, 0, of.supply.capacity)
        agrees(whatif.loss(asked, f"m{n}").effect, of.demand, replace(of.supply, capacity=gone))


@given(st.lists(st.sampled_from(["B1", "B2", "B3", "B4", "B5"]), min_size=1, max_size=6), st.integers(0, 3),
       st.sampled_from([90.0, 150.0, 1000.0]))  # fmt: skip
@settings(max_examples=15, deadline=None)
def test_the_best_place_for_one_more_is_the_best_of_trying_all(homes, count, radius_m):
    households = [household(f"h{n}", home) for n, home in enumerate(homes)]
    members = [member(f"m{n}", home) for n, home in enumerate(["B5", "B1", "B3"][:count])]
    asked = planned(households, members, radius_m=radius_m)
    found = whatif.worth(asked, top=5)
    before = asked.plan
    tried = {}
    for home in set(homes):
        more = planned(households, [*members, member("z", home)], radius_m=radius_m).plan
        gain = int(more.filled.sum() - before.filled.sum()), (more.total_cost_dm - before.total_cost_dm) / 10
        if gain[0] > 0 or gain[1] < 0:
            tried[home] = gain
    assert found.proven
    assert {spot.area_id: (sum(spot.effect.places.values()), spot.effect.metres) for spot in found.spots} == tried
    order = [tried[spot.area_id] for spot in found.spots]
    assert order == sorted(order, key=lambda gain: (-gain[0], gain[1]))
