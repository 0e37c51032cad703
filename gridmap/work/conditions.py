"""Stores that write under a condition: only while a row is as it was seen, and only once for a key.

Both stand around the store of a verb, so the condition is met in the transaction of what is written, and the verbs
need not know of it.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import pandas as pd

from gridmap.audit import Audited
from gridmap.errors import KeyReused, Overtaken, WorkspaceBusy
from gridmap.phrases import say
from gridmap.schema import Row, keys
from gridmap.snapshots import state_of
from gridmap.store import Box, Store, Transaction
from gridmap.tables import Retry
from gridmap.work.keeping import put, rows_of

KEPT = dt.timedelta(days=1)
"""So long a key is remembered."""

Kind = TypeVar("Kind", bound=Store)


def _around(store: Kind, wrap: Callable[[Store], Store]) -> Kind:
    """Put a condition around a store, below the recording of what is written."""
    around: Any = store.around(wrap) if isinstance(store, Audited) else wrap(store)
    return cast("Kind", around)


# --- only while a row is as it was seen


def while_seen(store: Kind, row: type[Row], key: str, seen: Collection[str] | None) -> Kind:
    """Return a store whose first write is refused when a row is no longer in one of the states that were seen.

    Without states nothing is asked. A row that is not there is left to the verb, which says so.

    Raises:
        Overtaken: at the first write, by the store that is returned.
    """
    return store if seen is None else _around(store, lambda inner: _WhileSeen(inner, row, key, seen))


class _WhileSeen:
    def __init__(self, inner: Store, row: type[Row], key: str, seen: Collection[str]) -> None:
        self._inner, self._row, self._key, self._seen = inner, row, key, seen
        self._passed = False

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[Transaction]:
        with self._inner.transaction(write=write) as transaction:
            if write and not self._passed:
                found = rows_of(transaction.read(self._row, box=None, **{keys(self._row)[0]: [self._key]}), self._row)
                if found and state_of(found[0]) not in self._seen:
                    raise Overtaken(say("store.overtaken", key=self._key))
                # what the verb writes next stands on what it has written itself
                self._passed = True
            yield transaction

    def close(self) -> None:
        self._inner.close()


# --- only once for a key


@dataclass(frozen=True)
class Asked:
    """What somebody asks for under a key of their own: the mark of key and asker, the digest of what is asked."""

    mark: str
    digest: str


def made_once(store: Kind, row: type[Row], asked: Asked | None, make: Callable[[Kind], str]) -> str:
    """Make a row unless it was made for the same key before; return its key either way.

    Raises:
        KeyReused: the key was used for something else.
        WorkspaceBusy: the same request is being answered at this moment.
    """
    if asked is None:
        return make(store)
    before = _made_before(store, asked)
    if before is None:
        made = make(_around(store, lambda inner: _Once(inner, row, asked)))
        if _made_before(store, asked) is None:
            # the verb found that what is asked for is there already, and wrote nothing
            with store.transaction(write=True) as transaction:
                _remember(transaction, asked, made)
        return made
    if before.digest != asked.digest:
        raise KeyReused(say("store.key_reused"))
    return before.subject


def _made_before(store: Store, asked: Asked) -> Retry | None:
    with store.transaction() as transaction:
        return _kept(transaction, asked)


def _remember(transaction: Transaction, asked: Asked, subject: str) -> None:
    """Keep what was made for a key, and let go of the keys of yesterday."""
    now = dt.datetime.now(dt.UTC)
    kept = transaction.read(Retry)
    transaction.delete(Retry, mark=kept.loc[kept["made_at"] <= pd.Timestamp(now - KEPT), "mark"].tolist())
    facts = {"mark": asked.mark, "digest": asked.digest, "subject": subject, "made_at": now}
    put(transaction, Retry.model_validate(facts))


def _kept(transaction: Transaction, asked: Asked) -> Retry | None:
    found = rows_of(transaction.read(Retry, mark=[asked.mark]), Retry)
    return found[0] if found and found[0].made_at > dt.datetime.now(dt.UTC) - KEPT else None


class _Once:
    def __init__(self, inner: Store, row: type[Row], asked: Asked) -> None:
        self._inner, self._row, self._asked = inner, row, asked

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[Transaction]:
        with self._inner.transaction(write=write) as inner:
            noting = _Noting(inner, self._row)
            if write and _kept(inner, self._asked):
                raise WorkspaceBusy(say("store.key_in_use"))
            yield noting
            if noting.subject is not None:
                _remember(inner, self._asked, noting.subject)

    def close(self) -> None:
        self._inner.close()


class _Noting:
    """A transaction that notes the first row of a noun that is written."""

    def __init__(self, inner: Transaction, row: type[Row]) -> None:
        self._inner, self._row = inner, row
        self.subject: str | None = None

    def read(self, row: type[Row], *, box: Box | None = None, **where: Collection[object]) -> pd.DataFrame:
        return self._inner.read(row, box=box, **where)

    def insert(self, frame: pd.DataFrame, row: type[Row]) -> None:
        self._inner.insert(frame, row)
        self._note(frame, row)

    def upsert(self, frame: pd.DataFrame, row: type[Row]) -> None:
        self._inner.upsert(frame, row)
        self._note(frame, row)

    def delete(self, row: type[Row], **where: Collection[object]) -> int:
        return self._inner.delete(row, **where)

    def revision(self) -> int:
        return self._inner.revision()

    def advance(self, step: str) -> int:
        return self._inner.advance(step)

    def _note(self, frame: pd.DataFrame, row: type[Row]) -> None:
        if row is self._row and self.subject is None and len(frame):
            self.subject = str(frame[keys(row)[0]].iloc[0])
