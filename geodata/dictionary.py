"""The data dictionary, docs/tables.md, written from the nouns: `python -m geodata.dictionary docs/tables.md`."""

import datetime as dt
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from gridmap.schema import STORAGE_CRS, Column, Row, columns
from gridmap.tables import ROWS

_HEAD = f"""# The tables

Written by `make docs` from the nouns in `gridmap/tables/`; a test says when it is out of date. The same tables are kept
in SQLite and in PostGIS. Geometry is {STORAGE_CRS}, longitude and latitude; on SQLite it is WKB, with its bounding box
in `minx`, `miny`, `maxx`, `maxy`. Days and times are ISO 8601 text on SQLite, times in UTC. Lists are JSON text.
Personal columns are shown masked.
"""

_TYPES: dict[type, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    dt.date: "day",
    dt.datetime: "time (UTC)",
}


def _type(column: Column) -> str:
    if column.shapes:
        return " or ".join(column.shapes)
    words = issubclass(column.kind, StrEnum)
    name = f"[{column.kind.__name__}](#{column.kind.__name__.lower()})" if words else _TYPES[column.kind]
    return f"list of {name}" if column.many else name


def _facts(column: Column, row: type[Row]) -> str:
    field = row.model_fields[column.name]
    default = None if field.is_required() or field.default in (None, ()) else field.default
    found = [
        "key" if column.key else "",
        "required" if column.required and not column.key and field.is_required() else "",
        f"names a [{column.ref}](#{column.ref})" if column.ref else "",
        f"at least {column.ge:g}" if column.ge is not None else "",
        f"at most {column.le:g}" if column.le is not None else "",
        f"up to {column.max_length} characters" if column.max_length else "",
        f"personal ({column.personal}), encrypted" if column.personal else "encrypted" if column.sealed else "",
        f"default {_plain(default)}" if default is not None else "",
    ]
    return ", ".join(fact for fact in found if fact)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else f"`{value}`"


def _table(row: type[Row]) -> Iterator[str]:
    yield f"\n## {row.table}\n"
    yield f"{row.__doc__}\n"
    yield "| column | type | facts | meaning |"
    yield "|---|---|---|---|"
    for column in columns(row):
        yield f"| `{column.name}` | {_type(column)} | {_facts(column, row)} | {column.description or ''} |"


def _words() -> Iterator[str]:
    kinds = {column.kind for row in ROWS for column in columns(row) if issubclass(column.kind, StrEnum)}
    yield "\n# The words\n"
    yield "What a column of such a type may hold."
    for kind in sorted(kinds, key=lambda kind: kind.__name__):
        yield f"\n## {kind.__name__}\n"
        yield f"{kind.__doc__}\n"
        yield ", ".join(f"`{word}`" for word in kind)


def dictionary() -> str:
    """Return the text of docs/tables.md."""
    lines = [_HEAD.rstrip(), *(line for row in ROWS for line in _table(row)), *_words()]
    return "\n".join(lines) + "\n"


def main(path: str) -> None:
    """Write the dictionary to a file."""
    Path(path).write_text(dictionary(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
