"""Write rows so that they can be taken back: the state before each touched row, and what the import left of it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from gridmap import frames, snapshots
from gridmap import locate as locating
from gridmap.errors import ImportChanged, InputError, Problem
from gridmap.merging import Brought, Merged, holders
from gridmap.phrases import say
from gridmap.schema import Row, columns, keys
from gridmap.store import Transaction
from gridmap.tables import (
    AREA_ROWS,
    ROWS,
    Building,
    Community,
    Compound,
    DangerZone,
    HazardSite,
    Household,
    HouseholdPlace,
    ImportChange,
    Level,
    Member,
    MemberPlace,
    Monitor,
)
from gridmap.work.building import DERIVED_ROWS
from gridmap.work.reading import Progress, facts_of
from gridmap.work.revising import Turned

PLACES: dict[type[Row], type[Row]] = {Household: HouseholdPlace, Member: MemberPlace}
_NOUNS = {row.table: row for row in ROWS}
_Kept = dict[tuple[str, str], tuple[str | None, str | None]]


class Touched:
    """What an import has touched so far: noun and key -> (row before, fingerprint after)."""

    def __init__(self, import_id: str) -> None:
        self._import_id = import_id
        self._kept: _Kept = {}
        self.counts: dict[str, int] = {}
        self.written: pd.DataFrame | None = None
        self.turned = Turned()

    @property
    def touched(self) -> int:
        """Return how many rows differ from before."""
        return len(self._kept)

    def replace(self, transaction: Transaction, old: pd.DataFrame, new: pd.DataFrame, row: type[Row]) -> dict[str, int]:
        """Write the difference between two frames of a noun, keep what was before, and count it."""
        difference = frames.compare(old, new, row)
        key = keys(row)[0]
        self.written = (
            pd.concat([difference.added, difference.changed], ignore_index=True)
            if len(difference.changed)
            else difference.added
        )
        if len(difference.removed):
            transaction.delete(row, **{key: difference.removed[key].tolist()})
        transaction.insert(difference.added, row)
        transaction.upsert(difference.changed, row)
        was = old[frames.among(old[key], difference.changed[key])]
        self.turned.see(row, pd.concat([was, difference.removed]) if len(difference.removed) else was, self.written)
        if len(difference.changed):
            self._keep(row, was, difference.changed)
        if len(difference.removed):
            self._keep(row, difference.removed, None)
        if len(difference.added):
            self._keep(row, None, difference.added)
        return {"added": len(difference.added), "changed": len(difference.changed),
                "unchanged": difference.unchanged, "removed": len(difference.removed)}  # fmt: skip

    def _keep(self, row: type[Row], before: pd.DataFrame | None, after: pd.DataFrame | None) -> None:
        olds = {} if before is None else dict(
            zip(snapshots.row_keys(before, row), snapshots.freeze(before, row), strict=True))  # fmt: skip
        news = {} if after is None else dict(
            zip(snapshots.row_keys(after, row), snapshots.fingerprints(after, row), strict=True))  # fmt: skip
        for key in dict.fromkeys([*olds, *news]):
            first = self._kept.get((row.table, key))
            self._kept[row.table, key] = (olds.get(key) if first is None else first[0], news.get(key))

    def close(self, transaction: Transaction) -> None:
        """Keep everything that was touched with the import."""
        lines = [
            (self._import_id, number, noun, key, before, after)
            for number, ((noun, key), (before, after)) in enumerate(self._kept.items(), start=1)
        ]
        names = ["import_id", "number", "noun", "row_key", "before", "after"]
        transaction.insert(frames.conform(pd.DataFrame(lines, columns=names, dtype=object), ImportChange), ImportChange)


def inside(transaction: Transaction, row: type[Row], scope: str, stored: pd.DataFrame) -> np.ndarray | None:
    """Return which stored rows a file is the whole of, None where it only adds and changes.

    Raises:
        InputError: the scope is unknown, or names a community that is not there.
    """
    if scope == "add":
        return None
    if scope == "all":
        return np.ones(len(stored), dtype=bool)
    kind, _, area = scope.partition(":")
    known = transaction.read(Community, community_id=[area]) if kind == "community" else frames.empty(Community)
    if known.empty:
        said = say("scope.unknown", scope=scope)
        raise InputError([Problem("request", None, "scope", "scope.unknown", said)])
    if row in PLACES:
        places = transaction.read(PLACES[row], community_id=[area])
        key = keys(row)[0]
        return np.asarray(stored[key].isin(places[key]), dtype=bool)
    column = "community_id" if "community_id" in stored else keys(row)[0]
    return np.asarray(stored[column] == area, dtype=bool)


def with_parents(transaction: Transaction, brought: Brought) -> Brought:
    """Return the rows with the ids of the compounds and communities that they name."""
    frame = brought.frame
    for part, parent in (("_compound", Compound), ("_community", Community)):
        key = keys(parent)[0]
        if part not in frame or key in frame or key not in brought.row.model_fields:
            continue
        areas = transaction.read(parent)
        single = areas[~areas["name"].duplicated(keep=False)]
        ids = dict(zip(single["name"].str.replace(" ", ""), single[key], strict=True))
        named = frame[part].map(lambda name: str(name).replace(" ", ""), na_action="ignore")
        frame = frame.assign(**{key: named.map(ids)})
    return replace(brought, frame=frame)


def write(transaction: Transaction, import_id: str, row: type[Row], merged: Merged) -> Touched:
    """Write the rows of a merge; what was derived from removed rows goes with them."""
    kept = Touched(import_id)
    ids = merged.gone[keys(row)[0]].tolist()
    for derived in DERIVED_ROWS if ids else ():
        for column in columns(derived):
            if column.ref == row.table:
                gone = transaction.read(derived, **{column.name: ids})
                kept.replace(transaction, gone, frames.empty(derived), derived)
    old = pd.concat([merged.old, merged.gone], ignore_index=True) if ids else merged.old
    kept.counts = kept.replace(transaction, old, merged.new, row)
    return kept


# --- what follows from the rows


def follow(
    transaction: Transaction, kept: Touched, brought: Brought, merged: Merged, progress: Progress
) -> dict[str, int]:
    """Bring up to date what depends on the rows: places of people, parents of areas, zones and monitors of hazards."""
    if brought.row in PLACES:
        return _locate_new(transaction, kept, brought.row, progress)
    if brought.row is HazardSite:
        _follow_hazards(transaction, kept, brought, merged)
    if brought.row in AREA_ROWS.values() and not brought.only_known:
        _adopt(transaction, kept, brought.row, merged)
        return _locate_all(transaction, kept, progress)
    if brought.row is Building and kept.touched:
        return _locate_all(transaction, kept, progress)
    return {}


def _locate_new(transaction: Transaction, kept: Touched, row: type[Row], progress: Progress) -> dict[str, int]:
    people = kept.written
    if people is None or people.empty:
        return {}
    people = frames.conform(people, row)
    gazetteer = gazetteer_of(transaction)
    noun, place, key = _noun(row), PLACES[row], keys(row)[0]
    found = locating.locate(people, gazetteer, noun=noun, progress=lambda _, done, all_: progress("locate", done, all_))
    kept.replace(transaction, transaction.read(place, **{key: people[key].tolist()}), found, place)
    return _by_accuracy(found)


def _noun(row: type[Row]) -> type[Household] | type[Member]:
    return Household if row is Household else Member


def _by_accuracy(places: pd.DataFrame) -> dict[str, int]:
    counts = places["accuracy"].value_counts()
    return {**{str(name): int(number) for name, number in counts.items()}, "review": int(places["review"].sum())}


def gazetteer_of(transaction: Transaction) -> locating.Gazetteer:
    """Return what addresses are looked up in, as the city stands."""
    sources = {row: transaction.read(row) for row in locating.GAZETTEER_ROWS}
    return locating.Gazetteer.of(sources, facts_of(transaction))


def _locate_all(transaction: Transaction, kept: Touched, progress: Progress) -> dict[str, int]:
    gazetteer = gazetteer_of(transaction)
    counts: dict[str, int] = {}
    for row, place in PLACES.items():
        found = locating.locate(
            transaction.read(row),
            gazetteer,
            noun=_noun(row),
            progress=lambda _, done, all_: progress("locate", done, all_),
        )
        kept.replace(transaction, transaction.read(place), found, place)
        for name, number in _by_accuracy(found).items():
            counts[name] = counts.get(name, 0) + number
    return counts


def _adopt(transaction: Transaction, kept: Touched, row: type[Row], merged: Merged) -> None:
    """Give new areas their parents: the area above that holds an inner point."""
    wanted = {column.name: column.ref for column in columns(row) if column.ref}
    current = transaction.read(row, **{keys(row)[0]: merged.new[keys(row)[0]].tolist()})
    filled = current.copy()
    for name, table in wanted.items():
        parent = next(AREA_ROWS[level] for level in Level if AREA_ROWS[level].table == table)
        areas = transaction.read(parent)
        areas = areas[areas["geometry"].notna()] if len(areas) else areas
        found = holders(current["geometry"].to_numpy(), areas, keys(parent)[0])
        # a parent that the file names but the city has not is looked for on the map
        known = filled[name].isin(transaction.read(parent)[keys(parent)[0]])
        filled[name] = filled[name].where(known, pd.Series(found, dtype=object).astype("str"))
    kept.replace(transaction, current, frames.conform(filled, row), row)


def _follow_hazards(transaction: Transaction, kept: Touched, brought: Brought, merged: Merged) -> None:
    ids = merged.new["hazard_id"].tolist()
    sites = transaction.read(HazardSite, hazard_id=ids)
    found = pd.Series(holders(sites["geometry"].to_numpy(), transaction.read(Community), "community_id"), dtype=object)
    placed = sites.assign(community_id=found.astype("str").where(found.notna(), sites["community_id"]))
    kept.replace(transaction, sites, frames.conform(placed, HazardSite), HazardSite)
    zones = transaction.read(DangerZone, hazard_id=merged.gone["hazard_id"].tolist() + ids)
    surveyed = set(zones.loc[~zones["estimated"], "hazard_id"])
    for row in (Monitor, DangerZone):
        if row not in brought.extras:
            continue
        new = frames.conform(brought.extras[row], row)
        new = new[new["hazard_id"].isin(ids)]
        new = new[~new["hazard_id"].isin(surveyed)] if row is DangerZone else new
        old = transaction.read(row, hazard_id=new["hazard_id"].unique().tolist())
        kept.replace(transaction, old, new.reset_index(drop=True), row)


# --- undo


def undo_changes(transaction: Transaction, import_id: str, *, touched: bool) -> None:
    """Put back every row that an import touched, and forget what was kept for that.

    `touched` says whether it changed anything.

    Raises:
        ImportChanged: a row is not as the import left it, a row made since leans on one that would go, or what was kept
            is gone after its time.
    """
    kept = transaction.read(ImportChange, import_id=[import_id])
    if kept.empty and touched:
        raise ImportChanged(say("import.kept_no_longer", id=import_id))
    parts = dict(list(kept.groupby("noun")))
    now = {noun: _now(transaction, _NOUNS[str(noun)], part) for noun, part in parts.items()}
    said: list[str] = [text for noun, part in parts.items() for text in _changed(part, now[noun], _NOUNS[str(noun)])]
    said += _leaning(transaction, parts)
    if said:
        raise ImportChanged(say("import.changed", id=import_id, what=said[:10]))
    for noun, part in parts.items():
        row = _NOUNS[str(noun)]
        added = part[part["before"].isna()]
        if len(added):
            transaction.delete(row, **{keys(row)[0]: added["row_key"].tolist()})
        transaction.upsert(snapshots.thaw(part["before"].dropna().tolist(), row), row)
    transaction.delete(ImportChange, import_id=[import_id])


def _now(transaction: Transaction, row: type[Row], part: pd.DataFrame) -> dict[str, str]:
    found = transaction.read(row, **{keys(row)[0]: part["row_key"].tolist()})
    return dict(zip(snapshots.row_keys(found, row), snapshots.fingerprints(found, row), strict=True))


def _changed(part: pd.DataFrame, now: Mapping[str, str], row: type[Row]) -> list[str]:
    left = dict(zip(part["row_key"], part["after"].where(part["after"].notna(), None), strict=True))
    differing = [key for key, after in left.items() if now.get(key) != (None if pd.isna(after) else after)]
    return [say("import.rows_changed", count=len(differing), noun=row.table, first=differing[0])] if differing else []


def _leaning(transaction: Transaction, parts: Mapping[object, pd.DataFrame]) -> list[str]:
    """Say which rows made since name a row that the undo would remove."""
    said: list[str] = []
    for noun, part in parts.items():
        gone = part.loc[part["before"].isna(), "row_key"].tolist()
        for row in ROWS if gone else ():
            for column in columns(row):
                if column.ref != noun:
                    continue
                own = set(parts[row.table]["row_key"]) if row.table in parts else set()
                others = set(snapshots.row_keys(transaction.read(row, **{column.name: gone}), row)) - own
                if others:
                    said.append(say("import.leaning", count=len(others), other=row.table, noun=str(noun)))
    return said
