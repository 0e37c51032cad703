"""A noun's annotations carry every fact about it, however they are written."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

import pytest
import shapely
from pydantic import Field, ValidationError

from gridmap import masking
from gridmap.schema import (
    PLAIN_KINDS,
    AreaGeometry,
    Key,
    Personal,
    Ref,
    Row,
    columns,
    geometry_column,
    keys,
    type_ids,
)
from gridmap.tables import AREA_ROWS, INPUT_ROWS, ROWS, Building, HouseholdPlace, Level


class Colour(StrEnum):
    """For the tests."""

    RED = "red"


class Thing(Row):
    """A noun for the tests."""

    table = "thing"
    thing_id: Annotated[str, Key(), Field(max_length=8)]
    inside: Annotated[str, Ref("box"), Personal("name")] | None = None
    outside: Annotated[str | None, Ref("box"), Field(description="where it was")] = None
    weight_g: Annotated[float, Field(ge=0.5, le=9, description="dry")] | None = None
    parts: tuple[Colour, ...] = ()
    names: Annotated[tuple[str, ...], Field(description="all of them")] = ()
    day: dt.date | None = None
    outline: AreaGeometry | None = None


def fact(name):
    return next(column for column in columns(Thing) if column.name == name)


def test_columns_stand_in_the_order_in_which_they_are_written():
    assert [column.name for column in columns(Thing)] == list(Thing.model_fields)


def test_a_key_is_required_and_measured():
    key = fact("thing_id")
    assert (key.kind, key.key, key.required, key.max_length, key.ref, key.many) == (str, True, True, 8, None, False)
    assert keys(Thing) == ("thing_id",)


@pytest.mark.parametrize("name", ["inside", "outside"])
def test_a_reference_may_be_annotated_inside_or_outside_of_none(name):
    assert (fact(name).kind, fact(name).ref, fact(name).required) == (str, "box", False)


def test_limits_descriptions_and_masks_are_found():
    assert (fact("weight_g").ge, fact("weight_g").le, fact("weight_g").description) == (0.5, 9, "dry")
    assert fact("outside").description == "where it was"
    assert (fact("inside").personal, fact("outside").personal) == ("name", None)
    assert (fact("day").ge, fact("day").le, fact("day").max_length) == (None, None, None)


def test_a_tuple_is_many_of_its_items():
    assert (fact("parts").kind, fact("parts").many, fact("parts").required) == (Colour, True, True)
    assert (fact("names").kind, fact("names").many, fact("names").description) == (str, True, "all of them")


def test_a_geometry_names_its_kinds():
    assert fact("outline").shapes == ("Polygon", "MultiPolygon")
    assert (fact("outline").kind, fact("outline").required) == (shapely.Geometry, False)
    assert geometry_column(Thing) == "outline"
    assert fact("names").shapes == ()


def test_the_numbers_of_the_kinds_are_those_of_shapely():
    shapes = [
        shapely.Point(0, 0),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.box(0, 0, 1, 1),
        shapely.MultiPoint([(0, 0)]),
        shapely.MultiLineString([[(0, 0), (1, 1)]]),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]),
    ]
    assert {shape.geom_type: shapely.get_type_id(shape) for shape in shapes} == type_ids


def test_a_row_is_frozen_and_knows_no_other_fields():
    thing = Thing(thing_id="T1")
    with pytest.raises(ValidationError):
        thing.thing_id = "T2"
    with pytest.raises(ValidationError):
        Thing(thing_id="T1", shoe_size=42)


def test_the_api_schema_writes_geometry_as_geojson():
    thing = Thing(thing_id="T1", outline=shapely.box(0, 0, 1, 1))
    assert thing.model_dump(mode="json")["outline"]["type"] == "Polygon"
    assert Thing(thing_id="T1").model_dump(mode="json")["outline"] is None
    described = str(Thing.model_json_schema()["properties"]["outline"])
    assert "GeoJSON Polygon or MultiPolygon, EPSG:4326" in described


# --- the nouns of Gridmap


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.table)
def test_every_noun_can_be_kept(row):
    facts = columns(row)
    assert keys(row)
    assert row.__doc__
    assert sum(bool(column.shapes) for column in facts) <= 1
    for column in facts:
        assert column.shapes or issubclass(column.kind, PLAIN_KINDS), column.name
        assert not column.many or issubclass(column.kind, str), column.name
        assert column.personal is None or column.personal in masking.MASKS
        assert column.ref is None or column.ref in {parent.table for parent in ROWS}
        assert column.name not in {"box", "row", "minx", "miny", "maxx", "maxy", "xmin", "ctid"}, column.name


def test_parents_stand_before_children():
    met = set()
    for row in ROWS:
        assert {column.ref for column in columns(row) if column.ref} <= met | {row.table}, row.table
        met.add(row.table)
    assert len(met) == len(ROWS)
    assert set(INPUT_ROWS) < set(ROWS)


def test_inherited_columns_come_first_and_the_key_is_found():
    assert columns(HouseholdPlace)[-1].name == "household_id"
    assert keys(HouseholdPlace) == ("household_id",)
    assert next(column for column in columns(HouseholdPlace) if column.name == "household_id").ref == "household"


def test_the_levels_run_from_the_largest_to_the_smallest():
    assert list(AREA_ROWS) == list(Level)
    assert AREA_ROWS[Level.BUILDING] is Building
    assert {row.table for row in AREA_ROWS.values()} == {str(level) for level in Level}
