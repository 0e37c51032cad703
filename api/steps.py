"""What the commands do: bring a CITY.toml, a workspace and the core together."""

import datetime as dt
import getpass
from dataclasses import dataclass
from pathlib import Path

from geodata.workspace import Workspace
from gridmap import work
from gridmap.errors import InputError, Problem, Severity
from gridmap.tables import CityFacts
from gridmap.tables.report import Report
from gridmap.work import Clock, Frames, Progress


@dataclass(frozen=True)
class Sources:
    """What a CITY.toml brought."""

    city: CityFacts
    frames: Frames
    problems: tuple[Problem, ...]


def read_sources(city_file: Path, progress: Progress) -> Sources:
    """Read and check every source of a city.

    Raises:
        InputError: some problem is an error; all problems are in it.
    """
    from geodata.city import read_city
    from geodata.files import load_sources

    loaded = load_sources(read_city(city_file), city_file, progress)
    if any(problem.severity is Severity.ERROR for problem in loaded.problems):
        raise InputError(loaded.problems)
    return Sources(loaded.city, loaded.frames, tuple(loaded.problems))


def build(
    city_file: Path,
    workspace: Workspace,
    progress: Progress,
    *,
    day: dt.date | None = None,
    time_limit_s: float | None = None,
) -> Report:
    """Load, locate, pair, measure and draw a city; the rows change in one transaction, the files after it."""
    clock = Clock()
    with clock.step("load"):
        sources = read_sources(city_file, progress)
    store = workspace.open(create=True)
    try:
        report = work.build(
            store,
            sources.frames,
            sources.city,
            problems=sources.problems,
            day=day,
            time_limit_s=time_limit_s,
            clock=clock,
            progress=progress,
        )
        with clock.step("draw"):
            draw(workspace, progress, day=day)
    finally:
        store.close()
    report = report.model_copy(update={"seconds": work.seconds(clock)})
    workspace.write_report(report.model_dump(mode="json"))
    return report


def draw(workspace: Workspace, progress: Progress, *, day: dt.date | None = None) -> Path:
    """Draw the pages of a workspace from its store; return the map page."""
    from static.install import vendor_folder

    store = workspace.open()
    try:
        progress("draw", 0, 1)
        workspace.write_map(work.draw(store, day=day), vendor_folder())
        progress("draw", 1, 1)
    finally:
        store.close()
    return workspace.map_folder / "index.html"


def actor() -> str:
    """Return the name of the account that runs the command, for the export log."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
