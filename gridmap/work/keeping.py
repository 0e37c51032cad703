"""Write what differs between two frames of a noun; read and write single rows as their own type."""

import datetime as dt
from typing import TypeVar

import pandas as pd

from gridmap import frames
from gridmap.schema import Row, columns, keys
from gridmap.store import Transaction

Kind = TypeVar("Kind", bound=Row)


def rows_of(frame: pd.DataFrame, row: type[Kind]) -> list[Kind]:
    """Return the rows of a conformed frame, days as dates and what is missing as None."""
    cells = [_cells(frame[column.name], days=column.kind is dt.date) for column in columns(row)]
    names = [column.name for column in columns(row)]
    return [row.model_validate(dict(zip(names, record, strict=True))) for record in zip(*cells, strict=True)]


def _cells(series: pd.Series, *, days: bool) -> list[object]:
    # cell by cell: a frame of objects would cost more than everything else that a request of a page needs
    found = [None if missing else cell for cell, missing in zip(series.tolist(), series.isna().tolist(), strict=True)]
    return [cell and cell.date() for cell in found] if days else found


def one(transaction: Transaction, row: type[Kind], **where: str) -> Kind | None:
    """Return the first row whose columns have the given values, None when there is none."""
    kept = rows_of(transaction.read(row, box=None, **{name: [value] for name, value in where.items()}), row)
    return kept[0] if kept else None


def put(transaction: Transaction, row: Kind) -> Kind:
    """Add a row, or replace the one with the same key; return it."""
    transaction.upsert(frames.conform(pd.DataFrame([row.model_dump()]), type(row)), type(row))
    return row


def replace_rows(transaction: Transaction, old: pd.DataFrame, new: pd.DataFrame, row: type[Row]) -> dict[str, int]:
    """Write the difference between two frames of a noun and count it: added, changed, removed, unchanged."""
    difference = frames.compare(old, new, row)
    if len(difference.removed):
        (key,) = keys(row)
        transaction.delete(row, **{key: difference.removed[key].tolist()})
    # an insert costs a third of an upsert, and most rows of a first load are new
    transaction.insert(difference.added, row)
    transaction.upsert(difference.changed, row)
    return {
        "added": len(difference.added),
        "changed": len(difference.changed),
        "removed": len(difference.removed),
        "unchanged": difference.unchanged,
    }
