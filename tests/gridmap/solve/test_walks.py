"""Walks that stop and go on: in increasing distance, the same as walking at once, never through a barrier."""

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gridmap.solve.assign import assign
from gridmap.solve.instance import Demand, Supply
from gridmap.solve.travel import FAR, NetworkReach


def village(seed, nodes=220, links=330, sites=40, members=160):
    """Random paths in several pieces; every seventh door has no way to the network."""
    rng = np.random.default_rng(seed)
    edge = rng.integers(0, nodes, links), rng.integers(0, nodes, links), rng.integers(1, 400, links)
    doors = [(np.where(np.arange(count) % 7 == 3, -1, rng.integers(0, nodes, count)), rng.integers(0, 90, count))
             for count in (sites, members)]  # fmt: skip
    return edge, *doors, nodes


def by_scipy(edge, site, member, nodes, limit):
    """Distances of every site to every member; of parallel paths the shortest counts."""
    pair = np.minimum(edge[0], edge[1]) * nodes + np.maximum(edge[0], edge[1])
    order = np.lexsort((edge[2], pair))
    first = order[np.diff(pair[order], prepend=-1) != 0]
    graph = coo_array((edge[2][first], (edge[0][first], edge[1][first])), (nodes, nodes)).tocsr()
    walk = dijkstra(graph, directed=False, indices=np.maximum(site[0], 0))[:, np.maximum(member[0], 0)]
    walk += site[1][:, None] + member[1]
    walk[site[0] < 0] = walk[:, member[0] < 0] = np.inf
    return np.where(walk <= limit, walk, FAR).astype(np.int64)


@pytest.mark.parametrize("seed", range(4))
def test_a_walk_goes_on_where_it_stopped(seed):
    edge, site, member, nodes = village(seed)
    expected = by_scipy(edge, site, member, nodes, 900)
    reach = NetworkReach(edge, site, member, node_count=nodes, limit_dm=900)
    rng = np.random.default_rng(seed)
    for row in range(40):
        for limit in [*rng.integers(0, 1_200, 5).tolist(), 2_000]:
            near, distance = reach.within(row, limit)
            assert (np.diff(distance) >= 0).all()
            there = np.flatnonzero(expected[row] <= min(limit, 900))
            assert sorted(near.tolist()) == there.tolist()
            np.testing.assert_array_equal(distance, expected[row, near])


def test_a_kept_walk_is_not_walked_again():
    edge, site, member, nodes = village(9)
    reach = NetworkReach(edge, site, member, node_count=nodes, limit_dm=900)
    walk = reach.walk(0)
    first = walk.up_to(300)
    kept = walk.seen
    assert reach.walk(0) is walk
    walk.up_to(200)
    assert walk.seen is kept
    assert kept.settled_dm == 300
    further = walk.up_to(600)
    np.testing.assert_array_equal(further[: len(first)], first)
    assert len(walk.seen.node) > len(kept.node)


def test_pairs_are_measured_no_further_than_asked_and_unreachable_ones_said():
    edge, site, member, nodes = village(5)
    expected = by_scipy(edge, site, member, nodes, 900)
    reach = NetworkReach(edge, site, member, node_count=nodes, limit_dm=900)
    rng = np.random.default_rng(1)
    rows, columns = rng.integers(0, 40, 500), rng.integers(0, 160, 500)
    found = reach.between(rows, columns)
    np.testing.assert_array_equal(found, expected[rows, columns])
    assert (found == FAR).any()
    assert (reach.between(np.full(160, 3), np.arange(160)) == FAR).all()  # a door with no way out


def test_a_barrier_is_walked_round():
    # Two rows of houses 10 m apart with a wall between them; the only gate is at the far end, 300 m away.
    south, north = np.arange(4), 4 + np.arange(4)
    edge = (
        np.concatenate([south[:-1], north[:-1], [3]]),
        np.concatenate([south[1:], north[1:], [7]]),
        [1000] * 6 + [100],
    )
    reach = NetworkReach(edge, ([0], [0]), ([4, 7, 1], [0, 0, 0]), node_count=8, limit_dm=7_000)
    near, distance = reach.within(0, 7_000)
    assert near.tolist() == [2, 1, 0]
    assert distance.tolist() == [1_000, 3_100, 6_100]
    demand = Demand([0], [1], [0], [1], [0])
    nearer = NetworkReach(edge, ([0], [0]), ([4], [0]), node_count=8, limit_dm=6_000)
    assert assign(demand, Supply([1], [1]), nearer).filled.tolist() == [0]
