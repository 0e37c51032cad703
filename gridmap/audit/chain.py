"""The chain of the log: each line's digest is made over the line and the digest before it, with the workspace's key.

Who can write to the database but has no key can neither make a line nor the sealed head, which says how many lines
there are. Putting back a whole older database, head included, is found by `expect`: a number and digest noted down
elsewhere.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridmap import frames
from gridmap.audit.spelling import scrub
from gridmap.errors import StoreError
from gridmap.phrases import say
from gridmap.sealing import Seal
from gridmap.store import Transaction
from gridmap.tables import AuditEntry, AuditHead

_LINE, _HEAD = "audit line", "audit head"


@dataclass(frozen=True)
class Fault:
    """A place where the log is not as it was written."""

    number: int
    message: str

    def __str__(self) -> str:
        return say("audit.line", number=self.number, said=self.message)


def records_of(entries: pd.DataFrame) -> list[dict[str, Any]]:
    """Return lines as plain values, missing ones None, times as UTC ISO text."""
    plain = entries.astype(object).where(entries.notna(), None)
    times = [pd.Timestamp(moment).tz_convert("UTC").isoformat(timespec="microseconds") for moment in entries["made_at"]]
    found: list[dict[str, Any]] = plain.assign(made_at=times).to_dict("records")
    return found


def _digest(record: dict[str, Any], previous: str, seal: Seal) -> str:
    content = {name: str(value) if name == "action" else value for name, value in record.items() if name != "digest"}
    return seal.digest(_LINE, content | {"number": int(record["number"]), "row_count": int(record["row_count"]),
                                         "unmasked": bool(record["unmasked"]), "previous": previous})  # fmt: skip


def _sealed(head: AuditHead, seal: Seal) -> AuditHead:
    return head.model_copy(update={"seal": seal.digest(_HEAD, head.model_dump(exclude={"seal"}))})


def read_head(transaction: Transaction) -> AuditHead | None:
    """Return where the log ends, None before its first sealed line."""
    found = transaction.read(AuditHead).to_dict("records")
    return AuditHead.model_validate(found[0]) if found else None


def write_head(transaction: Transaction, head: AuditHead, seal: Seal) -> None:
    """Keep where the log ends, sealed."""
    transaction.upsert(frames.conform(pd.DataFrame([_sealed(head, seal).model_dump()]), AuditHead), AuditHead)


def start_after(transaction: Transaction, number: int, digest: str, seal: Seal) -> None:
    """Let the chain begin after a line."""
    head = read_head(transaction)
    if head is not None:
        write_head(transaction, head.model_copy(update={"start_number": number, "start_digest": digest}), seal)


def chained(lines: pd.DataFrame, number: int, digest: str, seal: Seal) -> pd.DataFrame:
    """Return new lines numbered and chained after the line with a number and digest."""
    numbered = frames.conform(lines.assign(number=range(number + 1, number + 1 + len(lines))), AuditEntry)
    previous: list[str] = []
    digests: list[str] = []
    for record in records_of(numbered):
        previous.append(digest)
        digest = _digest(record, digest, seal)
        digests.append(digest)
    return numbered.assign(previous=previous, digest=digests)


def append(transaction: Transaction, lines: pd.DataFrame, seal: Seal) -> None:
    """Add lines at the end of the log; the lines of an older Gridmap's export log are sealed with the first ones."""
    head = read_head(transaction)
    if head is None:
        older = transaction.read(AuditEntry)
        before = chained(older.assign(purpose=older["purpose"].map(scrub, na_action="ignore")), 0, "", seal)
        transaction.upsert(before, AuditEntry)
        last = before["digest"].iloc[-1] if len(before) else ""
        head = AuditHead(number=len(before), digest=last, key=seal.fingerprint)
    if head.key != seal.fingerprint:
        raise StoreError(say("audit.other_key", key=head.key))
    added = chained(lines, head.number, head.digest, seal)
    transaction.insert(added, AuditEntry)
    end = {"number": head.number + len(added), "digest": added["digest"].iloc[-1]}
    write_head(transaction, head.model_copy(update=end), seal)


def _line_faults(entries: pd.DataFrame, head: AuditHead, seal: Seal) -> list[Fault]:
    found: list[Fault] = []
    number, digest = head.start_number, head.start_digest
    for record in records_of(entries.sort_values("number")):
        here = int(record["number"])
        if here <= number:
            found.append(Fault(here, say("audit.trimmed_again")))
            continue
        if here > number + 1:
            gap = "audit.gap_one" if here == number + 2 else "audit.gap"
            found.append(Fault(number + 1, say(gap, first=number + 1, last=here - 1)))
        elif record["previous"] != digest:
            found.append(Fault(here, say("audit.not_after")))
        if record["digest"] != _digest(record, record["previous"], seal):
            found.append(Fault(here, say("audit.changed")))
        number, digest = here, record["digest"]
    if number < head.number:
        found.append(Fault(number + 1, say("audit.cut", number=head.number)))
    elif number > head.number:
        found.append(Fault(head.number + 1, say("audit.added")))
    elif digest != head.digest:
        found.append(Fault(number, say("audit.not_last")))
    return found


def verify(entries: pd.DataFrame, head: AuditHead | None, seal: Seal) -> list[Fault]:
    """Return every place where lines were removed, changed, moved or put in; none for a log as it was written."""
    if head is None:
        return [Fault(1, say("audit.no_end"))] if len(entries) else []
    if head.key != seal.fingerprint:
        return [Fault(head.number, say("audit.sealed_else", key=head.key, here=seal.fingerprint))]
    if head.seal != _sealed(head, seal).seal:
        return [
            Fault(head.number, say("audit.end_changed")),
            *_line_faults(entries, head, seal),
        ]
    return _line_faults(entries, head, seal)


def expect(entries: pd.DataFrame, head: AuditHead | None, noted: Sequence[tuple[int, str]]) -> list[Fault]:
    """Return a fault for each noted line (number and digest) that the log no longer has."""
    known = dict(zip(entries["number"].astype(int), entries["digest"], strict=True))
    trimmed = head.start_number if head else 0
    return [
        Fault(number, say("audit.not_noted"))
        for number, digest in noted
        if number > trimmed and known.get(number) != digest
    ]


def now() -> dt.datetime:
    """Return the time of a line."""
    return dt.datetime.now(dt.UTC)
