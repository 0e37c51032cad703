"""Say of every place that stays empty why, and what would be the least that fills it."""

from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
import pandas as pd

from gridmap.reasons import Language, join, tell
from gridmap.slots import Instance
from gridmap.solve.assign import Assignment
from gridmap.solve.instance import Bools, Ints
from gridmap.solve.travel import FAR, Reach

WIDER = 4
"""How many times the radius is searched for the nearest member where nobody is in reach."""

COLUMNS = [
    "household_id", "role", "place", "code", "reachable", "full", "on_leave", "nearest_m", "nearest_member_id",
    "relaxation", "reason", "reason_en", "relaxation_text", "relaxation_text_en",
]  # fmt: skip


Numbers = dict[str, object]
Detail = tuple[str, Numbers]


@dataclass(frozen=True)
class Finding:
    """Why a slot has empty places: a code with numbers, and the code of what would help."""

    code: str
    relaxation: str
    numbers: Numbers = field(default_factory=dict)
    details: tuple[Detail, ...] = ()
    reachable: int = 0
    full: int = 0
    on_leave: int = 0
    nearest_m: float = np.nan
    nearest_member_id: str | None = None

    def as_row(self) -> Numbers:
        """Return the columns that a gap gets from its finding."""
        told = {name: value for name, value in vars(self).items() if name in COLUMNS}
        words = {"reason": self.reason("zh"), "reason_en": self.reason("en")}
        return {**told, **words, "relaxation_text": self.remedy("zh"), "relaxation_text_en": self.remedy("en")}

    def reason(self, language: Language) -> str:
        """Say why the place is empty."""
        parts = [tell(self.code, language, **self.numbers)]
        return join(parts + [tell(code, language, **numbers) for code, numbers in self.details], language)

    def remedy(self, language: Language) -> str:
        """Say what would fill it."""
        return tell(self.relaxation, language, member=self.nearest_member_id, metres=self.nearest_m, **self.numbers)


def unfilled(instance: Instance, assignment: Assignment) -> pd.DataFrame:
    """Return a row for each empty place of the rules, households by id: see COLUMNS.

    `place` counts the places of a household from 1. `reachable` counts members on duty in reach who have the role,
    `full` and `on_leave` (not among the reachable) say how many of them cannot help. `nearest_m` and
    `nearest_member_id` name whom the relaxation is about.
    """
    search = _Search(instance, assignment)
    wanted, first = (instance.slots[name].to_numpy(int) for name in ("wanted", "first"))
    household_id = instance.households["household_id"].to_numpy(object)[search.owner]
    filled = np.minimum(assignment.filled, wanted)
    rows: list[Numbers] = []
    for slot in np.flatnonzero(filled < wanted).tolist():
        found = search.find(slot).as_row()
        who = {"household_id": household_id[slot], "role": search.role[slot]}
        empty = range(first[slot] + filled[slot], first[slot] + wanted[slot])
        rows += [{**who, "place": place, **found} for place in empty]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"household_id": "str", "role": "str", "place": "int64"})


class _Search:
    """Look round each slot; what is the same for many slots is found once."""

    def __init__(self, instance: Instance, assignment: Assignment) -> None:
        self.instance = instance
        self.owner = instance.slots["household"].to_numpy(int)
        self.role = instance.slots["role"].to_numpy(object)
        self.pairable = instance.households["pairable"].to_numpy(bool)[self.owner]
        self.housed = instance.households["building_id"].notna().to_numpy(bool)[self.owner]
        self.kind = instance.supply.kind.astype(np.int64)
        self.ready = instance.members["ready"].to_numpy(bool)
        self.away = instance.members["away"].to_numpy(bool)
        self.full = np.bincount(assignment.members, minlength=len(self.ready)) >= instance.supply.capacity
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
            return Finding("place_uncertain", "verify_place", numbers)
        if not self._is_served(int(self.instance.demand.accepts[slot]), int(self.area[slot])):
            if local:
                return Finding("role_missing_here", "recruit_here", numbers)
            return Finding("role_missing", "recruit", numbers)
        member, distance = self._around(slot, self.instance.reach)
        away = int(self.away[member].sum())
        ready = self.ready[member]
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

    def _near(self, slot: int, member: Ints, distance: Ints, numbers: Numbers, away: int) -> Finding:
        """Say why none of the members in reach fills the place."""
        here = self.helping.get(int(self.owner[slot]), set())
        helping = np.array([one in here for one in member.tolist()])
        own = (distance > self.radius[member]) & ~helping
        banned = np.array([(slot, one) in self.banned for one in member.tolist()]) & ~helping
        open_to = ~own & ~banned & ~helping
        full = self.full[member] & open_to
        code, relaxation, which = _judge(open_to, full, own, banned)
        if relaxation == "recruit" and self.area[slot] >= 0:
            relaxation = "recruit_here"
        at = int(np.flatnonzero(which)[0]) if which.any() else 0
        counts = (("full_count", full), ("own_limit_count", own), ("banned_count", banned))
        details: list[Detail] = [(name, {"count": int(of.sum())}) for name, of in counts if of.any() and len(of) > 1]
        details += [("leave_count", {"count": away})] if away else []
        return Finding(
            code, relaxation, numbers, tuple(details), reachable=len(member), full=int(full.sum()), on_leave=away,
            nearest_m=float(distance[at]) / 10, nearest_member_id=str(self.ids[member[at]]),
        )  # fmt: skip

    @cached_property
    def _wider(self) -> Reach:
        return self.instance.ways.reach(self.instance.rules.radius_m * WIDER)

    def _beyond(self, slot: int, numbers: Numbers, away: int) -> Finding:
        """Say how far the nearest is who could help, as nobody is within the radius."""
        member, distance = self._around(slot, self._wider)
        free = self.ready[member] & ~self.full[member]
        details: tuple[Detail, ...] = (("leave_count", {"count": away}),) if away else ()
        if not free.any():
            nobody: Detail = ("nobody_farther", {"metres": self._wider.limit_dm / 10})
            return Finding("none_in_reach", "recruit", numbers, (nobody, *details), on_leave=away)
        at = int(np.argmax(free))
        metres = float(distance[at]) / 10
        return Finding(
            "none_in_reach", "widen", numbers, (("nearest", {"metres": metres}), *details), on_leave=away,
            nearest_m=metres, nearest_member_id=str(self.ids[member[at]]),
        )  # fmt: skip


def _judge(open_to: Bools, full: Bools, own: Bools, banned: Bools) -> tuple[str, str, Bools]:
    """Return the code, the relaxation and whom it is about, the easiest to change first."""
    if (open_to & ~full).any():
        return "not_proven", "more_time", open_to & ~full
    for code, relaxation, which in (
        ("all_full", "raise_capacity", full),
        ("own_limit", "widen_own", own),
        ("banned", "lift_ban", banned),
    ):
        if which.any():
            return code, relaxation, which
    return "no_other_person", "recruit", open_to
