"""Say of every place that stays empty why, and what would be the least that fills it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Protocol

import numpy as np
import pandas as pd

from gridmap.reasons import Language, Naming, Phrase, either, join
from gridmap.slots import Instance, seat
from gridmap.solve.instance import Bools, Ints
from gridmap.solve.travel import FAR, Reach

WIDER = 4
"""How many times the radius is searched for the nearest member where nobody is in reach."""

COLUMNS = [
    "household_id", "role", "place", "code", "reachable", "full", "on_leave", "nearest_m", "nearest_member_id",
    "relaxation", "reason", "reason_en", "relaxation_text", "relaxation_text_en",
]  # fmt: skip


MOST_REMEDIES = 3
UNSETTLED = {"not_proven": "more_time", "not_arranged": "arrange"}
"""Why a place is empty though somebody in reach has room, and what to do."""

Numbers = dict[str, object]


class Plan(Protocol):
    """What is known of a plan: row of slot and member of each pair, places filled by slot."""

    @property
    def slots(self) -> Ints:
        """Return int[K] slot rows."""

    @property
    def members(self) -> Ints:
        """Return int[K] member rows."""

    @property
    def filled(self) -> Ints:
        """Return int[S] places filled."""


@dataclass(frozen=True)
class Seated:
    """The pairings in force as a plan, whoever made them."""

    slots: Ints
    members: Ints
    filled: Ints


@dataclass(frozen=True)
class Finding:
    """Why a slot has empty places, and what would fill one, the easiest first: each a single change that is enough."""

    why: Phrase
    remedies: tuple[Phrase, ...]
    details: tuple[Phrase, ...] = ()
    reachable: int = 0
    full: int = 0
    on_leave: int = 0

    def as_row(self) -> Numbers:
        """Return the columns that a gap gets from its finding."""
        about = self.remedies[0].numbers
        row: Numbers = {name: getattr(self, name) for name in ("reachable", "full", "on_leave")}
        row |= {"code": self.why.code, "relaxation": self.remedies[0].code}
        row |= {"nearest_m": about.get("metres", np.nan), "nearest_member_id": about.get("member")}
        row |= {"reason": self.reason("zh"), "reason_en": self.reason("en")}
        return row | {"relaxation_text": self.remedy("zh"), "relaxation_text_en": self.remedy("en")}

    def reason(self, language: Language) -> str:
        """Say why the place is empty."""
        return join([phrase.tell(language) for phrase in (self.why, *self.details)], language)

    def remedy(self, language: Language) -> str:
        """Say what would fill it."""
        return either([phrase.tell(language) for phrase in self.remedies], language)

    def as_dict(self, naming: Naming) -> Numbers:
        """Return it as JSON values, people named by `naming`."""
        parts = {"why": (self.why, *self.details), "remedies": self.remedies}
        said = {name: [phrase.as_dict(naming) for phrase in phrases] for name, phrases in parts.items()}
        return {**said, "reachable": self.reachable, "full": self.full, "on_leave": self.on_leave}


def unfilled(instance: Instance, plan: Plan) -> pd.DataFrame:
    """Return a row for each empty place of the rules, households by id: see COLUMNS.

    `place` counts the places of a household from 1. `reachable` counts members on duty in reach who have the role,
    `full` and `on_leave` (not among the reachable) say how many of them cannot help. `nearest_m` and
    `nearest_member_id` name whom the first remedy (`relaxation`) is about.
    """
    search = _Search(instance, plan)
    wanted = instance.slots["wanted"].to_numpy(int)
    household_id = instance.households["household_id"].to_numpy(object)[search.owner]
    filled = np.minimum(plan.filled, wanted)
    rows: list[Numbers] = []
    for slot in np.flatnonzero(filled < wanted).tolist():
        found = search.find(slot).as_row()
        who = {"household_id": household_id[slot], "role": search.role[slot]}
        empty = range(1 + filled[slot], 1 + wanted[slot])
        rows += [{**who, "place": place, **found} for place in empty]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"household_id": "str", "role": "str", "place": "int64"})


def find(instance: Instance, plan: Plan, slot: int) -> Finding:
    """Return why a slot is not filled."""
    return _Search(instance, plan).find(slot)


def seated(instance: Instance) -> Seated:
    """Return the pairings in force as they are: settled ones first, then by id, each in the next place of its role."""
    households, members = (instance.households["household_id"], instance.members["member_id"])
    today = instance.today.sort_values("pairing_id")
    own = pd.DataFrame({
        "household": pd.Index(households).get_indexer(today["household_id"]),
        "member": pd.Index(members).get_indexer(today["member_id"]),
        "role": today["role"].to_numpy(),
    })  # fmt: skip
    settled = instance.settled.assign(household=instance.slots["household"].to_numpy()[instance.settled["slot"]])
    ties = pd.concat([settled[own.columns], own]).drop_duplicates(["household", "member"])
    count = len(instance.slots) // max(len(households), 1)
    slot = ties["household"].to_numpy(np.int64) * count + seat(ties["role"], count)
    return Seated(slot, ties["member"].to_numpy(np.int64), np.bincount(slot, minlength=len(instance.slots)))


class _Search:
    """Look round each slot; what is the same for many slots is found once."""

    def __init__(self, instance: Instance, assignment: Plan) -> None:
        self.instance = instance
        self.unsettled = "not_arranged" if isinstance(assignment, Seated) else "not_proven"
        self.owner = instance.slots["household"].to_numpy(int)
        self.role = instance.slots["role"].to_numpy(object)
        self.pairable = instance.households["pairable"].to_numpy(bool)[self.owner]
        self.housed = instance.households["building_id"].notna().to_numpy(bool)[self.owner]
        self.kind = instance.supply.kind.astype(np.int64)
        self.ready = instance.members["ready"].to_numpy(bool)
        self.away = instance.members["away"].to_numpy(bool)
        load = np.bincount(assignment.members, minlength=len(self.ready))
        self.full = load >= instance.supply.capacity
        self.has_room = load < instance.members["limit"].to_numpy(int)
        self.ids = instance.members["member_id"].to_numpy(object)
        self.radius = np.asarray(instance.supply.radius_dm)
        self.area, self.home = np.asarray(instance.demand.area), np.asarray(instance.supply.area)
        self.by_home = np.argsort(self.home, kind="stable")
        self.banned = set(
            zip(instance.wishes.banned_slot.tolist(), instance.wishes.banned_member.tolist(), strict=True)
        )
        self.helping: dict[int, set[int]] = {}
        for slot, member in zip(assignment.slots.tolist(), assignment.members.tolist(), strict=True):
            self.helping.setdefault(int(self.owner[slot]), set()).add(member)

    def find(self, slot: int) -> Finding:
        """Return why a slot is not filled."""
        role, local = self.role[slot], bool(self.area[slot] >= 0)
        numbers: Numbers = {"role": "any" if pd.isna(role) else role, "radius": self.instance.rules.radius_m}
        if not self.pairable[slot] or (local and not self.housed[slot]):
            return Finding(Phrase("place_uncertain", numbers), (Phrase("verify_place", numbers),))
        member, distance = self._around(slot, self.instance.reach)
        ready = self.ready[member]
        away = member[self.away[member]], distance[self.away[member]]
        if not self._is_served(int(self.instance.demand.accepts[slot]), int(self.area[slot])):
            why = Phrase("role_missing_here" if local else "role_missing", numbers)
            return self._finding(slot, why, (), (), away)
        if not ready.any():
            return self._beyond(slot, numbers, away)
        return self._near(slot, member[ready], distance[ready], numbers, away)

    @cache  # noqa: B019  lives as long as the search and holds a handful of masks
    def _has_role(self, accepts: int) -> Bools:
        return np.asarray((self.kind & accepts) != 0)

    @cache  # noqa: B019
    def _is_served(self, accepts: int, area: int) -> bool:
        """Tell whether anybody on duty has the role and, where that is asked, lives in the building."""
        served = self.ready & self._has_role(accepts)
        return bool(served.any() if area < 0 else served[self._in_building(area)].any())

    def _in_building(self, area: int) -> Ints:
        low, high = np.searchsorted(self.home, [area, area + 1], sorter=self.by_home)
        return self.by_home[low:high]

    def _around(self, slot: int, reach: Reach) -> tuple[Ints, Ints]:
        """Return the members in reach who fit and their ways in dm, nearest first, ties by row."""
        site, area = int(self.instance.demand.site[slot]), int(self.area[slot])
        if area < 0:
            member, distance = reach.within(site, reach.limit_dm)
        else:
            member = self._in_building(area)
            distance = reach.between(np.full(len(member), site), member)
            order = np.lexsort((member, distance))[: int((distance < FAR).sum())]
            member, distance = member[order], distance[order]
        fits = self._has_role(int(self.instance.demand.accepts[slot]))[member]
        return member[fits], distance[fits]

    def _near(self, slot: int, member: Ints, distance: Ints, numbers: Numbers, away: tuple[Ints, Ints]) -> Finding:
        """Say why none of the members in reach fills the place."""
        helping, own, banned, full = self._hindrances(slot, member, distance)
        open_to = ~own & ~banned & ~helping
        counts = (("full_count", full & open_to), ("own_limit_count", own), ("banned_count", banned))
        details = [Phrase(name, {"count": int(of.sum())}) for name, of in counts if of.any() and len(of) > 1]
        code = next((name for name, which in (
            (self.unsettled, open_to & ~full), ("all_full", open_to), ("own_limit", own), ("banned", banned)
        ) if which.any()), "no_other_person")  # fmt: skip
        if code == self.unsettled:
            at = int(np.argmax(open_to & ~full))
            remedies = [self._about(UNSETTLED[code], member[at], distance[at])]
            return self._finding(slot, Phrase(code, numbers), [], remedies, None, len(member))
        farther = self._free_farther(slot) if self.area[slot] < 0 and not self.instance.ways.on_paths else None
        if farther:
            details.append(Phrase("nearest_free", {"metres": farther.numbers["metres"]}))
        remedies = [
            self._about(name, member[which][0], distance[which][0])
            for name, which in (
                ("raise_capacity", open_to & full),
                ("widen_own", own & ~banned & ~full),
                ("lift_ban", banned & ~own & ~full),
            )
            if which.any()
        ] + ([farther] if farther else [])
        found = self._finding(slot, Phrase(code, numbers), details, remedies, away, len(member))
        return replace(found, full=int((full & open_to).sum()))

    def _hindrances(self, slot: int, member: Ints, distance: Ints) -> tuple[Bools, Bools, Bools, Bools]:
        """Tell who of them helps the household already, finds it too far, is banned, has no room."""
        here = self.helping.get(int(self.owner[slot]), set())
        helping = np.array([one in here for one in member.tolist()], bool)
        own = (distance > self.radius[member]) & ~helping
        banned = np.array([(slot, one) in self.banned for one in member.tolist()], bool) & ~helping
        return helping, own, banned, self.full[member]

    def _about(self, code: str, member: int, distance_dm: int) -> Phrase:
        return Phrase(code, {"member": str(self.ids[member]), "metres": float(distance_dm) / 10})

    def _finding(
        self, slot: int, why: Phrase, details: Sequence[Phrase], remedies: Sequence[Phrase],
        away: tuple[Ints, Ints] | None, reachable: int = 0,
    ) -> Finding:  # fmt: skip
        """Add who is on leave, and somebody new where nothing else would do."""
        remedies, details, absent = list(remedies), list(details), 0
        if away is not None and len(away[0]):
            absent = len(away[0])
            details.append(Phrase("leave_count", {"count": absent}))
            helping, own, banned, _ = self._hindrances(slot, *away)
            back = ~helping & ~own & ~banned & self.has_room[away[0]]
            if back.any():
                remedies.append(self._about("call_back", away[0][back][0], away[1][back][0]))
        remedies = remedies[:MOST_REMEDIES] or [
            Phrase("recruit_here" if self.area[slot] >= 0 else "recruit", why.numbers)
        ]
        return Finding(why, tuple(remedies), tuple(details), reachable=reachable, on_leave=absent)

    @cached_property
    def _wider(self) -> Reach:
        return self.instance.ways.reach(self.instance.rules.radius_m * WIDER)

    def _free_farther(self, slot: int) -> Phrase | None:
        """Return the radius that would bring the nearest who has room and may help, if anybody has."""
        member, distance = self._around(slot, self._wider)
        helping, own, banned, full = self._hindrances(slot, member, distance)
        free = self.ready[member] & ~helping & ~own & ~banned & ~full
        return self._about("widen", member[free][0], distance[free][0]) if free.any() else None

    def _beyond(self, slot: int, numbers: Numbers, away: tuple[Ints, Ints]) -> Finding:
        """Say how far the nearest is who could help, as nobody is within the radius."""
        farther, why = self._free_farther(slot), Phrase("none_in_reach", numbers)
        if farther is None:
            nobody = Phrase("nobody_farther", {"metres": self._wider.limit_dm / 10})
            return self._finding(slot, why, [nobody], [], away)
        return self._finding(slot, why, [Phrase("nearest", {"metres": farther.numbers["metres"]})], [farther], away)
