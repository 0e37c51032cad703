"""Shapes are decoded here by a second reading of the format, written apart from the code that writes it."""

import json

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.maps import shapes

STEP = 1e-6


def decode(record):
    """[[line, ...] of each geometry], a line being [(x, y), ...]: plain loops, no numpy."""
    numbers = iter(record["xy"])
    sizes = iter(record["sizes"])
    x = y = 0
    found = []
    for count in record["parts"]:
        lines = []
        for _ in range(count):
            line = []
            for _ in range(next(sizes)):
                x, y = x + next(numbers), y + next(numbers)
                line.append((x * STEP, y * STEP))
            lines.append(line)
        found.append(lines)
    assert next(numbers, None) is None
    assert next(sizes, None) is None
    return found


def array(*geometries):
    found = np.empty(len(geometries), dtype=object)
    found[:] = geometries
    return found


def test_a_square_becomes_four_corners_without_the_closing_one():
    square = shapely.Polygon([(115, 30), (115.000002, 30), (115.000002, 30.000003), (115, 30.000003)])
    assert shapes.encode(array(square)) == {
        "parts": [1],
        "sizes": [4],
        "xy": [115_000_000, 30_000_000, 2, 0, 0, 3, -2, 0],
    }


def test_holes_parts_lines_and_missing_shapes_keep_their_places():
    ring = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(3, 3), (6, 3), (6, 6)]])
    two = shapely.MultiPolygon([shapely.box(20, 0, 21, 1), shapely.box(30, 0, 31, 1)])
    line = shapely.LineString([(0, 50), (1, 51), (0, 50)])
    lines = shapely.MultiLineString([[(0, 60), (1, 60)], [(2, 60), (3, 60)]])
    found = decode(shapes.encode(array(ring, None, line, two, shapely.Polygon(), lines)))
    assert [[len(part) for part in parts] for parts in found] == [[4, 3], [], [3], [4, 4], [], [2, 2]]
    np.testing.assert_allclose(found[2][0], [(0, 50), (1, 51), (0, 50)])
    assert {tuple(np.round(corner)) for corner in found[0][1]} == {(3, 3), (6, 3), (6, 6)}


def test_no_shapes_are_no_numbers():
    assert shapes.encode(np.empty(0, dtype=object)) == {"parts": [], "sizes": [], "xy": []}


degrees = st.tuples(st.floats(-179, 179), st.floats(-85, 85))


@given(st.lists(st.lists(degrees, min_size=2, max_size=9), max_size=6))
def test_every_vertex_comes_back_within_half_a_step(lines):
    found = decode(shapes.encode(array(*[shapely.LineString(line) for line in lines])))
    assert len(found) == len(lines)
    for line, (back,) in zip(lines, found, strict=True):
        np.testing.assert_allclose(back, line, atol=0.5001 * STEP, rtol=0)


def test_a_point_of_an_area_lies_inside_it():
    horseshoe = shapely.Polygon([(0, 0), (10, 0), (10, 10), (8, 10), (8, 2), (2, 2), (2, 10), (0, 10)])
    (point, nowhere) = shapes.points(array(horseshoe, None))
    assert horseshoe.contains(shapely.Point(point))
    assert nowhere is None


def test_bounds_are_those_of_the_first_layer_with_a_shape():
    assert shapes.bounds(array(None), array(shapely.box(1, 2, 3, 4)), array(shapely.box(0, 0, 9, 9))) == [
        [2, 1],
        [4, 3],
    ]
    assert shapes.bounds(np.empty(0, dtype=object), array(shapely.Polygon())) is None


def test_a_city_of_buildings_takes_few_bytes():
    """A footprint of four corners takes less than a fifth of its GeoJSON."""
    squares = array(*[shapely.box(115 + i * 3e-4, 30, 115.0002 + i * 3e-4, 30.0001) for i in range(1000)])
    short = len(json.dumps(shapes.encode(squares), separators=(",", ":")))
    assert short < len(shapely.to_geojson(shapely.GeometryCollection(list(squares)))) / 4
