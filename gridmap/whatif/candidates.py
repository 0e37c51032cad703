"""Rank who could help a household by what each would do to the whole plan, exactly."""

from dataclasses import dataclass
from typing import Any

from gridmap.reasons import Naming, Phrase, plain_id
from gridmap.solve.instance import Ints
from gridmap.solve.whatif import Suggestions
from gridmap.whatif.study import Effect, Study


@dataclass(frozen=True)
class Candidate:
    """Somebody who could fill a place; effect None: cannot, whatever the plan."""

    member_id: str
    distance_m: float | None
    phrases: tuple[Phrase, ...]
    effect: Effect | None = None

    def as_dict(self, naming: Naming = plain_id) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "member_id": self.member_id,
            "distance_m": self.distance_m,
            "said": [phrase.as_dict(naming) for phrase in self.phrases],
            "effect": self.effect.as_dict(naming) if self.effect else None,
        }


@dataclass(frozen=True)
class Place:
    """The places of a household in a role, with the candidates, the best for the whole plan first."""

    household_id: str
    role: str
    wanted: int
    filled: int
    candidates: tuple[Candidate, ...]

    def as_dict(self, naming: Naming = plain_id) -> dict[str, Any]:
        """Return it as JSON values."""
        said = [candidate.as_dict(naming) for candidate in self.candidates]
        return {
            **{name: getattr(self, name) for name in ("household_id", "role", "wanted", "filled")},
            "candidates": said,
        }


def suggest(study: Study, household_id: str, *, most: int = 10) -> list[Place]:
    """Rank the candidates of each role of a household; raise PersonMissing where there is none of that id."""
    return [_place(study, slot, study.answers.suggest(slot, most), most) for slot in study.slots_of(household_id)]


def suggest_after(study: Study, member_id: str, *, most: int = 10) -> list[Place]:
    """Rank who could take over each household of a member who leaves; raise PersonMissing for an unknown id."""
    found = study.answers.suggest_after(study.member(member_id), most)
    return [_place(study, slot, answer, 0) for slot, answer in sorted(found.items())]


def _place(study: Study, slot: int, found: Suggestions, most: int) -> Place:
    able = [_able(study, slot, found, at) for at in range(len(found.member))]
    return Place(
        household_id=str(study.household_ids[study.owner[slot]]),
        role=study.role(slot),
        wanted=int(study.instance.demand.wanted[slot]),
        filled=int(study.plan.filled[slot]),
        candidates=(*able, *_unable(study, slot, found.member, most - len(able))),
    )


def _able(study: Study, slot: int, found: Suggestions, at: int) -> Candidate:
    member, effect = int(found.member[at]), study.effect(found.filled[at], int(found.cost_dm[at]))
    load, limit = int(study.load[member]), int(study.limit[member])
    full = load >= int(study.instance.supply.capacity[member])
    room = Phrase("candidate_full" if full else "candidate_free", {"load": load, "limit": limit})
    said = [Phrase("candidate_chosen")] if member in study.helpers(slot) else [room, *effect.phrases]
    metres = study.metres(slot, member, int(found.distance_dm[at]))
    return Candidate(str(study.member_ids[member]), metres, tuple(said), effect)


def _unable(study: Study, slot: int, able: Ints, most: int) -> list[Candidate]:
    """Return the nearest who cannot help, with what keeps them."""
    if most <= 0:
        return []
    member, distance = study.near(slot)
    blocked = [
        (row, way, code)
        for row, way, code in zip(
            member.tolist(), distance.tolist(), study.hindrance(slot, member, distance), strict=True
        )
        if code and row not in able
    ]
    return [
        Candidate(str(study.member_ids[row]), study.metres(slot, row, way), (Phrase(code),))
        for row, way, code in blocked[:most]
    ]
