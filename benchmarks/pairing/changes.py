"""Measure one change repaired and threads by tiles: `python -m benchmarks.pairing.changes U13k`."""

import argparse
import time

import numpy as np

from benchmarks.pairing.cities import invent
from benchmarks.pairing.one import warm
from gridmap.solve.assign import assign
from gridmap.solve.instance import Supply
from gridmap.solve.repair import LivePlan


def leave_one_by_one(name, count=300):
    """Let members leave; print the median repair, its share of a full solution and whether both agree."""
    city = invent(name)
    start = time.perf_counter()
    assign(city.demand, city.supply, city.reach)
    full = time.perf_counter() - start
    plan = LivePlan(city.demand, city.supply, city.reach)
    busy = np.unique(assign(city.demand, city.supply, city.reach).members)
    gone = np.random.default_rng(1).choice(busy, count, replace=False)
    spent = []
    for member in gone.tolist():
        start = time.perf_counter()
        plan.cut_capacity(member, 0)
        spent.append(time.perf_counter() - start)
    capacity = city.supply.capacity.copy()
    capacity[gone] = 0
    supply = Supply(capacity, city.supply.kind)
    repaired, fresh = plan.assignment(supply), assign(city.demand, supply, city.reach)
    median, tail = np.median(spent) * 1e3, np.percentile(spent, 95) * 1e3
    print(f"{name} {count} members leave: median {median:.3f} ms, 95 % below {tail:.2f} ms, full {full:.2f} s")
    same = repaired.primal == fresh.primal
    print(f"  full / median = {full / median * 1e3:.0f}; same total: {same}, gap {repaired.gap}")


def by_tiles(name):
    """Solve with one thread and two; print wall seconds and whether the plans are the same."""
    city = invent(name)
    spent, plans = [], []
    for workers in (1, 2):
        start = time.perf_counter()
        plans.append(assign(city.demand, city.supply, city.reach, workers=workers))
        spent.append(time.perf_counter() - start)
    same = all(
        np.array_equal(getattr(plans[0], field), getattr(plans[1], field))
        for field in ("slots", "members", "price_slot", "price_member")
    )
    print(f"{name} wall seconds, 1 and 2 threads: {spent[0]:.2f} {spent[1]:.2f}; same bits: {same}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("city", nargs="+")
    asked = parser.parse_args()
    warm("U1k")
    for one in asked.city:
        leave_one_by_one(one)
        by_tiles(one)
