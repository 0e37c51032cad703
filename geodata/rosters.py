"""Read a table as a person sees it: CSV or XLSX, with titles above the header, notes under it and totals below.

A row is numbered as the sender's program shows it. Left out, and said: title rows, a row of notes under the header
(必填, 格式:YYYYMMDD), totals (合计), lines of the form (填报单位: ...). 同上 repeats the cell above.
"""

import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import python_calamine

from geodata import encodings, headers
from geodata.findings import Findings
from geodata.targets import UnreadableError
from geodata.values import text
from gridmap.phrases import say
from gridmap.schema import Row

TABLE_SUFFIXES = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"}
_HEADER_ROWS = 15
_TOTAL = re.compile(r"(合计|总计|小计|共计|总数|total):?", re.IGNORECASE)
_FORM_LINE = re.compile(
    r"填报单位|填报人|填表人|填表日期|填报日期|制表|审核|负责人签字|备注:|注:|说明:|单位\(?(盖章|公章)"
)
_NOTE = re.compile(r"必填|选填|请填|填写|格式|示例|例如|例:|yyyy|下拉|不填", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_SAME = {"同上", "〃", '"', "″", "''"}

Cells = list[list[Any]]


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it came: cells by header (n rows), the number of each row, and the encoding of its text."""

    data: pd.DataFrame
    numbers: np.ndarray
    encoding: str
    sheet: str | None
    titles: int


def _csv_cells(path: Path, declared: str | None) -> tuple[Cells, str]:
    try:
        content, encoding = encodings.decode(path.read_bytes(), declared)
    except encodings.UnknownEncodingError as error:
        raise UnreadableError("encoding.unknown", str(error)) from error
    first = content[:20_000]
    lines = [line for line in first.splitlines() if line.strip()][:30]
    counts = {mark: sum(line.count(mark) for line in lines) for mark in ",\t;|"}
    mark = max(counts, key=lambda name: counts[name])
    try:
        return list(csv.reader(io.StringIO(content, newline=""), delimiter=mark)), encoding
    except csv.Error as error:
        raise UnreadableError("file.unreadable", say("file.unreadable.csv", error=str(error))) from error


def _merged(cells: Cells, ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None, top: int) -> None:
    """Fill merged cells below the header with the value of their first cell, in place."""
    for (row, column), (last_row, last_column) in ranges or ():
        for at in range(max(row, top), min(last_row + 1, len(cells))):
            for across in range(column, min(last_column + 1, len(cells[at]))):
                cells[at][across] = cells[row][column]


def _open_book(path: Path) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except Exception as error:  # calamine raises a class of its own per format, some of them not exported
        raise UnreadableError("file.unreadable", say("file.unreadable.workbook", error=str(error))) from error


def _spread(upper: Sequence[Any], lower: Sequence[Any]) -> list[str]:
    """Repeat the cells of the upper header over the blank cells to their right that have a lower header."""
    spread: list[str] = []
    for above, below in zip(upper, lower, strict=True):
        written = text(above) or ""
        spread.append(written or (spread[-1] if spread and text(below) else ""))
    return spread


def _two_levels(upper: Sequence[Any], lower: Sequence[Any], row: type[Row]) -> list[str]:
    """Join two header rows: 监护人 over 姓名 is 监护人姓名; 现住址 over 小区 is 小区."""
    joined = []
    for above, below in zip(_spread(upper, lower), lower, strict=True):
        small = text(below) or ""
        both = f"{above}{small}"
        joined.append(both if headers.score([both], row) or not headers.score([small], row) else small)
    return joined


def find_header(cells: Cells, row: type[Row], named: Sequence[str] = ()) -> tuple[int, int, list[str]]:
    """Return (first header row, number of header rows, headers): the row with most names that we know."""
    width = max((len(line) for line in cells), default=0)
    padded = [[*line, *[None] * (width - len(line))] for line in cells[: _HEADER_ROWS + 1]]
    scores = [headers.score(line, row, named=named) for line in padded]
    filled = [at for at, line in enumerate(padded) if any(text(cell) for cell in line)]
    best = max(filled, key=lambda at: (scores[at], -at)) if any(scores) else (filled[0] if filled else 0)
    single = [text(cell) or "" for cell in padded[best]] if padded else []
    for upper in (best - 1, best):
        if 0 <= upper < len(padded) - 1:
            joined = _two_levels(padded[upper], padded[upper + 1], row)
            gained = headers.score(joined, row, named=named) - max(scores[upper], scores[upper + 1])
            if gained >= 1 and scores[upper] >= 1 and sum(map(bool, joined)) > sum(map(bool, single)) - 1:
                return upper, 2, joined
    return best, 1, single


def unique_names(names: Sequence[str]) -> list[str]:
    """Name blank headers and give repeated ones a number, so that every column can be told apart."""
    seen: dict[str, int] = {}
    result = []
    for at, name in enumerate(names):
        plain = name or f"column {at + 1}"
        seen[plain] = seen.get(plain, 0) + 1
        result.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return result


def _bare(written: str) -> str:
    """Return a text without blanks and full-width forms, for comparing."""
    return (
        written if written.isascii() and written.isalnum() else _BLANKS.sub("", unicodedata.normalize("NFKC", written))
    )


def _is_note(line: Sequence[Any]) -> bool:
    written = [_bare(value) for cell in line if (value := text(cell))]
    marked = sum(bool(_NOTE.search(value)) for value in written)
    return marked >= 1 and marked * 3 >= len(written)


def _kind(line: Sequence[Any], *, first: bool) -> str:
    """Say what a row under the header is: data, blank, note, total or form line."""
    few = max(3, len(line) // 3)
    # whether a line is full of cells is seen in its first ones
    written = list(itertools.islice((value for cell in line if (value := text(cell))), few + 1))
    if not written:
        return "blank"
    start = _bare(written[0])
    second = _bare(written[1]) if 1 < len(written) < 4 else ""
    if _TOTAL.fullmatch(start) or _TOTAL.fullmatch(second):
        return "total"
    if len(written) <= few and _FORM_LINE.match(start):
        return "form"
    return "note" if first and _is_note(line) else "data"


def _repeat(cells: list[Any]) -> list[Any]:
    """Return the cells of a column, 同上 replaced by the cell above."""
    if not _SAME.isdisjoint(cell.strip() for cell in cells[1:] if isinstance(cell, str)):
        for at in range(1, len(cells)):
            if isinstance(cells[at], str) and cells[at].strip() in _SAME:
                cells[at] = cells[at - 1]
    return cells


_LEFT_OUT = {"note": "table.notes_row", "total": "table.total_row", "form": "table.form_row"}


def _body(cells: Cells, top: int, names: list[str], file: str, findings: Findings) -> tuple[pd.DataFrame, np.ndarray]:
    kept: Cells = []
    numbers = []
    for at in range(top, len(cells)):
        line = cells[at]
        if len(line) != len(names):
            line = [*line, *[None] * (len(names) - len(line))][: len(names)]
        kind = _kind(line, first=not kept)
        if kind == "data":
            kept.append(line)
            numbers.append(at + 1)
        elif kind != "blank":
            findings.note(file, _LEFT_OUT[kind], say(_LEFT_OUT[kind]), row=at + 1)
    turned = [list(cells) for cells in zip(*kept, strict=True)] or [[] for _ in names]
    columns = {name: pd.Series(_repeat(cells), dtype=object) for name, cells in zip(names, turned, strict=True)}
    return pd.DataFrame(columns), np.array(numbers, dtype=np.int64)


def _table(cells: Cells, row: type[Row], named: Sequence[str], file: str, findings: Findings, **facts: Any) -> Table:  # noqa: ANN401
    top, levels, names = find_header(cells, row, named)
    _merged(cells, facts.pop("merged", None), top + levels)
    titles = sum(any(text(cell) for cell in line) for line in cells[:top])
    if titles:
        findings.note(file, "table.title_rows", say("table.title_rows", count=titles))
    data, numbers = _body(cells, top + levels, unique_names(names), file, findings)
    return Table(data=data, numbers=numbers, titles=titles, **facts)


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet as it came: its cells, the ranges of merged ones, and the encoding of its text; a CSV file is one."""

    name: str | None
    cells: Cells
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None
    encoding: str


def open_sheets(path: Path, *, sheet: str | None = None, encoding: str | None = None) -> list[Sheet]:
    """Return every sheet of a file, or the one that is named.

    Raises:
        UnreadableError: no table, unknown encoding, or no such sheet.
    """
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        cells, used = _csv_cells(path, encoding)
        if not any(any(text(cell) for cell in line) for line in cells):
            raise UnreadableError("file.empty", say("file.empty"))
        return [Sheet(None, cells, None, used)]
    book = _open_book(path)
    if sheet and sheet not in book.sheet_names:
        raise UnreadableError("sheet.unknown", say("sheet.unknown", sheet=sheet, names=book.sheet_names))
    found = []
    for name in [sheet] if sheet else book.sheet_names:
        page = book.get_sheet_by_name(name)
        merged = getattr(page, "merged_cell_ranges", None)
        found.append(Sheet(name, page.to_python(skip_empty_area=False), merged, "utf-8"))
    return found


def tables_in(
    sheets: Sequence[Sheet], file: str, row: type[Row], findings: Findings, *, named: Sequence[str] = ()
) -> list[tuple[str, Table]]:
    """Return (label, table) of every sheet that holds rows of the noun.

    Raises:
        UnreadableError: there is no sheet with headers that we know.
    """
    found = []
    skipped = []
    for page in sheets:
        label = file if len(sheets) == 1 else f"{file}[{page.name}]"
        best = max((headers.score(line, row, named=named) for line in page.cells[:_HEADER_ROWS]), default=0)
        if best < 2 and len(sheets) > 1:
            skipped.append(str(page.name))
            continue
        facts = {"encoding": page.encoding, "sheet": page.name, "merged": page.merged}
        found.append((label, _table(page.cells, row, named, label, findings, **facts)))
    if skipped:
        findings.note(file, "sheet.skipped", say("sheet.skipped", names=skipped))
    if not found:
        raise UnreadableError("sheet.none", say("sheet.none"))
    return found


def read_tables(
    path: Path, row: type[Row], findings: Findings, *, sheet: str | None = None, encoding: str | None = None,
    named: Sequence[str] = (),
) -> list[tuple[str, Table]]:  # fmt: skip
    """Return (label, table) of every sheet that holds rows of the noun; a CSV file is one sheet.

    Raises:
        UnreadableError: no table, unknown encoding, no such sheet, or no sheet with rows.
    """
    return tables_in(open_sheets(path, sheet=sheet, encoding=encoding), path.name, row, findings, named=named)
