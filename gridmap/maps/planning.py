"""The planner's pages: the form with the history of proposals, and the review of one proposal with its map."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from gridmap import frames
from gridmap.maps import layers, palette, records, shapes, words
from gridmap.maps.pages import Page, bounds_of, link_of, render, script_json
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.reasons import spoken
from gridmap.snapshots import state_of
from gridmap.tables import Level, Member, Move, Proposal, ProposalRules, ProposalStatus

SCRIPTS = ("core", "shapes", "ground", "outlines", "moves")
FIGURES = ("households", "with_named_person", "full_team", "cover_needed", "gaps", "mean_distance_m",
           "total_distance_m")  # fmt: skip
AREA_LEVELS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)
ERRORS = "plan.error."


def page_of(proposal_id: str) -> str:
    """Return the name of the page of a proposal."""
    return f"proposal-{proposal_id}"


def _spoken(lang: Lang) -> str:
    """Return the words that the page's script says, as JSON for an attribute."""
    text = words.texts(lang)
    names = [key for key in text if key.startswith((ERRORS, "plan.pick.", "role."))]
    names += [
        "plan.error",
        "plan.working",
        "plan.apply_ask",
        "plan.undo_ask",
        "plan.redo_ask",
        "plan.refuse_ask",
        "plan.refuse_missing",
        "plan.anew",
    ]
    return json.dumps({name.removeprefix("plan."): text[name] for name in names}, ensure_ascii=False)


# --- the form and the history


def proposals_page(view: MapView, kept: Sequence[Proposal], *, lang: Lang = "zh", assets: str = "assets") -> Page:
    """Draw the form for a new proposal and the history, the newest first."""
    areas = [
        (str(level), list(zip(records.texts(rows, f"{level}_id"), records.texts(rows, "name"), strict=True)))
        for level in AREA_LEVELS
        if len(rows := view.level(level))
    ]
    html = render(
        view, "proposals", lang, assets,
        skip_to="main", skip_text="nav.skip_main", areas=areas,
        rows=[_history_row(proposal, view, lang) for proposal in kept], spoken=_spoken(lang),
    )  # fmt: skip
    return Page({link_of(lang)("proposals"): html})


def _history_row(proposal: Proposal, view: MapView, lang: Lang) -> dict[str, object]:
    figures = json.loads(proposal.figures)
    return {
        "id": proposal.proposal_id,
        "href": link_of(lang)(page_of(proposal.proposal_id)),
        "area": _area_name(view, proposal.area_id, lang),
        "made": words.moment(proposal.made_at.astimezone(view.as_of.tzinfo), lang),
        "by": proposal.made_by,
        "status": str(proposal.status),
        "reverses": proposal.reverses,
        "reason": proposal.closed_reason,
        "changes": figures["changes"],
        "before": figures["before"]["gaps"],
        "after": figures["after"]["gaps"],
    }


def _area_name(view: MapView, area_id: str, lang: Lang) -> str:
    for level in Level:
        rows = view.level(level)
        if "name" in rows and (found := rows.loc[rows[f"{level}_id"] == area_id, "name"]).size:
            return str(found.iloc[0])
    return words.texts(lang)["plan.city"]


# --- the review


def proposal_page(
    view: MapView,
    proposal: Proposal,
    moves: pd.DataFrame,
    member_places: pd.DataFrame,
    *,
    lang: Lang = "zh",
    assets: str = "assets",
) -> Page:
    """Draw the review of a proposal: its moves with old and new lines on a map, loads and coverage."""
    figures, file = json.loads(proposal.figures), page_of(proposal.proposal_id)
    rows = _move_rows(view, moves, lang)
    head, body, start = _map(view, rows, member_places, lang, assets)
    start_file = f"{file}.{lang}.js"
    html = render(
        view, "proposal", lang, assets, file=file,
        skip_to="main", skip_text="nav.skip_main",
        proposal=proposal, state=state_of(proposal), rows=rows, loads=_load_rows(view, figures["loads"]),
        figures=[(name, *(figures[when][name] for when in ("today", "before", "after"))) for name in FIGURES],
        saying=sentence(proposal, figures, lang), in_the_way=[one[lang] for one in figures.get("obstacles", [])],
        before=figures["before"]["gaps"], after=figures["after"]["gaps"],
        area=_area_name(view, proposal.area_id, lang), open=proposal.status is ProposalStatus.OPEN,
        applied=proposal.status is ProposalStatus.APPLIED, accepted=sum(bool(row["accepted"]) for row in rows),
        rules=ProposalRules.model_validate_json(proposal.rules), anew=_anew(proposal, lang), spoken=_spoken(lang),
        folium_head=head, folium_body=body, start_file=start_file, drawable=bool(start),
    )  # fmt: skip
    return Page({link_of(lang)(file): html, start_file: start})


def _anew(proposal: Proposal, lang: Lang) -> str:
    asked = ProposalRules.model_validate_json(proposal.rules)
    given = {"area": proposal.area_id, "max": proposal.max_changes}
    given |= {name: ",".join(ids) for name, ids in (("leaves", asked.leaves), ("locks", asked.locks)) if ids}
    return f"{link_of(lang)('proposals')}?{urlencode(given)}"


def sentence(proposal: Proposal, figures: dict[str, Any], lang: Lang) -> str:
    """Say how it stands, what would be needed, and what the proposal does."""
    text = words.texts(lang)
    going = len(ProposalRules.model_validate_json(proposal.rules).leaves)
    parts = [text[f"plan.sentence.{'leave' if going else 'now'}"].format(n=going, gaps=figures["before"]["gaps"])]
    full, least = figures["least_filled"] == figures["places"], figures["least_changes"]
    key = "most" if not full else "all" if least else "full"
    numbers = {"n": least, "filled": figures["least_filled"], "places": figures["places"]}
    parts.append(text[f"plan.sentence.{key}"].format(**numbers))
    this = {"n": figures["changes"], "max": proposal.max_changes, "gaps": figures["after"]["gaps"]}
    parts.append(text["plan.sentence.this"].format(**this))
    if not figures["optimal"]:
        parts.append(text["plan.sentence.unproven"])
    stop = "。" if lang == "zh" else "."
    return ("；" if lang == "zh" else "; ").join(parts) + stop


def _named(frame: pd.DataFrame, key: str) -> dict[str, str]:
    return dict(zip(records.texts(frame, key), records.texts(frame, "name"), strict=True))


def _move_rows(view: MapView, moves: pd.DataFrame, lang: Lang) -> list[dict[str, Any]]:
    """Return the moves with masked names; a person who is gone from the city keeps the id."""
    people = view.households[view.households["household_id"].isin(moves["household_id"])]
    rows = records.masked_households(view)
    rows = rows[rows["household_id"].isin(people["household_id"])]
    homes = dict(zip(records.texts(rows, "household_id"), records.homes(view, rows), strict=True))
    names, care = _named(rows, "household_id"), dict(zip(rows["household_id"], rows["care_level"], strict=True))
    members = _named(frames.mask(view.members, Member), "member_id")
    table = {name: records.texts(moves, name) for name in Move.model_fields}
    metres = {name: records.numbers(moves, name) for name in ("distance_before_m", "distance_after_m")}
    told = []
    for at, number in enumerate(records.numbers(moves, "number")):
        household, old, new = (table[name][at] for name in ("household_id", "from_member_id", "to_member_id"))
        told.append(
            {
                "number": number,
                "kind": table["kind"][at],
                "household": household,
                "name": names.get(household, ""),
                "home": homes.get(household, ""),
                "care": str(care.get(household, "green")),
                "role": table["role"][at],
                "old": old,
                "old_name": members.get(old, ""),
                "new": new,
                "new_name": members.get(new, ""),
                "before_m": metres["distance_before_m"][at],
                "after_m": metres["distance_after_m"][at],
                "why": spoken(table["reason"][at], lang),
                "accepted": table["accepted"][at] == "True",
            }
        )
    return told


def _load_rows(view: MapView, loads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = _named(frames.mask(view.members, Member), "member_id")
    return [{**load, "name": names.get(str(load["member_id"]), "")} for load in loads]


# --- its map


def _spots(view: MapView, places: pd.DataFrame, key: str, wanted: set[str]) -> dict[str, list[float]]:
    """Return [longitude, latitude] of people: inside their building, else their own point."""
    rows = places[places[key].isin(wanted)]
    buildings = view.level(Level.BUILDING)
    at = records.positions(rows, "building_id", buildings, "building_id")
    outlines, own = records.geometries(buildings), records.geometries(rows)
    shape = np.array([outlines[row] if row >= 0 else own[number] for number, row in enumerate(at)], dtype=object)
    found = zip(records.texts(rows, key), shapes.points(shape), strict=True)
    return {name: point for name, point in found if point is not None}


def _map(
    view: MapView, rows: list[dict[str, Any]], member_places: pd.DataFrame, lang: Lang, assets: str
) -> tuple[str, str, str]:
    """Return head, body and start script of the map; empty where the city has no shapes."""
    box = bounds_of(view)
    if box is None or not rows:
        return "", "", ""
    (south, west), (north, east) = box
    city = layers.CityMap(assets, SCRIPTS, location=[(south + north) / 2, (west + east) / 2], zoom_start=13)
    text = words.texts(lang)
    names = {"backdrop": "layer.backdrop", "paths": "layer.paths", "communities": "layer.communities",
             "moves": "plan.map"}  # fmt: skip
    drawn = [layers.DataLayer(kind, text[name]) for kind, name in names.items()]
    head, body, script = layers.assemble(city, drawn, bounds=box, missing=[])
    households = _spots(view, view.household_places, "household_id", {row["household"] for row in rows})
    members = _spots(view, member_places, "member_id", {row[side] for row in rows for side in ("old", "new")})
    lines = [
        {
            "number": row["number"],
            "at": households.get(row["household"]),
            "old": members.get(row["old"]),
            "new": members.get(row["new"]),
            "label": f"{row['number']}. {row['name']} {row['home']}",
        }
        for row in rows
    ]
    said = {key: value for key, value in text.items() if key.startswith(("zoom.", "north", "error"))}
    start = (
        f"gridmap.say({script_json(said)}, {script_json(palette.as_data())});\n"
        f'gridmap.data("moves", {script_json(lines)});\n'
        f"gridmap.start(() => {{\n{script}\n}});\n"
    )
    return head, body, start
