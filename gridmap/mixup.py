"""Find out what the coordinates of a file really are: WGS-84, GCJ-02, BD-09, swapped, projected, or two of these mixed.

Each hypothesis turns the file's numbers into longitude and latitude. It is judged row by row against what is known of
the row from elsewhere: the place of its address (fits within FIT_M) or, without one, the area that it states (fits
inside). The known distortions move a point in China by 0.5 to 1.3 km, ten times the error of an address or a phone,
so one that explains the file stands out; a file that none explains better than the others is a question for a person.
A constant shift that no hypothesis explains is reported and never taken off.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from gridmap import crs
from gridmap.crs import Datum
from gridmap.errors import CrsError
from gridmap.phrases import say

FIT_M = 120.0
LEAST_ROWS = 20
CLEAR_MARGIN = 0.15
LEAST_SHARE = 0.6
STEADY_M = 40.0
SHIFT_M = 25.0
REPEATED_ROWS = 5
_GROUP_SHARE = 0.05
_GROUP_ROWS = 5


class Decision(StrEnum):
    """What may be done with the coordinates of a file."""

    ACCEPT = "accept"
    MIXED = "mixed"
    SUSPICIOUS = "suspicious"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A reading of the file's numbers: a system, a datum and an order of the two columns."""

    crs: str = crs.STORAGE_CRS
    datum: Datum = "wgs84"
    swapped: bool = False

    @property
    def words(self) -> str:
        """Say the reading in Chinese."""
        kind = {"wgs84": "WGS-84", "gcj02": "GCJ-02(高德、腾讯)", "bd09": "BD-09(百度)"}[self.datum]
        name = f"{kind}经纬度" if self.crs == crs.STORAGE_CRS else f"投影坐标 {self.crs}"
        return name + (",两列次序相反" if self.swapped else "")

    def read(self, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return longitude and latitude (n, 2), NaN where the numbers cannot be read so."""
        x, y = (ys, xs) if self.swapped else (xs, ys)
        if self.crs != crs.STORAGE_CRS:
            x, y = crs.transformer(self.crs, crs.STORAGE_CRS).transform(x, y)
        lon, lat = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        bad = ~(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90))
        lon, lat = crs.undistort(np.where(bad, np.nan, lon), np.where(bad, np.nan, lat), self.datum)
        return np.column_stack([lon, lat])


SWAPPED = " swapped"
NO_POINTS = "none"
"""What a person says of coordinates that shall not be used."""


def reading(text: str) -> Hypothesis | None:
    """Return what a person says the numbers of a file are: gcj02, EPSG:4547, bd09 swapped; None for none.

    Raises:
        CrsError: no such reading is known, or the system needs parameters that nobody gave.
    """
    if text == NO_POINTS:
        return None
    name, swapped = text.removesuffix(SWAPPED), text.endswith(SWAPPED)
    for datum in ("wgs84", "gcj02", "bd09"):
        if name == datum:
            return Hypothesis(datum=datum, swapped=swapped)
    if not name.startswith("EPSG:"):
        raise CrsError(say("points.reading", text=text))
    crs.refuse(name)
    return Hypothesis(crs=name, swapped=swapped)


@dataclass(frozen=True, eq=False)
class Verdict:
    """The outcome for a file; `rows[i]` is the position in `hypotheses` that row i follows, -1 where it is open.

    `shares` tells for every hypothesis tried which part of the judged rows it explains. `offset_m` is the steady rest
    (east, north) from the points to the places of their addresses, where there is one.
    """

    decision: Decision
    hypotheses: tuple[Hypothesis, ...]
    rows: NDArray[np.intp]
    shares: tuple[tuple[Hypothesis, float], ...]
    judged: int
    zero_rows: NDArray[np.intp]
    repeated_rows: NDArray[np.intp]
    offset_m: tuple[float, float] | None = None
    words: str = ""


@dataclass(frozen=True, eq=False)
class _Trial:
    """The numbers of a file beside what is known of each row, and how each hypothesis fits."""

    tried: tuple[Hypothesis, ...]
    fits: NDArray[np.bool_]
    known: NDArray[np.bool_]
    offsets_m: NDArray[np.float64] = field(repr=False)

    def shares(self) -> NDArray[np.float64]:
        count = max(int(self.known.sum()), 1)
        return np.asarray(self.fits[:, self.known].sum(axis=1) / count, dtype=float)


def odd_points(xs: ArrayLike, ys: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows with a zero in either column, and those that share one point with more than five rows."""
    x, y = np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)
    zero = (x == 0) | (y == 0)
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & ~zero)
    _, which, count = np.unique(np.column_stack([x, y])[known], axis=0, return_inverse=True, return_counts=True)
    return np.flatnonzero(zero), known[count[which.ravel()] > REPEATED_ROWS]


def _datums(near: tuple[float, float]) -> tuple[Datum, ...]:
    """Return the datums that differ at a place: outside China nothing is distorted."""
    lon, lat = crs.wgs84_to_gcj02([near[0]], [near[1]])
    return ("wgs84",) if (lon[0], lat[0]) == near else ("wgs84", "gcj02", "bd09")


def _hypotheses(xs: NDArray[np.float64], ys: NDArray[np.float64], near: tuple[float, float]) -> tuple[Hypothesis, ...]:
    """Return the readings that the ranges of the numbers allow."""
    found: dict[Hypothesis, None] = {}
    for guess in crs.guess(xs, ys, near):
        if guess.crs == crs.STORAGE_CRS:
            for datum in _datums(near):
                found[Hypothesis(datum=datum, swapped=guess.swapped)] = None
        elif guess.crs is not None:
            found[Hypothesis(crs=guess.crs, swapped=guess.swapped)] = None
    return tuple(found)


def _offsets_m(points: NDArray[np.float64], reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return east and north from each point to its reference in metres, on a sphere about the reference."""
    north = np.radians(reference[:, 1] - points[:, 1]) * 6_371_008.8
    east = np.radians(reference[:, 0] - points[:, 0]) * 6_371_008.8 * np.cos(np.radians(reference[:, 1]))
    return np.column_stack([east, north])


def _try(
    tried: tuple[Hypothesis, ...],
    numbers: NDArray[np.float64],
    areas: NDArray[np.object_],
    reference: NDArray[np.float64],
) -> _Trial:
    """Judge every hypothesis on every row."""
    placed = np.isfinite(reference).all(axis=1)
    stated = ~shapely.is_missing(areas)
    known = (placed | stated) & np.isfinite(numbers).all(axis=1)
    fits = np.zeros((len(tried), len(numbers)), dtype=bool)
    offsets = np.full((len(tried), len(numbers), 2), np.nan)
    for at, hypothesis in enumerate(tried):
        points = hypothesis.read(numbers[:, 0], numbers[:, 1])
        offsets[at] = _offsets_m(points, reference)
        near = np.hypot(*offsets[at].T) <= FIT_M
        inside = shapely.intersects(areas, shapely.points(np.nan_to_num(points, nan=-999.0)))
        fits[at] = np.where(placed, near, inside)
    return _Trial(tried, fits, known, offsets)


def _centre(areas: NDArray[np.object_], reference: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return the middle of what is known of the rows."""
    middle = shapely.centroid(areas)
    known = np.vstack([reference, np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])])
    known = known[np.isfinite(known).all(axis=1)]
    return None if not len(known) else (float(np.median(known[:, 0])), float(np.median(known[:, 1])))


def _steady(offsets_m: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return the median offset where at least 20 rows have one and most lie close to it."""
    known = offsets_m[np.isfinite(offsets_m).all(axis=1)]
    if len(known) < LEAST_ROWS:
        return None
    middle = np.median(known, axis=0)
    spread = float(np.median(np.hypot(*(known - middle).T)))
    return (float(middle[0]), float(middle[1])) if spread <= STEADY_M else None


def _pair(trial: _Trial) -> tuple[int, int] | None:
    """Return the two hypotheses that explain a file only together, each with rows of its own."""
    least = max(_GROUP_ROWS, _GROUP_SHARE * trial.known.sum())
    single = float(trial.shares().max())
    best: tuple[float, tuple[int, int]] | None = None
    for first, second in combinations(range(len(trial.tried)), 2):
        one, two = trial.fits[first][trial.known], trial.fits[second][trial.known]
        together = float((one | two).mean())
        own = min(int((one & ~two).sum()), int((two & ~one).sum()))
        if own >= least and together >= LEAST_SHARE and together - single >= _GROUP_SHARE:
            best = max(best or (0.0, (0, 0)), (together, (first, second)))
    return best[1] if best else None


def _shift_words(offset: tuple[float, float]) -> str:
    return f"点整体偏离地址:向东{-offset[0]:+.0f}米、向北{-offset[1]:+.0f}米,不是已知的坐标系差,不作改动,请核对来源"


def detect(
    xs: ArrayLike, ys: ArrayLike, *, areas: Sequence[object] | None = None, reference: ArrayLike | None = None
) -> Verdict:
    """Judge the coordinates of a file (first and second column as they stand, NaN allowed).

    `areas`: per row the polygon of the stated district, street or community, or None. `reference`: per row longitude
    and latitude of the place that its address was located to, NaN where unknown. Both in WGS-84.
    """
    numbers = np.column_stack([np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)])
    shapes = np.asarray([None] * len(numbers) if areas is None else list(areas), dtype=object)
    places = np.full((len(numbers), 2), np.nan) if reference is None else np.asarray(reference, dtype=float)
    zero, repeated = odd_points(numbers[:, 0], numbers[:, 1])
    usable = numbers.copy()
    usable[np.concatenate([zero, repeated])] = np.nan
    near = _centre(shapes, places)
    tried = () if near is None else _hypotheses(usable[:, 0], usable[:, 1], near)
    trial = _try(tried, usable, shapes, places)
    decision, chosen, offset, words = _judge(trial)
    rows = np.full(len(numbers), -1, dtype=np.intp)
    if decision is Decision.MIXED:
        one, two = (trial.fits[at] & trial.known for at in chosen)
        rows[one & ~two], rows[two & ~one] = 0, 1
    elif chosen:
        rows[np.isfinite(usable).all(axis=1)] = 0
    order = np.argsort(-trial.shares(), kind="stable")
    return Verdict(
        decision, tuple(tried[at] for at in chosen), rows,
        tuple((tried[at], float(trial.shares()[at])) for at in order), int(trial.known.sum()), zero, repeated, offset,
        _with_odd(words, zero, repeated),
    )  # fmt: skip


def _judge(trial: _Trial) -> tuple[Decision, tuple[int, ...], tuple[float, float] | None, str]:
    """Decide on a trial: the decision, the hypotheses it rests on, the steady offset, the words."""
    judged = int(trial.known.sum())
    if judged < LEAST_ROWS:
        return Decision.ASK, (), None, f"能核对的只有{judged}行(至少{LEAST_ROWS}行),请说明坐标系"
    if not trial.tried:
        return Decision.ASK, (), None, "坐标数值不像任何已知坐标系,请说明坐标系"
    shares = trial.shares()
    order = np.argsort(-shares, kind="stable")
    best = int(order[0])
    margin = float(shares[best] - (shares[order[1]] if len(order) > 1 else 0.0))
    if (pair := _pair(trial)) is not None:
        counts = [f"{trial.tried[at].words}(约{trial.fits[at][trial.known].mean():.0%})" for at in pair]
        return Decision.MIXED, pair, None, f"文件里混有两种坐标:{'与'.join(counts)},须分开处理"
    accepted = shares[best] >= LEAST_SHARE and margin >= CLEAR_MARGIN
    offset = _steady(trial.offsets_m[best])
    shifted = offset is not None and np.hypot(*offset) > SHIFT_M
    if offset is not None and shifted and (accepted or shares[best] < LEAST_SHARE):
        return Decision.SUSPICIOUS, (best,) if accepted else (), offset, _shift_words(offset)
    said = f"{trial.tried[best].words}({shares[best]:.0%}的行相符,领先{margin:.0%})"
    if accepted:
        return Decision.ACCEPT, (best,), offset, f"判定为{said}"
    return Decision.ASK, (), offset, f"分不清坐标系,最像{said},请说明坐标系"


def _with_odd(words: str, zero: NDArray[np.intp], repeated: NDArray[np.intp]) -> str:
    said = [words]
    if len(zero):
        said.append(f"{len(zero)}行坐标为零")
    if len(repeated):
        said.append(f"{len(repeated)}行与另外{REPEATED_ROWS}行以上坐标完全相同")
    return ";".join(said)


def correct(xs: ArrayLike, ys: ArrayLike, verdict: Verdict) -> NDArray[np.float64]:
    """Return WGS-84 longitude and latitude (n, 2) by the verdict; NaN where it leaves a row open."""
    numbers = np.column_stack([np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)])
    points = np.full((len(numbers), 2), np.nan)
    for at, hypothesis in enumerate(verdict.hypotheses):
        mine = verdict.rows == at
        points[mine] = hypothesis.read(numbers[mine, 0], numbers[mine, 1])
    return points


def expected_offset_m(lon: float, lat: float, datum: Datum) -> tuple[float, float]:
    """Return how far east and north of the truth a point shown in a datum lies here."""
    shown = np.column_stack(crs.distort([lon], [lat], datum))
    east, north = -_offsets_m(shown, np.array([[lon, lat]]))[0]
    return float(east), float(north)
