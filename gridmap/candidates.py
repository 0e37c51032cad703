"""Explain a household's plan: who could help, in which order, and why this person and not that one.

What a candidate would cost the whole plan is bounded below by the prices that prove the plan: to put a member into a
slot makes the plan dearer by at least cost + price of the member - price of the slot, distance and wishes together.
The true cost may be higher.
"""

import numpy as np
import pandas as pd

from gridmap.reasons import Language, tell
from gridmap.slots import Instance
from gridmap.solve.assign import Assignment
from gridmap.solve.instance import Bools, Ints
from gridmap.solve.problem import Problem, reduce_instance

COLUMNS = [
    "role", "member_id", "status", "distance_m", "load", "limit", "extra_m", "reason", "reason_en",
]  # fmt: skip

LANGUAGES: tuple[tuple[str, Language], ...] = (("reason", "zh"), ("reason_en", "en"))

ORDER = ("chosen", "tie", "free", "swap", "needed", "needed_for_place", "helping", "own_limit", "banned", "on_leave")
"""What can be said of a candidate, the most useful first."""


def explain(instance: Instance, assignment: Assignment, household_id: str, *, most: int = 10) -> pd.DataFrame:
    """Return the best candidates in reach of each slot of a household: see COLUMNS.

    status is one of ORDER: chosen; as good as who was chosen (tie); free, or needed by others, with `extra_m` by which
    the whole plan would get dearer at least; needed for a place of a more urgent household that would stay empty;
    swap: filling this empty place would empty another; helping this household in another place; beyond the own limit;
    banned; on leave. A household that is not there has no candidates.
    """
    household = np.flatnonzero(instance.households["household_id"] == household_id)
    slots = np.flatnonzero(np.isin(instance.slots["household"], household))
    problem = reduce_instance(instance.demand, instance.supply, instance.reach, instance.wishes)
    views = [_View(instance, assignment, problem, slot).rows(most) for slot in slots.tolist()]
    return pd.concat(views, ignore_index=True) if views else pd.DataFrame(columns=COLUMNS)


class _View:
    """The members whom one slot could have."""

    def __init__(self, instance: Instance, assignment: Assignment, problem: Problem, slot: int) -> None:
        self.instance, self.assignment, self.problem, self.slot = instance, assignment, problem, slot
        member, distance = instance.reach.within(int(instance.demand.site[slot]), instance.reach.limit_dm)
        fits = self._fits(member)
        self.member, self.distance_dm = member[fits].astype(np.int64), distance[fits]
        self.load = np.bincount(assignment.members, minlength=len(instance.members))[self.member]

    def _fits(self, member: Ints) -> Bools:
        demand, supply = self.instance.demand, self.instance.supply
        area = np.asarray(demand.area)[self.slot]
        fits = (demand.accepts[self.slot] & supply.kind[member]) != 0
        if area >= 0:
            fits &= np.asarray(supply.area)[member] == area
        there = (self.instance.members["ready"] | self.instance.members["away"]).to_numpy(bool)
        return np.asarray(fits & there[member])

    def _extra_dm(self) -> Ints:
        """Return by how much the plan gets dearer at least with each of them."""
        cost = self.problem.cost_dm(np.full(len(self.member), self.slot), self.member, self.distance_dm)
        prices = self.assignment.price_member[self.member] - self.assignment.price_slot[self.slot]
        return np.asarray(np.maximum(cost + prices, 0))

    def _status(self, extra_dm: Ints) -> Ints:
        """Return the place of each in ORDER."""
        of, plan, slot = self.instance, self.assignment, self.slot
        group = of.demand.group[plan.slots] == of.demand.group[slot]
        pairs = of.wishes.banned_member[of.wishes.banned_slot == slot]
        full = self.load >= of.supply.capacity[self.member]
        empty = plan.filled[slot] < of.demand.wanted[slot]
        tests = {
            "on_leave": ~of.members["ready"].to_numpy(bool)[self.member],
            "chosen": np.isin(self.member, plan.members[plan.slots == slot]),
            "helping": np.isin(self.member, plan.members[group]),
            "banned": np.isin(self.member, pairs),
            "own_limit": self.distance_dm > np.asarray(of.supply.radius_dm)[self.member],
            "needed_for_place": extra_dm > plan.weight.min() // 2,  # no distance comes near the weight of a place
            "swap": full & empty,
            "needed": full,
            "tie": extra_dm == 0,
        }
        return np.select(list(tests.values()), [ORDER.index(status) for status in tests], ORDER.index("free"))

    def rows(self, most: int) -> pd.DataFrame:
        """Return the best of them, ranked by status, by what they cost the plan, by way and by id."""
        extra_dm = self._extra_dm()
        status = self._status(extra_dm)
        order = np.lexsort((self.member, self.distance_dm, extra_dm, status))[:most]
        givers = self.instance.members.iloc[self.member[order]]
        seeker = self.instance.households.iloc[self.instance.slots["household"].iloc[self.slot]]
        told = status[order] < ORDER.index("needed_for_place")
        known = givers["known"].to_numpy(bool) & bool(seeker["known"])
        frame = pd.DataFrame(
            {
                "role": self.instance.slots["role"].iloc[self.slot],
                "member_id": givers["member_id"].to_numpy(),
                "status": [ORDER[at] for at in status[order]],
                "distance_m": np.where(known, self.distance_dm[order] / 10, np.nan),
                "load": self.load[order],
                "limit": givers["limit"].to_numpy(),
                "extra_m": np.where(told, extra_dm[order] / 10, np.nan),
            }
        )
        numbers = [{"metres": metres} for metres in frame["extra_m"]]
        for column, language in LANGUAGES:
            words = [
                tell(f"candidate_{status}", language, **said)
                for status, said in zip(frame["status"], numbers, strict=True)
            ]
            frame[column] = words
        return frame
