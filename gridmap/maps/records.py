"""Frames -> what the browser reads: columns as lists, keys as positions, personal values masked.

A reference is the position of the row it points to, -1 for none. Only what a page shows is written: of a household its
masked name, categories, care level and place; never telephone, identity number, birth, address or notes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gridmap import frames
from gridmap.maps import palette, shapes
from gridmap.maps.view import MapView
from gridmap.reasons import spoken
from gridmap.tables import Household, Level, Member

Record = dict[str, Any]
Counts = Mapping[str, int]
STATE_CODES = tuple(palette.STATES)
LINE_LEVELS = (Level.DISTRICT, Level.STREET)


def texts(frame: pd.DataFrame, name: str) -> list[str]:
    """Return a column as text, "" where a value or the whole column is missing."""
    if name not in frame:
        return [""] * len(frame)
    values = frame[name].astype(object)
    return [str(value) for value in values.where(values.notna(), "")]


def numbers(frame: pd.DataFrame, name: str, *, digits: int = 0) -> list[float | None]:
    """Return a column of numbers, None where a value or the whole column is missing."""
    if name not in frame:
        return [None] * len(frame)
    values = frame[name].astype("float64").round(digits)
    plain = values if digits else values.astype("Int64")
    return [None if pd.isna(value) else (float(value) if digits else int(value)) for value in plain]


def flags(frame: pd.DataFrame, name: str) -> list[int]:
    """Return a column of truth values as 0 and 1, a missing one as 0."""
    return [int(value is True or value == 1) for value in frame[name]] if name in frame else [0] * len(frame)


def positions(frame: pd.DataFrame, name: str, target: pd.DataFrame, key: str) -> list[int]:
    """Return where in `target` each row's reference is, -1 for none."""
    if name not in frame or target.empty:
        return [-1] * len(frame)
    found: list[int] = pd.Index(target[key].astype(object)).get_indexer(frame[name].astype(object)).tolist()
    return found


def geometries(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return the geometry column as an array, empty for a frame without one."""
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        return np.empty(0, dtype=object)
    return np.asarray(frame.geometry.to_numpy(), dtype=object)


def measured(view: MapView, level: Level) -> pd.DataFrame:
    """Return the areas of a level in their order with their coverage columns beside them."""
    areas, coverage, key = view.level(level), view.area_coverage, f"{level}_id"
    if coverage.empty:
        return pd.DataFrame({key: areas[key]})
    rows = coverage[coverage["level"] == str(level)].rename(columns={"area_id": key})
    extra = [name for name in rows.columns if name == key or name not in areas]
    return areas[[key]].merge(rows[extra], on=key, how="left")


def _figures(frame: pd.DataFrame) -> Record:
    return {name: numbers(frame, name) for name in ("households", "with_named_person", "cover_needed", "gaps")}


def _outlined(view: MapView, level: Level) -> Record:
    areas = view.level(level)
    shape = geometries(areas)
    return {
        "id": texts(areas, f"{level}_id"),
        "name": texts(areas, "name"),
        "at": shapes.points(shape),
        "shape": shapes.encode(shape),
        **_figures(measured(view, level)),
    }


def _grids(view: MapView) -> Record:
    covered = measured(view, Level.GRID)
    share = covered["uncovered_share"].to_numpy(dtype=float) if "uncovered_share" in covered else None
    if share is None:
        share = np.full(len(covered), np.nan)
    return {
        **_outlined(view, Level.GRID),
        "community": positions(view.level(Level.GRID), "community_id", view.level(Level.COMMUNITY), "community_id"),
        "share": [None if np.isnan(value) else round(float(value), 4) for value in share],
        "class": palette.share_class(share).tolist(),
    }


def _hazards(view: MapView) -> Record:
    zones, sites = view.danger_zones, view.hazard_sites
    return {
        "zones": {
            "id": texts(zones, "zone_id"),
            "site": positions(zones, "hazard_id", sites, "hazard_id"),
            "estimated": flags(zones, "estimated"),
            "shape": shapes.encode(geometries(zones)),
        },
        "sites": {
            "id": texts(sites, "hazard_id"),
            "name": texts(sites, "name"),
            "kind": texts(sites, "kind"),
            "level": texts(sites, "threat_level"),
            "at": shapes.points(geometries(sites)),
        },
    }


def areas(view: MapView) -> Record:
    """Return communities, grids, compounds, hazards and what helps to orient."""
    compounds, backdrop, paths = view.level(Level.COMPOUND), view.backdrop, view.paths
    return {
        "communities": _outlined(view, Level.COMMUNITY),
        "grids": _grids(view),
        "compounds": {
            "id": texts(compounds, "compound_id"),
            "name": texts(compounds, "name"),
            "at": shapes.points(geometries(compounds)),
        },
        **_hazards(view),
        "backdrop": {
            "kind": texts(backdrop, "kind"),
            "name": texts(backdrop, "name"),
            "area": [int(shape.geom_type.endswith("Polygon")) for shape in geometries(backdrop)],
            "shape": shapes.encode(geometries(backdrop)),
        },
        "paths": {
            "kind": texts(paths, "kind"),
            "passable": flags(paths, "passable"),
            "shape": shapes.encode(geometries(paths)),
        },
    }


def _states(values: Sequence[str]) -> list[int]:
    found: list[int] = pd.Index(STATE_CODES).get_indexer(pd.Index(values, dtype=object)).tolist()
    return [len(STATE_CODES) - 1 if code < 0 else code for code in found]


def _beside(frame: pd.DataFrame, other: pd.DataFrame, key: str, name: str) -> list[str]:
    """Return a column of another frame by key, "" where that has no such row."""
    at, values = positions(frame, key, other, key), texts(other, name)
    return [values[row] if row >= 0 else "" for row in at]


def buildings(view: MapView) -> Record:
    """Return the buildings: name on the wall, compound, grid, state and outline."""
    frame = view.level(Level.BUILDING)
    return {
        "id": texts(frame, "building_id"),
        "number": texts(frame, "number"),
        "address": texts(frame, "address"),
        "compound": positions(frame, "compound_id", view.level(Level.COMPOUND), "compound_id"),
        "grid": positions(frame, "grid_id", view.level(Level.GRID), "grid_id"),
        "community": positions(frame, "community_id", view.level(Level.COMMUNITY), "community_id"),
        "state": _states(_beside(frame, view.building_coverage, "building_id", "state")),
        "shape": shapes.encode(geometries(frame)),
    }


def masked_households(view: MapView) -> pd.DataFrame:
    """Return a row per measured household: masked facts, place and coverage, most urgent first."""
    if view.household_coverage.empty:
        return pd.DataFrame(columns=["household_id", "name", "categories", "care_level", "state"])
    facts = frames.mask(view.households, Household)[["household_id", "name", "categories", "care_level"]]
    own = [name for name in view.household_coverage if name not in ("categories", "care_level")]
    joined = facts.merge(view.household_coverage[own], on="household_id", how="inner")
    joined = joined.merge(view.household_places[["household_id", "geometry"]], on="household_id", how="left")
    exposed = view.exposure.get("household_id", [])
    joined = joined.assign(in_danger=joined["household_id"].isin(exposed))
    order = pd.DataFrame({
        "state": _states(texts(joined, "state")),
        "care": joined["care_level"].map({"red": 0, "yellow": 1, "green": 2}).to_numpy(),
        "id": joined["household_id"],
    })  # fmt: skip
    ranked: pd.DataFrame = joined.loc[order.sort_values(["state", "care", "id"]).index].reset_index(drop=True)
    return ranked


def _ties(view: MapView, households: pd.DataFrame) -> list[list[list[Any]]]:
    pairings = view.pairings
    of = positions(pairings, "household_id", households, "household_id")
    member = positions(pairings, "member_id", view.members, "member_id")
    ties: list[list[list[Any]]] = [[] for _ in range(len(households))]
    facts = zip(of, member, texts(pairings, "role"), numbers(pairings, "distance_m"), texts(pairings, "reason"),
                strict=True)  # fmt: skip
    for household, who, role, distance_m, reason in facts:
        if household >= 0:
            ties[household].append([who, role, distance_m, [spoken(reason, lang) for lang in ("zh", "en")]])
    return ties


def households(view: MapView) -> Record:
    """Return the measured households with the people who look after them, all masked."""
    rows, members = masked_households(view), frames.mask(view.members, Member)
    place = np.array([None if pd.isna(value) else value for value in rows.get("geometry", [])], dtype=object)
    return {
        "id": texts(rows, "household_id"),
        "name": texts(rows, "name"),
        "categories": [list(value) for value in rows["categories"]],
        "care": texts(rows, "care_level"),
        "state": _states(texts(rows, "state")),
        "uncertain": flags(rows, "place_uncertain"),
        "helped": flags(rows, "with_named_person"),
        "in_danger": flags(rows, "in_danger"),
        "accuracy": texts(rows, "accuracy"),
        "building": positions(rows, "building_id", view.level(Level.BUILDING), "building_id"),
        "compound": positions(rows, "compound_id", view.level(Level.COMPOUND), "compound_id"),
        "grid": positions(rows, "grid_id", view.level(Level.GRID), "grid_id"),
        "community": positions(rows, "community_id", view.level(Level.COMMUNITY), "community_id"),
        "at": shapes.points(place),
        "helpers": _ties(view, rows),
        "members": {
            "name": texts(members, "name"),
            "kind": texts(members, "kind"),
            "unit": texts(members, "unit"),
            "status": texts(members, "status"),
            "off_duty": [
                int(value == "False") for value in _beside(members, view.member_coverage, "member_id", "on_duty")
            ],
        },
    }


def counts(view: MapView) -> Counts:
    """Return how many measured households are in each state, at uncertain places, with a named person, and in all."""
    coverage = view.household_coverage
    states = pd.Series(texts(coverage, "state"), dtype=object).value_counts()
    return {
        **{state: int(states.get(state, 0)) for state in STATE_CODES},
        "uncertain": sum(flags(coverage, "place_uncertain")),
        "covered_by_person": sum(flags(coverage, "with_named_person")),
        "total": len(coverage),
    }


def homes(view: MapView, rows: pd.DataFrame) -> list[str]:
    """Name where each household lives, as far as a page may say: its building, else the smallest area known."""
    names = {level: _beside(rows, view.level(level), f"{level}_id", "name")
             for level in (Level.COMPOUND, Level.GRID, Level.COMMUNITY)}  # fmt: skip
    frame = view.level(Level.BUILDING)
    wall = [_beside(rows, frame, "building_id", name) for name in ("number", "address")]
    return [" ".join(filter(None, (compound, number))) or address or grid or community
            for compound, grid, community, number, address in zip(*names.values(), *wall, strict=True)]  # fmt: skip


def _reasons(view: MapView, rows: pd.DataFrame, lang: str) -> list[str]:
    """Return why each household has nobody and what would help, in words; empty where it is not known."""
    ending = "" if lang == "zh" else "_en"
    first = view.empty_places.drop_duplicates("household_id")
    why, remedy = (_beside(rows, first, "household_id", f"{name}{ending}") for name in ("reason", "remedy"))
    stop = "。" if lang == "zh" else ". "
    return [stop.join(filter(None, pair)) for pair in zip(why, remedy, strict=True)]


def gap_rows(view: MapView, lang: str = "zh") -> list[Record]:
    """Return the households without a named person, masked, most urgent first, with the names of their places."""
    rows = masked_households(view)
    if rows.empty:
        return []
    rows = rows[[value == 0 for value in flags(rows, "with_named_person")]].reset_index(drop=True)
    table = {
        "id": texts(rows, "household_id"),
        "name": texts(rows, "name"),
        "state": texts(rows, "state"),
        "categories": list(rows["categories"]),
        "care": texts(rows, "care_level"),
        "home": homes(view, rows),
        "community": _beside(rows, view.level(Level.COMMUNITY), "community_id", "name"),
        "grid": _beside(rows, view.level(Level.GRID), "grid_id", "name"),
        "uncertain": flags(rows, "place_uncertain"),
        "in_danger": flags(rows, "in_danger"),
        "why": _reasons(view, rows, lang),
    }
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]
