"""A Store that records: whatever is written through it becomes a line of the audit log in the same transaction."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridmap.audit import chain
from gridmap.audit.spelling import key_text, scrub, spelled
from gridmap.errors import StoreError
from gridmap.phrases import say
from gridmap.schema import Row, keys
from gridmap.sealing import Seal
from gridmap.store import Box, Store, Transaction
from gridmap.tables import (
    Attempt,
    AuditAction,
    AuditEntry,
    AuditHead,
    Change,
    ImportChange,
    RecoveryCode,
    Retry,
    Revision,
    SecondStep,
    Session,
)

MOST_SPELLED = 200
"""Rows of one statement that get a line each; of more rows the log has one line with their number."""

OURS = (AuditEntry, AuditHead)
SILENT = (*OURS, Retry, Revision, Change, ImportChange, Session, Attempt, SecondStep, RecoveryCode)


@dataclass(frozen=True)
class Act:
    """Something worth a line that is not a change of rows: an export, an unmasking, a sign-in."""

    action: AuditAction
    noun: str | None = None
    subject: str | None = None
    row_count: int = 1
    filter: Mapping[str, object] | None = None
    purpose: str | None = None
    unmasked: bool = False
    actor: str | None = None
    """Who did it, where the transaction is not yet that of an account: at the door."""


class AuditedTransaction:
    """A transaction whose writes are recorded; see `gridmap.store.Transaction`."""

    def __init__(self, inner: Transaction, seal: Seal, actor: str, source: str | None) -> None:
        self._inner = inner
        self.seal = seal
        self._who = {"actor": actor, "source": source}
        self._lines: list[dict[str, Any]] = []

    def read(self, row: type[Row], *, box: Box | None = None, **where: Collection[object]) -> pd.DataFrame:
        """Return the rows whose columns have one of the given values, conformed and sorted by key."""
        return self._inner.read(row, box=box, **where)

    def insert(self, frame: pd.DataFrame, row: type[Row]) -> None:
        """Add new rows."""
        self._may_change(row)
        self._inner.insert(frame, row)
        self._changed(row, None, frame, len(frame))

    def upsert(self, frame: pd.DataFrame, row: type[Row]) -> None:
        """Add rows or replace those with the same key."""
        self._may_change(row)
        first = keys(row)[0]
        few = len(frame) <= MOST_SPELLED and row not in SILENT
        before = self._inner.read(row, box=None, **{first: list(frame[first])}) if few and len(frame) else None
        self._inner.upsert(frame, row)
        self._changed(row, before, frame, len(frame))

    def delete(self, row: type[Row], **where: Collection[object]) -> int:
        """Delete the rows whose columns have one of the given values (all rows without one); return how many."""
        self._may_change(row)
        before = self._inner.read(row, box=None, **where)
        count = self._inner.delete(row, **where)
        self._changed(row, before, None, count)
        return count

    def revision(self) -> int:
        """Return the number of the last committed or current change."""
        return self._inner.revision()

    def advance(self, step: str) -> int:
        """Record a change under the next revision number and return it."""
        return self._inner.advance(step)

    def note(self, act: Act) -> None:
        """Record something that is not a change of rows."""
        asked = json.dumps(act.filter, ensure_ascii=False, sort_keys=True, default=str) if act.filter else None
        self._line(
            action=act.action, noun=act.noun, subject=act.subject and key_text(act.subject, "subject", self.seal),
            row_count=act.row_count, filter=scrub(asked), purpose=scrub(act.purpose), unmasked=act.unmasked,
            **({"actor": act.actor} if act.actor else {}),
        )  # fmt: skip

    def trim(self, old: pd.DataFrame, act: Act) -> None:
        """Remove the oldest lines and let the chain begin after them."""
        self._inner.delete(AuditEntry, number=list(old["number"]))
        chain.start_after(self._inner, int(old["number"].iloc[-1]), str(old["digest"].iloc[-1]), self.seal)
        self.note(act)

    def flush(self) -> None:
        """Add what was recorded to the log."""
        if self._lines:
            chain.append(self._inner, pd.DataFrame(self._lines), self.seal)
            self._lines = []

    def _may_change(self, row: type[Row]) -> None:
        if row in OURS:
            raise StoreError(say("audit.grows"))

    def _line(self, **facts: object) -> None:
        self._lines.append({**self._who, "made_at": chain.now(), "row_count": 1, "unmasked": False, **facts})

    def _changed(self, row: type[Row], before: pd.DataFrame | None, after: pd.DataFrame | None, count: int) -> None:
        if not count or row in SILENT:
            return
        if count > MOST_SPELLED:
            action = AuditAction.ADD if before is None and after is not None else AuditAction.CHANGE
            self._line(action=AuditAction.REMOVE if after is None else action, noun=row.table, row_count=count)
            return
        for line in spelled(row, before, after, self.seal):
            self._line(noun=row.table, **line)


class Audited:
    """A store whose writes are recorded as those of one actor."""

    def __init__(self, inner: Store, seal: Seal, *, actor: str, source: str | None = None) -> None:
        self._inner = inner
        self.seal = seal
        self.actor = actor
        self._source = source

    def acting(self, actor: str, source: str | None) -> "Audited":
        """Return the same store as somebody else uses it."""
        return Audited(self._inner, self.seal, actor=actor, source=source)

    def around(self, wrap: Callable[[Store], Store]) -> "Audited":
        """Return the same store with another around the inner one: what that writes besides is not recorded."""
        return Audited(wrap(self._inner), self.seal, actor=self.actor, source=self._source)

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[Transaction]:
        """Open a transaction; what it wrote and what was noted is in the log when it has committed, else nothing."""
        with self._inner.transaction(write=write) as inner:
            recorded = AuditedTransaction(inner, self.seal, self.actor, self._source)
            yield recorded
            recorded.flush()

    def close(self) -> None:
        """Release files and connections."""
        self._inner.close()


def _audited(transaction: Transaction) -> AuditedTransaction:
    if not isinstance(transaction, AuditedTransaction):
        raise StoreError(say("audit.unrecorded"))
    return transaction


def note(transaction: Transaction, act: Act) -> None:
    """Record something in the log of an audited transaction; raise StoreError when nothing would record it."""
    _audited(transaction).note(act)


def trim(transaction: Transaction, old: pd.DataFrame, act: Act) -> None:
    """Remove the oldest lines of a log that ends well, let the chain begin after them, and record it."""
    _audited(transaction).trim(old, act)


def seal_of(transaction: Transaction) -> Seal:
    """Return the seal with which a transaction records."""
    return _audited(transaction).seal
