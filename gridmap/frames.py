"""Frames that keep the facts of their noun: conform, check, compare, mask.

A frame of a Row has exactly the columns of the Row in their order, a fresh RangeIndex and these dtypes: text and
enumerations `str` (missing NaN), int `Int64`, float `float64`, bool `bool`, date and datetime `datetime64[us]`
(datetimes in UTC with a time zone), tuples `object`. With a geometry it is a GeoDataFrame in EPSG:4326.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap import masking
from gridmap.casting import cast
from gridmap.errors import FrameError, Problem
from gridmap.phrases import say
from gridmap.schema import STORAGE_CRS, Column, Row, columns, geometry_column, keys, type_ids

FIRST_ROW = 2
"""The number of the first row of a table whose header is row 1."""


def _default(column: Column, row: type[Row]) -> Any:  # noqa: ANN401  a default may be any value
    field = row.model_fields[column.name]
    return None if field.is_required() else field.default


_TYPE_PHRASES: dict[type, str] = {
    bool: "type.bool",
    int: "type.int",
    float: "type.float",
    dt.date: "type.date",
    dt.datetime: "type.datetime",
}


def _conform(frame: pd.DataFrame, row: type[Row], *, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the frame in the dtypes of the noun, and a problem for each value that had to be left out for that."""
    data: dict[str, pd.Series] = {}
    found: list[Problem] = []
    for column in columns(row):
        default = _default(column, row)
        given = column.name in frame.columns
        values = frame[column.name].reset_index(drop=True) if given else pd.Series([default] * len(frame), dtype=object)
        data[column.name], bad = cast(values, column, default)
        for at in np.flatnonzero(bad):
            code, message = _misfit(values.iloc[at], column)
            found.append(Problem(file, FIRST_ROW + int(at), column.name, code, message))
    shape = geometry_column(row)
    result = pd.DataFrame(data)
    return (result if shape is None else gpd.GeoDataFrame(result, geometry=shape)), found


def _misfit(value: object, column: Column) -> tuple[str, str]:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "value.missing", say("value.missing")
    wanted = say("type.geometry" if column.shapes else _TYPE_PHRASES.get(column.kind, "type.text"))
    return "value.type", say("value.type", value=show(value, column), wanted=wanted)


def conform(frame: pd.DataFrame, row: type[Row]) -> pd.DataFrame:
    """Return the frame with the columns, order and dtypes of the noun; absent columns get their default.

    Columns that the noun does not know are dropped; a missing truth value takes its default. Values that fit the
    dtype are not judged further: `check` does that.

    Raises:
        FrameError: values do not fit the dtype of their column.
    """
    conformed, found = _conform(frame, row, file=row.table)
    if found:
        raise FrameError(found)
    return conformed


def empty(row: type[Row]) -> pd.DataFrame:
    """Return a frame of the noun without rows."""
    return conform(pd.DataFrame({column.name: [] for column in columns(row)}), row)


def _shape_problems(values: pd.Series, column: Column) -> Iterator[tuple[np.ndarray, str, str]]:
    shapes = values.to_numpy()
    wrong = ~np.isin(shapely.get_type_id(shapes), [type_ids[kind] for kind in column.shapes])
    yield wrong, "geometry.type", say("geometry.wanted", wanted=" / ".join(column.shapes))
    yield shapely.has_z(shapes), "geometry.z", say("geometry.heights")
    yield shapely.is_empty(shapes), "geometry.empty", say("geometry.no_points")
    yield ~shapely.is_valid(shapes), "geometry.invalid", say("geometry.invalid")


def _value_problems(values: pd.Series, column: Column) -> Iterator[tuple[np.ndarray, str, str]]:
    """Yield (bad rows, code, what to do) of one column's present values."""
    if column.shapes:
        yield from _shape_problems(values, column)
        return
    if column.key:
        yield values.duplicated().to_numpy(), "key.duplicate", say("key.duplicate")
    if issubclass(column.kind, StrEnum):
        known = {str(value) for value in column.kind}
        bad = _holds_other(values, known) if column.many else ~values.isin(known).to_numpy(dtype=bool)
        yield bad, "value.unknown", say("value.unknown", known=sorted(known))
    elif column.kind is str and not column.many:
        yield _holds_nul(values), "value.nul", say("value.nul")
    if column.kind is float:
        yield np.isinf(values.to_numpy()), "value.infinite", say("value.infinite")
    yield from _limit_problems(values, column)


def _holds_other(lists: pd.Series, known: set[str]) -> np.ndarray:
    others = {items for items in set(lists) if not known.issuperset(items)}
    return np.array([items in others for items in lists], dtype=bool)


def _holds_nul(values: pd.Series) -> np.ndarray:
    found: np.ndarray = values.str.contains("\x00", regex=False).to_numpy(dtype=bool)
    return found


def _limit_problems(values: pd.Series, column: Column) -> Iterator[tuple[np.ndarray, str, str]]:
    if column.ge is not None:
        yield (values < column.ge).to_numpy(dtype=bool), "value.low", say("value.low", limit=column.ge)
    if column.le is not None:
        yield (values > column.le).to_numpy(dtype=bool), "value.high", say("value.high", limit=column.le)
    if column.max_length is not None:
        long = values.str.len() > column.max_length
        yield long.to_numpy(dtype=bool), "value.long", say("value.long", limit=column.max_length)


def show(value: object, column: Column) -> str:
    """Write a value for a message, masked when personal, cut when long."""
    if column.shapes:
        return say("the_shape")
    text = masking.MASKS[column.personal](str(value)) if column.personal else str(value)
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _column_problems(values: pd.Series, column: Column, *, file: str, first_row: int) -> Iterator[Problem]:
    missing = values.isna().to_numpy()
    if column.required:
        for at in np.flatnonzero(missing):
            yield Problem(file, first_row + int(at), column.name, "value.missing", say("value.missing"))
    places, present = np.flatnonzero(~missing), values[~missing] if missing.any() else values
    for bad, code, remedy in _value_problems(present, column):
        for at in np.flatnonzero(bad):
            message = say("value", value=show(present.iloc[at], column), said=remedy)
            yield Problem(file, first_row + int(places[at]), column.name, code, message)


def problems(frame: pd.DataFrame, row: type[Row], *, file: str = "", first_row: int = FIRST_ROW) -> list[Problem]:
    """Return everything in which a conformed frame breaks the facts of the noun; `first_row` numbers row 0."""
    found: list[Problem] = []
    several = len(keys(row)) > 1
    for column in columns(row):
        # of several key columns only all together must differ
        facts = replace(column, key=False) if several else column
        found += _column_problems(frame[column.name], facts, file=file, first_row=first_row)
    if several:
        named, twice = " + ".join(keys(row)), frame.duplicated(list(keys(row)))
        found += [
            Problem(file, first_row + int(at), named, "key.duplicate", say("key.duplicate"))
            for at in np.flatnonzero(twice)
        ]
    shape = geometry_column(row)
    if shape and frame[shape].crs != STORAGE_CRS:
        wrong = say("geometry.crs", crs=frame[shape].crs.to_string(), wanted=STORAGE_CRS)
        found.append(Problem(file, None, shape, "geometry.crs", wrong))
    return found


def check(frame: pd.DataFrame, row: type[Row]) -> pd.DataFrame:
    """Return the conformed frame; raise FrameError with every problem at once.

    Raises:
        FrameError: a column is unknown, or a value breaks a fact of the noun.
    """
    found = [
        Problem(row.table, None, str(name), "column.unknown", say("column.unknown"))
        for name in frame.columns
        if name not in row.model_fields
    ]
    conformed, misfits = _conform(frame, row, file=row.table)
    left_out = {(problem.row, problem.column) for problem in misfits}
    broken = problems(conformed, row, file=row.table)
    found += [*misfits, *(problem for problem in broken if (problem.row, problem.column) not in left_out)]
    if found:
        raise FrameError(found)
    return conformed


def among(values: pd.Series, others: pd.Series) -> np.ndarray:
    """Tell which values are among others, both keys of a noun (n truths); `isin` is slow where these are many."""
    if len(values) == 0 or len(others) == 0:
        return np.zeros(len(values), dtype=bool)
    found: np.ndarray = pd.Index(others.unique()).get_indexer(pd.Index(values)) >= 0
    return found


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


def changes_by_column(old: pd.DataFrame, new: pd.DataFrame, row: type[Row]) -> dict[str, int]:
    """Count in how many rows each column differs between two checked frames, by key; those without are left out."""
    key = keys(row)[0]
    places = pd.Index(old[key]).get_indexer(pd.Index(new[key]))
    known = np.flatnonzero(places >= 0)
    if len(known) == 0:
        return {}
    before, after = old.iloc[places[known]], new.iloc[known]
    counts = {c.name: int((~_same(before[c.name], after[c.name], c)).sum()) for c in columns(row)}
    return {name: count for name, count in counts.items() if count}


def mask(frame: pd.DataFrame, row: type[Row]) -> pd.DataFrame:
    """Return a copy in which every personal column is masked."""
    masked = frame.copy()
    for column in columns(row):
        if column.personal and column.name in masked:
            hide = masking.MASKS[column.personal]
            text = masked[column.name].astype(object)
            masked[column.name] = text.map(lambda value, hide=hide: hide(str(value)), na_action="ignore")
    return masked
