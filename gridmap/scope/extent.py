"""Which areas, households, members and sites some bounds reach: read once per transaction, all in columns."""

import datetime as dt
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from gridmap import duty, frames, lawful
from gridmap.coverage import levels_of
from gridmap.roles import Bounds
from gridmap.schema import Row
from gridmap.scope.remembered import Remembered
from gridmap.store import Reading
from gridmap.tables import (
    AREA_ROWS,
    DangerZone,
    Emergency,
    HazardSite,
    Household,
    HouseholdPlace,
    Inspection,
    Level,
    Member,
    MemberPlace,
    Move,
    Pairing,
    Proposal,
)

Ids = frozenset[str]


class Extent:
    """The ids that bounds reach in a city as of a transaction; the whole city is never asked for here."""

    def __init__(self, transaction: Reading, bounds: Bounds, day: dt.date) -> None:
        self._source = transaction if isinstance(transaction, Remembered) else Remembered(transaction)
        self._read = self._source.read
        self._bounds = bounds
        self._day = day

    @cached_property
    def _frames(self) -> dict[Level, pd.DataFrame]:
        return {level: self._read(row) for level, row in AREA_ROWS.items()}

    def _inside(self, row: type[Row]) -> np.ndarray:
        """Tell which rows of a noun lie in an area of the bounds: bool by row."""
        levels = self._source.levels(row)
        inside = np.zeros(len(levels), dtype=bool)
        for level, area_id in self._bounds.areas:
            inside |= (levels[f"{level}_id"] == area_id).to_numpy(bool, na_value=False)
        return inside

    @cached_property
    def _levels(self) -> dict[Level, tuple[pd.DataFrame, np.ndarray]]:
        """Return the areas that each area lies in, and which areas are inside, by level."""
        return {level: (self._source.levels(row), self._inside(row)) for level, row in AREA_ROWS.items()}

    @cached_property
    def own_areas(self) -> dict[Level, Ids]:
        """Return the areas of the bounds with all that lie in them."""
        return {
            level: frozenset(self._frames[level].loc[inside, f"{level}_id"])
            for level, (_, inside) in self._levels.items()
        }

    @cached_property
    def areas(self) -> dict[Level, Ids]:
        """Return the own areas, those round them, and those in which a household of a member is."""
        places = self._read(HouseholdPlace, household_id=sorted(self._held)) if self._held else None
        found = [rows[inside] for rows, inside in self._levels.values()]
        found += [] if places is None else [levels_of(places, self._frames)]
        return {
            level: self.own_areas[level].union(*(rows[f"{level}_id"].dropna() for rows in found)) for level in Level
        }

    def _people(self, noun: type[Row], place: type[Row], key: str) -> Ids:
        """Return who was found inside, or was found nowhere and states a community inside."""
        places = self._read(place)
        found = set(places.loc[self._inside(place), key])
        nowhere = places.loc[self._source.levels(place).isna().all(axis=1), key]
        people = self._read(noun)
        known = people[key].isin(places[key])
        open_ones = people[(~known | people[key].isin(nowhere)).to_numpy(bool)]
        communities = self._frames[Level.COMMUNITY]
        own = communities["community_id"].isin(self.own_areas[Level.COMMUNITY])
        # a name that two communities share says nothing
        single = communities[own & ~communities["name"].duplicated(keep=False)]
        names = {*self.own_areas[Level.COMMUNITY], *single["name"]}
        return frozenset(found | set(open_ones.loc[open_ones["stated_community"].isin(names), key]))

    @cached_property
    def _looked_after(self) -> pd.DataFrame:
        """Return the households that the members of the bounds look after on the day."""
        if not self._bounds.members:
            return frames.empty(Household)
        ties = self._read(Pairing, member_id=sorted(self._bounds.members))
        held = ties.loc[duty.in_force(ties, self._day), "household_id"]
        return self._read(Household, household_id=sorted(set(held)))

    @cached_property
    def _held(self) -> Ids:
        """Return those of them that are kept on a ground which holds: no other is shown to a member."""
        rows = self._looked_after
        return frozenset(rows.loc[lawful.lawful(rows, self._day), "household_id"])

    @cached_property
    def withheld(self) -> Ids:
        """Return the households that members would see if there were a ground for it."""
        return frozenset(self._looked_after["household_id"]) - self.households

    @cached_property
    def households(self) -> Ids:
        """Return the households inside, and those of the members."""
        inside = self._people(Household, HouseholdPlace, "household_id") if self._bounds.areas else frozenset()
        return inside | self._held

    @cached_property
    def residents(self) -> Ids:
        """Return the members who live inside."""
        living = self._people(Member, MemberPlace, "member_id") if self._bounds.areas else frozenset()
        return living | self._bounds.members

    @cached_property
    def members(self) -> Ids:
        """Return the residents, who is paired with a household inside, and whom a proposal of an own area names."""
        ties, moves = self._read(Pairing), self._read(Move)
        helping = ties.loc[ties["household_id"].isin(self.households), "member_id"]
        moves = moves[moves["proposal_id"].isin(self.proposals)]
        return self.residents.union(helping, moves["from_member_id"].dropna(), moves["to_member_id"].dropna())

    @cached_property
    def proposals(self) -> Ids:
        """Return the proposals for an area inside."""
        rows = self._read(Proposal)
        return frozenset(rows.loc[rows["area_id"].isin(frozenset().union(*self.own_areas.values())), "proposal_id"])

    @cached_property
    def emergencies(self) -> Ids:
        """Return the emergencies in which somebody of the bounds helps."""
        rows = self._read(Emergency)
        areas = set(zip(rows["level"], rows["area_id"], strict=True))
        ours = {area for area in areas if self._helps_in(Level(area[0]), str(area[1]))}
        kept = [area in ours for area in zip(rows["level"], rows["area_id"], strict=True)]
        return frozenset(rows.loc[kept, "emergency_id"])

    def _helps_in(self, level: Level, area_id: str) -> bool:
        """Say whether an area is of the bounds or round one of them, or a member of theirs lives or helps there."""
        there = Extent(self._source, Bounds(areas=frozenset({(level, area_id)})), self._day)
        round_ours = any(own in there.own_areas[at] for at, own in self._bounds.areas)
        if round_ours or area_id in self.own_areas[level]:
            return True
        ties = self._read(Pairing, member_id=sorted(self._bounds.members)) if self._bounds.members else None
        if ties is None:
            return False
        holding = ties.loc[duty.in_force(ties, self._day), "household_id"]
        return bool(self._bounds.members & there.residents) or bool(set(holding) & there.households)

    @cached_property
    def sites(self) -> Ids:
        """Return the hazard sites of a community inside, and those that lie in or reach into the bounds."""
        sites, zones = self._read(HazardSite), self._read(DangerZone)
        shapes = [
            shape
            for level, area_id in self._bounds.areas
            for shape in self._frames[level].loc[self._frames[level][f"{level}_id"] == area_id, "geometry"]
        ]
        ground = shapely.union_all(shapes) if shapes else None
        touching = zones.loc[shapely.intersects(zones["geometry"].to_numpy(), ground), "hazard_id"]
        here = self._inside(HazardSite) | shapely.intersects(sites["geometry"].to_numpy(), ground)
        return frozenset(sites.loc[here, "hazard_id"]) | frozenset(touching)

    @cached_property
    def photos(self) -> Ids:
        """Return the photos of inspections of these sites."""
        rows = self._read(Inspection)
        return frozenset(rows.loc[rows["hazard_id"].isin(self.sites), "photos"].explode().dropna())
