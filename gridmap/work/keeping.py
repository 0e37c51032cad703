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
    plain = frame.astype(object).where(frame.notna(), None)
    days = [column.name for column in columns(row) if column.kind is dt.date]
    dated = plain.assign(**{name: [value and value.date() for value in plain[name]] for name in days})
    return [row.model_validate(record) for record in dated.to_dict("records")]


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
