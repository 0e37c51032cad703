"""Measure who has somebody, at every level of area.

"每户有人包，每户包到人" is two tests, reported apart: at least one active pairing, and one that ends at a named
person. Active: in force on the day, the member neither ended nor on leave (see gridmap.duty). Only present households
count. A gap is a household without an active pairing to a named person; somebody on leave does not close it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
import pandas as pd

from gridmap import duty
from gridmap.duty import People
from gridmap.tables import Level, Mode, PairingRules, Role

Areas = Mapping[Level, pd.DataFrame]

CITY = "city"
PARENTS = {
    Level.BUILDING: (Level.COMPOUND, Level.GRID, Level.COMMUNITY),
    Level.COMPOUND: (Level.GRID, Level.COMMUNITY),
    Level.GRID: (Level.COMMUNITY,),
    Level.COMMUNITY: (Level.STREET,),
    Level.STREET: (Level.DISTRICT,),
}
"""Which levels the rows of a level name as their parents, from the smallest level up."""


class State(StrEnum):
    """How a household or building stands, worst first; `none` is a building without a household with needs."""

    NOBODY = "nobody"
    UNIT_ONLY = "unit_only"
    COVER_NEEDED = "cover_needed"
    COVERED = "covered"
    NONE = "none"


@dataclass(frozen=True, eq=False)
class Coverage:
    """The measured city.

    areas: the row of the city, then one for each area from the largest level down: level, area_id, name, households,
        with_pairing, with_named_person, full_team, cover_needed, on_leave (households with a helper on leave), gaps,
        uncertain_place, uncovered_share (gaps / households, missing without households), mean_distance_m (known ways
        of active pairings to named people), max_load (most households of a member who serves here), members and
        capacity (named people on duty who live here, and the households they may hold).
    households: one row for each present household: household_id, care_level, categories, accuracy, an id for each
        level, state, place_uncertain, with_pairing, with_named_person, team_complete, helpers and units (distinct,
        active), on_leave, nearest_m.
    buildings: building_id, state (the worst of its households), households, a count for each state, place_uncertain.
    members: member_id, load (present households in force), capacity (by the rules), on_duty, named.
    """

    areas: pd.DataFrame
    households: pd.DataFrame
    buildings: pd.DataFrame
    members: pd.DataFrame

    def summary(self) -> dict[str, int]:
        """Return the part `coverage` of the report."""
        names = ("households", "with_pairing", "with_named_person", "full_team", "gaps")
        city = self.areas.iloc[0]
        return {name: int(city[name]) for name in names}


def measure(areas: Areas, people: People, *, day: dt.date, rules: PairingRules) -> Coverage:
    """Measure coverage on a day by household, building, member and area."""
    ties = duty.ties(people, day)
    members = _members(people, ties, day, rules)
    households = _households(areas, people, ties, rules)
    return Coverage(
        areas=_areas(areas, people, households, ties, members),
        households=households,
        buildings=_buildings(areas, households),
        members=members,
    )


def levels_of(places: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """Return `<level>_id` for each place: the parents of the smallest area known, else what the place itself says."""
    found: dict[Level, pd.Series] = {}
    for level in Level:
        column = f"{level}_id"
        missing = pd.Series(np.nan, index=places.index, dtype="str")
        found[level] = places.get(column, missing)
    for level, parents in PARENTS.items():
        if level not in areas:
            continue
        rows = areas[level]
        for parent in parents:
            above = found[level].map(pd.Series(rows[f"{parent}_id"].array, index=rows[f"{level}_id"]))
            found[parent] = above.where(above.notna(), found[parent]).astype("str")
    return pd.DataFrame({f"{level}_id": found[level] for level in Level})


def full_team(ties: pd.DataFrame, households: pd.Series, rules: PairingRules) -> np.ndarray:
    """Tell for each household id whether every place of the mode is filled by a person of its own: bool[H].

    For a team this is Hall's condition over the roles: any k of them are served by at least k different people.
    """
    helping = ties[ties["helping"]]
    if rules.mode is not Mode.TEAM:
        wanted = rules.helpers if rules.mode is Mode.SEVERAL_TO_ONE else 1
        return _distinct(helping, households) >= wanted
    complete = np.ones(len(households), bool)
    for size in range(1, len(Role) + 1):
        for roles in combinations([str(role) for role in Role], size):
            complete &= _distinct(helping[helping["role"].isin(roles)], households) >= size
    return complete


def _distinct(ties: pd.DataFrame, households: pd.Series) -> np.ndarray:
    """Count the different members of each household: int[H]."""
    counts = ties.groupby("household_id")["member_id"].nunique()
    return np.asarray(counts.reindex(households, fill_value=0), np.int64)


def _members(people: People, ties: pd.DataFrame, day: dt.date, rules: PairingRules) -> pd.DataFrame:
    members = people.members
    load = ties.groupby("member_id")["household_id"].nunique()
    return pd.DataFrame(
        {
            "member_id": members["member_id"],
            "load": load.reindex(members["member_id"], fill_value=0).to_numpy(),
            "capacity": members["capacity"].clip(upper=rules.capacity_limit).astype(int),
            "on_duty": duty.on_duty(members, day),
            "named": duty.named(members),
        }
    )


def _households(areas: Areas, people: People, ties: pd.DataFrame, rules: PairingRules) -> pd.DataFrame:
    kept = people.households[duty.present(people.households)].sort_values("household_id", ignore_index=True)
    frame = kept[["household_id", "care_level", "categories"]].merge(
        people.household_places.drop(columns="geometry"), on="household_id", how="left"
    )
    ids = frame["household_id"]
    helpers, units = _distinct(ties[ties["helping"]], ids), _distinct(ties[ties["active"] & ~ties["named"]], ids)
    away = _distinct(ties[ties["away"]], ids)
    complete = full_team(ties, ids, rules)
    states = np.select(
        [(helpers > 0) & complete, (helpers > 0) | (away > 0), units > 0],
        [str(State.COVERED), str(State.COVER_NEEDED), str(State.UNIT_ONLY)],
        str(State.NOBODY),
    )
    facts = pd.DataFrame(
        {
            "state": pd.Series(states, dtype="str"),
            "place_uncertain": ~duty.is_certain(frame) | (frame["review"] == True),  # noqa: E712  missing is not True
            "with_pairing": helpers + units > 0,
            "with_named_person": helpers > 0,
            "team_complete": complete,
            "helpers": helpers,
            "units": units,
            "on_leave": away,
            "nearest_m": ids.map(ties[ties["helping"]].groupby("household_id")["distance_m"].min()).astype("float64"),
        }
    )
    own = ["household_id", "care_level", "categories", "accuracy"]
    return pd.concat([frame[own], levels_of(frame, areas), facts], axis=1)


def _buildings(areas: Areas, households: pd.DataFrame) -> pd.DataFrame:
    ids = areas[Level.BUILDING]["building_id"] if Level.BUILDING in areas else pd.Series([], dtype="str")
    names = [str(state) for state in State if state is not State.NONE]
    flags = pd.DataFrame({name: (households["state"] == name).astype(int) for name in names})
    flags["place_uncertain"] = households["place_uncertain"].astype(int)
    frame = flags.groupby(households["building_id"].to_numpy()).sum().reindex(ids, fill_value=0).reset_index(drop=True)
    some = frame[names].to_numpy() > 0
    worst = np.where(some.any(axis=1), some.argmax(axis=1), len(names))
    frame.insert(0, "building_id", ids.to_numpy())
    frame.insert(1, "state", pd.Series(np.array([str(state) for state in State])[worst], dtype="str"))
    frame.insert(2, "households", frame[names].sum(axis=1))
    return frame


def _areas(
    areas: Areas, people: People, households: pd.DataFrame, ties: pd.DataFrame, members: pd.DataFrame
) -> pd.DataFrame:
    tally = _tally(households, ties, members)
    homes = _homes(areas, people, members)
    city = pd.Series(CITY, index=tally.index, dtype="str")
    parts = [_sum_up(CITY, pd.DataFrame({"area_id": [CITY], "name": ["全市"]}), tally, city, homes)]
    for level in Level:
        if level in areas:
            named = pd.DataFrame({"area_id": areas[level][f"{level}_id"], "name": _names(areas, level)})
            parts.append(_sum_up(level, named, tally, households[f"{level}_id"], homes))
    return pd.concat(parts, ignore_index=True)


def _tally(households: pd.DataFrame, ties: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Return what the areas add up, one row for each household."""
    helping = ties[ties["helping"]].merge(members[["member_id", "load"]], on="member_id")
    by_household = helping.groupby("household_id")
    ids = households["household_id"]
    return pd.DataFrame(
        {
            "households": 1,
            "with_pairing": households["with_pairing"].astype(int),
            "with_named_person": households["with_named_person"].astype(int),
            "full_team": households["team_complete"].astype(int),
            "cover_needed": (households["state"] == State.COVER_NEEDED).astype(int),
            "on_leave": (households["on_leave"] > 0).astype(int),
            "gaps": (~households["with_named_person"]).astype(int),
            "uncertain_place": households["place_uncertain"].astype(int),
            "distance_m": by_household["distance_m"].sum().reindex(ids, fill_value=0.0).to_numpy(),
            "ways": by_household["distance_m"].count().reindex(ids, fill_value=0).to_numpy(),
            "max_load": by_household["load"].max().reindex(ids, fill_value=0).to_numpy(),
        }
    )


def _homes(areas: Areas, people: People, members: pd.DataFrame) -> pd.DataFrame:
    """Return the named members on duty with their capacity and the areas that they live in."""
    ready = members[members["on_duty"] & members["named"]]
    places = ready[["member_id", "capacity"]].merge(
        people.member_places.drop(columns="geometry"), on="member_id", how="left"
    )
    return pd.concat(
        [places[["capacity"]], levels_of(places, areas), pd.DataFrame({"city_id": CITY}, index=places.index)], axis=1
    )


def _sum_up(
    level: str, named: pd.DataFrame, tally: pd.DataFrame, area_id: pd.Series, homes: pd.DataFrame
) -> pd.DataFrame:
    """Add up one level: `named` has its areas, `area_id` the area of each row of the tally."""
    most = tally["max_load"].groupby(area_id.to_numpy()).max()
    sums = tally.drop(columns="max_load").groupby(area_id.to_numpy()).sum()
    lived = homes.groupby(f"{level}_id")["capacity"].agg(["size", "sum"])
    ids = named["area_id"].to_numpy()
    rows = sums.reindex(ids, fill_value=0).reset_index(drop=True)
    rows = rows.assign(
        uncovered_share=rows["gaps"] / rows["households"].where(rows["households"] > 0),
        mean_distance_m=rows["distance_m"] / rows["ways"].where(rows["ways"] > 0),
        max_load=most.reindex(ids, fill_value=0).to_numpy(),
        members=lived["size"].reindex(ids, fill_value=0).to_numpy(),
        capacity=lived["sum"].reindex(ids, fill_value=0).to_numpy(),
    )
    head = pd.DataFrame({"level": str(level), "area_id": ids, "name": named["name"].to_numpy()})
    return pd.concat([head, rows.drop(columns=["distance_m", "ways"])], axis=1)


def _names(areas: Areas, level: Level) -> pd.Series:
    """Return what people call each area; a building goes by its compound and number, else by its address."""
    rows = areas[level]
    if level is not Level.BUILDING:
        return rows["name"]
    compound = pd.Series("", index=rows.index, dtype="str")
    if Level.COMPOUND in areas:
        named = areas[Level.COMPOUND].set_index("compound_id")["name"]
        compound = rows["compound_id"].map(named).astype("str").fillna("")
    called = (compound + rows["number"]).where(rows["number"].notna(), rows["address"])
    return called.where(called.notna(), rows["building_id"])
