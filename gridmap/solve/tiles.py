"""Fill a plane in parts that know nothing of each other, and merge them exactly.

Inside a tile every list ends at the distance to the tile's edge (the guard). A search that would cross it is
put off. What is filled holds: no price of the tile passes the distance to anybody outside, so no pair across
the edge has a negative reduced cost, and the merged plan is optimal for the places filled so far. The places
put off are filled afterwards without guards. Tiles share no row, so they run on threads (the kernels let go
of the interpreter lock) and give the same plan however many there are.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from gridmap.solve.engine import Engine, places
from gridmap.solve.instance import Ints
from gridmap.solve.threads import in_order
from gridmap.solve.travel import FAR, StraightReach

PLACES_A_TILE = 30_000


def fill_by_tiles(engine: Engine, *, workers: int, budget: int, deadline: float | None = None) -> Ints:
    """Fill the places inside tiles, then the rest; return what is left over past the budget of arcs."""
    queue = places(engine.problem)
    count = len(queue) // PLACES_A_TILE
    if count < 2 or not isinstance(engine.problem.reach, StraightReach):
        return engine.fill(queue, deadline, budget)
    edges, tile = cut_tiles(engine, count)
    tile = tile[queue]
    queues = [queue[tile == i] for i in range(count)]
    lanes = np.array_split(np.arange(count), workers)
    parts = engine.parts(np.array([sum(len(queues[i]) for i in lane) for lane in lanes]))

    def work(job: tuple[Engine, Ints]) -> list[Ints]:
        return [job[0].fill(queues[i], deadline, budget // count) for i in job[1]]

    with ThreadPoolExecutor(workers) as pool:
        put_off = [part for lane in pool.map(work, zip(parts, lanes, strict=True)) for part in lane]
    class_x = engine.problem.reach.site_xy_dm[engine.lists.site, 0]
    lane_of_tile = np.repeat(np.arange(workers), [len(lane) for lane in lanes])
    engine.merge(parts, lane_of_tile[np.searchsorted(edges, class_x, side="right")])
    engine.lists.guard[:] = FAR
    return engine.fill(np.concatenate([*put_off, queue[tile < 0]]), deadline, budget)


def cut_tiles(engine: Engine, count: int) -> tuple[Ints, Ints]:
    """Cut the groups into strips of equal numbers of places, west to east, and guard their lists.

    Returns the edges (x in dm) and int32[S], the tile of each slot; -1 for a group that lies across an edge.
    """
    problem = engine.problem
    reach = problem.reach
    assert isinstance(reach, StraightReach)  # noqa: S101  the caller has asked
    x = reach.site_xy_dm[problem.demand.site, 0]
    order = in_order(x - x.min())
    total = np.cumsum(problem.wanted[order])
    edges = x[order][np.searchsorted(total, total[-1] * np.arange(1, count) // count)]
    tile = np.searchsorted(edges, x, side="right").astype(np.int32)
    groups = int(problem.demand.group.max()) + 1
    low, high = np.full(groups, count, np.int32), np.full(groups, -1, np.int32)
    np.minimum.at(low, problem.demand.group, tile)
    np.maximum.at(high, problem.demand.group, tile)
    across = low != high
    slot, member = np.divmod(problem.kept, max(len(problem.supply), 1))
    there = np.searchsorted(edges, reach.member_xy_dm[member, 0], side="right")
    across[problem.demand.group[slot[tile[slot] != there]]] = True
    away = np.minimum(x - np.append(-FAR, edges)[tile], np.append(edges, FAR)[tile] - x)
    # One less than the distance to the edge: rounding must not let anybody outside into a list.
    engine.lists.guard[engine.fixed.of_class] = np.maximum(np.floor(away * reach.factor).astype(np.int64) - 1, 0)
    return edges, np.where(across[problem.demand.group], -1, tile)
