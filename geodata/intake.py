"""Read an uploaded file as a person has confirmed it: only the columns that were chosen, problem by problem."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geodata import hazard_layers, ledger_points, people
from geodata.city import AreaSource, HazardSource, RosterSource, Source
from geodata.columns import Plan, Raw, as_text, mended_ids, read_columns
from geodata.findings import Findings
from geodata.recognise import TABLES, row_of
from geodata.repair import Family
from geodata.rosters import open_sheets, tables_in
from geodata.sources import FILE_X, FILE_Y, Piece, Reading, points_of, read_layer_rows, read_piece
from geodata.targets import UnreadableError
from gridmap.errors import InputError, Problem, Severity
from gridmap.locate import Gazetteer
from gridmap.merging import Brought
from gridmap.mixup import NO_POINTS
from gridmap.mixup import reading as reading_of
from gridmap.phrases import say
from gridmap.schema import Row, geometry_column, keys
from gridmap.tables import AREA_ROWS, DangerZone, HazardSite, Household, Import, ImportKind, Level, Member, Monitor

EVERY = 1_000_000
"""Every problem of a file is kept: the sheet with problems shows each beside its row."""
ONLY_KNOWN: tuple[ImportKind, ...] = (ImportKind.GRID_WORKERS, ImportKind.BUILDINGS)
"""Ledgers without outlines: they complete areas that are on the map already."""


PEOPLE: tuple[type[Row], ...] = (Household, Member)


def _raws(path: Path, file: str, row: type[Row], columns: Mapping[str, str], reading: Reading) -> list[Raw]:
    if Path(file).suffix.lower() in TABLES:
        named = list(columns)
        tables = tables_in(open_sheets(path), file, row, reading.findings, named=named)
        return [Raw(label, table.data, table.numbers) for label, table in tables]
    chosen = {ours: header for header, ours in columns.items()}
    raw = read_layer_rows(path, _source(path, row, chosen), row, _family(row), reading)
    return [] if raw is None else [replace(raw, file=file)]


def _family(row: type[Row]) -> Family:
    return "any" if row is HazardSite else "area"


def _source(path: Path, row: type[Row], chosen: Mapping[str, str]) -> Source:
    columns = dict(chosen)
    if row is HazardSite:
        return HazardSource(path=str(path), columns=columns)
    if row in AREA_ROWS.values():
        return AreaSource(path=str(path), level=Level(row.table), columns=columns)
    return RosterSource(path=str(path), columns=columns)


def _plan(raw: Raw, columns: Mapping[str, str]) -> Plan:
    names = [str(name) for name in raw.data.columns]
    feeds = {ours: header for header, ours in columns.items() if header in names}
    unused = tuple(name for name in names if name not in columns and not name.startswith("column "))
    return Plan(feeds, {}, unused)


def _read(raw: Raw, row: type[Row], plan: Plan, reading: Reading, *, answered: bool) -> Piece | None:
    """Return the rows of a table or layer in our columns; ids are repaired, never invented.

    `answered`: a person has said what the coordinates of a ledger are, so that nothing is guessed here.
    """
    if raw.shapes is not None:
        source = _source(Path(raw.file), row, plan.feeds)
        return read_piece(raw, source, row, _family(row), reading, planned=plan)
    frame = read_columns(raw, row, plan, reading.findings)
    key = keys(row)[0]
    if key in frame:
        frame[key] = mended_ids(as_text(frame[key]), raw, key, reading.findings)
    if {"_lon", "_lat"} <= set(frame.columns) and geometry_column(row):
        # as the file has them: who judges the points must see what the numbers were
        frame[FILE_X], frame[FILE_Y] = (pd.to_numeric(frame[name], errors="coerce") for name in ("_lon", "_lat"))
        shapes = _as_written(frame) if answered else points_of(frame, raw, _source(Path(raw.file), row, {}), reading)
        if shapes is not None:
            frame["geometry"] = shapes
    return Piece(frame.drop(columns=["_lon", "_lat"], errors="ignore"), raw.file, raw.numbers)


def _as_written(frame: pd.DataFrame) -> np.ndarray:
    """Return points of the numbers as they are, whatever they mean."""
    x, y = (frame[name].to_numpy(dtype=float) for name in (FILE_X, FILE_Y))
    shapes = np.full(len(frame), None, dtype=object)
    known = np.isfinite(x) & np.isfinite(y)
    shapes[known] = shapely.points(x[known], y[known])
    return shapes


def _folded(piece: Piece, row: type[Row], findings: Findings) -> Piece:
    if row is Household:
        return people.fold_household(piece, findings)
    if row is Member:
        return people.fold_member(piece, findings)
    if row is HazardSite:
        return hazard_layers.with_source(piece, HazardSource(path=piece.file))
    return piece


def _refused(findings: Findings) -> frozenset[tuple[str, int]]:
    return frozenset(
        (problem.file, problem.row)
        for problem in findings.problems
        if problem.severity is Severity.ERROR and problem.row is not None
    )


def _stop(findings: Findings) -> None:
    """Raise what is wrong with the file as a whole."""
    found = [one for one in findings.problems if one.severity is Severity.ERROR and one.row is None]
    if found:
        raise InputError(found)


def _together(pieces: Sequence[Piece], refused: frozenset[tuple[str, int]]) -> Piece:
    frame = pd.concat([piece.frame for piece in pieces], ignore_index=True)
    files = np.concatenate([np.full(len(piece.frame), piece.file, dtype=object) for piece in pieces])
    numbers = np.concatenate([piece.numbers for piece in pieces])
    kept = np.array([(file, int(n)) not in refused for file, n in zip(files, numbers, strict=True)], dtype=bool)
    return Piece(frame[kept].reset_index(drop=True), files[kept], numbers[kept])


def _judged(
    pieces: list[Piece], row: type[Row], points: str | None, gazetteer: Callable[[], Gazetteer], findings: Findings
) -> list[Piece]:
    """Return the pieces of a ledger with their points as they may be trusted, or as a person said."""
    if row not in PEOPLE or not any(ledger_points.has_points(piece) for piece in pieces):
        return pieces
    if points == NO_POINTS:
        findings.note(pieces[0].file, "points.left", say("points.left"))
        return [replace(piece, frame=piece.frame.assign(geometry=None)) for piece in pieces]
    said = reading_of(points) if points else None
    noun: type[Household | Member] = Household if row is Household else Member
    known = gazetteer()
    return [
        ledger_points.judge(piece, RosterSource(path=piece.file), noun, known, findings, said=said, attended=True)
        if ledger_points.has_points(piece)
        else piece
        for piece in pieces
    ]


def read_import(
    path: Path, found: Import, columns: Mapping[str, str], *, metric_crs: str, gazetteer: Callable[[], Gazetteer]
) -> Brought:
    """Return the rows of a kept file in our columns, with every problem of reading them.

    `gazetteer` gives what the coordinates of a ledger are judged against; it is asked for only where there are some.

    Raises:
        InputError: the file cannot be read as what it was taken for, or no column is chosen.
    """
    kind, file = ImportKind(found.kind), found.file
    row = row_of(kind, found.level)
    if not columns:
        raise InputError([Problem(file, None, None, "columns.none", say("columns.none"))])
    reading = Reading(path, Findings(EVERY), [])
    try:
        raws = _raws(path, file, row, columns, reading)
    except UnreadableError as error:
        raise InputError([Problem(file, None, None, error.code, error.args[0])]) from error
    plans = [_plan(raw, columns) for raw in raws]
    answered = row in PEOPLE and found.points is not None
    read = [_read(raw, row, plan, reading, answered=answered) for raw, plan in zip(raws, plans, strict=True)]
    pieces = [_folded(piece, row, reading.findings) for piece in read if piece is not None]
    _stop(reading.findings)
    if not pieces:
        raise InputError([Problem(file, None, None, "file.empty", say("upload.rows"))])
    pieces = _judged(pieces, row, found.points, gazetteer, reading.findings)
    refused = _refused(reading.findings)
    whole = _together(pieces, refused)
    own = whole.frame.drop(columns=[FILE_X, FILE_Y], errors="ignore")
    frame, extras = _hazards(own, metric_crs) if row is HazardSite else (own, {})
    return Brought(
        row=row,
        frame=frame,
        files=np.asarray(whole.file, dtype=object),
        numbers=whole.numbers,
        total=sum(len(raw.data) for raw in raws),
        # a layer is kept under the hash of its bytes; people know it by its name
        problems=tuple(replace(one, file=file) if one.file == path.name else one for one in reading.findings.problems),
        refused=refused,
        only_known=kind in ONLY_KNOWN,
        unused=tuple(dict.fromkeys(name for plan in plans for name in plan.unused)),
        extras=extras,
    )


def _hazards(frame: pd.DataFrame, metric_crs: str) -> tuple[pd.DataFrame, dict[type[Row], pd.DataFrame]]:
    """Return the sites, and the monitors and zones that the columns name."""
    if "hazard_id" not in frame:
        return frame.drop(columns="_buffer_m", errors="ignore"), {}
    known = frame[frame["hazard_id"].notna()].drop_duplicates("hazard_id").reset_index(drop=True)
    sites, zones = hazard_layers.sites_and_zones(frame, metric_crs)
    sites = sites.drop(columns="name", errors="ignore").assign(**({"name": frame["name"]} if "name" in frame else {}))
    extras = {DangerZone: zones[zones["hazard_id"].notna()].drop_duplicates("hazard_id")} if len(zones) else {}
    monitors = hazard_layers.monitors(known)
    if len(monitors):
        extras[Monitor] = monitors
    return sites, extras
