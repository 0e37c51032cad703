"""Show one row in clear to somebody who says why; every look is a line of the audit log before it is an answer."""

import pandas as pd

from gridmap.audit import Act, note
from gridmap.errors import InputError, PersonMissing, Problem
from gridmap.maps.explaining import MOST_REASON
from gridmap.phrases import say
from gridmap.schema import Row, columns, keys
from gridmap.store import Store
from gridmap.tables import AuditAction

Clear = dict[str, str | None]
"""The key of a row and its personal columns as they are kept; days as 2026-11-24."""


def stated(reason: str) -> str:
    """Return why somebody asks; raise InputError when it is not said, or at too great a length."""
    why = reason.strip()
    if not 1 <= len(why) <= MOST_REASON:
        raise InputError(
            [Problem("request", None, "reason", "reason.missing", say("reason.missing", most=MOST_REASON))]
        )
    return why


def personal(noun: type[Row]) -> list[str]:
    """Return the columns of a noun that are masked wherever they are shown."""
    return [column.name for column in columns(noun) if column.personal]


def in_clear(rows: pd.DataFrame, names: list[str]) -> list[Clear]:
    """Return some columns of rows as JSON values."""
    cells = rows[names].astype(object).to_dict("records")
    return [{name: None if pd.isna(value) else _written(value) for name, value in row.items()} for row in cells]


def _written(value: object) -> str:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)


def reveal(store: Store, seen: Store, noun: type[Row], name: str, *, reason: str) -> Clear:
    """Return one row of a noun in clear; who asked and why is logged in `store`.

    `seen` shows the rows that whoever asks may have revealed; of others there is nothing.

    Raises:
        StoreError: the store keeps no audit log.
        InputError: no reason is given.
        PersonMissing: there is no such row among those.
    """
    why = stated(reason)
    (key,) = keys(noun)
    with seen.transaction() as transaction:
        rows = transaction.read(noun, box=None, **{key: [name]})
    if rows.empty:
        raise PersonMissing(say(f"person.{noun.table}", name=name))
    shown = personal(noun)
    act = Act(AuditAction.UNMASK, noun.table, name, filter={"columns": shown}, purpose=why, unmasked=True)
    with store.transaction(write=True) as transaction:
        note(transaction, act)
    return in_clear(rows, [key, *shown])[0]
