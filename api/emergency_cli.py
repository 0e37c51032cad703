"""The commands of emergencies: list, ask, confirm as somebody else, end, review."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated

import typer

from api import console, steps
from gridmap.audit import Audited
from gridmap.tables import Emergency
from gridmap.work import emergencies

app = typer.Typer(name="emergency", help="Names and doors of an area for its helpers, for a set time.",
                  no_args_is_help=True)  # fmt: skip

Name = Annotated[str, typer.Argument(metavar="EMERGENCY", help="such as E0001")]


@app.command("list")
def list_all(
    folder: steps.Folder,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print a machine-readable report on standard output")] = False,
) -> None:
    """List the emergencies, the newest first, and how far each is."""
    with steps.opened(steps.workspace_of(folder)) as store:
        found = emergencies.emergencies(store)
    moment = dt.datetime.now(dt.UTC)
    rows = [{**one.model_dump(mode="json"), "state": str(emergencies.state(one, moment))} for one in found]
    if as_json:
        console.print_json({"emergencies": rows})
        return
    shown = ("emergency_id", "area_id", "state", "asked_by", "confirmed_by", "until_at", "reason")
    console.print_rows(console.spoken("title.emergencies"), shown, rows)


@app.command()
def ask(
    folder: steps.Folder,
    area: Annotated[str, typer.Argument(metavar="AREA", help="id of a district, street, community or grid")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="why, at most 200 characters")],
    hours: Annotated[int, typer.Option("--hours", min=1, max=72, help="how long it lasts once confirmed")] = 24,
) -> None:
    """Ask for an emergency; nothing is opened until somebody else confirms it."""
    _do(folder, lambda store, who: emergencies.ask_emergency(store, area, reason=reason, hours=hours, actor=who))


@app.command()
def confirm(folder: steps.Folder, name: Name) -> None:
    """Open names and doors, as another person than who asked."""
    _do(folder, lambda store, who: emergencies.confirm_emergency(store, name, actor=who))


@app.command()
def end(folder: steps.Folder, name: Name) -> None:
    """End it before its time."""
    _do(folder, lambda store, who: emergencies.end_emergency(store, name, actor=who))


@app.command()
def review(
    folder: steps.Folder, name: Name, *, found: Annotated[str, typer.Option("--found", help="what the review found")]
) -> None:
    """Close an emergency that is over."""
    _do(folder, lambda store, who: emergencies.review_emergency(store, name, found, actor=who))


def _do(folder: steps.Folder, step: Callable[[Audited, str], Emergency]) -> None:
    with steps.opened(steps.workspace_of(folder)) as store:
        done = step(store, steps.actor())
    state = emergencies.state(done, dt.datetime.now(dt.UTC))
    typer.echo(console.spoken("emergency.done", name=done.emergency_id, state=console.word(state, "emergency.state")))
