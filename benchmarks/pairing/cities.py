"""Invent seeded cities of clustered communities: loose ones (U) and tight ones (T).

A city has about 118 households to a community and 250 buildings to a community; communities lie spread with a
denser core. U: one place a household, members hold 1-3. T: 1-3 different members a household, members hold 1.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.solve.instance import Demand, Supply
from gridmap.solve.travel import StraightReach

SIZES = {
    "1k": (1_000, 2_000, 1),
    "13k": (13_000, 29_000, 1),
    "130k": (130_000, 290_000, 1),
    "1M": (1_000_000, 2_000_000, 8),
}
FACTOR, LIMIT_DM = 1.3, 15_000


@dataclass(frozen=True)
class City:
    """Hold one instance and the coordinates it was made from (metres)."""

    demand: Demand
    supply: Supply
    reach: StraightReach
    household_xy_m: np.ndarray
    member_xy_m: np.ndarray


def _metropolis(households, members, rng):
    communities = max(4, round(households / 118))
    side = 9_000 * np.sqrt(communities / 110)
    core = int(0.3 * communities)
    spread = rng.uniform(0, side, (communities - core, 2))
    centre = np.vstack([spread, rng.normal(side / 2, side / 8, (core, 2))])
    buildings = rng.poisson(250, communities) + 5
    community = np.repeat(np.arange(communities), buildings)
    width = rng.uniform(120, 260, communities)[community]
    xy = np.round(centre[community] + rng.normal(0, 1, (len(community), 2)) * width[:, None], 1)
    need = rng.gamma(2.0, 0.5, communities)
    local = 0.5 * need / need.mean()
    by_need = rng.gamma(0.8, 1, len(xy)) * (local + 0.5 * rng.gamma(2.0, 0.5, communities))[community]
    by_offer = rng.gamma(1.2, 1, len(xy)) * (local + 0.5 * rng.gamma(3.0, 1 / 3, communities))[community]
    home = rng.choice(len(xy), households, p=by_need / by_need.sum())
    flat = rng.choice(len(xy), members, p=by_offer / by_offer.sum())
    return xy, home, flat, side


def invent(name: str, seed: int = 7) -> City:
    """Invent a city by name: U or T, then 1k, 13k, 130k or 1M."""
    households, members, count = SIZES[name[1:]]
    return make(households, members, tight=name[0] == "T", count=count, seed=seed)


def make(
    households: int, members: int, *, tight: bool, count: int = 1, seed: int = 7, limit_dm: int = LIMIT_DM
) -> City:
    """Invent a city of any size, in `count` parts 20 km apart; distinct buildings are the sites."""
    rng = np.random.default_rng(seed)
    plane, homes, flats, before, east = [], [], [], 0, 0.0
    for _ in range(count):
        xy, home, flat, side = _metropolis(households // count, members // count, rng)
        plane.append(xy + np.array([east, 0]))
        homes.append(home + before)
        flats.append(flat + before)
        before += len(xy)
        east += side + 20_000
    xy, home, flat = np.vstack(plane), np.concatenate(homes), np.concatenate(flats)
    if tight:
        wanted, capacity = rng.choice([1, 2, 3], len(home), p=[0.4, 0.2, 0.4]), np.ones(len(flat))
    else:
        wanted, capacity = np.ones(len(home)), rng.choice([1, 2, 3], len(flat), p=[0.55, 0.3, 0.15])
    used, site = np.unique(home, return_inverse=True)
    rows = np.arange(len(home))
    demand = Demand(rows, wanted.astype(int), np.zeros(len(home)), np.ones(len(home)), site)
    reach = StraightReach(xy[used], xy[flat], factor=FACTOR, limit_dm=limit_dm)
    return City(demand, Supply(capacity, np.ones(len(flat))), reach, xy[home], xy[flat])
