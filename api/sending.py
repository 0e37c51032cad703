"""Send a table as a file, written as `gridmap export` writes it."""

from typing import Any
from urllib.parse import quote

import pandas as pd
from fastapi.responses import Response

from geodata.export import Form, write_table
from geodata.sealed_files import SealedFiles

KINDS: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}


FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {KINDS["csv"]: {"schema": {"type": "string"}}, KINDS["geojson"]: {"schema": {"type": "object"}}}}
}
"""What OpenAPI is told of a route that sends such a file."""


def send(files: SealedFiles, rows: pd.DataFrame, form: Form, name: str) -> Response:
    """Return a table as a download; it lies in clear only while it is written."""
    with files.private() as place:
        path = place / f"table.{form}"
        write_table(rows, path, form)
        data = path.read_bytes()
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.{form}", "Cache-Control": "no-store"}
    return Response(data, media_type=KINDS[form], headers=headers)
