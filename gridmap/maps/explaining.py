"""The pages that answer why and what if: a household, a member, where one more person helps.

They need no script but for the box that shows a row in clear. What they show comes as JSON values with the words of
both languages (gridmap.work.asking).
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pandas as pd

from gridmap import lawful
from gridmap.maps import records, words
from gridmap.maps.pages import render
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.tables import LegalBasis

Told = Mapping[str, Any]
REFRESH_S = 2
MOST_REASON = 200
"""Characters that say why a row is to be shown in clear."""


def preparing_page(view: MapView, *, lang: Lang = "zh", assets: str = "assets") -> str:
    """Draw the page that waits for the city to be solved, and loads itself again."""
    return _draw(view, "preparing", lang, assets, refresh=REFRESH_S)


def _draw(view: MapView, page: str, lang: Lang, assets: str, **values: Any) -> str:  # noqa: ANN401  what a template shows
    return render(view, page, lang, assets, skip_to="main", skip_text="nav.skip_main", say=_say(lang), **values)


def _reveal(noun: str, name: str, lang: Lang) -> dict[str, object]:
    """Return what the box needs that shows a row in clear: where to ask, and its words."""
    said = {key: text for key, text in words.texts(lang).items() if key.startswith("reveal.")}
    return {"address": f"api/v1/{noun}s/{quote(name, safe='')}/reveal", "most": MOST_REASON,
            "spoken": json.dumps(said, ensure_ascii=False)}  # fmt: skip


def _ground(view: MapView, name: str) -> dict[str, object]:
    """Return on what ground a household is kept, and what that lacks today."""
    rows = view.households[view.households["household_id"] == name]
    if rows.empty:
        return {"basis": None, "notice_on": None, "purpose": None, "lacking": ""}
    one = rows.iloc[0]
    plain = {name: None if pd.isna(one[name]) else one[name] for name in lawful.STATED}
    told = plain["notice_on"]
    return {
        "basis": plain["legal_basis"],
        "notice_on": told and told.date().isoformat(),
        "purpose": plain["purpose"],
        "lacking": lawful.lacking(rows, view.as_of.date()).iloc[0],
    }


def _query(name: str) -> str:
    return f"id={quote(name)}"


def _say(lang: Lang) -> Any:  # noqa: ANN401  a function for the templates
    """Return what joins phrases in a language."""
    return lambda phrases: ("；" if lang == "zh" else "; ").join(str(one[lang]) for one in phrases)


def household_page(view: MapView, told: Told, suggestions: Told, *, lang: Lang = "zh", assets: str = "assets") -> str:
    """Draw a household: why each person, why nobody nearer, why empty, who else."""
    rows = records.masked_households(view)
    one = rows[rows["household_id"] == told["household_id"]]
    facts = {} if one.empty else {
        "home": records.homes(view, one)[0],
        "care": str(one["care_level"].iloc[0]),
        "state": str(one["state"].iloc[0]),
        "categories": list(one["categories"].iloc[0]),
        "in_danger": bool(one["in_danger"].iloc[0]),
    }  # fmt: skip
    name = told["household_id"]
    return _draw(view, "household", lang, assets, told=told, facts=facts, places=suggestions["places"],
                 query=_query(name), reveal=_reveal("household", name, lang), ground=_ground(view, name),
                 bases=list(LegalBasis), today=view.as_of.date().isoformat())  # fmt: skip


def member_page(view: MapView, told: Told, *, lang: Lang = "zh", assets: str = "assets") -> str:
    """Draw a member: what is lost without, the cheapest repair, who could take over."""
    return _draw(view, "member", lang, assets, told=told, loss=told["loss"], places=told["households"],
                 query=_query(told["member_id"]), reveal=_reveal("member", told["member_id"], lang))  # fmt: skip


def worth_page(view: MapView, told: Told, *, lang: Lang = "zh", assets: str = "assets") -> str:
    """Draw where one more person helps most."""
    text = words.texts(lang)
    note = text["worth.proven"] if told["proven"] else text["worth.unproven"].format(n=told["solved"])
    return _draw(view, "worth", lang, assets, told=told, note=note, query=f"level={told['level']}")
