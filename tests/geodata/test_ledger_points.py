"""Coordinates that come along with a ledger of invented households at known doors, read as they may be trusted."""

import numpy as np
import pandas as pd
import pytest
import shapely
from address_town import town

from geodata.city import RosterSource
from geodata.findings import Findings
from geodata.ledger_points import judge
from geodata.sources import FILE_X, FILE_Y, Piece
from gridmap import crs
from gridmap.errors import Severity
from gridmap.locate import Gazetteer
from gridmap.tables import Building, CityFacts, Community, Household

CITY = CityFacts(name="样例市", metric_crs="EPSG:4547")
DOORS = {
    "b1-1": "白马山小区1栋",
    "b1-2": "白马山小区2栋",
    "b2-3": "白马山庄3栋",
    "b3-12": "团城山三村12栋",
    "b6": "锦湖一号A座",
}
COPIES = 6


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer.of(town(), CITY)


@pytest.fixture(scope="module")
def truth():
    """Addresses and points of thirty households, each a little beside the next."""
    homes = town()[Building].set_index("building_id").geometry
    spots = [homes[building].representative_point() for building in DOORS for _ in range(COPIES)]
    step = np.tile(np.arange(COPIES), len(DOORS)) * 1e-5
    points = np.column_stack([[spot.x for spot in spots], [spot.y for spot in spots]])
    return [address for address in DOORS.values() for _ in range(COPIES)], points + np.column_stack([step, 0 * step])


def ledger(addresses, xs, ys):
    """A piece as read_piece leaves it when nothing is declared: numbers as in the file, shapes as they stand."""
    xs, ys = np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)
    swapped = np.nanmedian(xs) < np.nanmedian(ys)
    shapes = shapely.points(ys, xs) if swapped else shapely.points(xs, ys)
    frame = pd.DataFrame({"address": addresses, FILE_X: xs, FILE_Y: ys})
    frame["geometry"] = pd.Series(list(shapes), dtype=object)
    return Piece(frame, "名册.csv", np.arange(2, len(frame) + 2))


def judged(piece, gazetteer, **declared):
    findings = Findings()
    result = judge(piece, RosterSource(path="名册.csv", **declared), Household, gazetteer, findings)
    shapes = result.frame["geometry"].to_numpy()
    return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)]), findings.problems


def metres(points, truth):
    return np.hypot((points[:, 0] - truth[:, 0]) * 96_300, (points[:, 1] - truth[:, 1]) * 110_850)


def one(problems):
    (problem,) = problems
    return problem


@pytest.mark.parametrize(("datum", "setting"), [("gcj02", 'datum = "gcj02"'), ("bd09", 'datum = "bd09"')])
def test_a_distorted_ledger_is_read_back_and_said(gazetteer, truth, datum, setting):
    addresses, points = truth
    found, problems = judged(ledger(addresses, *crs.distort(*points.T, datum)), gazetteer)
    assert metres(found, points).max() < 0.01
    said = one(problems)
    assert (said.code, said.severity, said.file) == ("points.read", Severity.WARNING, "名册.csv")
    assert setting in said.message
    assert "of 30 rows" in said.message


def test_plain_coordinates_are_only_noted(gazetteer, truth):
    addresses, points = truth
    found, problems = judged(ledger(addresses, *points.T), gazetteer)
    assert metres(found, points).max() < 1e-6
    assert (one(problems).code, one(problems).severity) == ("points.read", Severity.NOTE)


@pytest.mark.parametrize("swapped", [False, True])
def test_projected_columns_in_either_order(gazetteer, truth, swapped):
    addresses, points = truth
    east, north = crs.transformer("EPSG:4326", "EPSG:4547").transform(*points.T)
    found, problems = judged(ledger(addresses, *((north, east) if swapped else (east, north))), gazetteer)
    assert metres(found, points).max() < 0.01
    assert 'crs = "EPSG:4547"' in one(problems).message
    assert ("other column" in one(problems).message) == swapped


def test_swapped_degrees(gazetteer, truth):
    addresses, points = truth
    found, problems = judged(ledger(addresses, *points.T[::-1]), gazetteer)
    assert metres(found, points).max() < 1e-6
    assert "other order" in one(problems).message


def test_two_sources_in_one_file_are_split_by_row(gazetteer, truth):
    addresses, points = truth
    xs, ys = points.T.copy()
    xs[12:24], ys[12:24] = crs.distort(xs[12:24], ys[12:24], "bd09")
    found, problems = judged(ledger(addresses, xs, ys), gazetteer)
    assert metres(found, points).max() < 0.01
    told = {problem.code: [p.message for p in problems if p.code == problem.code] for problem in problems}
    assert list(told) == ["points.mixed"]
    assert any("rows 14-25 are BD-09" in message for message in told["points.mixed"])
    assert any("rows 2-13, 26-31 are WGS-84" in message for message in told["points.mixed"])


def test_an_unknown_shift_is_reported_and_its_points_are_not_used(gazetteer, truth):
    addresses, points = truth
    found, problems = judged(ledger(addresses, *(points + np.array([60 / 96_300, -45 / 110_850])).T), gazetteer)
    assert np.isnan(found).all()
    assert one(problems).code == "points.shifted"
    assert "+62 m east and -45 m north" in one(problems).message


def test_fewer_than_twenty_rows_are_asked_about(gazetteer, truth):
    addresses, points = truth
    some = slice(0, 19)
    found, problems = judged(ledger(addresses[some], *points[some].T), gazetteer)
    assert metres(found, points[some]).max() < 1e-6
    assert one(problems).code == "points.unclear"
    assert "too few rows" in one(problems).message
    found, problems = judged(ledger(addresses[some], *crs.distort(*points[some].T, "bd09")), gazetteer)
    assert np.isnan(found).all(), "what fits another reading better is not used before somebody has said so"
    assert "not used" in one(problems).message


def test_a_local_city_grid_is_asked_about_and_never_guessed(gazetteer, truth):
    addresses, points = truth
    east, north = crs.transformer("EPSG:4326", "EPSG:4547").transform(*points.T)
    # a city's own grid: another origin, turned by 20 degrees; its parameters are secret and in no list
    turned = np.radians(20.0)
    xs = (east - 580_000) * np.cos(turned) - (north - 3_300_000) * np.sin(turned)
    ys = (east - 580_000) * np.sin(turned) + (north - 3_300_000) * np.cos(turned)
    found, problems = judged(ledger(addresses, xs, ys), gazetteer)
    assert not np.isfinite(found).any()
    assert one(problems).code == "points.unclear"


def test_what_is_declared_is_kept_and_doubted_aloud(gazetteer, truth):
    addresses, points = truth
    shown = np.column_stack(crs.distort(*points.T, "gcj02"))
    found, problems = judged(ledger(addresses, *shown.T), gazetteer, crs="EPSG:4326")
    assert metres(found, shown).max() < 1e-6
    assert one(problems).code == "points.contradicted"
    assert 'datum = "gcj02"' in one(problems).message
    _, problems = judged(ledger(addresses, *shown.T), gazetteer, datum="gcj02")
    assert problems == []


def test_zeros_are_left_out_and_repeated_points_are_told(gazetteer, truth):
    addresses, points = truth
    xs, ys = points.T.copy()
    xs[3] = 0.0
    xs[10:17], ys[10:17] = xs[10], ys[10]
    found, problems = judged(ledger(addresses, xs, ys), gazetteer)
    assert np.flatnonzero(np.isnan(found).any(axis=1)).tolist() == [3]
    told = {problem.code: problem for problem in problems}
    assert told["points.zero"].row == 5
    assert "7 rows share 1 points" in told["points.repeated"].message


def test_a_whole_load_reads_a_distorted_ledger(load, tmp_path, truth):
    addresses, points = truth
    town()[Community].to_file(tmp_path / "communities.geojson")
    homes = town()[Building]
    homes.assign(address=homes["building_id"].map(DOORS)).to_file(tmp_path / "buildings.geojson")
    lon, lat = crs.distort(*points.T, "bd09")
    rows = {"姓名": "某", "现住址": addresses, "经度": lon, "纬度": lat, "定位精度": 12}
    pd.DataFrame(rows).to_csv(tmp_path / "people.csv", index=False)
    loaded = load("""
[[areas]]
level = "community"
path = "communities.geojson"
id = "community_id"
name = "name"
[[areas]]
level = "building"
path = "buildings.geojson"
id = "building_id"
[[households]]
path = "people.csv"
""")
    (said,) = [problem for problem in loaded.problems if problem.code.startswith("points.")]
    assert (said.code, said.file) == ("points.read", "people.csv")
    assert 'datum = "bd09"' in said.message
    kept = loaded.frames[Household]
    assert metres(np.column_stack([kept.geometry.x, kept.geometry.y]), points).max() < 0.01
    assert loaded.frames[Household]["accuracy_m"].tolist() == [12.0] * 30
