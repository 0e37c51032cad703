"""Lists of households, members and areas: which rows a filter leaves, and those rows as they may be read, masked.

A list is narrowed by facts that name nobody; only the rows that are shown are masked and put together, by `extracts`.
"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

import pandas as pd

from gridmap import duty, extracts
from gridmap.coverage import Coverage
from gridmap.lawful import lawful
from gridmap.schema import Row
from gridmap.tables import AREA_ROWS, CareLevel, Household, HouseholdPlace, Member, MemberPlace

Frames = Mapping[type[Row], pd.DataFrame]


class Listed(StrEnum):
    """What is listed."""

    HOUSEHOLDS = "households"
    MEMBERS = "members"
    AREAS = "areas"


PEOPLE: Mapping[Listed, tuple[type[Row], type[Row], str]] = {
    Listed.HOUSEHOLDS: (Household, HouseholdPlace, "household_id"),
    Listed.MEMBERS: (Member, MemberPlace, "member_id"),
}
"""The noun of a list of people, where it says they are, and its key."""


def facts(listed: Listed, found: Frames, coverage: Coverage, day: dt.date) -> pd.DataFrame:
    """Return what a list is narrowed by on a day, a row for each of its rows in their order; nothing is personal."""
    if listed is Listed.AREAS:
        return coverage.areas.assign(with_gaps=coverage.areas["gaps"] > 0)
    noun, place, key = PEOPLE[listed]
    people = found[noun][duty.is_own(found[noun])]
    if noun is Household:
        people = people.assign(lawful=lawful(people, day))
    rows = people[[key, "status", *(("care_level", "lawful") if noun is Household else ("roles",))]]
    rows = rows.merge(found[place][[key, "community_id", "grid_id"]], on=key, how="left")
    if listed is Listed.MEMBERS:
        return rows.sort_values(key, ignore_index=True)
    rows = rows.merge(coverage.households[[key, "state", "with_named_person"]], on=key, how="left")
    # who has nobody comes first, then the care level; whoever moved away has no state and comes last
    urgent = rows.assign(
        _gap=rows["with_named_person"].map({False: 0, True: 1}).fillna(2),
        _care=rows["care_level"].map({str(level): at for at, level in enumerate(CareLevel)}),
    )
    return urgent.sort_values(["_gap", "_care", key], ignore_index=True).drop(columns=["_gap", "_care"])


def narrowed(rows: pd.DataFrame, wanted: Mapping[str, object]) -> pd.DataFrame:
    """Return the rows whose columns have the values wanted; of a column of several values one is enough."""
    for name, value in wanted.items():
        several = rows[name].map(lambda held, value=value: value in held) if name == "roles" else rows[name] == value
        rows = rows[several.fillna(value=False).to_numpy(bool)]
    return rows


def shown(listed: Listed, rows: pd.DataFrame, found: Frames, coverage: Coverage) -> pd.DataFrame:
    """Return rows of a list as they may be read: people masked, at the middle of their building; areas with shape."""
    if listed is Listed.AREAS:
        return rows.drop(columns="with_gaps").assign(geometry=_outlines(rows, found))
    noun, _, key = PEOPLE[listed]
    few = {**found, noun: found[noun][found[noun][key].isin(rows[key])]}
    told = extracts.extract(listed, few, coverage)
    return told.set_index(key).loc[rows[key]].reset_index()


def _outlines(rows: pd.DataFrame, found: Frames) -> list[object]:
    shapes = {
        (str(level), str(area_id)): shape
        for level, row in AREA_ROWS.items()
        if str(level) in set(rows["level"])
        for area_id, shape in zip(found[row][f"{level}_id"], found[row].geometry, strict=True)
    }
    return [shapes.get(key) for key in zip(rows["level"], rows["area_id"], strict=True)]
