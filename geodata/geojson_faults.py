"""Say exactly what is wrong with a GeoJSON text (RFC 7946), where readers only fail or silently skip.

Rows are features, counted from 1. A fault with severity error makes a feature unusable; a warning is mended on loading;
a note costs nothing.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata import encodings
from gridmap.errors import Severity
from gridmap.phrases import say

_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True)
class Fault:
    """One fault: the feature (None: the whole text), a code, words, and how much it matters."""

    row: int | None
    code: str
    message: str
    severity: Severity = Severity.ERROR


Said = Iterator[tuple[str, str, Severity]]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _positions(value: Any, depth: int) -> Iterator[Any]:  # noqa: ANN401  JSON
    """Yield the positions of nested coordinates; what is no list where one must be is yielded as it is."""
    if depth == 0:
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _positions(part, depth - 1)
    else:
        yield value


def _is_position(value: object) -> bool:
    return isinstance(value, list) and len(value) >= 2 and all(_is_number(part) for part in value)


def _anticlockwise(ring: list[list[float]]) -> bool:
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    return area > 0


def _rings(polygon: list[Any]) -> Said:
    for at, ring in enumerate(polygon):
        if len(ring) < 3 or (len(ring) == 3 and ring[0] == ring[-1]):
            yield "geojson.short_ring", say("geojson.short_ring"), _ERROR
        elif ring[0] != ring[-1]:
            yield (
                "geojson.unclosed_ring",
                say("geojson.unclosed_ring"),
                _WARNING,
            )
        elif len(ring) < 4:
            yield "geojson.short_ring", say("geojson.short_ring"), _ERROR
        elif _anticlockwise(ring) != (at == 0):
            yield (
                "geojson.ring_order",
                say("geojson.ring_order"),
                _NOTE,
            )


def _coordinates(kind: str, value: Any) -> Said:  # noqa: ANN401  JSON
    depth = _DEPTH[kind]
    if value == [] or (depth and not isinstance(value, list)):
        yield "geojson.coordinates", say("geojson.coordinates.none", kind=kind), _ERROR
        return
    wrong = [position for position in _positions(value, depth) if not _is_position(position)]
    if wrong:
        shown = json.dumps(wrong[0])[:40]
        yield (
            "geojson.coordinates",
            say("geojson.coordinates.position", shown=shown, kind=kind),
            _ERROR,
        )
        return
    lines = [value] if kind == "LineString" else value if kind == "MultiLineString" else []
    if any(len(line) < 2 for line in lines):
        yield "geojson.short_line", say("geojson.short_line"), _ERROR
    for polygon in [value] if kind == "Polygon" else value if kind == "MultiPolygon" else []:
        yield from _rings(polygon)


def _geometry(value: Any) -> Said:  # noqa: ANN401  JSON
    if value is None:
        yield "geojson.null_geometry", say("geojson.null_geometry"), _WARNING
        return
    if not isinstance(value, dict):
        yield "geojson.geometry", say("geojson.geometry.no_object"), _ERROR
        return
    kind = value.get("type")
    if kind == "GeometryCollection":
        parts = value.get("geometries")
        if not isinstance(parts, list) or not parts:
            yield "geojson.geometry", say("geojson.geometry.empty"), _ERROR
        for part in parts if isinstance(parts, list) else []:
            yield from _geometry(part)
        if isinstance(parts, list) and len(parts) == 1:
            yield "geojson.single_collection", say("geojson.single_collection"), _NOTE
    elif not isinstance(kind, str) or kind not in _DEPTH:
        yield "geojson.type", say("geojson.type.geometry", kind=kind), _ERROR
    elif "coordinates" not in value:
        yield "geojson.coordinates", say("geojson.coordinates.missing", kind=kind), _ERROR
    else:
        yield from _coordinates(kind, value["coordinates"])
    yield from _members(value, {"geometry", "properties", "features"})


def _members(value: dict[str, Any], foreign: set[str]) -> Said:
    mixed = sorted(foreign & set(value))
    if mixed:
        yield "geojson.members", say("geojson.members", names=mixed), _WARNING
    box = value.get("bbox")
    if box is not None and not (isinstance(box, list) and all(_is_number(part) for part in box)):
        yield "geojson.bbox", say("geojson.bbox"), _WARNING


def _feature(value: Any) -> Said:  # noqa: ANN401  JSON
    if not isinstance(value, dict) or value.get("type") != "Feature":
        kind = value.get("type") if isinstance(value, dict) else value
        yield "geojson.type", say("geojson.type", kind=kind), _ERROR
        return
    if "geometry" not in value:
        yield "geojson.geometry", say("geojson.geometry.missing"), _ERROR
    else:
        yield from _geometry(value["geometry"])
    properties = value.get("properties")
    if properties is not None and not isinstance(properties, dict):
        yield "geojson.properties", say("geojson.properties"), _WARNING
    if not isinstance(value.get("id", ""), str | int | float):
        yield "geojson.id", say("geojson.id"), _WARNING
    yield from _members(value, {"coordinates", "geometries", "features"})


def _root(value: Any) -> Iterator[Fault]:  # noqa: ANN401  JSON
    if not isinstance(value, dict):
        yield Fault(None, "geojson.root", say("geojson.root", shown=json.dumps(value)[:40]))
        return
    kind = value.get("type")
    if kind == "FeatureCollection":
        features = value.get("features")
        if not isinstance(features, list):
            yield Fault(None, "geojson.features", say("geojson.features.none"))
            return
        if not features:
            yield Fault(None, "geojson.features", say("geojson.features"), _WARNING)
        for row, feature in enumerate(features, start=1):
            for code, said, severity in _feature(feature):
                yield Fault(row, code, said, severity)
    else:
        for code, said, severity in _feature(value) if kind == "Feature" else _geometry(value):
            yield Fault(1, code, said, severity)


class _Doubled:
    """Remember the member names that one JSON object has twice."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        self.names |= {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
        return dict(pairs)


def faults(text: str) -> list[Fault]:
    """Return everything that is wrong with a GeoJSON text; a text that is no JSON has one fault with its line."""
    doubled = _Doubled()
    try:
        value = json.loads(text, object_pairs_hook=doubled)
    except json.JSONDecodeError as error:
        said = say("geojson.syntax", line=error.lineno, column=error.colno, error=error.msg.lower())
        return [Fault(None, "geojson.syntax", said)]
    except RecursionError:
        return [Fault(None, "geojson.syntax", say("geojson.syntax.deep"))]
    found = list(_root(value))
    if doubled.names:
        names = sorted(doubled.names)
        found.insert(0, Fault(None, "geojson.doubled_member", say("geojson.doubled_member", names=names)))
    if re.search(r"\.\d{10}", text):
        found.append(Fault(None, "geojson.precision", say("geojson.precision"), _NOTE))
    return found


LIMIT_BYTES = 20_000_000
"""Larger files are left to the reader: looking at every coordinate here would take longer than loading them."""


def faults_of(path: Path) -> list[Fault]:
    """Return the faults of a GeoJSON file; none for other formats, large files and unknown encodings."""
    if path.suffix.lower() not in (".geojson", ".json") or path.stat().st_size > LIMIT_BYTES:
        return []
    try:
        text, _ = encodings.decode(path.read_bytes())
    except encodings.UnknownEncodingError:
        return []
    return [] if '"Topology"' in text[:300] else faults(text)
