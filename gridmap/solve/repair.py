"""Keep a plan optimal while people come and go and places begin and end: exact repair from the kept prices.

Four moves make up every change, each a shortest path on the residual network that leaves no reduced cost negative:
a place more is filled (augment.py), a place less is withdrawn, room of a member is offered (release.py), and a member
is cut, whose lost places are filled again. A slot may start from price 0, a member from the least price at which
nobody wants one more unit; both hold whatever happened meanwhile. Locks do not change here: solve again for those.
"""

from collections.abc import Sequence

import numpy as np

from gridmap.solve.arrival import (
    admit,
    holds_pair,
    lift_ban,
    set_kept,
    set_member,
    set_site,
    set_slot,
    with_ban,
)
from gridmap.solve.augment import MORE_LOG
from gridmap.solve.change import Change
from gridmap.solve.instance import SAME, InstanceError, Ints
from gridmap.solve.kept import KeptPlan
from gridmap.solve.market import hang_out, take_in
from gridmap.solve.release import let_go, offer, refill, withdraw
from gridmap.solve.room import spare_records
from gridmap.solve.roster import At, Newcomer, Place, Wanted
from gridmap.solve.undo import NOTES_A_NODE, PRICE_SLOT, put

__all__ = ["At", "Change", "LivePlan", "Newcomer", "Wanted"]


class LivePlan(KeptPlan):
    """Change a solved plan by one change after another.

    After every change the plan is the best of the changed instance, as good as solved anew. Every change checks first
    and raises InstanceError before anything is touched.
    """

    # --- members

    def leave(self, member: int) -> None:
        """Take a member out of the plan, for good or on leave; locked pairs forbid it."""
        self.set_capacity(member, 0)

    def set_capacity(self, member: int, capacity: int) -> None:
        """Let a member hold more or fewer households; back from leave is more than none."""
        roster = self.roster
        _check_row(member, len(roster.members["kind"]), "member")
        if capacity < roster.locked_member[member]:
            raise InstanceError("lock_capacity", "more pairs are locked to a member than the member may hold", [member])
        self.begin()
        roster.members["capacity"][member] = capacity
        if capacity > self._most:
            self.start()  # so dear a load asks for larger weights
            return
        self.apply_capacity(int(self.member_at[member]), capacity)

    def apply_capacity(self, at: int, capacity: int) -> None:
        """Bring the plan to a capacity of an engine row; the roster is the caller's."""
        engine = self.engine
        before = int(engine.fixed.capacity[at])
        engine.fixed.capacity[at] = capacity
        load = int(engine.plan.load[at])
        if capacity < load:
            self._room_in_queue(load - capacity)
            while len(engine.plan.log) < NOTES_A_NODE * (load - capacity + 20):
                self.grow(MORE_LOG)
            self.search(let_go, at, self._queue, np.zeros(2, np.int64))
        elif capacity > before:
            entering = before == self.market.locked[at]
            if entering or engine.plan.price_member[at] > load * engine.fixed.load_step[at]:
                self.run(offer, at, entering)

    def join(self, place: Place, newcomer: Newcomer) -> int:
        """Let somebody new be used; return the new row."""
        row = self.seat(place, newcomer)
        admit(self.engine, self.market, row, self.roster, self.member_row)
        self.set_capacity(row, newcomer.capacity)
        return row

    def seat(self, place: Place, newcomer: Newcomer) -> int:
        """Write a member into a spare row, without capacity; no list knows of it yet."""
        if len(self.roster.members["kind"]) == self._limits[1]:
            self.start_anew()
        row = self.roster.add_member(place, newcomer)
        self.market = set_member(self.engine, self.market, row, self.roster)
        return row

    # --- places

    def add_places(self, slot: int, count: int = 1) -> None:
        """Let a slot want more places."""
        _check_row(slot, len(self.roster.slots["group"]), "slot")
        self.begin()
        self._add_places(slot, count)

    def _add_places(self, slot: int, count: int) -> None:
        engine, at, roster = self.engine, int(self.slot_at[slot]), self.roster
        if count <= 0:
            return
        wanted = roster.slots["wanted"]
        if wanted[slot] == roster.locked_slot[slot]:
            engine.call(put, engine.plan, PRICE_SLOT, engine.plan.price_slot, at, 0)
            engine.call(hang_out, self.market, engine.reach, engine.plan, engine.fixed.group[at], at)
        wanted[slot] += count
        self._spare_all_but_one(roster.slots["group"][slot])
        self._records -= count
        if self._records < 1:
            more = max(count, self._spare)
            engine.plan = spare_records(engine.plan, more)
            self._records += more
        self._room_in_queue(count)
        self._queue[:count] = at
        self.search(refill, self._queue, np.array([0, count], np.int64))

    def end_places(self, slot: int, count: int = 1) -> None:
        """Let a slot want fewer places; those of locked pairs cannot end."""
        roster = self.roster
        _check_row(slot, len(roster.slots["group"]), "slot")
        if roster.slots["wanted"][slot] - count < roster.locked_slot[slot]:
            raise InstanceError("places", "a slot has fewer places than shall end, or locked pairs fill them", [slot])
        self.begin()
        self._end_places(slot, count)

    def _end_places(self, slot: int, count: int) -> None:
        engine, at, roster = self.engine, int(self.slot_at[slot]), self.roster
        if count <= 0:
            return
        for _ in range(count):
            self.run(withdraw, at)
        roster.slots["wanted"][slot] -= count
        self._records += count
        if roster.slots["wanted"][slot] == roster.locked_slot[slot]:
            engine.call(take_in, self.market, engine.fixed.group[at], at)
        self._spare_all_but_one(roster.slots["group"][slot])

    def _spare_all_but_one(self, group: int) -> None:
        """Let all places of a household but one be empty at less than the last, where its first one counts apart."""
        if self.roster.is_apart(group):
            places = self.roster.places_of(group)
            self.apply_capacity(self.engine.fixed.people + group, max(places - 1, 0))

    def add_household(self, place: Place, wanted: Sequence[Wanted]) -> Ints:
        """Add a household with its slots; return their rows."""
        return self._add_slots(self._next_group(), place, wanted)

    def _next_group(self) -> int:
        if self._groups == self._limits[2]:
            self.start_anew()
        self._groups += 1
        return self._groups - 1

    def _add_slots(self, group: int, place: Place, wanted: Sequence[Wanted]) -> Ints:
        roster = self.roster
        if any(one.rank < 0 or one.rank > self._scale.last_rank or one.places < 0 for one in wanted):
            raise InstanceError("rank", f"ranks must lie in 0..{self._scale.last_rank}, places must not be negative")
        apart = {(one.first, one.rank) for one in wanted if one.first > SAME}
        if apart and (len({(one.first, one.rank) for one in wanted}) > 1 or any(one > rank for one, rank in apart)):
            raise InstanceError("first", "slots whose first place counts apart must agree in first and rank")
        sites = roster.base.site_count + len(roster.new_sites)
        if len(roster.slots["group"]) + len(wanted) > self._limits[0] or sites == self._limits[3]:
            self.start_anew()
        self.begin()
        site = roster.add_site(place)
        rows = [roster.add_slot(group, site, one) for one in wanted]
        ranks = {one.rank for one in wanted} | {one.first for one in wanted if one.first > SAME}
        if not ranks <= set(self._ranks.tolist()):
            self._ranks = np.union1d(self._ranks, np.array(sorted(ranks), self._ranks.dtype))
        engine = self.engine
        self.market = set_site(engine, self.market, site, roster)
        for row, one in zip(rows, wanted, strict=True):
            last = one.first if one.first > SAME else one.rank
            set_slot(engine, self.market, row, roster, self._scale.weight_dm(np.array([last, one.rank])))
            set_kept(engine, self.market, row, self.member_at[np.array(one.kept, np.int64)])
            self._add_places(row, one.places)
        return np.array(rows, np.int64)

    def end_household(self, group: int) -> None:
        """End all places of a household."""
        slots = self._free_slots(group)
        self.begin()
        for slot in slots:
            self._end_places(slot, self.roster.slots["wanted"][slot])

    def _free_slots(self, group: int) -> list[int]:
        slots = self.roster.of_group.get(group, [])
        if not slots:
            raise InstanceError("range", "there is no such household", [group])
        if any(self.roster.locked_slot[slot] for slot in slots):
            raise InstanceError("places", "locked pairs keep a household where it is: solve again", slots)
        return slots

    def move(self, group: int, place: Place) -> Ints:
        """Let a household end where it is and begin elsewhere, with its bans and today's pairs; return its rows."""
        roster = self.roster
        old = [slot for slot in self._free_slots(group) if roster.slots["wanted"][slot] > 0]
        wanted = [roster.copy_of(slot) for slot in old]
        self.end_household(group)
        rows = self._add_slots(group, place, [one._replace(places=0) for one in wanted])
        for slot, row, one in zip(old, rows.tolist(), wanted, strict=True):
            for member in sorted(m for s, m in roster.banned if s == slot):
                self._note_ban(row, member)
            self._add_places(row, one.places)
        return rows

    # --- bans

    def ban(self, slot: int, member: int) -> None:
        """Forbid a pair; if the plan has it, the place is filled anew."""
        roster = self.roster
        _check_row(slot, len(roster.slots["group"]), "slot")
        _check_row(member, len(roster.members["kind"]), "member")
        if (slot, member) in self._locks:
            raise InstanceError("lock_banned", "a locked pair cannot be banned", [slot])
        self.begin()
        at, by = int(self.slot_at[slot]), int(self.member_at[member])
        engine, ended = self.engine, 0
        while engine.call(holds_pair, engine.plan, engine.fixed.group[at], at, by):
            self._end_places(slot, 1)
            ended += 1
        self._note_ban(slot, member)
        self._add_places(slot, ended)

    def _note_ban(self, slot: int, member: int) -> None:
        engine = self.engine
        if (slot, member) in self.roster.banned:
            return
        self.roster.banned.add((slot, member))
        engine.fixed = with_ban(engine.fixed, self._bans, int(self.slot_at[slot]), int(self.member_at[member]))
        self._bans += 1

    def allow(self, slot: int, member: int) -> None:
        """Take a ban back."""
        roster, engine = self.roster, self.engine
        if (slot, member) not in roster.banned:
            return
        self.begin()
        free = roster.slots["wanted"][slot] - roster.locked_slot[slot]
        self._end_places(slot, free)
        roster.banned.remove((slot, member))
        lift_ban(engine.fixed, int(self.slot_at[slot]), int(self.member_at[member]))
        self._add_places(slot, free)


def _check_row(row: int, count: int, name: str) -> None:
    if not 0 <= row < count:
        raise InstanceError("range", f"{name} must lie in 0..{count - 1}", [row])
