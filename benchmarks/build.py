"""Build the whole sample city and say by stage how long it takes, how much memory it holds, and whose work it is.

`python -m benchmarks.build [--scale default|city]` prints a table. Shares are of the whole build; own work is time spent
in functions of gridmap, geodata and api themselves, not in the libraries that they call.
"""

import argparse
import cProfile
import pstats
import resource
import tempfile
import time
from pathlib import Path

from api import steps
from geodata.workspace import Workspace
from gridmap import work

OURS = ("/gridmap/", "/geodata/", "/api/")
STAGES = ("load", "locate", "pair", "measure", "draw")


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def own_seconds(profile: cProfile.Profile) -> list[tuple[float, str]]:
    """Return (seconds, function) of our own functions, the dearest first."""
    stats = pstats.Stats(profile).stats
    own = [
        (values[2], f"{Path(file).parent.name}/{Path(file).name}:{name}")
        for (file, _line, name), values in stats.items()
        if any(part in file for part in OURS) and "site-packages" not in file
    ]
    return sorted(own, reverse=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=["default", "city"], default="city")
    parser.add_argument("--profile", action="store_true", help="also say whose work it is (slows the run)")
    chosen = parser.parse_args()
    peaks: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        city = steps.sample(Path(folder) / "s", scale=steps.Scale(chosen.scale), seed=1, progress=work.silent)
        start_mib = peak_mib()

        def watch(what: str, _done: int, _total: int) -> None:
            peaks[what] = peak_mib()

        steps.prepare_engine(work.silent)
        profile = cProfile.Profile()
        start = time.perf_counter()
        if chosen.profile:
            profile.enable()
        report = steps.build(city, Workspace(Path(folder) / "w"), watch)
        profile.disable()
        total = time.perf_counter() - start
    print(f"{'stage':<10}{'seconds':>10}{'share':>8}")
    for stage, seconds in report.seconds.model_dump().items():
        print(f"{stage:<10}{seconds:>10.1f}{seconds / total:>8.0%}")
    print(f"{'whole':<10}{total:>10.1f}    peak {peak_mib():,.0f} MiB (before the build {start_mib:,.0f})")
    for what, mib in peaks.items():
        print(f"  peak after {what}: {mib:,.0f} MiB")
    if chosen.profile:
        print("\nour own functions, share of the whole")
        for seconds, name in own_seconds(profile)[:15]:
            print(f"{seconds:>8.2f} s {seconds / total:>6.1%}  {name}")


if __name__ == "__main__":
    main()
