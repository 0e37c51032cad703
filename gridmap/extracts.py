"""Tables that leave the workspace: one row per household, member, pairing, area, gap or hazard, ready to read.

Personal columns are masked unless told otherwise. `household_id` and the like stay: they lead back to the row.
"""

from collections.abc import Callable, Mapping

import geopandas as gpd
import pandas as pd

from gridmap import duty, frames
from gridmap.coverage import Coverage
from gridmap.errors import Problem, Severity
from gridmap.phrases import say
from gridmap.reasons import spoken
from gridmap.schema import STORAGE_CRS, Row
from gridmap.tables import (
    Building,
    Community,
    DangerZone,
    EmptyPlace,
    Grid,
    HazardSite,
    Household,
    HouseholdPlace,
    Member,
    MemberPlace,
    Pairing,
)

Frames = Mapping[type[Row], pd.DataFrame]
MOST_KM2 = 25.0
"""Large-scale map data that cover more than this in one piece may be a state secret (domain notes, section 0)."""
PLACE_COLUMNS = ["building_id", "grid_id", "community_id", "accuracy", "method", "review", "reason"]


def _people(found: Frames, noun: type[Row], place: type[Row], key: str, *, unmask: bool) -> pd.DataFrame:
    """Return the people of a noun with where they were found and the names of those places."""
    own = found[noun][duty.is_own(found[noun])].reset_index(drop=True)
    people = own if unmask else frames.mask(own, noun)
    where = found[place] if unmask else frames.mask(found[place], place)
    placed = people.drop(columns="geometry").merge(where[[key, *PLACE_COLUMNS, "geometry"]], on=key, how="left")
    placed = _in_words(placed, "reason", "place_reason")
    for area, id_column in ((Grid, "grid_id"), (Community, "community_id")):
        names = found[area].set_index(id_column)["name"]
        placed[id_column.replace("_id", "_name")] = placed[id_column].map(names)
    return placed if unmask else _blur(placed, found[Building])


def _in_words(rows: pd.DataFrame, column: str, name: str) -> pd.DataFrame:
    """Return rows with the reasons of a column in Chinese (under a name) and in English (`_en`)."""
    kept = rows[column].fillna("").astype(object)
    said = {f"{name}{ending}": kept.map(lambda text, lang=lang: spoken(text, lang))
            for lang, ending in (("zh", ""), ("en", "_en"))}  # fmt: skip
    return rows.drop(columns=column).assign(**said)


def _blur(placed: pd.DataFrame, buildings: pd.DataFrame) -> pd.DataFrame:
    """Move masked people to the middle of their building; drop the point of those who have none."""
    middles = buildings.set_index("building_id").geometry.representative_point()
    return placed.assign(geometry=placed["building_id"].map(middles))


def households(found: Frames, coverage: Coverage, *, unmask: bool = False) -> pd.DataFrame:
    """Return each household with its place, its state and its number of helpers."""
    rows = _people(found, Household, HouseholdPlace, "household_id", unmask=unmask)
    return rows.merge(
        coverage.households[["household_id", "state", "helpers", "with_named_person"]], on="household_id", how="left"
    )


def members(found: Frames, _coverage: Coverage, *, unmask: bool = False) -> pd.DataFrame:
    """Return each member with the place and the number of households held."""
    rows = _people(found, Member, MemberPlace, "member_id", unmask=unmask)
    load = found[Pairing].groupby("member_id").size()
    return rows.assign(load=rows["member_id"].map(load).fillna(0).astype("int64"))


def pairings(found: Frames, _coverage: Coverage, *, unmask: bool = False) -> pd.DataFrame:
    """Return each pairing with the names on both sides."""
    ends = {}
    for noun, key in ((Household, "household_id"), (Member, "member_id")):
        people = found[noun] if unmask else frames.mask(found[noun], noun)
        ends[key] = people.set_index(key)[["name", "phone"]]
    rows = _in_words(found[Pairing], "reason", "reason")
    return rows.assign(
        household_name=rows["household_id"].map(ends["household_id"]["name"]),
        member_name=rows["member_id"].map(ends["member_id"]["name"]),
        member_phone=rows["member_id"].map(ends["member_id"]["phone"]),
    )


def areas(_found: Frames, coverage: Coverage, *, unmask: bool = False) -> pd.DataFrame:  # noqa: ARG001  one shape for all
    """Return the coverage of every area at every level."""
    return coverage.areas


def gaps(found: Frames, coverage: Coverage, *, unmask: bool = False) -> pd.DataFrame:
    """Return the households without a named person, the most urgent first."""
    rows = households(found, coverage, unmask=unmask)
    open_ones = rows[rows["with_named_person"].eq(other=False)]
    why = found[EmptyPlace].drop_duplicates("household_id").set_index("household_id")
    words = ("reason", "reason_en", "remedy", "remedy_en")
    open_ones = open_ones.assign(**{f"gap_{name}": open_ones["household_id"].map(why[name]) for name in words})
    urgency = open_ones["care_level"].map({"red": 0, "yellow": 1, "green": 2})
    return open_ones.assign(_urgency=urgency).sort_values(["_urgency", "household_id"]).drop(columns="_urgency")


def hazards(found: Frames, _coverage: Coverage, *, unmask: bool = False) -> pd.DataFrame:  # noqa: ARG001
    """Return each hazard site with its danger zone, the point where there is no zone."""
    zones = found[DangerZone].set_index("hazard_id")
    sites = found[HazardSite]
    shapes = sites["hazard_id"].map(zones.geometry[~zones.index.duplicated()])
    estimated = sites["hazard_id"].map(zones["estimated"].groupby(level=0).all())
    return sites.assign(geometry=shapes.where(shapes.notna(), sites.geometry), zone_estimated=estimated)


EXTRACTS: dict[str, Callable[..., pd.DataFrame]] = {
    "households": households,
    "members": members,
    "pairings": pairings,
    "coverage": areas,
    "gaps": gaps,
    "hazards": hazards,
}
"""Every table that can leave the workspace, by name."""


def covered_km2(rows: pd.DataFrame, metric_crs: str) -> float:
    """Return the area of the hull round the rows that stand at a building, in km²; 0 where none does."""
    if "building_id" not in rows or not isinstance(rows, gpd.GeoDataFrame):
        return 0.0
    placed = rows.geometry[rows["building_id"].notna() & rows.geometry.notna()]
    return float(placed.to_crs(metric_crs).union_all().convex_hull.area) / 1e6 if len(placed) else 0.0


def warnings(rows: pd.DataFrame, noun: str, metric_crs: str) -> list[Problem]:
    """Return what who sends a table on should know of it."""
    area_km2 = covered_km2(rows, metric_crs)
    if area_km2 <= MOST_KM2:
        return []
    said = say("export.wide", area=area_km2, most=MOST_KM2)
    return [Problem(noun, None, "geometry", "export.wide", said, Severity.WARNING)]


def extract(noun: str, found: Frames, coverage: Coverage, *, unmask: bool = False) -> pd.DataFrame:
    """Return one of the EXTRACTS; a GeoDataFrame where rows have a place on the map."""
    rows = EXTRACTS[noun](found, coverage, unmask=unmask).reset_index(drop=True)
    if "geometry" not in rows:
        return rows
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(list(rows["geometry"]), crs=STORAGE_CRS))
