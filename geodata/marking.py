"""The sheet that was sent, with the problems of each row written beside it, for the sender to mend and send again."""

import io
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill

from geodata.export import harmless
from geodata.rosters import open_sheets
from gridmap.errors import Problem, Severity

HEADINGS = {"zh": "问题（导入时发现，改好后可删此列）", "en": "Problems (found when bringing in; delete this column)"}
_FILLS = {Severity.ERROR: "F8D7C8", Severity.WARNING: "FFF3C4"}
_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "i"}

_HEADER_ROWS = 20

_ByRow = dict[str, dict[int, list[Problem]]]


def _by_row(problems: Sequence[Problem]) -> _ByRow:
    found: _ByRow = {}
    for problem in problems:
        if problem.row is not None and problem.severity is not Severity.NOTE:
            found.setdefault(problem.file, {}).setdefault(problem.row, []).append(problem)
    return found


def _written(problem: Problem, lang: str) -> str:
    said = problem.message_zh if lang == "zh" and problem.message_zh else problem.message
    return f"{_MARKS[problem.severity]} {problem.column or ''} {said}".replace("  ", " ")


def _header_row(sheet: Any, headers: Collection[str]) -> int:  # noqa: ANN401  openpyxl has no types
    """Return the row that holds most of the headers."""
    lines = list(sheet.iter_rows(min_row=1, max_row=_HEADER_ROWS, values_only=True))
    wanted = {str(header).strip() for header in headers}
    scores = [sum(str(cell).strip() in wanted for cell in line if cell is not None) for line in lines]
    return scores.index(max(scores)) + 1 if scores else 1


def _mark(sheet: Any, rows: Mapping[int, list[Problem]], headers: Collection[str], lang: str) -> None:  # noqa: ANN401
    column = sheet.max_column + 1
    head = sheet.cell(row=_header_row(sheet, headers), column=column, value=HEADINGS[lang])
    head.font = Font(bold=True)
    for row, problems in rows.items():
        cell = sheet.cell(row=row, column=column)
        text = ILLEGAL_CHARACTERS_RE.sub("", "\n".join(_written(problem, lang) for problem in problems))
        cell.value, cell.data_type = text, "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        worst = Severity.ERROR if any(one.severity is Severity.ERROR for one in problems) else Severity.WARNING
        cell.fill = PatternFill("solid", fgColor=_FILLS[worst])
    sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = 60


def _copied(path: Path) -> Any:  # noqa: ANN401
    """Return a workbook with the cells of a text table, nothing in it run as a formula."""
    book = openpyxl.Workbook()
    for line in open_sheets(path)[0].cells:
        book.active.append([ILLEGAL_CHARACTERS_RE.sub("", str(harmless(cell))) for cell in line])
    return book


def marked_sheet(
    path: Path, file: str, problems: Sequence[Problem], *, headers: Collection[str], lang: str = "zh"
) -> bytes:
    """Return the sheet as XLSX with a column of problems; formats and other sheets of an XLSX stay.

    The values are those that the sender has sent, in clear. A layer has no sheet: its problems are listed by feature.
    """
    found = _by_row(problems)
    suffix = Path(file).suffix.lower()
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        for name in book.sheetnames:
            label = file if file in found and len(book.sheetnames) == 1 else f"{file}[{name}]"
            if rows := found.get(label):
                _mark(book[name], rows, headers, lang)
    elif suffix in (".csv", ".txt"):
        book = _copied(path)
        _mark(book.active, found.get(file, {}), headers, lang)
    else:
        book = openpyxl.Workbook()
        book.active.append(["#", HEADINGS[lang]])
        for number, row in sorted(found.get(file, {}).items()):
            book.active.append([number, "\n".join(_written(problem, lang) for problem in row)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
