"""Who is in danger and whether somebody stands by them; how grave a site is.

A household is exposed when its place lies in a danger zone, or when the footprint of its building touches one. The
threat level (险情等级) is the worse of people threatened and money at risk; the declared level is never overwritten,
a difference is shown.
"""

import datetime as dt
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap import duty
from gridmap.duty import People
from gridmap.schema import Row
from gridmap.tables import CareLevel, DangerZone, HazardSite, Monitor, SiteStatus, ThreatLevel

Frames = Mapping[type[Row], pd.DataFrame]
OF_SITES = (HazardSite, DangerZone, Monitor)
"""What ends with its site."""

THREATS = (
    (ThreatLevel.EXTREME, 1000, 100_000_000),
    (ThreatLevel.LARGE, 500, 50_000_000),
    (ThreatLevel.MEDIUM, 100, 5_000_000),
)
"""Threat level, people from which and yuan from which it holds (domain notes, section 7)."""


def threat_level(people: int, loss_yuan: float = 0.0) -> ThreatLevel:
    """Return the threat level of a site by people threatened and money at risk, the worse of both."""
    for level, from_people, from_yuan in THREATS:
        if people >= from_people or loss_yuan >= from_yuan:
            return level
    return ThreatLevel.SMALL


def in_force(frames: Frames) -> dict[type[Row], pd.DataFrame]:
    """Return the frames of a city without the hazard sites that were deregistered (销号) and what is theirs."""
    sites = frames[HazardSite]
    over = sites.loc[sites["status"] == SiteStatus.DEREGISTERED, "hazard_id"]
    kept = {row: frames[row][~frames[row]["hazard_id"].isin(over)] for row in OF_SITES}
    return {**frames, **{row: frame.reset_index(drop=True) for row, frame in kept.items()}}


def exposure(
    zones: pd.DataFrame,
    people: People,
    *,
    day: dt.date,
    buildings: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """List the present households in each site's danger zones, those without a named person first.

    Columns: hazard_id, household_id, building_id, care_level, place_uncertain, estimated (no surveyed zone touches
    it), has_named_person, helpers, first_member_id (the helper on duty to call first: one who lives outside the same
    site's zones, then the nearest, then by id), first_in_zone, first_distance_m.
    """
    places = people.household_places
    present = people.households[duty.present(people.households)]
    found = _touched(zones, places[places["household_id"].isin(present["household_id"])], "household_id", buildings)
    found = found.merge(present[["household_id", "care_level"]], on="household_id").merge(
        places[["household_id", "building_id", "accuracy"]], on="household_id"
    )
    found = found.assign(place_uncertain=~duty.is_certain(found)).drop(columns="accuracy")
    found = found.merge(_first_helpers(found, zones, people, buildings, day), how="left")
    found = found.assign(
        helpers=found["helpers"].fillna(0).astype(int),
        has_named_person=found["helpers"].fillna(0) > 0,
        first_in_zone=found["first_in_zone"].astype("boolean").fillna(False).astype(bool),
    )
    urgency = found["care_level"].map({str(level): at for at, level in enumerate(CareLevel)})
    order = found.assign(urgency=urgency).sort_values(["hazard_id", "has_named_person", "urgency", "household_id"])
    return order[COLUMNS].reset_index(drop=True)


COLUMNS = [
    "hazard_id", "household_id", "building_id", "care_level", "place_uncertain", "estimated", "has_named_person",
    "helpers", "first_member_id", "first_in_zone", "first_distance_m",
]  # fmt: skip
"""The columns of an exposure."""


def summarise(sites: pd.DataFrame, exposed: pd.DataFrame) -> dict[str, int]:
    """Return the part `hazards` of the report."""
    alone = exposed[~exposed["has_named_person"]]
    return {
        "sites": len(sites),
        "exposed_households": int(exposed["household_id"].nunique()),
        "exposed_without_person": int(alone["household_id"].nunique()),
    }


def threats(sites: pd.DataFrame, exposed: pd.DataFrame) -> pd.DataFrame:
    """Set the declared threat of each site beside what can be computed.

    Columns: hazard_id, declared_level, computed_level (from the declared number of people; missing without one),
    level_differs (both known and unequal), threatened_households (declared), exposed_households and
    exposed_without_person (counted here: households with special needs only).
    """
    ids = sites["hazard_id"]
    computed = sites["threatened_people"].map(lambda n: str(threat_level(int(n))), na_action="ignore").astype("str")
    declared = sites["threat_level"]
    return pd.DataFrame(
        {
            "hazard_id": ids,
            "declared_level": declared,
            "computed_level": computed,
            "level_differs": declared.notna() & computed.notna() & (declared != computed),
            "threatened_households": sites["threatened_households"],
            "exposed_households": ids.map(exposed.groupby("hazard_id").size()).fillna(0).astype(int),
            "exposed_without_person": ids.map((~exposed["has_named_person"]).groupby(exposed["hazard_id"]).sum())
            .fillna(0)
            .astype(int),
        }
    )


def _touched(zones: pd.DataFrame, places: pd.DataFrame, key: str, buildings: pd.DataFrame | None) -> pd.DataFrame:
    """Return (hazard_id, key, estimated) of the places in a zone, once for each site and place."""
    shapes = gpd.GeoSeries(places["geometry"]).to_numpy()
    pairs = [_hits(zones, shapes, np.arange(len(places)))]
    if buildings is not None:
        outline = buildings.set_index("building_id")["geometry"]
        inside = np.flatnonzero(places["building_id"].isin(outline.index))
        footprints = outline.loc[places["building_id"].iloc[inside]].to_numpy()
        pairs.append(_hits(zones, footprints, inside))
    at, zone = np.concatenate(pairs, axis=1)
    found = pd.DataFrame(
        {
            "hazard_id": zones["hazard_id"].to_numpy()[zone],
            key: places[key].to_numpy()[at],
            "estimated": zones["estimated"].to_numpy(bool)[zone],
        }
    )
    return found.groupby(["hazard_id", key], as_index=False)["estimated"].all()


def _hits(zones: pd.DataFrame, shapes: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return int[2, K]: the row of each shape that meets a zone, and the zone's position."""
    if not len(zones):
        return np.empty((2, 0), np.int64)
    at, zone = shapely.STRtree(zones["geometry"].to_numpy()).query(shapes, predicate="intersects")
    return np.stack([rows[at], zone]).astype(np.int64)


def _first_helpers(
    found: pd.DataFrame, zones: pd.DataFrame, people: People, buildings: pd.DataFrame | None, day: dt.date
) -> pd.DataFrame:
    """Return hazard_id, household_id, helpers, first_member_id, first_in_zone, first_distance_m."""
    ties = duty.ties(people, day)
    helping = ties.loc[ties["helping"], ["household_id", "member_id", "distance_m"]]
    helping = helping.sort_values("distance_m").drop_duplicates(["household_id", "member_id"])
    homes = people.member_places[people.member_places["member_id"].isin(helping["member_id"])]
    inside = _touched(zones, homes, "member_id", buildings)
    candidates = found[["hazard_id", "household_id"]].merge(helping, on="household_id")
    candidates = candidates.merge(inside[["hazard_id", "member_id"]], how="left", indicator="first_in_zone")
    candidates["first_in_zone"] = candidates["first_in_zone"] == "both"
    ordered = candidates.sort_values(["hazard_id", "household_id", "first_in_zone", "distance_m", "member_id"])
    by_household = ordered.groupby(["hazard_id", "household_id"])
    first = by_household.head(1).rename(columns={"member_id": "first_member_id", "distance_m": "first_distance_m"})
    return first.merge(by_household.size().rename("helpers").reset_index())
