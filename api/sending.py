"""Send a table as a file, written as `gridmap export` writes it."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import quote

import pandas as pd
from fastapi import Depends, Query
from fastapi.responses import Response

from geodata import export
from geodata.sealed_files import SealedFiles

Purpose = Annotated[str, Query(min_length=1, max_length=200, description="what for; written into the audit log")]


@dataclass
class Wish:
    """In which form a table is to leave, and what for."""

    purpose: Purpose
    form: Annotated[Literal["csv", "geojson"], Query(alias="format")]


WishDep = Annotated[Wish, Depends()]

KINDS: dict[export.Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}


FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {KINDS["csv"]: {"schema": {"type": "string"}}, KINDS["geojson"]: {"schema": {"type": "object"}}}}
}
"""What OpenAPI is told of a route that sends such a file."""


def send(files: SealedFiles, rows: pd.DataFrame, form: export.Form, name: str) -> Response:
    """Return a table as a download; it lies in clear only while it is written."""
    with files.private() as place:
        path = place / f"table.{form}"
        export.write_table(rows, path, form)
        data = path.read_bytes()
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.{form}", "Cache-Control": "no-store"}
    return Response(data, media_type=KINDS[form], headers=headers)
