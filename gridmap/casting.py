"""Cast the values of a column to the dtype that its noun asks for, and say which of them do not fit.

Each function returns the cast values, missing where one does not fit (false for truths), and a truth value for each
row that says which these are.
"""

import datetime as dt
from collections.abc import Sized

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.array import GeometryDtype

from gridmap.schema import STORAGE_CRS, Column

_TEXT = {str}
Cast = tuple[pd.Series, np.ndarray]


def _dtype(column: Column) -> str:
    if column.many:
        return "object"
    if issubclass(column.kind, str):
        return "str"
    kinds = {bool: "bool", int: "Int64", float: "float64", dt.date: "datetime64[us]"}
    return kinds.get(column.kind, "datetime64[us, UTC]")


def _unwritable(text: object) -> bool:
    """Say whether a text holds half a surrogate pair, which no encoding can write."""
    try:
        str(text).encode()
    except UnicodeEncodeError:
        return True
    return False


def _fits(values: Sized) -> np.ndarray:
    return np.zeros(len(values), dtype=bool)


def _texts(values: pd.Series) -> Cast:
    plain = values.astype(object)
    if not {*map(type, plain.to_numpy())} <= _TEXT | {type(None)}:
        # a StrEnum member must become its value, a missing one must stay missing
        pairs = zip(plain, values.isna(), strict=True)
        plain = pd.Series([None if missing else str(value) for value, missing in pairs], dtype=object)
    try:
        return plain.astype("str"), _fits(values)
    except UnicodeEncodeError:
        bad = np.array([_unwritable(value) for value in plain], dtype=bool)
        return plain.where(~bad, None).astype("str"), bad


def _numbers(values: pd.Series, dtype: str) -> Cast:
    plain = values.astype(object).where(values.notna(), None) if values.dtype == object else values
    try:
        return plain.astype(dtype), _fits(values)
    except (ValueError, TypeError, OverflowError):
        found = pd.to_numeric(plain, errors="coerce")
        bad = found.isna()
        if dtype == "Int64":
            bad |= (found % 1 != 0) | (found.abs() >= 2.0**63)
        bad = (bad & values.notna()).to_numpy(dtype=bool)
        return found.where(~bad, None).astype(dtype), bad


def _parsed(values: pd.Series, column: Column) -> Cast:
    present = values.notna().to_numpy(dtype=bool)
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        # a bare number would be read as nanoseconds since 1970
        written = values.astype(object)
        values = written.where(~written.map(lambda value: isinstance(value, int | float)).astype(bool), None)
    form = "ISO8601" if values.dtype == object else None
    stamps = pd.to_datetime(values, errors="coerce", format=form, utc=column.kind is dt.datetime)
    return stamps, present & stamps.isna().to_numpy(dtype=bool)


def _moments(values: pd.Series, column: Column) -> Cast:
    stamps, bad = (values, _fits(values)) if values.dtype == _dtype(column) else _parsed(values, column)
    # a day has no time of day, and no zone that could move it to the day before
    moments = stamps.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    years = moments.astype("datetime64[Y]").astype(np.int64) + 1970
    unwritable = ~np.isnat(moments) & ((years < dt.MINYEAR) | (years > dt.MAXYEAR))
    moments = np.where(unwritable, np.datetime64("NaT"), moments)
    if column.kind is dt.date:
        return pd.Series(moments.astype("datetime64[D]").astype("datetime64[us]")), bad | unwritable
    return pd.Series(moments).dt.tz_localize("UTC"), bad | unwritable


def _truths(values: pd.Series, default: object) -> Cast:
    plain = values.astype(object)
    plain = plain if default is None else plain.where(plain.notna(), default)
    good = plain.map(lambda value: isinstance(value, bool | np.bool_ | int | float) and value in (0, 1)).astype(bool)
    return plain.where(good, False).astype("bool"), ~good.to_numpy()


def _listed(value: object) -> tuple[str, ...]:
    if type(value) is tuple and {*map(type, value)} <= _TEXT:
        return value
    if isinstance(value, list | tuple | np.ndarray):
        return tuple(str(item) for item in value)
    if isinstance(value, set | frozenset):
        return tuple(sorted(str(item) for item in value))
    return () if pd.isna(value) else (str(value),)


def _lists(values: pd.Series) -> Cast:
    found = [_listed(value) for value in values]
    unwritable = {items for items in set(found) if any(map(_unwritable, items))}
    bad = np.array([items in unwritable for items in found], dtype=bool) if unwritable else _fits(values)
    return pd.Series([() if items in unwritable else items for items in found], dtype=object), bad


def _shapes(values: pd.Series) -> Cast:
    if isinstance(values.dtype, GeometryDtype):
        shapes = gpd.GeoSeries(values)
        return (shapes if shapes.crs else shapes.set_crs(STORAGE_CRS)), _fits(values)
    plain = values.astype(object).where(values.notna(), None)
    bad = ~(shapely.is_geometry(plain.to_numpy()) | plain.isna().to_numpy())
    return gpd.GeoSeries(plain.where(~bad, None).to_numpy(), crs=STORAGE_CRS), bad


def cast(values: pd.Series, column: Column, default: object) -> Cast:
    """Return the values in the dtype of the column, and which of them do not fit it."""
    if column.shapes:
        return _shapes(values)
    if column.many:
        return _lists(values)
    if column.kind in (dt.date, dt.datetime):
        return _moments(values, column)
    if values.dtype == _dtype(column):
        return values, _fits(values)
    if column.kind is bool:
        return _truths(values, default)
    return _texts(values) if issubclass(column.kind, str) else _numbers(values, _dtype(column))
