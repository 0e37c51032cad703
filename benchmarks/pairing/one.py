"""Run one solver on one case in a process of its own and print a line of JSON: `... U13k gridmap`.

peak_mib is the most memory the process held while it solved (and its children, for solvers that start some);
extra_mib is that less what it held before. Our kernels are loaded before, on small cities.
"""

import importlib.util
import json
import resource
import sys
import time
from pathlib import Path

from benchmarks.pairing import peers
from benchmarks.pairing.cases import Case, arcs_of, case_of, neighbours_of
from benchmarks.pairing.cities import invent
from gridmap.solve.assign import assign

OURS, FLOOR = "gridmap", "floor"
NEEDS = {"ortools": "ortools", "pylmcf": "pylmcf", "pot": "ot", "highs": "highspy", "pulp": "pulp"}
PEERS = ["pylmcf", "ortools", "scipy_sparse", "scipy_dense", "highs", "pot", "pulp", "greedy"]
ALL_PAIRS = {"scipy_dense"}


def _status(name: str) -> float:
    """Read a field of /proc/self/status in MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise KeyError(name)


def warm(name: str) -> None:
    """Compile or load the kernels that a case needs, on small cities."""
    from gridmap.solve.warm import warm_up

    if name.endswith("-walk") or name in {"team", "D4k"}:
        warm_up()
        return
    for small in ("U1k", "T1k"):
        city = invent(small)
        assign(city.demand, city.supply, city.reach)


def ours(case: Case) -> peers.Answer:
    """Solve and prove; finding the neighbours, or sorting the listed pairs, counts too."""
    start = time.process_time()
    plan = assign(case.demand, case.supply, case.reached(), case.wishes)
    spent = time.process_time() - start
    if not plan.optimal:
        raise RuntimeError(f"not proven: gap {plan.gap}")
    return spent, int(plan.filled.sum()), plan.total_cost_dm


def measure(name: str, solver: str, neighbours: int | None) -> dict[str, object]:
    """Run the solver; return what the line says."""
    if solver in NEEDS and importlib.util.find_spec(NEEDS[solver]) is None:
        return {"case": name, "solver": solver, "skipped": "not installed"}
    if solver == OURS:
        warm(name)
    case = case_of(name)
    arcs = None if solver in {OURS, FLOOR} else arcs_of(case, neighbours)
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    start = time.perf_counter()
    run = {OURS: ours, FLOOR: peers.floor}.get(solver) or getattr(peers, solver)
    spent, filled, total = run(case) if arcs is None else run(arcs)
    wall = time.perf_counter() - start
    peak = _status("VmHWM") + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    wanted = int(case.demand.wanted.sum())
    return {
        "case": name, "solver": solver, "households": case.households, "members": len(case.supply),
        "arcs": None if arcs is None else len(arcs.cost), "neighbours": neighbours if arcs is not None else None,
        "seconds": spent, "wall_seconds": wall, "peak_mib": peak, "extra_mib": peak - before,
        "wanted": wanted, "filled": filled, "dm": total,
    }  # fmt: skip


if __name__ == "__main__":
    _, asked_case, asked_solver = sys.argv
    whole = asked_solver in ALL_PAIRS or (asked_case, asked_solver) == ("D4k", "pulp")
    print(json.dumps(measure(asked_case, asked_solver, None if whole else neighbours_of(asked_case))))
