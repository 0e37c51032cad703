"""Exposure is checked against zones drawn round buildings of the town in town.py."""

import pytest
from town import DAY, areas, box, frame_of, household, member, pairing, people

from gridmap import hazards
from gridmap.tables import DangerZone, HazardSite, Level, Monitor, ThreatLevel

SLOPE = box(-20, -20, 120, 20)  # B1 and B2


def zones(*rows):
    return frame_of([{"zone_id": f"z{at}", **row} for at, row in enumerate(rows)], DangerZone)


def sites(*rows):
    return frame_of([{"name": "坡", "kind": "landslide", **row} for row in rows], HazardSite)


def slope(**facts):
    return {"hazard_id": "slope", "geometry": SLOPE, **facts}


def test_a_deregistered_site_endangers_nobody_and_one_that_says_nothing_does():
    rows = sites({"hazard_id": "slope"}, {"hazard_id": "mended", "status": "deregistered"},
                 {"hazard_id": "pit", "status": "watched"})  # fmt: skip
    around = zones(slope(), slope(hazard_id="mended"), slope(hazard_id="pit"))
    posts = frame_of([{"monitor_id": f"{name}:1", "hazard_id": name, "place": 1, "name": "某"}
                      for name in ("mended", "pit")], Monitor)  # fmt: skip
    kept = hazards.in_force({HazardSite: rows, DangerZone: around, Monitor: posts, Level: "stays"})
    assert kept[HazardSite]["hazard_id"].tolist() == kept[DangerZone]["hazard_id"].tolist() == ["slope", "pit"]
    assert kept[Monitor]["hazard_id"].tolist() == ["pit"]
    assert kept[Level] == "stays"


@pytest.mark.parametrize(
    ("people_threatened", "level"),
    [(0, "small"), (99, "small"), (100, "medium"), (499, "medium"), (500, "large"), (999, "large"), (1000, "extreme")],
)
def test_threat_level_by_people(people_threatened, level):
    assert hazards.threat_level(people_threatened) == ThreatLevel(level)


@pytest.mark.parametrize(
    ("yuan", "level"),
    [(4_999_999, "small"), (5_000_000, "medium"), (49_999_999, "medium"), (50_000_000, "large"),
     (99_999_999, "large"), (100_000_000, "extreme")],
)  # fmt: skip
def test_threat_level_by_money(yuan, level):
    assert hazards.threat_level(0, yuan) == ThreatLevel(level)


def test_threat_level_is_the_worse_of_both():
    assert hazards.threat_level(10, 125_000_000) is ThreatLevel.EXTREME
    assert hazards.threat_level(600, 1.0) is ThreatLevel.LARGE


def test_households_in_a_zone_come_out_those_without_a_person_first():
    town = people(
        [household("h1", "B1"), household("h2", "B2", care_level="red"), household("h3", "B1"), household("far", "B3"),
         household("gone", "B1", status="moved")],
        [member("m", "B4"), member("ended", "B4", status="ended")],
        [pairing("h1", "m", distance_m=400.0), pairing("h3", "ended")],
    )  # fmt: skip
    found = hazards.exposure(zones(slope()), town, day=DAY)
    assert found["household_id"].tolist() == ["h2", "h3", "h1"]
    assert found["has_named_person"].tolist() == [False, False, True]
    assert found["first_member_id"].tolist()[2] == "m"
    assert hazards.summarise(sites({"hazard_id": "slope"}), found) == {
        "sites": 1,
        "exposed_households": 3,
        "exposed_without_person": 2,
    }


def test_the_first_to_call_lives_outside_the_zone_though_farther_away():
    town = people(
        [household("h", "B1")],
        [member("near", "B2"), member("out", "B4"), member("farther", "B5"), member("away", "B3", status="leave")],
        [pairing("h", "near", distance_m=100.0), pairing("h", "farther", distance_m=500.0),
         pairing("h", "out", distance_m=400.0), pairing("h", "away", distance_m=200.0)],
    )  # fmt: skip
    row = hazards.exposure(zones(slope()), town, day=DAY).iloc[0]
    assert (row["first_member_id"], row["first_in_zone"], row["first_distance_m"], row["helpers"]) == (
        "out", False, 400.0, 3)  # fmt: skip


def test_when_all_helpers_live_in_the_zone_the_first_is_marked():
    town = people([household("h", "B1")], [member("near", "B2")], [pairing("h", "near")])
    row = hazards.exposure(zones(slope()), town, day=DAY).iloc[0]
    assert (row["first_member_id"], row["first_in_zone"]) == ("near", True)


def test_a_footprint_that_touches_a_zone_is_exposed_when_footprints_are_given():
    edge = zones({"hazard_id": "slope", "geometry": box(-20, 5, 20, 30)})  # misses the point of B1, cuts its outline
    town = people([household("h", "B1")], [])
    assert hazards.exposure(edge, town, day=DAY).empty
    found = hazards.exposure(edge, town, day=DAY, buildings=areas()[Level.BUILDING])
    assert found["household_id"].tolist() == ["h"]


def test_a_household_in_two_zones_of_a_site_counts_once_and_a_survey_outweighs_an_estimate():
    town = people([household("h", "B1")], [])
    found = hazards.exposure(zones(slope(estimated=True), slope()), town, day=DAY)
    assert found["estimated"].tolist() == [False]
    found = hazards.exposure(zones(slope(estimated=True), slope(estimated=True)), town, day=DAY)
    assert found["estimated"].tolist() == [True]


def test_a_household_under_two_sites_is_one_exposed_household():
    town = people([household("h", "B1")], [])
    found = hazards.exposure(zones(slope(), {"hazard_id": "wall", "geometry": SLOPE}), town, day=DAY)
    assert found["hazard_id"].tolist() == ["slope", "wall"]
    both = sites({"hazard_id": "slope"}, {"hazard_id": "wall"})
    assert hazards.summarise(both, found)["exposed_households"] == 1


def test_an_uncertain_place_in_a_zone_is_said_to_be_uncertain():
    found = hazards.exposure(zones(slope()), people([household("h", "P1")], []), day=DAY)
    assert found["place_uncertain"].tolist() == [True]


def test_the_declared_level_stays_beside_the_computed_one():
    listed = sites(
        {"hazard_id": "a", "threat_level": "large", "threatened_people": 10, "threatened_households": 3},
        {"hazard_id": "b", "threat_level": "small", "threatened_people": 99},
        {"hazard_id": "c", "threatened_people": 1000},
        {"hazard_id": "slope", "threat_level": "small"},
    )
    exposed = hazards.exposure(zones(slope()), people([household("h", "B1")], []), day=DAY)
    table = hazards.threats(listed, exposed).set_index("hazard_id")
    assert table["computed_level"].fillna("?").to_dict() == {"a": "small", "b": "small", "c": "extreme", "slope": "?"}
    assert table["level_differs"].to_dict() == {"a": True, "b": False, "c": False, "slope": False}
    assert table["declared_level"].fillna("?").to_dict() == {"a": "large", "b": "small", "c": "?", "slope": "small"}
    assert table["exposed_households"].to_dict() == {"a": 0, "b": 0, "c": 0, "slope": 1}
    assert table["exposed_without_person"].to_dict() == {"a": 0, "b": 0, "c": 0, "slope": 1}


def test_no_zone_and_nobody_are_no_error():
    found = hazards.exposure(zones(), people([], []), day=DAY)
    assert found.empty
    assert list(found.columns) == hazards.COLUMNS
    assert hazards.exposure(zones(slope()), people([], []), day=DAY).empty
