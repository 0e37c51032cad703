"""Review where people are: the rows that wait, a person's decision, and its undoing; one transaction each.

A decision is kept and its row located anew at once; whom the row is paired with follows at the next `pair`.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap import duty, frames
from gridmap import locate as locating
from gridmap.addresses import Style
from gridmap.errors import DecisionMissing, DecisionRefused, DecisionsRefused, ReviewError, StaleRow
from gridmap.locate import Gazetteer
from gridmap.phrases import say
from gridmap.schema import Row
from gridmap.store import Store, Transaction
from gridmap.tables import (
    Community,
    DecisionKind,
    Household,
    HouseholdPlace,
    LocationDecision,
    Member,
    MemberPlace,
    Revision,
    Side,
    Street,
)
from gridmap.work.decisions import Choice, check_standard, facts_of_choice, learnable, texts
from gridmap.work.reading import facts_of

NOUNS: dict[Side, tuple[type[Household] | type[Member], type[HouseholdPlace] | type[MemberPlace], str]] = {
    Side.HOUSEHOLD: (Household, HouseholdPlace, "household_id"),
    Side.MEMBER: (Member, MemberPlace, "member_id"),
}
KEEP_MAP = ("review", "locate", "pair", "apply", "undo", "receive")
"""Steps that leave the areas, aliases and register of a city as they are."""
_CARE = {"red": 0, "yellow": 1, "green": 2}


@dataclass(frozen=True)
class Said:
    """A decision about a row, with the state in which the row was shown, None to decide on it as it is."""

    person_id: str
    choice: Choice
    seen: str | None = None


@dataclass(frozen=True, eq=False)
class Waiting:
    """A part of the queue: people, their places, candidates and decisions in force, as they stand.

    `seen[i]` names the state of row i; who decides gives it back, so that nobody decides on what is no longer so.
    `learnable[i]` is the written name that accepting may teach, empty without one.
    """

    side: Side
    revision: int
    open_count: int
    decided_count: int
    total: int
    people: pd.DataFrame
    places: pd.DataFrame
    candidates: gpd.GeoDataFrame
    decisions: pd.DataFrame
    seen: tuple[str, ...]
    learnable: tuple[str, ...]


def _rows(transaction: Transaction, row: type[Row], key: str, ids: Collection[str] | None) -> pd.DataFrame:
    """Return the rows of these ids, all without."""
    where: dict[str, Any] = {} if ids is None else {key: list(ids)}
    return transaction.read(row, **where)


def _written(people: pd.DataFrame, style: Style) -> list[str]:
    """Return the written form of every row."""
    text = {name: texts(people[name]) for name in ("address", "stated_community")}
    shapes = np.asarray(people["geometry"].array, dtype=object)
    points = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    rows = zip(text["address"], text["stated_community"], points, strict=True)
    return [locating.written_form(style, address, community, point) for address, community, point in rows]


def _in_force(decisions: pd.DataFrame, side: Side) -> pd.DataFrame:
    return decisions[decisions["undone_at"].isna() & (decisions["side"] == side)]


def _applying(decisions: pd.DataFrame, ids: Sequence[str], written: Sequence[str]) -> dict[str, list[int]]:
    """Return the positions of the decisions that hold for each row as it is written now, the newest last."""
    now = dict(zip(ids, written, strict=True))
    found: dict[str, list[int]] = {}
    for at, (person, form) in enumerate(zip(decisions["person_id"], decisions["written"], strict=True)):
        if now.get(person) == form:
            found.setdefault(person, []).append(at)
    return found


def _seen(places: pd.DataFrame, written: Sequence[str], decided: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Name the state of each row: what is written, where it was found, what was decided."""
    facts = pd.DataFrame(places).drop(columns="geometry").astype(object)
    rows = facts.where(facts.notna(), None).to_dict("records")
    told = zip(rows, written, decided, strict=True)
    return tuple(
        "s"
        + hashlib.sha256(json.dumps(item, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()[:16]
        for item in told
    )


class Shelf:
    """Keeps the gazetteer for as long as the areas and the learned names stay; one for all who review a city."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[tuple[object, ...], Gazetteer] | None = None

    def gazetteer(self, transaction: Transaction) -> Gazetteer:
        """Return what addresses are looked up in, with the decisions in force."""
        decisions = transaction.read(LocationDecision)
        decisions = decisions[decisions["undone_at"].isna()]
        steps = transaction.read(Revision)
        changed = steps.loc[~steps["step"].str.startswith(KEEP_MAP), "revision"].max()
        city = facts_of(transaction)
        learned = decisions.loc[decisions["alias"].notna(), "decision_id"]
        state = (changed, city.day or dt.datetime.now(tz=dt.UTC).astimezone().date(), *learned)
        with self._lock:
            if self._kept is None or self._kept[0] != state:
                sources = {row: transaction.read(row) for row in locating.GAZETTEER_ROWS}
                self._kept = state, Gazetteer.of(sources, city)
            return replace(self._kept[1], decisions=decisions)


class Desk:
    """Where somebody reviews a city: what is decided counts as done by whoever the store acts for.

    `seen` reads the rows that they may review, all without it. Places are looked up in the whole city.
    """

    def __init__(self, store: Store, shelf: Shelf | None = None, *, seen: Store | None = None) -> None:
        self.store = store
        self._seen = seen or store
        self._shelf = shelf or Shelf()

    def queue(
        self,
        side: Side = Side.HOUSEHOLD,
        *,
        area_id: str | None = None,
        decided: bool = False,
        offset: int = 0,
        limit: int = 20,
        person_id: str | None = None,
    ) -> Waiting:
        """Return a page of the rows that wait, or of those that were decided, with their candidates.

        The most urgent come first, equal addresses together. `area_id`: a community, street or district.
        """
        noun, _, key = NOUNS[side]
        with self.store.transaction() as transaction:
            gazetteer = self._shelf.gazetteer(transaction)
        with self._seen.transaction() as transaction:
            decisions = _in_force(transaction.read(LocationDecision), side).reset_index(drop=True)
            people, places = _reviewable(
                transaction, side, {*decisions["person_id"], *([person_id] if person_id else [])}
            )
            number = transaction.revision()
            inside = _inside(transaction, places, area_id)
        written = _written(people, gazetteer.style)
        holding = _applying(decisions, people[key].tolist(), written)
        kinds = [decisions["kind"].iloc[holding[i][-1]] if i in holding else DecisionKind.REJECT for i in people[key]]
        is_decided = np.array([kind != DecisionKind.REJECT for kind in kinds], dtype=bool)
        waits = places["review"].to_numpy(dtype=bool) & ~is_decided
        wanted = _sorted(people, np.flatnonzero(inside & (is_decided if decided else waits)))
        shown = wanted[offset : offset + limit] if person_id is None else np.flatnonzero(people[key] == person_id)
        rows = people.iloc[shown].reset_index(drop=True)
        applied = [[str(decisions["decision_id"].iloc[at]) for at in holding.get(i, ())] for i in rows[key]]
        forms = [written[at] for at in shown]
        page = places.iloc[shown].reset_index(drop=True)
        found = locating.search(rows, gazetteer, noun=noun)
        return Waiting(
            side=side, revision=number, open_count=int((inside & waits).sum()),
            decided_count=int((inside & is_decided).sum()), total=len(wanted), people=rows, places=page,
            candidates=found.candidates, seen=_seen(page, forms, applied),
            decisions=decisions[decisions["decision_id"].isin([i for ids in applied for i in ids])],
            learnable=learnable(gazetteer, rows["address"]),
        )  # fmt: skip

    def decide(self, side: Side, person_id: str, choice: Choice, *, actor: str, seen: str | None = None) -> str:
        """Keep a decision, locate the row anew (for a learned name: everybody) and return the decision's id.

        Raises:
            DecisionMissing: there is no such row.
            StaleRow: the row is not as it was when `seen` was told.
            DecisionRefused: a standard address id decides, or the place is not in this city.
        """
        self._check_scope(side, person_id)
        with self.store.transaction(write=True) as transaction:
            taken = self._keep(transaction, side, Said(person_id, choice, seen), actor)
            only = None if choice.kind is DecisionKind.ALIAS else [person_id]
            self._locate_anew(transaction, side, only)
            transaction.advance("review")
        return taken

    def decide_all(self, side: Side, said: Sequence[Said], *, actor: str) -> list[str]:
        """Keep many decisions, all or none, and return their ids.

        Raises:
            DecisionsRefused: with what stands against each of them, by position.
        """
        taken: list[str] = []
        against: dict[int, ReviewError] = {}
        with self.store.transaction(write=True) as transaction:
            for at, one in enumerate(said):
                try:
                    taken.append(self._keep(transaction, side, one, actor))
                except ReviewError as error:
                    against[at] = error
            if against:
                raise DecisionsRefused(against)
            if said:
                learned = any(one.choice.kind is DecisionKind.ALIAS for one in said)
                self._locate_anew(transaction, side, None if learned else [one.person_id for one in said])
                transaction.advance("review")
        return taken

    def _keep(self, transaction: Transaction, side: Side, said: Said, actor: str) -> str:
        """Check a decision against the row as it is now, write it, return its id."""
        noun, _, key = NOUNS[side]
        person = _rows(transaction, noun, key, [said.person_id])
        if person.empty:
            raise DecisionMissing(say(f"review.no_{side}", person=said.person_id))
        gazetteer = self._shelf.gazetteer(transaction)
        (written,) = _written(person, gazetteer.style)
        self._check_seen(transaction, side, said, written)
        check_standard(gazetteer, texts(person["std_address_id"])[0], said.choice)
        offered = locating.search(person, gazetteer, noun=noun).candidates["target"].tolist()
        facts = facts_of_choice(gazetteer, said.choice, person, offered)
        taken = f"L{len(transaction.read(LocationDecision)) + 1:06d}"
        row = {"decision_id": taken, "side": side, "person_id": said.person_id, "written": written, "made_by": actor,
               "made_at": dt.datetime.now(tz=dt.UTC), **facts}  # fmt: skip
        transaction.insert(_frame(row), LocationDecision)
        return taken

    def undo(self, decision_id: str, *, actor: str) -> tuple[Side, str]:
        """End a decision and locate anew whom it had placed; return whose row it is about.

        Raises:
            DecisionMissing: there is no such decision.
            DecisionRefused: it was undone before.
        """
        with self._seen.transaction() as transaction:
            if transaction.read(LocationDecision, decision_id=[decision_id]).empty:
                raise DecisionMissing(say("review.no_decision", decision=decision_id))
        with self.store.transaction(write=True) as transaction:
            found = transaction.read(LocationDecision, decision_id=[decision_id])
            if found["undone_at"].notna().any():
                raise DecisionRefused(say("review.undone", decision=decision_id))
            ended = found.assign(undone_at=pd.Timestamp(dt.datetime.now(tz=dt.UTC)), undone_by=actor)
            transaction.upsert(frames.conform(ended, LocationDecision), LocationDecision)
            learned = found["kind"].iloc[0] == DecisionKind.ALIAS
            side, person = Side(found["side"].iloc[0]), str(found["person_id"].iloc[0])
            self._locate_anew(transaction, side, None if learned else [person])
            transaction.advance("review")
        return side, person

    def _check_scope(self, side: Side, person_id: str) -> None:
        if self._seen is self.store:
            return
        noun, place, key = NOUNS[side]
        # of a helper from elsewhere the row is seen, but not the place
        row = place if side is Side.MEMBER else noun
        with self._seen.transaction() as transaction:
            if _rows(transaction, row, key, [person_id]).empty:
                raise DecisionMissing(say(f"review.no_{side}", person=person_id))

    def _check_seen(self, transaction: Transaction, side: Side, said: Said, written: str) -> None:
        if said.seen is None:
            return
        _, place, key = NOUNS[side]
        decisions = _in_force(transaction.read(LocationDecision, person_id=[said.person_id]), side)
        mine = decisions.loc[decisions["written"] == written, "decision_id"].tolist()
        now = _seen(_rows(transaction, place, key, [said.person_id]), [written], [mine])
        if now != (said.seen,):
            raise StaleRow(say("review.stale", person=said.person_id))

    def _locate_anew(self, transaction: Transaction, side: Side, ids: Collection[str] | None) -> None:
        """Locate some rows of a side anew, everybody of both sides without ids."""
        gazetteer = self._shelf.gazetteer(transaction)
        for one in Side if ids is None else (side,):
            noun, place, key = NOUNS[one]
            people, before = (_rows(transaction, row, key, ids) for row in (noun, place))
            after = locating.locate(people, gazetteer, noun=noun)
            difference = frames.compare(before, after, place)
            transaction.upsert(difference.added, place)
            transaction.upsert(difference.changed, place)


def _frame(row: dict[str, object]) -> pd.DataFrame:
    shape = gpd.GeoSeries([row.pop("geometry", None)], crs=4326)
    return frames.check(gpd.GeoDataFrame(pd.DataFrame([row]), geometry=shape), LocationDecision)


def _reviewable(transaction: Transaction, side: Side, also: Collection[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the people that wait, and those that are named too, with their places, row by row."""
    noun, place, key = NOUNS[side]
    waiting, known = transaction.read(place, review=[True]), _rows(transaction, place, key, also)
    places = pd.concat([waiting, known[~known[key].isin(waiting[key])]]).sort_values(key)
    people = _rows(transaction, noun, key, places[key].tolist())
    on_duty = duty.present(people) if side is Side.HOUSEHOLD else duty.serving(people)
    people = people[on_duty].reset_index(drop=True)
    return people, frames.conform(places[places[key].isin(people[key])], place)


def _inside(transaction: Transaction, places: pd.DataFrame, area_id: str | None) -> np.ndarray:
    """Tell which places lie in a community, or in the communities of a street or district; all without one."""
    if area_id is None:
        return np.ones(len(places), dtype=bool)
    streets = transaction.read(Street)
    within = streets.loc[(streets["street_id"] == area_id) | (streets["district_id"] == area_id), "street_id"]
    communities = transaction.read(Community)
    found = communities["street_id"].isin(within) | (communities["community_id"] == area_id)
    inside: np.ndarray = places["community_id"].isin(communities.loc[found, "community_id"]).to_numpy(dtype=bool)
    return inside


def _sorted(people: pd.DataFrame, wanted: np.ndarray) -> np.ndarray:
    """Sort positions: the most urgent first, equal addresses together, then by id."""
    rows = people.iloc[wanted]
    care = rows["care_level"].map(_CARE) if "care_level" in rows else pd.Series(0, index=rows.index)
    order = np.lexsort((rows.iloc[:, 0].to_numpy(dtype=str), texts(rows["address"]), care.to_numpy(dtype=int)))
    sorted_rows: np.ndarray = wanted[order]
    return sorted_rows
