import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geodata.check import check_files

DIRTY = {
    "bad-duplicate-properties.geojson": "geojson.doubled_member",
    "bad-json.geojson": "geojson.syntax",
    "bad-polygon-interiorring-rhr.geojson": "geojson.ring_order",
    "bad-properties-as-array.geojson": "geojson.properties",
    "badcoordtype.geojson": "geojson.coordinates",
    "badfeatureid.geojson": "geojson.id",
    "bbox-contains-string.geojson": "geojson.bbox",
    "different-first-last.geojson": "geometry.unclosed",
    "excessive_precision_truncated.geojson": "geojson.precision",
    "false.geojson": "geojson.geometry",
    "featurecollection-obj.geojson": "geojson.features",
    "featurecollection.geojson": "geojson.features",
    "geometry_changed_semantics.geojson": "geojson.members",
    "geometrycollection_single.geojson": "geojson.single_collection",
    "multipoint-multidimension.geojson": "geojson.coordinates",
    "nofeaturetype.geojson": "geojson.type",
    "point-labeled-as-a-multipolygon.geojson": "geojson.coordinates",
    "point-toofew.geojson": "geojson.coordinates",
    "point.geojson": "geojson.coordinates",
    "rootstring.geojson": "geojson.root",
    "short-linearring.geojson": "geometry.unclosed",
    "stringcoord.geojson": "geojson.coordinates",
    "null_geom.geojson": "geometry.null",
    "nybb_16a.zip": "file.facts",
    "curve.gpkg": "geometry.curved",
    "curvepolygon.gpkg": "geometry.curved",
    "line_zm.gpkg": "geometry.measured",
    "multisurface.gpkg": "geometry.curved",
    "sample.osm.pbf": "file.facts",
    "test_gpkg_nulls.gpkg": "file.facts",
}


def dirty(shared):
    return {path.name: path for path in (shared / "dirty").rglob("*") if path.is_file() and "LICENSE" not in path.name}


@pytest.fixture(scope="module")
def report(shared):
    """One report on all dirty files at once: none may hide another's problems."""
    return check_files(sorted(dirty(shared).values()))


@pytest.mark.parametrize(("name", "code"), DIRTY.items())
def test_every_dirty_file_gives_its_report(report, name, code):
    assert code in [problem.code for problem in report if problem.file.split("[")[0] == name]


def test_no_dirty_file_is_forgotten(report, shared):
    assert set(dirty(shared)) == set(DIRTY) == {problem.file.split("[")[0] for problem in report}


def test_every_layer_of_an_unsorted_openstreetmap_file_is_counted(report):
    facts = [p.message for p in report if p.code == "file.facts" and p.file.startswith("sample.osm.pbf")]
    # counted with GDAL's own index switched off, feature by feature
    assert [message.split(" rows")[0].split(", ")[-1] for message in facts] == ["8", "36", "1", "8", "4"]


def codes(*paths):
    return [(problem.code, str(problem.severity)) for problem in check_files(paths)]


def test_a_table_is_described_and_its_values_are_checked(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,现住址,身份证号,户籍地址\n张三,白马路15号,440524188001014000,x\n".encode("gb18030"))
    problems = check_files([path])
    facts = next(problem.message for problem in problems if problem.code == "file.facts")
    assert "gb18030" in facts
    assert "1 rows" in facts
    assert "姓名 -> name" in facts
    assert [problem.code for problem in problems if problem.severity == "error"] == ["id.damaged_by_excel"]
    assert "户籍地址" in next(problem.message for problem in problems if problem.code == "column.unused")


def test_a_table_of_members_is_known_by_its_headers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("党员姓名,派出单位,特长\n张三,水务局,医疗\n", encoding="utf-8")
    assert "read as member" in check_files([path])[0].message


def test_what_cannot_be_read_is_said(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"x")
    (tmp_path / "a.cpg").write_text("UTF-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
    assert codes(tmp_path / "no.gpkg") == [("file.missing", "error")]
    assert codes(tmp_path / "a.docx") == [("file.kind", "error")]
    assert codes(tmp_path / "a.cpg") == [("file.side", "note")]
    assert codes(tmp_path / "a.zip") == [("file.unreadable", "error")]
    assert codes(tmp_path) == [("file.missing", "error")]


def test_undeclared_metres_are_said(tmp_path):
    gpd.GeoDataFrame({"a": [1]}, geometry=[Point(500_000, 3_300_000)]).to_file(tmp_path / "a.shp")
    assert "crs.unknown" in [problem.code for problem in check_files([tmp_path / "a.shp"])]


def test_real_layers_are_described(shared):
    found = check_files([Path(shared) / "cambridge" / "BOUNDARY_CDDNeighborhoods.geojson"])
    (message,) = [problem.message for problem in found if problem.code == "file.facts"]
    assert "13 rows" in message
    assert "N_HOOD" in message
