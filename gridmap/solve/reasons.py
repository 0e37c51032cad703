"""Answer what-if questions by solving twice: exact, slow, and beholden to nothing but the solver.

`gridmap.solve.whatif` answers the same from the prices of one plan; these are for what it cannot answer (locked pairs
that end), and for its tests.
"""

from dataclasses import replace

import numpy as np

from gridmap.solve.assign import Assignment, assign
from gridmap.solve.instance import Demand, Ints, Supply, Wishes
from gridmap.solve.repair import Change
from gridmap.solve.travel import Reach


def compare(demand: Demand, before: Assignment, after: Assignment, *, counted: Ints | None = None) -> Change:
    """Return what changed between two plans of the same rows; `counted`: most places of each slot that count."""
    old, new = ({*zip(one.slots.tolist(), one.members.tolist(), strict=True)} for one in (before, after))
    gone, begun = (np.array(sorted(pairs), np.int64).reshape(-1, 2) for pairs in (old - new, new - old))
    difference = after.filled - before.filled
    if counted is not None:
        difference = np.minimum(after.filled, counted) - np.minimum(before.filled, counted)
    filled = np.zeros(len(before.ranks), np.int64)
    np.add.at(filled, np.searchsorted(before.ranks, demand.rank), difference)
    return Change(gone[:, 0], gone[:, 1], begun[:, 0], begun[:, 1], filled, after.total_cost_dm - before.total_cost_dm)


def solve_forced(demand: Demand, supply: Supply, reach: Reach, wishes: Wishes, *, slot: int, member: int) -> Assignment:
    """Return the best plan in which a member has a place of a slot; the pair must be possible."""
    locked = replace(
        wishes,
        locked_slot=np.append(wishes.locked_slot, slot),
        locked_member=np.append(wishes.locked_member, member),
    )
    return assign(demand, supply, reach, locked)


def solve_without(
    demand: Demand, supply: Supply, reach: Reach, wishes: Wishes, *, member: int, wanted: Ints
) -> Assignment:
    """Return the best plan without a member, locked pairs included; `wanted`: what each slot wants beside locks."""
    stays = wishes.locked_member != member
    left = replace(wishes, locked_slot=wishes.locked_slot[stays], locked_member=wishes.locked_member[stays])
    taken = np.bincount(left.locked_slot, minlength=len(demand))
    capacity = np.where(np.arange(len(supply)) == member, 0, supply.capacity)
    return assign(replace(demand, wanted=np.maximum(wanted, taken)), replace(supply, capacity=capacity), reach, left)
