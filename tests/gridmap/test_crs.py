"""Datums against map-API vectors, systems against PROJ and hand-worked ranges."""

import csv
import os
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap import crs
from gridmap.errors import CrsError

SHARED = Path(os.environ.get("GRIDMAP_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
HUANGSHI = (115.04, 30.2)


@pytest.fixture(scope="module")
def vectors():
    path = SHARED / "datum_vectors" / "cities.csv"
    if not path.exists():
        pytest.skip(f"no {path}: set GRIDMAP_SHARED_DATA")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name[-4:] in ("_lng", "_lat")}


def worst(found, lon, lat):
    return max(np.abs(found[0] - lon).max(), np.abs(found[1] - lat).max())


def test_gcj02_agrees_with_the_map_apis_to_1e4_degree(vectors):
    v = vectors
    assert len(v["wgs_lng"]) == 166
    assert worst(crs.wgs84_to_gcj02(v["wgs_lng"], v["wgs_lat"]), v["gcj_lng"], v["gcj_lat"]) < 1e-4
    assert worst(crs.gcj02_to_wgs84(v["gcj_lng"], v["gcj_lat"]), v["wgs_lng"], v["wgs_lat"]) < 1e-4


def test_bd09_agrees_with_the_map_apis_to_1e6_degree(vectors):
    v = vectors
    assert worst(crs.gcj02_to_bd09(v["gcj_lng"], v["gcj_lat"]), v["bd_lng"], v["bd_lat"]) < 1e-6
    assert worst(crs.bd09_to_gcj02(v["bd_lng"], v["bd_lat"]), v["gcj_lng"], v["gcj_lat"]) < 1e-6


@given(st.floats(72.01, 137.8), st.floats(0.83, 55.8), st.sampled_from(["gcj02", "bd09"]))
def test_round_trip_is_exact(lon, lat, datum):
    shown = crs.distort(lon, lat, datum)
    back = crs.undistort(*shown, datum)
    assert abs(float(back[0]) - lon) < 1e-9
    assert abs(float(back[1]) - lat) < 1e-9
    assert 1e-4 < np.hypot(shown[0] - lon, shown[1] - lat) < 0.05


@given(st.floats(-180, 71.9) | st.floats(137.95, 180), st.floats(-90, 90), st.sampled_from(["wgs84", "gcj02", "bd09"]))
def test_outside_china_nothing_changes(lon, lat, datum):
    for change in (crs.distort, crs.undistort):
        found = change(lon, lat, datum)
        assert (float(found[0]), float(found[1])) == (lon, lat)


def test_missing_points_stay_missing_and_inputs_stay_untouched():
    lon, lat = np.array([115.0, np.nan]), np.array([30.2, np.nan])
    shown = crs.wgs84_to_gcj02(lon, lat)
    assert np.isnan(shown[0][1])
    assert lon[0] == 115.0


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (*HUANGSHI, "EPSG:4547"),
        (113.0, 28.2, "EPSG:4547"),
        (121.47, 31.23, "EPSG:4549"),
        (87.6, 43.8, "EPSG:4538"),
        (-71.1, 42.4, "EPSG:32619"),
        (9.5, 47.1, "EPSG:32632"),
        (127.0, 37.5, "EPSG:32652"),
        (151.2, -33.9, "EPSG:32756"),
        (15.0, 86.0, "EPSG:5041"),
        (180.0, 10.0, "EPSG:32660"),
    ],
)
def test_metric_crs_is_chosen_by_place(lon, lat, code):
    # Shanghai is nearest to 120 E, Urumqi to 87 E; Seoul lies south of the Chinese zone's area of use
    assert crs.metric_crs(lon, lat) == code


def test_metric_crs_measures_metres():
    code = crs.metric_crs(*HUANGSHI)
    x, y = crs.transformer("EPSG:4326", code).transform([115.04, 115.05], [30.2, 30.21])
    geodesic_m = pyproj.Geod(ellps="WGS84").inv(115.04, 30.2, 115.05, 30.21)[2]
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(geodesic_m, rel=2e-4)


@pytest.mark.parametrize("place", [(115.0, 130.0), (np.nan, 30.0), (600000.0, 3300000.0)])
def test_metric_crs_refuses_what_is_no_place(place):
    with pytest.raises(CrsError, match="degrees"):
        crs.metric_crs(*place)


ESRI_XIAN = (
    'GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


@pytest.mark.parametrize(
    "system",
    ["EPSG:4214", "EPSG:2414", "EPSG:4610", "EPSG:2382", "EPSG:4555", ESRI_XIAN,
     "+proj=tmerc +lon_0=114 +x_0=500000 +ellps=krass +type=crs",
     "+proj=longlat +a=6378140 +rf=298.257 +type=crs"],
)  # fmt: skip
def test_old_datums_are_refused_without_parameters(system):
    with pytest.raises(CrsError, match=r"Beijing 54|Xian 80"):
        crs.refuse(system)


@pytest.mark.parametrize("system", ["EPSG:4326", "EPSG:4490", "EPSG:4547", "EPSG:3857", "EPSG:26986", "EPSG:21781",
                                    "+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3 +type=crs"])  # fmt: skip
def test_known_systems_pass(system):
    assert crs.refuse(system) is not None


def test_unknown_system_and_wrong_parameter_count_are_said():
    with pytest.raises(CrsError, match="PROJ knows"):
        crs.refuse("EPSG:999999")
    with pytest.raises(CrsError, match="4 values"):
        crs.refuse("EPSG:4610", [1, 2, 3, 4])


def test_own_parameters_are_applied():
    # a pure shift of the geocentre along z by 100 m moves a point north by about 100 m x cos(latitude)
    moved = crs.to_storage([shapely.Point(115.0, 30.0)], "EPSG:4610", to_wgs84=[0, 0, 100.0])[0]
    north_m = pyproj.Geod(ellps="WGS84").inv(115.0, 30.0, 115.0, moved.y)[2]
    assert moved.y > 30.0
    assert north_m == pytest.approx(100 * np.cos(np.radians(30.0)), abs=3)


@pytest.mark.parametrize("code", ["EPSG:4547", "EPSG:4526", "EPSG:4490", "EPSG:3857"])
@pytest.mark.parametrize("swapped", [False, True])
def test_storage_is_longitude_latitude_whatever_the_axis_order(code, swapped):
    x, y = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(*HUANGSHI)
    found = crs.to_storage([shapely.Point(y, x) if swapped else shapely.Point(x, y), None], code, swapped=swapped)
    assert (found[0].x, found[0].y) == pytest.approx(HUANGSHI, abs=1e-8)
    assert found[1] is None


def test_storage_undistorts_and_drops_height():
    lon, lat = crs.distort(*HUANGSHI, "bd09")
    ring = shapely.Polygon([(lon, lat, 5), (lon + 0.01, lat, 5), (lon, lat + 0.01, 5)])
    found = crs.to_storage([ring], None, "bd09")[0]
    assert not shapely.has_z(found)
    assert found.exterior.coords[0] == pytest.approx(HUANGSHI, abs=1e-9)


RNG = np.random.default_rng(20261124)
LON, LAT = RNG.uniform(114.6, 115.5, 60), RNG.uniform(29.6, 30.3, 60)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("code", "near", "certain"),
    [
        ("EPSG:4326", None, True),
        ("EPSG:4526", None, True),
        ("EPSG:4498", None, True),
        ("EPSG:3857", None, True),
        ("EPSG:4547", HUANGSHI, True),
        ("EPSG:4526", HUANGSHI, True),
        # UTM 50N lies 1.3 km off CM 117: ranges cannot tell them apart, and the guess says so
        ("EPSG:4548", HUANGSHI, False),
    ],
)
def test_guess_by_ranges(code, near, certain, swapped):
    x, y = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(LON, LAT)
    best = crs.guess(y, x, near)[0] if swapped else crs.guess(x, y, near)[0]
    assert (best.crs, best.swapped, best.share, best.certain) == (code, swapped, 1.0, certain)
    assert f"{best.share:.0%}" in best.words
    assert ("写反" in best.words or "北坐标写在前" in best.words) == swapped


def test_guess_leaves_the_zone_open_without_a_place():
    x, y = pyproj.Transformer.from_crs(4326, 4547, always_xy=True).transform(LON, LAT)
    best = crs.guess(x, y)[0]
    assert best.crs is None
    assert not best.certain
    assert "中央经线" in best.words


def test_guess_outside_china():
    assert crs.guess([-71.1, -71.12], [42.3, 42.4])[0].crs == "EPSG:4326"
    x, y = pyproj.Transformer.from_crs(4326, 32619, always_xy=True).transform([-71.1, -71.12], [42.3, 42.4])
    assert crs.guess(x, y, (-71.1, 42.37))[0].crs == "EPSG:32619"
    assert crs.guess([42.3, 42.4], [-71.1, -71.12], (-71.1, 42.37))[0].swapped


def test_guess_of_nothing_is_nothing():
    assert crs.guess([], []) == []
    assert crs.guess([np.nan], [np.inf]) == []
