"""Boil an instance down to what the engine works on: locks taken out, ranks turned into weights."""

from dataclasses import dataclass, fields, replace

import numpy as np

from gridmap.solve.instance import SAME, Bools, Demand, InstanceError, Ints, Supply, Trait, Wishes
from gridmap.solve.threads import in_order, side_by_side
from gridmap.solve.travel import FAR, NetworkReach, Reach, StraightReach

LARGEST_WEIGHT = 1 << 58


@dataclass(frozen=True, eq=False)
class Problem:
    """Hold what is left to decide once the locked pairs have taken their places.

    wanted: int32[S] places left. capacity: int32[M] left. load: int32[M] taken by locks.
    weight: int64[S] dm that an empty place of the slot costs, by its rank; where the first place of the household
        counts apart and is not locked, what the last empty one of them costs.
    rest: int64[S] dm that the empty places before the last cost; the weight where they are alike.
    spared: int32[G] places of a household that may be empty at `rest`; without rows where no first place counts apart.
    banned, kept: sorted int64 keys slot * M + member.
    """

    demand: Demand
    supply: Supply
    reach: Reach
    wishes: Wishes
    wanted: Ints
    capacity: Ints
    load: Ints
    weight: Ints
    rest: Ints
    spared: Ints
    banned: Ints
    kept: Ints

    def eligible(self, slot: Ints, member: Ints, distance_dm: Ints) -> Bools:
        """Tell which pairs may be: role, reach, own radius, area and bans."""
        area = self.demand.area[slot]
        fits = (self.demand.accepts[slot] & self.supply.kind[member]) != 0
        fits &= distance_dm <= np.minimum(self.supply.radius_dm[member], FAR - 1)
        fits &= (area < 0) | (area == self.supply.area[member])
        return fits & ~np.isin(slot.astype(np.int64) * len(self.supply) + member, self.banned)

    def cost_dm(self, slot: Ints, member: Ints, distance_dm: Ints) -> Ints:
        """Add to the distance what a new pair and missed wishes cost; without load."""
        key = slot.astype(np.int64) * len(self.supply) + member
        cost = distance_dm + np.where(np.isin(key, self.kept), 0, self.wishes.keep_dm)
        for trait in self.wishes.traits:
            named, held = np.asarray(trait.slot_value)[slot], np.asarray(trait.member_value)[member]
            cost = cost + np.where((named >= 0) & (named != held), trait.penalty_dm, 0)
        return cost

    def empty_cost_dm(self, filled: Ints) -> int:
        """Return what the empty places cost when so many of each slot are filled, int[S], without locked ones."""
        empty = self.wanted - filled
        total = whole_sum(empty, self.weight)
        if len(self.spared):
            of_group, slot = np.unique(self.demand.group, return_index=True)
            left = np.bincount(self.demand.group, empty)[of_group].astype(np.int64)
            total -= whole_sum(np.minimum(left, self.spared[of_group]), (self.weight - self.rest)[slot])
        return total


def whole_sum(times: Ints | int, value: Ints) -> int:
    """Sum products without overflow: times below 2**20, value below 2**60, neither negative."""
    high, low = value >> 30, value & ((1 << 30) - 1)
    return (int((times * high).sum()) << 30) + int((times * low).sum())


def step_between_ranks_dm(demand: Demand, supply: Supply, reach: Reach, wishes: Wishes) -> int:
    """Return a gap between rank weights that no saving of distance can outweigh.

    Fillable sets of places form a matroid (a gammoid), so a plan that does not fill the most of ranks 0..r
    has an improving cycle that fills one more of them. A simple cycle leaves each slot by at most one new
    pair, so it adds less than one dearest pair for each slot and one dearest load step. Empty places that cost more
    the last of a household are a convex cost at a node before the root: still a flow, whose simple cycles pass the
    root once and so exchange one empty place for another, however many ranks there are.
    """
    dearest = reach.limit_dm + wishes.keep_dm + sum(trait.penalty_dm for trait in wishes.traits)
    load = supply.load_step_dm * max(int(supply.capacity.max(initial=1)) - 1, 0)
    return max(len(demand), 1) * dearest + load + 1


@dataclass(frozen=True)
class Scale:
    """Fix what an empty place costs, for instances that change: (last_rank + 1 - rank) * gap_dm."""

    gap_dm: int
    last_rank: int

    def weight_dm(self, rank: Ints) -> Ints:
        """Return what an empty place of a rank costs."""
        return (self.last_rank + 1 - np.asarray(rank, np.int64)) * self.gap_dm


def reduce_instance(
    demand: Demand, supply: Supply, reach: Reach, wishes: Wishes, scale: Scale | None = None
) -> Problem:
    """Check the rows against each other, take the locked pairs out and weigh the ranks.

    Without a scale the weights are as small as they may be. Raises InstanceError for rows out of range, for
    locks that contradict a role, a ban, a capacity, a number of places or each other, and when the weights
    would not fit in 58 bits.
    """
    _check_ranges(demand, supply, reach, wishes)
    slot, member = wishes.locked_slot.astype(np.int64), wishes.locked_member.astype(np.int64)
    members = len(supply)
    banned = np.unique(wishes.banned_slot.astype(np.int64) * members + wishes.banned_member)
    wanted = demand.wanted - np.bincount(slot, minlength=len(demand)).astype(np.int32)
    load = np.bincount(member, minlength=members).astype(np.int32)
    _check_locks(demand, supply, wishes, banned)
    if scale is None:
        ranks = demand.ranks
        scale = Scale(step_between_ranks_dm(demand, supply, reach, wishes), len(ranks) - 1)
        level, first = np.searchsorted(ranks, demand.rank), np.searchsorted(ranks, demand.first)
    else:
        level, first = demand.rank.astype(np.int64), demand.first.astype(np.int64)
    if scale.gap_dm * max(scale.last_rank + 1, 1) > LARGEST_WEIGHT:
        raise InstanceError("overflow", "too many slots and ranks for the distances: weights pass 58 bits")
    wanted = wanted.astype(np.int32)
    apart, spared = _apart(demand, wanted, slot)
    rest = scale.weight_dm(level)
    return Problem(
        demand, supply, reach, wishes,
        wanted, (supply.capacity - load).astype(np.int32), load,
        np.where(apart, scale.weight_dm(first), rest) if len(spared) else rest, rest, spared,
        np.unique(np.concatenate([banned, _lock_bans(demand, slot, member, members)])),
        np.unique(wishes.kept_slot.astype(np.int64) * members + wishes.kept_member),
    )  # fmt: skip


def _apart(demand: Demand, wanted: Ints, locked: Ints) -> tuple[Bools, Ints]:
    """Tell which slots are of a household whose first place counts apart and is open, and how many it may spare."""
    apart = demand.first > SAME
    if not apart.any():
        return apart, np.empty(0, np.int32)
    apart &= ~np.isin(demand.group, demand.group[locked])
    places = np.bincount(demand.group[apart], wanted[apart], minlength=int(demand.group.max()) + 1)
    return apart, np.maximum(places - 1, 0).astype(np.int32)


def _lock_bans(demand: Demand, slot: Ints, member: Ints, members: int) -> Ints:
    """Ban a locked member from the other places of the same group: int64 keys."""
    if not len(slot):
        return np.empty(0, np.int64)
    order = np.argsort(demand.group, kind="stable")
    first = np.searchsorted(demand.group[order], demand.group[slot], "left")
    last = np.searchsorted(demand.group[order], demand.group[slot], "right")
    rows = [order[a:b] * members + m for a, b, m in zip(first, last, member, strict=True)]
    return np.concatenate(rows).astype(np.int64)


def _check_ranges(demand: Demand, supply: Supply, reach: Reach, wishes: Wishes) -> None:
    slots, members = len(demand), len(supply)
    if reach.member_count != members:
        raise InstanceError("shape", f"the reach knows {reach.member_count} members, the supply {members}")
    checks = [("site", demand.site, reach.site_count)]
    for name in ("kept", "banned", "locked"):
        checks.append((f"{name}_slot", getattr(wishes, f"{name}_slot"), slots))
        checks.append((f"{name}_member", getattr(wishes, f"{name}_member"), members))
    for name, rows, count in checks:
        bad = (rows < 0) | (rows >= count)
        if bad.any():
            raise InstanceError("range", f"{name} must lie in 0..{count - 1}", np.nonzero(bad)[0])
    for trait in wishes.traits:
        if len(trait.slot_value) != slots or len(trait.member_value) != members:
            raise InstanceError("shape", "a trait needs a value for every slot and every member")


def _check_locks(demand: Demand, supply: Supply, wishes: Wishes, banned: Ints) -> None:
    """Refuse locks that cannot all hold; the rows of the error are rows of the locked pairs."""
    slot, member = wishes.locked_slot.astype(np.int64), wishes.locked_member.astype(np.int64)
    role = (demand.accepts[slot] & supply.kind[member]) == 0
    ban = np.isin(slot * len(supply) + member, banned)
    full = np.bincount(member, minlength=len(supply))[member] > supply.capacity[member]
    crowded = np.bincount(slot, minlength=len(demand))[slot] > demand.wanted[slot]
    _, at, times = np.unique(
        demand.group[slot].astype(np.int64) * len(supply) + member, return_inverse=True, return_counts=True
    )
    twice = times[at] > 1 if len(slot) else np.zeros(0, bool)
    for bad, code, why in (
        (role, "lock_role", "a locked member does not have the role of the place"),
        (ban, "lock_banned", "a locked pair is banned as well"),
        (full, "lock_capacity", "more pairs are locked to a member than the member may hold"),
        (crowded, "lock_places", "more pairs are locked to a slot than it has places"),
        (twice, "lock_twice", "a member is locked to two places of one household"),
    ):
        if bad.any():
            raise InstanceError(code, why, np.nonzero(bad)[0])


def along_the_plane(problem: Problem, *, workers: int = 1) -> tuple[Problem, Ints, Ints]:
    """Renumber slots and members so that neighbours on the plane or along paths are neighbours in memory.

    Returns the renumbered problem and, for its slots and members, the rows they had. Lists keep their order.
    """
    demand, supply, reach = problem.demand, problem.supply, problem.reach
    slots, members = len(demand), len(supply)
    if not isinstance(reach, StraightReach | NetworkReach):
        return problem, np.arange(slots), np.arange(members)
    (slot_row, new_slot), (member_row, new_member) = _by_nearness(demand, reach, workers)
    wishes = problem.wishes

    def renumber(key: Ints) -> Ints:
        slot, member = np.divmod(key, max(members, 1))
        return np.sort(new_slot[slot] * members + new_member[member])

    renumbered = Problem(
        Demand(*(getattr(demand, f.name)[slot_row] for f in fields(Demand))),
        Supply(
            supply.capacity[member_row], supply.kind[member_row], supply.radius_dm[member_row],
            supply.area[member_row], supply.load_step_dm,
        ),
        reach.with_members(member_row),
        replace(
            wishes, kept_slot=new_slot[wishes.kept_slot], kept_member=new_member[wishes.kept_member],
            banned_slot=new_slot[wishes.banned_slot], banned_member=new_member[wishes.banned_member],
            locked_slot=new_slot[wishes.locked_slot], locked_member=new_member[wishes.locked_member],
            traits=tuple(
                Trait(
                    np.asarray(trait.slot_value)[slot_row], np.asarray(trait.member_value)[member_row],
                    trait.penalty_dm,
                )
                for trait in wishes.traits
            ),
        ),
        problem.wanted[slot_row], problem.capacity[member_row], problem.load[member_row],
        problem.weight[slot_row], problem.rest[slot_row], problem.spared,
        renumber(problem.banned), renumber(problem.kept),
    )  # fmt: skip
    return renumbered, slot_row, member_row


def _by_nearness(demand: Demand, reach: StraightReach | NetworkReach, workers: int) -> list[tuple[Ints, Ints]]:
    """Order slots and members by where they are; for both, the rows in order and each row's new place."""
    if isinstance(reach, NetworkReach):
        return [_order_by(key) for key in reach.in_walking_order(demand.site)]
    low = np.array([axis.min(initial=FAR) for axis in reach.member_xy_dm.T])
    return side_by_side(
        workers,
        lambda: _order_by(_along_curve(reach.site_xy_dm.take(demand.site, axis=0) - low)),
        lambda: _order_by(_along_curve(reach.member_xy_dm - low)),
    )


def _along_curve(xy_dm: Ints) -> Ints:
    """Return where points are on a Z-shaped curve (Morton 1966) of 12.8 m squares."""
    square = np.maximum(xy_dm, 0) >> 7
    return _spread_bits(square[:, 0]) | (_spread_bits(square[:, 1]) << 1)


def _order_by(key: Ints) -> tuple[Ints, Ints]:
    """Return the rows in increasing order of a key, ties by row, and each row's new place."""
    order = in_order(key)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return order, place


def _spread_bits(value: Ints) -> Ints:
    """Put a zero between the 20 low bits of each number."""
    spread = value & 0xFFFFF
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F),
                        (2, 0x3333333333333333), (1, 0x5555555555555555)):  # fmt: skip
        spread = (spread | (spread << shift)) & mask
    return spread
