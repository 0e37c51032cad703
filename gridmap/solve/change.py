"""Tell what a change did to a plan, in the ranks of its places."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gridmap.solve.instance import SAME, Ints
from gridmap.solve.roster import Roster


@dataclass(frozen=True, eq=False)
class Change:
    """Tell what a change did to the plan.

    gone_slot, gone_member, new_slot, new_member: pairs that ended and began. filled: int64[R] places filled more or
    less, by LivePlan.ranks. cost_dm: change of the cost of all pairs, load steps included, empty places not.
    """

    gone_slot: Ints
    gone_member: Ints
    new_slot: Ints
    new_member: Ints
    filled: Ints
    cost_dm: int


def filled_more(roster: Roster, ranks: Ints, more: Counter[int], helpers: Callable[[int], int]) -> Ints:
    """Sort what more (or less) is filled of slots by rank: int64[R].

    helpers: how many help a household after the change; its first place is of a rank of its own where that counts
    apart.
    """
    filled, of = np.zeros(len(ranks), np.int64), roster.slots
    households: Counter[int] = Counter()
    for slot, count in more.items():
        filled[np.searchsorted(ranks, of["rank"][slot])] += count
        households[of["group"][slot]] += count
    for group, count in households.items():
        slot = roster.of_group[group][0]
        if of["first"][slot] > SAME:
            after = helpers(group)
            begun = int(after > 0) - int(after > count)
            filled[np.searchsorted(ranks, of["first"][slot])] += begun
            filled[np.searchsorted(ranks, of["rank"][slot])] -= begun
    return filled
