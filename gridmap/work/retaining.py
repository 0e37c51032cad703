"""Let go of what is personal when its time is over: first said, then done in one transaction, each step in the log.

The counts stay: a row of somebody who has left keeps its id and what is counted (gridmap.retention). What the log and
older backups hold is not touched here: the log has no clear values, backups are thrown away by whoever keeps them.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from gridmap import audit, frames, retention
from gridmap.audit import Act
from gridmap.schema import Row, keys
from gridmap.store import Store, Transaction
from gridmap.tables import (
    Attempt,
    AuditAction,
    AuditEntry,
    Change,
    Community,
    DecisionKind,
    Ending,
    Household,
    HouseholdPlace,
    Import,
    ImportChange,
    ImportStatus,
    Inspection,
    LocationDecision,
    Member,
    MemberPlace,
    Pairing,
    Photo,
    RetentionRules,
    Revision,
    Session,
    Side,
    Token,
)
from gridmap.work.auditing import let_go, old_lines

_SIDES: Mapping[Side, tuple[type[Row], type[Row]]] = {
    Side.HOUSEHOLD: (Household, HouseholdPlace),
    Side.MEMBER: (Member, MemberPlace),
}
REASON = "保留期满,只留社区"
"""Stands where a place said why it is where it is."""


@dataclass(frozen=True, eq=False)
class Step:
    """Rows of a noun that a rule lets go: removed, or replaced by what stays of them."""

    rule: str
    noun: type[Row]
    rows: pd.DataFrame
    removed: bool = False

    def run(self, transaction: Transaction) -> None:
        """Write what is left."""
        if self.removed:
            # a whole import, a side of endings: the first key and the others say which
            wanted = {name: self.rows[name].unique().tolist() for name in keys(self.noun)}
            transaction.delete(self.noun, **wanted)
        else:
            transaction.upsert(self.rows, self.noun)


@dataclass(frozen=True)
class Letting:
    """What a rule lets go of: how many rows of a noun, and whether they are removed or emptied."""

    rule: str
    days: int
    noun: str
    count: int
    removed: bool


def _differing(noun: type[Row], old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are not already as they will be left."""
    return frames.compare(old[frames.among(old[keys(noun)[0]], new[keys(noun)[0]])], new, noun).changed


def _people(
    transaction: Transaction, side: Side, days: int, today: dt.date, told: tuple[pd.DataFrame, pd.DataFrame]
) -> Iterator[Step]:
    """Yield what goes of people who have left, and since when each of them has."""
    noun, place = _SIDES[side]
    rule, key = f"keep_{side}_days", f"{side}_id"
    people, known = transaction.read(noun), transaction.read(Ending, side=[str(side)])
    endings = retention.endings(people, side, known, retention.told_end(*told, side), today)
    due = retention.due(endings, "ended_on", days, today)
    ids = endings.loc[due, "person_id"]
    gone = people[frames.among(people[key], ids)]
    places = transaction.read(place, **{key: ids.tolist()}) if len(ids) else frames.empty(place)
    names = transaction.read(Community).set_index("community_id")["name"]
    emptied = retention.empty_people(gone, places, names, side)
    yield Step(rule, noun, _differing(noun, people, emptied))
    yield Step(rule, place, _differing(place, places, retention.empty_places(places, place, side, REASON)))
    yield from _around(transaction, rule, side, ids)
    endings.loc[due & endings["emptied_on"].isna(), "emptied_on"] = pd.Timestamp(today)
    back = known[~frames.among(known["person_id"], endings["person_id"])]
    yield Step(rule, Ending, back, removed=True)
    fresh = frames.compare(known, endings, Ending)
    yield Step(rule, Ending, pd.concat([fresh.added, fresh.changed], ignore_index=True))


def _around(transaction: Transaction, rule: str, side: Side, ids: pd.Series) -> Iterator[Step]:
    """Yield what goes of pairings and decisions about people who have left."""
    if ids.empty:
        return
    pairings = transaction.read(Pairing, **{f"{side}_id": ids.tolist()})
    yield Step(rule, Pairing, pairings[pairings["reason"] != ""].assign(reason=""))
    decisions = transaction.read(LocationDecision, side=[str(side)], person_id=ids.tolist())
    named = decisions["kind"] == DecisionKind.ALIAS
    yield Step(rule, LocationDecision, decisions[~named], removed=True)
    # a name of a place stays learned; whose row taught it does not
    yield Step(rule, LocationDecision, decisions[named].assign(person_id="", written="", geometry=None))


def _inspections(transaction: Transaction, rules: RetentionRules, today: dt.date) -> Iterator[Step]:
    photos, seen = transaction.read(Photo), transaction.read(Inspection)
    old = photos[retention.due(photos, "received_at", rules.keep_photo_days, today)]
    yield Step("keep_photo_days", Photo, old, removed=True)
    bare = retention.without_photos(seen, set(old["photo_id"]))
    yield Step("keep_photo_days", Inspection, bare)
    seen = pd.concat([seen[~frames.among(seen["inspection_id"], bare["inspection_id"])], bare]) if len(bare) else seen
    old = seen[retention.due(seen, "received_at", rules.keep_inspection_days, today)]
    yield Step("keep_inspection_days", Inspection, _differing(Inspection, old, retention.empty_inspections(old)))


def _imports(transaction: Transaction, days: int, today: dt.date) -> Iterator[Step]:
    found = transaction.read(Import, status=[str(ImportStatus.APPLIED)])
    old = found[retention.due(found, "closed_at", days, today)]
    kept = transaction.read(ImportChange, import_id=old["import_id"].tolist()) if len(old) else None
    if kept is not None:
        yield Step("keep_import_days", ImportChange, kept, removed=True)


def _doors(transaction: Transaction, rules: RetentionRules, today: dt.date) -> Iterator[Step]:
    """Yield sessions, failed attempts and tokens that are over."""
    for noun, column in ((Session, "seen_at"), (Attempt, "last_at")):
        found = transaction.read(noun)
        old = found[retention.due(found, column, rules.keep_session_days, today)]
        yield Step("keep_session_days", noun, old, removed=True)
    tokens, days = transaction.read(Token), rules.keep_token_days
    over = retention.due(tokens, "ends_at", days, today) | retention.due(tokens, "revoked_at", days, today)
    yield Step("keep_token_days", Token, tokens[over], removed=True)


def _steps(transaction: Transaction, rules: RetentionRules, today: dt.date) -> list[Step]:
    told = transaction.read(Change), transaction.read(Revision)
    steps = [
        *_people(transaction, Side.HOUSEHOLD, rules.keep_household_days, today, told),
        *_people(transaction, Side.MEMBER, rules.keep_member_days, today, told),
        *_inspections(transaction, rules, today),
        *_imports(transaction, rules.keep_import_days, today),
        *_doors(transaction, rules, today),
    ]
    return [step for step in steps if len(step.rows)]


def _lettings(steps: list[Step], rules: RetentionRules, audit_days: int, lines: int) -> list[Letting]:
    days = rules.model_dump()
    found = [
        Letting(step.rule, days[step.rule], step.noun.table, len(step.rows), step.removed)
        for step in steps
        if step.noun is not Ending
    ]
    return [*found, Letting("audit_days", audit_days, AuditEntry.table, lines, removed=True)] if lines else found


def retain(
    store: Store, rules: RetentionRules, *, audit_days: int, now: dt.datetime | None = None, apply: bool = False
) -> list[Letting]:
    """Return what is kept no longer, rule by rule; with `apply` let it go, all of it or nothing.

    Asking twice changes nothing twice. Files of photos that go are named by `Photo` rows no longer: whoever keeps the
    files removes them after this.
    """
    now = now or dt.datetime.now(dt.UTC)
    with store.transaction(write=apply) as transaction:
        steps = _steps(transaction, rules, now.date())
        old = old_lines(transaction, days=audit_days, now=now)
        found = _lettings(steps, rules, audit_days, len(old))
        if apply and (steps or len(old)):
            for step in steps:
                step.run(transaction)
            let_go(transaction, old)
            counts = {f"{one.rule}:{one.noun}": one.count for one in found}
            audit.note(transaction, Act(AuditAction.TRIM, "retention", row_count=sum(counts.values()), filter=counts))
            if found:
                transaction.advance("retention")
    return found


def photos_named(store: Store) -> set[str]:
    """Return the names of all photos that are kept."""
    with store.transaction() as transaction:
        return set(transaction.read(Photo)["photo_id"])
