"""Say which published warnings touch a hazard site or an area.

A warning names areas by id, from district to grid; one without areas touches the whole city. It touches a site whose
community lies in such an area, whose point lies in it or whose danger zone reaches into it; a site without a known
place is touched by warnings of the whole city only.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import shapely

from gridmap.coverage import Areas, levels_of
from gridmap.tables import Level, PatrolRules, PublishedWarning, WarningLevel

AREA_LEVELS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)


def in_force(warnings: Sequence[PublishedWarning], now: dt.datetime) -> list[PublishedWarning]:
    """Return the warnings that hold at a moment, gravest first, then by beginning."""
    gravest = list(WarningLevel)
    holding = [one for one in warnings if one.starts <= now and (one.ends is None or now <= one.ends)]
    return sorted(holding, key=lambda one: (gravest.index(one.level), one.starts))


def hours_of(warning: PublishedWarning, rules: PatrolRules) -> int | None:
    """Return within how many hours a site is looked at under a warning; None when it changes nothing."""
    if warning.level is WarningLevel.BLUE:
        return None
    return rules.warning_hours if warning.level is WarningLevel.YELLOW else rules.continuous_hours


def unknown_areas(warnings: Sequence[PublishedWarning], areas: Areas) -> list[tuple[int, str]]:
    """Return (place of the warning, area id) for each id that no district, street, community or grid has."""
    known = {str(key) for level in AREA_LEVELS if level in areas for key in areas[level][f"{level}_id"]}
    return [(at, key) for at, one in enumerate(warnings) for key in one.areas if key not in known]


def _shapes(warning: PublishedWarning, areas: Areas) -> list[shapely.Geometry]:
    """Return the outlines of the areas that a warning names."""
    levels = [level for level in AREA_LEVELS if level in areas]
    return [
        shape for level in levels
        for shape in areas[level].loc[areas[level][f"{level}_id"].isin(warning.areas), "geometry"]
    ]  # fmt: skip


def _touched(warning: PublishedWarning, sites: pd.DataFrame, zones: pd.DataFrame, areas: Areas) -> np.ndarray:
    """Tell for each site whether a warning touches it: bool[H]."""
    if not warning.areas:
        return np.ones(len(sites), bool)
    above = levels_of(sites[["community_id"]].reset_index(drop=True), areas)
    found = above.isin(warning.areas).to_numpy().any(axis=1)
    for shape in _shapes(warning, areas):
        reaching = zones.loc[shapely.intersects(zones["geometry"].to_numpy(), shape), "hazard_id"]
        found |= shapely.intersects(sites["geometry"].to_numpy(), shape)
        found |= sites["hazard_id"].isin(reaching).to_numpy()
    return np.asarray(found, bool)


def at_sites(
    warnings: Sequence[PublishedWarning], sites: pd.DataFrame, zones: pd.DataFrame, areas: Areas
) -> Mapping[str, list[PublishedWarning]]:
    """Return the warnings that touch each site, by hazard_id, in their order; a site without one is left out."""
    found: dict[str, list[PublishedWarning]] = {}
    for warning in warnings:
        for hazard_id in sites.loc[_touched(warning, sites, zones, areas), "hazard_id"]:
            found.setdefault(str(hazard_id), []).append(warning)
    return found


def _chain(area_id: str, areas: Areas) -> set[str]:
    """Return the id of an area and those of the areas that it lies in."""
    for level in reversed(AREA_LEVELS):
        column = f"{level}_id"
        if level in areas and (areas[level][column] == area_id).any():
            above = levels_of(pd.DataFrame({column: pd.Series([area_id], dtype="str")}), areas)
            return {str(key) for key in above.iloc[0].dropna()}
    return set()


def at_area(warnings: Sequence[PublishedWarning], area_id: str, areas: Areas) -> list[PublishedWarning]:
    """Return the warnings that touch an area: its own, those round it and those of a part; all for the whole city."""
    around = _chain(area_id, areas)
    return [
        one for one in warnings
        if not area_id or not one.areas or around.intersection(one.areas)
        or any(area_id in _chain(key, areas) for key in one.areas)
    ]  # fmt: skip
