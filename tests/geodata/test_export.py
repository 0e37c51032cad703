"""What is written is read back by another program's library: csv, openpyxl, json, pyogrio."""

import csv
import datetime as dt
import json

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely.geometry import Point, Polygon, box

from geodata.export import write_table
from gridmap import frames
from gridmap.tables import Grid, Household


@pytest.fixture
def households():
    rows = {
        "household_id": ["007", "420204004003001001"],
        "name": ["张*", "=cmd()"],
        "categories": [("living_alone", "advanced_age"), ()],
        "phone": ["138****5678", "-1+2"],
        "birth": [dt.date(1940, 5, 1), None],
        "geometry": [Point(115.012345678, 30.1), None],
    }
    return frames.conform(pd.DataFrame(rows), Household)


@pytest.fixture
def grids():
    clockwise = Polygon([(115, 30), (115, 30.1), (115.1, 30.1), (115.1, 30)])
    return frames.conform(
        pd.DataFrame(
            {"grid_id": ["g1", "g2"], "name": ["一网格", '"二"'], "geometry": [clockwise, box(115.1, 30, 115.2, 30.1)]}
        ),
        Grid,
    )


def test_csv_opens_rightly_in_a_spreadsheet(tmp_path, households):
    path = tmp_path / "a.csv"
    write_table(households, path, "csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["household_id"] == "007"
    assert first["categories"] == "living_alone、advanced_age"
    assert first["birth"] == "1940-05-01"
    assert (first["lon"], first["lat"]) == ("115.0123457", "30.1")
    assert (second["lon"], second["birth"], second["categories"]) == ("", "", "")


def test_no_text_becomes_a_formula(tmp_path, households):
    write_table(households, tmp_path / "a.csv", "csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        second = list(csv.DictReader(file))[1]
    assert second["name"] == "'=cmd()"
    assert second["phone"] == "'-1+2"
    write_table(households, tmp_path / "a.xlsx", "xlsx")
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["B3"]
    assert (cell.value, cell.data_type) == ("=cmd()", "s")


def test_ids_stay_text_in_a_workbook(tmp_path, households):
    write_table(households, tmp_path / "a.xlsx", "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:2] == ["household_id", "name"]
    assert [row[0] for row in rows[1:]] == ["007", "420204004003001001"]
    assert sheet["A2"].number_format == "@"
    assert rows[1][rows[0].index("lon")] == 115.0123457
    assert sheet.freeze_panes == "A2"


def test_geojson_follows_rfc_7946(tmp_path, grids):
    write_table(grids.to_crs("EPSG:32650"), tmp_path / "a.geojson", "geojson")
    value = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    assert set(value) == {"type", "features"}
    ring = value["features"][0]["geometry"]["coordinates"][0]
    assert shapely.LinearRing(ring).is_ccw
    assert ring[0] == ring[-1]
    assert {tuple(position) for position in ring} == {(115, 30), (115, 30.1), (115.1, 30.1), (115.1, 30)}
    assert value["features"][1]["properties"]["name"] == '"二"'


def test_geojson_writes_missing_shapes_as_null(tmp_path, households):
    write_table(households, tmp_path / "a.geojson", "geojson")
    value = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    assert [feature["geometry"] for feature in value["features"]] == [
        {"type": "Point", "coordinates": [115.0123457, 30.1]}, None,
    ]  # fmt: skip
    assert value["features"][1]["properties"]["birth"] is None


def test_geopackage_comes_back_equal(tmp_path, grids):
    write_table(grids, tmp_path / "网格.gpkg", "gpkg")
    write_table(grids, tmp_path / "网格.gpkg", "gpkg")
    found = pyogrio.read_dataframe(tmp_path / "网格.gpkg")
    assert len(found) == 2
    assert found.crs == "EPSG:4326"
    assert list(found["name"]) == list(grids["name"])
    assert found.geometry.geom_equals(grids.geometry).all()


def test_lists_are_joined_in_a_geopackage(tmp_path, households):
    write_table(households, tmp_path / "a.gpkg", "gpkg")
    assert list(pyogrio.read_dataframe(tmp_path / "a.gpkg")["categories"]) == ["living_alone、advanced_age", ""]


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson"])
def test_same_rows_give_the_same_file(tmp_path, households, form):
    for name in ("a", "b"):
        write_table(households, tmp_path / name, form)
    if form == "xlsx":
        first, second = (openpyxl.load_workbook((tmp_path / name).open("rb")) for name in ("a", "b"))
        assert first.properties.created == second.properties.created
    else:
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_forms_that_do_not_fit_are_refused(tmp_path, grids):
    with pytest.raises(ValueError, match="choose one of csv, xlsx, geojson, gpkg"):
        write_table(grids, tmp_path / "a.shp", "shp")
    with pytest.raises(ValueError, match="no shapes"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "a.geojson", "geojson")
    assert list(tmp_path.iterdir()) == []


def test_plain_rows_and_polygons_are_written_without_coordinates(tmp_path, grids):
    write_table(grids, tmp_path / "a.csv", "csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[
        0
    ] == "grid_id,community_id,name,kind,worker_name,worker_phone"


def test_an_empty_frame_is_written_with_its_headers(tmp_path):
    empty = frames.empty(Grid)
    for form in ("csv", "xlsx", "geojson", "gpkg"):
        write_table(empty, tmp_path / f"a.{form}", form)
    assert json.loads((tmp_path / "a.geojson").read_text())["features"] == []
    assert list(pyogrio.read_dataframe(tmp_path / "a.gpkg").columns) == [
        "grid_id",
        "community_id",
        "name",
        "kind",
        "worker_name",
        "worker_phone",
        "geometry",
    ]


def test_control_characters_do_not_break_a_workbook(tmp_path):
    write_table(pd.DataFrame({"a": ["x\x00\x0by"]}), tmp_path / "a.xlsx", "xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"].value == "xy"


def test_geodataframes_without_a_system_are_taken_as_stored(tmp_path):
    write_table(gpd.GeoDataFrame({"a": [1]}, geometry=[Point(1, 2)]), tmp_path / "a.geojson", "geojson")
    assert '"coordinates":[1.0,2.0]' in (tmp_path / "a.geojson").read_text().replace(" ", "")
