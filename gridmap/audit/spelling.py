"""Write a changed row for the log: what changed, with marks in the place of whatever could give a person away.

In clear stand keys, references, single words of a list, numbers, truth values, days and what its noun calls Plain;
everything else is a mark (gridmap.sealing). So a column that somebody adds later is hidden until it is decided upon.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap import frames, masking
from gridmap.schema import Column, Row, columns, keys
from gridmap.sealing import Seal
from gridmap.tables import AuditAction

_TELLING = re.compile(r"\d{11}")
"""A key made of a telephone or identity number."""

_NUMBER = re.compile(r"\d[\d\s-]{5,}[\dXx]")


def scrub(text: str | None) -> str | None:
    """Mask telephone and identity numbers, and other long numbers, in what a person typed."""
    return text and _NUMBER.sub(lambda found: masking.phone(found[0]) or "****", text)


def key_text(value: str, column: str, seal: Seal) -> str:
    """Return a key as it may be shown: a mark when it is made of somebody's number."""
    return seal.mark(column, value) if _TELLING.search(value) else value


def _in_clear(column: Column) -> bool:
    if column.personal or column.shapes or column.many:
        return False
    plain = column.key or column.ref is not None or column.plain or issubclass(column.kind, StrEnum)
    return plain or column.kind is not str


def _text(value: Any) -> str:  # noqa: ANN401  a cell may hold anything
    if isinstance(value, shapely.Geometry):
        return str(value.wkb_hex)
    return json.dumps(list(value), ensure_ascii=False) if isinstance(value, tuple) else str(value)


def _cell(value: Any, column: Column, row: type[Row], seal: Seal) -> object:  # noqa: ANN401
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    named = f"{row.table}.{column.name}"
    if not _in_clear(column):
        return seal.mark(named, _text(value))
    if isinstance(value, dt.date | dt.datetime | pd.Timestamp):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    return key_text(str(value), named, seal) if isinstance(value, str) else value


def _rows(frame: pd.DataFrame | None, row: type[Row], seal: Seal) -> dict[tuple[str, ...], dict[str, object]]:
    if frame is None or frame.empty:
        return {}
    found = frames.conform(frame, row)
    facts = columns(row)
    cells = {fact.name: [_cell(value, fact, row, seal) for value in found[fact.name]] for fact in facts}
    made = [dict(zip(cells, values, strict=True)) for values in zip(*cells.values(), strict=True)]
    return {tuple(str(item[name]) for name in keys(row)): item for item in made}


def _json(values: dict[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def spelled(
    row: type[Row], before: pd.DataFrame | None, after: pd.DataFrame | None, seal: Seal
) -> Iterator[dict[str, object]]:
    """Yield action, subject, before and after of each row that was added, changed or removed (after is None)."""
    old, new = _rows(before, row, seal), _rows(after, row, seal)
    for key in new if after is not None else old:
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        if was is None or now is None:
            action = AuditAction.ADD if was is None else AuditAction.REMOVE
            given = {name: value for name, value in (was or now or {}).items() if value is not None}
            sides = {"before" if was else "after": _json(given)}
        else:
            action, names = AuditAction.CHANGE, [name for name in now if now[name] != was[name]]
            sides = {"before": _json({name: was[name] for name in names}),
                     "after": _json({name: now[name] for name in names})}  # fmt: skip
        yield {"action": action, "subject": ":".join(key), **sides}
