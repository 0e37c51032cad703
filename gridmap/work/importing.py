"""Bring in a file: keep what was decided about it, show what it would do, do it, undo it.

Each step is one transaction. Before a row is touched its state is kept, so that an import can be undone exactly; an
undo is refused when a row has changed since.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from gridmap import frames, lawful
from gridmap.errors import ImportClosed, ImportMissing, InputError, Problem, Severity
from gridmap.joining import unmerged
from gridmap.locate import Gazetteer
from gridmap.merging import Brought, Merged, merge
from gridmap.phrases import say
from gridmap.schema import keys
from gridmap.store import Store, Transaction
from gridmap.tables import HeaderMap, Household, Import, ImportKind, ImportStatus, Lawfulness, Member, Merge
from gridmap.work.applying import follow, gazetteer_of, inside, undo_changes, with_parents, write
from gridmap.work.keeping import put, rows_of
from gridmap.work.reading import Progress, facts_of, people_of, silent, today
from gridmap.work.remembering import SIDES, remember
from gridmap.work.revising import advance, advance_by, has_history

MOST_PROBLEMS = 1000
"""So many problems are kept with an import; the sheet with problems has all of them."""
NEVER_APPLIED = (ImportStatus.DRAFT, ImportStatus.READY)


@dataclass(frozen=True)
class Outcome:
    """What an import would do or has done: counts, problems row by row, and what changed in which column."""

    counts: Mapping[str, int]
    problems: tuple[Problem, ...]
    changed: Mapping[str, int]
    located: Mapping[str, int]

    def as_json(self) -> str:
        """Return the outcome as it is kept with the import."""
        shown = sorted(self.problems, key=lambda problem: list(Severity).index(problem.severity))[:MOST_PROBLEMS]
        facts = {"counts": dict(self.counts), "changed": dict(self.changed), "located": dict(self.located)}
        return json.dumps({**facts, "problems": [problem.as_dict() for problem in shown]}, ensure_ascii=False)


def _found(transaction: Transaction, import_id: str) -> Import:
    rows = transaction.read(Import, import_id=[import_id])
    if rows.empty:
        raise ImportMissing(say("import.missing", id=import_id))
    return rows_of(rows, Import)[0]


def _open(transaction: Transaction, import_id: str) -> Import:
    found = _found(transaction, import_id)
    if found.status not in NEVER_APPLIED:
        raise ImportClosed(say("import.closed", id=import_id, status=str(found.status)))
    return found


def draft(store: Store, facts: Mapping[str, Any], *, actor: str) -> Import:
    """Keep a new import: its file, sender, kind and what was proposed for its columns; nothing is brought in yet."""
    with store.transaction(write=True) as transaction:
        name = f"I{len(transaction.read(Import)) + 1:04d}"
        made = {"import_id": name, "made_at": dt.datetime.now(dt.UTC), "made_by": actor}
        return put(transaction, Import.model_validate({**facts, **made}))


def settle(store: Store, import_id: str, decided: Mapping[str, Any]) -> Import:
    """Keep what a person decided: kind, level, columns, scope, sender.

    Raises:
        ImportMissing: there is no such import.
        ImportClosed: it was applied, undone or discarded before.
    """
    with store.transaction(write=True) as transaction:
        found = _open(transaction, import_id)
        settled = Import.model_validate({**found.model_dump(), **decided, "status": ImportStatus.READY})
        return put(transaction, settled)


def discard(store: Store, import_id: str, *, actor: str) -> Import:
    """Close an import that shall not be brought in."""
    with store.transaction(write=True) as transaction:
        found = _open(transaction, import_id)
        return put(transaction, _closed(found, ImportStatus.DISCARDED, actor, found.report, None))


def imported(store: Store, import_id: str) -> Import:
    """Return an import; raise ImportMissing when there is none of that name."""
    with store.transaction() as transaction:
        return _found(transaction, import_id)


def imported_before(store: Store) -> list[Import]:
    """Return the history of imports, the newest first."""
    with store.transaction() as transaction:
        return rows_of(transaction.read(Import), Import)[::-1]


# --- how a sender writes its headers


def signature(sender: str, headers: Sequence[str]) -> str:
    """Return the fingerprint of a sender and the headers of its file, whatever their order."""
    text = json.dumps([sender.strip().casefold(), sorted(headers)], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Habit:
    """How a sender writes such a file, as a person has confirmed: kind, header = our column, what its points are."""

    kind: ImportKind
    columns: dict[str, str]
    points: str | None


def remembered(store: Store, sender: str, headers: Sequence[str]) -> Habit | None:
    """Return what a person has confirmed for such a file of this sender."""
    with store.transaction() as transaction:
        rows = transaction.read(HeaderMap, header_map_id=[signature(sender, headers)])
    if rows.empty:
        return None
    known = rows_of(rows, HeaderMap)[0]
    return Habit(known.kind, json.loads(known.columns), known.points)


def _remember(transaction: Transaction, found: Import) -> None:
    headers = json.loads(found.guess).get("headers", [])
    line = {
        "header_map_id": signature(found.sender, headers),
        "sender": found.sender,
        "kind": found.kind,
        "columns": found.columns,
        "points": found.points,
        "used_at": dt.datetime.now(dt.UTC),
    }
    transaction.upsert(frames.conform(pd.DataFrame([line]), HeaderMap), HeaderMap)


# --- what it does


def _merged(transaction: Transaction, found: Import, brought: Brought) -> Merged:
    stored = transaction.read(brought.row)
    covered = inside(transaction, brought.row, found.scope, stored)
    side = SIDES.get(brought.row)
    own = stored if side is None else unmerged(stored, side)
    merged = merge(with_parents(transaction, brought), own, lambda number: f"{found.import_id}-{number}", covered)
    if brought.row is Household:
        merged = _grounded(transaction, found, merged)
    if side is None or transaction.read(Merge, side=[str(side)]).empty:
        return merged
    return _with_merges(transaction, merged, stored, own)


def _with_merges(transaction: Transaction, merged: Merged, stored: pd.DataFrame, own: pd.DataFrame) -> Merged:
    """Return what a file changes with what merges of double entries then make of its rows, and of others.

    `stored` are all rows as they stand, `own` the same as each says it itself.
    """
    row = Household if "household_id" in stored else Member
    key, told = keys(row)[0], list(merged.problems)
    rest = own[~own[key].isin([*merged.new[key], *merged.gone[key]])]
    whole = frames.conform(pd.concat([pd.DataFrame(merged.new), pd.DataFrame(rest)], ignore_index=True), row)
    marked = remember(transaction, whole, SIDES[row], told.extend)
    touched = marked[key].isin([*merged.new[key], *frames.compare(stored, marked, row).changed[key]])
    new = marked[touched].reset_index(drop=True)
    return replace(
        merged,
        old=stored[stored[key].isin(new[key])].reset_index(drop=True),
        new=new,
        gone=stored[stored[key].isin(merged.gone[key])].reset_index(drop=True),
        problems=tuple(told),
    )


def _grounded(transaction: Transaction, found: Import, merged: Merged) -> Merged:
    """Give households without a basis the ground of the import, else that of the city; say how many have none still."""
    city = facts_of(transaction)
    ground = city.lawful
    if found.legal_basis:
        facts = {"basis": found.legal_basis, "notice_on": found.notice_on, "purpose": found.purpose}
        ground = Lawfulness.model_validate(facts)
    new = lawful.filled(merged.new, ground)
    none = int((~lawful.lawful(new, today(city, None))).sum())
    said = say("legal_basis.missing", count=none)
    missing = Problem(found.file, None, "legal_basis", "legal_basis.missing", said, Severity.WARNING)
    return replace(merged, new=new, problems=(*merged.problems, *([missing] if none else [])))


def _outcome(brought: Brought, merged: Merged, counts: Mapping[str, int], located: Mapping[str, int]) -> Outcome:
    figures = {
        "total": brought.total,
        **counts,
        "refused": merged.refused,
        "joined": merged.joined,
        "held_back": merged.held_back,
    }
    problems = (*brought.problems, *merged.problems)
    return Outcome(figures, problems, frames.changes_by_column(merged.old, merged.new, brought.row), located)


def gazetteer(store: Store) -> Gazetteer:
    """Return what the coordinates of a ledger are judged against."""
    with store.transaction() as transaction:
        return gazetteer_of(transaction)


def preview(store: Store, import_id: str, brought: Brought) -> Outcome:
    """Return what an import would do; nothing is written."""
    with store.transaction() as transaction:
        merged = _merged(transaction, _found(transaction, import_id), brought)
    difference = frames.compare(merged.old, merged.new, brought.row)
    counts = {
        "added": len(difference.added),
        "changed": len(difference.changed),
        "unchanged": difference.unchanged,
        "removed": len(merged.gone),
    }
    return _outcome(brought, merged, counts, {})


def _closed(found: Import, status: ImportStatus, actor: str, report: str, revision: int | None) -> Import:
    closed = {"status": status, "closed_at": dt.datetime.now(dt.UTC), "closed_by": actor, "report": report,
              "closed_revision": revision}  # fmt: skip
    return found.model_copy(update=closed)


def bring_in(
    store: Store, import_id: str, brought: Brought, *, actor: str, progress: Progress = silent
) -> tuple[Import, Outcome]:
    """Write what a file brings, locate the new rows, and keep the state before, all in one transaction.

    An import that was applied before is left as it is: asking twice does nothing twice.

    Raises:
        ImportMissing: there is no such import.
        ImportClosed: it was undone or discarded.
        InputError: a question about the file as a whole is open, such as what its coordinates are.
    """
    with store.transaction(write=True) as transaction:
        found = _found(transaction, import_id)
        if found.status is ImportStatus.APPLIED:
            return found, outcome_of(found)
        found, told = _open(transaction, import_id), has_history(transaction)
        if brought.questions:
            raise InputError(brought.questions)
        merged = _merged(transaction, found, brought)
        kept = write(transaction, found.import_id, brought.row, merged)
        located = follow(transaction, kept, brought, merged, progress)
        counts = kept.counts
        progress("write", 0, 1)
        kept.close(transaction)
        outcome = _outcome(brought, merged, counts, located)
        _remember(transaction, found)
        revision, step = transaction.revision(), f"import {import_id}"
        if kept.touched and told:
            revision = advance_by(transaction, step, kept.turned, today(facts_of(transaction), None))
        elif kept.touched:
            revision = transaction.advance(step)
        done = _closed(found, ImportStatus.APPLIED, actor, outcome.as_json(), revision)
        return put(transaction, done), outcome


def outcome_of(found: Import) -> Outcome:
    """Return what is kept of an import's outcome."""
    kept = json.loads(found.report)
    problems = [Problem(**{**one, "severity": Severity(one["severity"])}) for one in kept.get("problems", [])]
    return Outcome(kept.get("counts", {}), tuple(problems), kept.get("changed", {}), kept.get("located", {}))


def take_back(store: Store, import_id: str, *, actor: str) -> Import:
    """Undo a whole import: every row that it touched is again as it was before.

    Raises:
        ImportMissing: there is no such import.
        ImportClosed: it was not applied, or was undone before.
        ImportChanged: rows that it touched have changed since, or others lean on them.
    """
    with store.transaction(write=True) as transaction:
        found = _found(transaction, import_id)
        if found.status is not ImportStatus.APPLIED:
            raise ImportClosed(say("import.not_applied", id=import_id, status=str(found.status)))
        before = people_of(transaction)
        counts = outcome_of(found).counts
        undo_changes(transaction, import_id, touched=any(counts.get(name) for name in ("added", "changed", "removed")))
        revision, _ = advance(transaction, f"undo {import_id}", before, today(facts_of(transaction), None))
        return put(transaction, _closed(found, ImportStatus.UNDONE, actor, found.report, revision))
