"""The pages of imports: the form with the history, and one import from its columns to its report."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridmap.errors import Severity
from gridmap.maps import records, words
from gridmap.maps.pages import Page, link_of, render
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.mixup import SWAPPED
from gridmap.snapshots import state_of
from gridmap.tables import Import, ImportKind, ImportStatus, LegalBasis, Level

COUNTS = ("added", "changed", "unchanged", "removed", "refused", "joined")
SHOWN = 200
"""So many problems are listed on the page."""
ASKED = "points.unclear"
"""What has to be answered before a file is brought in."""
DOUBTED = (ASKED, "points.shifted", "points.mixed", "points.contradicted")
"""What was found of coordinates that only a person can settle."""
SPOKEN = ("imp.working", "imp.sent", "imp.apply_ask", "imp.undo_ask", "imp.error", "imp.cancelled")


@dataclass(frozen=True)
class Offered:
    """A header of the file, what it may feed, and how that was found out."""

    header: str
    ours: str | None
    how: str


@dataclass(frozen=True)
class Choices:
    """What a person may choose for an import: of each header, of all columns, of what its coordinates are."""

    columns: Sequence[Offered]
    targets: Sequence[str]
    readings: Sequence[str]


def page_of(import_id: str) -> str:
    """Return the name of the page of an import."""
    return f"import-{import_id}"


def _spoken(lang: Lang) -> str:
    text = words.texts(lang)
    names = [*SPOKEN, *(key for key in text if key.startswith(("imp.error.", "imp.step.")))]
    return json.dumps({name.removeprefix("imp."): text[name] for name in names}, ensure_ascii=False)


def imports_page(view: MapView, kept: Sequence[Import], *, lang: Lang = "zh", assets: str = "assets") -> Page:
    """Draw the form for a new import and the history, the newest first."""
    html = render(
        view, "imports", lang, assets,
        skip_to="main", skip_text="nav.skip_main", spoken=_spoken(lang),
        rows=[_history_row(found, view, lang) for found in kept],
    )  # fmt: skip
    return Page({link_of(lang)("imports"): html})


def _history_row(found: Import, view: MapView, lang: Lang) -> dict[str, object]:
    return {
        "id": found.import_id,
        "href": link_of(lang)(page_of(found.import_id)),
        "file": found.file,
        "sender": found.sender,
        "kind": str(found.kind),
        "status": str(found.status),
        "made": words.moment(found.made_at.astimezone(view.as_of.tzinfo), lang),
        "by": found.made_by,
        "counts": json.loads(found.report).get("counts", {}),
    }


def import_page(view: MapView, found: Import, choices: Choices, *, lang: Lang = "zh", assets: str = "assets") -> Page:
    """Draw one import: its columns while it is open, what it would do or has done, and what comes next."""
    text, report, columns = words.texts(lang), json.loads(found.report), json.loads(found.columns)
    communities = view.level(Level.COMMUNITY)
    problems = [_problem_row(problem, lang) for problem in report.get("problems", [])]
    html = render(
        view, "import", lang, assets, file=page_of(found.import_id),
        skip_to="main", skip_text="nav.skip_main", spoken=_spoken(lang), found=found, state=state_of(found),
        open=found.status in (ImportStatus.DRAFT, ImportStatus.READY),
        guess=_guess(json.loads(found.guess), text), remembered=json.loads(found.guess).get("remembered", False),
        kinds=[str(kind) for kind in ImportKind], levels=[str(level) for level in Level],
        columns=[_column_row(one, columns, text) for one in choices.columns],
        targets=sorted(((ours, text.get(f"col.{ours}", ours)) for ours in choices.targets), key=lambda pair: pair[1]),
        points=_points(choices.readings, found, text) if {"_lon", "_lat"} <= set(columns.values()) else (),
        asked=any(one["code"] == ASKED and one["severity"] == Severity.ERROR for one in problems),
        points_open=found.points is None and any(one["code"] in DOUBTED for one in problems),
        communities=list(zip(records.texts(communities, "community_id"), records.texts(communities, "name"),
                             strict=True)),
        tally=report.get("counts"), tiles=COUNTS, problems=problems[:SHOWN], more=len(problems) > SHOWN, shown=SHOWN,
        changed=_named(report.get("changed", {}), "col.", text), located=_located(report.get("located", {}), text),
        bases=list(LegalBasis), city_ground=_city_ground(view, text),
        unread=[one.header for one in choices.columns if one.header not in columns],
    )  # fmt: skip
    return Page({link_of(lang)(page_of(found.import_id)): html})


def _city_ground(view: MapView, text: Mapping[str, str]) -> str:
    """Say what holds for rows that state no ground, unless something else is chosen here."""
    if view.lawful is None:
        return text["imp.ground_none"]
    basis, day = text[f"ground.{view.lawful.basis}"], view.lawful.notice_on.isoformat()
    told = text["ground.told"].format(basis=basis, day=day, purpose=view.lawful.purpose)
    return text["imp.ground_city"].format(told=told)


def _points(readings: Sequence[str], found: Import, text: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Return (value, label, chosen) of each way in which the coordinates of a ledger may be read."""
    if found.kind not in (ImportKind.HOUSEHOLDS, ImportKind.MEMBERS):
        return []
    chosen = found.points or readings[0]
    known = [*readings, *([] if chosen in readings else [chosen])]
    return [(one, _reading(one, text), one == chosen) for one in known]


def _reading(value: str, text: Mapping[str, str]) -> str:
    name, swapped = value.removesuffix(SWAPPED), value.endswith(SWAPPED)
    label = text.get(f"imp.points.{name}") or text["imp.points.metres"].format(crs=name)
    return text["imp.points.swapped"].format(reading=label) if swapped else label


def _problem_row(problem: dict[str, Any], lang: Lang) -> dict[str, Any]:
    """Return a problem as it is told in a language."""
    return {**problem, "told": (problem.get("message_zh") if lang == "zh" else None) or problem["message"]}


def _guess(guess: Mapping[str, Any], text: Mapping[str, str]) -> str:
    kind = text[f"imp.kind.{guess['kind']}"] + (f"（{text['level.' + guess['level']]}）" if guess.get("level") else "")
    said = text["imp.guess"].format(
        kind=kind,
        sure=text[f"imp.sure.{guess['word']}"],
        percent=round(guess["certainty"] * 100),
        why="、".join(guess["why"]) or "—",
    )
    return f"{said} {text['imp.second'].format(kind=text['imp.kind.' + guess['second']])}" if guess["second"] else said


def _column_row(one: Offered, columns: Mapping[str, str], text: Mapping[str, str]) -> dict[str, str]:
    ours = columns.get(one.header, "")
    how = "remembered" if ours and ours != one.ours else one.how
    near = one.ours if one.how == "fuzzy" and not ours else None
    label = text[f"imp.how.{how}"].format(ours=text.get(f"col.{near}", near or ""))
    return {"header": one.header, "ours": ours, "how": how, "label": label, "near": near or ""}


def _named(counts: Mapping[str, int], prefix: str, text: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(text.get(f"{prefix}{name}", name), number) for name, number in counts.items()]


def _located(counts: Mapping[str, int], text: Mapping[str, str]) -> list[tuple[str, int]]:
    names = {name: "imp.located.review" if name == "review" else f"accuracy.{name}" for name in counts}
    return [(text[names[name]], number) for name, number in counts.items() if number]
