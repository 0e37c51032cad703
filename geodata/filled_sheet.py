"""Tables that a person fills in: written for Excel or WPS, read back as these save them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.export import FORMS, write_table
from geodata.rosters import open_sheets
from geodata.targets import UnreadableError
from geodata.values import text
from gridmap.errors import InputError, Problem
from gridmap.phrases import say

CHOICE, SEEN = "选择", "状态码"


def write_fillable(names: Sequence[str], lines: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write lines as CSV or XLSX, by the ending of the path.

    Raises:
        ValueError: the ending is neither.
    """
    form = next((form for form in FORMS[:2] if path.suffix.lower() == f".{form}"), None)
    if form is None:
        raise ValueError(say("review.ending", file=path.name))
    write_table(pd.DataFrame(lines, columns=list(names), dtype=object), path, form)


def filled_rows(path: Path, ids: Sequence[str], command: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (number in the file, cells by header) of every row whose 选择 is filled in.

    `ids`: the columns that say whose row it is. `command`: what writes the table anew.

    Raises:
        InputError: the file cannot be read, or its first row lacks 选择 or one of `ids`.
    """
    try:
        cells = [[text(cell) or "" for cell in line] for line in open_sheets(path)[0].cells]
    except UnreadableError as error:
        raise InputError([Problem(path.name, None, None, error.code, error.args[0])]) from error
    except OSError as error:
        said = say("file.unreadable.rights", error=error.strerror)
        raise InputError([Problem(path.name, None, None, "file.unreadable", said)]) from error
    header = cells[0] if cells else []
    missing = [name for name in (*ids, CHOICE) if name not in header]
    if missing:
        said = say("review.column", command=command)
        raise InputError([Problem(path.name, 1, name, "column.missing", said) for name in missing])
    for number, line in enumerate(cells[1:], start=2):
        row = dict(zip(header, [*line, *[""] * (len(header) - len(line))], strict=False))
        if row[CHOICE]:
            yield number, row
