"""Hold the arrays of one problem and fill its places, in parts and with a look at the clock."""

import copy
import time
from collections.abc import Callable

import numpy as np

from gridmap.solve.augment import DONE, MORE_ARENA, MORE_HEAP, fill
from gridmap.solve.instance import Ints
from gridmap.solve.kernel import Compiled
from gridmap.solve.problem import Problem
from gridmap.solve.state import empty_labels, empty_plan, lay_out
from gridmap.solve.threads import side_by_side
from gridmap.solve.travel import FAR, NetworkReach

ARCS_BETWEEN_LOOKS = 5_000_000
ROOM_A_SLOT = 32  # for lists; memory that is not written to costs nothing


class Engine:
    """Hold the arrays of one problem and fill its places."""

    def __init__(self, problem: Problem, *, workers: int = 1) -> None:
        self.problem = problem
        (self.fixed, self.lists, self.eligible), self.reach = side_by_side(
            workers,
            lambda: lay_out(problem),
            problem.reach.to_members if isinstance(problem.reach, NetworkReach) else problem.reach.arrays,
        )
        self.plan = empty_plan(problem)
        self.call = Compiled().call
        slots = len(problem.demand)
        self.labels = empty_labels(slots, len(self.fixed.capacity))
        self.arena: Ints = np.empty(ROOM_A_SLOT * slots + 1024, np.int64)
        self._heap_room(1024)
        self.scanned = np.array([0, FAR], np.int64)

    def _heap_room(self, room: int) -> None:
        self.heap_key, self.heap_value = np.empty(room, np.int64), np.empty(room, np.int32)

    def fill(self, queue: Ints, deadline: float | None = None, budget: int | None = None) -> Ints:
        """Fill the places of a queue of slots; return those not filled for a guard, time or budget."""
        queue = np.ascontiguousarray(queue, np.int32)
        state = np.zeros(2, np.int64)
        last = FAR if budget is None else self.scanned[0] + budget
        while True:
            self.scanned[1] = last if deadline is None else min(last, self.scanned[0] + ARCS_BETWEEN_LOOKS)
            status = fill(
                self.plan, self.fixed, self.lists, self.arena, self.reach, self.eligible, self.labels,
                self.heap_key, self.heap_value, queue, state, self.scanned,
            )  # fmt: skip
            if status == MORE_ARENA:
                self.grow_arena()
            elif status == MORE_HEAP:
                self.grow_heap()
            elif status == DONE or self.scanned[0] > last or (deadline is not None and time.monotonic() > deadline):
                break
        return np.concatenate([queue[: state[1]], queue[state[0] :]])

    def parts(self, records: Ints) -> list["Engine"]:
        """Return engines on the same plan, each with scratch, lists and so many records of its own."""
        ends = np.cumsum(records)
        share = np.append(0, len(self.arena) * ends // max(int(ends[-1]), 1)).tolist()
        return [
            self._part(int(last - many), int(last), self.arena[share[i] : share[i + 1]])
            for i, (last, many) in enumerate(zip(ends, records, strict=True))
        ]

    def _part(self, first: int, last: int, arena: Ints) -> "Engine":
        other = copy.copy(self)
        free = np.array([first if first < last else -1], np.int32)
        if first < last:
            self.plan.group_next[last - 1] = -1
        other.plan = self.plan._replace(free=free)
        other.lists = self.lists._replace(used=np.zeros(1, np.int64))
        other.labels = empty_labels(len(self.problem.demand), len(self.fixed.capacity))
        other.arena = arena
        other.scanned = np.array([0, FAR], np.int64)
        other._heap_room(1024)  # noqa: SLF001  its own kind
        return other

    def merge(self, parts: list["Engine"], lane_of_class: Ints) -> None:
        """Take over the lists of parts and string up the records that nobody uses."""
        if any(part.arena.base is not self.arena for part in parts):  # one has outgrown its share and moved out
            self.arena = np.concatenate([part.arena for part in parts])
        rooms = np.array([len(part.arena) for part in parts])
        before = np.cumsum(rooms) - rooms
        self.lists.start[:] += before[lane_of_class]
        self.lists.used[0] = before[-1] + parts[-1].lists.used[0]
        self.scanned[0] += sum(int(part.scanned[0]) for part in parts)
        free = np.nonzero(self.plan.pair_slot < 0)[0].astype(np.int32)
        self.plan.group_next[free] = np.append(free[1:], -1)
        self.plan.free[0] = free[0]

    def grow_arena(self) -> None:
        """Double the room for lists."""
        self.arena = np.concatenate([self.arena, np.empty_like(self.arena)])

    def grow_heap(self) -> None:
        """Double the room of the heap."""
        self._heap_room(2 * len(self.heap_key))

    def with_arena(self, work: Callable[[], int]) -> None:
        """Repeat work that stops for want of room for lists."""
        while work() == MORE_ARENA:
            self.grow_arena()


def places(problem: Problem) -> Ints:
    """Return a slot row for every place to fill: by rank, then along the plane or network, then by row."""
    return np.repeat(np.arange(len(problem.demand), dtype=np.int32), problem.wanted)
