"""Read the audit log, look whether it is whole, and let go of lines that are old enough."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from gridmap import audit
from gridmap.audit import Act, Fault
from gridmap.audit.chain import read_head
from gridmap.phrases import say
from gridmap.store import Store, Transaction
from gridmap.tables import AuditAction, AuditEntry

LEAST_DAYS = 183
"""Six months, as the second level of protection asks (domain notes, section 6)."""


@dataclass(frozen=True)
class AuditQuery:
    """Which lines of the log are asked for; what is empty does not restrict."""

    actors: Collection[str] = ()
    actions: Collection[AuditAction] = ()
    nouns: Collection[str] = ()
    subjects: Collection[str] = ()
    first: dt.datetime | None = None
    before: dt.datetime | None = None
    text: str = ""
    """Part of the key of a row."""

    def facts(self) -> dict[str, object]:
        """Return what is asked for as JSON values."""
        lists = {"actor": self.actors, "action": self.actions, "noun": self.nouns, "subject": self.subjects}
        times = {"first": self.first, "before": self.before}
        told: dict[str, object] = {name: sorted(map(str, found)) for name, found in lists.items() if found}
        told |= {name: moment.isoformat() for name, moment in times.items() if moment}
        return told | ({"text": self.text} if self.text else {})


@dataclass(frozen=True)
class Verified:
    """Whether the log is as it was written, and its last line, to be noted down elsewhere."""

    faults: tuple[Fault, ...]
    entries: int
    number: int
    digest: str


def _asked(transaction: Transaction, asked: AuditQuery) -> pd.DataFrame:
    lists = {"actor": asked.actors, "action": asked.actions, "noun": asked.nouns, "subject": asked.subjects}
    wanted: dict[str, Collection[object]] = {name: values for name, values in lists.items() if values}
    found = transaction.read(AuditEntry, box=None, **wanted)
    if asked.first:
        found = found[found["made_at"] >= pd.Timestamp(asked.first)]
    if asked.before:
        found = found[found["made_at"] < pd.Timestamp(asked.before)]
    if asked.text:
        found = found[found["subject"].str.contains(asked.text, case=False, regex=False, na=False)]
    return found.reset_index(drop=True)


def audit_log(store: Store, asked: AuditQuery | None = None) -> pd.DataFrame:
    """Return the lines that are asked for, the oldest first."""
    with store.transaction() as transaction:
        return _asked(transaction, asked or AuditQuery())


def export_audit(store: Store, asked: AuditQuery, *, form: str, reason: str | None = None) -> pd.DataFrame:
    """Return the lines that are asked for and record that they left."""
    with store.transaction(write=True) as transaction:
        rows = _asked(transaction, asked)
        act = Act(
            AuditAction.EXPORT, AuditEntry.table, row_count=len(rows), filter={**asked.facts(), "form": form},
            purpose=reason,
        )  # fmt: skip
        audit.note(transaction, act)
    return rows


def verify_audit(store: Store, noted: Sequence[tuple[int, str]] = ()) -> Verified:
    """Look at every line; `noted` holds numbers and digests that somebody wrote down earlier."""
    with store.transaction() as transaction:
        entries, head = transaction.read(AuditEntry), read_head(transaction)
        found = [*audit.verify(entries, head, audit.seal_of(transaction)), *audit.expect(entries, head, noted)]
    end = (head.number, head.digest) if head else (0, "")
    return Verified(tuple(found), len(entries), *end)


def audit_end(store: Store) -> Verified:
    """Return how many lines the log says it has and its last line, without a look at the others."""
    with store.transaction() as transaction:
        head = read_head(transaction)
    return Verified((), head.number - head.start_number, head.number, head.digest) if head else Verified((), 0, 0, "")


def trim_audit(store: Store, *, days: int, now: dt.datetime | None = None) -> int:
    """Let go of the oldest lines that are older than so many days, and record it; return how many went.

    The chain then begins after the last of them, which the sealed head remembers. A log with a fault is not trimmed.

    Raises:
        ValueError: fewer days than LEAST_DAYS.
    """
    if days < LEAST_DAYS:
        raise ValueError(say("audit.days", days=LEAST_DAYS))
    with store.transaction(write=True) as transaction:
        old = old_lines(transaction, days=days, now=now or dt.datetime.now(dt.UTC))
        let_go(transaction, old)
    return len(old)


def old_lines(transaction: Transaction, *, days: int, now: dt.datetime) -> pd.DataFrame:
    """Return the oldest lines that are older than so many days; none of a log with a fault."""
    limit = pd.Timestamp(now) - pd.Timedelta(days=max(days, LEAST_DAYS))
    entries, head, seal = transaction.read(AuditEntry), read_head(transaction), audit.seal_of(transaction)
    young = entries.loc[entries["made_at"] >= limit, "number"]
    old = entries[entries["number"] < young.min()] if len(young) else entries
    return old.iloc[:0] if head is None or old.empty or audit.verify(entries, head, seal) else old


def let_go(transaction: Transaction, old: pd.DataFrame) -> None:
    """Remove the oldest lines and record it."""
    if len(old):
        until = {"until": old["made_at"].max().isoformat()}
        audit.trim(transaction, old, Act(AuditAction.TRIM, AuditEntry.table, row_count=len(old), filter=until))
