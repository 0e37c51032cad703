"""Fill the columns of a noun from the columns of a file: names, templates, the city's words, parsers and limits.

A cell that cannot be read is left empty with a warning; a telephone or identity number that looks wrong is kept and
warned of; one that Excel has damaged stops the build.
"""

import difflib
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from geodata import values
from geodata.findings import Findings
from gridmap import frames
from gridmap.errors import Problem, Severity
from gridmap.phrases import say
from gridmap.schema import Column, Row, columns, keys

_FIELD = re.compile(r"\{([^{}]+)\}")
KEPT_WHEN_DOUBTFUL = {"phone", "id_no"}


@dataclass(frozen=True, eq=False)
class Raw:
    """Rows as they came: a file's label, its columns, the number of each row, and shapes in storage degrees."""

    file: str
    data: pd.DataFrame
    numbers: np.ndarray
    shapes: np.ndarray | None = None
    broken: np.ndarray | None = None


def fields(expression: str) -> list[str]:
    """Return the columns that a column name or a template needs."""
    return _FIELD.findall(expression) or [expression]


def missing_fields(expression: str, names: Sequence[str]) -> list[str]:
    """Return the columns of an expression that the file has not; a column may itself be called {so}."""
    return [] if expression in names else [name for name in fields(expression) if name not in names]


def near(name: str, names: Sequence[str]) -> str:
    """Suggest the column that was meant."""
    found = difflib.get_close_matches(name, names, n=1)
    return say("near.one", name=found[0]) if found else say("near.all", names=list(map(str, names[:30])))


def evaluate(expression: str, data: pd.DataFrame) -> pd.Series:
    """Return the cells of a column, or of a template as text; a template without any value is missing."""
    if expression in data.columns:
        return data[expression].reset_index(drop=True)
    parts = _FIELD.split(expression)
    if len(parts) == 1:
        return pd.Series([None] * len(data), dtype=object)
    built = pd.Series([""] * len(data), dtype="str")
    some = np.zeros(len(data), dtype=bool)
    for at, part in enumerate(parts):
        if at % 2:
            cells = as_text(data[part].reset_index(drop=True))
            some |= cells.notna().to_numpy()
            built = built + cells.fillna("")
        else:
            built = built + part
    tidy = built.str.replace(r"\s+", " ", regex=True).str.strip()
    return tidy.where(pd.Series(some), None)


def as_text(cells: pd.Series) -> pd.Series:
    """Return cells as stripped text (dtype str), blanks missing."""
    if isinstance(cells.dtype, pd.StringDtype):
        plain = cells.str.strip()
        return plain.where(plain != "", np.nan)
    if pd.api.types.is_integer_dtype(cells.dtype):
        return cells.astype("str") if not cells.isna().any() else cells.astype("string").astype("str")
    return pd.Series(values.texts(cells.astype(object).to_numpy()), index=cells.index, dtype=object).astype("str")


def _worded(words: Mapping[str, str], parse: Callable[[object], Any]) -> Callable[[object], Any]:
    """Put the city's own words before a parser."""
    folded = {values.fold(word): ours for word, ours in words.items()}

    def read(cell: object) -> Any:  # noqa: ANN401
        written = values.text(cell)
        return parse(folded.get(values.fold(written), cell) if written is not None else cell)

    return read


class PartlyReadError(ValueError):
    """Some members of a list could not be read; `rest` holds those that could."""

    def __init__(self, message: str, rest: tuple[Any, ...]) -> None:
        super().__init__(message)
        self.rest = rest


def _many(parse: Callable[[object], Any]) -> Callable[[object], Any]:
    """Parse every part of a cell that lists several things."""

    def read(cell: object) -> tuple[Any, ...]:
        good, wrong, said = [], [], ""
        for part in _whole_or_parts(cell, parse):
            try:
                value = parse(part)
            except ValueError as error:
                wrong.append(part)
                said = str(error)
            else:
                good += [value] if value is not None and value not in good else []
        if wrong:
            raise PartlyReadError(say("value.parts", parts="、".join(wrong), said=said), tuple(good))
        return tuple(good)

    return read


def _whole_or_parts(cell: object, parse: Callable[[object], Any]) -> Sequence[str]:
    """Return the cell as one part if that can be read, else its parts; blanks divide only as a last resort."""
    parts = values.several(cell)
    if len(parts) != 1 or " " not in parts[0]:
        return parts
    try:
        parse(parts[0])
    except ValueError:
        return parts[0].split()
    return parts


def parser(column: Column, words: Mapping[str, str]) -> Callable[[object], Any]:
    """Return the function that reads a cell of a column."""
    if column.name in values.SPECIAL:
        parse = values.SPECIAL[column.name]
    elif issubclass(column.kind, StrEnum):
        parse = values.one_of(column.kind)
    else:
        parse = values.PARSERS[column.kind]
    worded = _worded(words, parse) if words else parse
    return _many(worded) if column.many else worded


def _limit(column: Column, value: Any) -> str | None:  # noqa: ANN401
    """Say in which way a value breaks the limits of its column."""
    if value is None or isinstance(value, tuple):
        return None
    if column.ge is not None and value < column.ge:
        return say("value.below", limit=column.ge)
    if column.le is not None and value > column.le:
        return say("value.above", limit=column.le)
    if column.max_length is not None and len(value) > column.max_length:
        return say("value.longer", limit=column.max_length)
    return None


def _read_cell(column: Column, parse: Callable[[object], Any], cell: object) -> tuple[Any, Problem | None]:
    """Return (value, what is wrong); the problem has no row yet."""
    said, code, severity = None, f"value.{column.name}", Severity.WARNING
    value: Any = () if column.many else None
    try:
        value = parse(cell)
        said = _limit(column, value)
        value = None if said and not column.key else value
    except values.DamagedByExcelError as error:
        said, code, severity = str(error), "id.damaged_by_excel", Severity.ERROR
    except PartlyReadError as error:
        value, said = error.rest, str(error)
    except ValueError as error:
        value = values.text(cell) if column.name in KEPT_WHEN_DOUBTFUL else value
        said = str(error)
    if said is None:
        return value, None
    phrase = "value" if severity is Severity.ERROR or value else "value.left_empty"
    message = say(phrase, value=frames.show(values.text(cell), column), said=said)
    return value, Problem("", None, column.name, code, message, severity)


def read_column(raw: Raw, column: Column, cells: pd.Series, words: Mapping[str, str], findings: Findings) -> pd.Series:
    """Return the values of one column (n rows, object or str); each distinct cell is parsed once."""
    if column.kind is str and not column.many and not words and column.name not in values.SPECIAL:
        return _read_text(raw, column, as_text(cells), findings)
    codes, distinct = _distinct(cells)
    read = _read_distinct(column, distinct, words)
    _tell(raw, column, codes, [problem for _, problem in read], findings)
    table = np.empty(len(read), dtype=object)
    for code, (value, _) in enumerate(read):
        table[code] = value
    return pd.Series(table[codes], dtype=object)


def _distinct(cells: pd.Series) -> tuple[np.ndarray, list[object]]:
    """Return the distinct cells and the place of each cell among them; 1, 1.0 and true are three."""
    found: dict[object, int] = {}
    codes = [found.setdefault((cell.__class__, cell), len(found)) for cell in cells.astype(object).to_numpy()]
    return np.array(codes, dtype=np.int64), [cell for _, cell in found]


def _read_distinct(
    column: Column, cells: Sequence[object], words: Mapping[str, str]
) -> list[tuple[Any, Problem | None]]:
    """Return (value, what is wrong) of each cell; those that stand as they are kept need no parser."""
    parse, settled = parser(column, words), values.SETTLED.get(column.name)
    if settled is None or words:
        return [_read_cell(column, parse, cell) for cell in cells]
    stands = settled([cell if isinstance(cell, str) else "" for cell in cells]).tolist()
    return [
        (cell, None) if stand else _read_cell(column, parse, cell) for cell, stand in zip(cells, stands, strict=True)
    ]


def _tell(raw: Raw, column: Column, codes: np.ndarray, problems: Sequence[Problem | None], findings: Findings) -> None:
    """Tell of each distinct cell in which rows it stands."""
    if not any(problems):
        return
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(problems) + 1))
    for code, problem in enumerate(problems):
        if problem:
            keep = findings.error if problem.severity is Severity.ERROR else findings.warn
            numbers = raw.numbers[order[ends[code] : ends[code + 1]]]
            findings.rows(keep, raw.file, problem.code, numbers, problem.message, column=column.name)


def _read_text(raw: Raw, column: Column, texts: pd.Series, findings: Findings) -> pd.Series:
    if column.max_length is not None and not column.key:
        long = (texts.str.len() > column.max_length).to_numpy(dtype=bool)
        said = say("value.longer.left_empty", limit=column.max_length)
        findings.rows(findings.warn, raw.file, f"value.{column.name}", raw.numbers[long], said, column=column.name)
        texts = texts.where(~pd.Series(long), np.nan)
    return texts


@dataclass(frozen=True)
class Plan:
    """Which expression feeds which of our columns (or parts), and which columns of the file are not used."""

    feeds: dict[str, str]
    words: Mapping[str, Mapping[str, str]]
    unused: tuple[str, ...] = ()


def read_columns(raw: Raw, row: type[Row], plan: Plan, findings: Findings) -> pd.DataFrame:
    """Return the columns of the noun that the plan feeds, and the parts (leading underscore) as text."""
    known = {column.name: column for column in columns(row)}
    read: dict[str, pd.Series] = {}
    for ours, expression in plan.feeds.items():
        cells = evaluate(expression, raw.data)
        if ours in known:
            read[ours] = read_column(raw, known[ours], cells, plan.words.get(ours, {}), findings)
        else:
            read[ours] = as_text(cells)
    return pd.DataFrame(read, index=pd.RangeIndex(len(raw.data)))


_EXPONENT = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})")


def _whole_id(written: str) -> tuple[str, str | None]:
    """Return (id, 'repaired' or 'damaged') of an id that a spreadsheet wrote as a number."""
    found = _EXPONENT.fullmatch(written)
    if found:
        decimals, power = found.group(2) or "", int(found.group(3))
        exact = len(decimals) == power
        return (found.group(1) + decimals, "repaired") if exact else (written, "damaged")
    if re.fullmatch(r"\d+\.0", written):
        return written[:-2], "repaired"
    if re.fullmatch(r"\d{15}0{3,}", written):
        return written, "damaged"
    return written, None


def mended_ids(texts: pd.Series, raw: Raw, key: str, findings: Findings) -> pd.Series:
    """Return ids as text, those that a spreadsheet wrote as numbers repaired, or say which are damaged."""
    doubtful = texts[texts.str.fullmatch(r"[\d.]+[eE]\+?\d+|\d+\.0|\d{15}0{3,}").fillna(False).astype(bool)]
    for at, written in doubtful.items():
        texts.loc[at], state = _whole_id(written)
        keep = findings.error if state == "damaged" else findings.warn
        said = (say("id.damaged_by_excel.id", written=written) if state == "damaged"
                else say("id.repaired_by_excel", written=written, read=texts.loc[at]))  # fmt: skip
        keep(raw.file, f"id.{state}_by_excel", said, row=int(raw.numbers[at]), column=key)
    return texts


def fill_ids(ids: pd.Series, raw: Raw, row: type[Row], findings: Findings, *, number: bool) -> pd.Series:
    """Return ids that are present and single within the file, or say which are not.

    With `number` a missing id becomes the row's number and the second "x" becomes "x~2"; else both stop the build.
    """
    key = keys(row)[0]
    texts = mended_ids(as_text(ids), raw, key, findings)
    missing = texts.isna().to_numpy()
    twice = texts.duplicated(keep="first").to_numpy() & ~missing
    keep = findings.warn if number else findings.error
    remedy = say("remedy.numbered" if number else "remedy.number_it")
    at_twice = np.flatnonzero(twice)
    findings.rows(keep, raw.file, "id.missing", raw.numbers[missing], say("id.missing", remedy=remedy), column=key)
    findings.rows(keep, raw.file, "id.duplicate", raw.numbers[twice],
                  lambda at: say("id.duplicate", id=texts.iloc[at_twice[at]], remedy=remedy), column=key)  # fmt: skip
    return _numbered(texts, missing | twice, raw, row) if number else texts


def _numbered(texts: pd.Series, open_: np.ndarray, raw: Raw, row: type[Row]) -> pd.Series:
    """Give the marked rows ids that nobody has: the row's number where there is none, else ~2, ~3, ..."""
    taken = set(texts.dropna())
    result = texts.astype(object)
    for at in np.flatnonzero(open_):
        plain = f"{row.table}-{raw.numbers[at]}" if pd.isna(texts.iloc[at]) else str(texts.iloc[at])
        turns = (f"{plain}~{turn}" for turn in itertools.count(2))
        name = next(name for name in itertools.chain([plain], turns) if name not in taken)
        taken.add(name)
        result.iloc[at] = name
    return result.astype("str")
