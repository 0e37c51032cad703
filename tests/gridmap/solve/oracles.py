"""Pose an instance to other libraries: all pairs in reach, none left out, as a network or as a program."""

from typing import NamedTuple

import numpy as np
from brute import pair_costs
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, vstack

from gridmap.solve.instance import Demand, Supply, Wishes
from gridmap.solve.travel import FAR, Reach

PRICE_OF_RANK_DM = 10**9  # above all that distance can save in these tests; ours derives its own


class Network(NamedTuple):
    """Hold a minimum-cost flow: the first arcs leave the slots; slot, member and dm of each such pair."""

    tail: np.ndarray
    head: np.ndarray
    room: np.ndarray
    cost: np.ndarray
    supply: np.ndarray
    slot: np.ndarray
    member: np.ndarray
    distance: np.ndarray


def all_pairs(demand: Demand, supply: Supply, reach: Reach):
    """Measure every slot against every member; keep those that may be."""
    rows = []
    everybody = np.arange(len(supply))
    for slot in np.flatnonzero(demand.wanted > 0):
        fits = everybody[(demand.accepts[slot] & supply.kind) != 0]
        distance = reach.between(np.full(len(fits), demand.site[slot]), fits)
        near = (distance < FAR) & (distance <= supply.radius_dm[fits])
        rows.append((np.full(near.sum(), slot), fits[near], distance[near]))
    return (np.concatenate(column) for column in zip(*rows, strict=True))


def as_network(demand: Demand, supply: Supply, reach: Reach) -> Network:
    """Draw slot -> (household, member) -> member -> sink; a place left empty flows to the sink at its rank's price."""
    slot, member, distance = all_pairs(demand, supply, reach)
    slots, members = len(demand), len(supply)
    sink = slots + members
    key, through = np.unique(demand.group[slot].astype(np.int64) * members + member, return_inverse=True)
    unit = np.repeat(np.arange(members), supply.capacity)
    nth = np.arange(len(unit)) - np.searchsorted(unit, unit)
    price = (demand.rank.max() + 1 - demand.rank.astype(np.int64)) * PRICE_OF_RANK_DM
    alone = len(np.unique(demand.group)) == slots
    columns = [
        (slot, slots + member if alone else sink + 1 + through, np.ones(len(slot)), distance),
        (np.arange(slots), np.full(slots, sink), demand.wanted, price),
    ]
    if not alone:
        columns.append((sink + 1 + np.arange(len(key)), slots + key % members, np.ones(len(key)), np.zeros(len(key))))
    if supply.load_step_dm:
        columns.append((slots + unit, np.full(len(unit), sink), np.ones(len(unit)), nth * supply.load_step_dm))
    else:
        whole = np.arange(members)
        columns.append((slots + whole, np.full(members, sink), supply.capacity, np.zeros(members)))
    tail, head, room, cost = (np.concatenate(column).astype(np.int64) for column in zip(*columns, strict=True))
    given = np.zeros(sink + 1 + (0 if alone else len(key)), np.int64)
    given[:slots], given[sink] = demand.wanted, -demand.wanted.sum()
    return Network(tail, head, room, cost, given, slot, member, distance)


def by_ortools(network: Network) -> np.ndarray:
    """Solve with SimpleMinCostFlow; the flow of every arc."""
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        network.tail.astype(np.int32), network.head.astype(np.int32), network.room, network.cost
    )
    flow.set_nodes_supplies(np.arange(len(network.supply), dtype=np.int32), network.supply)
    assert flow.solve() == flow.OPTIMAL
    return flow.flows(arcs)


def by_lemon(network: Network) -> np.ndarray:
    """Solve with LEMON's network simplex (pylmcf); the flow of every arc."""
    import pylmcf

    order = np.lexsort((network.head, network.tail))
    graph = pylmcf.Graph(
        len(network.supply), network.tail[order].astype(np.int32), network.head[order].astype(np.int32)
    )
    graph.set_edge_capacities(network.room[order])
    graph.set_edge_costs(network.cost[order])
    graph.set_node_supply(network.supply)
    graph.solve()
    flow = np.empty(len(order), np.int64)
    flow[order] = np.asarray(graph.result())
    return flow


def read(network: Network, flow: np.ndarray, demand: Demand):
    """Return the places filled by rank and the total dm of pairs and load steps."""
    used = flow[: len(network.slot)] > 0
    ranks, level = np.unique(demand.rank, return_inverse=True)
    filled = np.bincount(level[network.slot[used]], minlength=len(ranks))
    empty = slice(len(network.slot), len(network.slot) + len(demand))
    cost = int(flow @ network.cost) - int(flow[empty] @ network.cost[empty])
    return filled.tolist(), cost


def by_highs(demand: Demand, supply: Supply, reach: Reach, wishes: Wishes, *, whole: bool):
    """Fill rank by rank, then take the least cost: a mixed-integer program (whole) or its relaxation."""
    costs = pair_costs(demand, supply, reach, wishes)
    slot, member = np.array(list(costs), np.int64).reshape(-1, 2).T
    locked = set(zip(wishes.locked_slot.tolist(), wishes.locked_member.tolist(), strict=True))
    unit = np.repeat(np.arange(len(supply)), supply.capacity)
    nth = np.arange(len(unit)) - np.searchsorted(unit, unit)
    pairs, width = len(slot), len(slot) + len(unit)
    group = np.unique(demand.group[slot].astype(np.int64) * len(supply) + member, return_inverse=True)[1]
    at = np.arange(pairs)

    def rows(row, column, sign, count):
        return coo_array((sign, (row, column)), (count, width)).tocsr()

    member_row = np.concatenate([member, unit])
    sign = np.concatenate([np.ones(pairs), -np.ones(len(unit))])
    matrix = vstack(
        [
            rows(slot, at, np.ones(pairs), len(demand)),
            rows(group, at, np.ones(pairs), group.max() + 1),
            rows(member_row, np.arange(width), sign, len(supply)),
        ]
    )
    high = np.concatenate([demand.wanted, np.ones(group.max() + 1), np.zeros(len(supply))])
    low = np.array([float((s, m) in locked) for s, m in costs] + [0.0] * len(unit))
    best = np.concatenate([list(costs.values()), nth * supply.load_step_dm])
    filled = []
    for rank in np.unique(demand.rank):
        gain = np.append((demand.rank[slot] == rank) * -1.0, np.zeros(len(unit)))
        filled.append(-round(_least(gain, matrix, high, low, whole=whole)))
        matrix, high = vstack([matrix, coo_array(gain[None, :])]).tocsr(), np.append(high, -filled[-1])
    return filled, round(_least(best, matrix, high, low, whole=whole))


def _least(cost, matrix, high, low, *, whole: bool) -> float:
    if whole:
        bounds, rule = Bounds(low, 1), LinearConstraint(matrix, -np.inf, high)
        answer = milp(cost, constraints=rule, integrality=np.ones(len(cost)), bounds=bounds)
    else:
        answer = linprog(cost, A_ub=matrix, b_ub=high, bounds=np.stack([low, np.ones(len(low))], 1), method="highs")
    assert answer.success, answer.message
    return answer.fun
