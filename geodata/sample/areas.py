"""Communities and grids: neighbouring blocks are gathered so that the levels nest exactly.

`divide` halves a set of neighbouring pieces again and again, each time along the direction that cuts the shortest
line, and hands over what the cut left alone; the parts are connected and of about equal weight.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.random import Generator
from shapely import Polygon

from geodata.sample.blocks import Sides, Use
from geodata.sample.streets import Rank, Road

DIRECTIONS = 8


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Which pieces touch, and along how many metres."""

    first: np.ndarray
    second: np.ndarray
    shared_m: np.ndarray


def neighbours(sides: Sides, roads: list[Road], *, across_rail: bool) -> Neighbours:
    """Return the blocks that share a side; across the railway only when told so."""
    rail = np.array([road.rank is Rank.RAIL for road in roads])[sides.road]
    both = (sides.second >= 0) & (across_rail | ~rail)
    length = np.hypot(*(sides.segments[:, 2:] - sides.segments[:, :2]).T)
    return Neighbours(sides.first[both], sides.second[both], length[both])


def within(touch: Neighbours, members: np.ndarray, size: int) -> Neighbours:
    """Return the contacts between members only."""
    inside = np.zeros(size, dtype=bool)
    inside[members] = True
    both = inside[touch.first] & inside[touch.second]
    return Neighbours(touch.first[both], touch.second[both], touch.shared_m[both])


def pieces_of(touch: Neighbours, members: np.ndarray, size: int) -> np.ndarray:
    """Return for each member the number of the connected piece that it belongs to."""
    where = np.full(size, -1)
    where[members] = np.arange(len(members))
    a, b = where[touch.first], where[touch.second]
    inner = (a >= 0) & (b >= 0)
    a, b = a[inner], b[inner]
    label = np.arange(len(members))
    # most sets are a dozen blocks: passing on the smallest number beats building a sparse graph
    while True:
        least = np.minimum(label[a], label[b])
        following = label.copy()
        np.minimum.at(following, a, least)
        np.minimum.at(following, b, least)
        following = following[following]
        if np.array_equal(following, label):
            return np.unique(label, return_inverse=True)[1]
        label = following


def _mend(side: np.ndarray, members: np.ndarray, weight: np.ndarray, touch: Neighbours) -> np.ndarray:
    """Hand over pieces that a cut left without contact to their own half."""
    for _ in range(4):
        moved = False
        for half in (True, False):
            own = np.flatnonzero(side == half)
            if len(own) == 0:
                continue
            piece = pieces_of(touch, members[own], len(weight))
            mass = np.bincount(piece, weights=weight[members[own]] + 1e-9)
            lost = piece != int(np.argmax(mass))
            side[own[lost]] = not half
            moved |= bool(lost.any())
        if not moved:
            break
    return side


def _halve(members: np.ndarray, share: float, places: np.ndarray, weight: np.ndarray, touch: Neighbours) -> np.ndarray:
    """Return which members belong to the first half: the connected cut with the shortest line and the best share."""
    a, b, length = touch.first, touch.second, touch.shared_m
    best, best_cost = np.arange(len(members)) == 0, np.inf
    total = weight[members].sum()
    for turn in np.arange(DIRECTIONS) * np.pi / DIRECTIONS:
        order = np.argsort(places[members] @ [np.cos(turn), np.sin(turn)], kind="stable")
        mass = np.cumsum(weight[members][order])
        count = int(np.clip(np.searchsorted(mass, share * total) + 1, 1, len(members) - 1))
        side = np.zeros(len(members), dtype=bool)
        side[order[:count]] = True
        side = _mend(side, members, weight, touch)
        whole = np.zeros(len(weight), dtype=bool)
        whole[members[side]] = True
        cut = length[whole[a] != whole[b]].sum()
        miss = abs(weight[members[side]].sum() / total - share) / min(share, 1 - share)
        cost = cut * (1 + 3 * miss)
        if side.any() and not side.all() and cost < best_cost:
            best, best_cost = side, cost
    return best


def divide(
    members: np.ndarray, count: int, places: np.ndarray, weight: np.ndarray, touch: Neighbours
) -> list[np.ndarray]:
    """Divide pieces into `count` connected parts of about equal weight (fewer when there are fewer pieces)."""
    if count <= 1 or len(members) < 2:
        return [members]
    share = (count // 2) / count
    touch = within(touch, members, len(weight))
    side = _halve(members, share, places, weight, touch)
    # no side is asked for more parts than it has pieces
    first = int(np.clip(count // 2, count - (~side).sum(), side.sum()))
    return [
        *divide(members[side], first, places, weight, touch),
        *divide(members[~side], count - first, places, weight, touch),
    ]


def _shares(weights: np.ndarray, count: int) -> np.ndarray:
    """Share a count among parts by weight, at least one each (largest remainders)."""
    ideal = weights / weights.sum() * count
    shares = np.maximum(1, np.floor(ideal)).astype(int)
    while shares.sum() < count:
        shares[int(np.argmax(ideal - shares))] += 1
    while shares.sum() > count:
        shares[int(np.argmin(np.where(shares > 1, ideal - shares, np.inf)))] -= 1
    return shares


def _banks(touch: Neighbours, open_touch: Neighbours, weight: np.ndarray, least: float) -> np.ndarray:
    """Return the number of the part of the city (between water and railway) of each block; small parts join others."""
    bank = pieces_of(touch, np.arange(len(weight)), len(weight))
    for _ in range(len(weight)):
        mass = np.bincount(bank, weights=weight)
        small = [int(number) for number in np.argsort(mass, kind="stable") if 0 < mass[number] < least]
        for number in small:
            edge = (bank[open_touch.first] == number) != (bank[open_touch.second] == number)
            if edge.any():
                ends = np.concatenate([bank[open_touch.first[edge]], bank[open_touch.second[edge]]])
                bank[bank == number] = np.bincount(ends[ends != number]).argmax()
                break
        else:
            break
    return np.unique(bank, return_inverse=True)[1]


@dataclass(frozen=True, eq=False)
class Land:
    """The blocks with what gathering needs: shape, use, weight, and contacts without and across the railway."""

    blocks: list[Polygon]
    uses: list[Use]
    weight: np.ndarray
    touch: Neighbours
    open_touch: Neighbours

    @cached_property
    def places(self) -> np.ndarray:
        """The middle of each block."""
        return shapely.get_coordinates(shapely.centroid(self.blocks))


def grow_communities(land: Land, count: int) -> list[np.ndarray]:
    """Gather blocks into communities that do not cross water or railway."""
    weight, touch = land.weight, land.touch
    bank = _banks(touch, land.open_touch, weight, 0.45 * weight.sum() / count)
    shares = _shares(np.bincount(bank, weights=weight), count)
    parts: list[np.ndarray] = []
    for number, share in enumerate(shares):
        # small parts that joined across the railway are reachable only through the open contacts
        members = np.flatnonzero(bank == number)
        whole = len(np.unique(pieces_of(touch, members, len(weight)))) == 1
        parts += divide(members, int(share), land.places, weight, touch if whole else land.open_touch)
    return parts


def _exclusive(members: np.ndarray, land: Land, touch: Neighbours, rng: Generator) -> int | None:
    """Choose a school, market, factory or hill of a community as a grid of its own, if the rest stays together."""
    special = (Use.SCHOOL, Use.HILL, Use.FACTORY, Use.MARKET)
    wanted = [at for at in members if land.uses[at] in special and land.blocks[at].area > 5_000]
    wanted = [at for at in wanted if land.uses[at] is Use.HILL] or wanted
    if not wanted or (land.uses[wanted[0]] is not Use.HILL and rng.uniform() < 0.35):
        return None
    chosen = int(wanted[int(rng.integers(len(wanted)))])
    rest = members[members != chosen]
    return chosen if len(np.unique(pieces_of(touch, rest, len(land.blocks)))) == 1 else None


@dataclass(frozen=True, eq=False)
class GridPart:
    """The blocks of a grid, and the use that makes it an exclusive one."""

    blocks: np.ndarray
    exclusive: Use | None = None


def cut_grids(members: np.ndarray, count: int, land: Land, rng: Generator) -> list[GridPart]:
    """Cut a community into grids, numbered in rows from north to south and in a row from west to east."""
    touch = within(land.open_touch, members, len(land.blocks))
    chosen = _exclusive(members, land, touch, rng)
    rest = members if chosen is None else members[members != chosen]
    parts = [GridPart(part) for part in divide(rest, count - (chosen is not None), land.places, land.weight, touch)]
    if chosen is not None:
        parts.append(GridPart(np.array([chosen]), land.uses[chosen]))
    middles = np.array([land.places[part.blocks].mean(axis=0) for part in parts])
    return [parts[at] for at in reading_order(middles)]


def reading_order(middles: np.ndarray) -> np.ndarray:
    """Return the order from west to east in rows from north to south."""
    height = np.ptp(middles[:, 1]) + 1.0
    rows = max(1, round(np.sqrt(len(middles))))
    row = np.floor((middles[:, 1].max() - middles[:, 1]) / height * rows)
    return np.lexsort((middles[:, 0], row))


def weigh(blocks: list[Polygon], homes: np.ndarray, buildings: np.ndarray) -> np.ndarray:
    """Weigh blocks: a third each by land, homes and buildings."""
    land = np.minimum(shapely.area(blocks), 30_000.0)
    return sum(part / max(part.sum(), 1.0) for part in (land, homes, buildings)) * len(blocks) / 3
