"""The columns of a frame as database drivers carry them, and back; whole columns at a time."""

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.phrases import say
from gridmap.schema import STORAGE_CRS, Column, Row, columns, geometry_column

Cells = list[object]


def _iso(values: pd.Series, column: Column) -> Cells:
    """Return ISO 8601 text: days as 2026-11-24, times in UTC with microseconds and a Z."""
    moments = values.dt.tz_localize(None) if column.kind is dt.datetime else values
    unit, zone = ("us", "Z") if column.kind is dt.datetime else ("D", "")
    text = np.datetime_as_string(moments.to_numpy().astype(f"datetime64[{unit}]"))
    return [None if missing else f"{value}{zone}" for value, missing in zip(text, moments.isna(), strict=True)]


def plain_cells(values: pd.Series, column: Column) -> Cells:
    """Return the values of a conformed column, geometry excepted: text, numbers, booleans, None."""
    if column.many:
        written = {value: json.dumps(value, ensure_ascii=False) for value in set(values)}
        return [written[value] for value in values]
    if column.kind in (dt.date, dt.datetime):
        return _iso(values, column)
    if column.kind is float:
        numbers = values.to_numpy().astype(object)
        numbers[values.isna().to_numpy()] = None
        return list(numbers)
    if column.kind is bool:
        return list(values.to_numpy().tolist())
    return list(values.to_numpy(dtype=object, na_value=None))


def key_cells(values: Collection[object], column: Column) -> Cells:
    """Return values that a column is asked for as the driver carries them.

    Raises:
        ValueError: the column is measured, drawn, a list, or sealed without a mark: nobody can ask for its value.
    """
    if column.many or column.shapes or column.kind is float or (column.sealed and not column.marked):
        raise ValueError(say("store.not_by_value", column=column.name))
    kept = pd.Series(list(values), dtype=object)
    if column.kind is dt.datetime:
        return plain_cells(pd.to_datetime(kept, utc=True), column)
    if column.kind is dt.date:
        return plain_cells(pd.to_datetime(kept), column)
    carry: Callable[[object], object] = str if issubclass(column.kind, str) else column.kind
    return [None if missing else carry(value) for value, missing in zip(kept, kept.isna(), strict=True)]


def _decode(cells: Sequence[object], column: Column) -> object:
    if column.many:
        read = {cell: tuple(json.loads(str(cell))) for cell in set(cells)}
        return pd.Series([read[cell] for cell in cells], dtype=object)
    if column.kind is dt.datetime:
        return pd.DatetimeIndex(np.array(cells, dtype="datetime64[us]"), tz="UTC")
    if column.kind is dt.date:
        return np.array(cells, dtype="datetime64[D]").astype("datetime64[us]")
    kinds = {int: "Int64", float: "float64", bool: "bool"}
    return pd.Series(cells, dtype=kinds.get(column.kind, "str"))


def cells_of(records: Sequence[Sequence[object]], row: type[Row]) -> dict[str, Cells]:
    """Return driver records as the cells of each column."""
    facts = columns(row)
    turned = [list(cells) for cells in zip(*records, strict=True)] or [[] for _ in facts]
    return {column.name: cells for column, cells in zip(facts, turned, strict=True)}


def frame_of(cells: Mapping[str, Cells], row: type[Row]) -> pd.DataFrame:
    """Return the conformed frame of cells: days as text or date, times as text or naive UTC, shapes as WKB."""
    data = {
        column.name: shapely.from_wkb(np.array(cells[column.name], dtype=object))
        if column.shapes
        else _decode(cells[column.name], column)
        for column in columns(row)
    }
    frame = pd.DataFrame(data)
    shape = geometry_column(row)
    if shape is None:
        return frame
    return gpd.GeoDataFrame(frame, geometry=shape, crs=STORAGE_CRS)
