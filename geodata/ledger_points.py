"""Judge the coordinates that come with a ledger against the addresses and communities of the same rows.

What the city declares (crs, datum) is used and only doubted aloud. Undeclared coordinates are read as the detector
accepts them; where it must ask, or finds a shift that it does not know, the coordinates are left out and the addresses
decide, because a point 500 m off puts a household into a wrong house with full confidence.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geodata.city import Source
from geodata.findings import Findings
from geodata.sources import FILE_X, FILE_Y, Piece
from gridmap import crs, frames, mixup
from gridmap.locate import Gazetteer, check_points
from gridmap.mixup import Decision, Hypothesis, Verdict
from gridmap.tables import Household, Member

MOST_JUDGED = 3000
"""So many rows, evenly spread, tell what a file is."""
_NAMES = {"wgs84": "WGS-84", "gcj02": "GCJ-02 (Amap, Tencent)", "bd09": "BD-09 (Baidu)"}
_ADDRESS = ("address", "stated_community", "stated_grid", "std_address_id")


@dataclass(frozen=True, eq=False)
class _File:
    """The points of one file as its columns have them (NaN without), with the number of each row."""

    piece: Piece
    source: Source
    xs: np.ndarray
    ys: np.ndarray

    @property
    def declared(self) -> bool:
        return bool(self.source.crs or self.source.datum or self.source.to_wgs84)

    @property
    def known(self) -> np.ndarray:
        return np.isfinite(self.xs) & np.isfinite(self.ys)

    def numbers(self, rows: np.ndarray) -> str:
        """Write row numbers as ranges: rows 2-41, 60."""
        found = np.sort(self.piece.numbers[rows])
        parts = np.split(found, np.flatnonzero(np.diff(found) > 1) + 1)
        told = [f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts]
        return "rows " + ", ".join(told[:30]) + (f" and {len(told) - 30} more groups" if len(told) > 30 else "")


def has_points(piece: Piece) -> bool:
    """Say whether any row of a piece came with coordinates."""
    frame = piece.frame
    return "geometry" in frame and bool((~shapely.is_missing(frame["geometry"].to_numpy())).any())


def judge(
    piece: Piece, source: Source, noun: type[Household] | type[Member], gazetteer: Gazetteer, findings: Findings
) -> Piece:
    """Return the piece with its points as they may be trusted; say what was found and what to set in CITY.toml."""
    frame = piece.frame
    names = (FILE_X, FILE_Y) if FILE_X in frame else None
    shapes = frame["geometry"].to_numpy()
    xs, ys = (frame[name].to_numpy(dtype=float) for name in names) if names else (
        shapely.get_x(shapes), shapely.get_y(shapes))  # fmt: skip
    file = _File(piece, source, xs, ys)
    zero = tell_odd(file.piece, xs, ys, findings)
    verdict = _verdict(file, noun, gazetteer)
    points = _settled(file, verdict, findings)
    if points is None:
        points = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    points[zero] = np.nan
    return Piece(_with_points(frame, points), piece.file, piece.numbers)


def tell_odd(piece: Piece, xs: np.ndarray, ys: np.ndarray, findings: Findings) -> np.ndarray:
    """Say which rows have a zero for a coordinate or share one point with many; return those with a zero."""
    zero, repeated = mixup.odd_points(xs, ys)
    said = "has 0 for a coordinate: left empty"
    findings.rows(findings.warn, piece.file, "points.zero", piece.numbers[zero], said, column="geometry")
    if len(repeated):
        count = len(np.unique(np.column_stack([xs, ys])[repeated], axis=0))
        said = (
            f"{len(repeated)} rows share {count} points, each with more than {mixup.REPEATED_ROWS} rows: a house, or "
        )
        findings.note(piece.file, "points.repeated", said + "a default that somebody's program filled in?")
    return zero


def _verdict(file: _File, noun: type[Household] | type[Member], gazetteer: Gazetteer) -> Verdict:
    """Judge an even sample of the rows with coordinates; of a file that mixes two sources every row."""
    key = f"{noun.table}_id"
    rows = np.flatnonzero(file.known)
    sample = rows[np.linspace(0, len(rows) - 1, min(len(rows), MOST_JUDGED)).astype(int)]

    def look(at: np.ndarray) -> Verdict:
        texts = {name: file.piece.frame[name].to_numpy()[at] for name in _ADDRESS if name in file.piece.frame}
        people = frames.conform(pd.DataFrame({key: at.astype(str), **texts}), noun)
        return check_points(people, gazetteer, noun=noun, xs=file.xs[at], ys=file.ys[at])

    verdict = look(sample)
    return look(rows) if verdict.decision is Decision.MIXED and len(sample) < len(rows) else verdict


def _words(hypothesis: Hypothesis) -> str:
    kind = _NAMES[hypothesis.datum] if hypothesis.crs == crs.STORAGE_CRS else hypothesis.crs
    return kind + (", the two columns in the other order" if hypothesis.swapped else "")


def _setting(hypothesis: Hypothesis) -> str:
    """Return what to write under the source in CITY.toml."""
    said = [] if hypothesis.datum == "wgs84" else [f'datum = "{hypothesis.datum}"']
    if hypothesis.crs != crs.STORAGE_CRS or not said:
        said.append(f'crs = "{hypothesis.crs}"')
    if hypothesis.swapped:
        said.append("and give lon and lat the other column")
    return ", ".join(said)


def _tells(verdict: Verdict) -> str:
    """Say how the readings fit, the best first."""
    fits = ", ".join(f"{share:.0%} {_words(hypothesis)}" for hypothesis, share in verdict.shares[:3])
    return f"of {verdict.judged} rows that could be checked against their address or community fit: {fits or 'none'}"


def _settled(file: _File, verdict: Verdict, findings: Findings) -> np.ndarray | None:
    """Return longitude and latitude by the verdict, None to keep the points as they were placed."""
    if file.declared:
        _doubt(file, verdict, findings)
        return None
    name = file.piece.file
    if verdict.decision is Decision.ACCEPT:
        (hypothesis,) = verdict.hypotheses
        keep = findings.note if hypothesis == Hypothesis() else findings.warn
        said = (
            f"coordinates read as {_words(hypothesis)}: {_tells(verdict)}. To settle it, write {_setting(hypothesis)}"
        )
        keep(name, "points.read", said)
        return hypothesis.read(file.xs, file.ys)
    if verdict.decision is Decision.MIXED:
        return _split(file, verdict, findings)
    if verdict.decision is Decision.SUSPICIOUS and verdict.offset_m is not None:
        findings.warn(name, "points.shifted", _shift(verdict.offset_m))
        return np.full((len(file.xs), 2), np.nan)
    return _asked(file, verdict, findings)


def _shift(offset_m: tuple[float, float]) -> str:
    east, north = -offset_m[0], -offset_m[1]
    return (
        f"all points lie {east:+.0f} m east and {north:+.0f} m north of their addresses, which is no system that is "
        "known: nothing is taken off, the coordinates are not used; ask where they come from, then declare crs or datum"
    )


def _split(file: _File, verdict: Verdict, findings: Findings) -> np.ndarray:
    """Use each group of a mixed file by its own reading; leave out what fits neither alone."""
    rows, points = np.flatnonzero(file.known), np.full((len(file.xs), 2), np.nan)
    for at, hypothesis in enumerate(verdict.hypotheses):
        mine = rows[verdict.rows == at]
        points[mine] = hypothesis.read(file.xs[mine], file.ys[mine])
        said = f"two sources in one file: {file.numbers(mine)} are {_words(hypothesis)}; make them a file of their own "
        findings.warn(file.piece.file, "points.mixed", f"{said}with {_setting(hypothesis)}")
    open_rows = rows[verdict.rows < 0]
    if len(open_rows):
        said = f"of two sources in one file {file.numbers(open_rows)} could be either: their coordinates are not used"
        findings.warn(file.piece.file, "points.mixed", said)
    return points


def _asked(file: _File, verdict: Verdict, findings: Findings) -> np.ndarray | None:
    """Ask which system a file is in; its coordinates count only while no other reading fits them better."""
    plain = dict(verdict.shares).get(Hypothesis(), 0.0)
    best = verdict.shares[0][1] if verdict.shares else 0.0
    kept = plain >= best
    why = "too few rows" if verdict.judged < mixup.LEAST_ROWS else "no reading stands out"
    then = "they are used as they are" if kept else "they are not used, the addresses decide"
    said = f'{why} to tell the coordinate system ({_tells(verdict)}): {then}; write datum = "gcj02", "bd09" or "wgs84"'
    findings.warn(file.piece.file, "points.unclear", f"{said}, or crs = 'EPSG:...'")
    return None if kept else np.full((len(file.xs), 2), np.nan)


def _doubt(file: _File, verdict: Verdict, findings: Findings) -> None:
    """Say that the rows speak against what the city declares."""
    name = file.piece.file
    if verdict.decision is Decision.SUSPICIOUS and verdict.offset_m is not None and file.source.datum is None:
        findings.warn(name, "points.shifted", f"read as declared, but {_shift(verdict.offset_m)}")
    if verdict.decision is Decision.MIXED:
        groups = zip(verdict.hypotheses, range(len(verdict.hypotheses)), strict=True)
        rows = np.flatnonzero(file.known)
        told = "; ".join(f"{file.numbers(rows[verdict.rows == at])} look like {_words(one)}" for one, at in groups)
        findings.warn(name, "points.mixed", f"read as declared, but it mixes two sources: {told}")
    if verdict.decision is Decision.ACCEPT and not _agrees(verdict.hypotheses[0], file.source):
        said = f"read as declared, but {_tells(verdict)}. If that is right, write {_setting(verdict.hypotheses[0])}"
        findings.warn(name, "points.contradicted", said)


def _agrees(hypothesis: Hypothesis, source: Source) -> bool:
    projected = hypothesis.crs != crs.STORAGE_CRS
    return projected or (hypothesis.datum == (source.datum or "wgs84") and not hypothesis.swapped)


def _with_points(frame: pd.DataFrame, points: np.ndarray) -> pd.DataFrame:
    shapes = np.full(len(frame), None, dtype=object)
    known = np.isfinite(points).all(axis=1)
    shapes[known] = shapely.points(points[known])
    return frame.assign(geometry=pd.Series(shapes, dtype=object, index=frame.index))
