"""The pages of field staff, made for a phone: the sites of an area, and one site with its form.

They show what the bundle holds (`gridmap.work.bundle`), so that page and phone never differ.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from gridmap.maps import palette, placemap, records, words
from gridmap.maps.pages import link_of, script_json, templates
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.tables import Level, Sign, SiteState

Bundle = Mapping[str, Any]
Text = Mapping[str, str]
SCRIPT_WORDS = ("field.", "form.", "site_state.", "call.", "why.")


def _until(site: Bundle, view: MapView, lang: Lang) -> str:
    """Write until when a site is to be checked: the day, and the hour where a warning counts in hours."""
    when = dt.datetime.fromisoformat(site["due_at"]).astimezone(view.as_of.tzinfo)
    if any(one["hours"] for one in site["warnings"]):
        return words.moment(when, lang)
    return f"{when.month}月{when.day}日" if lang == "zh" else f"{when.day} {when:%B}"


def _due(site: Bundle, view: MapView, lang: Lang) -> str:
    text = words.texts(lang)
    if site["due_at"] is None:
        return text["field.never"]
    if not site["overdue"]:
        return text["field.due"].format(day=_until(site, view, lang))
    return text["field.late"].format(n=site["days_over"]) if site["days_over"] else text["field.late_today"]


def _kind(site: Bundle, text: Text) -> str:
    return text.get(f"hazard.{site['kind']}") or site["declared_as"] or site["kind"]


def _shown(site: Bundle, view: MapView, lang: Lang) -> dict[str, Any]:
    """Return a site of the bundle with the words that stand for its codes."""
    text = words.texts(lang)
    looks = [
        {
            **item,
            "when": words.moment(dt.datetime.fromisoformat(item["observed_at"]).astimezone(view.as_of.tzinfo), lang),
        }
        for item in site["inspections"]
    ]
    return {**site, "due": _due(site, view, lang), "kind_word": _kind(site, text), "inspections": looks}


def _warning(one: Bundle, text: Text) -> str:
    """Write a warning: its level, who published it for which areas, and what it asks for."""
    facts = [text["warning.by"].format(source=one["source"])] if one["source"] else []
    about = text["warning.comma"].join([*facts, *one["area_names"]])
    asked = text[f"warning.asks.{one['level']}"].format(n=one["hours"])
    inside = text["warning.about"].format(about=about) if about else ""
    return text["warning"].format(level=text[f"warning.level.{one['level']}"], about=inside, asked=asked)


def _warnings(found: Sequence[Bundle], text: Text) -> list[dict[str, str]]:
    return [{"level": one["level"], "said": _warning(one, text)} for one in found]


def _render(view: MapView, page: str, lang: Lang, query: Mapping[str, str], **values: object) -> str:
    text = words.texts(lang)
    given = urlencode({name: value for name, value in query.items() if value})
    other = link_of("en" if lang == "zh" else "zh")(page)
    return (
        templates()
        .get_template(f"{page}.html")
        .render(
            view=view, page=page, lang=lang, assets="assets", t=text, title=f"{page}.title",
            as_of=words.moment(view.as_of, lang), link=link_of(lang), count=words.count,
            other_lang=f"{other}?{given}" if given else other, skip_to="main", skip_text="nav.skip_main", **values,
        )
    )  # fmt: skip


def _data(lang: Lang, **more: object) -> str:
    """Return what the page's modules read: words and facts."""
    said = {key: text for key, text in words.texts(lang).items() if key.startswith(SCRIPT_WORDS)}
    return script_json({"words": said, **more})


def _areas(view: MapView) -> list[tuple[str, str]]:
    rows = view.level(Level.COMMUNITY)
    return list(zip(records.texts(rows, "community_id"), records.texts(rows, "name"), strict=True))


def sites_page(view: MapView, bundle: Bundle, *, lang: Lang = "zh") -> str:
    """Draw the list of an area's sites in the order of the bundle, overdue and most dangerous first."""
    area = bundle["area"]
    areas = _areas(view)
    if area["area_id"] and area["area_id"] not in dict(areas):
        areas.append((area["area_id"], area["name"]))
    return _render(
        view, "field", lang, {"area": area["area_id"]},
        area=area, areas=areas, sites=[_shown(site, view, lang) for site in bundle["sites"]],
        late=sum(site["overdue"] for site in bundle["sites"]),
        warnings=_warnings(bundle["warnings"], words.texts(lang)), data=_data(lang),
    )  # fmt: skip


def _last_measures(inspections: Sequence[Bundle]) -> list[dict[str, Any]]:
    """Return the newest value of everything that was ever measured here, as the form shows it."""
    newest: dict[str, dict[str, Any]] = {}
    for item in reversed(inspections):
        newest |= {name: {"name": name, **measure} for name, measure in item["measures"].items()}
    return sorted(newest.values(), key=lambda measure: measure["name"])


def site_page(view: MapView, bundle: Bundle, hazard_id: str, *, lang: Lang = "zh") -> str | None:
    """Draw a site with map, last inspections, people to call and the form; None when the bundle has no such site."""
    found = next((site for site in bundle["sites"] if site["hazard_id"] == hazard_id), None)
    if found is None:
        return None
    measures = _last_measures(found["inspections"])
    facts = {"hazard_id": hazard_id, "point": found["point"], "zones": [zone["geometry"] for zone in found["zones"]],
             "base": found["last_inspection_id"], "far_m": bundle["rules"]["far_m"]}  # fmt: skip
    return _render(
        view, "site", lang, {"site": hazard_id, "area": bundle["area"]["area_id"]},
        site=_shown(found, view, lang), area=bundle["area"], picture=placemap.draw(view, hazard_id),
        measures=measures, form_states=tuple(map(str, SiteState)), form_signs=tuple(map(str, Sign)),
        ink=palette.INK, warnings=_warnings(found["warnings"], words.texts(lang)), data=_data(lang, site=facts),
    )  # fmt: skip
