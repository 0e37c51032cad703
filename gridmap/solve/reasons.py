"""Say in numbers why a place stays empty, why this person came and what one more place would be worth."""

from dataclasses import dataclass

import numpy as np

from gridmap.solve.assign import Assignment
from gridmap.solve.instance import Demand, Ints, Supply, Wishes
from gridmap.solve.problem import reduce_instance
from gridmap.solve.travel import FAR, Reach

NONE_IN_REACH, ROLE_MISSING, TOO_FAR, ALL_BANNED, ALL_FULL, ALL_IN_HOUSEHOLD = range(6)


@dataclass(frozen=True, eq=False)
class Emptiness:
    """Tell why places of one slot stay empty.

    reason: NONE_IN_REACH, ROLE_MISSING (people in reach, none of the role or area), TOO_FAR (beyond their
    own radius), ALL_BANNED, ALL_IN_HOUSEHOLD (each fills another place of the household), ALL_FULL.
    in_reach, of_role, within_radius, not_banned, on_leave, full: counts, each among those before.
    nearest_member, nearest_dm: the nearest of the role, in reach or not; -1 and FAR: none.
    cheapest_member, cheapest_dm: whose capacity, raised by one, fills the place at least cost; -1: nobody's.
    """

    slot: int
    missing: int
    reason: int
    in_reach: int
    of_role: int
    within_radius: int
    not_banned: int
    on_leave: int
    full: int
    nearest_member: int
    nearest_dm: int
    cheapest_member: int
    cheapest_dm: int


def explain_empty(
    demand: Demand, supply: Supply, reach: Reach, wishes: Wishes | None, assignment: Assignment
) -> list[Emptiness]:
    """Explain every slot that is not full, in slot order."""
    problem = reduce_instance(demand, supply, reach, wishes or Wishes())
    rows = np.nonzero(assignment.filled < demand.wanted)[0]
    load = np.bincount(assignment.members, minlength=len(supply))
    everyone = np.arange(len(supply), dtype=np.int32)
    found = []
    for row in rows:
        near, distance = reach.within(int(demand.site[row]), reach.limit_dm)
        at = np.full(len(near), row)
        role = (demand.accepts[row] & supply.kind[near]) != 0
        role &= (demand.area[row] < 0) | (supply.area[near] == demand.area[row])
        radius = role & (distance <= supply.radius_dm[near])
        open_to = radius & problem.eligible(at, near, distance)
        home = assignment.members[demand.group[assignment.slots] == demand.group[row]]
        other = open_to & ~np.isin(near, home)
        leave = other & (supply.capacity[near] == 0)
        full = other & ~leave & (load[near] >= supply.capacity[near])
        best, least = _cheapest(problem.cost_dm(at, near, distance), near, full)
        fits = everyone[(demand.accepts[row] & supply.kind) != 0]
        nearest, away = _nearest(reach, int(demand.site[row]), fits, near[role], distance[role])
        found.append(
            Emptiness(
                int(row), int(demand.wanted[row] - assignment.filled[row]),
                _reason(len(near), role, radius, open_to, other),
                len(near), int(role.sum()), int(radius.sum()), int(open_to.sum()), int(leave.sum()),
                int(full.sum()), nearest, away, best, least,
            )
        )  # fmt: skip
    return found


def _reason(near: int, *stages: np.ndarray) -> int:
    if near == 0:
        return NONE_IN_REACH
    codes = (ROLE_MISSING, TOO_FAR, ALL_BANNED, ALL_IN_HOUSEHOLD)
    for stage, code in zip(stages, codes, strict=True):
        if not stage.any():
            return code
    return ALL_FULL


def _cheapest(cost: Ints, near: Ints, full: np.ndarray) -> tuple[int, int]:
    """Return the full member who would take the place at least cost; raising his or her capacity fills it."""
    if not full.any():
        return -1, int(FAR)
    at = int(np.argmin(np.where(full, cost, FAR)))
    return int(near[at]), int(cost[at])


def _nearest(reach: Reach, site: int, fits: Ints, near: Ints, distance: Ints) -> tuple[int, int]:
    """Return the nearest member of the role; beyond the limit only where the reach can still measure."""
    if len(near):
        return int(near[0]), int(distance[0])
    if not len(fits) or not hasattr(reach, "beyond"):
        return -1, int(FAR)
    away = reach.beyond(np.full(len(fits), site), fits)
    at = int(np.argmin(away))
    return int(fits[at]), int(away[at])


def explain_partner(
    demand: Demand, supply: Supply, reach: Reach, wishes: Wishes | None, assignment: Assignment, pair: int
) -> tuple[Ints, Ints, Ints]:
    """List who would have been cheaper for a pair's place than its partner: members, cost and price, dm each.

    cost + price of everyone listed is at least the partner's: the price is what others would pay for them.
    """
    problem = reduce_instance(demand, supply, reach, wishes or Wishes())
    slot = int(assignment.slots[pair])
    near, distance = reach.within(int(demand.site[slot]), reach.limit_dm)
    at = np.full(len(near), slot)
    fits = problem.eligible(at, near, distance)
    cost = problem.cost_dm(at, near, distance)
    partner = near == assignment.members[pair]
    own = int(cost[partner][0]) if partner.any() else int(FAR)
    cheaper = fits & (cost < own)
    order = np.argsort(cost[cheaper], kind="stable")
    return near[cheaper][order], cost[cheaper][order], assignment.price_member[near[cheaper]][order]
