"""Hypothesis strategies: frames of any noun that keep all its facts. Every value is invented."""

import datetime as dt
from enum import StrEnum

import pandas as pd
import shapely
from hypothesis import strategies as st
from shapely import affinity

from gridmap import frames
from gridmap.schema import columns, keys

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
DEGREES = st.floats(-170, 170, allow_nan=False, allow_infinity=False)
SIZES = st.floats(1e-6, 5, allow_nan=False)


@st.composite
def boxes(draw):
    x, y, width, height = draw(DEGREES), draw(DEGREES), draw(SIZES), draw(SIZES)
    outer = shapely.box(x, y, x + width, y + height)
    hole = shapely.box(x + width / 4, y + height / 4, x + width / 2, y + height / 2)
    return shapely.Polygon(outer.exterior, [hole.exterior]) if draw(st.booleans()) else outer


def _pair(part):
    west, _south, east, _north = part.bounds
    return shapely.MultiPolygon([part, affinity.translate(part, (east - west) * 1.5 + 1)])


def _line(start, steps):
    ends = [start]
    for dx, dy in steps:
        ends.append((ends[-1][0] + dx, ends[-1][1] + dy))
    return shapely.LineString(ends)


LINES = st.builds(_line, st.tuples(DEGREES, DEGREES), st.lists(st.tuples(SIZES, SIZES), min_size=1, max_size=4))
SHAPES = {
    "Point": st.builds(shapely.Point, DEGREES, DEGREES),
    "LineString": LINES,
    "MultiLineString": st.builds(lambda one, two: shapely.MultiLineString([one, two]), LINES, LINES),
    "Polygon": boxes(),
    "MultiPolygon": st.builds(_pair, boxes()),
}


def _plain(column):
    if column.many:
        return st.lists(TEXTS if column.kind is str else st.sampled_from(list(column.kind)), max_size=3).map(tuple)
    if issubclass(column.kind, StrEnum):
        return st.sampled_from(list(column.kind))
    limits = (column.ge, column.le)
    return {
        str: TEXTS,
        bool: st.booleans(),
        int: st.integers(-(2**63) if limits[0] is None else limits[0], 2**63 - 1 if limits[1] is None else limits[1]),
        float: st.floats(*limits, allow_nan=False, allow_infinity=False),
        dt.date: st.dates(),
        dt.datetime: st.datetimes(timezones=st.just(dt.UTC)),
    }[column.kind]


def values_of(column):
    """Values that a column accepts, None included where it may be missing."""
    values = st.one_of(*(SHAPES[kind] for kind in column.shapes)) if column.shapes else _plain(column)
    return values if column.required else st.none() | values


@st.composite
def frames_of(draw, row, max_rows=6):
    """A conformed frame of a noun with different keys, in any order."""
    fields = st.fixed_dictionaries({column.name: values_of(column) for column in columns(row)})
    records = draw(st.lists(fields, max_size=max_rows, unique_by=lambda record: record[keys(row)[0]]))
    return frames.conform(pd.DataFrame(records, columns=list(row.model_fields), dtype=object), row)
