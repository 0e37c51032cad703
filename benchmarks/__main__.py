"""Run the side-by-side measurements one after the other: `python -m benchmarks`; each prints its ratios."""

import subprocess
import sys

RUNS = [
    ["benchmarks.loading"],
    ["benchmarks.store"],
    ["benchmarks.geolocation.parse"],
    ["benchmarks.geolocation.score"],
    ["benchmarks.pairing", "U13k", "T13k", "--peers", "pylmcf", "ortools", "greedy"],
    ["benchmarks.build", "--scale", "city", "--profile"],
]


def main() -> int:
    failed = []
    for run in RUNS:
        print(f"\n== python -m {' '.join(run)}", flush=True)
        if subprocess.run([sys.executable, "-m", *run], check=False).returncode:
            failed.append(run[0])
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    raise SystemExit(main())
