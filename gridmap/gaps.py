"""Say of every place that stays empty why, and what would be the least that fills it."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gridmap.reasons import Language, join, tell
from gridmap.slots import Instance
from gridmap.solve.assign import Assignment
from gridmap.solve.travel import Reach

WIDER = 4
"""How many times the radius is searched for the nearest member where nobody is in reach."""

COLUMNS = [
    "household_id", "role", "place", "code", "reachable", "full", "on_leave", "nearest_m", "nearest_member_id",
    "relaxation", "reason", "reason_en", "relaxation_text", "relaxation_text_en",
]  # fmt: skip


Numbers = dict[str, object]


@dataclass(frozen=True)
class Finding:
    """Why a slot has empty places: a code with numbers, and the code of what would help."""

    code: str
    relaxation: str
    numbers: Numbers = field(default_factory=dict)
    details: tuple[tuple[str, Numbers], ...] = ()
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
    filled = np.minimum(assignment.filled, instance.slots["wanted"].to_numpy())
    rows: list[Numbers] = []
    for slot in np.flatnonzero(filled < instance.slots["wanted"].to_numpy()).tolist():
        facts = instance.slots.iloc[slot]
        found = search.find(slot).as_row()
        who = {"household_id": instance.households["household_id"].iloc[facts["household"]], "role": facts["role"]}
        empty = range(facts["first"] + filled[slot], facts["first"] + facts["wanted"])
        rows += [{**who, "place": place, **found} for place in empty]
    return pd.DataFrame(rows, columns=COLUMNS)


class _Search:
    """Look round each slot; what is the same for many slots is found once."""

    def __init__(self, instance: Instance, assignment: Assignment) -> None:
        self.instance = instance
        self.assignment = assignment
        self.kind = instance.supply.kind.astype(np.int64)
        self.ready = instance.members["ready"].to_numpy(bool)
        self.away = instance.members["away"].to_numpy(bool)
        self.full = np.bincount(assignment.members, minlength=len(self.ready)) >= instance.supply.capacity
        self.ids = instance.members["member_id"].to_numpy(object)
        self.unproven = set(assignment.unproven.tolist())
        self.banned = set(
            zip(instance.wishes.banned_slot.tolist(), instance.wishes.banned_member.tolist(), strict=True)
        )
        self.helping: dict[int, set[int]] = {}
        owner = instance.slots["household"].to_numpy()[assignment.slots]
        for household, member in zip(owner.tolist(), assignment.members.tolist(), strict=True):
            self.helping.setdefault(household, set()).add(member)
        self._wider: Reach | None = None
        self._fitting: dict[tuple[int, int], np.ndarray] = {}

    def find(self, slot: int) -> Finding:
        """Return why a slot is not filled."""
        household = self.instance.households.iloc[self.instance.slots["household"].iloc[slot]]
        role = self.instance.slots["role"].iloc[slot]
        numbers: Numbers = {"role": "any" if pd.isna(role) else role, "radius": self.instance.rules.radius_m}
        local = self.instance.demand.area is not None and self.instance.demand.area[slot] >= 0
        if not household["pairable"] or (local and pd.isna(household["building_id"])):
            return Finding("place_uncertain", "verify_place", numbers)
        fitting = self._fits(slot)
        if not (self.ready & fitting).any():
            return Finding(
                "role_missing_here" if local else "role_missing", "recruit_here" if local else "recruit", numbers
            )
        return self._near(slot, fitting, numbers)

    def _fits(self, slot: int) -> np.ndarray:
        """Tell which members have the role and, where that is asked, live in the building: bool[M]."""
        demand, supply = self.instance.demand, self.instance.supply
        accepts = int(demand.accepts[slot])
        area = -1 if demand.area is None else int(demand.area[slot])
        if (accepts, area) not in self._fitting:
            fits = (self.kind & accepts) != 0
            self._fitting[accepts, area] = fits if area < 0 or supply.area is None else fits & (supply.area == area)
        return self._fitting[accepts, area]

    def _near(self, slot: int, fitting: np.ndarray, numbers: Numbers) -> Finding:
        site = int(self.instance.demand.site[slot])
        reach = self.instance.reach
        member, distance = reach.within(site, reach.limit_dm)
        away = int((self.away & fitting)[member].sum())
        kept = (self.ready & fitting)[member]
        member, distance = member[kept], distance[kept]
        if not len(member):
            return self._beyond(site, fitting, numbers, away=away)
        radius = self.instance.supply.radius_dm
        own = np.zeros(len(member), bool) if radius is None else distance > radius[member]
        banned = np.array([(slot, one) in self.banned for one in member.tolist()])
        here = self.helping.get(int(self.instance.slots["household"].iloc[slot]), set())
        helping = np.array([one in here for one in member.tolist()])
        open_to = ~own & ~banned & ~helping
        full = self.full[member] & open_to
        code, relaxation, which = _judge(open_to, full, own & ~helping, banned & ~helping)
        at = int(np.flatnonzero(which)[0]) if which.any() else 0
        counts = (("full_count", full), ("own_limit_count", own & ~helping), ("banned_count", banned & ~helping))
        details: list[tuple[str, Numbers]] = [
            (name, {"count": int(mask.sum())}) for name, mask in counts if mask.any() and len(member) > 1
        ]
        if away:
            details.append(("leave_count", {"count": away}))
        return Finding(
            code, relaxation, numbers, tuple(details), reachable=len(member), full=int(full.sum()), on_leave=away,
            nearest_m=float(distance[at]) / 10, nearest_member_id=str(self.ids[member[at]]),
        )  # fmt: skip

    def _beyond(self, site: int, fitting: np.ndarray, numbers: Numbers, *, away: int) -> Finding:
        """Nobody is within the radius: say how far the nearest is who could help."""
        limit_m = self.instance.rules.radius_m * WIDER
        if self._wider is None:
            self._wider = self.instance.ways.reach(limit_m)
        member, distance = self._wider.within(site, self._wider.limit_dm)
        kept = (self.ready & fitting & ~self.full)[member]
        member, distance = member[kept], distance[kept]
        details: list[tuple[str, Numbers]] = [("leave_count", {"count": away})] if away else []
        if not len(member):
            details.insert(0, ("nearest_unreachable", {"metres": limit_m}))
            return Finding("none_in_reach", "recruit", numbers, tuple(details), on_leave=away)
        metres = float(distance[0]) / 10
        details.insert(0, ("nearest", {"metres": metres}))
        return Finding(
            "none_in_reach", "widen", numbers, tuple(details), on_leave=away, nearest_m=metres,
            nearest_member_id=str(self.ids[member[0]]),
        )  # fmt: skip


def _judge(open_to: np.ndarray, full: np.ndarray, own: np.ndarray, banned: np.ndarray) -> tuple[str, str, np.ndarray]:
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
