"""Who counts on a day: households that are present, members on duty, pairings in force.

A pairing is in force from `valid_from` to `valid_to`, both days included, or without end. A member is on duty who
has neither ended nor is on leave. Dates of leave win over the status: leave lasts from `leave_from` to `leave_to`,
without end until the return is reported; status `leave` without a first day has begun. A named person is a member
of kind person with a name: a unit, a team or an empty name is nobody yet. A row that was merged into another is nobody:
the other one stands for both.
"""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from gridmap.tables import Accuracy, HouseholdStatus, MemberKind, MemberStatus

BEST_FIRST = tuple(Accuracy)
"""The accuracies of a place, best first."""

CERTAIN = frozenset({Accuracy.ROOM, Accuracy.BUILDING, Accuracy.POINT})
"""Places known well enough to measure a way from them."""


@dataclass(frozen=True, eq=False)
class People:
    """Both sides of a city, where they are and what ties them: frames of the nouns of the same names.

    banned: household_id and member_id of pairs that must not be; None for no such pair.
    """

    households: pd.DataFrame
    household_places: pd.DataFrame
    members: pd.DataFrame
    member_places: pd.DataFrame
    pairings: pd.DataFrame
    banned: pd.DataFrame | None = None


def is_own(people: pd.DataFrame) -> pd.Series:
    """Tell which rows of a ledger stand for a person of their own, not merged into another row: bool by row."""
    return people["merged_into"].isna()


def present(households: pd.DataFrame) -> pd.Series:
    """Tell which households count: bool by row."""
    return (households["status"] == HouseholdStatus.PRESENT) & is_own(households)


def serving(members: pd.DataFrame) -> pd.Series:
    """Tell which members have not ended, on leave or not: bool by row."""
    return (members["status"] != MemberStatus.ENDED) & is_own(members)


def in_force(pairings: pd.DataFrame, day: dt.date) -> pd.Series:
    """Tell which pairings hold on the day: bool by row."""
    today = pd.Timestamp(day)
    return (pairings["valid_from"] <= today) & ~(pairings["valid_to"] < today)


def on_leave(members: pd.DataFrame, day: dt.date) -> pd.Series:
    """Tell which members are on leave: bool by row; who has ended is not."""
    today = pd.Timestamp(day)
    begun = (members["leave_from"] <= today).where(
        members["leave_from"].notna(), members["status"] == MemberStatus.LEAVE
    )
    over = members["leave_to"] < today
    return begun.astype(bool) & ~over & serving(members)


def on_duty(members: pd.DataFrame, day: dt.date) -> pd.Series:
    """Tell which members serve: neither ended nor on leave, bool by row."""
    return serving(members) & ~on_leave(members, day)


def named(members: pd.DataFrame) -> pd.Series:
    """Tell which members are named people: bool by row."""
    has_name = members["name"].fillna("").str.strip() != ""
    return (members["kind"] == MemberKind.PERSON) & has_name


def ties(people: People, day: dt.date) -> pd.DataFrame:
    """Return the pairings in force of present households with the standing of their members.

    Adds to the columns of Pairing: `active` (the member is on duty), `named`, `away` (a named person on leave) and
    `helping` (active and named). A member who has ended leaves a row that is none of these.
    """
    standing = pd.DataFrame(
        {
            "member_id": people.members["member_id"],
            "active": on_duty(people.members, day),
            "named": named(people.members),
            "away": on_leave(people.members, day) & named(people.members),
        }
    )
    pairs = people.pairings[in_force(people.pairings, day)]
    counted = people.households.loc[present(people.households), "household_id"]
    joined = pairs[pairs["household_id"].isin(counted)].merge(standing, on="member_id")
    return joined.assign(helping=joined["active"] & joined["named"])


def is_worse(accuracy: pd.Series, limit: Accuracy) -> pd.Series:
    """Tell which accuracies are worse than a limit; a missing one is worst: bool by row."""
    good = [str(value) for value in BEST_FIRST[: BEST_FIRST.index(limit) + 1]]
    return ~accuracy.isin(good)


def is_certain(places: pd.DataFrame) -> pd.Series:
    """Tell which places are a room, a building or a point: bool by row."""
    return places["accuracy"].isin([str(value) for value in CERTAIN])
