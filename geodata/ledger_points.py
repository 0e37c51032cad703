"""Judge the coordinates that come with a ledger against the addresses and communities of the same rows.

What the city declares (crs, datum) is used and only doubted aloud. Undeclared coordinates are read as the detector
accepts them; where it must ask, or finds a shift that it does not know, the coordinates are left out and the addresses
decide, because a point 500 m off puts a household into a wrong house with full confidence. Where a person brings in a
file whose columns hold numbers, the question has to be answered first; a layer declares its system, and a load uses
what is there, and says so, as long as no other reading fits better.
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
from gridmap.phrases import Said, say
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
    said: Hypothesis | None = None
    attended: bool = False

    @property
    def declared(self) -> bool:
        return bool(self.source.crs or self.source.datum or self.source.to_wgs84)

    @property
    def known(self) -> np.ndarray:
        return np.isfinite(self.xs) & np.isfinite(self.ys)

    def numbers(self, rows: np.ndarray) -> str:
        """Write row numbers as ranges: 2-41, 60."""
        found = np.sort(self.piece.numbers[rows])
        parts = np.split(found, np.flatnonzero(np.diff(found) > 1) + 1)
        told = [f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts]
        return ", ".join(told[:30]) + (", …" if len(told) > 30 else "")


def has_points(piece: Piece) -> bool:
    """Say whether any row of a piece came with coordinates."""
    frame = piece.frame
    return "geometry" in frame and bool((~shapely.is_missing(frame["geometry"].to_numpy())).any())


def judge(
    piece: Piece, source: Source, noun: type[Household] | type[Member], gazetteer: Gazetteer, findings: Findings,
    *, said: Hypothesis | None = None, attended: bool = False,
) -> Piece:  # fmt: skip
    """Return the piece with its points as they may be trusted; say what was found and what to set in CITY.toml.

    `said`: what a person says that the numbers are, who is believed and doubted aloud. `attended`: a person is there to
    be asked, so what is open is an error of the file until it is answered.
    """
    frame = piece.frame
    names = (FILE_X, FILE_Y) if FILE_X in frame else None
    shapes = frame["geometry"].to_numpy()
    xs, ys = (frame[name].to_numpy(dtype=float) for name in names) if names else (
        shapely.get_x(shapes), shapely.get_y(shapes))  # fmt: skip
    file = _File(piece, source, xs, ys, said, attended)
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
    findings.rows(findings.warn, piece.file, "points.zero", piece.numbers[zero], say("points.zero"), column="geometry")
    if len(repeated):
        count = len(np.unique(np.column_stack([xs, ys])[repeated], axis=0))
        said = say("points.repeated", rows=len(repeated), count=count, most=mixup.REPEATED_ROWS)
        findings.note(piece.file, "points.repeated", said)
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


def _words(hypothesis: Hypothesis) -> Said:
    kind = _NAMES[hypothesis.datum] if hypothesis.crs == crs.STORAGE_CRS else hypothesis.crs
    return say(f"points.words{'.swapped' if hypothesis.swapped else ''}", kind=kind)


def _setting(hypothesis: Hypothesis) -> Said:
    """Return what to write under the source in CITY.toml."""
    plain = hypothesis.datum == "wgs84"
    setting = f'crs = "{hypothesis.crs}"' if plain else f'datum = "{hypothesis.datum}"'
    return say(f"points.setting{'.swapped' if hypothesis.swapped else ''}", setting=setting)


def _tells(verdict: Verdict) -> Said:
    """Say how the readings fit, the best first."""
    fits = [say("points.fit", share=share, words=_words(hypothesis)) for hypothesis, share in verdict.shares[:3]]
    return say("points.tells", judged=verdict.judged, fits=fits or say("points.no_fit"))


def _settled(file: _File, verdict: Verdict, findings: Findings) -> np.ndarray | None:
    """Return longitude and latitude by the verdict, None to keep the points as they were placed."""
    name = file.piece.file
    if file.said is not None:
        findings.note(name, "points.told", say("points.told", words=_words(file.said)))
        _doubt(file, verdict, findings)
        return file.said.read(file.xs, file.ys)
    if file.declared:
        _doubt(file, verdict, findings)
        return None
    if verdict.decision is Decision.ACCEPT:
        (hypothesis,) = verdict.hypotheses
        keep = findings.note if hypothesis == Hypothesis() else findings.warn
        facts = {"words": _words(hypothesis), "tells": _tells(verdict), "setting": _setting(hypothesis)}
        keep(name, "points.read", say("points.read", **facts))
        return hypothesis.read(file.xs, file.ys)
    if verdict.decision is Decision.MIXED:
        return _split(file, verdict, findings)
    if verdict.decision is Decision.SUSPICIOUS and verdict.offset_m is not None:
        findings.warn(name, "points.shifted", _shift(verdict.offset_m, "points.shifted"))
        return np.full((len(file.xs), 2), np.nan)
    return _asked(file, verdict, findings)


def _shift(offset_m: tuple[float, float], phrase: str) -> Said:
    return say(phrase, east=-offset_m[0], north=-offset_m[1])


def _split(file: _File, verdict: Verdict, findings: Findings) -> np.ndarray:
    """Use each group of a mixed file by its own reading; leave out what fits neither alone."""
    rows, points = np.flatnonzero(file.known), np.full((len(file.xs), 2), np.nan)
    for at, hypothesis in enumerate(verdict.hypotheses):
        mine = rows[verdict.rows == at]
        points[mine] = hypothesis.read(file.xs[mine], file.ys[mine])
        facts = {"rows": file.numbers(mine), "words": _words(hypothesis), "setting": _setting(hypothesis)}
        findings.warn(file.piece.file, "points.mixed", say("points.mixed", **facts))
    open_rows = rows[verdict.rows < 0]
    if len(open_rows):
        findings.warn(file.piece.file, "points.mixed", say("points.mixed.open", rows=file.numbers(open_rows)))
    return points


def _asked(file: _File, verdict: Verdict, findings: Findings) -> np.ndarray | None:
    """Ask which system a file is in; its coordinates count only while no other reading fits them better.

    Where a person is there to answer, numbers in columns count only once somebody has.
    """
    plain = dict(verdict.shares).get(Hypothesis(), 0.0)
    best = verdict.shares[0][1] if verdict.shares else 0.0
    open_question = file.attended and FILE_X in file.piece.frame
    kept = not open_question and plain >= best and _on_earth(file.piece.frame["geometry"].to_numpy())
    facts = {"why": say("points.why.few" if verdict.judged < mixup.LEAST_ROWS else "points.why.close"),
             "tells": _tells(verdict)}  # fmt: skip
    if open_question:
        findings.error(file.piece.file, "points.unclear", say("points.ask", **facts))
    else:
        then = say("points.then.kept" if kept else "points.then.dropped")
        findings.warn(file.piece.file, "points.unclear", say("points.unclear", **facts, then=then))
    return None if kept else np.full((len(file.xs), 2), np.nan)


def _on_earth(shapes: np.ndarray) -> bool:
    """Say whether points are degrees at all: numbers of a system that nobody knows are no place."""
    x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    return not bool(((np.abs(x) > 180) | (np.abs(y) > 90)).any())


def _doubt(file: _File, verdict: Verdict, findings: Findings) -> None:
    """Say that the rows speak against what the city declares."""
    name = file.piece.file
    if verdict.decision is Decision.SUSPICIOUS and verdict.offset_m is not None and file.source.datum is None:
        findings.warn(name, "points.shifted", _shift(verdict.offset_m, "points.shifted.declared"))
    if verdict.decision is Decision.MIXED:
        rows = np.flatnonzero(file.known)
        for at, one in enumerate(verdict.hypotheses):
            facts = {"rows": file.numbers(rows[verdict.rows == at]), "words": _words(one)}
            findings.warn(name, "points.mixed", say("points.mixed.declared", **facts))
    if verdict.decision is Decision.ACCEPT and not _agrees(verdict.hypotheses[0], file):
        facts = {"tells": _tells(verdict), "setting": _setting(verdict.hypotheses[0])}
        findings.warn(name, "points.contradicted", say("points.contradicted", **facts))


def _agrees(hypothesis: Hypothesis, file: _File) -> bool:
    if file.said is not None:
        return hypothesis == file.said
    projected = hypothesis.crs != crs.STORAGE_CRS
    return projected or (hypothesis.datum == (file.source.datum or "wgs84") and not hypothesis.swapped)


def _with_points(frame: pd.DataFrame, points: np.ndarray) -> pd.DataFrame:
    shapes = np.full(len(frame), None, dtype=object)
    known = np.isfinite(points).all(axis=1)
    shapes[known] = shapely.points(points[known])
    return frame.assign(geometry=pd.Series(shapes, dtype=object, index=frame.index))
