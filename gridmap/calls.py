"""Whom to call for each exposed household, in order.

First the pairing person (the one that the exposure names: outside the danger zone before inside, then the nearest),
then the others of the team by role and distance, then the grid worker. Members on leave or gone are skipped, so are
units that have named nobody. Households without a named person of their own come first.
"""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from gridmap import duty
from gridmap.tables import CareLevel, Role

ROLE_ORDER = {str(role): at for at, role in enumerate(Role)}
CARE_ORDER = {str(level): at for at, level in enumerate(CareLevel)}


@dataclass(frozen=True)
class Call:
    """One person to call: `why` is a role, or grid_worker; the names are as the frames have them."""

    why: str
    name: str
    phone: str | None
    member_id: str | None = None
    distance_m: float | None = None


@dataclass(frozen=True)
class CallList:
    """The people to call for a household in a danger zone, the first one first."""

    hazard_id: str
    household_id: str
    has_named_person: bool
    calls: tuple[Call, ...]


def _text(value: object) -> str | None:
    text = "" if pd.isna(value) else str(value).strip()
    return text or None


def _team(ties: pd.DataFrame, members: pd.DataFrame, first: object) -> tuple[Call, ...]:
    """Return the members of a household in the order of calling, each once."""
    ranked = ties.assign(
        _first=ties["member_id"] != first,
        _role=ties["role"].map(ROLE_ORDER),
    ).sort_values(["_first", "_role", "distance_m", "member_id"])
    return tuple(
        Call(
            why=str(tie.role),
            name=str(members.loc[tie.member_id, "name"]),
            phone=_text(members.loc[tie.member_id, "phone"]),
            member_id=str(tie.member_id),
            distance_m=None if pd.isna(tie.distance_m) else float(tie.distance_m),
        )
        for tie in ranked.drop_duplicates("member_id").itertuples()
    )


def _worker(grids: pd.DataFrame, grid_id: object) -> tuple[Call, ...]:
    if grid_id not in grids.index or not (name := _text(grids.loc[grid_id, "worker_name"])):
        return ()
    return (Call(why="grid_worker", name=name, phone=_text(grids.loc[grid_id, "worker_phone"])),)


def call_lists(exposed: pd.DataFrame, people: duty.People, grids: pd.DataFrame, day: dt.date) -> list[CallList]:
    """Return a call list for each row of an exposure (see `gridmap.hazards.exposure`), by site.

    Within a site: households without a named person first, then by care level and id.
    """
    ties = duty.ties(people, day)
    helping = dict(list(ties[ties["helping"]].groupby("household_id")))
    members = people.members.set_index("member_id")
    grid_of = people.household_places.set_index("household_id")["grid_id"]
    workers = grids.set_index("grid_id")
    order = exposed.assign(_care=exposed["care_level"].map(CARE_ORDER)).sort_values(
        ["hazard_id", "has_named_person", "_care", "household_id"]
    )
    return [
        CallList(
            hazard_id=row.hazard_id,
            household_id=row.household_id,
            has_named_person=bool(row.has_named_person),
            calls=(
                *(
                    _team(helping[row.household_id], members, row.first_member_id)
                    if row.household_id in helping
                    else ()
                ),
                *_worker(workers, grid_of.get(row.household_id)),
            ),
        )
        for row in order.itertuples()
    ]
