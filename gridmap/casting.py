"""Cast the values of a column to the dtype that its noun asks for, and say which of them do not fit.

Each function returns the cast values and a truth value for each row; where one does not fit, the values are not cast.
"""

import datetime as dt
from collections.abc import Sized

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.array import GeometryDtype

from gridmap.schema import STORAGE_CRS, Column

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
    # through object: a StrEnum member must become its value, a missing one must stay missing
    plain = values.astype(object)
    try:
        return plain.where(plain.isna(), plain.map(str)).astype("str"), _fits(values)
    except UnicodeEncodeError:
        return plain, plain.map(_unwritable).to_numpy(dtype=bool)


def _numbers(values: pd.Series, dtype: str) -> Cast:
    plain = values.astype(object).where(values.notna(), None) if values.dtype == object else values
    try:
        return plain.astype(dtype), _fits(values)
    except (ValueError, TypeError, OverflowError):
        found = pd.to_numeric(plain, errors="coerce")
        bad = found.isna()
        if dtype == "Int64":
            bad |= (found % 1 != 0) | (found.abs() >= 2.0**63)
        bad &= values.notna()
        return plain, bad.to_numpy(dtype=bool)


def _moments(values: pd.Series, column: Column) -> Cast:
    number = values.map(lambda value: isinstance(value, int | float)) if values.dtype == object else _fits(values)
    if pd.api.types.is_numeric_dtype(values.dtype):
        number = np.ones(len(values), dtype=bool)
    written = "ISO8601" if values.dtype in (object, "str") else None
    stamps = pd.to_datetime(values, errors="coerce", format=written, utc=column.kind is dt.datetime)
    bad = values.notna() & (stamps.isna() | number | ~stamps.dt.year.between(dt.MINYEAR, dt.MAXYEAR))
    if column.kind is dt.date:
        # a day has no time of day, and no zone that could move it to the day before
        stamps = stamps.dt.tz_localize(None).dt.normalize()
    return stamps.astype(_dtype(column)), bad.to_numpy(dtype=bool)


def _truths(values: pd.Series, default: object) -> Cast:
    if default is not None:
        values = values.astype(object).where(values.notna(), default)
    bad = ~values.isin([True, False]).to_numpy(dtype=bool)
    return (values if bad.any() else values.astype("bool")), bad


def _listed(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple | np.ndarray):
        return tuple(str(item) for item in value)
    if isinstance(value, set | frozenset):
        return tuple(sorted(str(item) for item in value))
    return () if pd.isna(value) else (str(value),)


def _lists(values: pd.Series) -> Cast:
    found = pd.Series([_listed(value) for value in values], dtype=object)
    return found, found.map(lambda items: any(map(_unwritable, items))).to_numpy(dtype=bool)


def _shapes(values: pd.Series) -> Cast:
    if isinstance(values.dtype, GeometryDtype):
        shapes = gpd.GeoSeries(values)
        return (shapes if shapes.crs else shapes.set_crs(STORAGE_CRS)), _fits(values)
    plain = values.astype(object).where(values.notna(), None)
    bad = ~(shapely.is_geometry(plain.to_numpy()) | plain.isna().to_numpy())
    return (plain if bad.any() else gpd.GeoSeries(plain.to_numpy(), crs=STORAGE_CRS)), bad


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
