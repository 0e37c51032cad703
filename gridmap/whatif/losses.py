"""Say what is lost when a member leaves: who would have nobody, and the cheapest repair."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmap.reasons import Naming, Phrase, plain_id
from gridmap.whatif.study import Effect, Shift, Study


@dataclass(frozen=True)
class Loss:
    """What a member's leaving does to the whole plan.

    households: held in the plan. empty: places that would be empty. nobody: households that would have nobody at all.
    repair: the pairs that change, the member's own included.
    """

    member_id: str
    households: int
    empty: int
    nobody: tuple[str, ...]
    effect: Effect
    repair: tuple[Shift, ...]

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """Say it."""
        who = {"member": self.member_id}
        if not self.households:
            return (Phrase("loss_nothing", who),)
        if self.nobody:
            first = Phrase("loss_nobody", {**who, "count": self.empty, "nobody": len(self.nobody)})
        elif self.empty:
            first = Phrase("loss_empty", {**who, "count": self.empty})
        else:
            first = Phrase("loss_covered", {**who, "count": self.households})
        changed = sum(shift.new_member_id is not None for shift in self.repair)
        return (first, Phrase("repair", {"count": changed}), *self.effect.phrases)

    def as_dict(self, naming: Naming = plain_id) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "member_id": self.member_id,
            "households": self.households,
            "empty": self.empty,
            "nobody": list(self.nobody),
            "said": [phrase.as_dict(naming) for phrase in self.phrases],
            "effect": self.effect.as_dict(naming),
            "repair": [{**vars(shift), **shift.phrase.as_dict(naming)} for shift in self.repair],
        }


def loss(study: Study, member_id: str) -> Loss:
    """Return what is lost without a member; raise PersonMissing where there is none of that id."""
    row = study.member(member_id)
    change = study.answers.loss(row)
    shifts = tuple(study.shifts(change))
    left = np.bincount(study.owner[study.plan.slots], minlength=len(study.household_ids))
    for slots, sign in ((change.gone_slot, -1), (change.new_slot, 1)):
        np.add.at(left, study.owner[slots], sign)
    bare = [shift.household_id for shift in shifts if shift.new_member_id is None]
    empty = dict.fromkeys(name for name in bare if left[study.household(name)] == 0)
    return Loss(
        member_id=member_id,
        households=int(study.load[row]),
        empty=-int(change.filled.sum()),
        nobody=tuple(empty),
        effect=study.effect(change.filled, change.cost_dm),
        repair=shifts,
    )
