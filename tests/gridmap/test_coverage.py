"""Coverage is checked against counts made by hand in the town of town.py."""

import datetime as dt

import pandas as pd
import pytest
from town import DAY, areas, household, member, pairing, people

from gridmap import coverage
from gridmap.tables import Level, Mode, PairingRules

ONE = PairingRules()
TEAM = PairingRules(mode=Mode.TEAM)
TRIO = [member("r", roles=("registered",)), member("c", roles=("community",)), member("b", roles=("building",))]


def measured(households, members, pairings, *, day=DAY, rules=ONE):
    return coverage.measure(areas(), people(households, members, pairings), day=day, rules=rules)


def state(households, members, pairings, **terms):
    return measured(households, members, pairings, **terms).households.set_index("household_id")["state"].to_dict()


def test_the_two_tests_and_the_full_team_are_counted_apart():
    households = [household(name) for name in ("none", "unit", "one", "team")]
    members = [*TRIO, member("office", kind="unit")]
    pairings = [
        pairing("unit", "office"),
        pairing("one", "r"),
        pairing("team", "r"),
        pairing("team", "c", "community"),
        pairing("team", "b", "building"),
    ]
    found = measured(households, members, pairings, rules=TEAM)
    assert found.summary() == {"households": 4, "with_pairing": 3, "with_named_person": 2, "full_team": 1, "gaps": 2}
    assert found.households.set_index("household_id")["state"].to_dict() == {
        "none": "nobody",
        "unit": "unit_only",
        "one": "cover_needed",
        "team": "covered",
    }


def test_a_member_without_a_name_is_nobody():
    assert state([household("h")], [member("m", name="  ")], [pairing("h", "m")]) == {"h": "unit_only"}
    assert state([household("h")], [member("m", name=None)], [pairing("h", "m")]) == {"h": "unit_only"}


def test_one_person_in_two_roles_is_not_two_people():
    both = member("both", roles=("registered", "community"))
    volunteers = [member("v1", roles=("building",)), member("v2", roles=("building",))]
    pairings = [
        pairing("h", "both"),
        pairing("h", "both", "community"),
        pairing("h", "v1", "building"),
        pairing("h", "v2", "building"),
    ]
    found = measured([household("h")], [both, *volunteers], pairings, rules=TEAM).households.iloc[0]
    assert found["helpers"] == 3
    assert not found["team_complete"]


def test_several_to_one_needs_as_many_different_people_as_the_rule_says():
    rules = PairingRules(mode=Mode.SEVERAL_TO_ONE, helpers=2)
    members = [member("a", roles=("registered", "community")), member("b")]
    twice = [pairing("h", "a"), pairing("h", "a", "community")]
    assert state([household("h")], members, twice, rules=rules) == {"h": "cover_needed"}
    assert state([household("h")], members, [*twice, pairing("h", "b")], rules=rules) == {"h": "covered"}


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-11-09", "covered"), ("2026-11-10", "cover_needed"), ("2026-11-20", "cover_needed"),
     ("2026-11-21", "covered")],
)  # fmt: skip
def test_leave_opens_a_gap_from_its_first_to_its_last_day(day, expected):
    away = member("m", leave_from=dt.date(2026, 11, 10), leave_to=dt.date(2026, 11, 20))
    found = measured([household("h")], [away], [pairing("h", "m")], day=dt.date.fromisoformat(day))
    assert found.households["state"].tolist() == [expected]
    assert found.summary()["gaps"] == (expected != "covered")
    assert found.areas.iloc[0]["on_leave"] == (expected != "covered")


def test_leave_lasts_until_the_return_is_reported():
    open_end = member("m", leave_from=dt.date(2026, 3, 1))
    assert state([household("h")], [open_end], [pairing("h", "m")]) == {"h": "cover_needed"}
    undated = member("m", status="leave")
    assert state([household("h")], [undated], [pairing("h", "m")]) == {"h": "cover_needed"}
    back = member("m", status="leave", leave_to=dt.date(2026, 11, 23))
    assert state([household("h")], [back], [pairing("h", "m")]) == {"h": "covered"}


def test_an_ended_member_leaves_nobody_behind():
    found = measured([household("h")], [member("m", status="ended")], [pairing("h", "m")])
    assert found.households["state"].tolist() == ["nobody"]
    assert found.summary()["with_pairing"] == 0


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [("2026-11-24", None, True), ("2026-11-25", None, False), ("2026-01-01", "2026-11-24", True),
     ("2026-01-01", "2026-11-23", False)],
)  # fmt: skip
def test_a_pairing_counts_on_its_first_and_last_day(first, last, counts):
    tie = pairing("h", "m", valid_from=dt.date.fromisoformat(first), valid_to=last and dt.date.fromisoformat(last))
    assert measured([household("h")], [member("m")], [tie]).summary()["with_pairing"] == counts


def test_only_present_households_are_in_the_denominator():
    households = [household("a"), household("b", status="deceased"), household("c", status="moved")]
    households.append(household("d", status="separated_registration"))
    found = measured(households, [member("m")], [pairing("a", "m"), pairing("b", "m")])
    assert found.summary() == {"households": 1, "with_pairing": 1, "with_named_person": 1, "full_team": 1, "gaps": 0}
    assert found.members["load"].tolist() == [1]


def test_figures_add_up_from_buildings_to_the_city():
    households = [household("h1", "B1"), household("h2", "B1"), household("h3", "B3"), household("h4", "B4"),
                  household("lost", None)]  # fmt: skip
    members = [member("m1", "B1", capacity=3), member("m2", "B4", capacity=20), member("away", "B4", status="leave")]
    pairings = [pairing("h1", "m1", distance_m=10.0), pairing("h3", "m1", distance_m=30.0), pairing("h4", "away")]
    table = measured(households, members, pairings).areas.set_index(["level", "area_id"])
    assert table["households"].to_dict() == {
        ("city", "city"): 5, ("district", "D1"): 4, ("street", "S1"): 4, ("community", "C1"): 3,
        ("community", "C2"): 1, ("grid", "G1"): 2, ("grid", "G2"): 1, ("grid", "G3"): 1, ("compound", "P1"): 2,
        ("building", "B1"): 2, ("building", "B2"): 0, ("building", "B3"): 1, ("building", "B4"): 1,
        ("building", "B5"): 0,
    }  # fmt: skip
    first = table.loc["community", "C1"]
    assert (first["gaps"], first["uncovered_share"], first["mean_distance_m"], first["max_load"]) == (1, 1 / 3, 20, 2)
    assert (first["members"], first["capacity"]) == (1, 3)
    second = table.loc["community", "C2"]
    assert (second["gaps"], second["on_leave"], second["cover_needed"], second["members"]) == (1, 1, 1, 1)
    assert second["capacity"] == 10, "the rules cap a capacity of 20"
    assert pd.isna(second["mean_distance_m"])
    assert pd.isna(table.loc["building", "B2"]["uncovered_share"])
    assert table.loc["city", "city"]["uncertain_place"] == 1
    assert table.loc["building", "B1"]["name"] == "锦绣里1栋"


def test_a_building_shows_the_worst_of_its_households():
    households = [household("h1", "B1"), household("h2", "B1"), household("h3", "B3", review=True)]
    found = measured(households, [member("m")], [pairing("h1", "m"), pairing("h3", "m")]).buildings
    table = found.set_index("building_id")
    assert table["state"].to_dict() == {"B1": "nobody", "B2": "none", "B3": "covered", "B4": "none", "B5": "none"}
    assert table.loc["B1", ["households", "nobody", "covered", "place_uncertain"]].tolist() == [2, 1, 1, 0]
    assert table.loc["B3", "place_uncertain"] == 1


def test_a_place_known_to_the_compound_counts_upwards_but_is_uncertain():
    found = measured([household("h", "P1")], [], [])
    row = found.households.iloc[0]
    assert (row["compound_id"], row["grid_id"], row["community_id"], row["district_id"]) == ("P1", "G1", "C1", "D1")
    assert row["place_uncertain"]
    assert pd.isna(row["building_id"])


def test_levels_that_a_city_does_not_have_are_left_out():
    few = {level: frame for level, frame in areas().items() if level in (Level.COMMUNITY, Level.GRID)}
    found = coverage.measure(few, people([household("h")], [member("m")], []), day=DAY, rules=ONE)
    assert found.areas["level"].unique().tolist() == ["city", "community", "grid"]
    assert found.buildings.empty


def test_levels_without_areas_are_no_error():
    hollow = {level: frame.iloc[:0] if level in (Level.DISTRICT, Level.COMPOUND) else frame
              for level, frame in areas().items()}  # fmt: skip
    found = coverage.measure(hollow, people([household("h")], [member("m")], []), day=DAY, rules=ONE)
    assert found.areas.set_index("area_id").loc[["S1", "C1", "G1", "B1"], "households"].tolist() == [1, 1, 1, 1]
    assert "district" not in set(found.areas["level"])


def test_a_building_that_is_not_on_the_map_does_not_hide_the_grid():
    household_row, place = household("h", "B1")
    town = people([(household_row, place | {"building_id": "B9"})], [], [])
    row = coverage.measure(areas(), town, day=DAY, rules=ONE).households.iloc[0]
    assert (row["grid_id"], row["community_id"]) == ("G1", "C1")


def test_an_empty_city_is_measured():
    found = measured([], [], [])
    assert found.summary()["households"] == 0
    assert found.areas["households"].sum() == 0
