"""Say before anything is solved which rules, people and settled pairings stand in each other's way.

Nothing here stops the pairing: it fills what can be filled. Ways are measured straight, never longer than on foot, so
that who is said to be out of reach is out of reach; others may be as well, which only the plan can tell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from gridmap import duty
from gridmap.duty import People
from gridmap.errors import Problem, Severity
from gridmap.phrases import Said
from gridmap.reasons import Naming, Phrase, plain_id
from gridmap.slots import ROLE_BIT, Instance
from gridmap.solve.instance import Bools
from gridmap.tables import Mode
from gridmap.walking import Floats

MOST_NAMED = 10
"""So many culprits are named in words; all of them are in the data."""
ROUNDING_M = 1.0
"""Ways are whole decimetres edge by edge: a straight line is taken to be this much shorter."""


@dataclass(frozen=True)
class Obstacle:
    """One thing in the way.

    phrase: what, in code and numbers. noun, field: where it is written (`rules` is the table of CITY.toml). culprits:
        ids of the rows that are to blame, or of the areas that go without.
    """

    phrase: Phrase
    noun: str
    field: str
    culprits: tuple[str, ...] = ()

    def as_problem(self, naming: Naming = plain_id) -> Problem:
        """Return it as a problem of the input: a warning, since the work goes on."""
        file, column = ("CITY.toml", f"rules.{self.field}") if self.noun == "rules" else (self.noun, self.field)
        said = Said(self.phrase.tell("en", naming), self.phrase.tell("zh", naming))
        return Problem(file, None, column, f"rules.{self.phrase.code}", said, Severity.WARNING)

    def as_dict(self, naming: Naming = plain_id) -> dict[str, object]:
        """Return it as JSON values."""
        return {**self.phrase.as_dict(naming), "noun": self.noun, "field": self.field, "culprits": list(self.culprits)}


def find(instance: Instance, people: People) -> list[Obstacle]:
    """Return everything that stands in the way of a day, the widest first."""
    return [*_rules(instance), *_own_radius(instance), *_locks(instance), *_locked_off_duty(instance, people)]


def _listed(names: Sequence[str]) -> str:
    more = f" … +{len(names) - MOST_NAMED}" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


# --- rules that cannot be met


@dataclass(frozen=True, eq=False)
class _Asking:
    """The slots of one role that are still to be filled, and who could fill them."""

    role: str
    slot: np.ndarray
    places: int
    serves: Bools


def _rules(instance: Instance) -> Iterator[Obstacle]:
    asked = [one for one in _by_role(instance) if one.places]
    for one in asked:
        if not one.serves.any():
            numbers = {"role": one.role, "count": one.places}
            yield Obstacle(Phrase("nobody_serves", numbers), "rules", "mode")
    yield from _too_few(instance, asked)
    for one in asked:
        if one.serves.any():
            yield from _out_of_reach(instance, one)


def _by_role(instance: Instance) -> Iterator[_Asking]:
    slots, members, demand = instance.slots, instance.members, instance.demand
    settled = np.bincount(instance.settled["slot"], minlength=len(slots))
    left = np.maximum(np.asarray(demand.wanted) - settled, 0)
    kind = np.array([sum({ROLE_BIT[role] for role in roles}) for roles in members["roles"]], np.int64)
    able = members["ready"].to_numpy(bool) & (members["limit"].to_numpy(int) > 0)
    role = slots["role"].fillna("any").to_numpy(object)
    for name in dict.fromkeys(role.tolist()):
        rows = np.flatnonzero((role == name) & (left > 0))
        serves = able & ((kind & ROLE_BIT.get(name, -1)) != 0)
        yield _Asking(name, rows, int(left[rows].sum()), serves)


def _too_few(instance: Instance, asked: list[_Asking]) -> Iterator[Obstacle]:
    """Compare with the number of people and of the places that they have."""
    if not asked:
        return
    limit, load = (
        instance.members["limit"].to_numpy(int),
        np.bincount(instance.settled["member"], minlength=len(instance.members)),
    )
    room = np.maximum(limit - load, 0)
    everybody = np.logical_or.reduce([one.serves for one in asked])
    per_household = int(instance.slots.groupby("household")["wanted"].sum().max())
    if 0 < (count := int(everybody.sum())) < per_household:
        field = "mode" if instance.rules.mode is Mode.TEAM else "helpers"
        yield Obstacle(Phrase("people_short", {"wanted": per_household, "count": count}), "rules", field)
    whole = _Asking("any", np.empty(0, int), sum(one.places for one in asked if one.serves.any()), everybody)
    for one in [*asked, whole] if len(asked) > 1 else [whole]:
        count = int(room[one.serves].sum())
        if one.serves.any() and count < one.places:
            numbers = {"role": one.role, "wanted": one.places, "count": count, "missing": one.places - count}
            yield Obstacle(Phrase("places_short", numbers), "rules", "capacity_limit")


def _out_of_reach(instance: Instance, one: _Asking) -> Iterator[Obstacle]:
    area = np.asarray(instance.demand.area)[one.slot]
    if (area >= 0).any():
        home = np.unique(np.asarray(instance.supply.area)[one.serves])
        housed = instance.households["building_id"].notna().to_numpy()[_owner(instance)[one.slot]]
        yield from _areas(instance, one, one.slot[housed & ~np.isin(area, home)], "area_unserved")
        return
    nearest = _nearest_m(instance, one)
    beyond = nearest > instance.rules.radius_m
    if beyond.all():
        numbers = {"role": one.role, "radius": instance.rules.radius_m, "metres": float(nearest.min()),
                   "count": one.places}  # fmt: skip
        yield Obstacle(Phrase("radius_short", numbers), "rules", "radius_m")
    else:
        yield from _areas(instance, one, one.slot[beyond], "area_unreached")


def _owner(instance: Instance) -> np.ndarray:
    return np.asarray(instance.slots["household"], np.int64)


def _nearest_m(instance: Instance, one: _Asking) -> Floats:
    """Return how far the nearest who could serve each slot is at least."""
    ways = instance.ways
    site = ways.site_xy_m[np.asarray(instance.demand.site)[one.slot]]
    straight: Floats = cKDTree(ways.member_xy_m[one.serves]).query(site)[0]
    return _at_least(instance, straight)


def _at_least(instance: Instance, straight_m: Floats) -> Floats:
    """Return how long the ways are at least."""
    if instance.ways.on_paths:
        return np.asarray(straight_m - ROUNDING_M)
    return np.asarray(np.round(straight_m * instance.ways.factor, 1))


def _areas(instance: Instance, one: _Asking, slot: np.ndarray, code: str) -> Iterator[Obstacle]:
    """Name the grids (communities where there are none) whose households cannot be served, the most of them first."""
    homes = instance.households.iloc[_owner(instance)[slot]].drop_duplicates("household_id")
    if homes.empty:
        return
    area = homes["grid_id"].where(homes["grid_id"].notna(), homes["community_id"]).fillna("?")
    names, counts = np.unique(area.to_numpy(object).astype(str), return_counts=True)
    order = np.lexsort((names, -counts))
    listed = _listed([f"{names[at]} ({counts[at]})" for at in order])
    numbers = {"role": one.role, "count": len(homes), "radius": instance.rules.radius_m,
               "buildings": homes["building_id"].nunique(), "areas": listed}  # fmt: skip
    field = "radius_m" if code == "area_unreached" else "mode"
    yield Obstacle(Phrase(code, numbers), "rules", field, tuple(names[order].tolist()))


def _own_radius(instance: Instance) -> Iterator[Obstacle]:
    """Name the members on duty whose own limit of distance reaches no household at all."""
    members, ways = instance.members, instance.ways
    named = np.flatnonzero((members["ready"] & members["radius_m"].notna()).to_numpy(bool))
    pairable = np.unique(instance.households.loc[instance.households["pairable"], "site"].to_numpy(int))
    if not len(named) or not len(pairable):
        return
    straight = cKDTree(ways.site_xy_m[pairable]).query(ways.member_xy_m[named])[0]
    nearest = _at_least(instance, straight)
    short = members.iloc[named[nearest > members["radius_m"].to_numpy(float)[named]]]
    if len(short):
        ids = short["member_id"].tolist()
        yield Obstacle(Phrase("own_radius_short", {"members": _listed(ids)}), "member", "radius_m", tuple(ids))


# --- settled pairings that break a rule


def _locks(instance: Instance) -> Iterator[Obstacle]:
    settled, demand, supply = instance.settled, instance.demand, instance.supply
    slot, member = settled["slot"].to_numpy(np.int64), settled["member"].to_numpy(np.int64)
    roles = instance.members["roles"].to_numpy(object)[member]
    strange = np.array([role not in own for role, own in zip(settled["role"], roles, strict=True)], bool)
    area = np.asarray(demand.area)[slot]
    elsewhere = (area >= 0) & (np.asarray(supply.area)[member] != area)
    for code, bad, field in (
        ("lock_role", strange, "role"),
        ("lock_building", elsewhere & ~strange, "role"),
        ("lock_distance", _too_far(instance, slot, member), "distance_m"),
        ("lock_banned", settled["banned"].to_numpy(bool), "member_id"),
    ):
        if bad.any():
            ids = sorted(settled["pairing_id"][bad])
            yield Obstacle(Phrase(code, {"pairings": _listed(ids)}), "pairing", field, tuple(ids))
    yield from _crowded(instance, slot, member)


def _too_far(instance: Instance, slot: np.ndarray, member: np.ndarray) -> Bools:
    """Tell which settled pairs are farther apart than the rules or the member allow, where both places are known."""
    distance = instance.reach.between(np.asarray(instance.demand.site)[slot], member)
    home = _owner(instance)[slot]
    known = instance.households["known"].to_numpy(bool)[home] & instance.members["known"].to_numpy(bool)[member]
    limit = np.minimum(np.asarray(instance.supply.radius_dm)[member], instance.reach.limit_dm)
    return np.asarray((distance > limit) & known)


def _crowded(instance: Instance, slot: np.ndarray, member: np.ndarray) -> Iterator[Obstacle]:
    """Name members and households with more settled than the limits allow."""
    ids, limit = instance.members["member_id"].to_numpy(object), instance.members["limit"].to_numpy(int)
    load = np.bincount(member, minlength=len(ids))
    for at in np.flatnonzero(load > limit).tolist():
        numbers = {"member": str(ids[at]), "count": int(load[at]), "limit": int(limit[at])}
        yield Obstacle(Phrase("lock_capacity", numbers), "member", "capacity", (str(ids[at]),))
    households = instance.households["household_id"].to_numpy(object)
    wanted = np.bincount(_owner(instance), instance.slots["wanted"], len(households)).astype(int)
    held = np.bincount(_owner(instance)[slot], minlength=len(households))
    for at in np.flatnonzero(held > wanted).tolist():
        numbers = {"household": str(households[at]), "count": int(held[at]), "limit": int(wanted[at])}
        yield Obstacle(Phrase("lock_places", numbers), "household", "household_id", (str(households[at]),))


def _locked_off_duty(instance: Instance, people: People) -> Iterator[Obstacle]:
    ties = duty.ties(people, instance.day)
    empty = sorted(ties.loc[ties["locked"] & ~ties["helping"], "pairing_id"])
    if empty:
        yield Obstacle(Phrase("lock_off_duty", {"pairings": _listed(empty)}), "pairing", "locked", tuple(empty))
