import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.geojson_faults import faults
from gridmap.errors import Severity

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def found(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return [(fault.code, fault.row) for fault in faults(text)]


def feature(geometry, **members):
    return {"type": "Feature", "properties": {}, "geometry": geometry, **members}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def test_a_good_collection_has_no_fault():
    shapes = [{"type": "Polygon", "coordinates": [SQUARE]}, {"type": "Point", "coordinates": [1.5, 2, 3]},
              {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]]]}]  # fmt: skip
    assert found(collection(*[feature(shape, id=at) for at, shape in enumerate(shapes)])) == []


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "geojson.null_geometry"),
        (False, "geojson.geometry"),
        ({"type": "Circle", "coordinates": [0, 0]}, "geojson.type"),
        ({"type": "Point"}, "geojson.coordinates"),
        ({"type": "Point", "coordinates": []}, "geojson.coordinates"),
        ({"type": "Point", "coordinates": [1]}, "geojson.coordinates"),
        ({"type": "Point", "coordinates": [1, "2"]}, "geojson.coordinates"),
        ({"type": "Point", "coordinates": [1, True]}, "geojson.coordinates"),
        ({"type": "MultiPoint", "coordinates": [[[0, 0], [0, 0]]]}, "geojson.coordinates"),
        ({"type": "LineString", "coordinates": [[0, 0]]}, "geojson.short_line"),
        ({"type": "Polygon", "coordinates": [SQUARE[:4]]}, "geojson.unclosed_ring"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "geojson.short_ring"),
        ({"type": "Polygon", "coordinates": [SQUARE[::-1]]}, "geojson.ring_order"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE[::-1]]]}, "geojson.ring_order"),
        ({"type": "GeometryCollection"}, "geojson.geometry"),
        ({"type": "Point", "coordinates": [0, 0], "bbox": [1, 2, 3, "4"]}, "geojson.bbox"),
        ({"type": "Point", "coordinates": [0, 0], "properties": {}}, "geojson.members"),
    ],
)
def test_a_faulty_geometry_is_named_with_its_row(geometry, code):
    good = feature({"type": "Point", "coordinates": [0, 0]})
    assert found(collection(good, feature(geometry))) == [(code, 2)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (feature({"type": "Point", "coordinates": [0, 0]}, id={}), "geojson.id"),
        (feature({"type": "Point", "coordinates": [0, 0]}, properties=[]), "geojson.properties"),
        ({"type": "Feature", "properties": {}}, "geojson.geometry"),
        (collection({"type": "Featre"}), "geojson.type"),
        (collection(5), "geojson.type"),
    ],
)
def test_a_faulty_feature_is_named(value, code):
    assert found(value) == [(code, 1)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("null", "geojson.root"),
        ('"x"', "geojson.root"),
        ("[]", "geojson.root"),
        ('{"type": "FeatureCollection"}', "geojson.features"),
        ('{"type": "FeatureCollection", "features": {}}', "geojson.features"),
        ('{"type": "FeatureCollection", "features": []}', "geojson.features"),
        ("[" * 100_000, "geojson.syntax"),
    ],
)
def test_a_text_that_is_no_collection_is_refused(text, code):
    assert found(text) == [(code, None)]


def test_a_text_that_is_no_json_names_its_line():
    (fault,) = faults('{\n "type": "Point"\n "coordinates": [0, 0]\n}')
    assert fault.code == "geojson.syntax"
    assert "line 3, column 2" in fault.message


def test_members_that_stand_twice_are_said():
    text = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1,"a":2},"geometry":null}]}'
    assert found(text) == [("geojson.doubled_member", None), ("geojson.null_geometry", 1)]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-200, 200), st.floats(allow_nan=False), st.text(max_size=5),
              st.sampled_from(["Feature", "Polygon", "Point", "FeatureCollection", "LineString", "MultiPolygon"])),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["type", "coordinates", "features", "geometry", "bbox", "id"]), inner),
    max_leaves=15,
)  # fmt: skip


@given(JSON)
def test_any_json_is_judged_without_breaking(value):
    assert all(isinstance(fault.severity, Severity) for fault in faults(json.dumps(value)))
