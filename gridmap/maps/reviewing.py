"""The page on which a person reviews where people are; its rows come from /api/v1/review, one at a time."""

import json
from typing import Any

from gridmap.maps import layers, palette, records, words
from gridmap.maps.pages import FEW_BUILDINGS, Page, bounds_of, link_of, render, script_json
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.tables import Level

SCRIPTS = ("core", "shapes", "ground", "buildings", "outlines", "candidates")
AREA_LEVELS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY)
SPOKEN = ("review.", "accuracy.", "care.")


def _spoken(lang: Lang) -> str:
    """Return the words that the page's script says, as JSON for an attribute."""
    return json.dumps({k: text for k, text in words.texts(lang).items() if k.startswith(SPOKEN)}, ensure_ascii=False)


def review_page(view: MapView, *, lang: Lang = "zh", assets: str = "assets") -> Page:
    """Draw the page with its filters and the map; the script asks for the first row."""
    areas = [
        (str(level), list(zip(records.texts(rows, f"{level}_id"), records.texts(rows, "name"), strict=True)))
        for level in AREA_LEVELS
        if len(rows := view.level(level))
    ]
    head, body, start = _map(view, lang, assets)
    start_file = f"review.{lang}.js"
    html = render(
        view, "review", lang, assets,
        skip_to="card", skip_text="nav.skip_main", areas=areas, spoken=_spoken(lang),
        folium_head=head, folium_body=body, start_file=start_file, drawable=bool(start),
    )  # fmt: skip
    return Page({link_of(lang)("review"): html, start_file: start})


def _map(view: MapView, lang: Lang, assets: str) -> tuple[str, str, str]:
    """Return head, body and start script of the map; empty where the city has no shapes."""
    box = bounds_of(view)
    if box is None:
        return "", "", ""
    (south, west), (north, east) = box
    city = layers.CityMap(assets, SCRIPTS, location=[(south + north) / 2, (west + east) / 2], zoom_start=13)
    text = words.texts(lang)
    few = len(view.level(Level.BUILDING)) <= FEW_BUILDINGS
    kinds: dict[str, dict[str, Any]] = {
        "backdrop": {},
        "paths": {},
        "communities": {},
        "buildings": {"minZoom": 14 if few else 15},
    }
    drawn = [layers.DataLayer(kind, text[f"layer.{kind}"], **options) for kind, options in kinds.items()]
    head, body, script = layers.assemble(city, drawn, bounds=box, missing=[])
    said = {key: value for key, value in text.items() if key.startswith(("zoom.", "north", "error"))}
    start = (
        f"gridmap.say({script_json(said)}, {script_json(palette.as_data())});\ngridmap.start(() => {{\n{script}\n}});\n"
    )
    return head, body, start
