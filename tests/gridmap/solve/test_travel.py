"""Distances against another library and the published rule of rounding."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from gridmap.solve.assign import assign
from gridmap.solve.certificate import verify
from gridmap.solve.instance import Demand, Supply
from gridmap.solve.travel import FAR, NetworkReach


def town(seed=4, side=25):
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:-1].ravel(), node[:, :-1].ravel()])
    head = np.concatenate([node[1:].ravel(), node[:, 1:].ravel()])
    keep = rng.random(len(tail)) > 0.2
    tail, head = tail[keep], head[keep]
    length = rng.integers(200, 500, len(tail))
    site = rng.integers(0, side * side, 150), rng.integers(0, 100, 150)
    member = rng.integers(0, side * side, 200), rng.integers(0, 100, 200)
    return (tail, head, length), site, member, side * side


def test_walks_equal_scipy_dijkstra():
    edge, site, member, nodes = town()
    reach = NetworkReach(edge, site, member, node_count=nodes, limit_dm=5_000)
    graph = coo_matrix((edge[2], (edge[0], edge[1])), (nodes, nodes)).tocsr()
    walk = dijkstra(graph, directed=False, indices=site[0])[:, member[0]] + site[1][:, None] + member[1]
    rows, columns = np.divmod(np.arange(150 * 200), 200)
    expected = np.where(walk.ravel() <= 5_000, walk.ravel(), FAR)
    np.testing.assert_array_equal(reach.between(rows, columns), expected)


def test_walking_distance_is_proven_over_all_pairs():
    edge, site, member, nodes = town()
    reach = NetworkReach(edge, site, member, node_count=nodes, limit_dm=5_000)
    rows = np.arange(150)
    demand = Demand(rows // 3, np.ones(150), rows % 2, 1 << (rows % 3), rows)
    supply = Supply(np.ones(200), np.random.default_rng(1).integers(1, 8, 200))
    plan = assign(demand, supply, reach)
    assert plan.optimal
    assert verify(demand, supply, reach, None, plan).proven
