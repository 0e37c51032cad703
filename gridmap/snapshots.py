"""Rows as text and back, exactly, and a fingerprint of each: what an import keeps so that it can be undone."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap import frames
from gridmap.schema import Column, Row, columns, keys

SEPARATOR = "\x1f"
"""Between the parts of a key of several columns; no id of ours holds it."""


def row_keys(frame: pd.DataFrame, row: type[Row]) -> list[str]:
    """Return the key of each row as one text."""
    parts = [frame[name].astype(str) for name in keys(row)]
    return [SEPARATOR.join(values) for values in zip(*parts, strict=True)]


def _cells(values: pd.Series, column: Column) -> list[Any]:
    missing = values.isna().to_numpy() if not column.many else np.zeros(len(values), dtype=bool)
    if column.shapes:
        plain: list[Any] = shapely.to_wkb(values.to_numpy(), hex=True).tolist()
    elif column.many:
        plain = [list(map(str, value)) for value in values]
    elif column.kind in (dt.date, dt.datetime):
        plain = [str(value) for value in values]
    else:
        plain = values.astype(object).tolist()
    return [None if gone else value for gone, value in zip(missing, plain, strict=True)]


def freeze(frame: pd.DataFrame, row: type[Row]) -> list[str]:
    """Write each row of a conformed frame as JSON; shapes as WKB, so that every coordinate comes back."""
    names = [column.name for column in columns(row)]
    cells = [_cells(frame[column.name], column) for column in columns(row)]
    return [
        json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False) for values in zip(*cells, strict=True)
    ]


def thaw(texts: Sequence[str], row: type[Row]) -> pd.DataFrame:
    """Return the conformed frame of rows that `freeze` wrote."""
    if not texts:
        return frames.empty(row)
    frame = pd.DataFrame([json.loads(text) for text in texts], dtype=object)
    for column in columns(row):
        if column.shapes:
            frame[column.name] = shapely.from_wkb(frame[column.name].to_numpy(dtype=object))
        elif column.many:
            frame[column.name] = pd.Series([tuple(value) for value in frame[column.name]], dtype=object)
        elif column.kind in (dt.date, dt.datetime):
            frame[column.name] = pd.to_datetime(frame[column.name], utc=column.kind is dt.datetime)
    return frames.conform(frame, row)


def fingerprints(frame: pd.DataFrame, row: type[Row]) -> list[str]:
    """Return a fingerprint of each row of a conformed frame: 64 bits, the same on every machine."""
    plain = {}
    for column in columns(row):
        values = frame[column.name]
        if column.shapes:
            plain[column.name] = pd.Series(shapely.to_wkb(values.to_numpy(), hex=True), dtype=object)
        elif column.many:
            plain[column.name] = pd.Series([SEPARATOR.join(map(str, value)) for value in values], dtype=object)
        else:
            plain[column.name] = values.astype(object).where(values.notna(), None).map(repr)
    table = pd.DataFrame(plain, index=pd.RangeIndex(len(frame)))
    return [f"{value:016x}" for value in pd.util.hash_pandas_object(table, index=False).to_numpy()]
