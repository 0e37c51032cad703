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

from gridmap import masking
from gridmap.errors import FrameError, Problem
from gridmap.schema import STORAGE_CRS, Column, Row, columns, geometry_column, keys, type_ids


def _cast(values: pd.Series, column: Column) -> pd.Series:
    if column.shapes:
        return values
    if column.many:
        return (
            values.astype(object)
            .map(lambda value: tuple(str(item) for item in value) if value is not None else ())
            .astype(object)
        )
    if column.kind is dt.datetime:
        return pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]")
    if column.kind is dt.date:
        return pd.to_datetime(values).astype("datetime64[us]")
    if issubclass(column.kind, str):
        # through object: a StrEnum member must become its value, a missing one must stay missing
        text = values.astype(object)
        return text.where(text.isna(), text.map(str)).astype("str")
    return values.astype({bool: "bool", int: "Int64", float: "float64"}[column.kind])


def _default(row: type[Row], name: str) -> Any:  # noqa: ANN401  a default may be any value
    field = row.model_fields[name]
    return None if field.is_required() else field.default


def conform(frame: pd.DataFrame, row: type[Row]) -> pd.DataFrame:
    """Return the frame with the columns, order and dtypes of the noun; absent columns get their default.

    Columns that the noun does not know are dropped. Values are not judged: `check` does that.
    """
    data: dict[str, Any] = {}
    for column in columns(row):
        if column.name in frame.columns:
            values = pd.Series(frame[column.name].to_numpy(), dtype=frame[column.name].dtype)
        else:
            values = pd.Series([_default(row, column.name)] * len(frame), dtype=object)
        if column.name in frame.columns and not column.required and not column.shapes:
            values = values.astype(object).where(values.notna(), None)
        data[column.name] = _cast(values, column)
    result = pd.DataFrame(data)
    shape = geometry_column(row)
    if shape is None:
        return result
    crs = frame.crs if isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None else STORAGE_CRS
    shapes = gpd.GeoSeries(list(result[shape]), crs=crs, index=result.index)
    return gpd.GeoDataFrame(result.assign(**{shape: shapes}), geometry=shape)


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


def _fingerprint(frame: pd.DataFrame, row: type[Row]) -> pd.Series:
    parts = []
    for column in columns(row):
        values = frame[column.name]
        if column.shapes:
            parts.append(pd.Series(shapely.to_wkb(values.to_numpy()), index=frame.index, dtype=object))
        else:
            parts.append(values.astype(object).where(values.notna(), None))
    return pd.Series(list(zip(*parts, strict=True)), index=frame.index, dtype=object)


def compare(old: pd.DataFrame, new: pd.DataFrame, row: type[Row]) -> Difference:
    """Compare two conformed frames of a noun by key."""
    names = list(keys(row))
    before = pd.Series(list(_fingerprint(old, row)), index=pd.MultiIndex.from_frame(old[names]), dtype=object)
    after = pd.MultiIndex.from_frame(new[names])
    known = after.isin(before.index)
    now = _fingerprint(new, row)
    same = np.array(
        [bool(k) and before[key] == value for k, key, value in zip(known, after, now, strict=True)],
        dtype=bool,
    )
    gone = ~pd.MultiIndex.from_frame(old[names]).isin(after)
    return Difference(
        added=new[~known].reset_index(drop=True),
        changed=new[known & ~same].reset_index(drop=True),
        removed=old[gone].reset_index(drop=True),
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
