"""Name the instances that solvers are measured on and hand out the arcs that the others are given.

U and T with 1k, 13k, 130k, 1M: loose and tight cities on the straight line. With -walk: the same city on a path
network. D4k: 4,000 households, 200 members, all pairs, the model that CommCare HQ's disbursement builds. team: the
sample city at full scale, three roles a household, on its own paths.
"""

import os
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.pairing.cities import FACTOR, LIMIT_DM, SIZES, City, invent
from gridmap.solve.instance import Demand, Supply, Wishes
from gridmap.solve.travel import ListReach, NetworkReach, Reach

EMPTY_PLACE_DM = 10 * LIMIT_DM
STREET_M = 32.0
TEAM_FILE = "GRIDMAP_BENCH_TEAM"
NAMES = [f"{kind}{size}{way}" for size in SIZES for kind in "UT" for way in ("", "-walk")] + ["D4k", "team"]


@dataclass(frozen=True)
class Case:
    """Hold what ours is given, and where everybody is (metres) for the floor.

    pairs: rows, columns and dm where the instance is a list of costs; the reach is then made of them.
    """

    name: str
    demand: Demand
    supply: Supply
    reach: Reach | None
    wishes: Wishes
    household_xy_m: np.ndarray
    member_xy_m: np.ndarray
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None

    def reached(self) -> Reach:
        """Return the reach; made anew where the instance is a list of costs."""
        if self.reach is not None:
            return self.reach
        return ListReach(*self.pairs, site_count=self.households, member_count=len(self.supply))

    @property
    def households(self) -> int:
        return len(self.household_xy_m)


@dataclass(frozen=True)
class Arcs:
    """Hold the pairs that the others may choose from: rows of places and members, dm; wanted and capacity."""

    household: np.ndarray
    member: np.ndarray
    cost: np.ndarray
    wanted: np.ndarray
    capacity: np.ndarray
    empty_dm: int


def case_of(name: str) -> Case:
    """Make a case by its name; always the same one."""
    if name == "D4k":
        return _dense()
    if name == "team":
        return _team()
    city = invent(name.removesuffix("-walk"))
    reach = _streets(city) if name.endswith("-walk") else city.reach
    return Case(name, city.demand, city.supply, reach, Wishes(), city.household_xy_m, city.member_xy_m)


def neighbours_of(name: str) -> int:
    """Return how many nearest members the others are given: 256 on tight cities up to 13k, 20 of the 200, else 64."""
    if name == "D4k":
        return 20
    return 256 if name.removesuffix("-walk") in {"T1k", "T13k"} else 64


def arcs_of(case: Case, neighbours: int | None) -> Arcs:
    """Return each household's nearest members (None: all within reach), by walking distance where there are paths."""
    reach = case.reached()
    everybody = len(case.supply) if neighbours is None else min(neighbours, len(case.supply))
    if isinstance(reach, ListReach | NetworkReach) or neighbours is None:
        near = [reach.within(site, reach.limit_dm) for site in range(reach.site_count)]
        mine = [near[site] for site in case.demand.site.tolist()]
        count = np.array([min(len(member), everybody) for member, _ in mine])
        member = np.concatenate([member[:everybody] for member, _ in mine])
        cost = np.concatenate([distance[:everybody] for _, distance in mine])
        household = np.repeat(np.arange(len(mine)), count)
    else:
        metres, found = cKDTree(case.member_xy_m).query(case.household_xy_m, k=everybody)
        distance = np.rint(metres * FACTOR * 10).astype(np.int64)
        close = distance <= reach.limit_dm
        household, member, cost = np.repeat(np.arange(len(found)), close.sum(axis=1)), found[close], distance[close]
    wanted, capacity = (part.astype(np.int64) for part in (case.demand.wanted, case.supply.capacity))
    dear = max(EMPTY_PLACE_DM, 2 * int(reach.limit_dm))
    return Arcs(household.astype(np.int64), member.astype(np.int64), cost, wanted, capacity, dear)


def _dense() -> Case:
    rng = np.random.default_rng(7)
    member_xy, household_xy = rng.uniform(0, 10_000, (200, 2)), rng.uniform(0, 10_000, (4_000, 2))
    apart = np.sqrt(((household_xy[:, None] - member_xy) ** 2).sum(-1))
    cost = np.rint(apart * 10).astype(np.int64).ravel()
    row, column = np.divmod(np.arange(len(cost)), 200)
    rows = np.arange(4_000)
    demand = Demand(rows, np.ones(4_000), 0 * rows, np.ones(4_000), rows)
    supply = Supply(np.full(200, 4_000 // 200 + 1), np.ones(200))
    pairs = row.astype(np.int32), column.astype(np.int32), cost
    return Case("D4k", demand, supply, None, Wishes(), household_xy, member_xy, pairs)


def _streets(city: City) -> NetworkReach:
    """Lay a jittered lattice of paths over a city, one link in twelve missing; doors lead to the nearest crossing."""
    site_xy, member_xy = city.reach.site_xy_dm / 10, city.reach.member_xy_dm / 10
    low = np.minimum(site_xy.min(axis=0), member_xy.min(axis=0))
    high = np.maximum(site_xy.max(axis=0), member_xy.max(axis=0))
    columns, rows = (np.ceil((high - low) / STREET_M).astype(int) + 2).tolist()
    rng = np.random.default_rng(11)
    node = np.arange(columns * rows).reshape(rows, columns)
    cross = np.stack([node.ravel() % columns, node.ravel() // columns], 1) * STREET_M + low
    cross += rng.uniform(-8, 8, cross.shape)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    there = rng.random(len(tail)) > 1 / 12
    tail, head = tail[there], head[there]
    length = np.rint(np.linalg.norm(cross[tail] - cross[head], axis=1) * 10).astype(np.int64)
    tree = cKDTree(cross)
    doors = [(at, np.rint(metres * 10).astype(np.int64)) for metres, at in map(tree.query, (site_xy, member_xy))]
    return NetworkReach((tail, head, length), *doors, node_count=len(cross), limit_dm=LIMIT_DM)


def _team() -> Case:
    """Read the sample city at full scale that `keep_team` wrote."""
    demand, supply, reach, wishes, household_xy, member_xy = pickle.loads(Path(os.environ[TEAM_FILE]).read_bytes())
    return Case("team", demand, supply, reach, wishes, household_xy, member_xy)
