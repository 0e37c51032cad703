"""The grid manager's morning page: what `gridmap.work.morning` found, a click away from the map or the row."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from gridmap.maps import records, words
from gridmap.maps.pages import render
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.tables import Level

Morning = Mapping[str, Any]
MOST_LINES = 100
"""So many lines of a section are shown; the rest is counted, and the gap list and the map hold it."""


def _day(day: str, lang: Lang) -> str:
    when = dt.date.fromisoformat(day)
    return f"{when.month}月{when.day}日" if lang == "zh" else f"{when.day} {when:%B}"


def _leave(line: Morning, lang: Lang) -> str:
    text = words.texts(lang)
    first, last = line["leave_from"], line["leave_to"]
    key = f"today.{'from' if first else 'unknown'}_{'to' if last else 'open'}"
    return text[key].format(day=first and _day(first, lang), end=last and _day(last, lang))


def _due(site: Morning, lang: Lang) -> str:
    text = words.texts(lang)
    if site["due_at"] is None:
        return text["field.never"]
    return text["field.late"].format(n=site["days_over"]) if site["days_over"] else text["field.late_today"]


def _fields(line: Morning, lang: Lang) -> str:
    """Name what is different on a household or member; a move says that itself."""
    text = words.texts(lang)
    names = dict.fromkeys(text[f"today.field.{name}"] for name in line.get("fields", ())
                          if f"today.field.{name}" in text)  # fmt: skip
    return ("、" if lang == "zh" else ", ").join(names) if line["kind"] == "changed" else ""


def _chooser(view: MapView) -> list[dict[str, Any]]:
    """Return the communities with their grids, and the grids of no community under an empty name."""
    communities, grids = view.level(Level.COMMUNITY), view.level(Level.GRID)
    ids = records.texts(communities, "community_id")
    under: dict[str, list[tuple[str, str]]] = {each: [] for each in ids}
    facts = zip(*(records.texts(grids, name) for name in ("community_id", "grid_id", "name")), strict=True)
    for community, grid, name in facts:
        under.setdefault(community if community in under else "", []).append((grid, name))
    names = dict(zip(ids, records.texts(communities, "name"), strict=True))
    return [{"id": each, "name": names.get(each, ""), "grids": found} for each, found in under.items()]


def _heading(told: Morning, text: Mapping[str, str]) -> str:
    areas = told["areas"]
    if not areas:
        return text["today.areas_all"]
    first = str(areas[0]["name"])
    return first if len(areas) == 1 else text["today.areas_some"].format(name=first, n=len(areas))


def today_page(view: MapView, told: Morning, *, lang: Lang = "zh", assets: str = "assets") -> str:
    """Draw the morning of some areas."""
    text = words.texts(lang)
    query = urlencode({"area": [area["area_id"] for area in told["areas"]], "since": [told["since"]]}, doseq=True)
    leaves = [{**line, "when": _leave(line, lang)} for line in told["leaves"]]
    overdue = [
        {**site, "due": _due(site, lang),
         "kind_word": text.get(f"hazard.{site['kind']}") or site["declared_as"] or site["kind"]}
        for site in told["overdue"]
    ]  # fmt: skip
    return render(
        view, "today", lang, assets,
        skip_to="main", skip_text="nav.skip_main", query=query,
        told=told, figures=told["figures"], heading=_heading(told, text),
        chosen={area["area_id"] for area in told["areas"]}, chooser=_chooser(view),
        since=_day(told["since"], lang), most=MOST_LINES,
        changes=[{**line, "what": _fields(line, lang)} for line in told["changes"]],
        gaps=told["gaps"], leaves=leaves, away={line["member_id"] for line in leaves[:MOST_LINES]}, overdue=overdue,
        grounds=told["grounds"],
    )  # fmt: skip
