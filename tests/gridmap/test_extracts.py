"""What leaves a workspace in one piece: a square of four invented households, its area known by hand."""

import geopandas as gpd
import pandas as pd
import pyproj
import pytest
import shapely

from gridmap.extracts import covered_km2, warnings

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
