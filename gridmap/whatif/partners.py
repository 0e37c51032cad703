"""Say of each pairing why this person, and of everybody nearer why not: who needs them more, what it would cost."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridmap.pairing import nearness
from gridmap.reasons import Naming, Phrase, plain_id
from gridmap.solve.travel import FAR
from gridmap.tables import Basis
from gridmap.whatif.study import Effect, Shift, Study

MOST_RIVALS = 3


@dataclass(frozen=True)
class Rival:
    """Somebody nearer who does not help: why not, and what it would do to the whole plan (None: it cannot be)."""

    member_id: str
    distance_m: float
    phrases: tuple[Phrase, ...]
    effect: Effect | None = None
    shifts: tuple[Shift, ...] = ()

    def as_dict(self, naming: Naming = plain_id) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "member_id": self.member_id,
            "distance_m": self.distance_m,
            "said": [phrase.as_dict(naming) for phrase in self.phrases],
            "effect": self.effect.as_dict(naming) if self.effect else None,
            "shifts": [shift.phrase.as_dict(naming) for shift in self.shifts],
        }


@dataclass(frozen=True)
class Partner:
    """A pairing in force: why this person, whether the best plan agrees, and why nobody nearer."""

    household_id: str
    member_id: str
    role: str
    phrases: tuple[Phrase, ...]
    better: tuple[Phrase, ...]
    rivals: tuple[Rival, ...]

    def as_dict(self, naming: Naming = plain_id) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "household_id": self.household_id,
            "member_id": self.member_id,
            "role": self.role,
            "said": [phrase.as_dict(naming) for phrase in self.phrases],
            "better": [phrase.as_dict(naming) for phrase in self.better],
            "rivals": [rival.as_dict(naming) for rival in self.rivals],
        }


def partners(study: Study, household_id: str) -> list[Partner]:
    """Explain the pairings in force of a household; raise PersonMissing where there is none of that id."""
    return [_partner(study, slot, member, planned=planned) for slot, member, planned in study.in_force(household_id)]


def _partner(study: Study, slot: int, member: int, *, planned: bool) -> Partner:
    settled = (slot, member) in study.settled
    phrases = [*_because(study, slot, member), *(_settled(study, slot, member) if settled else ())]
    rivals = () if settled else tuple(_rivals(study, slot, member))
    if not settled and not rivals:
        phrases.append(Phrase("is_nearest"))
    return Partner(
        household_id=str(study.household_ids[study.owner[slot]]),
        member_id=str(study.member_ids[member]),
        role=study.role(slot),
        phrases=tuple(phrases),
        better=() if planned else tuple(_better(study, slot, member)),
        rivals=rivals,
    )


def _because(study: Study, slot: int, member: int) -> list[Phrase]:
    """Say how far, how near and how loaded."""
    of = study.instance
    seeker = of.households.iloc[[study.owner[slot]]].reset_index(drop=True)
    giver = of.members.iloc[[member]].reset_index(drop=True)
    metres = study.metres(slot, member)
    way = "walk" if of.ways.on_paths else "straight"
    said = [Phrase("distance_unknown") if metres is None else Phrase(way, {"metres": metres})]
    near = str(nearness(seeker, giver)[0])
    said += [Phrase(near)] if near else []
    before = of.today["member_id"] == giver["member_id"].iloc[0]
    before &= (of.today["household_id"] == seeker["household_id"].iloc[0]) & (
        of.today["valid_from"] < pd.Timestamp(of.day)
    )
    said += [Phrase("kept")] if before.any() else []
    load = int(np.count_nonzero(study.seats.members == member))
    return [*said, Phrase("load", {"load": load, "limit": max(int(giver["limit"].iloc[0]), load)})]


def _settled(study: Study, slot: int, member: int) -> list[Phrase]:
    rows = study.instance.settled
    found = rows[(rows["slot"] == slot) & (rows["member"] == member)].iloc[0]
    code = {Basis.MANUAL: "settled_manual", Basis.IMPORTED: "settled_imported"}.get(found["basis"], "settled_locked")
    return [Phrase(code)]


def _better(study: Study, slot: int, member: int) -> list[Phrase]:
    """Say what the best plan has instead, and what it gains; or what keeps this person from the place by the rules."""
    distance = study.distance_dm(slot, member)
    if distance >= FAR:
        return []
    if blocked := study.hindrance(slot, np.array([member]), np.array([distance]))[0]:
        return [Phrase(blocked)]
    if not study.is_open(slot):
        return [Phrase("better_settled")]
    change = study.answers.force(slot, member)
    mine = set(study.seats.members[study.seats.slots == slot].tolist())
    instead = [row for row in study.helpers(slot).tolist() if row not in mine]
    first = (
        Phrase("better_with", {"member": str(study.member_ids[instead[0]])}) if instead else Phrase("better_without")
    )
    return [first, *study.effect(-change.filled, -change.cost_dm).phrases]


def _rivals(study: Study, slot: int, member: int) -> list[Rival]:
    own = study.distance_dm(slot, member)
    if own >= FAR or study.metres(slot, member) is None or not study.is_open(slot):
        return []
    near, distance = study.near(slot, within_dm=own - 1)
    apart = (near != member) & study.instance.members["known"].to_numpy(bool)[near]
    # who fills another place of the same slot is no rival: both help
    apart &= ~np.isin(near, study.helpers(slot))
    near, distance = near[apart][:MOST_RIVALS], distance[apart][:MOST_RIVALS]
    blocked = study.hindrance(slot, near, distance)
    return [
        _rival(study, slot, (rival, way, own), code)
        for rival, way, code in zip(near.tolist(), distance.tolist(), blocked, strict=True)
    ]


def _rival(study: Study, slot: int, way: tuple[int, int, int], blocked: str | None) -> Rival:
    rival, distance, own = way
    name = str(study.member_ids[rival])
    nearer = Phrase("nearer_by", {"member": name, "metres": (own - distance) / 10})
    if blocked:
        return Rival(name, distance / 10, (nearer, Phrase(blocked)))
    change = study.answers.force(slot, rival)
    effect, shifts = study.effect(change.filled, change.cost_dm), study.shifts(change)
    home = str(study.household_ids[study.owner[slot]])
    others = [shift for shift in shifts if shift.household_id != home]
    said = [Phrase("tie_by_id")] if effect.nothing else [*_who_needs(name, others), *effect.phrases]
    return Rival(name, distance / 10, (nearer, *said), effect, tuple(shifts))


def _who_needs(name: str, others: list[Shift]) -> list[Phrase]:
    """Say who would lose a nearer person, and whom the others lose."""
    needy = next((shift for shift in others if shift.old_member_id == name), None)
    if needy is None:
        return [Phrase("free_but")]
    said = [_needs(needy)]
    rest = [shift for shift in others if shift is not needy]
    said += [Phrase("leaves_empty", {"household": one.household_id}) for one in rest if one.new_member_id is None]
    moved = len({one.household_id for one in rest if one.new_member_id is not None})
    return [*said, Phrase("also_moves", {"count": moved})] if moved else said


def _needs(shift: Shift) -> Phrase:
    people = {"household": shift.household_id, "other": shift.new_member_id}
    if shift.new_member_id is None:
        return Phrase("only_one_for", {"household": shift.household_id})
    if shift.before_m is None or shift.after_m is None or shift.after_m <= shift.before_m:
        return Phrase("needed_as_near", people)
    return Phrase("needed_by", {**people, "metres": shift.after_m - shift.before_m})
