"""The pages: a coverage map, the overview, the list of gaps. Each returns its files, ready to write or to serve.

Every page is drawn once per language, side by side (map.html, map.en.html), so that it opens from disk; the data files
of the map hold no words and serve both. Nothing on a page comes from elsewhere than its own folder.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jinja2

from gridmap.maps import layers, palette, records, shapes, words
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.tables import Level

MOST_ROWS = 2000
MOST_AREAS = 300
FEW_BUILDINGS = 5000
"""Up to so many, buildings are drawn one step farther out."""
FEW_UNCERTAIN = 60
"""More rings than that hide the map; the tile and the layer switch bring them."""
TEXT_KINDS = ("category.", "care.", "role.", "member.", "accuracy.", "state.", "hazard.", "threat.", "zone.", "layer.",
              "level.", "search", "list.", "place.", "card.", "grid.", "zoom.", "partial", "error")  # fmt: skip
TEXT_NAMES = ("sentence", "households", "households.one", "in_danger", "area.all", "layers", "legend.none", "north",
              "why.more")  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A page's files by their place under the site's folder."""

    files: dict[str, str | bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Download:
    """A file that holds more than a page shows: a link, or an export, which has a form and asks what it is for."""

    href: str
    label: str
    form: str | None = None


@cache
def templates() -> jinja2.Environment:
    """Return the templates of all pages."""
    loader = jinja2.PackageLoader("gridmap.maps")
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


DATA = {"areas": records.areas, "buildings": records.buildings, "households": records.households}
FILES = {"home": "index"}
"""The pages whose file has another name."""


def link_of(lang: Lang) -> Callable[[str], str]:
    """Return what makes the file name of a page in a language."""
    ending = "html" if lang == "zh" else f"{lang}.html"
    return lambda name: f"{FILES.get(name, name)}.{ending}"


def script_json(value: object) -> str:
    """Write JSON that is safe inside a script, wherever that may stand."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _data_file(name: str, value: object) -> str:
    return f'window.gridmap?.data("{name}", {script_json(value)});\n'


def _sentence(counts: records.Counts, text: dict[str, str], as_of: str) -> str:
    total, covered = words.count(counts["total"]), words.count(counts["covered_by_person"])
    return text["sentence"].format(total=total, covered=covered, time=as_of)


def render(
    view: MapView, page: str, lang: Lang, assets: str, *, file: str | None = None, query: str = "", **values: object
) -> str:
    """Fill the template of a page; `file` names its file where that is not the page, `query` what its address adds."""
    text, as_of = dict(words.texts(lang)), words.moment(view.as_of, lang)
    counts = records.counts(view)
    return (
        templates()
        .get_template(f"{page}.html")
        .render(
            view=view,
            page=page,
            lang=lang,
            assets=assets,
            t=text,
            title=f"{page}.title",
            as_of=as_of,
            day=words.date(view.as_of, lang),
            link=link_of(lang),
            other_lang=link_of("en" if lang == "zh" else "zh")(file or page) + (f"?{query}" if query else ""),
            count=words.count,
            counts=counts,
            sentence=_sentence(counts, text, as_of),
            states=tuple(palette.STATES),
            **values,
        )
    )


def bounds_of(view: MapView) -> list[list[float]] | None:
    """Return the box of the city: [[south, west], [north, east]]."""
    levels = (Level.COMMUNITY, Level.GRID, Level.BUILDING, Level.STREET, Level.DISTRICT)
    return shapes.bounds(*(records.geometries(view.level(level)) for level in levels))


def _folium(view: MapView, lang: Lang, assets: str, bounds: list[list[float]]) -> tuple[str, str, str]:
    """Return head, body and script of the map as folium writes them."""
    (south, west), (north, east) = bounds
    city = layers.CityMap(assets, location=[(south + north) / 2, (west + east) / 2], zoom_start=13)
    text = words.texts(lang)
    few = len(view.level(Level.BUILDING)) <= FEW_BUILDINGS
    options: dict[str, dict[str, Any]] = {
        "buildings": {"minZoom": 14 if few else 15},
        "uncertain": {"show": records.counts(view)["uncertain"] <= FEW_UNCERTAIN},
    }
    kinds = ("backdrop", "paths", "grids", "buildings", "communities", "zones", "uncertain", "gaps")
    drawn = [layers.DataLayer(kind, text[f"layer.{kind}"], **options.get(kind, {})) for kind in kinds]
    return layers.assemble(city, drawn, bounds=bounds, missing=list(view.missing))


def _start_file(lang: Lang, script: str) -> str:
    """Return the page's own script: its words, its colours, and what folium wrote."""
    every = words.texts(lang)
    texts = {key: text for key, text in every.items() if key.startswith(TEXT_KINDS) or key in TEXT_NAMES}
    missing = script_json(every["error.assets"])
    return (
        "if (window.gridmap) {\n"
        f"gridmap.say({script_json(texts)}, {script_json(palette.as_data())});\n"
        f"gridmap.start(() => {{\n{script}\n}});\n"
        "} else {\n"
        '  document.body.dataset.ready = "error";\n'
        f'  document.getElementById("map-frame").textContent = {missing};\n'
        "}\n"
    )


def _map_html(view: MapView, lang: Lang, assets: str, classes: Sequence[int]) -> dict[str, str | bytes]:
    bounds, start = bounds_of(view), f"data/map.{lang}.js"
    communities = view.level(Level.COMMUNITY)
    head, body, script = _folium(view, lang, assets, bounds) if bounds else ("", "", "")
    html = render(
        view, "map", lang, assets,
        skip_to="gaps", skip_text="nav.skip",
        communities=list(zip(communities["community_id"], records.texts(communities, "name"), strict=True)),
        class_counts={number: classes.count(number) for number in range(-1, 5)},
        folium_head=head, folium_body=body, drawable=bounds is not None,
        data_files=[f"data/{name}.js" for name in DATA], start_file=start,
    )  # fmt: skip
    files: dict[str, str | bytes] = {link_of(lang)("map"): html, f"{assets}/css/palette.css": palette.as_css()}
    return {**files, start: _start_file(lang, script)} if bounds else files


def _maps(view: MapView, languages: Sequence[Lang], assets: str) -> dict[str, str | bytes]:
    """Draw the map in some languages; its data is written once."""
    data = {name: read(view) for name, read in DATA.items()}
    files: dict[str, str | bytes] = {f"data/{name}.js": _data_file(name, value) for name, value in data.items()}
    for lang in languages:
        files |= _map_html(view, lang, assets, data["areas"]["grids"]["class"])
    return files


def coverage_page(view: MapView, *, lang: Lang = "zh", assets: str = "assets") -> Page:
    """Draw the coverage map in a language; `assets` is where static/ is found from the page.

    Files: map.html (map.en.html), data/map.<lang>.js with folium's script and the words, and the data files areas,
    buildings and households, which are the same in every language.
    """
    return Page(_maps(view, (lang,), assets))


def _area_rows(view: MapView, level: str) -> list[dict[str, Any]]:
    coverage = view.area_coverage
    if coverage.empty:
        return []
    rows = coverage[coverage["level"] == level]
    columns = ("households", "with_pairing", "with_named_person", "full_team", "cover_needed", "gaps")
    table: dict[str, Sequence[Any]] = {name: records.numbers(rows, name) for name in columns}
    table |= {
        "id": records.texts(rows, "area_id"),
        "name": records.texts(rows, "name"),
        "share": records.numbers(rows, "uncovered_share", digits=4),
    }
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


def home_page(view: MapView, *, lang: Lang = "zh", assets: str = "assets", downloads: Sequence[Download] = ()) -> Page:
    """Draw the overview: the city's figures, a table per level of area, links to map, gaps and downloads."""
    levels = [
        (str(level), _area_rows(view, str(level)))
        for level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)
    ]
    html = render(
        view, "home", lang, assets,
        skip_to="main", skip_text="nav.skip_main",
        city=_area_rows(view, "city"), levels=[(level, rows) for level, rows in levels if rows],
        most=MOST_AREAS, downloads=downloads,
    )  # fmt: skip
    return Page({link_of(lang)("home"): html, f"{assets}/css/palette.css": palette.as_css()})


def figures_page(view: MapView, *, lang: Lang = "zh", assets: str = "assets") -> Page:
    """Draw the figures by area for somebody who sees nobody; a figure that is text stands as it is."""
    rows = view.area_coverage.astype(object).to_dict("records")
    levels = [(str(level), [row for row in rows if row["level"] == level]) for level in ("city", *Level)]
    html = render(
        view, "figures", lang, assets, file="home",
        skip_to="main", skip_text="nav.skip_main",
        levels=[(level, found) for level, found in levels if found],
        downloads=[Download("api/v1/coverage/export", "coverage.csv", "csv")],
    )  # fmt: skip
    return Page({link_of(lang)("home"): html, f"{assets}/css/palette.css": palette.as_css()})


def gaps_page(view: MapView, *, lang: Lang = "zh", assets: str = "assets", downloads: Sequence[Download] = ()) -> Page:
    """Draw the list of households without a named person, most urgent first, as a table that needs no script."""
    rows = records.gap_rows(view, lang)
    html = render(
        view, "gaps", lang, assets,
        skip_to="main", skip_text="nav.skip_main",
        rows=rows[:MOST_ROWS], total=len(rows), downloads=downloads,
    )  # fmt: skip
    return Page({link_of(lang)("gaps"): html, f"{assets}/css/palette.css": palette.as_css()})


def site(view: MapView, *, assets: str = "assets", downloads: Sequence[Download] = ()) -> Page:
    """Draw every page in both languages."""
    languages: tuple[Lang, ...] = ("zh", "en")
    files = _maps(view, languages, assets)
    for lang in languages:
        files |= home_page(view, lang=lang, assets=assets, downloads=downloads).files
        files |= gaps_page(view, lang=lang, assets=assets, downloads=downloads).files
    return Page(files)
