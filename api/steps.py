"""What the commands do: bring a CITY.toml, a workspace and the core together."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from api.acting import acting
from api.settings import read_settings
from geodata.city import City
from geodata.workspace import Workspace, process_owner
from gridmap import extracts, pairing, work
from gridmap.audit import Audited
from gridmap.errors import InputError, Problem, Severity
from gridmap.tables import Building, CityFacts, Household, Member
from gridmap.tables.report import Report
from gridmap.work import Clock, Frames, Progress

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="workspace that `gridmap build` made")]


def workspace_of(folder: Path) -> Workspace:
    """Return the workspace of a folder, its rows where the settings say."""
    settings = read_settings()
    return Workspace(folder, settings.database_url, key_file=settings.key_file, envelope_file=settings.envelope_file)


def require_proof(counts: dict[str, Any]) -> None:
    """Stop with exit code 1 when the checker did not prove what `gridmap pair --verify` wrote."""
    pairing.refuse_unproven(counts["certificate"], counts["unproven"])


class Scale(StrEnum):
    """How large the sample city is."""

    DEFAULT = "default"
    CITY = "city"


@dataclass(frozen=True, eq=False)
class Sources:
    """What a CITY.toml brought."""

    city: CityFacts
    frames: Frames
    problems: tuple[Problem, ...]


@contextmanager
def opened(workspace: Workspace, *, create: bool = False) -> Iterator[Audited]:
    """Open the store of a workspace for the block."""
    store = workspace.open(create=create)
    try:
        yield store
    finally:
        store.close()


def _facts(city: City, metric_crs: str | None) -> CityFacts:
    return CityFacts(
        name=city.name,
        invented=city.invented,
        attribution=city.attribution,
        review_no=city.review_no,
        addresses=city.addresses,
        metric_crs=metric_crs or "EPSG:3857",
        hierarchy=city.hierarchy,
        day=city.day,
        rules=city.rules,
        patrol=city.patrol,
        lawful=city.lawful,
    )


def read_sources(city_file: Path, progress: Progress) -> Sources:
    """Read and check every source of a city.

    Raises:
        InputError: some problem is an error; all problems are in it.
    """
    from geodata.city import read_city
    from geodata.files import load_sources

    city = read_city(city_file)
    loaded = load_sources(city, city_file, progress)
    if any(problem.severity is Severity.ERROR for problem in loaded.problems):
        raise InputError(loaded.problems)
    frames = dict(loaded.frames)
    if city.invented_people:
        from geodata.sample.people import invent_people

        wanted = city.invented_people
        frames[Household], frames[Member] = invent_people(
            frames[Building], households=wanted.households, members=wanted.members, seed=wanted.seed
        )
    return Sources(_facts(city, loaded.facts["metric_crs"]), frames, tuple(loaded.problems))


def check_city(city_file: Path, progress: Progress) -> list[Problem]:
    """Return what is wrong with a city: its files, and what stands in the way of its rules once they can be read."""
    try:
        sources = read_sources(city_file, progress)
    except InputError as error:
        return list(error.problems)
    return [*sources.problems, *work.foresee(sources.frames, sources.city, progress=progress)]


def build(
    city_file: Path,
    workspace: Workspace,
    progress: Progress,
    *,
    day: dt.date | None = None,
    time_limit_s: float | None = None,
    warn: Callable[[Sequence[Problem]], None] | None = None,
    demo: bool = False,
) -> Report:
    """Load, locate, pair, measure and draw a city; the rows change in one transaction, the files after it."""
    clock = Clock()
    with clock.step("load"):
        sources = read_sources(city_file, progress)
    prepare_engine(progress)
    with opened(workspace, create=True) as store:
        report, taken = work.build(
            store,
            sources.frames,
            sources.city.model_copy(update={"demo": demo}),
            problems=sources.problems,
            day=day,
            time_limit_s=time_limit_s,
            clock=clock,
            progress=progress,
            warn=warn or work.unheard,
        )
    with clock.step("draw"):
        progress("draw", 0, 1)
        workspace.write_site(work.draw(taken))
        progress("draw", 1, 1)
    report = report.model_copy(update={"seconds": work.seconds(clock)})
    workspace.write_report(report.model_dump(mode="json"))
    return report


def prepare_engine(progress: Progress) -> None:
    """Compile the pairing engine where that was not done at installation; a start with it done costs little."""
    from gridmap.solve.warm import warm_up

    progress("prepare the engine", 0, 1)
    warm_up()
    progress("prepare the engine", 1, 1)


def draw(workspace: Workspace, progress: Progress, *, day: dt.date | None = None) -> Path:
    """Draw the pages of a workspace from its store; return the first page."""
    with opened(workspace) as store:
        progress("draw", 0, 1)
        workspace.write_site(work.draw(work.picture(store, day=day)))
        progress("draw", 1, 1)
    return workspace.site_folder / "index.html"


def export(
    workspace: Workspace,
    noun: str,
    target: Path,
    *,
    form: str,
    unmask: bool = False,
    reason: str | None = None,
    day: dt.date | None = None,
) -> tuple[int, list[Problem]]:
    """Write a table of a workspace to a file; return how many rows it has, and what to know before it is sent on."""
    from geodata.export import write_table

    with opened(workspace) as store:
        rows = work.export(store, noun, form=form, unmask=unmask, reason=reason, day=day)
        told = extracts.warnings(rows, target.name, work.city_facts(store).metric_crs)
    write_table(rows, target, form)
    return len(rows), told


def sample(folder: Path, *, scale: Scale, seed: int, progress: Progress) -> Path:
    """Write the files of the invented city; return its CITY.toml."""
    from geodata.sample import make_sample

    return make_sample(folder, scale=scale.value, seed=seed, progress=lambda what: progress(what, 0, 1))


def actor() -> str:
    """Return the account whose request is being answered, else the account of this computer that runs the process."""
    return acting.get() or process_owner()
