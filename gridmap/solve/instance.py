"""Say what is to be paired: places wanted, people on offer, and what is wished for or forbidden.

All positions are row numbers; all distances and costs are whole decimetres.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]

ANYWHERE = -1
SAME = -1
NOT_GIVEN: Ints = np.empty(0, np.int64)


class InstanceError(ValueError):
    """Refuse an instance that contradicts itself: a code and the rows that are to blame."""

    def __init__(self, code: str, message: str, rows: ArrayLike = ()) -> None:
        super().__init__(message)
        self.code = code
        self.rows: Ints = np.asarray(rows, np.int64)


def _column(owner: object, name: str, dtype: type, length: int) -> None:
    """Bring a field to a contiguous one-dimensional array of the dtype, or refuse it."""
    values: Ints = np.ascontiguousarray(getattr(owner, name), dtype)
    if values.shape != (length,):
        raise InstanceError("shape", f"{name} must hold {length} rows, not {values.shape}")
    object.__setattr__(owner, name, values)


def _refuse_rows(bad: Bools, code: str, message: str) -> None:
    if bad.any():
        raise InstanceError(code, message, np.nonzero(bad)[0])


@dataclass(frozen=True, eq=False)
class Demand:
    """Hold one row for each role slot of a household.

    group: household position; a member fills at most one place of a group, over all its slots.
    wanted: places of the slot, filled by different members.
    rank: as many places of rank 0 as possible are filled, then of rank 1, and so on; distance comes last.
    accepts: bit mask; a member is eligible when accepts & kind is not zero.
    site: row of the slot in the source points of the Reach.
    area: a slot with area >= 0 takes only members of the same Supply.area; ANYWHERE (-1, default) takes all.
    first: the rank of a group's first filled place, whichever slot it is of; the others are of `rank`. So nobody
        gets a second helper while somebody else could have a first. SAME (-1, default): all places alike.
        The slots of such a group have one `first` and one `rank`, and `first` is not the later one.
    """

    group: Ints
    wanted: Ints
    rank: Ints
    accepts: Ints
    site: Ints
    area: Ints = field(default_factory=lambda: NOT_GIVEN)
    first: Ints = field(default_factory=lambda: NOT_GIVEN)

    def __post_init__(self) -> None:
        count = len(np.atleast_1d(self.group))
        for name, default in (("area", ANYWHERE), ("first", SAME)):
            if getattr(self, name) is None or getattr(self, name) is NOT_GIVEN:
                object.__setattr__(self, name, np.full(count, default, np.int32))
        kinds = {"group": np.int32, "wanted": np.int32, "rank": np.int16, "accepts": np.uint32}
        for name, dtype in (kinds | {"site": np.int32, "area": np.int32, "first": np.int16}).items():
            _column(self, name, dtype, count)
        _refuse_rows(self.wanted < 0, "wanted", "wanted must not be negative")
        _refuse_rows(self.rank < 0, "rank", "rank must not be negative")
        _refuse_rows(self.group < 0, "group", "group must not be negative")
        self._check_first()

    def __len__(self) -> int:
        return len(self.group)

    def _check_first(self) -> None:
        if not self.has_first:
            return
        order = np.lexsort((self.first, self.rank, self.group))
        group, first, rank = self.group[order], self.first[order], self.rank[order]
        torn = (np.diff(group) == 0) & ((np.diff(first) != 0) | (np.diff(rank) != 0))
        uneven = np.isin(self.group, group[1:][torn]) & np.isin(self.group, self.group[self.first >= 0])
        _refuse_rows(
            uneven, "first", "the slots of a group whose first place counts apart must agree in first and rank"
        )
        _refuse_rows(self.first > self.rank, "first", "the first place must not be of a later rank than the others")

    @property
    def has_first(self) -> bool:
        """Tell whether the first place of some group counts apart."""
        return bool((self.first > SAME).any())

    @property
    def ranks(self) -> Ints:
        """Return the ranks in order, int16[R]."""
        return np.unique(np.append(self.rank, self.first[self.first > SAME]))

    def by_rank(self, places: Ints) -> Ints:
        """Count places of slots, int[S], by `ranks`: int64[R]."""
        ranks = self.ranks
        counted = np.zeros(len(ranks), np.int64)
        np.add.at(counted, np.searchsorted(ranks, self.rank), places)
        if self.has_first:
            apart = np.flatnonzero((self.first > SAME) & (np.asarray(places) > 0))
            one = apart[np.unique(self.group[apart], return_index=True)[1]]
            np.add.at(counted, np.searchsorted(ranks, self.first[one]), 1)
            np.add.at(counted, np.searchsorted(ranks, self.rank[one]), -1)
        return counted


@dataclass(frozen=True, eq=False)
class Supply:
    """Hold one row for each member.

    capacity: households the member may hold; 0 for a member on leave.
    kind: bit mask of the member's roles.
    radius_dm: how far the member goes; the Reach's own limit holds as well. Default: no own limit.
    area: compared with Demand.area; default ANYWHERE (-1), which fits no slot that names an area.
    load_step_dm: the k-th household of a member costs (k - 1) * load_step_dm more (convex).
    """

    capacity: Ints
    kind: Ints
    radius_dm: Ints = field(default_factory=lambda: NOT_GIVEN)
    area: Ints = field(default_factory=lambda: NOT_GIVEN)
    load_step_dm: int = 0

    def __post_init__(self) -> None:
        count = len(np.atleast_1d(self.capacity))
        if self.radius_dm is None or self.radius_dm is NOT_GIVEN:
            object.__setattr__(self, "radius_dm", np.full(count, np.iinfo(np.int64).max, np.int64))
        if self.area is None or self.area is NOT_GIVEN:
            object.__setattr__(self, "area", np.full(count, ANYWHERE, np.int32))
        kinds = {"capacity": np.int32, "kind": np.uint32, "radius_dm": np.int64, "area": np.int32}
        for name, dtype in kinds.items():
            _column(self, name, dtype, count)
        _refuse_rows(self.capacity < 0, "capacity", "capacity must not be negative")
        if self.load_step_dm < 0:
            raise InstanceError("load_step", "load_step_dm must not be negative")

    def __len__(self) -> int:
        return len(self.capacity)


@dataclass(frozen=True, eq=False)
class Trait:
    """Cost a pair penalty_dm more when the slot names a value (>= 0) and the member's differs."""

    slot_value: Ints
    member_value: Ints
    penalty_dm: int


@dataclass(frozen=True, eq=False)
class Wishes:
    """Hold the bans, locks and soft wishes; each pair is a slot row with a member row.

    kept: pairs that exist today. Every pair that is not kept costs keep_dm more. The ranks fix how many
        places are filled, so this is the penalty for each broken pair, up to a constant. Where a household's
        slot is split in several rows, name the kept pair for each of them.
    banned: pairs that must not be.
    locked: pairs that must stay. They take their place and capacity first; distance, own radius and area are
        waived for them, role and ban are not.
    traits: soft preferences such as gender, dialect, same building.
    """

    kept_slot: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    kept_member: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    keep_dm: int = 0
    banned_slot: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    banned_member: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    locked_slot: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    locked_member: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    traits: Sequence[Trait] = ()

    def __post_init__(self) -> None:
        for name in ("kept", "banned", "locked"):
            count = len(np.atleast_1d(getattr(self, f"{name}_slot")))
            _column(self, f"{name}_slot", np.int32, count)
            _column(self, f"{name}_member", np.int32, count)
        if self.keep_dm < 0 or any(trait.penalty_dm < 0 for trait in self.traits):
            raise InstanceError("penalty", "keep_dm and penalty_dm must not be negative")
