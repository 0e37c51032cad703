"""The grid manager's morning: what changed in some areas, who has nobody, who is on leave, which sites are overdue.

Changes are those that revisions recorded (`gridmap.changes`) and those that the calendar turned. Days are days of the
city; what was recorded is dated by the clock, so that an invented city, whose day stands still, has mornings too.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import shapely

from gridmap import changes, coverage, frames, inspections, lawful, warned
from gridmap.absences import absences
from gridmap.errors import InputError, Problem
from gridmap.maps import records
from gridmap.maps import today as drawing
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.phrases import say
from gridmap.store import Store
from gridmap.tables import (
    Change,
    ChangedNoun,
    ChangeKind,
    DangerZone,
    Grid,
    Household,
    Inspection,
    Member,
    Revision,
)
from gridmap.work import emergencies
from gridmap.work.field import Area, area_of, clock, sites_in
from gridmap.work.leaving import view
from gridmap.work.reading import Picture

Morning = dict[str, Any]
LONGEST_DAYS = 366


@dataclass(frozen=True, eq=False)
class _Told:
    """The frames of the areas, and how people are named: masked."""

    taken: Picture
    areas: tuple[Area, ...]
    shown: MapView
    households: dict[str, str]
    homes: dict[str, str]
    members: dict[str, str]
    grids: dict[str, str]


# --- the areas


def _inside(taken: Picture, areas: Sequence[Area], places: pd.DataFrame) -> pd.Series:
    """Tell which places lie in one of the areas: bool by row; everything without an area."""
    found = pd.Series(data=not areas, index=places.index)
    if areas and len(places):
        levels = coverage.levels_of(places, taken.areas)
        for area in areas:
            found |= (levels[f"{area.level}_id"] == area.area_id).fillna(value=False).astype(bool)
    return found


def _named(frame: pd.DataFrame, key: str) -> dict[str, str]:
    return dict(zip(records.texts(frame, key), records.texts(frame, "name"), strict=True))


def _told(taken: Picture, areas: tuple[Area, ...]) -> _Told:
    shown = view(taken, served=True)
    inside = _inside(taken, areas, shown.household_coverage)
    measured = shown.household_coverage[inside].reset_index(drop=True)
    own = shown.households["household_id"].isin(measured["household_id"])
    shown = replace(shown, household_coverage=measured, households=shown.households[own].reset_index(drop=True))
    masked = frames.mask(shown.households, Household)
    return _Told(
        taken=taken,
        areas=areas,
        shown=shown,
        households=_named(masked, "household_id"),
        homes=dict(zip(measured["household_id"], records.homes(shown, measured), strict=True)),
        members=_named(frames.mask(taken.frames[Member], Member), "member_id"),
        grids=_named(taken.frames[Grid], "grid_id"),
    )


def _who(told: _Told, household_id: str) -> Morning:
    """Return how a page names a household; one that is gone has its id only."""
    return {
        "household_id": household_id,
        "name": told.households.get(household_id, ""),
        "home": told.homes.get(household_id, ""),
        "here": household_id in told.households,
    }


def _where(told: _Told, row: Any) -> Morning:  # noqa: ANN401  a row of itertuples has no type
    """Return where something happened, for a link to the map."""
    grid, community = (None if pd.isna(value) else value for value in (row.grid_id, row.community_id))
    return {"grid_id": grid, "grid": told.grids.get(grid, grid) if grid else "", "community_id": community}


def _someone(told: _Told, member_id: str) -> Morning:
    return {"member_id": member_id, "name": told.members.get(member_id, "")}


# --- what changed


def _recorded(store: Store, taken: Picture, since: dt.datetime) -> tuple[pd.DataFrame, bool]:
    """Return the changes of the revisions since a moment, and whether the history began only then."""
    with store.transaction() as transaction:
        revisions = transaction.read(Revision)
        late = (revisions["made_at"] >= pd.Timestamp(since)) & (revisions["revision"] <= taken.revision)
        numbers = revisions.loc[late, "revision"].astype(int).tolist()
        found = transaction.read(Change, revision=numbers) if numbers else frames.empty(Change)
    return found, bool(len(revisions) == 0 or revisions["made_at"].iloc[0] >= pd.Timestamp(since))


def _in_areas(told: _Told, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep what happened in the areas or left them, and members who look after somebody there."""
    if not told.areas:
        return rows
    before = rows[["before_grid_id", "before_community_id"]].set_axis(["grid_id", "community_id"], axis=1)
    ties = told.taken.people.pairings
    serving = ties.loc[ties["household_id"].isin(told.households), "member_id"]
    inside = _inside(told.taken, told.areas, rows[["grid_id", "community_id"]])
    keep = inside | _inside(told.taken, told.areas, before)
    keep |= (rows["noun"] == ChangedNoun.MEMBER) & rows["row_id"].isin(serving)
    return rows[keep]


def _of_pairings(told: _Told, rows: pd.DataFrame, gaps: set[str]) -> list[Morning]:
    """Return a line per household: who came and who went are one change of hands."""
    lines = []
    for household_id, group in rows.groupby("household_id"):
        went = sorted(set(group.loc[group["kind"] == ChangeKind.ENDED, "member_id"]))
        came = sorted(set(group.loc[group["kind"] == ChangeKind.ADDED, "member_id"]))
        kind = "switched" if went and came else "ended" if went else "added" if came else "changed"
        lines.append(
            {
                "noun": "pairing",
                "kind": kind,
                "household": _who(told, str(household_id)),
                "from": [_someone(told, member_id) for member_id in went],
                "to": [_someone(told, member_id) for member_id in came or sorted(set(group["member_id"]) - set(went))],
                "gap": household_id in gaps,
                **_where(told, next(group.itertuples())),
            }
        )
    return lines


def _of_person(told: _Told, row: Any, gaps: set[str]) -> Morning:  # noqa: ANN401  a row of itertuples has no type
    household = row.noun == ChangedNoun.HOUSEHOLD
    return {
        "noun": row.noun,
        "kind": row.kind,
        "fields": list(row.fields),
        "household": _who(told, row.row_id) if household else None,
        "member": None if household else _someone(told, row.row_id),
        **_where(told, row),
        "before_grid": "" if pd.isna(row.before_grid_id) else told.grids.get(row.before_grid_id, row.before_grid_id),
        "gap": household and row.row_id in gaps,
    }


NOUN_ORDER = {"pairing": 0, "household": 1, "member": 2}
KIND_ORDER = {kind: at for at, kind in enumerate(("ended", "leave", "switched", "added", "moved", "return", "changed"))}


def _lines(told: _Told, rows: pd.DataFrame, gaps: set[str]) -> list[Morning]:
    """Return what changed: first what left a household with nobody, then by noun and kind."""
    ties = rows["noun"] == ChangedNoun.PAIRING
    lines = _of_pairings(told, rows[ties], gaps) + [_of_person(told, row, gaps) for row in rows[~ties].itertuples()]

    def rank(line: Morning) -> tuple[object, ...]:
        ids = (line["household"] or line["member"]).values()
        return (not line["gap"], NOUN_ORDER[line["noun"]], KIND_ORDER[line["kind"]], next(iter(ids)))

    return sorted(lines, key=rank)


# --- who is away, which sites are due


def _day(value: Any) -> str | None:  # noqa: ANN401  a cell may be missing in several ways
    return None if pd.isna(value) else pd.Timestamp(value).date().isoformat()


def _leaves(told: _Told) -> list[Morning]:
    """Return who is on leave among those who look after somebody in the areas or live there."""
    places = told.taken.people.member_places
    here = set(places.loc[_inside(told.taken, told.areas, places), "member_id"])
    lines = []
    for row in absences(told.taken.people, told.taken.day).itertuples():
        held = [household_id for household_id in row.household_ids if household_id in told.households]
        if held or row.member_id in here:
            alone = set(row.alone_ids)
            lines.append(
                {
                    **_someone(told, row.member_id),
                    "leave_from": _day(row.leave_from),
                    "leave_to": _day(row.leave_to),
                    "households": [{**_who(told, each), "alone": each in alone} for each in held],
                }
            )
    return sorted(lines, key=lambda line: (-sum(each["alone"] for each in line["households"]),
                                           -len(line["households"]), line["member_id"]))  # fmt: skip


def _sites(told: _Told, moment: dt.datetime) -> tuple[int, list[Morning]]:
    """Return how many hazard sites the areas have, and the overdue ones, most urgent first."""
    taken = told.taken
    shapes = [area.geometry for area in told.areas]
    found = sites_in(taken, Area("", "", "", shapely.union_all(shapes) if shapes else None))
    exposed = taken.exposure[taken.exposure["hazard_id"].isin(found["hazard_id"])]
    holding = warned.in_force(taken.city.patrol.warnings, moment)
    touching = warned.at_sites(holding, found, taken.frames[DangerZone], taken.areas)
    patrols = inspections.patrol(found, taken.frames[Inspection], taken.city.patrol, moment, warnings=touching)
    ranked = inspections.most_urgent_first(pd.DataFrame(found), patrols, exposed)
    late = ranked[ranked["overdue"].astype(bool)]
    names = ("hazard_id", "name", "kind", "declared_as", "state")
    counts = ("days_over", "exposed_households", "exposed_without_person")
    return len(found), [
        {
            **{name: None if pd.isna(row[name]) else row[name] for name in names},
            **{name: int(row[name]) for name in counts},
            "due_at": None if pd.isna(row["due_at"]) else pd.Timestamp(row["due_at"]).isoformat(),
            "placed": row["geometry"] is not None,
        }
        for row in late.to_dict("records")
    ]


# --- on what ground


def _grounds(told: _Told) -> list[Morning]:
    """Return the households that no member is shown, with what each lacks."""
    rows = told.shown.households
    found = lawful.lacking(rows, told.taken.day)
    return [
        {**_who(told, name), "lacking": what} for name, what in zip(rows["household_id"], found, strict=True) if what
    ]


# --- emergencies


def _emergencies(store: Store) -> list[Morning]:
    """Return the emergencies that wait for somebody: to confirm, to end, or to review."""
    moment = dt.datetime.now(dt.UTC)
    found = [(one, emergencies.state(one, moment)) for one in emergencies.emergencies(store)]
    return [
        {"emergency_id": one.emergency_id, "area_id": one.area_id, "state": state}
        for one, state in found
        if state in emergencies.OPEN
    ]


# --- all of it


def _since(taken: Picture, since: dt.date | None) -> dt.date:
    day = taken.day - dt.timedelta(days=1) if since is None else since
    if not 0 <= (taken.day - day).days <= LONGEST_DAYS:
        said = say("since.outside", since=day, day=taken.day, most=LONGEST_DAYS)
        raise InputError([Problem("request", None, "since", "since.outside", said)])
    return day


def _figures(told: _Told) -> dict[str, int]:
    rows = told.shown.household_coverage
    return {
        "households": len(rows),
        "with_named_person": int(rows["with_named_person"].sum()),
        "gaps": int((~rows["with_named_person"].astype(bool)).sum()),
        "red_gaps": int(((~rows["with_named_person"].astype(bool)) & (rows["care_level"] == "red")).sum()),
        "cover_needed": int((rows["state"] == coverage.State.COVER_NEEDED).sum()),
    }


CARE_FIRST = {"red": 0, "yellow": 1, "green": 2}


def morning(
    store: Store,
    taken: Picture,
    area_ids: Sequence[str] = (),
    *,
    since: dt.date | None = None,
    now: dt.datetime | None = None,
    lang: Lang = "zh",
) -> Morning:
    """Return what a grid manager reads first thing: changes, gaps, leaves and overdue sites of some areas.

    `since` is the first day whose changes are told, yesterday without; no area is the whole city. Every personal value
    is masked.

    Raises:
        InputError: there is no such area, or the day lies ahead or too far back.
    """
    told = _told(taken, tuple(area_of(taken, area_id) for area_id in dict.fromkeys(area_ids) if area_id))
    first = _since(taken, since)
    clock_now = now or dt.datetime.now(tz=dt.UTC).astimezone()
    back = dt.datetime.combine(clock_now.date() - (taken.day - first), dt.time(), tzinfo=clock_now.tzinfo)
    recorded, began = _recorded(store, taken, back)
    turned = changes.by_date(taken.people, since=first, day=taken.day)
    gaps = sorted(records.gap_rows(told.shown, lang), key=lambda row: CARE_FIRST[row["care"]])
    lines = _lines(told, _in_areas(told, changes.net(recorded, turned)), {row["id"] for row in gaps})
    leaves = _leaves(told)
    grounds = _grounds(told)
    sites, overdue = _sites(told, clock(taken, clock_now))
    away = {each["household_id"] for line in leaves for each in line["households"]}
    return {
        "revision": taken.revision,
        "as_of": told.shown.as_of.isoformat(),
        "city": taken.city.name,
        "invented": taken.city.invented,
        "since": first.isoformat(),
        "began": began,
        "areas": [{"area_id": area.area_id, "name": area.name, "level": area.level} for area in told.areas],
        "figures": {
            **_figures(told),
            "changes": len(lines),
            "on_leave": len(leaves),
            "households_on_leave": len(away),
            "sites": sites,
            "overdue": len(overdue),
            "without_basis": len(grounds),
        },
        "changes": lines,
        "gaps": gaps,
        "leaves": leaves,
        "overdue": overdue,
        "grounds": grounds,
        "emergencies": _emergencies(store),
    }


def draw_morning(taken: Picture, told: Morning, *, lang: Lang = "zh") -> str:
    """Draw the morning page of what `morning` returned."""
    return drawing.today_page(view(taken, served=True), told, lang=lang)
