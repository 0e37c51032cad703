"""Frames that keep the facts of their noun: conform, check, compare, mask.

A frame of a Row has exactly the columns of the Row in their order, a fresh RangeIndex and these dtypes: text and
enumerations `str` (missing NaN), int `Int64`, float `float64`, bool `bool`, date and datetime `datetime64[us]`
(datetimes in UTC with a time zone), tuples `object`. With a geometry it is a GeoDataFrame in EPSG:4326.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.array import GeometryDtype

from gridmap import masking
from gridmap.errors import FrameError, Problem
from gridmap.schema import STORAGE_CRS, Column, Row, columns, geometry_column, keys, type_ids

FIRST_ROW = 2
"""The number of the first row of a table whose header is row 1."""


def _dtype(column: Column) -> str:
    if column.many:
        return "object"
    if issubclass(column.kind, str):
        return "str"
    kinds = {bool: "bool", int: "Int64", float: "float64", dt.date: "datetime64[us]"}
    return kinds.get(column.kind, "datetime64[us, UTC]")


def _default(column: Column, row: type[Row]) -> Any:  # noqa: ANN401  a default may be any value
    field = row.model_fields[column.name]
    return None if field.is_required() else field.default


def _texts(values: pd.Series) -> tuple[pd.Series, np.ndarray]:
    # through object: a StrEnum member must become its value, a missing one must stay missing
    plain = values.astype(object)
    try:
        return plain.where(plain.isna(), plain.map(str)).astype("str"), np.zeros(len(values), dtype=bool)
    except UnicodeEncodeError:
        broken = plain.map(lambda value: str(value).encode(errors="replace") != str(value).encode(errors="ignore"))
        return plain.astype(object), broken.to_numpy(dtype=bool)


def _numbers(values: pd.Series, dtype: str) -> tuple[pd.Series, np.ndarray]:
    plain = values.astype(object).where(values.notna(), None) if values.dtype == object else values
    try:
        return plain.astype(dtype), np.zeros(len(values), dtype=bool)
    except (ValueError, TypeError, OverflowError):
        found = pd.to_numeric(plain, errors="coerce")
        bad = found.isna() & values.notna()
        if dtype == "Int64":
            bad |= found % 1 != 0
        return plain, bad.to_numpy(dtype=bool)


def _moments(values: pd.Series, column: Column) -> tuple[pd.Series, np.ndarray]:
    stamps = pd.to_datetime(values, errors="coerce", utc=column.kind is dt.datetime)
    bad = (stamps.isna() & values.notna()).to_numpy()
    if column.kind is dt.date:
        # a day has no time of day, and no zone that could move it to the day before
        stamps = stamps.dt.tz_localize(None).dt.normalize()
    return stamps.astype(_dtype(column)), bad


def _truths(values: pd.Series, default: object) -> tuple[pd.Series, np.ndarray]:
    if default is not None:
        values = values.astype(object).where(values.notna(), default)
    bad = ~values.isin([True, False]).to_numpy(dtype=bool)
    return (values if bad.any() else values.astype("bool")), bad


def _lists(values: pd.Series) -> pd.Series:
    def listed(value: Any) -> tuple[str, ...]:  # noqa: ANN401
        if isinstance(value, str):
            return (str(value),)
        return () if value is None or value is pd.NA or isinstance(value, float) else tuple(str(item) for item in value)

    return pd.Series([listed(value) for value in values], dtype=object)


def _shapes(values: pd.Series) -> tuple[pd.Series, np.ndarray]:
    if isinstance(values.dtype, GeometryDtype):
        shapes = gpd.GeoSeries(values)
        return (shapes if shapes.crs else shapes.set_crs(STORAGE_CRS)), np.zeros(len(values), dtype=bool)
    plain = values.astype(object).where(values.notna(), None)
    bad = ~(shapely.is_geometry(plain.to_numpy()) | plain.isna().to_numpy())
    return (plain if bad.any() else gpd.GeoSeries(plain.to_numpy(), crs=STORAGE_CRS)), bad


def _cast(values: pd.Series, column: Column, default: object) -> tuple[pd.Series, np.ndarray]:
    """Return the values in the dtype of the column, and which of them do not fit it."""
    if column.shapes:
        return _shapes(values)
    if column.many:
        return _lists(values), np.zeros(len(values), dtype=bool)
    if column.kind in (dt.date, dt.datetime):
        return _moments(values, column)
    if values.dtype == _dtype(column):
        return values, np.zeros(len(values), dtype=bool)
    if column.kind is bool:
        return _truths(values, default)
    return _texts(values) if issubclass(column.kind, str) else _numbers(values, _dtype(column))


_TYPE_NAMES: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dt.date: "a day such as 2026-11-24",
    dt.datetime: "a time such as 2026-11-24T08:30:00Z",
}


def conform(frame: pd.DataFrame, row: type[Row]) -> pd.DataFrame:
    """Return the frame with the columns, order and dtypes of the noun; absent columns get their default.

    Columns that the noun does not know are dropped; a missing truth value takes its default. Values that fit the
    dtype are not judged further: `check` does that.

    Raises:
        FrameError: values do not fit the dtype of their column.
    """
    data: dict[str, pd.Series] = {}
    found: list[Problem] = []
    for column in columns(row):
        default = _default(column, row)
        given = column.name in frame.columns
        values = frame[column.name].reset_index(drop=True) if given else pd.Series([default] * len(frame), dtype=object)
        data[column.name], bad = _cast(values, column, default)
        found += [_misfit(values.iloc[at], column, int(at), row) for at in np.flatnonzero(bad)]
    if found:
        raise FrameError(found)
    shape = geometry_column(row)
    result = pd.DataFrame(data)
    return result if shape is None else gpd.GeoDataFrame(result, geometry=shape)


def _misfit(value: object, column: Column, at: int, row: type[Row]) -> Problem:
    place = (row.table, at + FIRST_ROW, column.name)
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return Problem(*place, "value.missing", "is empty: fill it in")
    wanted = "a geometry" if column.shapes else _TYPE_NAMES.get(column.kind, "text that can be written as UTF-8")
    return Problem(*place, "value.type", f"{show(value, column)} is not {wanted}")


def empty(row: type[Row]) -> pd.DataFrame:
    """Return a frame of the noun without rows."""
    return conform(pd.DataFrame({column.name: [] for column in columns(row)}), row)


def _shape_problems(values: pd.Series, column: Column) -> Iterator[tuple[np.ndarray, str, str]]:
    shapes = values.to_numpy()
    wrong = ~np.isin(shapely.get_type_id(shapes), [type_ids[kind] for kind in column.shapes])
    yield wrong, "geometry.type", f"is not {' or '.join(column.shapes)}: draw it again or leave the row out"
    yield shapely.is_empty(shapes), "geometry.empty", "is an empty geometry: draw it or leave the row out"
    yield ~shapely.is_valid(shapes), "geometry.invalid", "crosses itself: repair it in the drawing program"


def _value_problems(values: pd.Series, column: Column) -> Iterator[tuple[np.ndarray, str, str]]:
    """Yield (bad rows, code, what to do) of one column's present values."""
    if column.shapes:
        yield from _shape_problems(values, column)
        return
    if column.key:
        yield (
            values.duplicated(keep="first").to_numpy(),
            "key.duplicate",
            "occurs twice: give each row its own",
        )
    if issubclass(column.kind, StrEnum):
        known = {str(value) for value in column.kind}
        bad = values.map(lambda v: not set(v) <= known) if column.many else ~values.isin(known)
        yield bad.to_numpy(dtype=bool), "value.unknown", f"is none of {', '.join(sorted(known))}"
    if column.ge is not None:
        yield (values < column.ge).to_numpy(dtype=bool), "value.low", f"is below {column.ge:g}"
    if column.le is not None:
        yield (values > column.le).to_numpy(dtype=bool), "value.high", f"is above {column.le:g}"
    if column.max_length is not None:
        long = values.str.len() > column.max_length
        yield long.to_numpy(dtype=bool), "value.long", f"has more than {column.max_length} characters"


def show(value: object, column: Column) -> str:
    """Write a value for a message, masked when personal, cut when long."""
    if column.shapes:
        return "the shape"
    text = masking.MASKS[column.personal](str(value)) if column.personal else str(value)
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def problems(frame: pd.DataFrame, row: type[Row], *, file: str = "", first_row: int = 2) -> list[Problem]:
    """Return everything in which a conformed frame breaks the facts of the noun; `first_row` numbers row 0."""
    found: list[Problem] = []
    several = len(keys(row)) > 1
    for column in columns(row):
        values = frame[column.name]
        missing = values.isna().to_numpy()
        if column.required:
            found += [
                Problem(file, first_row + int(at), column.name, "value.missing", "is empty: fill it in")
                for at in np.flatnonzero(missing)
            ]
        places, present = np.flatnonzero(~missing), values[~missing]
        for bad, code, remedy in _value_problems(present, column):
            if several and code == "key.duplicate":
                continue
            found += [
                Problem(file, first_row + int(places[at]), column.name, code,
                        f"{show(present.iloc[at], column)} {remedy}")
                for at in np.flatnonzero(bad)
            ]  # fmt: skip
    if several and (twice := frame.duplicated(list(keys(row)))).any():
        named = " + ".join(keys(row))
        found += [
            Problem(file, first_row + int(at), named, "key.duplicate", "occurs twice: give each row its own")
            for at in np.flatnonzero(twice)
        ]
    return found


def check(frame: pd.DataFrame, row: type[Row]) -> pd.DataFrame:
    """Return the conformed frame; raise FrameError with every problem at once.

    Raises:
        FrameError: a column is unknown, or a value breaks a fact of the noun.
    """
    unknown = [str(name) for name in frame.columns if name not in row.model_fields]
    if unknown:
        raise FrameError([Problem(row.table, None, name, "column.unknown", "is not a column of this noun")
                          for name in unknown])  # fmt: skip
    conformed = conform(frame, row)
    found = problems(conformed, row, file=row.table)
    if found:
        raise FrameError(found)
    return conformed


@dataclass(frozen=True, eq=False)
class Difference:
    """What a new frame of a noun changes against the old one; row counts add up to the two frames."""

    added: pd.DataFrame
    changed: pd.DataFrame
    removed: pd.DataFrame
    unchanged: int


def _same(old: pd.Series, new: pd.Series, column: Column) -> np.ndarray:
    """Say for each pair of values whether it is the same, missing ones included."""
    before, after = old.array, new.array
    if column.shapes:
        equal = shapely.equals_identical(old.to_numpy(), new.to_numpy())
    else:
        # missing against present is NA in some dtypes: not the same
        equal = pd.array(np.asarray(before == after, dtype=object), dtype="boolean").to_numpy(bool, na_value=False)
    same: np.ndarray = equal | (old.isna().to_numpy() & new.isna().to_numpy())
    return same


def compare(old: pd.DataFrame, new: pd.DataFrame, row: type[Row]) -> Difference:
    """Compare two checked frames of a noun by key; shapes are the same when every coordinate is."""
    names = list(keys(row))
    before, after = (pd.MultiIndex.from_frame(frame[names]) if len(names) > 1 else pd.Index(frame[names[0]])
                     for frame in (old, new))  # fmt: skip
    places = before.get_indexer(after)
    known = np.flatnonzero(places >= 0)
    paired, now = old.iloc[places[known]], new.iloc[known]
    kept = np.zeros(len(old), dtype=bool)
    kept[places[known]] = True
    same = np.ones(len(known), dtype=bool)
    for column in columns(row):
        same &= _same(paired[column.name], now[column.name], column)
    return Difference(
        added=new[places < 0].reset_index(drop=True),
        changed=now[~same].reset_index(drop=True),
        removed=old[~kept].reset_index(drop=True),
        unchanged=int(same.sum()),
    )


def mask(frame: pd.DataFrame, row: type[Row]) -> pd.DataFrame:
    """Return a copy in which every personal column is masked."""
    masked = frame.copy()
    for column in columns(row):
        if column.personal and column.name in masked:
            hide = masking.MASKS[column.personal]
            text = masked[column.name].astype(object)
            masked[column.name] = text.map(lambda value, hide=hide: hide(str(value)), na_action="ignore")
    return masked
