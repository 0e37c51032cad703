"""The command line. Exit codes: 0 done, 1 stopped by problems, 2 wrong usage."""

import datetime as dt
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api import (
    admin_cli,
    audit_cli,
    backup_cli,
    console,
    emergency_cli,
    explain_cli,
    ground_cli,
    import_cli,
    people_cli,
    planner_cli,
    retention_cli,
    review_cli,
    steps,
    today_cli,
)
from api.exporting import Form, Noun
from api.settings import read_settings
from geodata.workspace import Workspace
from gridmap import work
from gridmap.errors import GridmapError, InputError, Severity
from gridmap.phrases import Language

app = typer.Typer(
    name="gridmap",
    help="Every household has someone: pair households with named people and map the gaps.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

CityFile = Annotated[Path, typer.Argument(help="CITY.toml: sources and rules", exists=True, dir_okay=False)]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="workspace to make or to bring up to date")]
AsJson = Annotated[bool, typer.Option("--json", help="print a machine-readable report on standard output")]
Day = Annotated[
    dt.datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="the day to measure; today without")
]


@app.callback()
def gridmap(
    lang: Annotated[
        Language | None, typer.Option("--lang", help="zh or en; without: GRIDMAP_LANG, then the language of the system")
    ] = None,
) -> None:
    """Every household has someone: pair households with named people and map the gaps."""
    if lang:
        console.Speech.language = lang


def _date(day: dt.datetime | None) -> dt.date | None:
    return day.date() if day else None


@app.command()
def build(city: CityFile, out: Out, *, day: Day = None, as_json: AsJson = False) -> None:
    """Load, locate, pair, measure and draw a city."""
    limit = read_settings().time_limit_s
    with console.progress() as progress:
        report = steps.build(
            city, steps.workspace_of(out), progress, day=_date(day), time_limit_s=limit, warn=console.show_problems
        )
    console.show_report(report, as_json=as_json)
    if not as_json:
        page = steps.workspace_of(out).site_folder / "map.html"
        typer.echo("\n" + console.spoken("cli.map", page=page, folder=out))


@app.command()
def load(city: CityFile, out: Out, *, as_json: AsJson = False) -> None:
    """Read and check the sources of a city and keep them."""
    with console.progress() as progress:
        sources = steps.read_sources(city, progress)
        with steps.opened(steps.workspace_of(out), create=True) as store:
            told = list(sources.problems)
            changes = work.load(store, sources.frames, sources.city, warn=told.extend)
    problems = [problem.as_dict() for problem in told]
    if as_json:
        console.print_json({"changes": changes, "problems": problems})
    else:
        console.show_problems(told)
        console.print_changes(changes)


@app.command()
def locate(folder: steps.Folder, *, as_json: AsJson = False) -> None:
    """Find the building, grid and community of every household and member."""
    with console.progress() as progress, steps.opened(steps.workspace_of(folder)) as store:
        counts = work.locate(store, progress=progress)
    console.show_counts(console.spoken("title.located"), counts, as_json=as_json)


@app.command()
def pair(
    folder: steps.Folder,
    *,
    day: Day = None,
    verify: Annotated[bool, typer.Option("--verify", help="let an independent checker prove the result")] = False,
    as_json: AsJson = False,
) -> None:
    """Give every household its people: the most places filled, then the least walking, proven."""
    limit = read_settings().time_limit_s
    with console.progress() as progress, steps.opened(steps.workspace_of(folder)) as store:
        steps.prepare_engine(progress)
        counts = work.pair(
            store, day=_date(day), time_limit_s=limit, verify=verify, progress=progress, warn=console.show_problems
        )
    if not as_json:
        del counts["obstacles"]  # said before anything was solved
    shown = counts if as_json else counts | {"unproven": len(counts["unproven"])}
    console.show_counts(console.spoken("title.paired"), shown, as_json=as_json)
    if verify:
        steps.require_proof(counts)


@app.command()
def coverage(folder: steps.Folder, *, day: Day = None, as_json: AsJson = False) -> None:
    """Measure at every level of area who has somebody and who has nobody."""
    with steps.opened(steps.workspace_of(folder)) as store:
        console.show_coverage(work.measure(store, day=_date(day)), as_json=as_json)


@app.command()
def draw(folder: steps.Folder, *, day: Day = None) -> None:
    """Draw the map and the pages of a workspace."""
    with console.progress() as progress:
        page = steps.draw(steps.workspace_of(folder), progress, day=_date(day))
    typer.echo(page)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="input files, or CITY.toml with its rules")],
    *,
    as_json: AsJson = False,
) -> None:
    """Report on input files without loading them; on a CITY.toml also what stands in the way of its rules."""
    from geodata.files import check_files

    cities = [path for path in files if path.suffix == ".toml"]
    problems = check_files([path for path in files if path not in cities])
    with console.progress() as progress:
        problems += [problem for city in cities for problem in steps.check_city(city, progress)]
    if as_json:
        console.print_json({"problems": [problem.as_dict() for problem in problems]})
    else:
        console.show_problems(problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise typer.Exit(1)


@app.command()
def export(
    noun: Noun,
    folder: steps.Folder,
    *,
    form: Annotated[Form, typer.Option("--format", help="file format")] = Form.CSV,
    out: Annotated[Path | None, typer.Option("--out", help="file to write; NOUN.FORMAT here without")] = None,
    unmask: Annotated[bool, typer.Option("--unmask", help="personal values in clear; logged")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="why; asked for with --unmask")] = None,
    day: Day = None,
) -> None:
    """Write what the workspace knows to a file."""
    if unmask and not (reason or "").strip():
        raise typer.BadParameter(console.spoken("cli.reason"), param_hint="--reason")
    target = out or Path(f"{noun}.{form}")
    count, told = steps.export(
        steps.workspace_of(folder), str(noun), target, form=str(form), unmask=unmask, reason=reason, day=_date(day)
    )
    console.show_problems(told)
    typer.echo(console.spoken(f"cli.exported.{'clear' if unmask else 'masked'}", file=target, count=count))


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="folder for the files of the invented city")],
    *,
    scale: Annotated[steps.Scale, typer.Option("--scale", help="default: 12 communities; city: 110")] = (
        steps.Scale.DEFAULT
    ),
    seed: Annotated[int, typer.Option("--seed", min=0, help="same seed, same bytes")] = 1,
) -> None:
    """Write the input files of the invented sample city."""
    with console.progress() as progress:
        typer.echo(steps.sample(folder, scale=scale, seed=seed, progress=progress))


@app.command()
def serve(
    folder: steps.Folder,
    *,
    host: Annotated[
        str, typer.Option("--host", help="address to listen on; another than this computer needs accounts")
    ] = ("127.0.0.1"),
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="the next free one when taken")] = 8000,
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="open the page in the browser")] = False,
) -> None:
    """Serve a workspace on this computer, or on an address once there are accounts."""
    from api.server import serve as run

    run(steps.workspace_of(folder), port=port, open_page=open_page, host=host)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="workspace of the demonstration")] = Path("demo"),
    *,
    scale: Annotated[steps.Scale, typer.Option("--scale", help="default or city")] = steps.Scale.DEFAULT,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 1,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="open the page in the browser")] = True,
) -> None:
    """Make the sample city, build it, make an account for each role, serve it and open the map."""
    from api.demo import prepare, welcome
    from api.server import serve as run

    workspace = Workspace(folder)
    with console.progress() as progress:
        report, guests = prepare(workspace, scale=scale, seed=seed, progress=progress)
    console.show_report(report, as_json=False)
    run(workspace, port=port, open_page=open_page, welcome=partial(welcome, guests))


planner_cli.add_commands(app)
review_cli.add_commands(app)
today_cli.add_commands(app)
app.add_typer(admin_cli.app, name="admin")
app.add_typer(audit_cli.app, name="audit")
app.add_typer(people_cli.app, name="people")
app.add_typer(ground_cli.app, name="legal-basis")
app.add_typer(emergency_cli.app, name="emergency")
import_cli.add_commands(app)
explain_cli.add_commands(app)
backup_cli.add_commands(app)
retention_cli.add_commands(app)


def main() -> None:
    """Run the command line; say what stopped it and end with the exit code."""
    try:
        app()
    except GridmapError as error:
        if "--json" in sys.argv and isinstance(error, InputError):
            console.print_json({"problems": [problem.as_dict() for problem in error.problems]})
        console.show_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
