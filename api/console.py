"""Talk to the person at the terminal: progress, problems, tables; quiet where there is no terminal."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.language import of_terminal
from gridmap.coverage import Coverage
from gridmap.errors import GridmapError, InputError, Problem, Severity
from gridmap.phrases import PHRASES, Language, say, told
from gridmap.tables.report import Report

error_console = Console(stderr=True)
SHOWN = 50
REPORT_PARTS = ("areas", "buildings", "households", "members", "pairing", "coverage", "hazards", "seconds")
MARKS = {Severity.ERROR: "[red]✗[/]", Severity.WARNING: "[yellow]![/]", Severity.NOTE: "[blue]i[/]"}


class Speech:
    """The language in which this process talks at the terminal."""

    language: Language = of_terminal()


def spoken(phrase: str, **values: object) -> str:
    """Say a phrase in the language of the terminal."""
    return told(say(phrase, **values), Speech.language)


def word(name: str, kind: str = "name") -> str:
    """Return the word for a heading, a figure or a step; one without a word of ours stands for itself."""
    phrase = f"{kind}.{name}"
    return spoken(phrase) if phrase in PHRASES else name.replace("_", " ")


def ask_secret(phrase: str, *, confirm: bool) -> str:
    """Ask for a password on a terminal without showing it; read a line where there is none."""
    if sys.stdin.isatty():
        return str(typer.prompt(spoken(phrase), hide_input=True, confirmation_prompt=confirm))
    return sys.stdin.readline().rstrip("\n")


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar per piece of long work on the terminal; show nothing elsewhere."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=error_console,
        disable=not error_console.is_terminal,
    )
    tasks: dict[str, Any] = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(escape(word(what, "progress")), total=total)
        bar.update(tasks[what], completed=done, total=total)

    with bar:
        yield report


def show_problems(problems: Sequence[Problem]) -> None:
    """Print problems, the gravest first, cut at a screenful."""
    order = list(Severity)
    for problem in sorted(problems, key=lambda problem: order.index(problem.severity))[:SHOWN]:
        error_console.print(
            f"{MARKS[problem.severity]} {escape(problem.told(Speech.language))}", soft_wrap=True, highlight=False
        )
    if len(problems) > SHOWN:
        error_console.print(spoken("cli.more", count=len(problems) - SHOWN))


def show_obstacles(found: Sequence[Mapping[str, Any]]) -> None:
    """Print what stands in the way of a plan, cut at a screenful."""
    for said in found[:SHOWN]:
        error_console.print(f"{MARKS[Severity.WARNING]} {escape(said[Speech.language])}", soft_wrap=True)


def show_error(error: GridmapError) -> None:
    """Say what stopped the work and what to do."""
    if isinstance(error, InputError):
        show_problems(error.problems)
        stops = sum(problem.severity is Severity.ERROR for problem in error.problems)
        error_console.print(f"[red]{spoken('cli.stopped', count=stops)}[/]")
    else:
        error_console.print(f"[red]✗[/] {escape(error.told(Speech.language))}", soft_wrap=True, highlight=False)


def print_json(value: object) -> None:
    """Print a machine-readable report on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def named(path: str) -> str:
    """Return the words for the dotted name of a figure."""
    return path if Speech.language == "en" else ".".join(word(part) for part in path.split("."))


def print_figures(title: str, figures: Mapping[str, object]) -> None:
    """Print a short table of figures."""
    table = Table(title=escape(title), show_header=False, title_justify="left")
    for name, value in figures.items():
        table.add_row(
            named(name), f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
        )
    Console().print(table)


def print_changes(changes: Mapping[str, Mapping[str, int]]) -> None:
    """Print how many rows of each noun a load added, changed and removed."""
    table = Table(title=spoken("title.loaded"), title_justify="left")
    for heading in ("noun", "added", "changed", "removed", "unchanged"):
        table.add_column(named(heading), justify="left" if heading == "noun" else "right")
    for noun, counts in changes.items():
        table.add_row(noun, *(f"{counts[name]:,}" for name in ("added", "changed", "removed", "unchanged")))
    Console().print(table)


def show_counts(title: str, counts: Mapping[str, object], *, as_json: bool) -> None:
    """Print what a step counted."""
    if as_json:
        print_json(counts)
    else:
        print_figures(title, _flat(counts))


def show_report(report: Report, *, as_json: bool) -> None:
    """Print the report of a build."""
    if as_json:
        print_json(report.model_dump(mode="json"))
        return
    problems = [Problem(**{**found, "severity": Severity(found["severity"])}) for found in report.problems]
    # what stands in the way of the pairing was said before it began
    show_problems([problem for problem in problems if not problem.code.startswith("rules.")])
    figures = report.model_dump(mode="json", include=set(REPORT_PARTS))
    print_figures(f"{report.city} · {report.day}", _flat({name: figures[name] for name in REPORT_PARTS}))


def _flat(counts: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in counts.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def show_coverage(measured: Coverage, *, as_json: bool) -> None:
    """Print coverage by area, down to the communities on a terminal."""
    rows = measured.areas
    if as_json:
        sys.stdout.write(rows.to_json(orient="records", force_ascii=False, indent=1) + "\n")
        return
    table = Table(title=spoken("title.coverage"), title_justify="left")
    shown = ["level", "name", "households", "with_pairing", "with_named_person", "full_team", "cover_needed", "gaps"]
    for heading in shown:
        table.add_column(named(heading), justify="left" if heading in ("level", "name") else "right")
    for row in rows[~rows["level"].isin(["grid", "compound", "building"])][shown].itertuples(index=False):
        table.add_row(*(escape(str(value)) for value in row))
    Console().print(table)


def print_rows(title: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as a table with the columns named."""
    table = Table(title=escape(title), title_justify="left")
    for name in names:
        table.add_column(word(name), overflow="fold")
    for row in rows:
        table.add_row(*("" if row[name] is None else escape(str(row[name])) for name in names))
    Console().print(table)
