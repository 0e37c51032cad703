"""What a network leaves out must change no distance to anybody, from wherever one starts."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.solve.shortcuts import short_cuts, walking_order

NODES = 9
FAR = 10**6


@st.composite
def networks(draw):
    """Draw edges (twice the same, loops and dead ends among them) and the nodes where somebody lives."""
    node = st.integers(0, NODES - 1)
    edges = draw(st.lists(st.tuples(node, node, st.integers(0, 9)), max_size=14))
    return edges, np.array(draw(st.lists(st.booleans(), min_size=NODES, max_size=NODES)))


def both_ways(edges):
    """Lay edges out by node: start, to, length."""
    arcs = sorted([(a, b, far) for a, b, far in edges] + [(b, a, far) for a, b, far in edges])
    tail, to, length = (np.array(column, np.int64) for column in zip(*arcs, strict=True)) if arcs else [np.empty(0)] * 3
    return np.searchsorted(tail, np.arange(NODES + 1)), to.astype(np.int32), length.astype(np.int64)


def all_distances(start, to, length):
    """Return the distance from every node to every node (Floyd 1962)."""
    far = np.full((NODES, NODES), FAR)
    np.fill_diagonal(far, 0)
    for tail in range(NODES):
        for arc in range(start[tail], start[tail + 1]):
            far[tail, to[arc]] = min(far[tail, to[arc]], length[arc])
    for via in range(NODES):
        far = np.minimum(far, far[:, via, None] + far[None, via])
    return np.minimum(far, FAR)


@settings(deadline=None)
@given(networks())
def test_every_distance_to_somebody_stays(network):
    edges, lived_at = network
    whole = both_ways(edges)
    assert (
        all_distances(*short_cuts(*whole, lived_at))[:, lived_at].tolist()
        == all_distances(*whole)[:, lived_at].tolist()
    )


def test_ways_past_nobody_are_left_out():
    # 0 - 1 - 2 - 3 with a dead end 2 - 4 - 5; somebody lives at 0 and 3
    whole = both_ways([(0, 1, 5), (1, 2, 6), (2, 3, 7), (2, 4, 1), (4, 5, 1)])
    start, to, length = short_cuts(*whole, np.isin(np.arange(NODES), [0, 3]))
    assert [list(zip(to[a:b], length[a:b], strict=True)) for a, b in pairwise(start)][:6] == [
        [(3, 18)],
        [(0, 5), (3, 13)],
        [(0, 11), (3, 7)],
        [(0, 18)],
        [(2, 1)],
        [(4, 1)],
    ]


@settings(deadline=None)
@given(networks())
def test_the_order_numbers_every_node_once_and_keeps_what_hangs_together_together(network):
    start, to, _ = both_ways(network[0])
    place = walking_order(start, to)
    assert sorted(place) == list(range(NODES))
    together = all_distances(start, to, np.zeros(len(to), np.int64)) == 0
    for node in range(NODES):
        assert np.ptp(place[together[node]]) == together[node].sum() - 1
