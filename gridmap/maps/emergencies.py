"""The page of emergencies: ask, confirm, show names and doors, end, review."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from gridmap.maps import records, words
from gridmap.maps.pages import render
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.tables import Level

LEVELS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)


def emergency_page(
    view: MapView, told: Sequence[Mapping[str, Any]], *, may: bool, lang: Lang = "zh", assets: str = "assets"
) -> str:
    """Draw the emergencies that concern whoever looks, the newest first; `may` says whether they may ask for one."""
    areas = [
        (str(level), area_id, name or area_id)
        for level in LEVELS
        for area_id, name in zip(
            records.texts(view.level(level), f"{level}_id"), records.texts(view.level(level), "name"), strict=True
        )
    ]
    named = {(level, area_id): name for level, area_id, name in areas}
    rows = [
        {**one, "area": named.get((one["level"], one["area_id"]), one["area_id"]), "until": _until(one, view, lang)}
        for one in told
    ]
    return render(
        view, "emergency", lang, assets, skip_to="main", skip_text="nav.skip_main", rows=rows, areas=areas, may=may
    )  # fmt: skip


def _until(one: Mapping[str, Any], view: MapView, lang: Lang) -> str:
    until = one["until_at"]
    return words.moment(dt.datetime.fromisoformat(until).astimezone(view.as_of.tzinfo), lang) if until else ""
