"""Write those who come into the spare rows of a solved engine: slots, sites, members and bans."""

import numpy as np

from gridmap.solve.engine import Engine
from gridmap.solve.instance import Ints
from gridmap.solve.kernel import kernel
from gridmap.solve.lists import fits, make_room
from gridmap.solve.market import Market, distance_between, sites_from
from gridmap.solve.release import pair_cost
from gridmap.solve.room import padded, spare_points
from gridmap.solve.roster import Roster
from gridmap.solve.state import Slots
from gridmap.solve.travel import LISTED, STRAIGHT, WALK, StraightReach

MORE_BANS = 64


def round_dm(metres: float) -> int:
    """Round to whole decimetres as the reach does."""
    return int(np.rint(np.float64(metres) * 10))


def set_site(engine: Engine, market: Market, site: int, roster: Roster) -> Market:
    """Give a spare site its place; return the market, moved if need be."""
    at = site - roster.base.site_count
    if at < 0:
        return market
    here, there = roster.new_sites[at]
    reach = engine.reach
    if reach.mode == STRAIGHT:
        reach.site_x[site], reach.site_y[site] = round_dm(here), round_dm(there)
    elif reach.mode == WALK:
        reach.site_node[site], reach.site_access[site] = here, there
    else:
        _lay_anew(engine, roster, None)
        for member, distance in zip(here, there, strict=True):
            market = _list_more(market, int(member), np.array([(int(distance) << 32) | site]))
    return market


def _lay_anew(engine: Engine, roster: Roster, member_row: Ints | None) -> None:
    """Lay out the reach with everybody in it, in the order of the engine; rows to come stay spare."""
    reach = roster.reach()
    if isinstance(reach, StraightReach) and member_row is not None:
        reach = reach.with_members(member_row[: reach.member_count])
    engine.reach = spare_points(reach.arrays(), len(engine.plan.price_member))


def _list_more(market: Market, member: int, keys: Ints) -> Market:
    """Chain more listed sites to a member."""
    count = len(market.list_next)
    following = np.arange(count + 1, count + len(keys) + 1, dtype=np.int32)
    if len(keys):
        following[-1] = market.list_first[member]
        market.list_first[member] = count
    return market._replace(list_next=np.append(market.list_next, following), list_key=np.append(market.list_key, keys))


def set_slot(engine: Engine, market: Market, row: int, roster: Roster, weight: Ints) -> None:
    """Describe a spare slot: its household, site, role, wishes, and what its last and other empty places cost."""
    fixed, lists, of = engine.fixed, engine.lists, roster.slots
    fixed.group[row] = of["group"][row]
    fixed.weight[row], fixed.rest[row] = weight
    which, site = int(fixed.of_class[row]), of["site"][row]
    lists.site[which], lists.accepts[which], lists.area[which] = site, of["accepts"][row], of["area"][row]
    # a walk from its spare site may have passed while nobody fitted
    lists.bound[which] = lists.length[which] = 0
    fixed.wish_slot[:, row] = [column[row] for column in roster.slot_values]
    market.slot_site[row] = site
    if engine.reach.mode == STRAIGHT:
        market.slot_x[row], market.slot_y[row] = engine.reach.site_x[site], engine.reach.site_y[site]


def set_kept(engine: Engine, market: Market, row: int, members: Ints) -> None:
    """Note the pairs of today of a new slot, those that may be."""
    fixed = engine.fixed
    keys = []
    for member in members.tolist():
        distance = engine.call(distance_between, market, engine.reach, row, member)
        if engine.call(pair_cost, fixed, engine.lists, engine.eligible, row, member, distance) >= 0:
            keys.append((int(distance) << 32) | member)
    if not keys:
        return
    fixed.kept_start[row + 1 :] += len(keys)
    engine.fixed = fixed._replace(kept_key=np.append(fixed.kept_key, np.array(keys, np.int64)))


def set_member(engine: Engine, market: Market, row: int, roster: Roster) -> Market:
    """Describe a spare member, who has no capacity yet; return the market, moved if need be."""
    of, eligible = roster.members, engine.eligible
    eligible.kind[row], eligible.radius[row], eligible.area[row] = (
        of["kind"][row],
        of["radius_dm"][row],
        of["area"][row],
    )
    engine.fixed.wish_member[:, row] = [column[row] for column in roster.member_values]
    here, there = roster.new_members[row - roster.base.member_count]
    if engine.reach.mode == STRAIGHT:
        market.member_x[row], market.member_y[row] = round_dm(here), round_dm(there)
    elif engine.reach.mode == WALK:
        market.member_node[row], market.member_access[row] = here, there
    else:
        market.list_first[row] = -1
        keys = (np.asarray(there, np.int64) << 32) | np.asarray(here, np.int64)
        market = _list_more(market, row, keys)
    return market


def admit(engine: Engine, market: Market, row: int, roster: Roster, member_row: Ints) -> None:
    """Let the lists find a new member: those that reach as far already, and all that grow later."""
    reach = engine.reach
    sites = roster.base.site_count + len(roster.new_sites)
    of_site = np.empty(sites, np.int64)
    engine.call(sites_from, market, reach, row, of_site)
    if reach.mode == WALK:
        if market.member_node[row] >= 0:
            engine.call(_insert_in_node, reach, row, market.member_node[row], market.member_access[row])
    elif reach.mode == LISTED or not engine.call(
        _insert_in_cell, reach, row, market.member_x[row], market.member_y[row]
    ):
        _lay_anew(engine, roster, member_row)
    lists, kind, area = engine.lists, engine.eligible.kind[row], engine.eligible.area[row]
    lists.most[((lists.accepts & kind) != 0) & ((lists.area < 0) | (lists.area == area))] += 1
    while not engine.call(_admit_to_lists, engine.lists, engine.arena, engine.eligible, of_site, row):
        engine.grow_arena()


@kernel
def _insert(array, used, at, value):
    for i in range(used, at, -1):
        array[i] = array[i - 1]
    array[at] = value


@kernel
def _insert_in_cell(reach, member, x, y):
    """Put a member into a square of the reach; False beyond its edge."""
    column = (x - reach.grid_x) // reach.cell
    row = (y - reach.grid_y) // reach.cell
    if column < 0 or row < 0 or column >= reach.columns or row >= reach.rows:
        return False
    cell = row * reach.columns + column
    used = reach.cell_start[len(reach.cell_start) - 1]
    at = reach.cell_start[cell + 1]
    _insert(reach.cell_member, used, at, member)
    _insert(reach.member_x, used, at, x)
    _insert(reach.member_y, used, at, y)
    for i in range(cell + 1, len(reach.cell_start)):
        reach.cell_start[i] += 1
    return True


@kernel
def _insert_in_node(reach, member, node, access):
    used = reach.node_start[len(reach.node_start) - 1]
    at = reach.node_start[node + 1]
    _insert(reach.node_member, used, at, member)
    _insert(reach.node_access, used, at, access)
    for i in range(node + 1, len(reach.node_start)):
        reach.node_start[i] += 1


@kernel
def _admit_to_lists(lists, arena, eligible, of_site, member):
    """Insert a member into every list that reaches as far as that; False when the arena is too small."""
    for which in range(len(lists.site)):
        if lists.site[which] < 0:
            continue
        distance = of_site[lists.site[which]]
        if distance >= lists.bound[which] or not fits(lists, eligible, which, member, distance):
            continue
        key = (distance << 32) | member
        first = lists.start[which]
        end = first + lists.length[which]
        at = first
        while at < end and arena[at] < key:
            at += 1
        if at < end and arena[at] == key:
            continue
        if not make_room(lists, arena, which, 1):
            return False
        at += lists.start[which] - first
        _insert(arena, lists.start[which] + lists.length[which], at, key)
        lists.length[which] += 1
    return True


def with_ban(fixed: Slots, used: int, slot: int, member: int) -> Slots:
    """Chain a ban by the first record not in use; return the fixed arrays, with more room where that was needed."""
    if used == len(fixed.ban_next):
        fixed = fixed._replace(
            ban_next=padded(fixed.ban_next, used + MORE_BANS), ban_member=padded(fixed.ban_member, used + MORE_BANS)
        )
    fixed.ban_next[used], fixed.ban_member[used] = fixed.ban_first[slot], member
    fixed.ban_first[slot] = used
    return fixed


def lift_ban(fixed: Slots, slot: int, member: int) -> None:
    """Take a ban out of the chain of its slot."""
    before, ban = -1, int(fixed.ban_first[slot])
    while fixed.ban_member[ban] != member:
        before, ban = ban, int(fixed.ban_next[ban])
    if before < 0:
        fixed.ban_first[slot] = fixed.ban_next[ban]
    else:
        fixed.ban_next[before] = fixed.ban_next[ban]


@kernel
def holds_pair(plan, group, slot, member):
    """Tell whether the plan holds a pair."""
    pair = plan.group_first[group]
    while pair >= 0:
        if plan.pair_slot[pair] == slot and plan.pair_member[pair] == member:
            return True
        pair = plan.group_next[pair]
    return False


@kernel
def count_people(plan, people, group):
    """Count the pairs of a household, those with a stand-in left out."""
    count = 0
    pair = plan.group_first[group]
    while pair >= 0:
        if plan.pair_member[pair] < people:
            count += 1
        pair = plan.group_next[pair]
    return count
