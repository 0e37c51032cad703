"""Coordinates of an imported ledger are judged as those of a loaded one: households at known doors, all invented."""

import csv
import datetime as dt

import numpy as np
import pytest
from address_town import town

from geodata.intake import read_import
from gridmap import crs
from gridmap.locate import Gazetteer
from gridmap.tables import Building, CityFacts, Import, ImportKind

DOORS = {"b1-1": "白马山小区1栋", "b1-2": "白马山小区2栋", "b2-3": "白马山庄3栋", "b3-12": "团城山三村12栋"}
COPIES = 8
COLUMNS = {"户主": "name", "地址": "address", "经度": "_lon", "纬度": "_lat"}


@pytest.fixture(scope="module")
def truth():
    homes = town()[Building].set_index("building_id").geometry
    spots = [homes[building].representative_point() for building in DOORS for _ in range(COPIES)]
    step = np.tile(np.arange(COPIES), len(DOORS)) * 1e-5
    return np.column_stack([[spot.x for spot in spots] + step, [spot.y for spot in spots]])


def brought(folder, points, said=None, addresses=None):
    path = folder / "名册.csv"
    addresses = addresses or [address for address in DOORS.values() for _ in range(COPIES)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for at, (address, (x, y)) in enumerate(zip(addresses, points, strict=False)):
            writer.writerow([f"户主{at}", address, f"{x:.7f}", f"{y:.7f}"])
    found = Import(import_id="I0001", file=path.name, sha256="0", kind=ImportKind.HOUSEHOLDS, points=said,
                   made_at=dt.datetime.now(dt.UTC), made_by="甲")  # fmt: skip
    known = CityFacts(name="样例市", metric_crs="EPSG:4547")
    read = read_import(path, found, COLUMNS, metric_crs="EPSG:4547", gazetteer=lambda: Gazetteer.of(town(), known))
    return read, [(problem.code, problem.message) for problem in read.problems if problem.code.startswith("points")]


def metres(frame, truth):
    found = np.array([[shape.x, shape.y] for shape in frame["geometry"]])
    return np.hypot((found[:, 0] - truth[:, 0]) * 96_300, (found[:, 1] - truth[:, 1]) * 110_850)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_distorted_points_are_read_back_and_said(tmp_path, truth, datum):
    read, said = brought(tmp_path, np.column_stack(crs.distort(*truth.T, datum)))
    assert metres(read.frame, truth).max() < 0.05
    assert [code for code, _ in said] == ["points.read"]


def test_true_points_stay(tmp_path, truth):
    read, _ = brought(tmp_path, truth)
    assert metres(read.frame, truth).max() < 0.05
    assert not {name for name in read.frame if name.startswith("_") and "file" in name}


def test_two_sources_in_one_file_are_told_by_row(tmp_path, truth):
    mixed = truth.copy()
    mixed[::2] = np.column_stack(crs.distort(*truth[::2].T, "gcj02"))
    read, said = brought(tmp_path, mixed)
    assert metres(read.frame, truth).max() < 0.05
    assert [code for code, _ in said] == ["points.mixed"] * 2


def test_an_unknown_shift_is_told_and_its_points_are_left_out(tmp_path, truth):
    read, said = brought(tmp_path, truth + np.array([0.003, 0.0]))
    assert read.frame["geometry"].isna().all()
    assert [code for code, _ in said] == ["points.shifted"]


@pytest.mark.parametrize("datum", ["wgs84", "gcj02"])
def test_too_few_rows_are_asked_about_and_count_only_when_somebody_has_answered(tmp_path, truth, datum):
    few = truth[:19]
    written = np.column_stack(crs.distort(*few.T, datum))
    read, said = brought(tmp_path, written)
    assert read.frame["geometry"].isna().all()
    assert [code for code, _ in said] == ["points.unclear"]
    assert [one.code for one in read.questions] == ["points.unclear"]
    read, _ = brought(tmp_path, written, datum)
    assert metres(read.frame, few).max() < 0.05
    assert read.questions == ()


def test_coordinates_of_people_without_a_known_address_are_asked_about(tmp_path, truth):
    read, _ = brought(tmp_path, truth, addresses=["不详"] * len(truth))
    assert [one.code for one in read.questions] == ["points.unclear"]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("gcj02", lambda lon, lat: crs.distort(lon, lat, "gcj02")),
        ("bd09 swapped", lambda lon, lat: crs.distort(lon, lat, "bd09")[::-1]),
        ("EPSG:4547", crs.transformer("EPSG:4326", "EPSG:4547").transform),
        ("EPSG:4547 swapped", lambda lon, lat: crs.transformer("EPSG:4326", "EPSG:4547").transform(lon, lat)[::-1]),
    ],
)
def test_what_a_person_says_of_a_few_rows_is_believed(tmp_path, truth, said, written):
    few = truth[:10]
    read, told = brought(tmp_path, np.column_stack(written(*few.T)), said)
    assert metres(read.frame, few).max() < 0.05
    assert [code for code, _ in told] == ["points.told"]


def test_what_a_person_says_against_the_rows_is_believed_and_doubted_aloud(tmp_path, truth):
    read, told = brought(tmp_path, np.column_stack(crs.distort(*truth.T, "gcj02")), "wgs84")
    assert metres(read.frame, truth).min() > 400
    assert [code for code, _ in told] == ["points.told", "points.contradicted"]


def test_coordinates_that_a_person_does_not_want_are_left_out(tmp_path, truth):
    read, told = brought(tmp_path, truth, "none")
    assert read.frame["geometry"].isna().all()
    assert [code for code, _ in told] == ["points.left"]
