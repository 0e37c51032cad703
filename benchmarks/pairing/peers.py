"""Run other solvers on the arcs they are given; each returns seconds of the solver alone, places filled and dm.

Seconds are of the processor, in one thread. Building the model in the solver's own form counts, finding arcs does not.
"""

import time

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from benchmarks.pairing.cases import Arcs, Case

Answer = tuple[float, int | None, int | None]


def floor(case: Case) -> Answer:
    """Only find everybody's 8 nearest on the straight line: no exact method can do less."""
    start = time.process_time()
    cKDTree(case.member_xy_m).query(case.household_xy_m, k=min(8, len(case.member_xy_m)))
    return time.process_time() - start, None, None


def greedy(arcs: Arcs) -> Answer:
    """Take the nearest pair that is still free, then the next."""
    start = time.process_time()
    wanted, capacity = arcs.wanted.tolist(), arcs.capacity.tolist()
    filled = total = 0
    order = np.argsort(arcs.cost, kind="stable")
    rows = zip(*(column[order].tolist() for column in (arcs.household, arcs.member, arcs.cost)), strict=True)
    for h, m, c in rows:
        if wanted[h] and capacity[m]:
            wanted[h], capacity[m] = wanted[h] - 1, capacity[m] - 1
            filled, total = filled + 1, total + c
    return time.process_time() - start, filled, total


def _chosen(arcs: Arcs, start: float, used: np.ndarray) -> Answer:
    return time.process_time() - start, int(used.sum()), int(arcs.cost[used].sum())


def _network(arcs: Arcs) -> tuple[np.ndarray, ...]:
    """Return tail, head, capacity, cost and supply: arcs first, then empty places, then members to the sink."""
    households, members = len(arcs.wanted), len(arcs.capacity)
    sink = households + members
    tail = np.concatenate([arcs.household, np.arange(sink)]).astype(np.int32)
    head = np.concatenate([households + arcs.member, np.full(sink, sink)]).astype(np.int32)
    room = np.concatenate([np.ones(len(arcs.cost), np.int64), arcs.wanted, arcs.capacity])
    cost = np.concatenate([arcs.cost, np.full(households, arcs.empty_dm), np.zeros(members, np.int64)])
    supply = np.concatenate([arcs.wanted, np.zeros(members, np.int64), [-arcs.wanted.sum()]])
    return tail, head, room, cost, supply


def pylmcf(arcs: Arcs) -> Answer:
    """Solve with LEMON's network simplex."""
    import pylmcf as lemon

    tail, head, room, cost, supply = _network(arcs)
    order = np.lexsort((head, tail))
    tail, head, room, cost = tail[order], head[order], room[order], cost[order]
    start = time.process_time()
    graph = lemon.Graph(len(supply), tail, head)
    graph.set_edge_capacities(room)
    graph.set_edge_costs(cost)
    graph.set_node_supply(supply)
    graph.solve()
    flow = np.empty(len(order), np.int64)
    flow[order] = np.asarray(graph.result())
    return _chosen(arcs, start, flow[: len(arcs.cost)] > 0)


def ortools(arcs: Arcs) -> Answer:
    """Solve with OR-Tools' SimpleMinCostFlow (cost scaling)."""
    from ortools.graph.python import min_cost_flow

    tail, head, room, cost, supply = _network(arcs)
    start = time.process_time()
    flow = min_cost_flow.SimpleMinCostFlow()
    rows = flow.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
    flow.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("OR-Tools found no optimum")
    return _chosen(arcs, start, flow.flows(rows)[: len(arcs.cost)] > 0)


def _by_unit(arcs: Arcs) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int]:
    """Split places and capacities into units, for solvers of plain assignment: row, column, arc; rows, columns.

    Exact where one side of every arc holds one unit, which is so on all cases here.
    """
    many = arcs.wanted[arcs.household] * arcs.capacity[arcs.member]
    arc = np.repeat(np.arange(len(many)), many)
    nth = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    first_place, first_unit = np.cumsum(arcs.wanted) - arcs.wanted, np.cumsum(arcs.capacity) - arcs.capacity
    places = arcs.wanted[arcs.household[arc]]
    row = first_place[arcs.household[arc]] + nth % places
    return row, first_unit[arcs.member[arc]] + nth // places, arc, int(arcs.wanted.sum()), int(arcs.capacity.sum())


def scipy_sparse(arcs: Arcs) -> Answer:
    """Solve with scipy.sparse.csgraph.min_weight_full_bipartite_matching; every place has an own way to stay empty."""
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    start = time.process_time()
    row, column, arc, places, units = _by_unit(arcs)
    empty = np.arange(places)
    weight = np.concatenate([arcs.cost[arc], np.full(places, arcs.empty_dm)]) + 1.0  # it drops arcs of weight 0
    rows, columns = np.concatenate([row, empty]), np.concatenate([column, units + empty])
    chosen, unit = min_weight_full_bipartite_matching(csr_array((weight, (rows, columns)), (places, units + places)))
    key = rows[: len(arc)] * np.int64(units + places) + columns[: len(arc)]
    used = np.zeros(len(arcs.cost), bool)
    used[arc[np.isin(key, chosen * np.int64(units + places) + unit)]] = True
    return _chosen(arcs, start, used)


def scipy_dense(arcs: Arcs) -> Answer:
    """Solve with scipy.optimize.linear_sum_assignment on the whole matrix."""
    from scipy.optimize import linear_sum_assignment

    start = time.process_time()
    row, column, arc, places, units = _by_unit(arcs)
    matrix = np.full((places, units + (places if places > units else 0)), float(arcs.empty_dm))
    matrix[row, column] = arcs.cost[arc]
    chosen, unit = linear_sum_assignment(matrix)
    paid = matrix[chosen, unit]
    met = paid < arcs.empty_dm
    return time.process_time() - start, int(met.sum()), round(float(paid[met].sum()))


def pot(arcs: Arcs) -> Answer:
    """Solve as optimal transport (POT's ot.emd on sparse costs) with a row and a column for what is left over."""
    import ot
    from scipy.sparse import coo_array

    start = time.process_time()
    households, members, count = len(arcs.wanted), len(arcs.capacity), len(arcs.cost)
    rows = np.concatenate([arcs.household, np.arange(households), np.full(members + 1, households)])
    columns = np.concatenate([arcs.member, np.full(households, members), np.arange(members + 1)])
    cost = np.concatenate([arcs.cost, np.full(households, arcs.empty_dm), np.zeros(members + 1)]) + 1.0
    given = np.append(arcs.wanted, arcs.capacity.sum()).astype(float)
    taken = np.append(arcs.capacity, arcs.wanted.sum()).astype(float)
    plan = ot.emd(given, taken, coo_array((cost, (rows, columns)), (households + 1, members + 1)), numItermax=10**9)
    plan = csr_array(plan)
    flow = np.asarray(plan[arcs.household, arcs.member]).ravel()
    used = flow > 0.5
    if count and (flow > 1.5).any():
        raise RuntimeError("more than one place of a household to one member")
    return _chosen(arcs, start, used)


def highs(arcs: Arcs) -> Answer:
    """Solve the linear program with HiGHS (dual simplex)."""
    import highspy

    start = time.process_time()
    households, members, count = len(arcs.wanted), len(arcs.capacity), len(arcs.cost)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = count + households, households + members
    program.col_cost_ = np.append(arcs.cost, np.full(households, arcs.empty_dm)).astype(float)
    program.col_lower_ = np.zeros(count + households)
    program.col_upper_ = np.append(np.ones(count), arcs.wanted).astype(float)
    program.row_lower_ = np.append(arcs.wanted.astype(float), np.full(members, -highspy.kHighsInf))
    program.row_upper_ = np.append(arcs.wanted, arcs.capacity).astype(float)
    pairs = np.stack([arcs.household, households + arcs.member], 1).ravel()
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.append(2 * np.arange(count), 2 * count + np.arange(households + 1)).astype(np.int32)
    program.a_matrix_.index_ = np.append(pairs, np.arange(households)).astype(np.int32)
    program.a_matrix_.value_ = np.ones(2 * count + households)
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("solver", "simplex"), ("threads", 1)):
        solver.setOptionValue(option, value)
    solver.passModel(program)
    solver.run()
    value = np.array(solver.getSolution().col_value)[:count]
    if ((value > 1e-6) & (value < 1 - 1e-6)).any():
        raise RuntimeError("HiGHS left fractions")
    return _chosen(arcs, start, value > 0.5)


def pulp(arcs: Arcs) -> Answer:
    """Solve with PuLP and CBC: a binary for each pair, the way CommCare HQ and PySAL spopt build their models."""
    import resource

    import pulp as modeller

    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    pair = [modeller.LpVariable(f"x{i}", cat="Binary") for i in range(len(arcs.cost))]
    empty = [modeller.LpVariable(f"e{i}", 0, int(most)) for i, most in enumerate(arcs.wanted)]
    of_household, of_member = ([[] for _ in side] for side in (arcs.wanted, arcs.capacity))
    for x, h, m in zip(pair, arcs.household.tolist(), arcs.member.tolist(), strict=True):
        of_household[h].append(x)
        of_member[m].append(x)
    model = modeller.LpProblem("pairing", modeller.LpMinimize)
    costs = [*zip(pair, arcs.cost.tolist(), strict=True), *((e, arcs.empty_dm) for e in empty)]
    model += modeller.LpAffineExpression(costs)
    for mine, e, wanted in zip(of_household, empty, arcs.wanted.tolist(), strict=True):
        model += modeller.lpSum(mine) + e == wanted
    for mine, room in zip(of_member, arcs.capacity.tolist(), strict=True):
        if mine:
            model += modeller.lpSum(mine) <= room
    model.solve(modeller.PULP_CBC_CMD(msg=False, threads=1))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent, filled, total = _chosen(arcs, start, np.array([x.varValue for x in pair]) > 0.5)
    return spent + after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, filled, total
