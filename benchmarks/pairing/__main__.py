"""Print our engine beside the others: `python -m benchmarks.pairing U13k T13k --peers pylmcf ortools greedy`.

Times are processor seconds of one thread, so a busy machine tells the same ratios. Ours include finding
the neighbours and the proof over all pairs; theirs are the solver call alone on the nearest members they
are given (64 on U, 256 on T up to 13k, 64 above). Compilation is done before on a small city and printed
by itself.
"""

import argparse
import resource
import time

from benchmarks.pairing import peers
from benchmarks.pairing.cities import invent
from gridmap.solve.assign import assign


def ours(city):
    """Solve and prove; processor seconds, places filled, dm."""
    start = time.process_time()
    plan = assign(city.demand, city.supply, city.reach)
    spent = time.process_time() - start
    if not plan.optimal:
        raise SystemExit(f"not proven: gap {plan.gap}")
    return spent, int(plan.filled.sum()), plan.total_cost_dm


def warm():
    """Compile or load both halves of the engine on small cities."""
    start = time.process_time()
    for name in ("U1k", "T1k"):
        ours(invent(name))
    print(f"compile or load: {time.process_time() - start:.1f} s, not counted below")


def run(names, chosen):
    """Print a row for each solver and city."""
    print(f"{'city':6} {'solver':14} {'s':>9} {'x ours':>8} {'filled':>8} {'left out':>8} {'dm':>12}")
    for name in names:
        city = invent(name)
        wanted = int(city.demand.wanted.sum())
        neighbours = 256 if name in {"T1k", "T13k"} else 64
        mine = ours(city)
        rows = [("gridmap", mine), ("floor: 8 NN", peers.floor(city))]
        rows += [(peer, getattr(peers, NAMES[peer])(city, neighbours)) for peer in chosen]
        for label, (spent, filled, total) in rows:
            left = "-" if filled is None else str(wanted - filled)
            told = f"{spent / mine[0]:8.2f} {filled!s:>8} {left:>8} {total!s:>12}"
            print(f"{name:6} {label:14} {spent:9.3f} {told}", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this run: {memory:.0f} MiB")


NAMES = {"pylmcf": "lemon", "ortools": "ortools", "greedy": "greedy"}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("city", nargs="+", help="U or T with 1k, 13k, 130k, 1M")
    parser.add_argument("--peers", nargs="*", default=["pylmcf"], choices=list(NAMES))
    asked = parser.parse_args()
    warm()
    run(asked.city, asked.peers)
