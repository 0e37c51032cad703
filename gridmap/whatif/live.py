"""Answer from a plan that is kept solved: prices, not solving again."""

import numpy as np

from gridmap.slots import Instance
from gridmap.solve import reasons, whatif
from gridmap.solve.assign import Assignment
from gridmap.solve.problem import reduce_instance
from gridmap.solve.repair import At, Change, LivePlan
from gridmap.solve.roster import Newcomer
from gridmap.solve.whatif import Suggestions, Worth
from gridmap.whatif.study import Study


class Live:
    """Keep the plan of an instance and answer about it (gridmap.whatif.study.Answers); one question at a time."""

    def __init__(self, instance: Instance) -> None:
        """Solve the instance once."""
        self.instance = instance
        self.plan = LivePlan(instance.demand, instance.supply, instance.reach, instance.wishes)
        self._problem = reduce_instance(instance.demand, instance.supply, instance.reach, instance.wishes)
        self._assignment = self.plan.assignment()
        self._locked = np.bincount(instance.wishes.locked_slot, minlength=len(instance.slots))

    def assignment(self) -> Assignment:
        """Return the plan with its proof."""
        return self._assignment

    def suggest(self, slot: int, most: int) -> Suggestions:
        """Rank who could take a place of a slot by the change of the whole plan; nobody where settled pairs fill it."""
        if self.instance.demand.wanted[slot] == self._locked[slot]:
            none = np.empty(0, np.int64)
            return Suggestions(slot, none, none, none, np.empty((0, len(self._assignment.ranks)), np.int64), none)
        return whatif.suggest(self.plan, slot, most=most)

    def suggest_after(self, member: int, most: int) -> dict[int, Suggestions]:
        """Rank who could take each slot of a member who leaves, counted from today's plan; settled pairs stay."""
        return whatif.suggest_after(self.plan, member, most=most)

    def force(self, slot: int, member: int) -> Change:
        """Return what changes when a member takes a place of a slot."""
        return reasons.force(self.plan, self._problem, slot, member)

    def loss(self, member: int) -> Change:
        """Return what changes when a member leaves; settled pairs end too, which is solved anew."""
        of = self.instance
        if not (of.wishes.locked_member == member).any():
            return whatif.loss(self.plan, member)
        pairable = of.households["pairable"].to_numpy(bool)[of.slots["household"]]
        wanted = of.slots["wanted"].to_numpy(np.int64)
        after = reasons.solve_without(
            of.demand, of.supply, of.reach, of.wishes, member=member, wanted=np.where(pairable, wanted, 0)
        )
        return reasons.compare(of.demand, self._assignment, after, counted=wanted)

    def worth_at(self, site: int, newcomer: Newcomer) -> Worth:
        """Return what one more member who lives at a site would bring."""
        return whatif.worth_of(self.plan, At(site), newcomer)


def study(instance: Instance) -> Study:
    """Solve an instance and keep it ready to be asked."""
    return Study(instance, Live(instance))
