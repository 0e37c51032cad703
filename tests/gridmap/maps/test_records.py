"""Records of a hand-drawn town: what the browser reads is compared with the town's docstring."""

import json
import sys
from pathlib import Path

import drawn_city
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # the town

from town import DAY, areas, household, member, pairing, people

from gridmap import coverage
from gridmap.maps import MapView, records
from gridmap.tables import PairingRules


@pytest.fixture(scope="module")
def view():
    helped = people(
        [household("h1", "B1"), household("h2", "B1"), household("h3", "B4")],
        [member("m1", "B2"), member("m2", "B4", status="leave")],
        [pairing("h1", "m1"), pairing("h3", "m2")],
    )
    measured = coverage.measure(areas(), helped, day=DAY, rules=PairingRules())
    return MapView(
        city="一镇", as_of=drawn_city.AS_OF, areas=areas(), area_coverage=measured.areas,
        household_coverage=measured.households, building_coverage=measured.buildings,
        member_coverage=measured.members, households=helped.households, household_places=helped.household_places,
        members=helped.members, pairings=helped.pairings,
    )  # fmt: skip


def test_buildings_wear_the_worst_state_of_their_households(view):
    record = records.buildings(view)
    states = dict(zip(record["id"], (records.STATE_CODES[code] for code in record["state"]), strict=True))
    assert states == {"B1": "nobody", "B2": "none", "B3": "none", "B4": "cover_needed", "B5": "none"}


def test_references_are_positions(view):
    record = records.buildings(view)
    assert record["compound"] == [0, 0, -1, -1, -1]
    assert record["grid"] == [0, 0, 1, 2, 2]
    assert record["community"] == [0, 0, 0, 1, 1]


def test_households_come_most_urgent_first_with_their_helpers(view):
    record = records.households(view)
    assert record["id"] == ["h2", "h3", "h1"]
    assert record["building"] == [0, 3, 0]
    assert [[tie[0] for tie in ties] for ties in record["helpers"]] == [[], [1], [0]]
    assert record["helped"] == [0, 0, 1]
    assert record["members"]["off_duty"] == [0, 1]


def test_grids_carry_their_share_and_class(view):
    record = records.areas(view)["grids"]
    assert dict(zip(record["id"], record["share"], strict=True)) == {"G1": 0.5, "G2": None, "G3": 1.0}
    assert dict(zip(record["id"], record["class"], strict=True)) == {"G1": 4, "G2": -1, "G3": 4}
    assert record["gaps"] == [1, 0, 1]


def test_counts_are_those_of_the_town(view):
    counted = records.counts(view)
    assert counted == {"nobody": 1, "unit_only": 0, "cover_needed": 1, "covered": 1, "none": 0,
                       "uncertain": 0, "covered_by_person": 1, "total": 3}  # fmt: skip


def test_gap_rows_are_the_households_without_a_named_person(view):
    rows = records.gap_rows(view)
    assert [(row["id"], row["home"]) for row in rows] == [("h2", "锦绣里 1栋"), ("h3", "4栋")]


def test_every_record_is_plain_json(view):
    for read in (records.areas, records.buildings, records.households):
        json.dumps(read(view), allow_nan=False)


def test_a_city_without_anything_has_empty_records():
    nothing = MapView(city="空城", as_of=drawn_city.AS_OF)
    assert records.buildings(nothing)["id"] == []
    assert records.households(nothing)["id"] == []
    assert records.areas(nothing)["grids"]["class"] == []
    assert records.gap_rows(nothing) == []
