"""What a planner may choose from before a proposal is sought: who could go on leave, which pairings could stay."""

from typing import Any

import pandas as pd

from gridmap import coverage, duty, frames
from gridmap.errors import ProposalError
from gridmap.maps import records
from gridmap.phrases import say
from gridmap.proposals import CITY
from gridmap.tables import Basis, Household, Level, Member
from gridmap.work.leaving import view
from gridmap.work.reading import Picture

Choices = dict[str, list[dict[str, Any]]]


def _of_area(taken: Picture, places: pd.DataFrame, area_id: str) -> pd.DataFrame:
    if area_id == CITY:
        return places
    for level in Level:
        if (taken.areas[level][f"{level}_id"] == area_id).any():
            inside = coverage.levels_of(places, taken.areas)[f"{level}_id"] == area_id
            return places[inside.fillna(value=False).to_numpy(bool)]
    raise ProposalError(say("proposal.no_area", area=area_id, city=CITY))


def choices(taken: Picture, area_id: str) -> Choices:
    """Return the members who serve or live in an area and its pairings in force, masked.

    members: member_id, name, unit, households (how many of the area), away (on leave already), most households first.
    pairings: pairing_id, household_id, household (name), home, member_id, member (name), role, fixed (a person settled
    it, so that no proposal moves it), by home.

    Raises:
        ProposalError: there is no such area.
    """
    here = _of_area(taken, taken.coverage.households, area_id).reset_index(drop=True)
    ties = duty.ties(taken.people, taken.day)
    ties = ties[ties["household_id"].isin(here["household_id"])]
    people = taken.people
    living = _of_area(taken, people.member_places, area_id)["member_id"]
    near = people.members[people.members["member_id"].isin({*living, *ties["member_id"]})]
    serving = near[duty.serving(near).to_numpy(bool)]
    masked = frames.mask(serving, Member)
    held = ties.groupby("member_id")["household_id"].nunique()
    names = dict(zip(records.texts(masked, "member_id"), records.texts(masked, "name"), strict=True))
    facts = zip(
        *(records.texts(masked, name) for name in ("member_id", "name", "unit")),
        duty.on_leave(serving, taken.day).tolist(),
        strict=True,
    )
    members = [
        {"member_id": key, "name": name, "unit": unit, "households": int(held.get(key, 0)), "away": bool(away)}
        for key, name, unit, away in facts
    ]
    members.sort(key=lambda row: (-row["households"], row["member_id"]))
    return {"members": members, "pairings": _pairings(taken, here, ties, names)}


def _pairings(taken: Picture, here: pd.DataFrame, ties: pd.DataFrame, members: dict[str, str]) -> list[dict[str, Any]]:
    own = taken.people.households
    masked = frames.mask(own[own["household_id"].isin(here["household_id"])], Household)
    names = dict(zip(records.texts(masked, "household_id"), records.texts(masked, "name"), strict=True))
    homes = dict(zip(here["household_id"], records.homes(view(taken), here), strict=True))
    rows = [
        {
            "pairing_id": row.pairing_id,
            "household_id": row.household_id,
            "household": names.get(row.household_id, ""),
            "home": homes.get(row.household_id, ""),
            "member_id": row.member_id,
            "member": members.get(row.member_id, ""),
            "role": row.role,
            "fixed": bool(row.locked) or row.basis != Basis.ENGINE,
        }
        for row in ties.itertuples()
    ]
    return sorted(rows, key=lambda row: (row["home"], row["household_id"], row["role"], row["member_id"]))
