"""Rows that may be one person: show them, merge two, keep two apart, undo either; one transaction each."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gridmap import audit, changes, duty, frames, joining, snapshots
from gridmap.duplicates import find_duplicates
from gridmap.errors import DecisionMissing, DecisionRefused, DecisionsRefused, ReviewError, StaleRow
from gridmap.phrases import Said, say
from gridmap.proposals import Base
from gridmap.store import Store, Transaction
from gridmap.tables import Change, Merge, MergeKind, Pairing, Side
from gridmap.work import emptiness
from gridmap.work.keeping import put, rows_of
from gridmap.work.proposals import base_of
from gridmap.work.reading import people_of
from gridmap.work.remembering import remember


@dataclass(frozen=True, eq=False)
class Doubles:
    """A part of the pairs that may be one person, surest first, with the rows that they are about.

    pairs: first_id, second_id, signs, keep_id (the row that says more), seen (names the state of both rows).
    people, places: the rows of `pairs`, by id. held: pairings in force by id.
    """

    side: Side
    revision: int
    total: int
    pairs: pd.DataFrame
    people: pd.DataFrame
    places: pd.DataFrame
    held: dict[str, int]


@dataclass(frozen=True)
class Judgement:
    """What a person says about two rows; `fill` lets the kept row take over what it lacks, `seen` as it was shown."""

    kept_id: str
    merged_id: str
    kind: MergeKind
    fill: bool = True
    seen: str | None = None


@dataclass(frozen=True)
class Undone:
    """A decision that no longer holds, and what could not be put back since it was changed meanwhile."""

    merge: Merge
    stays: tuple[Said, ...]


def _side(people: duty.People, side: Side) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Return the rows of a side, their places and the name of their id."""
    if side is Side.HOUSEHOLD:
        return people.households, people.household_places, "household_id"
    return people.members, people.member_places, "member_id"


def _counting(rows: pd.DataFrame, side: Side) -> pd.DataFrame:
    counted = duty.present(rows) if side is Side.HOUSEHOLD else duty.serving(rows)
    return rows[counted].reset_index(drop=True)


def _seen(rows: pd.DataFrame, side: Side) -> str:
    """Name the state of two rows, whatever their order."""
    told = "".join(sorted(snapshots.fingerprints(rows, joining.NOUNS[side])))
    return f"s{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def doubles(store: Store, side: Side = Side.HOUSEHOLD, *, offset: int = 0, limit: int = 20) -> Doubles:
    """Return the pairs of rows that may be one person and that nobody has judged.

    Raises:
        StoreError: the store keeps no audit log, and so has no key to compare identity numbers with.
    """
    with store.transaction() as transaction:
        base, merges = base_of(transaction), transaction.read(Merge)
        rows, places, key = _side(base.people, side)
        own, seal = _counting(rows, side), audit.seal_of(transaction)
        found = find_duplicates(own, noun=joining.NOUNS[side], key=seal.derived("people"), places=places)
    apart = {frozenset(pair) for pair in _ids(joining.in_force(merges, side, MergeKind.DIFFERENT))}
    ids = zip(found["first_id"], found["second_id"], strict=True)
    found = found[np.array([frozenset(pair) not in apart for pair in ids], dtype=bool)]
    shown = found.iloc[offset : offset + limit].reset_index(drop=True)
    about = own[own[key].isin([*shown["first_id"], *shown["second_id"]])].set_index(key, drop=False)
    lasting = base.people.pairings[duty.in_force(base.people.pairings, base.day)]
    held = lasting.loc[lasting[key].isin(about.index), key].value_counts().to_dict()
    twos = [about.loc[[one, two]] for one, two in zip(shown["first_id"], shown["second_id"], strict=True)]
    pairs = shown.assign(keep_id=[_fuller(two, held) for two in twos], seen=[_seen(two, side) for two in twos])
    where = places[places[key].isin(about.index)].set_index(key, drop=False)
    return Doubles(side, base.revision, len(found), pairs, about, where, {str(one): int(n) for one, n in held.items()})


def _ids(merges: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(merges["kept_id"], merges["merged_id"], strict=True))


def _fuller(rows: pd.DataFrame, held: dict[str, int]) -> str:
    """Return the row with more pairings, then the one that says more, then the first."""
    says = rows.notna().sum(axis=1)
    # of equals the first is the largest
    return max(map(str, rows.index), key=lambda one: (held.get(one, 0), says[one]))


def judged(store: Store, side: Side) -> list[Merge]:
    """Return the decisions about a side, the newest first, undone ones too."""
    with store.transaction() as transaction:
        found = transaction.read(Merge, side=[str(side)])
    return rows_of(found, Merge)[::-1]


# --- decide


def judge(store: Store, side: Side, said: Judgement, *, actor: str) -> Merge:
    """Keep what a person says about two rows; of one person the other row is merged into the kept one.

    Raises:
        DecisionMissing: one of the rows is not there.
        DecisionRefused: it is the same row, is merged already, or the two were judged before.
        StaleRow: a row is not as it was when `seen` was told.
    """
    with store.transaction(write=True) as transaction:
        base = base_of(transaction)
        made = _judge(transaction, base, side, said, actor, shown=base)
        _close(transaction, base, [made])
        return made


def judge_all(store: Store, side: Side, said: Sequence[Judgement], *, actor: str) -> list[Merge]:
    """Keep what a person says about many pairs, all or nothing; each sees what those before it have changed.

    Raises:
        DecisionsRefused: with what stands against each of them, by position.
    """
    made: list[Merge] = []
    against: dict[int, ReviewError] = {}
    with store.transaction(write=True) as transaction:
        now = base = base_of(transaction)
        for at, one in enumerate(said):
            try:
                made.append(_judge(transaction, now, side, one, actor, shown=base))
            except ReviewError as error:
                against[at] = error
                continue
            if one.kind is MergeKind.SAME:
                now = replace(base, people=people_of(transaction))
        if against:
            raise DecisionsRefused(against)
        _close(transaction, base, made)
    return made


def _judge(transaction: Transaction, base: Base, side: Side, said: Judgement, actor: str, *, shown: Base) -> Merge:
    """Check a judgement against the rows as they are in `base`, and write what it changes.

    `shown`: the rows as they were before anything was judged, which must be as the person saw them.
    """
    merges = transaction.read(Merge)
    kept, merged = _two_rows(base, merges, side, said)
    _check_seen(shown, side, said)
    facts: dict[str, object] = {
        "merge_id": f"M{len(merges) + 1:06d}", "side": side, "kind": said.kind, "kept_id": said.kept_id,
        "merged_id": said.merged_id, "made_at": dt.datetime.now(dt.UTC), "made_by": actor,
        "signs": _signs(transaction, base, side, said),
    }  # fmt: skip
    if said.kind is MergeKind.DIFFERENT:
        return put(transaction, Merge.model_validate(facts))
    before, after = joining.follow(
        base.people.pairings,
        _joint(base, side, said),
        joining.Room.of(side, kept, base.rules),
        pd.Timestamp(base.day),
    )
    facts["filled"] = joining.empty_columns(kept, merged) if said.fill else ()
    made = put(transaction, Merge.model_validate({**facts, "changes": joining.changes_of(before, after)}))
    _write_people(transaction, base, side)
    _put_pairings(transaction, after, set(before["pairing_id"]) - set(after["pairing_id"]))
    return made


def _close(transaction: Transaction, base: Base, made: Sequence[Merge]) -> None:
    """Go on to the next revision: with what has changed since `base` where two rows have become one."""
    merged = [merge.merge_id for merge in made if merge.kind is MergeKind.SAME]
    if merged:
        _advance(transaction, base, f"merge {'-'.join(dict.fromkeys((merged[0], merged[-1])))}")
    elif made:
        transaction.advance("people")


def _two_rows(base: Base, merges: pd.DataFrame, side: Side, said: Judgement) -> tuple[pd.Series, pd.Series]:
    rows, _, key = _side(base.people, side)
    if said.kept_id == said.merged_id:
        raise DecisionRefused(say("merge.itself", person=said.kept_id))
    for one in (said.kept_id, said.merged_id):
        row = rows[rows[key] == one]
        if row.empty:
            raise DecisionMissing(say(f"review.no_{side}", person=one))
        if row["merged_into"].notna().any():
            held = joining.in_force(merges, side, MergeKind.SAME)
            by = held.loc[held["merged_id"] == one, "merge_id"].iloc[-1]
            raise DecisionRefused(say("merge.into", person=one, kept=row["merged_into"].iloc[0], merge=by))
    apart = joining.in_force(merges, side, MergeKind.DIFFERENT)
    before = [
        name
        for name, pair in zip(apart["merge_id"], _ids(apart), strict=True)
        if set(pair) == {said.kept_id, said.merged_id}
    ]
    if before:
        raise DecisionRefused(say("merge.judged", merge=before[-1]))
    by_id = rows[rows[key].isin([said.kept_id, said.merged_id])].set_index(key)
    return by_id.loc[said.kept_id], by_id.loc[said.merged_id]


def _check_seen(shown: Base, side: Side, said: Judgement) -> None:
    rows, _, key = _side(shown.people, side)
    two = rows[rows[key].isin([said.kept_id, said.merged_id])]
    if said.seen is not None and _seen(two, side) != said.seen:
        raise StaleRow(say("merge.stale", first=said.kept_id, second=said.merged_id))


def _signs(transaction: Transaction, base: Base, side: Side, said: Judgement) -> tuple[str, ...]:
    rows, places, key = _side(base.people, side)
    two = rows[rows[key].isin([said.kept_id, said.merged_id])].reset_index(drop=True)
    seal = audit.seal_of(transaction)
    found = find_duplicates(two, noun=joining.NOUNS[side], key=seal.derived("people"), places=places)
    return found["signs"].iloc[0] if len(found) else ()


def _joint(base: Base, side: Side, said: Judgement) -> joining.Joint:
    _, places, key = _side(base.people, side)
    homes = places.set_index(key)["building_id"]
    one, other = homes.get(said.kept_id), homes.get(said.merged_id)
    return joining.Joint(side, said.kept_id, said.merged_id, one_building=pd.notna(one) and one == other)


def _write_people(transaction: Transaction, base: Base, side: Side) -> None:
    rows, _, _ = _side(base.people, side)
    noun = joining.NOUNS[side]
    transaction.upsert(frames.compare(rows, remember(transaction, rows, side), noun).changed, noun)


def _put_pairings(transaction: Transaction, rows: pd.DataFrame, gone: set[str]) -> None:
    if gone:
        transaction.delete(Pairing, pairing_id=sorted(gone))
    transaction.upsert(rows, Pairing)


def _advance(transaction: Transaction, base: Base, step: str) -> None:
    """Count anew what hangs on the people, and go on to the next revision with what has changed."""
    after = people_of(transaction)
    emptiness.refresh(transaction, replace(base, people=after))
    revision = transaction.advance(step)
    transaction.insert(changes.between(base.people, after, day=base.day, revision=revision), Change)


# --- undo


def undo(store: Store, merge_id: str, *, actor: str) -> Undone:
    """End a decision: both rows count again, and what is still as the merge left it is as it was before.

    Raises:
        DecisionMissing: there is no such decision.
        DecisionRefused: it was undone before.
    """
    with store.transaction(write=True) as transaction:
        found = transaction.read(Merge, merge_id=[merge_id])
        if found.empty:
            raise DecisionMissing(say("merge.missing", merge=merge_id))
        merge = rows_of(found, Merge)[0]
        if merge.undone_at is not None:
            raise DecisionRefused(say("merge.undone", merge=merge_id))
        base = base_of(transaction)
        ended = put(transaction, merge.model_copy(update={"undone_at": dt.datetime.now(dt.UTC), "undone_by": actor}))
        if merge.kind is MergeKind.DIFFERENT:
            transaction.advance("people")
            return Undone(ended, ())
        stays = [*_give_back_facts(transaction, base, merge), *_give_back_pairings(transaction, base, merge)]
        _advance(transaction, base, f"undo {merge_id}")
        return Undone(ended, tuple(stays))


def _give_back_facts(transaction: Transaction, base: Base, merge: Merge) -> list[Said]:
    """Let both rows stand alone; return what stays since it was changed meanwhile."""
    rows, _, key = _side(base.people, merge.side)
    by_id = rows.set_index(key)
    gone = merge.merged_id not in by_id.index
    given = rows
    kept_facts: list[str] = []
    if merge.kept_id in by_id.index:
        other = None if gone else by_id.loc[merge.merged_id]
        back, kept_facts = joining.taken_back(by_id.loc[merge.kept_id], other, merge.filled)
        given = rows.copy()
        given.loc[given[key] == merge.kept_id, back] = np.nan
        given = frames.conform(given, joining.NOUNS[merge.side])
    noun = joining.NOUNS[merge.side]
    transaction.upsert(frames.compare(rows, remember(transaction, given, merge.side), noun).changed, noun)
    lost = [say("merge.again_gone", person=merge.merged_id)] if gone else []
    return [*lost, *(say("merge.fact_changed", column=name) for name in kept_facts)]


def _give_back_pairings(transaction: Transaction, base: Base, merge: Merge) -> list[Said]:
    names = joining.touched(merge.changes)
    if not names:
        return []
    now = transaction.read(Pairing, pairing_id=names)
    ids = {key: set(_side(base.people, side)[0][key]) for side, key in joining.KEYS.items()}
    back, stale = joining.given_back(merge.changes, now, ids)
    _put_pairings(transaction, back, set())
    return [say("merge.pairing_changed", pairing=name) for name in stale]
