"""Write the city down: GeoJSON layers, CSV ledgers with Chinese headers, CITY.toml and a README.

Bytes depend on the seed alone: coordinates have seven decimals (a centimetre), rows a fixed order, files no date.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.sample.plan import CENTRE, CITY_NAME, METRIC_CRS

DECIMALS = 7
Row = dict[str, Any]


class Mapper:
    """Turn metres from the corner of the frame into degrees."""

    def __init__(self, width_m: float, height_m: float) -> None:
        self._to_degrees = pyproj.Transformer.from_crs(METRIC_CRS, "EPSG:4326", always_xy=True)
        east, north = pyproj.Transformer.from_crs("EPSG:4326", METRIC_CRS, always_xy=True).transform(*CENTRE)
        self._corner = np.array([round(east) - round(width_m / 2), round(north) - round(height_m / 2)], dtype=float)

    def degrees(self, places: np.ndarray) -> np.ndarray:
        """Return longitude, latitude of places in metres, rounded to a centimetre."""
        lon, lat = self._to_degrees.transform(*(places + self._corner).T)
        return np.round(np.column_stack([lon, lat]), DECIMALS)

    def shapes(self, shapes: Iterable[BaseGeometry]) -> np.ndarray:
        """Return shapes in degrees, transformed at once."""
        return shapely.transform(np.array(list(shapes), dtype=object), self.degrees)


def union(shapes: np.ndarray, parts: list[np.ndarray]) -> list[BaseGeometry]:
    """Join shapes that share their corners exactly, so that the parts of every level share them too."""
    return [shapely.coverage_union_all(shapes[part]) for part in parts]


def _plain(value: object) -> object:
    if isinstance(value, np.integer | np.floating):
        return value.item()
    return value.isoformat() if isinstance(value, dt.date) else value


def write_layer(path: Path, rows: list[Row], shapes: Iterable[BaseGeometry]) -> None:
    """Write a GeoJSON layer, a feature a line."""
    texts = shapely.to_geojson(np.array(list(shapes), dtype=object))
    head = json.dumps({"type": "FeatureCollection", "name": path.stem, "description": f"{CITY_NAME}：全部内容均为虚构"},
                      ensure_ascii=False)  # fmt: skip
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(head[:-1] + ', "features": [\n')
        for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
            facts = json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False)
            comma = "" if number == len(rows) - 1 else ","
            file.write(f'{{"type": "Feature", "properties": {facts}, "geometry": {text}}}{comma}\n')
        file.write("]}\n")


def _cell(value: object, words: dict[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "、".join(words.get(item, item) for item in value)
    return words.get(str(value), str(_plain(value)))


def write_ledger(path: Path, headers: dict[str, str], rows: list[Row], *, encoding: str,
                 words: dict[str, dict[str, str]] | None = None) -> None:  # fmt: skip
    """Write a CSV ledger: `headers` names the column of each key, `words` the words for its values."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headers.values())
    for row in rows:
        writer.writerow(_cell(row.get(key), (words or {}).get(key, {})) for key in headers)
    path.write_bytes(buffer.getvalue().encode(encoding))
