"""The queue of places as a table for Excel: written masked, filled in by a person, read back.

The column 选择 takes: 1 to 5 a candidate; 1记 (or 1A) the same and the written name is learned; 0 or 都不是 none of
them; 不是1 that one is wrong; longitude,latitude a pin. An empty cell leaves the row for another day.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.filled_sheet import CHOICE, SEEN, filled_rows, write_fillable
from gridmap.errors import InputError, Problem
from gridmap.maps.words import texts
from gridmap.phrases import say
from gridmap.tables import DecisionKind

MOST_OFFERS = 5
_ID, _TARGETS = "编号", "候选码"
_PERSON = {
    "姓名": "name",
    "地址": "address",
    "社区": "stated_community",
    "网格": "stated_grid",
    "关爱等级": "care_level",
}
_NONE = {"0", "都不是", "均不是", "none", "x", "×"}
_OFFER = re.compile(r"(不是|!)?(\d)(?:\.0)?(记|a)?")
_PIN = re.compile(r"(-?\d+(?:\.\d+)?)[,、;\s]+(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Filled:
    """A row that was filled in: where it stands, whose it is, what was chosen, and the state it was written in."""

    number: int
    person_id: str
    kind: DecisionKind
    target: str | None
    point: tuple[float, float] | None
    seen: str | None


def write_sheet(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Write rows of the queue (as api.routes.review tells them) as CSV or XLSX, by the ending of the path.

    Raises:
        ValueError: the ending is neither.
    """
    offers = [f"候选{rank}" for rank in range(1, MOST_OFFERS + 1)]
    names = [_ID, *_PERSON, "目前定到", "原因", *offers, CHOICE, _TARGETS, SEEN]
    write_fillable(names, [_line(row) for row in rows], path)


def _line(row: dict[str, Any]) -> dict[str, Any]:
    offers = row["candidates"][:MOST_OFFERS]
    told = {f"候选{one['rank']}": f"{one['label']}（{one['score']:.0%}，{one['reason']}）" for one in offers}
    said = texts("zh")
    person = {name: row.get(column) for name, column in _PERSON.items()}
    person["关爱等级"] = said.get(f"care.{person['关爱等级']}")
    place = {"目前定到": said[f"accuracy.{row['place']['accuracy']}"], "原因": row["place"]["reason"]}
    codes = {_TARGETS: " | ".join(one["target"] for one in offers), SEEN: row["seen"]}
    return {_ID: row["id"], **person, **place, **told, **codes}


def read_sheet(path: Path) -> list[Filled]:
    """Read the rows that were filled in.

    Raises:
        InputError: every cell that cannot be understood, all at once.
    """
    filled: list[Filled] = []
    problems: list[Problem] = []
    for number, row in filled_rows(path, (_ID,), "gridmap review DIR --out FILE"):
        found = _read_row(row, number, path.name)
        if isinstance(found, Filled):
            filled.append(found)
        else:
            problems.append(found)
    problems += _twice(filled, path.name)
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0))
    return filled


def _read_row(row: dict[str, str], number: int, file: str) -> Filled | Problem:
    if not row[_ID]:
        return Problem(file, number, _ID, "value.missing", say("review.no_id"))
    targets = [target.strip() for target in row.get(_TARGETS, "").split("|") if target.strip()]
    read = read_choice(row[CHOICE], targets)
    if isinstance(read, str):
        return Problem(file, number, CHOICE, "review.choice", read)
    return Filled(number, row[_ID], *read, row.get(SEEN) or None)


def read_choice(
    written: str, targets: Sequence[str]
) -> tuple[DecisionKind, str | None, tuple[float, float] | None] | str:
    """Return what a cell of 选择 says (kind, target, point), or what is wrong with it."""
    folded = unicodedata.normalize("NFKC", written).strip().lower()
    if folded in _NONE or folded == "0.0":
        return DecisionKind.NONE, None, None
    if pin := _PIN.fullmatch(folded):
        lon, lat = float(pin[1]), float(pin[2])
        if abs(lat) > 90 or abs(lon) > 180:
            return say("review.choice.earth", written=written)
        return DecisionKind.PIN, None, (lon, lat)
    offer = _OFFER.fullmatch(folded)
    if offer is None or (offer[1] and offer[3]):
        return say("review.choice", written=written)
    if not 1 <= int(offer[2]) <= len(targets):
        return say("review.choice.count", written=written, count=len(targets))
    kind = DecisionKind.REJECT if offer[1] else DecisionKind.ALIAS if offer[3] else DecisionKind.ACCEPT
    return kind, targets[int(offer[2]) - 1], None


def _twice(filled: Sequence[Filled], file: str) -> list[Problem]:
    first: dict[str, int] = {}
    found = []
    for row in filled:
        if row.person_id in first:
            said = say("review.twice", first=first[row.person_id])
            found.append(Problem(file, row.number, _ID, "key.duplicate", said))
        first.setdefault(row.person_id, row.number)
    return found
