"""The list of traps in docs/traps.md: each is kept by a test that exists; and those traps that have no other room."""

import ast
import re
from functools import cache
from pathlib import Path

import numpy as np
import pyproj
import pytest

from gridmap import crs, mixup

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "traps.md"
ROW = re.compile(r"^\| (\S+) \| (.+?) \| (.+?) \| (`.+`) \|$", re.MULTILINE)
HUANGSHI = (115.0, 30.2)
RNG = np.random.default_rng(20261124)


def rows():
    return ROW.findall(PAGE.read_text(encoding="utf-8"))


@cache
def defined_in(path):
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("number", [number for number, *_ in rows()])
def test_each_trap_names_tests_that_exist(number):
    (named,) = [tests for of, _, _, tests in rows() if of == number]
    for path, test in re.findall(r"`([\w/]+\.py)::(\w+)`", named):
        assert test in defined_in(path), f"{path}::{test}"
    assert named.count("`") == 2 * len(re.findall(r"`[\w/]+\.py::\w+`", named))


def test_every_line_of_the_table_is_a_trap_and_each_has_its_number():
    lines = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "---" not in line
    ]
    heads = [line for line in lines if line.startswith("| no. ")]
    assert len(rows()) == len(lines) - len(heads)
    assert {number.partition(".")[0] for number, *_ in rows()} == {"0", "4", "5"}
    assert len({number for number, *_ in rows()}) == len(rows())


def test_no_department_is_written_into_the_code():
    # titles change (in 2021 one department ran the scheme, by 2025 another): they are data
    named = [
        path.name
        for part in ("gridmap", "geodata", "api")
        for path in (ROOT / part).rglob("*.py")
        if re.search("组织部|社会工作部|民政局|政法委", path.read_text(encoding="utf-8"))
    ]
    assert named == []


@pytest.mark.parametrize(
    ("shown", "true", "least_m", "most_m"),
    [("gcj02", "wgs84", 569, 594), ("bd09", "wgs84", 1160, 1220), ("bd09", "gcj02", 880, 950)],
)
def test_a_mixed_up_datum_is_farther_off_than_a_grid_is_wide(shown, true, least_m, most_m):
    # the figures of the field notes, measured here on the ellipsoid instead of by the detector's own sphere
    lon, lat = RNG.uniform(114.95, 115.15, 50), RNG.uniform(30.12, 30.28, 50)
    there, here = crs.distort(lon, lat, shown), crs.distort(lon, lat, true)
    metres = pyproj.Geod(ellps="WGS84").inv(*here, *there)[2]
    assert least_m - 10 <= metres.min()
    assert metres.max() <= most_m + 10


def test_baidu_against_amap_lies_where_the_notes_say():
    lon, lat = HUANGSHI
    bd, gcj = (np.array(mixup.expected_offset_m(lon, lat, datum)) for datum in ("bd09", "gcj02"))
    east, north = bd - gcj
    assert 610 <= east <= 640
    assert 620 <= north <= 705


def test_metres_hold_at_the_edge_of_the_zone():
    # Huangshi reaches 115.51 E, past the 115.5 of zone 114 E: the scale is off by 131 ppm, 0.13 m in a kilometre
    east, north = crs.transformer("EPSG:4326", "EPSG:4547").transform([115.51, 115.51], [30.20, 30.21])
    on_map = float(np.hypot(np.diff(east), np.diff(north))[0])
    on_ground = pyproj.Geod(ellps="GRS80").inv(115.51, 30.20, 115.51, 30.21)[2]
    assert 0 < on_map / on_ground - 1 < 300e-6


def test_cgcs2000_is_wgs84_within_a_metre():
    # Tianditu and the natural resources offices give CGCS2000; PROJ has no parameters between the two
    lon, lat = RNG.uniform(114.6, 115.5, 20), RNG.uniform(29.6, 30.3, 20)
    there = crs.transformer("EPSG:4490", "EPSG:4326").transform(lon, lat)
    assert pyproj.Geod(ellps="WGS84").inv(lon, lat, *there)[2].max() < 1.0


@pytest.mark.parametrize("code", ["EPSG:32650", "EPSG:4548"])
def test_utm_and_meridian_117_have_one_range_and_only_the_addresses_tell_them_apart(code):
    truth = np.column_stack([RNG.uniform(114.95, 115.15, 30), RNG.uniform(30.12, 30.28, 30)])
    x, y = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(*truth.T)
    assert [guess.certain for guess in crs.guess(x, y, HUANGSHI)] == [False, False]
    verdict = mixup.detect(x, y, reference=truth)
    assert (verdict.decision, [found.crs for found in verdict.hypotheses]) == (mixup.Decision.ACCEPT, [code])
    assert mixup.detect(x, y).decision is mixup.Decision.ASK


def test_numbers_of_xian_80_are_never_guessed_to_be_xian_80():
    # the same ranges as CGCS2000, tens of metres off: only who has the file can know
    x, y = pyproj.Transformer.from_crs(4610, 2383, always_xy=True).transform([114.9, 115.1], [30.1, 30.3])
    for guess in crs.guess(x, y, HUANGSHI):
        assert guess.crs is None or not re.search("Xian|Beijing", pyproj.CRS(guess.crs).geodetic_crs.datum.name)


def test_a_city_s_own_grid_is_no_system_that_is_known():
    guesses = crs.guess(RNG.uniform(12_000, 60_000, 50), RNG.uniform(20_000, 70_000, 50), HUANGSHI)
    assert [guess.crs for guess in guesses] == [None]
    assert "须说明坐标系" in guesses[0].words
