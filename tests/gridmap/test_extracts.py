"""What leaves a workspace in one piece: a square of four invented households, its area known by hand."""

import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj
import pytest
import shapely

from gridmap.coverage import measure
from gridmap.extracts import covered_km2, extract, warnings
from gridmap.tables import Building, Community, Grid, Household, HouseholdPlace, Level, PairingRules

sys.path.insert(0, str(Path(__file__).parent))  # the hand-drawn town

from town import DAY, HOMES, areas, household, people, point

METRIC = "EPSG:4547"
_to_degrees = pyproj.Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)


def square(side_m, buildings=("b1", "b2", "b3", "b4")):
    corners = [(0, 0), (side_m, 0), (side_m, side_m), (0, side_m)]
    points = [shapely.Point(_to_degrees.transform(600_000 + x, 3_340_000 + y)) for x, y in corners]
    return gpd.GeoDataFrame({"building_id": list(buildings)}, geometry=points, crs="EPSG:4326")


@pytest.mark.parametrize(("side_m", "told"), [(4_990, 0), (5_010, 1)])
def test_building_level_places_beyond_25_km2_are_told(side_m, told):
    rows = square(side_m)
    assert covered_km2(rows, METRIC) == pytest.approx((side_m / 1000) ** 2, rel=1e-3)
    assert [one.code for one in warnings(rows, "households.csv", METRIC)] == ["export.wide"] * told


def test_places_known_to_no_building_and_tables_without_places_are_not():
    assert warnings(square(9_000, ["b1", None, None, None]), "households.csv", METRIC) == []
    assert warnings(pd.DataFrame({"building_id": ["b1"]}), "pairings.csv", METRIC) == []


def test_masked_people_stand_in_the_middle_of_their_building():
    found, drawn = people([household("h1", "B2"), household("h2", "B3")], []), areas()
    door = point(HOMES["B2"] + 8, 6)
    places = found.household_places.assign(geometry=[door, None], building_id=["B2", None])
    frames_ = {Household: found.households, HouseholdPlace: places, Building: drawn[Level.BUILDING],
               Grid: drawn[Level.GRID], Community: drawn[Level.COMMUNITY]}  # fmt: skip
    coverage = measure(drawn, found, day=DAY, rules=PairingRules())
    shown = extract("households", frames_, coverage).set_index("household_id")["geometry"]
    assert shown["h1"].distance(point(HOMES["B2"])) < 1e-6
    assert shown["h2"] is None
    bare = extract("households", frames_, coverage, unmask=True).set_index("household_id")["geometry"]
    assert bare["h1"].equals(door)
