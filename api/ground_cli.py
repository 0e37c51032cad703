"""The commands for the ground on which households are kept: list those without, record one, withdraw consent."""

import datetime as dt
from typing import Annotated

import typer

from api import console, steps
from gridmap import duty, lawful, work
from gridmap.tables import Household, Lawfulness, LegalBasis
from gridmap.work import grounds

app = typer.Typer(name="legal-basis", help="On what ground households are kept.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="print a machine-readable report on standard output")]
HouseholdId = Annotated[str, typer.Argument(metavar="HOUSEHOLD", help="id of the household")]
DAY = ["%Y-%m-%d"]


@app.command("list")
def lacking(folder: steps.Folder, *, as_json: AsJson = False) -> None:
    """List the households that no member is shown, and what each lacks: basis, notice, purpose, or withdrawn."""
    with steps.opened(steps.workspace_of(folder)) as store:
        taken = work.picture(store)
    rows = taken.frames[Household]
    rows = rows[duty.present(rows)]
    found = lawful.lacking(rows, taken.day)
    lines = [{"household_id": name, "lacking": said} for name, said in zip(rows["household_id"], found, strict=True)]
    lines = [line for line in lines if line["lacking"]]
    if as_json:
        console.print_json({"households": lines})
        return
    told = [{**line, "lacking": console.word(line["lacking"], "lacks")} for line in lines]
    console.print_rows(console.spoken("title.grounds"), ("household_id", "lacking"), told)


@app.command()
def record(
    folder: steps.Folder,
    household: HouseholdId,
    *,
    basis: Annotated[LegalBasis, typer.Option("--basis", help="the legal basis")],
    notice: Annotated[dt.datetime, typer.Option("--notice", formats=DAY, help="the day on which people were told")],
    purpose: Annotated[str, typer.Option("--purpose", help="what it is done for, at most 80 characters")],
) -> None:
    """Record on what ground a household is kept; a withdrawal of before is over with it."""
    ground = Lawfulness(basis=basis, notice_on=notice.date(), purpose=purpose[:80])
    with steps.opened(steps.workspace_of(folder)) as store:
        grounds.record_ground(store, store, household, ground)
    typer.echo(console.spoken("ground.recorded", household=household))


@app.command()
def withdraw(
    folder: steps.Folder,
    household: HouseholdId,
    *,
    on: Annotated[dt.datetime | None, typer.Option("--on", formats=DAY, help="first day; today without")] = None,
) -> None:
    """Record that consent was withdrawn: members are not shown the household from that day on."""
    with steps.opened(steps.workspace_of(folder)) as store:
        grounds.withdraw_consent(store, store, household, on.date() if on else work.local_day())
    typer.echo(console.spoken("ground.withdrawn", household=household))
