"""Take a plan with places still pending to the optimum where people are scarce.

Rounds of network simplex and pricing: the arcs known so far are brought to their optimum, then every slot
names the pairs outside that its price calls worth taking. The tree stays as it is when they come in, so a
round costs what it changes, not what the city holds.
"""

import time
from collections.abc import Callable

import numpy as np

from gridmap.solve import flow, pricing, simplex
from gridmap.solve.augment import MORE_ARENA, MORE_ROOM
from gridmap.solve.engine import Engine
from gridmap.solve.instance import Ints
from gridmap.solve.plane import Squares, cut_squares, lay_from_plane, look_up
from gridmap.solve.problem import Problem
from gridmap.solve.state import base_load, empty_plan
from gridmap.solve.sweep import worthwhile_pairs
from gridmap.solve.travel import StraightReach

FIRST_ARCS = 16
ARCS_A_ROUND = 32
BLOCK = 0.15
PIVOTS_BETWEEN_LOOKS = 20_000


def settle(engine: Engine, pending: Ints, deadline: float | None, note: Callable[..., None] | None = None) -> bool:
    """Fill the pending places and repair all that they move; True when nothing can be better."""
    problem, plan = engine.problem, engine.plan
    slots, members = len(problem.demand), len(engine.fixed.capacity)
    locked = base_load(problem)
    waiting = np.bincount(pending, minlength=slots).astype(np.int32)
    rivals = slots * FIRST_ARCS + len(plan.pair_slot) if _has_rivals(problem) else 0
    shared = flow.empty_shared(problem, rivals + len(problem.kept) + 1)
    tree = simplex.empty_tree(slots + members + 1 + len(shared.member))
    units = members if problem.supply.load_step_dm == 0 else int(np.maximum(engine.fixed.capacity, 1).sum())
    pairs = len(plan.pair_slot) + slots * FIRST_ARCS + len(engine.fixed.kept_key)
    arcs = simplex.empty_arcs(5 * slots + units + 2 * pairs)
    flow.lay_arcs(tree, arcs, shared, engine.fixed, engine.eligible, problem.wanted, locked, plan, waiting)
    state = np.zeros(2, np.int64)
    engine.with_arena(
        lambda: flow.lay_first(
            tree, arcs, shared, engine.fixed, engine.lists, engine.arena, engine.reach, engine.eligible,
            problem.wanted, locked, plan, FIRST_ARCS, state,
        )
    )  # fmt: skip
    simplex.plant(tree, arcs, tree.price.copy(), slots + members)
    squares = cut_squares(problem.reach) if isinstance(problem.reach, StraightReach) else None
    walk = np.zeros(2, np.int64)
    proven = False
    while True:
        if not _improve(tree, arcs, walk, deadline):
            break
        laid, tree, arcs, shared = _lay_more(engine, squares, tree, arcs, shared)
        if note is not None:
            note(arcs=int(arcs.used[0]), pivots=int(walk[1]), laid=laid)
        if laid == 0:
            proven = True
            break
        walk[0] = 0
    engine.plan = empty_plan(problem)
    flow.read_back(tree, arcs, shared, engine.fixed, locked, engine.plan)
    return proven


def _lay_more(
    engine: Engine, squares: Squares | None, tree: simplex.Tree, arcs: simplex.Arcs, shared: flow.Shared
) -> tuple[int, simplex.Tree, simplex.Arcs, flow.Shared]:
    """Lay the pairs that the prices call worth taking; return how many, and the arrays, moved if need be."""
    problem = engine.problem
    demand = problem.demand
    laid = 0
    slots, members = len(demand), len(engine.fixed.capacity)
    locked = base_load(problem)
    full = pricing.full_pairs(arcs, slots, slots + members)
    best = pricing.best_of(ARCS_A_ROUND)
    for accepts in [0] if squares is None else np.unique(demand.accepts):
        if squares is not None:
            price = tree.price[slots : slots + members]
            look_up(squares, problem.supply.kind, accepts, price, problem.capacity > 0)
        state = np.zeros(3, np.int64)
        while True:
            if squares is None:
                status = pricing.lay_worthwhile(
                    tree, arcs, shared, engine.fixed, engine.lists, engine.arena, engine.reach,
                    engine.eligible, problem.wanted, locked, full, ARCS_A_ROUND, best, state, engine.scanned,
                )  # fmt: skip
            else:
                asked = (demand.site, demand.accepts, demand.area, problem.wanted)
                status = lay_from_plane(
                    tree, arcs, shared, engine.fixed, asked, engine.eligible, squares, engine.reach,
                    accepts, full, ARCS_A_ROUND, best, state, engine.scanned,
                )  # fmt: skip
            if status == MORE_ARENA:
                engine.grow_arena()
            elif status == MORE_ROOM:
                arcs = simplex.room_for_arcs(arcs, len(arcs.tail) // 2 + 4 * ARCS_A_ROUND)
                if shared.tally[0] + ARCS_A_ROUND > len(shared.member):
                    more = len(shared.member) // 2 + 2 * ARCS_A_ROUND
                    tree, shared = flow.room_for_nodes(tree, shared, more)
            else:
                break
        laid += int(state[1])
    return laid, tree, arcs, shared


def unsettled(engine: Engine) -> Ints:
    """Return the slots that are not full and those whose price calls some pair worth taking."""
    problem, plan = engine.problem, engine.plan
    price_member = plan.price_member[: engine.fixed.people]
    slot, member, distance, _ = worthwhile_pairs(problem, plan.price_slot, price_member)
    gain = plan.price_slot[slot] - problem.cost_dm(slot, member, distance) - price_member[member]
    worth = slot[(gain > 0) & problem.eligible(slot, member, distance)]
    helped = (plan.pair_slot >= 0) & (plan.pair_member < engine.fixed.people)
    held = np.bincount(plan.pair_slot[helped], minlength=len(problem.demand))
    return np.union1d(worth, np.nonzero(held < problem.wanted)[0])


def _has_rivals(problem: Problem) -> bool:
    group = problem.demand.group
    return len(np.unique(group)) < len(group)


def _improve(tree: simplex.Tree, arcs: simplex.Arcs, walk: Ints, deadline: float | None) -> bool:
    while simplex.improve(tree, arcs, PIVOTS_BETWEEN_LOOKS, walk, BLOCK) != simplex.OPTIMAL:
        if deadline is not None and time.monotonic() > deadline:
            return False
    return True
