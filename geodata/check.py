"""Report on input files without loading them: what they are, what is wrong with them, which columns would be used."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geodata import headers
from geodata.city import RosterSource
from geodata.columns import Raw
from geodata.findings import Findings
from geodata.geojson_faults import faults_of
from geodata.layers import Ask, layer_names, read_layer
from geodata.ledger_points import tell_odd
from geodata.placing import settle, short
from geodata.repair import Family, Place, mend
from geodata.rosters import TABLE_SUFFIXES, read_tables
from geodata.sources import FILE_X, FILE_Y, Reading, plan, read_piece
from geodata.targets import LAYER_SUFFIXES, UnreadableError
from gridmap.errors import Problem, Severity
from gridmap.phrases import say
from gridmap.schema import Row
from gridmap.tables import Building, HazardSite, Household, Member, Pairing

_TABLE_ROWS: tuple[type[Row], ...] = (Household, Member, Pairing, HazardSite, Building)
_SIDE_FILES = {".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qmd", ".qix"}


def _looks_like(path: Path) -> type[Row]:
    """Return the noun whose headers a table has most of; households when none."""
    quiet = Findings()
    scores = []
    for row in _TABLE_ROWS:
        tables = read_tables(path, row, quiet)
        names = [str(name) for _, table in tables for name in table.data.columns]
        scores.append(headers.score(names, row))
    return _TABLE_ROWS[int(np.argmax(scores))]


def _check_table(path: Path, findings: Findings) -> None:
    row = _looks_like(path)
    source = RosterSource(path=str(path))
    reading = Reading(path, findings, [])
    for label, table in read_tables(path, row, findings):
        names = [str(name) for name in table.data.columns]
        fed = [f"{header} -> {ours.lstrip('_')}" for ours, header in plan(names, source, row).feeds.items()]
        findings.note(
            label, "file.facts",
            say("file.facts.table", kind=path.suffix.lstrip(".").upper(), encoding=table.encoding,
                count=len(table.data), noun=row.table, fed=fed or say("facts.no_header")),
        )  # fmt: skip
        raw = Raw(label, table.data, table.numbers)
        piece = read_piece(raw, source, row, "point", reading)
        if piece is not None and FILE_X in piece.frame:
            xs, ys = (piece.frame[name].to_numpy(dtype=float) for name in (FILE_X, FILE_Y))
            tell_odd(piece, xs, ys, findings)
            findings.note(label, "points.alone", say("points.alone"))


def _family(shapes: np.ndarray) -> Family:
    """Return the family to which most shapes belong."""
    kinds = shapely.get_type_id(shapes)
    if (kinds == 7).any():
        return "any"
    counts: dict[Family, int] = {
        "area": int(np.isin(kinds, (3, 6)).sum()),
        "line": int(np.isin(kinds, (1, 2, 5)).sum()),
        "point": int(np.isin(kinds, (0, 4)).sum()),
    }
    return max(counts, key=lambda name: counts[name])


def _shape_words(shapes: np.ndarray) -> list[str] | str:
    kinds = pd.Series([None if shape is None else shape.geom_type for shape in shapes], dtype=object)
    counts = kinds.value_counts(dropna=False)
    words = [(count, say("facts.no_shape") if pd.isna(kind) else kind) for kind, count in counts.items()]
    return [say("facts.count", count=count, kind=kind) for count, kind in words] or say("facts.no_shapes")


def _check_layer(path: Path, name: str | None, findings: Findings) -> None:
    layer = read_layer(path, Ask(layer=name))
    label = path.name if name is None else f"{path.name}[{name}]"
    system = settle(layer.shapes, layer.crs, label, findings, near=None)
    shown = short(layer.crs) if layer.crs else say("facts.no_crs")
    columns = [str(column) for column in layer.data.columns[:40]]
    findings.note(
        label, "file.facts",
        say("file.facts.layer", driver=layer.driver, crs=shown, encoding=layer.encoding, count=len(layer.data),
            shapes=_shape_words(layer.shapes), columns=columns or say("facts.no_columns")),
    )  # fmt: skip
    for code, said in layer.notes:
        (findings.warn if code == "encoding.mended" else findings.note)(label, code, said)
    if len(layer.data) == 0:
        findings.warn(label, "layer.empty", say("layer.empty"))
    if system is not None:
        mend(layer.shapes, _family(layer.shapes), Place(label, np.arange(1, len(layer.data) + 1)), findings,
             broken=layer.broken, degrees=False)  # fmt: skip


def _lint(path: Path, findings: Findings) -> bool:
    """Report the faults of a GeoJSON text; return whether one of them is an error."""
    found = faults_of(path)
    for fault in found:
        findings.add(Problem(path.name, fault.row, None, fault.code, fault.message, fault.severity))
    return any(fault.severity is Severity.ERROR for fault in found)


def _check(path: Path, findings: Findings) -> None:
    suffix = path.suffix.lower()
    if not path.is_file():
        findings.error(path.name, "file.missing", say("file.missing"))
    elif suffix in TABLE_SUFFIXES:
        _check_table(path, findings)
    elif suffix in _SIDE_FILES:
        findings.note(path.name, "file.side", say("file.side"))
    elif suffix not in LAYER_SUFFIXES:
        known = sorted(LAYER_SUFFIXES | TABLE_SUFFIXES)
        findings.error(path.name, "file.kind", say("file.kind", known=known))
    else:
        linted = _lint(path, findings)
        try:
            names = layer_names(path)
            for name in names:
                _guarded(path, name if len(names) > 1 else None, findings)
        except UnreadableError:
            if not linted:
                raise


def _guarded(path: Path, name: str | None, findings: Findings) -> None:
    """Check one layer so that a broken one does not hide the next."""
    try:
        _check_layer(path, name, findings)
    except UnreadableError as error:
        findings.error(f"{path.name}[{name}]" if name else path.name, error.code, str(error))


def check_files(paths: Iterable[Path] | Sequence[str]) -> list[Problem]:
    """Return what the files are (notes `file.facts`) and everything that is wrong with them; raise nothing for it."""
    findings = Findings()
    for path in map(Path, paths):
        try:
            _check(path, findings)
        except UnreadableError as error:
            findings.error(path.name, error.code, str(error))
        except (ValueError, OSError) as error:
            findings.error(path.name, "file.unreadable", say("file.unreadable", error=str(error)))
    return findings.problems
