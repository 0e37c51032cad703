"""Measure one change repaired and threads by tiles: `python -m benchmarks.pairing.changes U13k`.

300 changes of every kind in turn, each timed alone; at some of them and at the end the plan is compared with a full
solution of the changed city (the certificate of the repaired plan included). --by-kind prints each kind's median.
"""

import argparse
import time

import numpy as np

from benchmarks.pairing.cities import invent
from benchmarks.pairing.one import warm
from gridmap.solve.assign import assign
from gridmap.solve.repair import LivePlan, Newcomer, Wanted
from gridmap.solve.whatif import loss, suggest, worth_of

KINDS = (
    "leaves",
    "returns",
    "joins",
    "capacity up",
    "capacity down",
    "household new",
    "household ends",
    "moves",
    "ban",
)


class Changes:
    """Make changes of every kind at random people and places of a city; busy people leave, not idle ones."""

    def __init__(self, city, seed=1):
        self.city, self.rng = city, np.random.default_rng(seed)
        self.plan = LivePlan(city.demand, city.supply, city.reach, spare=512)
        self.away = []
        first = self.plan.assignment()
        self.pairs = self.rng.permutation(np.stack([first.slots, first.members], axis=1))
        self.people = self.rng.permutation(len(city.supply))
        self.homes = self.rng.permutation(len(city.demand))
        self.at = 0

    def spot(self):
        """Return a point near some home, in metres."""
        home = self.city.household_xy_m[self.rng.integers(len(self.city.household_xy_m))]
        return tuple((home + self.rng.normal(0, 30, 2)).tolist())

    def prepare(self, kind):
        """Return the call to time."""
        plan, city = self.plan, self.city
        self.at += 1
        slot, member = (int(row) for row in self.pairs[self.at])
        home, near = int(self.homes[self.at]), self.spot()
        capacity = int(city.supply.capacity[member])
        back = self.away.pop() if kind == "returns" else member
        if kind == "leaves":
            self.away.append(member)
        calls = {
            "leaves": lambda: plan.leave(member),
            "returns": lambda: plan.set_capacity(back, int(city.supply.capacity[back])),
            "joins": lambda: plan.join(near, Newcomer(1)),
            "capacity up": lambda: plan.set_capacity(member, capacity + 1),
            "capacity down": lambda: plan.set_capacity(member, capacity - 1),
            "household new": lambda: plan.add_household(near, [Wanted(1)]),
            "household ends": lambda: plan.end_household(home),
            "moves": lambda: plan.move(home, near),
            "ban": lambda: plan.ban(slot, member),
        }
        return calls[kind]


def ask(plan, pairs, newcomers, count=60):
    """Time the questions that nothing changes: medians and the worst in ms."""
    left = plan.instance()[0].wanted
    pairs = [pair for pair in pairs if left[pair[0]] > 0]
    questions = {
        "suggest 10 for a place": lambda at: suggest(plan, int(pairs[at][0])),
        "loss of a member": lambda at: loss(plan, int(pairs[at][1])),
        "worth of a newcomer": lambda at: worth_of(plan, newcomers[at], Newcomer(1)),
    }
    for name, question in questions.items():
        question(0)
        spent = []
        for at in range(count):
            start = time.perf_counter()
            question(at)
            spent.append((time.perf_counter() - start) * 1e3)
        print(f"  {name:24} median {np.median(spent):8.3f} ms, worst {max(spent):8.2f} ms")


def change_by_change(name, count=300, checks=3, *, by_kind=False):
    """Time the changes; print the median, its share of a full solution and whether both agree."""
    city = invent(name)
    changes = Changes(city)
    full, spent, agree = [], [], []
    for at in range(count):
        call = changes.prepare(KINDS[at % len(KINDS)])
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
        if at + 1 in np.linspace(count / checks, count, checks).astype(int):
            instance = changes.plan.instance()
            start = time.perf_counter()
            fresh = assign(*instance)
            full.append(time.perf_counter() - start)
            now = changes.plan.assignment()
            same = now.filled_by_rank.tolist() == fresh.filled_by_rank.tolist()
            agree.append(same and now.total_cost_dm == fresh.total_cost_dm and now.gap == 0 and fresh.optimal)
    spent, whole = np.array(spent) * 1e3, float(np.median(full))
    print(f"{name} {count} changes of {len(KINDS)} kinds: median {np.median(spent):.3f} ms, 95 % below "
          f"{np.percentile(spent, 95):.2f} ms, full solution {whole:.2f} s")  # fmt: skip
    print(
        f"  full / median = {whole / np.median(spent) * 1e3:.0f}; equal and proven at {len(agree)} checks: {all(agree)}"
    )
    ask(changes.plan, changes.pairs[count + 1 :], [changes.spot() for _ in range(100)])
    if by_kind:
        for at, kind in enumerate(KINDS):
            print(f"  {kind:15} {np.median(spent[at :: len(KINDS)]):8.3f} ms")


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
    parser.add_argument("--by-kind", action="store_true")
    asked = parser.parse_args()
    warm("U1k")
    change_by_change("U1k", 54)  # compiles or loads the kernels of the changes
    for one in asked.city:
        change_by_change(one, by_kind=asked.by_kind)
        by_tiles(one)
