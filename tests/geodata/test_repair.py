"""Areas and places are worked out by hand for squares of side 1 and the like."""

import numpy as np
import pytest
import shapely
from shapely import wkt
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point, Polygon, box

from geodata.findings import Findings
from geodata.repair import Place, mend


def mended(shapes, family="area", **kwargs):
    findings = Findings()
    array = np.array(shapes, dtype=object)
    numbers = np.arange(10, 10 + len(array))
    return mend(array, family, Place("f", numbers), findings, **kwargs), findings.problems


def codes(problems):
    return [(problem.code, problem.row) for problem in problems]


def test_good_shapes_stay_and_nothing_is_said():
    shapes, problems = mended([box(0, 0, 1, 1), box(1, 0, 2, 1)])
    assert [shape.area for shape in shapes] == [1, 1]
    assert problems == []


def test_a_bow_tie_becomes_its_two_triangles():
    shapes, problems = mended([Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])
    assert shapes[0].geom_type == "MultiPolygon"
    assert shapes[0].area == pytest.approx(2)  # two triangles with base 2 and height 1
    assert codes(problems) == [("geometry.repaired", 10)]
    assert "self-intersection at 1.000000 1.000000" in problems[0].message


def test_a_spike_is_cut_off():
    shapes, _ = mended([Polygon([(0, 0), (1, 0), (1, 1), (1, 5), (1, 1), (0, 1)])])
    assert shapes[0].equals(box(0, 0, 1, 1))


def test_a_polygon_without_area_is_left_out():
    shapes, problems = mended([Polygon([(0, 0), (1, 1), (2, 2), (0, 0)])])
    assert shapes[0] is None
    assert codes(problems) == [("geometry.no_area", 10)]


def test_null_empty_and_broken_shapes_are_left_out_each_with_its_reason():
    shapes, problems = mended([None, Polygon(), box(0, 0, 1, 1), None], broken=np.array([False, False, True, True]))
    assert [shape is None for shape in shapes] == [True, True, False, True]
    assert sorted(codes(problems)) == [
        ("geometry.empty", 11), ("geometry.null", 10), ("geometry.too_few_points", 13), ("geometry.unclosed", 12),
    ]  # fmt: skip


def test_heights_are_dropped_and_said_once():
    shapes, problems = mended([wkt.loads("POLYGON Z ((0 0 5, 1 0 5, 1 1 5, 0 0 5))")] * 2)
    assert not shapely.has_z(shapes).any()
    assert [(problem.code, problem.severity) for problem in problems] == [("geometry.z", "note")]


@pytest.mark.parametrize(
    ("shape", "family", "left"),
    [
        (Point(0, 0), "area", None),
        (LineString([(0, 0), (1, 1)]), "area", None),
        (box(0, 0, 1, 1), "line", None),
        (box(0, 0, 1, 1), "point", None),
        (MultiPoint([(1, 2)]), "point", Point(1, 2)),
        (MultiPoint([(1, 2), (3, 4)]), "point", None),
        (GeometryCollection([Point(1, 2)]), "point", Point(1, 2)),
        (GeometryCollection([box(0, 0, 1, 1), Point(5, 5)]), "area", box(0, 0, 1, 1)),
        (GeometryCollection([Point(5, 5), LineString([(0, 0), (1, 1)])]), "area", None),
        (LineString([(0, 0), (1, 1)]), "any", LineString([(0, 0), (1, 1)])),
    ],
)
def test_kinds_are_reduced_to_the_wanted_one_or_left_out(shape, family, left):
    shapes, problems = mended([shape], family)
    assert (shapes[0] is None) == (left is None)
    if left is not None:
        assert shapes[0].equals(left)
    else:
        assert codes(problems) == [("geometry.type", 10)]


@pytest.mark.parametrize("shape", [box(200, 0, 201, 1), box(0, 91, 1, 92), Polygon([(0, 0), (np.inf, 0), (1, 1)])])
def test_what_lies_outside_the_world_is_left_out(shape):
    shapes, problems = mended([shape])
    assert shapes[0] is None
    assert problems[0].code in ("geometry.outside", "geometry.not_finite")


def test_metres_are_not_outside_the_world_when_degrees_are_not_asked_for():
    shapes, problems = mended([box(500000, 3000000, 500010, 3000010)], degrees=False)
    assert shapes[0].area == 100
    assert problems == []


def test_rings_are_turned_as_rfc_7946_asks():
    clockwise = Polygon([(0, 0), (0, 3), (3, 3), (3, 0)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    shapes, _ = mended([clockwise])
    assert shapes[0].exterior.is_ccw
    assert not shapes[0].interiors[0].is_ccw


def test_twenty_are_named_and_the_rest_counted():
    _, problems = mended([None] * 50)
    assert len(problems) == 21
    assert problems[-1].message.startswith("50 times in all: 30 more")


def test_a_line_without_length_is_left_out():
    shapes, problems = mended([LineString([(1, 1), (1, 1)])], "line")
    assert shapes[0] is None
    assert codes(problems) == [("geometry.no_length", 10)]
