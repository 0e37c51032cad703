"""Answer what-if questions from the prices of a live plan, exactly and for the whole plan; nothing changes in it.

To force a pair is to push one place along its arc and back to the slot on the cheapest way there is in the residual
network: straight, or by an end (somebody free, or a place left empty) and from the root back to the slot. One more
unit of a member is the cheapest way from the root back to the member. Both are shortest paths, so the answers are
those of a full solution.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.solve.augment import DONE, INFINITE, MORE_ARENA, clear, search_for
from gridmap.solve.change import Change
from gridmap.solve.instance import InstanceError, Ints
from gridmap.solve.kernel import kernel
from gridmap.solve.lists import COMPLETE, extend
from gridmap.solve.release import entry_price, pair_cost, search_back
from gridmap.solve.repair import LivePlan
from gridmap.solve.roster import Newcomer, Place
from gridmap.solve.travel import FAR
from gridmap.solve.undo import take_back
from gridmap.solve.walks import MEMBER_MASK


@dataclass(frozen=True, eq=False)
class Suggestions:
    """Rank who could take one place of a slot by what that does to the whole plan; best first, ties by row.

    member: int64[K]. distance_dm: int64[K]. pair_cost_dm: int64[K] with penalties, without load.
    filled: int64[K, R] places filled more or less, by LivePlan.ranks. cost_dm: int64[K] change of the total cost.
    """

    slot: int
    member: Ints
    distance_dm: Ints
    pair_cost_dm: Ints
    filled: Ints
    cost_dm: Ints


@dataclass(frozen=True, eq=False)
class Worth:
    """Tell what one more unit of capacity would bring.

    filled: int64[R] places filled more, by LivePlan.ranks. cost_dm: change of the total cost, negative is saved.
    slot: the slot that would take the unit, -1 when nobody would.
    """

    filled: Ints
    cost_dm: int
    slot: int


def suggest(plan: LivePlan, slot: int, *, most: int = 10) -> Suggestions:
    """Rank the members who could be forced into one place of a slot, the present partners among them.

    Raises InstanceError when the slot has no place that is not locked.
    """
    if plan.roster.slots["wanted"][slot] == plan.roster.locked_slot[slot]:
        raise InstanceError("places", "the slot has no place that is not locked", [slot])
    at = int(plan.slot_at[slot])
    found = np.full((most, 5), FAR)
    back = np.zeros(2, np.int64)
    engine = plan.engine
    while True:
        found[:] = FAR
        status = engine.call(
            _rank_members, engine.plan, engine.fixed, engine.lists, engine.arena, engine.reach, engine.eligible,
            engine.labels, engine.heap_key, engine.heap_value, plan.market, at, found, back, engine.scanned,
        )  # fmt: skip
        if status == DONE:
            break
        plan.grow(status)
    found = found[found[:, 3] < FAR]
    found = found[np.lexsort((plan.member_row[found[:, 0]], found[:, 3]))]
    filled = np.zeros((len(found), len(plan.ranks)), np.int64)
    cost = found[:, 3].copy()
    for row, end in enumerate(found[:, 4].tolist()):
        if end < 0 or end == at:
            continue
        # By the root: a place may be left empty by those who make way, one filled by who comes free.
        for where, sign in ((end, -1), (int(back[1]), 1)):
            empty_dm, rank = plan.empty_at(where)
            filled[row, rank] += sign * (empty_dm > 0)
            cost[row] += sign * empty_dm
    return Suggestions(slot, plan.member_row[found[:, 0]], found[:, 1], found[:, 2], filled, cost)


def suggest_after(plan: LivePlan, member: int, *, most: int = 10) -> dict[int, Suggestions]:
    """Rank who could take over each place of a member who leaves; changes count from the plan as it is now."""
    answers = {}
    with _Gone(plan, member) as change:
        for slot in np.unique(change.gone_slot[change.gone_member == member]).tolist():
            after = suggest(plan, slot, most=most)
            answers[slot] = Suggestions(
                slot, after.member, after.distance_dm, after.pair_cost_dm, after.filled + change.filled,
                after.cost_dm + change.cost_dm,
            )  # fmt: skip
    return answers


def loss(plan: LivePlan, member: int) -> Change:
    """Tell what is lost when a member leaves: places, cost, and the cheapest repair; locked pairs stay."""
    with _Gone(plan, member) as change:
        return change


class _Gone:
    """Let a member be gone for a while; everything is put back bit for bit."""

    def __init__(self, plan: LivePlan, member: int) -> None:
        self.plan, self.at = plan, int(plan.member_at[member])
        self.capacity = int(plan.engine.fixed.capacity[self.at])

    def __enter__(self) -> Change:
        self.plan.begin()
        self.plan.apply_capacity(self.at, int(self.plan.market.locked[self.at]))
        return self.plan.what_changed()

    def __exit__(self, *_: object) -> None:
        self.plan.engine.call(take_back, self.plan.engine.plan, 0)
        self.plan.engine.fixed.capacity[self.at] = self.capacity


def worth(plan: LivePlan, member: int) -> Worth:
    """Tell what one more unit of a member's capacity would bring; of one on leave, what the first would."""
    at = int(plan.member_at[member])
    idle = plan.engine.fixed.capacity[at] == plan.market.locked[at]
    return _worth(plan, at, idle=bool(idle))


def worth_of(plan: LivePlan, place: Place, newcomer: Newcomer) -> Worth:
    """Tell what one new member would bring who holds one household at most."""
    row = plan.seat(place, newcomer)
    answer = _worth(plan, row, idle=True)
    plan.roster.drop_member()
    return answer


def _worth(plan: LivePlan, at: int, *, idle: bool) -> Worth:
    answer = np.zeros(3, np.int64)
    plan.run(_value_unit, at, idle, answer)
    gain, end, slot = answer.tolist()
    filled = np.zeros(len(plan.ranks), np.int64)
    empty_dm, rank = plan.empty_at(end)
    filled[rank] = empty_dm > 0
    return Worth(filled, empty_dm - gain, int(plan.slot_row[slot]) if slot >= 0 else -1)


@kernel
def _value_unit(plan, fixed, lists, reach, eligible, labels, heap_key, heap_value, market, member, idle, answer):
    """Answer with the gain of one unit more, where its way ends and which slot takes it."""
    slots = len(labels.slot_at)
    before = plan.price_member[member]
    if idle:
        plan.price_member[member] = entry_price(plan, fixed, lists, reach, eligible, market, member)
    limit = plan.price_member[member] - plan.load[member] * fixed.load_step[member]
    answer[0] = 0
    answer[1] = -1
    answer[2] = -1
    status = DONE
    if limit > 0:
        target = slots + member
        status = search_back(plan, fixed, lists, reach, eligible, labels, heap_key, heap_value, market, target, limit)
        if status == DONE and labels.marks[3] >= 0:
            answer[0] = limit - labels.marks[2]
            answer[1] = labels.marks[3]
            slot = labels.marks[3]
            if slot >= slots:
                slot = plan.pair_slot[labels.taker[slot - slots]]
            while labels.lost_pair[slot] >= 0 or labels.sibling[slot] != member:
                given = labels.lost_pair[slot]
                slot = plan.pair_slot[given if given >= 0 else labels.taker[labels.sibling[slot]]]
            answer[2] = slot
        clear(labels)
    plan.price_member[member] = before
    return status


@kernel
def _rank_members(
    plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, market, slot, found, back, scanned
):
    """Write the best members into found: member, distance, cost, change of the whole plan, where its way ends.

    back: what it costs to come from the root to the slot, and where that way begins.
    """
    slots = len(labels.slot_at)
    most = len(found)
    status = search_back(plan, fixed, lists, reach, eligible, labels, heap_key, heap_value, market, slot, INFINITE)
    back[0] = labels.marks[2]
    back[1] = labels.marks[3]
    clear(labels)
    if status != DONE:
        return status
    which = fixed.of_class[slot]
    price = plan.price_slot[slot]
    at = 0
    while True:
        if at == lists.length[which]:
            if lists.bound[which] == COMPLETE or lists.bound[which] - price > found[most - 1, 3]:
                return DONE
            if not extend(lists, arena, reach, eligible, which):
                return MORE_ARENA
            continue
        key = arena[lists.start[which] + at]
        at += 1
        distance = key >> 32
        # No way costs less than the pair's own cost over the slot's price.
        if distance - price > found[most - 1, 3]:
            return DONE
        member = key & MEMBER_MASK
        cost = pair_cost(fixed, lists, eligible, slot, member, distance)
        if cost < 0 or fixed.capacity[member] == market.locked[member]:
            continue
        source = slots + member
        worth = plan.price_member[member]
        pair = plan.group_first[fixed.group[slot]]
        while pair >= 0:
            if plan.pair_member[pair] == member:
                source = plan.pair_slot[pair]
                worth = plan.price_slot[source] - plan.pair_cost[pair]
            pair = plan.group_next[pair]
        if source == slot:
            _place_in(found, member, distance, cost, np.int64(0), np.int64(-1))
            continue
        reduced = cost - price + worth
        if reduced > found[most - 1, 3]:
            continue
        limit = min(found[most - 1, 3] - reduced + 1, INFINITE)
        labels.marks[4] = back[0]
        status = search_for(
            plan, fixed, lists, arena, reach, eligible, labels, heap_key, heap_value, source, slot, limit, scanned
        )
        labels.marks[4] = 0
        total = reduced + labels.marks[2]
        end = labels.marks[3]
        clear(labels)
        if status != DONE:
            return status
        if end >= 0:
            _place_in(found, member, distance, cost, total, end)


@kernel
def _place_in(found, member, distance, cost, total, end):
    """Insert a member where the total, then the row, puts him or her."""
    at = len(found)
    while at > 0 and (total < found[at - 1, 3] or (total == found[at - 1, 3] and member < found[at - 1, 0])):
        at -= 1
    if at == len(found):
        return
    for i in range(len(found) - 1, at, -1):
        for column in range(5):
            found[i, column] = found[i - 1, column]
    found[at, 0] = member
    found[at, 1] = distance
    found[at, 2] = cost
    found[at, 3] = total
    found[at, 4] = end
