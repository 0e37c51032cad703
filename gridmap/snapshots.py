"""Rows as text and back, exactly, and a fingerprint of each: what an import keeps so that it can be undone."""

import datetime as dt
import hashlib
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


def state_of(row: Row) -> str:
    """Return what names the state that a row is in; another state has another name."""
    text = json.dumps(row.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


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
            frame[column.name] = pd.to_datetime(frame[column.name], utc=column.kind is dt.datetime, format="ISO8601")
    return frames.conform(frame, row)


def _hashable(values: pd.Series, column: Column) -> pd.Series:
    """Return values that pandas hashes alike on every machine, a missing one apart from every other."""
    if column.shapes:
        plain = shapely.to_wkb(values.to_numpy(), hex=True)
    elif column.many:
        plain = np.array([SEPARATOR.join(map(str, value)) for value in values], dtype=object)
    elif column.kind in (bool, float):
        return values.reset_index(drop=True)
    elif column.kind in (dt.date, dt.datetime):
        return pd.Series(values.to_numpy(dtype="datetime64[us]").astype("int64"))
    else:
        plain = values.to_numpy(dtype=object, na_value=None)
        plain = plain if issubclass(column.kind, str) else np.array([repr(value) for value in plain], dtype=object)
    return pd.Series(plain, dtype=object)


def fingerprints(frame: pd.DataFrame, row: type[Row]) -> list[str]:
    """Return a fingerprint of each row of a conformed frame: 64 bits, the same on every machine."""
    table = pd.DataFrame({column.name: _hashable(frame[column.name], column) for column in columns(row)})
    return [f"{value:016x}" for value in pd.util.hash_pandas_object(table, index=False).to_numpy()]
