"""A solved city that can be asked: ids go in, ids and phrases come out; the numbers come from whoever answers.

The plan that is asked is the best of the day with what is in force kept where that pays. Where it differs from what is
in force, that is said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd

from gridmap import gaps
from gridmap.errors import PersonMissing
from gridmap.phrases import say
from gridmap.reasons import Naming, Phrase, plain_id
from gridmap.slots import Instance
from gridmap.solve.assign import Assignment
from gridmap.solve.instance import Bools, Ints
from gridmap.solve.repair import Change
from gridmap.solve.roster import Newcomer
from gridmap.solve.travel import FAR
from gridmap.solve.whatif import Suggestions, Worth
from gridmap.tables import CareLevel


class Answers(Protocol):
    """Answer about a plan, each answer exact over the whole city; the plan stays as it is."""

    def assignment(self) -> Assignment:
        """Return the plan with its proof."""

    def suggest(self, slot: int, most: int) -> Suggestions:
        """Rank who could take a place of a slot by the change of the whole plan."""

    def suggest_after(self, member: int, most: int) -> Mapping[int, Suggestions]:
        """Rank who could take each slot of a member who leaves, counted from today's plan."""

    def force(self, slot: int, member: int) -> Change:
        """Return what changes when a member takes a place of a slot."""

    def loss(self, member: int) -> Change:
        """Return what changes when a member leaves."""

    def worth_at(self, site: int, newcomer: Newcomer) -> Worth:
        """Return what one more member who lives at a site would bring."""


@dataclass(frozen=True)
class Shift:
    """One place of a household changes hands; None: nobody."""

    household_id: str
    old_member_id: str | None
    new_member_id: str | None
    before_m: float | None
    after_m: float | None

    @property
    def phrase(self) -> Phrase:
        """Say it."""
        code = "shift_taken" if self.old_member_id and self.new_member_id else "shift_gained"
        people = {"household": self.household_id, "member": self.old_member_id, "other": self.new_member_id}
        return Phrase(code if self.new_member_id else "shift_lost", people)


@dataclass(frozen=True)
class Effect:
    """What a change does to the whole plan: places filled more or less by rank, metres more or less."""

    places: Mapping[str, int]
    metres: float

    @property
    def nothing(self) -> bool:
        """Tell whether the plan is as good as before."""
        return not self.places and self.metres == 0

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """Say it."""
        said = [
            Phrase("places_more" if count > 0 else "places_fewer", {"rank": rank, "count": abs(count)})
            for rank, count in self.places.items()
        ]
        if self.metres:
            said.append(Phrase("costs_more" if self.metres > 0 else "costs_less", {"metres": abs(self.metres)}))
        return tuple(said or [Phrase("costs_same")])

    def as_dict(self, naming: Naming = plain_id) -> dict[str, object]:
        """Return it as JSON values."""
        said = [phrase.as_dict(naming) for phrase in self.phrases]
        return {"places": dict(self.places), "metres": self.metres, "said": said}


def rank_code(rank: int) -> str:
    """Return the code of a rank (gridmap.slots): of a first place, or of further ones."""
    level, further = list(CareLevel)[rank % len(CareLevel)], rank >= len(CareLevel)
    return f"rank_{level}_further" if further else f"rank_{level}"


class Study:
    """A city with its best plan."""

    def __init__(self, instance: Instance, answers: Answers) -> None:
        self.instance, self.answers = instance, answers
        self.plan = answers.assignment()
        self.household_ids = instance.households["household_id"].to_numpy(object)
        self.member_ids = instance.members["member_id"].to_numpy(object)
        self.owner = instance.slots["household"].to_numpy(np.int64)
        self.load = np.bincount(self.plan.members, minlength=len(self.member_ids))
        self.tied = np.bincount(instance.settled["member"], minlength=len(self.member_ids))
        self.settled = set(zip(instance.settled["slot"], instance.settled["member"], strict=True))
        # read out of the frames once: a cell of a frame takes longer to read than the engine to answer
        self.limit: Ints = instance.members["limit"].to_numpy(np.int64)
        self._known = [of["known"].to_numpy(bool) for of in (instance.households, instance.members)]
        self._role = instance.slots["role"].astype(object).tolist()

    # --- ids and rows

    @cached_property
    def _rows(self) -> dict[str, pd.Index]:
        return {"household": pd.Index(self.household_ids), "member": pd.Index(self.member_ids)}

    def slots_of(self, household_id: str) -> list[int]:
        """Return the slots of a household; raise PersonMissing where there is none of that id."""
        return np.flatnonzero(self.owner == self.household(household_id)).tolist()

    def household(self, household_id: str) -> int:
        """Return the row of a household; raise PersonMissing where there is none of that id."""
        at = int(self._rows["household"].get_indexer([household_id])[0])
        if at < 0:
            raise PersonMissing(say("person.household", name=household_id))
        return at

    def member(self, member_id: str) -> int:
        """Return the row of a member; raise PersonMissing where there is none of that id."""
        at = int(self._rows["member"].get_indexer([member_id])[0])
        if at < 0:
            raise PersonMissing(say("person.member", name=member_id))
        return at

    def role(self, slot: int) -> str:
        """Return the role of a slot, `any` where everybody will do."""
        return "any" if pd.isna(self._role[slot]) else str(self._role[slot])

    # --- the plan

    def is_open(self, slot: int) -> bool:
        """Tell whether a slot has a place that is not settled."""
        taken = np.count_nonzero(self.instance.settled["slot"] == slot)
        return bool(self.instance.demand.wanted[slot] > taken)

    def helpers(self, slot: int) -> Ints:
        """Return who fills a slot in the plan."""
        first, last = np.searchsorted(self.plan.slots, [slot, slot + 1])
        return np.asarray(self.plan.members[first:last])

    @cached_property
    def seats(self) -> gaps.Seated:
        """Return the pairings in force, by slot."""
        return gaps.seated(self.instance)

    def in_force(self, household_id: str) -> Iterator[tuple[int, int, bool]]:
        """Yield slot, member and whether the plan has them, of the pairings in force of a household."""
        slots = self.slots_of(household_id)
        mine = np.isin(self.seats.slots, slots)
        for slot, member in zip(self.seats.slots[mine].tolist(), self.seats.members[mine].tolist(), strict=True):
            planned = self.plan.slots[(self.plan.members == member) & np.isin(self.plan.slots, slots)]
            yield (int(planned[0]), member, True) if len(planned) else (slot, member, False)

    def distance_dm(self, slot: int, member: int) -> int:
        """Return the way of a pair; FAR where it is longer than the radius."""
        site = self.instance.demand.site[[slot]]
        return int(self.instance.reach.between(site, np.array([member]))[0])

    def metres(self, slot: int, member: int, distance_dm: int | None = None) -> float | None:
        """Return the way of a pair, None where a place is not known well enough or it is out of reach.

        distance_dm: the way where it has been measured already.
        """
        seekers, givers = self._known
        if not (seekers[self.owner[slot]] and givers[member]):
            return None
        distance = self.distance_dm(slot, member) if distance_dm is None else distance_dm
        return distance / 10 if distance < FAR else None

    def near(self, slot: int, *, within_dm: int | None = None) -> tuple[Ints, Ints]:
        """Return who has the role of a slot and is on duty or on leave, nearest first, with the ways in dm."""
        of, limit = self.instance, self.instance.reach.limit_dm
        member, distance = of.reach.within(int(of.demand.site[slot]), limit if within_dm is None else within_dm)
        area = int(of.demand.area[slot])
        fits = (of.demand.accepts[slot] & of.supply.kind[member]) != 0
        fits &= (area < 0) | (np.asarray(of.supply.area)[member] == area)
        fits &= (of.members["ready"] | of.members["away"]).to_numpy(bool)[member]
        return member[fits].astype(np.int64), distance[fits]

    def hindrance(self, slot: int, member: Ints, distance_dm: Ints) -> list[str | None]:
        """Return the code of what keeps each member from a slot whatever the plan, None where nothing does."""
        of = self.instance
        banned = of.wishes.banned_member[of.wishes.banned_slot == slot]
        group = self.plan.members[of.demand.group[self.plan.slots] == of.demand.group[slot]]
        others = np.setdiff1d(group, self.helpers(slot))
        tests: dict[str, Bools] = {
            "candidate_on_leave": ~of.members["ready"].to_numpy(bool)[member],
            "candidate_helping": np.isin(member, others),
            "candidate_banned": np.isin(member, banned),
            "candidate_own_limit": distance_dm > np.asarray(of.supply.radius_dm)[member],
            "candidate_settled": self.tied[member] >= np.asarray(of.supply.capacity)[member],
        }
        return [next((code for code, test in tests.items() if test[at]), None) for at in range(len(member))]

    # --- changes

    def effect(self, filled: Ints, cost_dm: int) -> Effect:
        """Return a change of places by rank and of cost, in the words of the rules."""
        places = {
            rank_code(int(rank)): int(count)
            for rank, count in zip(self.plan.ranks.tolist(), filled.tolist(), strict=True)
            if count
        }
        return Effect(places, cost_dm / 10)

    def shifts(self, change: Change) -> list[Shift]:
        """Return whose places change hands, households by row: the old one of a slot meets the new one of it first."""
        gone, new = (
            list(zip(slots.tolist(), members.tolist(), strict=True))
            for slots, members in ((change.gone_slot, change.gone_member), (change.new_slot, change.new_member))
        )
        met: list[tuple[int, int | None, int | None]] = []
        for owner in (np.arange(len(self.owner)), self.owner):
            for slot, member in list(gone):
                other = next((pair for pair in new if owner[pair[0]] == owner[slot]), None)
                if other:
                    met.append((slot, member, other[1]))
                    gone.remove((slot, member))
                    new.remove(other)
        met += [(slot, member, None) for slot, member in gone] + [(slot, None, member) for slot, member in new]
        met.sort(key=lambda one: (self.owner[one[0]], one[0]))
        return [self._shift(*one) for one in met]

    def _shift(self, slot: int, old: int | None, new: int | None) -> Shift:
        return Shift(
            household_id=str(self.household_ids[self.owner[slot]]),
            old_member_id=None if old is None else str(self.member_ids[old]),
            new_member_id=None if new is None else str(self.member_ids[new]),
            before_m=None if old is None else self.metres(slot, old),
            after_m=None if new is None else self.metres(slot, new),
        )
