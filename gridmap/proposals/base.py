"""What a proposal is made from: the city on a day, the part of it that an area sees, and that part's fingerprint."""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap import coverage, duty
from gridmap.coverage import Areas
from gridmap.duty import People
from gridmap.errors import ProposalError
from gridmap.phrases import say
from gridmap.schema import STORAGE_CRS
from gridmap.tables import Basis, Level, MemberStatus, PairingRules

CITY = coverage.CITY
"""The area of the whole city."""

SEEN = {
    "households": ["household_id", "status", "care_level", "gender", "dialect", "needs"],
    "members": ["member_id", "status", "kind", "roles", "capacity", "leave_from", "leave_to", "radius_m", "gender",
                "dialect", "skills"],
}  # fmt: skip
"""The facts of people that a plan depends on."""


@dataclass(frozen=True, eq=False)
class Base:
    """The city on a day, at a revision."""

    areas: Areas
    people: People
    paths: pd.DataFrame | None
    rules: PairingRules
    metric_crs: str
    day: dt.date
    revision: int


@dataclass(frozen=True, eq=False)
class Scope:
    """What an area sees: its households, the members who can get there or serve there, and what ties those.

    people: their frames; the pairings are those in force. elsewhere: by member_id, how many households of other areas
        the member holds.
    """

    area_id: str
    people: People
    elsewhere: pd.Series

    def with_leaves(self, leaves: tuple[str, ...], day: dt.date) -> "Scope":
        """Return the same with members on leave from a day on."""
        return replace(self, people=replace(self.people, members=on_leave_from(self.people.members, leaves, day)))

    def own_pairings(self) -> pd.DataFrame:
        """Return the pairings of the area's households."""
        pairings = self.people.pairings
        return pairings[pairings["household_id"].isin(self.people.households["household_id"])]

    def movable(self, locks: tuple[str, ...]) -> pd.DataFrame:
        """Return the pairings of the area that a proposal may end: the engine's own, not locked."""
        own = self.own_pairings()
        return own[(own["basis"] == Basis.ENGINE) & ~own["locked"] & ~own["pairing_id"].isin(locks)]


def on_leave_from(members: pd.DataFrame, leaves: tuple[str, ...], day: dt.date) -> pd.DataFrame:
    """Return the members with some on leave from a day on, without an end."""
    away = members["member_id"].isin(leaves)
    return members.assign(
        status=members["status"].mask(away, str(MemberStatus.LEAVE)),
        leave_from=members["leave_from"].mask(away, pd.Timestamp(day)),
        leave_to=members["leave_to"].mask(away),
    )


def scope(base: Base, area_id: str) -> Scope:
    """Return what an area sees.

    Raises:
        ProposalError: there is no such area.
    """
    people, ids = base.people, _households_of(base, area_id)
    households = people.households[people.households["household_id"].isin(ids)].reset_index(drop=True)
    pairings = people.pairings[duty.in_force(people.pairings, base.day)]
    places = people.household_places[people.household_places["household_id"].isin(ids)].reset_index(drop=True)
    serving = pairings.loc[pairings["household_id"].isin(ids), "member_id"]
    near = _within_reach(people.member_places, places, base) | set(serving)
    members = people.members[people.members["member_id"].isin(near)].reset_index(drop=True)
    pairings = pairings[pairings["household_id"].isin(ids) | pairings["member_id"].isin(near)].reset_index(drop=True)
    present = people.households.loc[duty.present(people.households), "household_id"]
    others = pairings[~pairings["household_id"].isin(ids) & pairings["household_id"].isin(present)]
    return Scope(
        area_id=area_id,
        people=People(
            households=households,
            household_places=places,
            members=members,
            member_places=people.member_places[people.member_places["member_id"].isin(near)].reset_index(drop=True),
            pairings=pairings,
            banned=people.banned,
        ),
        elsewhere=others.groupby("member_id")["household_id"].nunique(),
    )


def _households_of(base: Base, area_id: str) -> set[str]:
    places = base.people.household_places
    if area_id == CITY:
        return set(base.people.households["household_id"])
    for level in Level:
        if level in base.areas and (base.areas[level][f"{level}_id"] == area_id).any():
            inside = coverage.levels_of(places, base.areas)[f"{level}_id"] == area_id
            return set(places.loc[inside.to_numpy(bool, na_value=False), "household_id"])
    raise ProposalError(say("proposal.no_area", area=area_id, city=CITY))


def _within_reach(member_places: pd.DataFrame, places: pd.DataFrame, base: Base) -> set[str]:
    """Return the members no farther from the box round the households than the radius: no way is shorter than that."""
    corners = gpd.GeoSeries(places["geometry"], crs=STORAGE_CRS).to_crs(base.metric_crs).total_bounds
    if not np.isfinite(corners).all():
        return set()
    points = gpd.GeoSeries(member_places["geometry"], crs=STORAGE_CRS).to_crs(base.metric_crs)
    x, y, reach_m = points.x, points.y, base.rules.radius_m + 1
    inside = (x >= corners[0] - reach_m) & (x <= corners[2] + reach_m)
    inside &= (y >= corners[1] - reach_m) & (y <= corners[3] + reach_m)
    return set(member_places.loc[inside.to_numpy(), "member_id"])


def digest(base: Base, area_id: str) -> str:
    """Return the fingerprint of all that a proposal for the area depends on.

    Raises:
        ProposalError: there is no such area.
    """
    seen = scope(base, area_id).people
    sealed = hashlib.sha256(f"{area_id} {base.day} {base.metric_crs} {base.rules.model_dump_json()}".encode())
    parts = [
        seen.households[SEEN["households"]],
        seen.members[SEEN["members"]].assign(named=duty.named(seen.members)),
        seen.pairings,
        *(_flat(places) for places in (seen.household_places, seen.member_places)),
    ]
    if base.paths is not None:
        parts.append(_flat(base.paths))
    for part in parts:
        sealed.update(part.to_csv(index=False).encode())
    return sealed.hexdigest()


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame).assign(geometry=shapely.to_wkb(frame["geometry"].to_numpy(), hex=True))
