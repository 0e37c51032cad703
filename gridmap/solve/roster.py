"""Keep the rows of an instance that changes: what is wanted, who offers what, and where they stand.

Rows never change their number. What ends keeps its row with nothing wanted or no capacity; who comes gets a new one.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from gridmap.solve.instance import ANYWHERE, SAME, Demand, InstanceError, Ints, Supply, Trait, Wishes
from gridmap.solve.travel import ListReach, NetworkReach, Reach, StraightReach
from gridmap.solve.walks import MEMBER_MASK


class At(NamedTuple):
    """Name a place by a site that the reach knows."""

    site: int


Place = At | tuple[Any, Any]
"""(x, y) in metres of the plane; (node, dm to it) of a network; (rows of the other side, dm to each) of a list."""


class Newcomer(NamedTuple):
    """Describe a member who joins; values: one for each trait of the wishes."""

    kind: int
    capacity: int = 1
    radius_dm: int | None = None
    area: int = ANYWHERE
    values: Sequence[int] = ()


class Wanted(NamedTuple):
    """Describe a slot of a new household; values: one for each trait, kept: rows of the members of today.

    first: as in Demand; the slots of one household agree in it and in their rank.
    """

    accepts: int
    rank: int = 0
    places: int = 1
    area: int = ANYWHERE
    values: Sequence[int] = ()
    kept: Sequence[int] = ()
    first: int = SAME


class Roster:
    """Hold the rows as they are now, and say what instance they make."""

    def __init__(self, demand: Demand, supply: Supply, reach: Reach, wishes: Wishes) -> None:
        self.slots = {
            name: getattr(demand, name).tolist()
            for name in ("group", "wanted", "rank", "accepts", "site", "area", "first")
        }
        self.members = {name: getattr(supply, name).tolist() for name in ("capacity", "kind", "radius_dm", "area")}
        self.load_step_dm = supply.load_step_dm
        self.slot_values = [np.asarray(trait.slot_value).tolist() for trait in wishes.traits]
        self.member_values = [np.asarray(trait.member_value).tolist() for trait in wishes.traits]
        self.wishes = wishes
        self.kept = set(zip(wishes.kept_slot.tolist(), wishes.kept_member.tolist(), strict=True))
        self.banned = set(zip(wishes.banned_slot.tolist(), wishes.banned_member.tolist(), strict=True))
        self.locked_slot = np.bincount(wishes.locked_slot, minlength=len(demand)).tolist()
        self.locked_member = np.bincount(wishes.locked_member, minlength=len(supply)).tolist()
        self.base = reach
        self.new_sites: list[tuple[Any, Any]] = []
        self.new_members: list[tuple[Any, Any]] = []
        self.of_group: dict[int, list[int]] = {}
        for slot, group in enumerate(self.slots["group"]):
            self.of_group.setdefault(group, []).append(slot)

    # --- what comes

    def add_site(self, place: Place) -> int:
        """Return the site of a place, a new one unless it is named by its row."""
        if isinstance(place, At):
            return place.site
        self.new_sites.append(place)
        return self.base.site_count + len(self.new_sites) - 1

    def add_slot(self, group: int, site: int, wanted: Wanted) -> int:
        """Add a slot that wants nothing yet; return its row."""
        row = len(self.slots["group"])
        fields = {"group": group, "wanted": 0, "rank": wanted.rank, "accepts": wanted.accepts, "site": site,
                  "area": wanted.area, "first": wanted.first}  # fmt: skip
        for name, value in fields.items():
            self.slots[name].append(value)
        for column, value in zip(self.slot_values, self._values(wanted.values), strict=True):
            column.append(value)
        self.locked_slot.append(0)
        self.kept |= {(row, member) for member in wanted.kept}
        self.of_group.setdefault(group, []).append(row)
        return row

    def copy_of(self, slot: int) -> Wanted:
        """Describe a slot as it is, with the pairs of today."""
        of = {name: self.slots[name][slot] for name in ("accepts", "rank", "area", "first")}
        values = tuple(column[slot] for column in self.slot_values)
        kept = tuple(sorted(member for row, member in self.kept if row == slot))
        return Wanted(**of, places=self.slots["wanted"][slot], values=values, kept=kept)

    def add_member(self, place: Place, newcomer: Newcomer) -> int:
        """Add a member without capacity yet; return the row."""
        row = len(self.members["kind"])
        radius = np.iinfo(np.int64).max if newcomer.radius_dm is None else newcomer.radius_dm
        for name, value in {"capacity": 0, "kind": newcomer.kind, "radius_dm": radius, "area": newcomer.area}.items():
            self.members[name].append(value)
        for column, value in zip(self.member_values, self._values(newcomer.values), strict=True):
            column.append(value)
        self.locked_member.append(0)
        self.new_members.append(self.point_of(place))
        return row

    def drop_member(self) -> None:
        """Forget the member that was added last."""
        for column in (*self.members.values(), *self.member_values, self.locked_member, self.new_members):
            column.pop()

    def _values(self, values: Sequence[int]) -> Sequence[int]:
        """Return the values by trait; -1, which fits nothing that is named, where none are given."""
        if values and len(values) != len(self.slot_values):
            raise InstanceError("shape", f"{len(self.slot_values)} traits need as many values, not {len(values)}")
        return values or [-1] * len(self.slot_values)

    def point_of(self, place: Place) -> tuple[Any, Any]:
        """Return a place as the reach was given it."""
        if not isinstance(place, At):
            return place
        site, base = place.site, self.base
        if site >= base.site_count:
            return self.new_sites[site - base.site_count]
        if isinstance(base, StraightReach):
            return tuple((base.site_xy_dm[site] / 10).tolist())
        if isinstance(base, NetworkReach):
            return int(base.site_node[site]), int(base.site_access_dm[site])
        raise InstanceError("place", "a list of distances knows no places: name the rows and their distances")

    # --- what there is

    def is_apart(self, group: int) -> bool:
        """Tell whether the first place of a household counts apart and no locked pair fills it."""
        slots = self.of_group.get(group, [])
        return any(self.slots["first"][slot] > SAME for slot in slots) and not any(
            self.locked_slot[slot] for slot in slots
        )

    def places_of(self, group: int) -> int:
        """Count the places of a household."""
        return sum(self.slots["wanted"][slot] for slot in self.of_group.get(group, []))

    def demand(self) -> Demand:
        """Return the slots as they are now."""
        return Demand(**self.slots)

    def supply(self) -> Supply:
        """Return the members as they are now."""
        return Supply(**self.members, load_step_dm=self.load_step_dm)

    def wish_list(self) -> Wishes:
        """Return bans, locks and wishes as they are now."""
        old = self.wishes
        traits = [
            Trait(np.array(slot), np.array(member), trait.penalty_dm)
            for slot, member, trait in zip(self.slot_values, self.member_values, old.traits, strict=True)
        ]
        kept, banned = (np.array(sorted(pairs), np.int32).reshape(-1, 2) for pairs in (self.kept, self.banned))
        return Wishes(
            kept[:, 0], kept[:, 1], old.keep_dm, banned[:, 0], banned[:, 1], old.locked_slot, old.locked_member, traits
        )

    def reach(self) -> Reach:
        """Return the reach with all places that came."""
        base = self.base
        if not self.new_sites and not self.new_members:
            return base
        if isinstance(base, ListReach):
            return self._listed(base)
        sites, members = (np.array(rows, np.float64).reshape(-1, 2) for rows in (self.new_sites, self.new_members))
        if isinstance(base, StraightReach):
            return StraightReach(
                np.concatenate([base.site_xy_dm / 10, sites]), np.concatenate([base.member_xy_dm / 10, members]),
                factor=base.factor, limit_dm=base.limit_dm,
            )  # fmt: skip
        assert isinstance(base, NetworkReach)  # noqa: S101  there is no other
        tail = np.repeat(np.arange(base.node_count), np.diff(base.start))
        once = tail < base.to
        return NetworkReach(
            (tail[once], base.to[once], base.length_dm[once]),
            _joined((base.site_node, base.site_access_dm), sites),
            _joined((base.member_node, base.member_access_dm), members),
            node_count=base.node_count,
            limit_dm=base.limit_dm,
        )

    def _listed(self, base: ListReach) -> ListReach:
        laid = base.arrays()
        rows = np.repeat(np.arange(base.site_count), np.diff(laid.list_start))
        parts = [(rows, laid.list_key & MEMBER_MASK, laid.list_key >> 32)]
        for at, (members, distances) in enumerate(self.new_sites):
            parts.append((np.full(len(members), base.site_count + at), members, distances))
        for at, (sites, distances) in enumerate(self.new_members):
            parts.append((sites, np.full(len(sites), base.member_count + at), distances))
        joined = [np.concatenate([np.asarray(part[i], np.int64) for part in parts]) for i in range(3)]
        return ListReach(
            *joined,
            site_count=base.site_count + len(self.new_sites),
            member_count=base.member_count + len(self.new_members),
        )


def _joined(old: tuple[Ints, Ints], new: ArrayLike) -> tuple[Ints, Ints]:
    added = np.asarray(new).astype(np.int64)
    return np.concatenate([old[0], added[:, 0]]), np.concatenate([old[1], added[:, 1]])
