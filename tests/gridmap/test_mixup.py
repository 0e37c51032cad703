"""Files whose coordinates are distorted on purpose; the truth is a made-up town of 1 km communities in Huangshi."""

import numpy as np
import pyproj
import pytest
import shapely

from gridmap import crs, mixup
from gridmap.errors import CrsError
from gridmap.mixup import Decision, Hypothesis

RNG = np.random.default_rng(20261124)
EAST, NORTH = 1 / 96_300, 1 / 110_850
N = 80
TRUTH = np.column_stack([115.0 + RNG.uniform(0, 8000, N) * EAST, 30.2 + RNG.uniform(0, 8000, N) * NORTH])
NEARBY = TRUTH + RNG.normal(0, 10, (N, 2)) * (EAST, NORTH)
"""The points as a phone gives them: 10 m of noise."""


def area_of(point, size_m=1000):
    x, y = (point - (115.0, 30.2)) // (size_m * EAST, size_m * NORTH) * (size_m * EAST, size_m * NORTH) + (115.0, 30.2)
    return shapely.box(x, y, x + size_m * EAST, y + size_m * NORTH)


AREAS = [area_of(point) for point in TRUTH]


def as_file(points, hypothesis):
    lon, lat = crs.distort(points[:, 0], points[:, 1], hypothesis.datum)
    if hypothesis.crs != "EPSG:4326":
        lon, lat = pyproj.Transformer.from_crs(4326, hypothesis.crs, always_xy=True).transform(lon, lat)
    return (lat, lon) if hypothesis.swapped else (lon, lat)


EVERY = [
    Hypothesis(system, datum, swapped)
    for system, datum in [("EPSG:4326", "wgs84"), ("EPSG:4326", "gcj02"), ("EPSG:4326", "bd09"), ("EPSG:4547", "wgs84"),
                          ("EPSG:4526", "wgs84"), ("EPSG:3857", "wgs84"), ("EPSG:32650", "wgs84")]
    for swapped in (False, True)
]  # fmt: skip


@pytest.mark.parametrize("truth", EVERY, ids=lambda h: f"{h.crs[5:]}-{h.datum}-{'yx' if h.swapped else 'xy'}")
def test_each_known_reading_is_recognised_and_undone(truth):
    xs, ys = as_file(NEARBY, truth)
    verdict = mixup.detect(xs, ys, areas=AREAS, reference=TRUTH)
    assert verdict.decision is Decision.ACCEPT
    assert verdict.hypotheses == (truth,)
    assert verdict.shares[0][1] == 1.0
    assert np.abs(mixup.correct(xs, ys, verdict) - NEARBY).max() < 1e-8
    assert verdict.words.startswith("判定为")


@pytest.mark.parametrize("truth", [Hypothesis(), Hypothesis(datum="gcj02"), Hypothesis(datum="bd09", swapped=True)])
def test_stated_communities_alone_are_enough_when_they_are_small(truth):
    xs, ys = as_file(NEARBY, truth)
    verdict = mixup.detect(xs, ys, areas=AREAS)
    assert verdict.decision is Decision.ACCEPT
    assert verdict.hypotheses == (truth,)


def test_large_areas_cannot_tell_and_the_file_is_asked_about():
    whole = [shapely.box(114.5, 29.8, 115.5, 30.6)] * N
    verdict = mixup.detect(*as_file(NEARBY, Hypothesis(datum="gcj02")), areas=whole)
    assert verdict.decision is Decision.ASK
    assert verdict.hypotheses == ()
    assert (verdict.rows == -1).all()


def test_fewer_than_twenty_rows_are_asked_about():
    xs, ys = as_file(NEARBY[:19], Hypothesis(datum="gcj02"))
    assert mixup.detect(xs, ys, reference=TRUTH[:19]).decision is Decision.ASK
    xs, ys = as_file(NEARBY[:20], Hypothesis(datum="gcj02"))
    assert mixup.detect(xs, ys, reference=TRUTH[:20]).decision is Decision.ACCEPT


def test_nothing_known_is_asked_about():
    assert mixup.detect(*NEARBY.T).decision is Decision.ASK
    assert mixup.detect([], []).decision is Decision.ASK


def test_two_sources_in_one_file_are_told_apart_row_by_row():
    baidu = np.arange(N) % 3 == 0
    xs, ys = as_file(NEARBY, Hypothesis())
    bd = as_file(NEARBY, Hypothesis(datum="bd09"))
    xs, ys = np.where(baidu, bd[0], xs), np.where(baidu, bd[1], ys)
    verdict = mixup.detect(xs, ys, areas=AREAS, reference=TRUTH)
    assert verdict.decision is Decision.MIXED
    assert {h.datum for h in verdict.hypotheses} == {"wgs84", "bd09"}
    of_baidu = next(at for at, h in enumerate(verdict.hypotheses) if h.datum == "bd09")
    assert ((verdict.rows == of_baidu) == baidu).all()
    assert np.abs(mixup.correct(xs, ys, verdict) - NEARBY).max() < 1e-8


@pytest.mark.parametrize("shift", [(60.0, -45.0), (300.0, 200.0), (-900.0, 100.0)])
def test_an_unknown_constant_shift_is_reported_and_never_taken_off(shift):
    points = NEARBY + np.array(shift) * (EAST, NORTH)
    verdict = mixup.detect(*points.T, areas=AREAS, reference=TRUTH)
    assert verdict.decision is Decision.SUSPICIOUS
    assert -np.array(verdict.offset_m) == pytest.approx(shift, abs=8)
    assert "不作改动" in verdict.words
    kept = mixup.correct(*points.T, verdict)
    assert np.isnan(kept).all() or np.abs(kept - points).max() < 1e-9


def test_scattered_points_are_no_shift():
    points = TRUTH + RNG.normal(0, 2500, (N, 2)) * (EAST, NORTH)
    verdict = mixup.detect(*points.T, areas=AREAS, reference=TRUTH)
    assert verdict.decision is Decision.ASK
    assert verdict.offset_m is None


def test_zero_and_repeated_points_are_named_and_left_out():
    xs, ys = (column.copy() for column in as_file(NEARBY, Hypothesis(datum="gcj02")))
    xs[3], ys[5] = 0.0, 0.0
    xs[10:16], ys[10:16] = xs[10], ys[10]
    xs[20:25], ys[20:25] = xs[20], ys[20]
    verdict = mixup.detect(xs, ys, reference=TRUTH)
    assert verdict.zero_rows.tolist() == [3, 5]
    assert verdict.repeated_rows.tolist() == [10, 11, 12, 13, 14, 15]
    assert verdict.hypotheses == (Hypothesis(datum="gcj02"),)
    assert (verdict.rows[[3, 5, *range(10, 16)]] == -1).all()
    assert "2行坐标为零" in verdict.words


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("wgs84", Hypothesis()),
        ("gcj02", Hypothesis(datum="gcj02")),
        ("bd09 swapped", Hypothesis(datum="bd09", swapped=True)),
        ("EPSG:4547 swapped", Hypothesis(crs="EPSG:4547", swapped=True)),
        ("none", None),
    ],
)
def test_a_reading_is_written_as_a_word(text, meant):
    assert mixup.reading(text) == meant


@pytest.mark.parametrize("text", ["", "gps", "gcj02swapped", "EPSG:4610", "EPSG:999999", "+proj=longlat"])
def test_what_is_no_reading_is_refused(text):
    with pytest.raises(CrsError):
        mixup.reading(text)


def test_expected_vectors_in_huangshi():
    # metres east and north, from the field notes (section 5, computed there from the published formulas)
    for lon, lat in ((115.0, 30.2), (115.04, 30.2), (115.1, 30.25)):
        east, north = mixup.expected_offset_m(lon, lat, "gcj02")
        assert 483 <= east <= 528
        assert -301 <= north <= -260
        east, north = mixup.expected_offset_m(lon, lat, "bd09")
        assert 1115 <= east <= 1154
        assert 327 <= north <= 436
