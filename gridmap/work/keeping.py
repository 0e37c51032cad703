"""Read and write single rows of a noun as its own type, where a step works on one row rather than on a frame."""

import datetime as dt
from typing import TypeVar

import pandas as pd

from gridmap import frames
from gridmap.schema import Row, columns
from gridmap.store import Transaction

Kind = TypeVar("Kind", bound=Row)


def rows_of(frame: pd.DataFrame, row: type[Kind]) -> list[Kind]:
    """Return the rows of a conformed frame, days as dates and what is missing as None."""
    plain = frame.astype(object).where(frame.notna(), None)
    days = [column.name for column in columns(row) if column.kind is dt.date]
    dated = plain.assign(**{name: [value and value.date() for value in plain[name]] for name in days})
    return [row.model_validate(record) for record in dated.to_dict("records")]


def put(transaction: Transaction, row: Kind) -> Kind:
    """Add a row, or replace the one with the same key; return it."""
    transaction.upsert(frames.conform(pd.DataFrame([row.model_dump()]), type(row)), type(row))
    return row
