"""The journey of field staff: what a phone takes with it, and what it brings home.

A bundle is everything a phone needs in one answer, with its revision. What comes back is append-only: `receive` adds
inspections whose ids were made on the phone, so that sending again changes nothing (docs/decisions/0011).
"""

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap import calls, crs, frames, inspections, masking, receiving, warned
from gridmap.errors import InputError, Problem
from gridmap.maps import field as drawing
from gridmap.maps import records
from gridmap.maps.words import Lang
from gridmap.phrases import say
from gridmap.schema import STORAGE_CRS
from gridmap.store import Store
from gridmap.tables import (
    DangerZone,
    Grid,
    HazardSite,
    Household,
    HouseholdPlace,
    Inspection,
    Level,
    Monitor,
    Photo,
    PublishedWarning,
)
from gridmap.work.leaving import view
from gridmap.work.reading import Picture

LAST = 5
"""So many of a site's inspections go to the phone."""

AREA_LEVELS = (Level.GRID, Level.COMMUNITY, Level.STREET, Level.DISTRICT)

Bundle = dict[str, Any]


@dataclass(frozen=True)
class Area:
    """The area that a phone asks for; the whole city has no id."""

    area_id: str
    name: str
    level: str
    geometry: shapely.Geometry | None


def area_of(taken: Picture, area_id: str) -> Area:
    """Return the area with an id, the whole city for an empty one.

    Raises:
        InputError: no grid, community, street or district has the id.
    """
    if not area_id:
        return Area("", taken.city.name, "city", None)
    for level in AREA_LEVELS:
        rows = taken.areas[level]
        found = rows[rows[f"{level}_id"] == area_id]
        if len(found):
            return Area(area_id, str(found["name"].iloc[0]), str(level), found.geometry.iloc[0])
    said = say("area.unknown", area=area_id)
    raise InputError([Problem("request", None, "area", "area.unknown", said)])


def clock(taken: Picture, now: dt.datetime) -> dt.datetime:
    """Return the moment at which due dates are judged: now, or noon of the fixed day of an invented city."""
    return now if taken.day == now.date() else dt.datetime.combine(taken.day, dt.time(12, tzinfo=now.tzinfo))


def sites_in(taken: Picture, area: Area) -> pd.DataFrame:
    """Return the hazard sites that lie in an area or whose zone reaches into it; all of them without a geometry."""
    sites, zones = taken.frames[HazardSite], taken.frames[DangerZone]
    if area.geometry is None:
        return sites
    touched = zones.loc[shapely.intersects(zones["geometry"].to_numpy(), area.geometry), "hazard_id"]
    inside = shapely.intersects(sites["geometry"].to_numpy(), area.geometry)
    return sites[inside | sites["hazard_id"].isin(touched).to_numpy()].reset_index(drop=True)


def _moment(value: object) -> str | None:
    return None if pd.isna(value) else pd.Timestamp(value).isoformat()


def _plain(value: object) -> Any:  # noqa: ANN401  a cell may hold anything
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _distances(taken: Picture, found: pd.DataFrame) -> list[float | None]:
    """Return how far from its site each inspection was made, in metres; 0 inside a surveyed zone."""
    change = crs.transformer(STORAGE_CRS, taken.city.metric_crs)
    sites, zones = taken.frames[HazardSite], taken.frames[DangerZone]
    surveyed = zones[~zones["estimated"].astype(bool)]
    shapes = pd.concat([sites[["hazard_id", "geometry"]], surveyed[["hazard_id", "geometry"]]])
    shapes = shapes[shapes["geometry"].notna()]
    places = {key: shapely.union_all(list(part)) for key, part in shapes.groupby("hazard_id")["geometry"]}

    def metres(shape: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(shape, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))

    return [
        None if where is None or hazard_id not in places
        else round(float(shapely.distance(metres(where), metres(places[hazard_id]))), 1)
        for hazard_id, where in zip(found["hazard_id"], found["geometry"], strict=True)
    ]  # fmt: skip


def _inspections(taken: Picture, ids: Sequence[str]) -> dict[str, list[Bundle]]:
    """Return the last inspections of each site, newest first, notes hidden and names masked."""
    all_ = inspections.in_order(taken.frames[Inspection])
    mine = all_[all_["hazard_id"].isin(ids)].groupby("hazard_id").tail(LAST)
    shown: dict[str, list[Bundle]] = {}
    for row, distance_m in zip(reversed(mine.to_dict("records")), reversed(_distances(taken, mine)), strict=True):
        shown.setdefault(row["hazard_id"], []).append(
            {
                "inspection_id": row["inspection_id"],
                "state": row["state"],
                "signs": list(row["signs"]),
                "measures": json.loads(row["measures"]),
                "has_note": not pd.isna(row["note"]) and bool(row["note"].strip()),
                "photos": list(row["photos"]),
                "observed_at": _moment(row["observed_at"]),
                "received_at": _moment(row["received_at"]),
                "base_inspection_id": _plain(row["base_inspection_id"]),
                "made_by": masking.name(row["made_by"]),
                "accuracy_m": _plain(row["accuracy_m"]),
                "distance_m": distance_m,
                "far": distance_m is not None and distance_m > taken.city.patrol.far_m,
                "conflict": bool(row["conflict"]),
            }
        )
    return shown


def _masked_call(call: calls.Call) -> Bundle:
    return {**asdict(call), "name": masking.name(call.name), "phone": call.phone and masking.phone(call.phone)}


def _households(taken: Picture, ids: Sequence[str]) -> dict[str, list[Bundle]]:
    """Return the exposed households of each site, masked, with the people to call in order."""
    exposed = taken.exposure[taken.exposure["hazard_id"].isin(ids)]
    listed = calls.call_lists(exposed, taken.people, taken.frames[Grid], taken.day)
    masked = frames.mask(taken.frames[Household], Household).set_index("household_id")
    places = taken.frames[HouseholdPlace]
    home = dict(zip(places["household_id"], records.homes(view(taken), places), strict=True))
    facts = exposed.set_index(["hazard_id", "household_id"])
    found: dict[str, list[Bundle]] = {}
    for item in listed:
        row = facts.loc[(item.hazard_id, item.household_id)]
        found.setdefault(item.hazard_id, []).append(
            {
                "household_id": item.household_id,
                "name": _plain(masked.loc[item.household_id, "name"]),
                "home": home.get(item.household_id, ""),
                "care_level": str(masked.loc[item.household_id, "care_level"]),
                "categories": list(masked.loc[item.household_id, "categories"]),
                "has_named_person": item.has_named_person,
                "estimated": bool(row["estimated"]),
                "place_uncertain": bool(row["place_uncertain"]),
                "calls": [_masked_call(call) for call in item.calls],
            }
        )
    return found


def _monitors(taken: Picture) -> dict[str, list[Bundle]]:
    masked = frames.mask(taken.frames[Monitor], Monitor).sort_values(["hazard_id", "place"])
    found: dict[str, list[Bundle]] = {}
    for row in masked.to_dict("records"):
        found.setdefault(row["hazard_id"], []).append(
            {"place": int(row["place"]), "name": _plain(row["name"]), "phone": _plain(row["phone"])}
        )
    return found


def _zones(taken: Picture) -> dict[str, list[Bundle]]:
    found: dict[str, list[Bundle]] = {}
    for row in taken.frames[DangerZone].itertuples():
        shape = shapely.set_precision(row.geometry, 1e-6).__geo_interface__
        found.setdefault(row.hazard_id, []).append({"estimated": bool(row.estimated), "geometry": shape})
    return found


def _warnings(taken: Picture, found: Sequence[PublishedWarning]) -> list[Bundle]:
    """Return warnings with the names of their areas and the hours that they ask for."""
    names = {
        key: name
        for level in AREA_LEVELS
        for key, name in zip(taken.areas[level][f"{level}_id"], taken.areas[level]["name"], strict=True)
    }
    return [
        {
            **one.model_dump(mode="json"),
            "area_names": [names.get(key, key) for key in one.areas],
            "hours": warned.hours_of(one, taken.city.patrol),
        }
        for one in found
    ]


SITE_COLUMNS = (
    "hazard_id", "name", "kind", "declared_as", "threat_level", "threatened_households", "threatened_people",
    "community_id", "state", "disputed", "last_inspection_id", "overdue", "days_over", "exposed_households",
    "exposed_without_person",
)  # fmt: skip


def bundle(taken: Picture, area_id: str = "", *, now: dt.datetime | None = None) -> Bundle:
    """Return everything a phone needs for an area: sites, zones, households to warn, last inspections, rules.

    Sites come overdue and most dangerous first. `warnings`: those in force that touch the area or one of the sites,
    gravest first; each site has its own. Every personal value is masked.

    Raises:
        InputError: there is no such area.
    """
    area = area_of(taken, area_id)
    moment = clock(taken, now or dt.datetime.now(tz=dt.UTC).astimezone())
    found = sites_in(taken, area)
    exposed = taken.exposure[taken.exposure["hazard_id"].isin(found["hazard_id"])]
    holding = warned.in_force(taken.city.patrol.warnings, moment)
    touching = warned.at_sites(holding, found, taken.frames[DangerZone], taken.areas)
    here = [*warned.at_area(holding, area_id, taken.areas), *(one for ones in touching.values() for one in ones)]
    patrols = inspections.patrol(found, taken.frames[Inspection], taken.city.patrol, moment, warnings=touching)
    ranked = inspections.most_urgent_first(pd.DataFrame(found), patrols, exposed)
    ids = list(ranked["hazard_id"])
    beside = {
        "zones": _zones(taken),
        "monitors": _monitors(taken),
        "inspections": _inspections(taken, ids),
        "households": _households(taken, ids),
    }
    sites = [
        {
            **{name: _plain(row[name]) for name in SITE_COLUMNS},
            "point": None if row["geometry"] is None else [round(row["geometry"].x, 6), round(row["geometry"].y, 6)],
            "due_at": _moment(row["due_at"]),
            "last_observed_at": _moment(row["last_observed_at"]),
            "warnings": _warnings(taken, touching.get(row["hazard_id"], [])),
            **{name: rows.get(row["hazard_id"], []) for name, rows in beside.items()},
        }
        for row in ranked.to_dict("records")
    ]
    return {
        "revision": taken.revision,
        "as_of": moment.isoformat(),
        "city": taken.city.name,
        "invented": taken.city.invented,
        "area": {"area_id": area.area_id, "name": area.name, "level": area.level},
        "rules": taken.city.patrol.model_dump(mode="json"),
        "warnings": _warnings(taken, [one for one in holding if one in here]),
        "sites": sites,
    }


@dataclass(frozen=True)
class Received:
    """The answer to a batch: a receipt for each item, the photos that are still awaited, the revision afterwards."""

    receipts: tuple[receiving.Receipt, ...]
    photos_wanted: tuple[str, ...]
    revision: int


def receive(
    store: Store, items: Sequence[object], *, sites: Collection[str] | None = None, now: dt.datetime | None = None
) -> Received:
    """Add the inspections of a batch that are new and right, in one transaction; sending again changes nothing.

    `sites` are those that whoever sends may inspect, all without; any other is refused as unknown.
    """
    with store.transaction(write=True) as transaction:
        known = set(transaction.read(HazardSite)["hazard_id"])
        sites = known if sites is None else known & set(sites)
        stored = transaction.read(Inspection)
        judged = receiving.judge(items, sites, stored, now or dt.datetime.now(tz=dt.UTC))
        if len(judged.added):
            transaction.insert(judged.added, Inspection)
            transaction.advance("inspect")
        sure = {receipt.inspection_id for receipt in judged.receipts if receipt.status != "refused"}
        kept = pd.concat([stored, judged.added]) if len(judged.added) else stored
        named = {name for names in kept.loc[kept["inspection_id"].isin(sure), "photos"] for name in names}
        wanted = named - set(transaction.read(Photo, photo_id=sorted(named))["photo_id"]) if named else set()
        return Received(judged.receipts, tuple(sorted(wanted)), transaction.revision())


def keep_photo(store: Store, facts: Mapping[str, object], *, now: dt.datetime | None = None) -> bool:
    """Record a photo whose bytes are kept already; return whether it is new."""
    with store.transaction(write=True) as transaction:
        if len(transaction.read(Photo, photo_id=[facts["photo_id"]])):
            return False
        row = {**facts, "received_at": now or dt.datetime.now(tz=dt.UTC)}
        transaction.insert(frames.conform(pd.DataFrame([row]), Photo), Photo)
        transaction.advance("photo")
    return True


def has_photo(store: Store, photo_id: str) -> bool:
    """Say whether there is a photo of that id."""
    with store.transaction() as transaction:
        return len(transaction.read(Photo, photo_id=[photo_id])) > 0


def draw_sites(taken: Picture, area_id: str = "", *, lang: Lang = "zh") -> str:
    """Draw the list of an area's sites."""
    return drawing.sites_page(view(taken, served=True), bundle(taken, area_id), lang=lang)


def draw_site(taken: Picture, hazard_id: str, area_id: str = "", *, lang: Lang = "zh") -> str | None:
    """Draw the page of a site with its form, or return None when there is no such site in the area."""
    return drawing.site_page(view(taken, served=True), bundle(taken, area_id), hazard_id, lang=lang)
