"""What became different between two states of a city: by comparing them, and by the calendar alone.

Compared are households, members and pairings, with where the people are. A household has ended when it is gone or no
longer present, a pairing when it is gone or no longer in force, a member when gone or no longer serving at all. What
follows from another change (a walking distance, a reason in words) is none. Some things turn without any change in
the workspace: a pairing reaches its last day, a leave begins or is over; those are read off the dates.
"""

import datetime as dt

import numpy as np
import pandas as pd

from gridmap import duty, frames
from gridmap.duty import People
from gridmap.schema import Row, keys
from gridmap.tables import (
    Basis,
    Change,
    ChangedNoun,
    ChangeKind,
    Household,
    Member,
    Pairing,
)

NOUNS: dict[ChangedNoun, type[Row]] = {
    ChangedNoun.HOUSEHOLD: Household,
    ChangedNoun.MEMBER: Member,
    ChangedNoun.PAIRING: Pairing,
}
TOLD = {
    ChangedNoun.HOUSEHOLD: ("status", "care_level", "categories", "needs", "name", "phone", "address"),
    ChangedNoun.MEMBER: ("status", "leave_from", "leave_to", "roles", "capacity", "kind", "unit", "skills", "name",
                         "phone", "address"),
    ChangedNoun.PAIRING: ("role", "valid_from", "valid_to", "basis", "locked"),
}  # fmt: skip
"""The columns whose change is told, by noun."""

PLACE = ("building_id", "grid_id", "community_id")
AREA = ("grid_id", "community_id")
OPPOSITE = {ChangeKind.ADDED: ChangeKind.ENDED, ChangeKind.LEAVE: ChangeKind.RETURN}
COLUMNS = ["noun", "row_id", "kind", "fields", "household_id", "member_id", "grid_id", "community_id",
           "before_grid_id", "before_community_id"]  # fmt: skip


def _there(people: People, noun: ChangedNoun, day: dt.date) -> pd.DataFrame:
    """Return a row per id: the columns that are told, where it is, and whether it counts (`on`) and is `away`."""
    if noun is ChangedNoun.PAIRING:
        rows, on = people.pairings, duty.in_force(people.pairings, day)
        places = people.household_places.set_index("household_id")
        where = places[list(PLACE)].reindex(rows["household_id"])
        away = pd.Series(data=False, index=rows.index)
    elif noun is ChangedNoun.MEMBER:
        rows, on = people.members, duty.serving(people.members)
        where = people.member_places.set_index("member_id")[list(PLACE)].reindex(rows["member_id"])
        away = duty.on_leave(rows, day)
    else:
        rows, on = people.households, duty.present(people.households)
        where = people.household_places.set_index("household_id")[list(PLACE)].reindex(rows["household_id"])
        away = pd.Series(data=False, index=rows.index)
    (key,) = keys(NOUNS[noun])
    ties = [name for name in ("household_id", "member_id") if name in rows and name != key]
    found = pd.DataFrame(rows)[[key, *ties, *TOLD[noun]]].assign(on=on.to_numpy(bool), away=away.to_numpy(bool))
    found[list(PLACE)] = where.to_numpy()
    return found.set_index(key)


def _unlike(before: pd.Series, after: pd.Series) -> np.ndarray:
    """Tell where two columns differ: bool by position; two missing values are alike."""
    both_missing = (before.isna() & after.isna()).to_numpy(bool)
    if before.dtype == object:
        same = np.array([one == other for one, other in zip(before, after, strict=True)], bool)
    else:
        same = (before == after).fillna(value=False).to_numpy(bool)
    differs: np.ndarray = ~(same | both_missing)
    return differs


def _kinds(before: pd.DataFrame, after: pd.DataFrame, differs: pd.DataFrame) -> np.ndarray:
    """Return the weightiest kind of change of each row that is in both states, "" for none."""
    moved = differs[list(PLACE)].any(axis=1) if "member_id" not in after else pd.Series(data=False, index=after.index)
    rules = {
        ChangeKind.ADDED: ~before["on"] & after["on"],
        ChangeKind.ENDED: before["on"] & ~after["on"],
        ChangeKind.LEAVE: ~before["away"] & after["away"],
        ChangeKind.RETURN: before["away"] & ~after["away"],
        ChangeKind.MOVED: moved,
        ChangeKind.CHANGED: differs.drop(columns=list(PLACE)).any(axis=1),
    }
    return np.select([rule.to_numpy(bool) for rule in rules.values()], [str(kind) for kind in rules], default="")


def _changed(noun: ChangedNoun, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    names = [*TOLD[noun], *PLACE]
    differs = pd.DataFrame({name: _unlike(before[name], after[name]) for name in names}, index=after.index)
    kinds = _kinds(before, after, differs)
    keep = np.flatnonzero(kinds != "")
    flags = differs.to_numpy(bool)[keep]
    part, was = after.iloc[keep], before.iloc[keep]
    left = (kinds[keep] == ChangeKind.MOVED)[:, None]
    return part.assign(
        kind=kinds[keep],
        fields=[tuple(name for name, differ in zip(names, row, strict=True) if differ) for row in flags],
        before_grid_id=was["grid_id"].where(left[:, 0]),
        before_community_id=was["community_id"].where(left[:, 0]),
    )


def _of_noun(noun: ChangedNoun, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    fresh = after.loc[before.index.get_indexer(after.index) < 0]
    gone = before.loc[after.index.get_indexer(before.index) < 0]
    both = after.index[before.index.get_indexer(after.index) >= 0]
    # what never counted before or after (a pairing that is over, a household that had moved away) is no news
    parts = [
        fresh[fresh["on"]].assign(kind=str(ChangeKind.ADDED)),
        gone[gone["on"]].assign(kind=str(ChangeKind.ENDED)),
        _changed(noun, before.loc[both], after.loc[both]),
    ]
    found = pd.concat([part for part in parts if len(part)]) if any(map(len, parts)) else parts[0]
    found = found.assign(noun=str(noun), row_id=found.index)
    if noun is not ChangedNoun.PAIRING:
        found = found.assign(**{f"{noun}_id": found.index})
    if "fields" in found:
        found["fields"] = [value if isinstance(value, tuple) else () for value in found["fields"]]
    return found.reindex(columns=COLUMNS).reset_index(drop=True)


def between(before: People, after: People, *, day: dt.date, revision: int) -> pd.DataFrame:
    """Return a frame of Change: what differs between two states, under the revision that made the second.

    A state without any people is where a history begins: nothing differs from it.
    """
    if before.households.empty and before.members.empty and before.pairings.empty:
        return frames.empty(Change)
    return of_rows(before, after, day=day, revision=revision)


def of_rows(before: People, after: People, *, day: dt.date, revision: int) -> pd.DataFrame:
    """Return a frame of Change: what differs between some rows of two states, every other row being the same."""
    parts = [_of_noun(noun, _there(before, noun, day), _there(after, noun, day)) for noun in NOUNS]
    rows = pd.concat([part for part in parts if len(part)]) if any(map(len, parts)) else parts[0]
    rows = rows.assign(
        revision=revision, fields=[value if isinstance(value, tuple) else () for value in rows["fields"]]
    )
    return frames.conform(rows.reset_index(drop=True), Change)


def by_date(people: People, *, since: dt.date, day: dt.date) -> pd.DataFrame:
    """Return what the calendar alone turned after `since` up to `day`, with the columns of Change but the revision.

    Pairings whose last day has passed or, where a person set it, whose first day has come; leaves that began or ended.
    """
    start, end = pd.Timestamp(since), pd.Timestamp(day)
    ties, members = people.pairings, people.members
    serving = duty.serving(members)
    begun = (ties["valid_from"] > start) & (ties["valid_from"] <= end) & (ties["basis"] != Basis.ENGINE)
    turned = {
        (ChangedNoun.PAIRING, ChangeKind.ENDED): (ties["valid_to"] >= start) & (ties["valid_to"] < end),
        (ChangedNoun.PAIRING, ChangeKind.ADDED): begun & duty.in_force(ties, day),
        (ChangedNoun.MEMBER, ChangeKind.LEAVE): serving & (members["leave_from"] > start)
        & (members["leave_from"] <= end) & duty.on_leave(members, day),
        (ChangedNoun.MEMBER, ChangeKind.RETURN): serving & (members["leave_to"] >= start) & (members["leave_to"] < end),
    }  # fmt: skip
    states = {noun: _there(people, noun, day) for noun in (ChangedNoun.PAIRING, ChangedNoun.MEMBER)}
    parts = []
    for (noun, kind), mask in turned.items():
        rows = states[noun][mask.fillna(value=False).to_numpy(bool)]
        own = {} if noun is ChangedNoun.PAIRING else {"member_id": rows.index}
        parts.append(rows.assign(noun=str(noun), row_id=rows.index, kind=str(kind), **own))
    found = pd.concat(parts).reindex(columns=COLUMNS).reset_index(drop=True)
    return found.assign(fields=[()] * len(found))


def net(recorded: pd.DataFrame, turned: pd.DataFrame) -> pd.DataFrame:
    """Return one row per household, member and pairing: what is left of several changes, recorded ones first.

    What came and went again, or went and came back, leaves nothing. Columns as Change, without the revision.
    """
    ordered = recorded.sort_values(["revision", "noun", "row_id"])
    known = set(zip(ordered["noun"], ordered["row_id"], strict=True))
    fresh = [at for at, name in enumerate(zip(turned["noun"], turned["row_id"], strict=True)) if name not in known]
    rows = [_left(group) for _, group in ordered.groupby(["noun", "row_id"], sort=True)]
    kept = pd.DataFrame([row for row in rows if row is not None], columns=COLUMNS)
    parts = [part for part in (kept, turned.iloc[fresh][COLUMNS]) if len(part)]
    return pd.concat(parts).reset_index(drop=True) if parts else kept


def _left(group: pd.DataFrame) -> pd.Series | None:
    first, last = group.iloc[0], group.iloc[-1]
    pair = {first["kind"], last["kind"]}
    if len(group) > 1 and any(pair == {str(one), str(other)} for one, other in OPPOSITE.items()):
        return None
    weight = {str(kind): at for at, kind in enumerate(ChangeKind)}
    heaviest = last if last["kind"] in (ChangeKind.ADDED, ChangeKind.ENDED) else min(
        (row for _, row in group.iterrows()), key=lambda row: weight[row["kind"]]
    )  # fmt: skip
    # who was added by one step and located by the next is news where it was found
    where = group[list(AREA)].ffill().iloc[-1]
    return pd.Series({**heaviest[COLUMNS], **where})
