"""Run other solvers on the same city, on the nearest members they are given; seconds of the solver alone."""

import time

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.pairing.cities import FACTOR, LIMIT_DM, City

EMPTY_PLACE_DM = 10 * LIMIT_DM


def nearest_arcs(city: City, neighbours: int):
    """Return rows of households and members and their cost in dm, nearest first."""
    count = min(neighbours, len(city.member_xy_m))
    metres, member = cKDTree(city.member_xy_m).query(city.household_xy_m, k=count)
    cost = np.rint(metres * FACTOR * 10).astype(np.int64)
    near = cost <= LIMIT_DM
    return np.repeat(np.arange(len(cost)), near.sum(axis=1)), member[near], cost[near]


def floor(city: City):
    """Only find everybody's 8 nearest: no exact method can do less."""
    start = time.process_time()
    cKDTree(city.member_xy_m).query(city.household_xy_m, k=8)
    return time.process_time() - start, None, None


def greedy(city: City, neighbours: int):
    """Take the nearest pair that is still free, then the next."""
    household, member, cost = nearest_arcs(city, neighbours)
    start = time.process_time()
    wanted, capacity = city.demand.wanted.tolist(), city.supply.capacity.tolist()
    filled = total = 0
    rows = zip(household.tolist(), member.tolist(), cost.tolist(), strict=True)
    for h, m, c in sorted(rows, key=lambda row: row[2]):
        if wanted[h] and capacity[m]:
            wanted[h], capacity[m] = wanted[h] - 1, capacity[m] - 1
            filled, total = filled + 1, total + c
    return time.process_time() - start, filled, total


def lemon(city: City, neighbours: int):
    """Solve with LEMON's network simplex (pylmcf)."""
    import pylmcf

    household, member, cost = nearest_arcs(city, neighbours)
    households, members = len(city.household_xy_m), len(city.member_xy_m)
    sink = households + members
    wanted, capacity = city.demand.wanted.astype(np.int64), city.supply.capacity.astype(np.int64)
    tail = np.concatenate([household, np.arange(sink)]).astype(np.int32)
    head = np.concatenate([households + member, np.full(sink, sink)]).astype(np.int32)
    room = np.concatenate([np.ones(len(cost), np.int64), wanted, capacity])
    price = np.concatenate([cost, np.full(households, EMPTY_PLACE_DM), np.zeros(members, np.int64)])
    order = np.lexsort((head, tail))
    start = time.process_time()
    graph = pylmcf.Graph(sink + 1, tail[order], head[order])
    graph.set_edge_capacities(room[order])
    graph.set_edge_costs(price[order])
    graph.set_node_supply(np.concatenate([wanted, np.zeros(members, np.int64), [-wanted.sum()]]))
    graph.solve()
    spent = time.process_time() - start
    flow = np.empty(len(order), np.int64)
    flow[order] = np.asarray(graph.result())
    used = flow[: len(cost)] > 0
    return spent, int(used.sum()), int(cost[used].sum())


def ortools(city: City, neighbours: int):
    """Solve with OR-Tools' SimpleMinCostFlow."""
    from ortools.graph.python import min_cost_flow

    household, member, cost = nearest_arcs(city, neighbours)
    households, members = len(city.household_xy_m), len(city.member_xy_m)
    sink = households + members
    start = time.process_time()
    flow = min_cost_flow.SimpleMinCostFlow()
    add = flow.add_arcs_with_capacity_and_unit_cost
    arcs = add(household.astype(np.int32), (households + member).astype(np.int32), np.ones(len(cost), np.int64), cost)
    rows = np.arange(households, dtype=np.int32)
    wanted, capacity = city.demand.wanted.astype(np.int64), city.supply.capacity.astype(np.int64)
    add(rows, np.full(households, sink, np.int32), wanted, np.full(households, EMPTY_PLACE_DM, np.int64))
    ends = np.arange(households, sink, dtype=np.int32)
    add(ends, np.full(members, sink, np.int32), capacity, np.zeros(members, np.int64))
    flow.set_nodes_supplies(rows, wanted)
    flow.set_node_supply(sink, -int(wanted.sum()))
    status = flow.solve()
    spent = time.process_time() - start
    if status != flow.OPTIMAL:
        return spent, None, None
    used = flow.flows(arcs) > 0
    return spent, int(used.sum()), int(cost[used].sum())
