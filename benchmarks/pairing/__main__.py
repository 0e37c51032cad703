"""Measure our engine beside the others: `python -m benchmarks.pairing U13k T13k --peers pylmcf ortools greedy`.

Every solver runs on every case in a process of its own, one after the other, on the same instances. Times are
processor seconds of one thread, so a busy machine tells the same ratios. Ours include finding the neighbours and the
proof over all pairs; the others' are the solver alone on the nearest members they are given. Without cases, the whole
table is run; `--write docs/benchmarks` keeps it as pairing.json, pairing.md and pairing.png, with the rows there that
were not run again. A solver is left out where it would take minutes or many GiB, unless `--heavy`; the table says so.
"""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.pairing.cases import NAMES, TEAM_FILE
from benchmarks.pairing.cities import SIZES
from benchmarks.pairing.one import FLOOR, OURS, PEERS
from benchmarks.pairing.report import tell, write

TABLE = ["U1k", "T1k", "D4k", "U13k", "T13k", "U13k-walk", "T13k-walk", "team", "U130k", "U130k-walk", "T130k", "U1M"]
MOST_HOUSEHOLDS = {
    "pylmcf": 130_000, "ortools": 130_000, "scipy_sparse": 130_000, "greedy": 130_000,
    "highs": 13_000, "pot": 13_000, "pulp": 1_000, "scipy_dense": 1_000,
}  # fmt: skip
HEAVY = {"pulp": 13_000, "scipy_dense": 13_000, "pot": 130_000}


def households_of(name: str) -> int:
    return {"D4k": 4_000, "team": 13_000}.get(name) or SIZES[name.removesuffix("-walk")[1:]][0]


def why_not(name: str, solver: str, *, heavy: bool) -> str | None:
    """Say why a solver does not run on a case, if it does not."""
    if solver in {OURS, FLOOR}:
        return None
    if name == "team":
        return "has no roles"
    most = max(MOST_HOUSEHOLDS[solver], HEAVY.get(solver, 0) if heavy else 0)
    return None if households_of(name) <= most else "not at this size"


def run_one(name: str, solver: str, limit_s: float) -> dict[str, object]:
    """Run a solver in a process of its own and read its line."""
    start = time.monotonic()
    command = [sys.executable, "-m", "benchmarks.pairing.one", name, solver]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired:
        return {"case": name, "solver": solver, "skipped": f"stopped after {time.monotonic() - start:.0f} s"}
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return {"case": name, "solver": solver, "skipped": f"failed: {reason[:100]}"}
    return json.loads(done.stdout.strip().splitlines()[-1])


def run(names: list[str], solvers: list[str], *, heavy: bool, limit_s: float) -> list[dict[str, object]]:
    """Run all and print each row as it comes."""
    rows: list[dict[str, object]] = []
    for name in names:
        first = len(rows)
        for solver in [OURS, FLOOR, *solvers]:
            reason = why_not(name, solver, heavy=heavy)
            row = {"case": name, "solver": solver, "skipped": reason} if reason else run_one(name, solver, limit_s)
            rows.append(row | {"day": dt.datetime.now().astimezone().date().isoformat()})
            print(tell(rows[-1], rows[first]), flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", nargs="*", help=f"of {', '.join(NAMES)}; default: the whole table")
    parser.add_argument("--peers", nargs="*", default=PEERS, choices=PEERS)
    parser.add_argument("--heavy", action="store_true", help="also where a solver takes minutes or many GiB")
    parser.add_argument("--limit", type=float, default=900, help="seconds that a solver may take, all told")
    parser.add_argument("--write", type=Path, help="folder for pairing.json, pairing.md and pairing.png")
    asked = parser.parse_args()
    names = asked.case or TABLE
    if unknown := set(names) - set(NAMES):
        parser.error(f"unknown case: {', '.join(sorted(unknown))}")
    subprocess.run([sys.executable, "-m", "gridmap.solve.warm"], check=True)  # nobody's time or memory is compiling
    with tempfile.TemporaryDirectory() as folder:
        if "team" in names:
            os.environ[TEAM_FILE] = str(Path(folder) / "team")
            subprocess.run([sys.executable, "-m", "benchmarks.pairing.team", os.environ[TEAM_FILE]], check=True)
        rows = run(names, asked.peers, heavy=asked.heavy, limit_s=asked.limit)
    if asked.write:
        write(rows, asked.write)


if __name__ == "__main__":
    main()
