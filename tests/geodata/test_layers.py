"""Every format is written here by another library or by hand, and read back."""

import json
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon, box

from geodata.layers import Ask, layer_names, read_layer, tags
from geodata.tables_sql import select_rows
from geodata.targets import UnreadableError

NAMES = ["滨湖社区", "白马山社区", None]


@pytest.fixture
def frame():
    shapes = [box(115 + at, 30, 115.5 + at, 30.5) for at in range(3)]
    return gpd.GeoDataFrame({"name": NAMES, "n": [1, 2, 3]}, geometry=shapes, crs=4326)


FORMATS = {
    "gpkg": {"driver": "GPKG"},
    "geojson": {"driver": "GeoJSON"},
    "geojsonl": {"driver": "GeoJSONSeq"},
    "fgb": {"driver": "FlatGeobuf"},
    "shp": {"driver": "ESRI Shapefile", "encoding": "UTF-8"},
    "shp.zip": {"driver": "ESRI Shapefile", "encoding": "UTF-8"},
    "kml": {"driver": "KML"},
    "parquet": None,
}


def write(frame, path, how):
    if how is None:
        frame.to_parquet(path)
    else:
        pyogrio.write_dataframe(frame, path, **how)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_same_rows(tmp_path, frame, suffix):
    path = tmp_path / f"areas.{suffix}"
    write(frame, path, FORMATS[suffix])
    layer = read_layer(path, Ask())
    by_place = np.argsort(shapely.get_x(shapely.centroid(layer.shapes)))  # FlatGeobuf sorts by place
    names = layer.data["Name" if suffix == "kml" else "name"].iloc[by_place]
    assert [None if pd.isna(name) else name for name in names] in (NAMES, [*NAMES[:2], ""])
    assert shapely.equals_exact(
        shapely.normalize(layer.shapes[by_place]), shapely.normalize(frame.geometry.to_numpy()), tolerance=1e-9
    ).all()
    assert not layer.broken.any()
    assert "4326" in str(layer.crs) or "CRS84" in str(layer.crs)


TOPOLOGY = {
    "type": "Topology",
    "objects": {
        "paths": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "LineString", "arcs": [0], "properties": {"k": "a"}},
                {"type": None, "properties": {"k": "null"}},
                {"type": "LineString", "arcs": [1], "properties": {"k": "one point"}},
            ],
        }
    },
    "arcs": [[[0, 0], [1, 1]], [[2, 2]]],
}


def test_topojson_with_null_and_one_point_lines_does_not_raise(tmp_path):
    path = tmp_path / "paths.topojson"
    path.write_text(json.dumps(TOPOLOGY))
    layer = read_layer(path, Ask())
    assert layer.crs is None
    assert layer.shapes[0].wkt == "LINESTRING (0 0, 1 1)"
    assert layer.shapes[-1] is None
    assert layer.broken[-1]


def test_chinese_file_and_layer_names_are_read(tmp_path, frame):
    path = tmp_path / "网格 图层.gpkg"
    pyogrio.write_dataframe(frame, path, layer="网格")
    pyogrio.write_dataframe(frame.iloc[:1], path, layer="社区", append=True)
    assert len(read_layer(path, Ask(layer="社区")).data) == 1
    with pytest.raises(UnreadableError, match=r"name one as layer = .*网格, 社区"):
        read_layer(path, Ask())
    with pytest.raises(UnreadableError, match="has no layer 'x'"):
        read_layer(path, Ask(layer="x"))
    assert layer_names(path) == ["网格", "社区"]


def gbk_shapefile(tmp_path, frame, *, cpg):
    path = tmp_path / "areas.shp"
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding="GBK")
    tmp_path.joinpath("areas.cpg").unlink(missing_ok=True)
    if cpg:
        tmp_path.joinpath("areas.cpg").write_text(cpg)
    # byte 29 of a dBASE header names a code page; a file from another program often has 0 there
    data = bytearray(tmp_path.joinpath("areas.dbf").read_bytes())
    data[29] = 0
    tmp_path.joinpath("areas.dbf").write_bytes(bytes(data))
    return path


@pytest.mark.parametrize("cpg", [None, "UTF-8", "ISO-8859-1", "GBK"])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_gbk_shapefile_is_read_whatever_its_cpg_says(tmp_path, frame, cpg, zipped):
    path = gbk_shapefile(tmp_path, frame, cpg=cpg)
    if zipped:
        zip_path = tmp_path / "areas.zip"
        with zipfile.ZipFile(zip_path, "w") as archive:
            for part in tmp_path.glob("areas.???"):
                if part != zip_path:
                    archive.write(part, f"folder/{part.name}")
        path = zip_path
    layer = read_layer(path, Ask())
    assert list(layer.data["name"][:2]) == NAMES[:2]
    assert [code for code, _ in layer.notes] == ([] if cpg == "GBK" else ["encoding.mended"])
    assert layer.encoding == "gb18030"


def test_a_shapefile_in_an_unknown_encoding_is_refused_unless_declared(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["Müller"]}, geometry=[Point(1, 1)], crs=4326)
    path = gbk_shapefile(tmp_path, frame, cpg=None)
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding="ISO-8859-1")
    tmp_path.joinpath("areas.cpg").unlink()
    with pytest.raises(UnreadableError, match="name its encoding"):
        read_layer(path, Ask())
    assert read_layer(path, Ask(encoding="ISO-8859-1")).data["name"][0] == "Müller"


def test_a_zip_of_several_files_asks_which(tmp_path, frame):
    for name in ("a", "b"):
        frame.to_file(tmp_path / f"{name}.geojson")
    path = tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a", "b"):
            archive.write(tmp_path / f"{name}.geojson", f"{name}.geojson")
    with pytest.raises(UnreadableError, match=r"a\.geojson, b\.geojson"):
        read_layer(path, Ask())
    assert len(read_layer(path, Ask(layer="b")).data) == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_geojson_in_other_encodings_is_read(tmp_path, frame, encoding):
    path = tmp_path / "areas.geojson"
    path.write_bytes(frame.to_json(ensure_ascii=False).encode(encoding))
    layer = read_layer(path, Ask())
    assert list(layer.data["name"][:2]) == NAMES[:2]
    assert layer.encoding == encoding


def test_kml_in_gb18030_is_read(tmp_path):
    text = (
        '<?xml version="1.0" encoding="GBK"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        "<name>滨湖社区网格</name><Point><coordinates>115,30,0</coordinates></Point></Placemark></Document></kml>"
    )
    path = tmp_path / "a.kml"
    path.write_bytes(text.encode("gbk"))
    assert read_layer(path, Ask()).data["Name"][0] == "滨湖社区网格"


def test_whole_numbers_stay_whole_where_some_are_missing(tmp_path):
    big = 9_007_199_254_740_993  # 2**53 + 1: a float would end in 992
    frame = gpd.GeoDataFrame(
        {"id": pd.array([big, None], dtype="Int64")}, geometry=[Point(0, 0), Point(1, 1)], crs=4326
    )
    frame.to_file(tmp_path / "a.gpkg")
    assert read_layer(tmp_path / "a.gpkg", Ask()).data["id"][0] == big


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "parquet", "shp"])
def test_a_filter_keeps_rows_and_a_wrong_one_is_refused(tmp_path, frame, suffix):
    path = tmp_path / f"areas.{suffix}"
    write(frame, path, FORMATS[suffix])
    assert list(read_layer(path, Ask(where="n >= 2")).data["n"]) == [2, 3]
    with pytest.raises((UnreadableError, ValueError), match=r"nothing|filter|SQL|where"):
        read_layer(path, Ask(where="nothing >= 2"))


def test_select_rows_answers_sql():
    data = pd.DataFrame({"a b": ["x", None, "z"], "n": [1, 2, 3]})
    assert list(select_rows(data, '"a b" IS NOT NULL AND n > 1')) == [2]
    with pytest.raises(ValueError, match="does not work"):
        select_rows(data, "1; DROP TABLE source")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gpkg", b"no database"),
        ("a.fgb", b"fgb\x03fgb\x00junk"),
        ("a.shp", b"xx"),
        ("a.zip", b"PK no zip"),
        ("a.geojson", b"{"),
        ("a.geojson", b""),
        ("a.parquet", b"PAR1"),
        ("a.kml", b"<kml"),
        ("a.topojson", b'{"type":"Topology"}'),
        ("a.osm.pbf", b"\x00\x01"),
    ],
)
def test_a_broken_file_is_refused_in_words(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        read_layer(path, Ask())
    assert caught.value.code.startswith(("file.", "layer."))


def test_a_file_that_breaks_off_is_refused_not_half_read(tmp_path, frame):
    big = pd.concat([frame] * 2000, ignore_index=True)
    path = tmp_path / "a.fgb"
    pyogrio.write_dataframe(gpd.GeoDataFrame(big, crs=4326), path, driver="FlatGeobuf")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_layer(path, Ask())


def test_parquet_without_geometry_is_refused(tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(UnreadableError, match="GeoParquet"):
        read_layer(tmp_path / "a.parquet", Ask())


def test_an_unclosed_ring_is_closed_and_marked(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}')
    layer = read_layer(path, Ask())
    assert layer.shapes[0].equals(box(0, 0, 1, 1))
    assert list(layer.broken) == [True]


def test_only_the_wanted_columns_are_read(tmp_path, frame):
    path = tmp_path / "a.fgb"
    write(frame, path, FORMATS["fgb"])
    assert list(read_layer(path, Ask(choose=lambda names: names[:1])).data.columns) == ["name"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"addr:street"=>"Im Loch","addr:housenumber"=>"7"', {"addr:street": "Im Loch", "addr:housenumber": "7"}),
        (r'"name"=>"the \"old\" mill","a"=>"b\\c"', {"name": 'the "old" mill', "a": "b\\c"}),
        (None, {}),
        ("", {}),
    ],
)
def test_tags_are_read_as_hstore(text, expected):
    assert tags(text) == expected


def test_lines_and_polygons_in_one_file_are_told_apart_by_family(tmp_path):
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame(geometry=[LineString([(0, 0), (1, 1)])], crs=4326).to_file(path, layer="ways")
    gpd.GeoDataFrame(geometry=[Polygon([(0, 0), (1, 0), (1, 1)])], crs=4326).to_file(path, layer="areas")
    assert read_layer(path, Ask(family="LineString")).layer == "ways"
    assert read_layer(path, Ask(family="Polygon")).layer == "areas"


def test_a_broken_line_of_newline_delimited_geojson_is_not_skipped_in_silence(tmp_path):
    feature = '{"type":"Feature","properties":{"n":%d},"geometry":{"type":"Point","coordinates":[%d,0]}}'
    path = tmp_path / "a.geojsonl"
    path.write_text("\n".join([feature % (1, 1), '{"type":"Feature","prop', feature % (3, 3)]) + "\n")
    with pytest.raises(UnreadableError, match="line 2"):
        read_layer(path, Ask())
