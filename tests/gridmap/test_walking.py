"""Ways are checked against lengths worked out by hand and against networkx on random street nets."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from town import CORNER, METRIC_CRS, frame_of, line

from gridmap import walking
from gridmap.solve.travel import FAR
from gridmap.tables import Path


def paths(*lines, blocked=()):
    rows = [{"path_id": f"p{at:03}", "geometry": line(*corners)} for at, corners in enumerate(lines)]
    rows += [{"path_id": f"x{at}", "geometry": line(*c), "passable": False} for at, c in enumerate(blocked)]
    return frame_of(rows, Path)


def metres(start, end, net, *, factor=1.0, limit_m=5000.0):
    """The way from a point to a point in metres, None without one."""
    site, member = (np.array([point], float) + CORNER for point in (start, end))
    found = walking.ways(site, member, paths=net, metric_crs=METRIC_CRS, factor=factor)
    distance = found.reach(limit_m).between(np.array([0]), np.array([0]))[0]
    return None if distance == FAR else distance / 10


def test_without_paths_the_straight_line_counts_times_the_factor():
    assert metres((0, 0), (30, 40), None, factor=1.3) == 65.0
    assert metres((0, 0), (30, 40), paths(blocked=[((0, 0), (9, 9))]), factor=1.3) == 65.0


def test_doors_lead_straight_to_the_nearest_path_times_the_factor():
    net = paths(((0, 0), (500, 0)), ((0, 400), (500, 400)))
    assert metres((100, 20), (300, -10), net, factor=1.3) == pytest.approx(200 + 30 * 1.3)


def test_two_doors_on_one_line_are_as_far_apart_as_along_it():
    net = paths(((0, 0), (100, 0), (100, 100), (0, 100)))
    assert metres((30, 0), (40, 100), net) == 70 + 100 + 60


def test_people_at_one_point_are_nowhere_apart_however_far_from_a_path():
    net = paths(((0, 0), (100, 0)))
    assert metres((50, 300), (50, 300), net) == 0
    assert metres((50, 300), (51, 300), net) == 601


def test_lines_that_cross_without_a_vertex_do_not_meet():
    north, east = ((100, -100), (100, 100)), ((0, 0), (200, 0))
    over = paths(north, east, ((100, 100), (100, 300), (300, 300), (300, 0), (200, 0)))  # meet the long way round
    assert metres((100, -100), (0, 0), over) == pytest.approx(200 + 200 + 200 + 300 + 100 + 200)
    meeting = paths(((100, -100), (100, 0), (100, 100)), ((0, 0), (100, 0), (200, 0)))
    assert metres((100, -100), (0, 0), meeting) == 200


@pytest.mark.parametrize(
    ("gap", "expected"),
    [(0.0, 200.0), (0.4, 200.0), (0.7, 199.3 + 0.7 * 1.3), (19.0, 181.0 + 19.0 * 1.3), (21.0, None)],
)
def test_a_hole_in_the_drawing_is_joined_or_crossed_up_to_the_width_of_a_street(gap, expected):
    net = paths(((0, 0), (200, 0)), ((100, gap), (100, 100)), ((0, 0), (0, -900)))
    found = metres((0, 0), (100, 100), net, factor=1.3)
    assert found is None if expected is None else found == pytest.approx(expected, abs=0.11)


def test_what_a_barrier_cuts_off_is_not_crossed():
    shores = [((0, 0), (100, 0)), ((110, 0), (200, 0))]
    assert metres((0, 0), (200, 0), paths(*shores)) == 200
    assert metres((0, 0), (200, 0), paths(*shores, blocked=[((100, 0), (110, 0))])) is None


def test_a_way_longer_than_the_limit_is_none():
    net = paths(((0, 0), (100, 0)))
    assert metres((0, 0), (100, 0), net, limit_m=100.0) == 100
    assert metres((0, 0), (100, 0), net, limit_m=99.9) is None


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), min_size=1), st.data())
@settings(max_examples=40, deadline=None)
def test_ways_equal_those_of_networkx(streets, data):
    # Streets of a net of 100 m squares; each is a line of its own, some with a vertex in the middle.
    def ends(street):
        column, row, eastward = street
        return (column * 100, row * 100), ((column + eastward) * 100, (row + 1 - eastward) * 100)

    graph = nx.Graph()
    for street in streets:
        graph.add_edge(*ends(street), weight=100)
    doors = sorted(graph.nodes)
    start, end = data.draw(st.sampled_from(doors)), data.draw(st.sampled_from(doors))
    expected = nx.shortest_path_length(graph, start, end, "weight") if nx.has_path(graph, start, end) else None
    assert metres(start, end, paths(*(ends(street) for street in sorted(streets)))) == expected


def test_what_is_drawn_twice_makes_the_net_no_larger():
    street, doors = ((0, 0), (100, 0), (100, 100)), np.array([(0, 0), (100, 50), (100, 100)], float) + CORNER
    once, twice = (
        walking.ways(doors, doors[:0], paths=net, metric_crs=METRIC_CRS, factor=1.0)
        for net in (paths(street), paths(street, street, street[1:]))
    )
    # the corner is no node: no way parts there; all three doors lie on the street, 150 m and 50 m along it
    assert sorted(once.edges[2].tolist()) == [500, 1500]
    # the corner is one now, where a line begins; a door lies on one of the lines, which the others pass
    assert (twice.node_count, sorted(twice.edges[2].tolist())) == (4, [500, 500, 1000, 1000])
    assert sorted(once.nodes.tolist()) == [0, 1, 2]


def test_of_two_ways_between_the_same_ends_the_shorter_counts():
    straight, bent = ((0, 0), (100, 0)), ((0, 0), (30, 40), (100, 0))
    assert metres((0, 0), (100, 0), paths(straight, bent)) == metres((0, 0), (100, 0), paths(bent, straight)) == 100
