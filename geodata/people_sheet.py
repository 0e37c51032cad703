"""The pairs of rows that may be one person as a table for Excel: written masked, filled in by a person, read back.

The column 选择 takes: 甲 or 乙 one person, and which of the two rows speaks for both; 是 the same, keeping the row that
is proposed; 不是 two people. An empty cell leaves the pair for another day.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.filled_sheet import CHOICE, SEEN, filled_rows, write_fillable
from gridmap.errors import InputError, Problem
from gridmap.maps.words import texts
from gridmap.phrases import say
from gridmap.tables import MergeKind

_SIDES = ("甲", "乙")
_IDS = tuple(f"编号{side}" for side in _SIDES)
_KEEP = "建议保留"
_FACTS = {"姓名": "name", "身份证号": "id_no", "电话": "phone", "地址": "address", "社区": "stated_community",
          "现有包保": "pairings"}  # fmt: skip
_FIRST, _SECOND = {"甲", "a", "1"}, {"乙", "b", "2"}
_SAME, _APART = {"是", "同一人", "y", "√"}, {"不是", "否", "两人", "n", "0", "x", "×"}


@dataclass(frozen=True)
class FilledPair:
    """A pair that was judged: where it stands, which row speaks for both, and the state it was written in."""

    number: int
    kept_id: str
    merged_id: str
    kind: MergeKind
    seen: str | None


def write_pairs(pairs: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write pairs (as api.doubles tells them) as CSV or XLSX, by the ending of the path.

    Raises:
        ValueError: the ending is neither.
    """
    facts = [f"{name}{side}" for name in _FACTS for side in _SIDES]
    names = [*_IDS, "为什么", *facts, "不同之处", _KEEP, CHOICE, SEEN]
    write_fillable(names, [_line(pair) for pair in pairs], path)


def _line(pair: Mapping[str, Any]) -> dict[str, Any]:
    said, rows = texts("zh"), dict(zip(_SIDES, pair["rows"], strict=True))
    line: dict[str, Any] = {f"编号{side}": row["id"] for side, row in rows.items()}
    line |= {f"{name}{side}": row.get(fact) for name, fact in _FACTS.items() for side, row in rows.items()}
    return line | {
        "为什么": "；".join(said[f"people.sign.{sign}"] for sign in pair["signs"]),
        "不同之处": "、".join(said.get(f"people.fact.{name}", name) for name in pair["differs"]),
        _KEEP: next(side for side, row in rows.items() if row["id"] == pair["keep_id"]),
        SEEN: pair["seen"],
    }


def read_pairs(path: Path) -> list[FilledPair]:
    """Read the pairs that were judged.

    Raises:
        InputError: every cell that cannot be understood, all at once.
    """
    read = [
        _read_row(row, number, path.name)
        for number, row in filled_rows(path, _IDS, "gridmap people sheet DIR --out FILE")
    ]
    problems = [found for found in read if isinstance(found, Problem)]
    filled = [found for found in read if isinstance(found, FilledPair)]
    first: dict[frozenset[str], int] = {}
    for pair in filled:
        before = first.setdefault(frozenset((pair.kept_id, pair.merged_id)), pair.number)
        if before != pair.number:
            said = say("review.twice", first=before)
            problems.append(Problem(path.name, pair.number, _IDS[0], "key.duplicate", said))
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0))
    return filled


def _read_row(row: Mapping[str, str], number: int, file: str) -> FilledPair | Problem:
    first, second = (row[name] for name in _IDS)
    if not (first and second):
        return Problem(file, number, _IDS[0 if not first else 1], "value.missing", say("review.no_id"))
    written = unicodedata.normalize("NFKC", row[CHOICE]).strip().lower().removesuffix(".0")
    if written in _SAME:
        written = row.get(_KEEP, "").strip()
    kind = MergeKind.DIFFERENT if written in _APART else MergeKind.SAME
    if kind is MergeKind.SAME and written not in _FIRST | _SECOND:
        return Problem(file, number, CHOICE, "merge.choice", say("merge.choice", written=row[CHOICE]))
    kept, merged = (second, first) if written in _SECOND else (first, second)
    return FilledPair(number, kept, merged, kind, row.get(SEEN) or None)
