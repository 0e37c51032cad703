"""Read one source of CITY.toml into rows of one noun: find the file, match its columns, place and mend its shapes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata import headers, placing
from geodata.city import (
    AreaSource,
    HazardSource,
    PathSource,
    RegisterSource,
    RosterSource,
    Source,
    ZoneSource,
    resolve,
)
from geodata.columns import Plan, Raw, fields, fill_ids, missing_fields, near, read_columns
from geodata.findings import Findings
from geodata.geojson_faults import faults_of
from geodata.layers import Ask, read_layer
from geodata.repair import Family, Place, mend
from geodata.rosters import TABLE_SUFFIXES, read_tables
from geodata.tables_sql import select_rows
from geodata.targets import UnreadableError
from gridmap.errors import Problem
from gridmap.phrases import say
from gridmap.schema import Row, columns, geometry_column, keys


@dataclass(frozen=True, eq=False)
class Piece:
    """Rows of one noun from one file, in our columns (and parts with a leading underscore)."""

    frame: pd.DataFrame
    file: str
    numbers: np.ndarray


@dataclass(eq=False)
class Reading:
    """What reading needs beside the source: where CITY.toml is, what was found so far, roughly where the city is."""

    city_file: Path
    findings: Findings
    facts: list[dict[str, Any]]
    near: tuple[float, float] | None = None


_OGR_FAMILY = {"area": "Polygon", "line": "LineString", "point": "Point", "any": "Polygon"}


def given(source: Source, row: type[Row]) -> dict[str, str]:
    """Return the columns that the city itself names: our column (or part) = expression."""
    feeds = {"lon": "_lon", "lat": "_lat"}
    chosen = {feeds.get(ours, ours): expression for ours, expression in source.columns.items()}
    named: dict[str, str | None] = {keys(row)[0]: source.id}
    if isinstance(source, AreaSource):
        named |= {"name": source.name, "_parent": source.parent}
    elif isinstance(source, RosterSource):
        named |= {"_lon": source.lon, "_lat": source.lat}
    elif isinstance(source, RegisterSource):
        named |= {"address": source.address, "building_id": source.building, "_lon": source.lon, "_lat": source.lat}
    elif isinstance(source, ZoneSource):
        named |= {"hazard_id": source.site}
    elif isinstance(source, PathSource):
        named |= {"kind": source.kind, "_impassable": source.impassable}
    else:
        named |= {"name": getattr(source, "name", None)}
    return {**chosen, **{ours: name for ours, name in named.items() if name is not None}}


def plan(names: Sequence[str], source: Source, row: type[Row]) -> Plan:
    """Decide which columns of a file feed which of ours: the city's own words first, then the headers we know."""
    feeds = given(source, row)
    used = {
        name for expression in feeds.values() for name in ([expression] if expression in names else fields(expression))
    }
    rest = [name for name in names if name not in used]
    taken = [*feeds, *(["_parent"] if "_parent" in feeds else [])]
    match = headers.match(rest, row, taken=taken)
    return Plan({**feeds, **match.chosen}, source.values, match.unused)


def _complete(plan_: Plan, names: Sequence[str], file: str, findings: Findings) -> bool:
    """Say which columns named by the city are not in the file."""
    lacking = {
        name: ours
        for ours, expression in plan_.feeds.items()
        for name in missing_fields(expression, names)
    }  # fmt: skip
    for name, ours in lacking.items():
        said = say("column.missing", name=name, ours=ours.lstrip("_"), near=near(name, names))
        findings.error(file, "column.missing", said, column=name)
    return not lacking


def _named(source: Source, row: type[Row]) -> tuple[str, ...]:
    return tuple(name for expression in given(source, row).values() for name in fields(expression))


def read_layer_rows(path: Path, source: Source, row: type[Row], family: Family, reading: Reading) -> Raw | None:
    """Return the rows of a layer with their shapes placed, or None after saying why not."""

    def choose(names: Sequence[str]) -> list[str]:
        feeds = plan(names, source, row).feeds.values()
        wanted = {name for expression in feeds for name in (*fields(expression), expression)}
        return [name for name in names if name in wanted]

    names = _named(source, row)
    ask = Ask(source.layer, source.encoding, source.where, _OGR_FAMILY[family], choose, names)
    layer = read_layer(path, ask)
    findings = reading.findings
    for code, said in layer.notes:
        (findings.warn if code == "encoding.mended" else findings.note)(path.name, code, said)
    placed = placing.place(layer.shapes, layer.crs, source, path.name, findings, near=reading.near)
    reading.facts.append(
        {"file": path.name, "noun": row.table, "driver": layer.driver, "layer": layer.layer, "encoding": layer.encoding,
         "crs": placed[1] if placed else None, "rows": len(layer.data)}
    )  # fmt: skip
    if len(layer.data) == 0:
        findings.warn(path.name, "layer.empty", say("layer.empty.filter" if source.where else "layer.empty.source"))
    if placed is None:
        return None
    return Raw(path.name, layer.data, np.arange(1, len(layer.data) + 1), placed[0], layer.broken)


def _read_tables(path: Path, source: Source, row: type[Row], reading: Reading) -> list[Raw]:
    sheet = source.sheet if isinstance(source, RosterSource) else source.layer
    tables = read_tables(path, row, reading.findings, sheet=sheet, encoding=source.encoding, named=_named(source, row))
    found = []
    for label, table in tables:
        data, numbers = table.data, table.numbers
        if source.where:
            kept = select_rows(data, source.where)
            data, numbers = data.iloc[kept].reset_index(drop=True), numbers[kept]
        if table.encoding != "utf-8":
            reading.findings.note(label, "encoding.detected", say("encoding.detected", encoding=table.encoding))
        reading.facts.append(
            {"file": label, "noun": row.table, "driver": path.suffix.lstrip(".").upper(), "layer": table.sheet,
             "encoding": table.encoding, "crs": None, "rows": len(data)}
        )  # fmt: skip
        found.append(Raw(label, data, numbers))
    return found


def read_raw(source: Source, row: type[Row], family: Family, reading: Reading) -> list[Raw]:
    """Return the rows of a source as they came, one item per file or sheet; what cannot be read is said."""
    path = resolve(reading.city_file, source)
    if not path.is_file():
        reading.findings.error(path.name, "file.missing", say("file.missing.source", path=source.path))
        return []
    try:
        if path.suffix.lower() in TABLE_SUFFIXES:
            return _read_tables(path, source, row, reading)
        raw = read_layer_rows(path, source, row, family, reading)
    except UnreadableError as error:
        reading.findings.error(path.name, error.code, str(error))
        for fault in faults_of(path) if error.code == "file.unreadable" else []:
            reading.findings.add(Problem(path.name, fault.row, None, fault.code, fault.message, fault.severity))
    except ValueError as error:
        reading.findings.error(path.name, "where.invalid", str(error))
    except OSError as error:
        reading.findings.error(path.name, "file.unreadable", say("file.unreadable.rights", error=error.strerror))
    else:
        return [raw] if raw else []
    return []


def points_of(frame: pd.DataFrame, raw: Raw, source: Source, reading: Reading) -> np.ndarray | None:
    """Return points from the parts `_lon` and `_lat`, placed, or None when they cannot be."""
    x, y = (pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float) for name in ("_lon", "_lat"))
    known = np.isfinite(x) & np.isfinite(y)
    written = (frame["_lon"].notna() | frame["_lat"].notna()).to_numpy() & ~known
    reading.findings.rows(reading.findings.warn, raw.file, "value.coordinates", raw.numbers[written],
                          say("value.coordinates"), column="geometry")  # fmt: skip
    shapes = np.full(len(frame), None, dtype=object)
    shapes[known] = shapely.points(x[known], y[known])
    placed = placing.place(shapes, None, source, raw.file, reading.findings, near=reading.near)
    return placed[0] if placed else None


def _called(frame: pd.DataFrame, key: str) -> Any:  # noqa: ANN401
    ids = frame[key].to_numpy(dtype=object)
    return lambda at: repr(ids[at]) if isinstance(ids[at], str) else f"feature {at + 1}"


def read_piece(
    raw: Raw, source: Source, row: type[Row], family: Family, reading: Reading, *, planned: Plan | None = None
) -> Piece | None:
    """Return the rows of a source in our columns, with mended shapes; rows that need a shape and have none go.

    `planned` says which columns are read where a person has decided that already.
    """
    findings, key = reading.findings, keys(row)[0]
    names = [str(name) for name in raw.data.columns]
    planned = planned or plan(names, source, row)
    if not _complete(planned, names, raw.file, findings):
        return None
    if planned.unused:
        findings.note(raw.file, "column.unused", say("column.unused", names=planned.unused))
    frame = read_columns(raw, row, planned, findings)
    if key in frame:
        frame[key] = fill_ids(frame[key], raw, row, findings, number=source.duplicate_ids == "number")
    shapes = raw.shapes
    if shapes is None and {"_lon", "_lat"} <= set(frame.columns):
        shapes = points_of(frame, raw, source, reading)
        raw = replace(raw, broken=None)
    frame = frame.drop(columns=["_lon", "_lat"], errors="ignore")
    if shapes is not None and geometry_column(row):
        where = Place(raw.file, raw.numbers, _called(frame, key)) if key in frame else Place(raw.file, raw.numbers)
        absent = np.zeros(len(shapes), dtype=bool) if _needs_shape(row) else shapely.is_missing(shapes)
        frame["geometry"] = _mended(shapes, absent, family, where, reading, broken=raw.broken)
    return _with_shapes(frame, raw, row, reading)


def _needs_shape(row: type[Row]) -> bool:
    return any(column.shapes and column.required for column in columns(row))


def _mended(
    shapes: np.ndarray, absent: np.ndarray, family: Family, place: Place, reading: Reading, *, broken: np.ndarray | None
) -> np.ndarray:
    """Mend the shapes that are there; rows marked absent are no fault unless their shape was broken."""
    broken = np.zeros(len(shapes), dtype=bool) if broken is None else broken
    present = np.flatnonzero(~absent | broken)
    part = Place(place.file, place.numbers[present], lambda at: place.called(int(present[at])))
    result = shapes.copy()
    result[present] = mend(shapes[present], family, part, reading.findings, broken=broken[present])
    return result


def _with_shapes(frame: pd.DataFrame, raw: Raw, row: type[Row], reading: Reading) -> Piece | None:
    """Drop rows whose noun needs a shape and that have none."""
    if not _needs_shape(row):
        return Piece(frame, raw.file, raw.numbers)
    if "geometry" not in frame:
        reading.findings.error(raw.file, "geometry.none", say("geometry.none", noun=row.table))
        return None
    kept = ~shapely.is_missing(frame["geometry"].to_numpy())
    if kept.all():
        return Piece(frame, raw.file, raw.numbers)
    return Piece(frame[kept].reset_index(drop=True), raw.file, raw.numbers[kept])


def read_source(source: Source, row: type[Row], family: Family, reading: Reading) -> list[Piece]:
    """Return the pieces that a source brings; an empty list after everything wrong was said."""
    pieces = [read_piece(raw, source, row, family, reading) for raw in read_raw(source, row, family, reading)]
    found = [piece for piece in pieces if piece is not None]
    if reading.near is None and isinstance(source, AreaSource | HazardSource):
        reading.near = _middle(found)
    return found


def _middle(pieces: list[Piece]) -> tuple[float, float] | None:
    shapes = [piece.frame["geometry"].to_numpy() for piece in pieces if "geometry" in piece.frame]
    bounds = shapely.total_bounds(np.concatenate(shapes)) if shapes else np.full(4, np.nan)
    if not np.isfinite(bounds).all():
        return None
    return float(bounds[0] + bounds[2]) / 2, float(bounds[1] + bounds[3]) / 2
