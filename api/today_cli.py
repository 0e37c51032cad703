"""The grid manager's command: what changed, who has nobody, who is on leave, what is overdue."""

import datetime as dt
from typing import Annotated, Any

import typer

from api import console, steps
from gridmap import work


def add_commands(app: typer.Typer) -> None:
    """Put the grid manager's command into the command line."""
    app.command()(today)


def today(
    folder: steps.Folder,
    *,
    area: Annotated[list[str] | None, typer.Option("--area", metavar="ID", help="grid, community, ...; repeat")] = None,
    since: Annotated[
        dt.datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="first day; yesterday without")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print everything as JSON on standard output")] = False,
) -> None:
    """Tell what changed since yesterday, who has nobody, who is on leave and which hazard sites are overdue."""
    with steps.opened(steps.workspace_of(folder)) as store:
        taken = work.picture(store)
        told = work.morning(store, taken, area or (), since=since.date() if since else None)
    if as_json:
        console.print_json(told)
        return
    names = ", ".join(each["name"] for each in told["areas"]) or told["city"]
    console.print_figures(console.spoken("cli.today", names=names, since=told["since"]), told["figures"])
    if told["began"]:
        typer.echo(console.spoken("cli.began"))
    for title, columns, rows in (
        ("changes", ("noun", "kind", "who", "now"), list(map(_change, told["changes"]))),
        ("nobody", ("care", "id", "name", "home", "grid"), told["gaps"]),
        ("leaves", ("member", "from", "to", "households", "alone"), list(map(_leave, told["leaves"]))),
        ("grounds", ("household_id", "lacking"), list(map(_ground, told["grounds"]))),
        ("overdue", ("hazard_id", "name", "state", "days_over", "exposed_households"), told["overdue"]),
    ):
        console.print_rows(console.spoken(f"title.{title}"), columns, rows)


def _change(line: dict[str, Any]) -> dict[str, object]:
    who = line.get("household") or line["member"]
    went = [each["member_id"] for each in line.get("from", ())]
    came = [each["member_id"] for each in line.get("to", ())]
    hands = " -> ".join(filter(None, (", ".join(went), ", ".join(came))))
    facts = hands or ", ".join(line.get("fields", ()))
    return {
        "noun": line["noun"],
        "kind": line["kind"],
        "who": who.get("household_id") or who.get("member_id"),
        "now": console.spoken("cli.nobody_now", facts=facts) if line["gap"] else facts,
    }


def _ground(line: dict[str, Any]) -> dict[str, object]:
    return {"household_id": line["household_id"], "lacking": console.word(line["lacking"], "lacks")}


def _leave(line: dict[str, Any]) -> dict[str, object]:
    held = line["households"]
    return {
        "member": line["member_id"],
        "from": line["leave_from"],
        "to": line["leave_to"],
        "households": len(held),
        "alone": sum(each["alone"] for each in held),
    }
