"""Shares and areas of squares by hand; square metres against pyproj's geodesic area."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geodata import topology

UTM = "EPSG:32650"  # the zone of 114..120 E


def array(*shapes):
    return np.array(shapes, dtype=object)


def test_the_parent_with_the_largest_share_wins():
    parents = array(box(0, 0, 10, 10), box(10, 0, 20, 10))
    children = array(box(1, 1, 2, 2), box(9, 0, 10.5, 1), box(9, 0, 13, 1), box(30, 0, 31, 1), box(18, 0, 22, 1))
    found = topology.largest_share(children, parents)
    assert list(found.best) == [0, 0, 1, -1, 1]
    assert found.share == pytest.approx([1, 2 / 3, 3 / 4, 0, 1 / 2])


def test_of_equal_parents_the_first_wins():
    parents = array(box(0, 0, 2, 2), box(0, 0, 2, 2), box(2, 0, 4, 2))
    children = array(box(0, 0, 1, 1), box(1, 0, 3, 1))
    assert list(topology.largest_share(children, parents).best) == [0, 0]


def test_touching_is_no_share():
    assert list(topology.largest_share(array(box(0, 0, 1, 1)), array(box(1, 0, 2, 1))).best) == [-1]


def test_nobody_has_no_parents():
    assert list(topology.largest_share(array(), array(box(0, 0, 1, 1))).best) == []
    assert list(topology.largest_share(array(box(0, 0, 1, 1)), array()).best) == [-1]


SQUARE = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 5), st.integers(1, 5)).map(
    lambda t: box(t[0], t[1], t[0] + t[2], t[1] + t[3])
)


@given(st.lists(SQUARE, min_size=1, max_size=6), st.lists(SQUARE, min_size=1, max_size=5))
def test_shares_equal_those_found_one_by_one(children, parents):
    found = topology.largest_share(array(*children), array(*parents))
    for at, child in enumerate(children):
        shares = [child.intersection(parent).area / child.area for parent in parents]
        assert found.share[at] == pytest.approx(max(shares))
        if max(shares) > 0:
            assert shares[found.best[at]] == pytest.approx(max(shares))
        else:
            assert found.best[at] == -1


def test_a_point_belongs_to_the_first_area_that_covers_it():
    areas = array(box(0, 0, 1, 1), box(1, 0, 2, 1))
    assert list(topology.holder(array(Point(0.5, 0.5), Point(1, 0.5), Point(1.5, 0.5), Point(5, 5)), areas)) == [
        0,
        0,
        1,
        -1,
    ]


def test_metres_agree_with_the_geodesic_area():
    shape = box(115, 30, 115.001, 30.001)
    geodesic, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(shape)
    assert topology.to_metres(array(shape), UTM)[0].area == pytest.approx(abs(geodesic), rel=2e-3)


METRE = 1 / 111_320


def test_overlaps_over_a_square_metre_are_found_with_their_area():
    wide = 100 * METRE
    shapes = array(
        box(115, 30, 115 + wide, 30 + wide),
        box(115 + wide - 10 * METRE, 30, 115 + 2 * wide, 30 + wide),  # 10 m (x cos 30) by 100 m
        box(115 + 2 * wide - 0.005 * METRE, 30, 115 + 3 * wide, 30 + wide),  # half a square metre at most
    )
    found = topology.overlaps(shapes, UTM)
    assert list(zip(found["first"], found["second"], strict=True)) == [(0, 1)]
    assert found["area_m2"][0] == pytest.approx(10 * np.cos(np.radians(30)) * 100, rel=0.01)


def test_neighbours_that_only_touch_do_not_overlap():
    shapes = array(*[box(115 + at * 0.001, 30, 115.001 + at * 0.001, 30.001) for at in range(5)])
    assert len(topology.overlaps(shapes, UTM)) == 0
    assert len(topology.overlaps(array(), UTM)) == 0


def test_a_hole_between_siblings_is_a_gap_the_outside_is_none():
    grid = [
        box(115 + x * 0.001, 30 + y * 0.001, 115.001 + x * 0.001, 30.001 + y * 0.001)
        for x in range(3)
        for y in range(3)
    ]
    found = topology.gaps(array(*(grid[:4] + grid[5:])), UTM)
    assert len(found) == 1
    assert grid[4].contains(Point(found["lon"][0], found["lat"][0]))
    geodesic, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(grid[4])
    assert found["area_m2"][0] == pytest.approx(abs(geodesic), rel=2e-3)
    assert len(topology.gaps(array(*grid), UTM)) == 0


def test_a_hole_smaller_than_a_square_metre_is_rounding():
    small = 0.5 * METRE
    ring = shapely.difference(box(115, 30, 115.001, 30.001), box(115.0005, 30.0005, 115.0005 + small, 30.0005 + small))
    assert len(topology.gaps(array(ring), UTM)) == 0
