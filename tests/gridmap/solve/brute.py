"""Try every plan of a tiny instance: the definition of the problem, written the slow and obvious way."""

import itertools

from gridmap.solve.instance import Demand, Supply, Wishes
from gridmap.solve.travel import Reach


def pair_costs(demand: Demand, supply: Supply, reach: Reach, wishes: Wishes) -> dict[tuple[int, int], int]:
    """Price every allowed pair on its own, and the locked ones, whose distance counts where it is known."""
    locks = set(zip(wishes.locked_slot.tolist(), wishes.locked_member.tolist(), strict=True))
    kept = set(zip(wishes.kept_slot.tolist(), wishes.kept_member.tolist(), strict=True))
    banned = set(zip(wishes.banned_slot.tolist(), wishes.banned_member.tolist(), strict=True))
    costs = {}
    for s in range(len(demand)):
        near, far = reach.within(int(demand.site[s]), reach.limit_dm)
        known = dict(zip(near.tolist(), far.tolist(), strict=True))
        for m in range(len(supply)):
            locked = (s, m) in locks
            if not locked and m not in known:
                continue
            distance = known.get(m, 0)
            if not locked and not allowed(demand, supply, s, m, distance):
                continue
            if (s, m) in banned:
                continue
            cost = distance + (0 if (s, m) in kept else wishes.keep_dm)
            for t in wishes.traits:
                if t.slot_value[s] >= 0 and t.slot_value[s] != t.member_value[m]:
                    cost += t.penalty_dm
            costs[s, m] = cost
    return costs


def allowed(demand: Demand, supply: Supply, s: int, m: int, distance: int) -> bool:
    """Tell whether a member has the role, goes that far and belongs to the area that is asked for."""
    role = int(demand.accepts[s]) & int(supply.kind[m]) != 0
    area = demand.area[s] < 0 or demand.area[s] == supply.area[m]
    return role and area and distance <= supply.radius_dm[m]


def best_plan(demand: Demand, supply: Supply, reach: Reach, wishes: Wishes) -> tuple[tuple[int, ...], int]:
    """Return the most places filled for each rank in order, and the least cost that fills them."""
    costs = pair_costs(demand, supply, reach, wishes)
    locks = set(zip(wishes.locked_slot.tolist(), wishes.locked_member.tolist(), strict=True))
    ranks = sorted({*demand.rank.tolist(), *(r for r in demand.first.tolist() if r >= 0)})
    choices = []
    for s in range(len(demand)):
        mine = {m for t, m in costs if t == s}
        must = {m for t, m in locks if t == s}
        choices.append(
            [
                set(pick)
                for n in range(int(demand.wanted[s]) + 1)
                for pick in itertools.combinations(sorted(mine), n)
                if must <= set(pick)
            ]
        )
    best = None
    for plan in itertools.product(*choices):
        load: dict[int, int] = {}
        seen: set[tuple[int, int]] = set()
        fine, cost = True, 0
        helped = set()
        filled = dict.fromkeys(ranks, 0)
        for s, pick in enumerate(plan):
            for m in pick:
                key = (int(demand.group[s]), m)
                fine = fine and key not in seen
                seen.add(key)
                cost += load.get(m, 0) * supply.load_step_dm
                cost += costs[s, m]
                load[m] = load.get(m, 0) + 1
                first = demand.first[s] >= 0 and key[0] not in helped
                helped.add(key[0])
                filled[int(demand.first[s] if first else demand.rank[s])] += 1
        if not fine or any(n > supply.capacity[m] for m, n in load.items()):
            continue
        score = (tuple(-filled[r] for r in ranks), cost)
        if best is None or score < best:
            best = score
    assert best is not None, "locks make the instance infeasible"
    return tuple(-n for n in best[0]), best[1]
