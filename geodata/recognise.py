"""Say what a file is, how surely and why: which ledger its headers are those of, or which level its polygons are."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geodata import headers
from geodata.layers import Ask, layer_names, read_layer
from geodata.rosters import Sheet, find_header, open_sheets, unique_names
from geodata.targets import UnreadableError
from geodata.values import text
from gridmap.errors import InputError, Problem
from gridmap.phrases import say
from gridmap.schema import Row
from gridmap.tables import AREA_ROWS, Building, Grid, HazardSite, Household, ImportKind, Level, Member

LEDGERS: dict[ImportKind, type[Row]] = {
    ImportKind.HOUSEHOLDS: Household,
    ImportKind.MEMBERS: Member,
    ImportKind.GRID_WORKERS: Grid,
    ImportKind.BUILDINGS: Building,
    ImportKind.HAZARDS: HazardSite,
}
TABLES = (".xlsx", ".csv", ".txt")
_WORDS: dict[ImportKind, str] = {
    ImportKind.HOUSEHOLDS: "特殊群体|困难群众|老人|老年|残疾|低保|关爱|household",
    ImportKind.MEMBERS: "党员|报到|下沉|志愿者|member",
    ImportKind.GRID_WORKERS: "网格员|网格化",
    ImportKind.BUILDINGS: "楼栋|房屋|building",
    ImportKind.HAZARDS: "隐患|地质灾害|地灾|hazard",
}
_LEVEL_WORDS = {
    Level.DISTRICT: "区县|县区|district|county",
    Level.STREET: "街道|乡镇|street|town",
    Level.GRID: "网格|grid",
    Level.COMPOUND: "小区|compound",
    Level.BUILDING: "楼栋|建筑|房屋|building",
    Level.COMMUNITY: "社区|村|communit|neighbo",
}
_SURE, _LIKELY = 0.8, 0.62


@dataclass(frozen=True)
class Guess:
    """What a file is taken for, with a share of certainty (0 to 1), the runner-up, and the headers that say so."""

    kind: ImportKind
    level: Level | None
    certainty: float
    why: tuple[str, ...]
    second: ImportKind | None
    headers: tuple[str, ...]
    rows: int

    @property
    def word(self) -> str:
        """Return how sure the guess is: sure, likely or unsure."""
        return "sure" if self.certainty >= _SURE else "likely" if self.certainty >= _LIKELY else "unsure"


def row_of(kind: ImportKind, level: Level | str | None) -> type[Row]:
    """Return the noun of a kind of file; polygons need their level.

    Raises:
        InputError: polygons without a level.
    """
    if kind is not ImportKind.POLYGONS:
        return LEDGERS[kind]
    if not level:
        said = say("level.missing")
        raise InputError([Problem("request", None, "level", "level.missing", said)])
    return AREA_ROWS[Level(level)]


def _weights(names: Sequence[str]) -> dict[ImportKind, dict[str, float]]:
    """Return the headers that each ledger knows, lighter the more ledgers know them."""
    known: dict[ImportKind, set[str]] = {}
    for kind, row in LEDGERS.items():
        passed = headers.unkept(row)
        known[kind] = {
            name for name in names if name and (headers.score([name], row) or headers.normalise(name) in passed)
        }
    counts = {name: sum(name in found for found in known.values()) for name in names}
    return {kind: {name: 1 / counts[name] ** 2 for name in found} for kind, found in known.items()}


def recognise_ledger(sheets: Sequence[Sheet], file: str) -> Guess:
    """Return the ledger whose own headers the first sheet with a table has most of."""
    best: tuple[float, Guess] | None = None
    for page in sheets:
        guess, weight = _guess(page, f"{file} {page.name or ''}")
        if best is None or weight > best[0]:
            best = (weight, guess)
    if best is None:
        raise InputError([Problem(file, None, None, "file.empty", say("upload.rows"))])
    return best[1]


def _guess(page: Sheet, called: str) -> tuple[Guess, float]:
    names: dict[ImportKind, tuple[int, list[str]]] = {}
    scores: dict[ImportKind, float] = {}
    telling: dict[ImportKind, list[str]] = {}
    for kind, row in LEDGERS.items():
        top, levels, found = find_header(page.cells, row)
        title = "".join(text(cell) or "" for line in page.cells[:top] for cell in line)
        weighed = _weights(list(dict.fromkeys(found)))[kind]
        worded = bool(re.search(_WORDS[kind], f"{called} {title}", re.IGNORECASE))
        names[kind] = (top + levels, unique_names(found))
        scores[kind] = sum(weighed.values()) + (1.5 if worded else 0.0)
        telling[kind] = sorted(weighed, key=lambda name: -weighed[name])[:8]
    order = sorted(scores, key=lambda kind: -scores[kind])
    first, second = order[0], order[1]
    total = scores[first] + scores[second]
    certainty = scores[first] / total * (1 - math.exp(-scores[first])) if total else 0.0
    below, found = names[first]
    guess = Guess(first, None, round(certainty, 2), tuple(telling[first]), second if scores[second] else None,
                  tuple(found), max(0, len(page.cells) - below))  # fmt: skip
    return guess, scores[first]


def recognise_layer(path: Path, file: str) -> Guess:
    """Return the level of area that a layer's name and columns speak of, judged by the size of its shapes otherwise."""
    name = next(iter(layer_names(path)), None)
    layer = read_layer(path, Ask(layer=name))
    columns = tuple(str(column) for column in layer.data.columns)
    areas = np.isin(shapely.get_type_id(layer.shapes), (3, 6))
    if not areas.any():
        hazards = headers.score(columns, HazardSite)
        certainty = 0.85 if hazards >= 3 else 0.4
        return Guess(ImportKind.HAZARDS, None, certainty, columns[:8], None, columns, len(layer.data))
    called = f"{file} {name or ''} {' '.join(columns)}"
    words = {level: re.findall(pattern, called, re.IGNORECASE) for level, pattern in _LEVEL_WORDS.items()}
    level = max(words, key=lambda one: len(words[one]))
    why = tuple(dict.fromkeys(words[level]))
    certainty = 0.85 if re.search(_LEVEL_WORDS[level], file, re.IGNORECASE) else 0.65 if why else 0.3
    return Guess(ImportKind.POLYGONS, level, certainty, why, None, columns, len(layer.data))


def recognise(path: Path, file: str) -> Guess:
    """Say what a file is.

    Raises:
        InputError: it cannot be read, with what to do.
    """
    try:
        if Path(file).suffix.lower() in TABLES:
            return recognise_ledger(open_sheets(path), file)
        return recognise_layer(path, file)
    except UnreadableError as error:
        raise InputError([Problem(file, None, None, error.code, error.args[0])]) from error
