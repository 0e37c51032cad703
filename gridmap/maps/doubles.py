"""The page on which two rows that may be one person stand side by side; its pairs come from /api/v1/people."""

import json

from gridmap.maps import records, words
from gridmap.maps.pages import Page, link_of, render
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.tables import Level

SPOKEN = ("people.", "accuracy.", "care.", "category.", "role.")


def people_page(view: MapView, *, lang: Lang = "zh", assets: str = "assets") -> Page:
    """Draw the page with its choice of ledger; the script asks for the first pair."""
    said = {key: text for key, text in words.texts(lang).items() if key.startswith(SPOKEN)}
    communities = view.level(Level.COMMUNITY)
    named = dict(zip(records.texts(communities, "community_id"), records.texts(communities, "name"), strict=True))
    html = render(
        view, "people", lang, assets, skip_to="card", skip_text="nav.skip_main",
        spoken=json.dumps(said, ensure_ascii=False), communities=json.dumps(named, ensure_ascii=False),
    )  # fmt: skip
    return Page({link_of(lang)("people"): html})
