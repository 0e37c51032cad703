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
from gridmap.errors import DecisionMissing, DecisionRefused, StaleRow
from gridmap.locate import Gazetteer
from gridmap.schema import Row
from gridmap.store import Store, Transaction
from gridmap.tables import (
    Community,
    DecisionKind,
    Household,
    HouseholdPlace,
    Level,
    LocationDecision,
    Member,
    MemberPlace,
    MemberStatus,
    Revision,
    Side,
    Street,
)
from gridmap.work.reading import facts_of

NOUNS: dict[Side, tuple[type[Household] | type[Member], type[HouseholdPlace] | type[MemberPlace], str]] = {
    Side.HOUSEHOLD: (Household, HouseholdPlace, "household_id"),
    Side.MEMBER: (Member, MemberPlace, "member_id"),
}
KEEP_MAP = ("review", "locate", "pair", "apply", "undo", "receive")
"""Steps that leave the areas, aliases and register of a city as they are."""
FAR_DEGREES = 0.2
"""So far outside the city a pin is a slip of the hand."""
_CARE = {"red": 0, "yellow": 1, "green": 2}


@dataclass(frozen=True)
class Choice:
    """What a person says about a row: a `target` (kind:id), or a `point` (longitude, latitude), or neither."""

    kind: DecisionKind
    target: str | None = None
    point: tuple[float, float] | None = None


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
    text = {name: _texts(people[name]) for name in ("address", "stated_community")}
    shapes = np.asarray(people["geometry"].array, dtype=object)
    points = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    rows = zip(text["address"], text["stated_community"], points, strict=True)
    return [locating.written_form(style, address, community, point) for address, community, point in rows]


def _texts(values: pd.Series) -> list[str]:
    return [str(value).strip() for value in values.astype(object).where(values.notna(), "")]


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
        hashlib.sha256(json.dumps(item, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()[:16]
        for item in told
    )


class Desk:
    """Where a city is reviewed; keeps the gazetteer for as long as the areas and the learned names stay."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = Lock()
        self._kept: tuple[tuple[object, ...], Gazetteer] | None = None

    def _gazetteer(self, transaction: Transaction) -> Gazetteer:
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
            gazetteer = self._gazetteer(transaction)
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
            learnable=_learnable(gazetteer, rows, found.candidates, key),
        )  # fmt: skip

    def decide(self, side: Side, person_id: str, choice: Choice, *, actor: str, seen: str | None = None) -> str:
        """Keep a decision, locate the row anew (for a learned name: everybody) and return the decision's id.

        Raises:
            DecisionMissing: there is no such row.
            StaleRow: the row is not as it was when `seen` was told.
            DecisionRefused: a standard address id decides, or the place is not in this city.
        """
        noun, _, key = NOUNS[side]
        with self.store.transaction(write=True) as transaction:
            person = _rows(transaction, noun, key, [person_id])
            if person.empty:
                raise DecisionMissing(f"There is no {side} {person_id!r}")
            gazetteer = self._gazetteer(transaction)
            (written,) = _written(person, gazetteer.style)
            self._check_seen(transaction, side, person_id, written, seen)
            standard = _texts(person["std_address_id"])[0]
            _check_standard(gazetteer, standard, choice)
            found = locating.search(person, gazetteer, noun=noun).candidates
            facts = _facts(gazetteer, choice, person, found["target"].tolist())
            taken = f"L{len(transaction.read(LocationDecision)) + 1:06d}"
            row = {"decision_id": taken, "side": side, "person_id": person_id, "written": written, "made_by": actor,
                   "made_at": dt.datetime.now(tz=dt.UTC), **facts}  # fmt: skip
            transaction.insert(_frame(row), LocationDecision)
            self._locate_anew(transaction, side, person_id, everybody=choice.kind is DecisionKind.ALIAS)
            transaction.advance("review")
        return taken

    def undo(self, decision_id: str, *, actor: str) -> tuple[Side, str]:
        """End a decision and locate anew whom it had placed; return whose row it is about.

        Raises:
            DecisionMissing: there is no such decision.
            DecisionRefused: it was undone before.
        """
        with self.store.transaction(write=True) as transaction:
            found = transaction.read(LocationDecision, decision_id=[decision_id])
            if found.empty:
                raise DecisionMissing(f"There is no decision {decision_id!r}")
            if found["undone_at"].notna().any():
                raise DecisionRefused(f"Decision {decision_id} was undone before")
            ended = found.assign(undone_at=pd.Timestamp(dt.datetime.now(tz=dt.UTC)), undone_by=actor)
            transaction.upsert(frames.conform(ended, LocationDecision), LocationDecision)
            learned = found["kind"].iloc[0] == DecisionKind.ALIAS
            side, person = Side(found["side"].iloc[0]), str(found["person_id"].iloc[0])
            self._locate_anew(transaction, side, person, everybody=learned)
            transaction.advance("review")
        return side, person

    def _check_seen(self, transaction: Transaction, side: Side, person_id: str, written: str, seen: str | None) -> None:
        if seen is None:
            return
        _, place, key = NOUNS[side]
        decisions = _in_force(transaction.read(LocationDecision, person_id=[person_id]), side)
        mine = decisions.loc[decisions["written"] == written, "decision_id"].tolist()
        now = _seen(_rows(transaction, place, key, [person_id]), [written], [mine])
        if now != (seen,):
            raise StaleRow(f"The row of {side} {person_id!r} has changed since it was shown: look at it again")

    def _locate_anew(self, transaction: Transaction, side: Side, person_id: str, *, everybody: bool) -> None:
        gazetteer = self._gazetteer(transaction)
        for one, (noun, place, key) in NOUNS.items():
            if not everybody and one is not side:
                continue
            only = None if everybody else [person_id]
            people, before = (_rows(transaction, row, key, only) for row in (noun, place))
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
    on_duty = duty.present(people) if side is Side.HOUSEHOLD else people["status"] != MemberStatus.ENDED
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
    order = np.lexsort((rows.iloc[:, 0].to_numpy(dtype=str), _texts(rows["address"]), care.to_numpy(dtype=int)))
    sorted_rows: np.ndarray = wanted[order]
    return sorted_rows


def _check_standard(gazetteer: Gazetteer, standard: str, choice: Choice) -> None:
    """Refuse what contradicts a standard address id that the map knows."""
    bearing = locating.standard_targets(gazetteer, standard) if standard else []
    if not bearing:
        return
    target = gazetteer.target_of(choice.target) if choice.target else None
    if choice.kind is not DecisionKind.ACCEPT or target not in bearing:
        raise DecisionRefused("The row has a standard address id, which decides: correct it in the ledger")


def _facts(gazetteer: Gazetteer, choice: Choice, person: pd.DataFrame, offered: list[str]) -> dict[str, object]:
    """Return the columns of a decision that follow from the choice."""
    if choice.kind is DecisionKind.NONE:
        return {"kind": choice.kind, "rejected": tuple(offered)}
    if choice.kind is DecisionKind.PIN:
        return {"kind": choice.kind, "geometry": _checked_point(gazetteer, choice.point)}
    target = gazetteer.target_of(choice.target or "")
    if target is None:
        raise DecisionRefused(f"{choice.target!r} is not a place on the map")
    facts: dict[str, object] = {"kind": choice.kind, "label": locating.describe(gazetteer, target)}
    if choice.kind is DecisionKind.REJECT:
        return facts | {"rejected": (choice.target,)}
    facts["target"] = choice.target
    if choice.kind is DecisionKind.ALIAS:
        facts |= _alias(gazetteer, target, _texts(person["address"])[0], _texts(person["stated_community"])[0])
    return facts


def _checked_point(gazetteer: Gazetteer, point: tuple[float, float] | None) -> shapely.Point:
    known = np.concatenate([gazetteer.communities.points, gazetteer.buildings.points])
    known = known[np.isfinite(known).all(axis=1)]
    if point is None or not np.isfinite(point).all():
        raise DecisionRefused("A pin needs longitude and latitude")
    low, high = known.min(axis=0) - FAR_DEGREES, known.max(axis=0) + FAR_DEGREES
    if not ((low <= point) & (high >= point)).all():
        raise DecisionRefused("The pin lies far outside the city: put it on the map again")
    return shapely.Point(point)


def _learnable(gazetteer: Gazetteer, people: pd.DataFrame, candidates: pd.DataFrame, key: str) -> tuple[str, ...]:
    """Return what accepting may teach: a compound's name that is not known yet, else the place that is written."""
    fine = set(candidates.loc[candidates["kind"].isin([Level.BUILDING, Level.COMPOUND]), key])
    told = []
    for person, text in zip(people[key], _texts(people["address"]), strict=True):
        name = locating.written_name(gazetteer, text)
        new = name and not gazetteer.names[Level.COMPOUND].exact(name)
        told.append((name if new else locating.written_place(gazetteer, text)) if person in fine else "")
    return tuple(told)


def _alias(gazetteer: Gazetteer, target: locating.Target, address: str, community: str) -> dict[str, object]:
    """Return the written name and what it means: the target's compound, else the whole written place the building."""
    name, place = locating.written_name(gazetteer, address), locating.written_place(gazetteer, address)
    compound = gazetteer.areas(target).get(Level.COMPOUND, -1)
    known = gazetteer.names[Level.COMPOUND].exact(name) if name else ()
    if name and compound >= 0 and compound not in known:
        return {"alias": name, "alias_of": gazetteer.key_of(locating.Target("compound", compound))}
    if target.kind != "building" or not place:
        raise DecisionRefused("Only a written name or place can stand for a building or compound from now on")
    within = locating.written_form(gazetteer.style, "", community).partition(locating.MARK)[2]
    return {"alias": place, "alias_of": gazetteer.key_of(target), "alias_within": within or None}
