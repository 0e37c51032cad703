"""What is kept no longer: since when somebody has left, and what stays of a row when everything personal goes.

A row that is emptied keeps its id, its status, its community and what is counted (categories, care level, kind, roles,
unit), so that figures of the past stay as they were. Names, numbers, addresses, days of birth, wishes, free text, the
own point and every place below the community go.
"""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from gridmap import frames
from gridmap.schema import Row
from gridmap.tables import (
    Accuracy,
    ChangedNoun,
    ChangeKind,
    Ending,
    Household,
    HouseholdStatus,
    Inspection,
    Member,
    MemberStatus,
    Side,
)

NOBODY = "—"
"""Stands where a row must name somebody and nobody is named any more."""

OVER = {
    Side.HOUSEHOLD: (HouseholdStatus.MOVED, HouseholdStatus.DECEASED),
    Side.MEMBER: (MemberStatus.ENDED,),
}
"""The statuses of people who have left; whose registration is elsewhere has not."""

COUNTED: dict[Side, tuple[str, ...]] = {
    Side.HOUSEHOLD: ("household_id", "categories", "care_level", "status", "stated_community", "merged_into"),
    Side.MEMBER: ("member_id", "kind", "roles", "unit", "capacity", "status", "stated_community", "merged_into"),
}
"""What stays of a person. `stated_community` becomes the community that the place was in: locating finds it again."""

_PLACED = ("community_id", "accuracy", "method")


def left(people: pd.DataFrame, side: Side) -> pd.Series:
    """Tell which rows of a ledger are of somebody who has left; a merged row has left when the row kept for it has."""
    key = f"{side}_id"
    gone = people["status"].isin([str(status) for status in OVER[side]])
    kept = people["merged_into"].map(dict(zip(people[key], gone, strict=True)))
    return gone.where(people["merged_into"].isna() | kept.isna(), kept).astype(bool)


def told_end(changes: pd.DataFrame, revisions: pd.DataFrame, side: Side) -> dict[str, pd.Timestamp]:
    """Return by id the day (UTC) of the last change that ended somebody or changed a status."""
    noun = ChangedNoun(str(side))
    status = changes["fields"].map(lambda names: "status" in names).astype(bool)
    told = changes[(changes["noun"] == noun) & ((changes["kind"] == ChangeKind.ENDED) | status)]
    made = dict(zip(revisions["revision"], revisions["made_at"], strict=True))
    lines = told.sort_values("revision")
    # the last line of somebody stays
    return {
        person: made[revision].tz_localize(None).normalize()
        for person, revision in zip(lines["row_id"], lines["revision"], strict=True)
    }


def endings(
    people: pd.DataFrame, side: Side, known: pd.DataFrame, told: Mapping[str, pd.Timestamp], today: dt.date
) -> pd.DataFrame:
    """Return a frame of Ending for everybody who has left: as known before, else as changes tell, else from today on.

    Who is back has no line; whose end was told anew after the known one begins to count from there.
    """
    before = {row.person_id: row for row in known[known["side"] == side].itertuples()}
    rows = []
    for person in people.loc[left(people, side), f"{side}_id"]:
        last, line = told.get(person), before.get(person)
        if line is not None and (last is None or last <= line.ended_on):
            rows.append((str(side), person, line.ended_on, line.emptied_on))
        else:
            rows.append((str(side), person, pd.Timestamp(today) if last is None else last, None))
    names = ["side", "person_id", "ended_on", "emptied_on"]
    return frames.conform(pd.DataFrame(rows, columns=names, dtype=object), Ending)


def due(rows: pd.DataFrame, column: str, days: int, today: dt.date) -> pd.Series:
    """Tell which rows are older than so many days by one of their columns; a missing day is never due."""
    stamps = rows[column]
    stamps = stamps.dt.tz_localize(None) if stamps.dt.tz is not None else stamps
    return stamps < pd.Timestamp(today) - pd.Timedelta(days=days)


def _emptied(rows: pd.DataFrame, row: type[Row], kept: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows with the defaults of their noun in every column that is not kept."""
    return frames.conform(pd.DataFrame(rows)[list(kept)], row) if len(rows) else frames.empty(row)


def empty_people(people: pd.DataFrame, places: pd.DataFrame, names: pd.Series, side: Side) -> pd.DataFrame:
    """Return rows of people without what is personal; `names` holds the name of each community by id."""
    row: type[Row] = Household if side is Side.HOUSEHOLD else Member
    key = f"{side}_id"
    community = people[key].map(dict(zip(places[key], places["community_id"], strict=True))).map(names)
    emptied = _emptied(people, row, COUNTED[side])
    stated = people["stated_community"].where(community.isna(), community)
    return frames.conform(emptied.assign(stated_community=stated.to_numpy()), row)


def empty_places(places: pd.DataFrame, row: type[Row], side: Side, reason: str) -> pd.DataFrame:
    """Return the places that say more than a community, known to the community only."""
    places = places[places[["building_id", "compound_id", "grid_id", "geometry"]].notna().any(axis=1)]
    known = places["community_id"].notna()
    emptied = _emptied(places.assign(reason=reason), row, (f"{side}_id", *_PLACED, "reason"))
    accuracy = known.map({True: str(Accuracy.COMMUNITY), False: str(Accuracy.NONE)})
    return frames.conform(emptied.assign(accuracy=accuracy.to_numpy(), method="retention"), row)


def empty_inspections(inspections: pd.DataFrame) -> pd.DataFrame:
    """Return inspections without the note and the name under it."""
    return inspections.assign(note=None, made_by=NOBODY).pipe(frames.conform, Inspection)


def without_photos(inspections: pd.DataFrame, gone: set[str]) -> pd.DataFrame:
    """Return the inspections that name a photo which goes, without it."""
    named = inspections["photos"].map(lambda photos: not gone.isdisjoint(photos)).astype(bool)
    found = inspections[named]
    left_over = [tuple(photo for photo in photos if photo not in gone) for photos in found["photos"]]
    return frames.conform(found.assign(photos=pd.Series(left_over, index=found.index, dtype=object)), Inspection)
