"""The commands of the audit reader: verify, list, export, trim."""

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from api import console, steps
from api.settings import read_settings
from gridmap import work
from gridmap.tables import AuditAction
from gridmap.work import AuditQuery

app = typer.Typer(name="audit", help="The audit log: who did what, when, from where.", no_args_is_help=True)

SHOWN = ("number", "made_at", "actor", "source", "action", "noun", "subject", "row_count", "purpose")
DAY = ["%Y-%m-%d"]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="NAME=VALUE", help="actor, action, noun or subject, such as action=export; repeat"),
]
From = Annotated[dt.datetime | None, typer.Option("--from", formats=DAY, help="first day (UTC)")]
To = Annotated[dt.datetime | None, typer.Option("--to", formats=DAY, help="last day (UTC)")]
AsJson = Annotated[bool, typer.Option("--json", help="print a machine-readable report on standard output")]


def _query(where: list[str] | None, first: dt.datetime | None, last: dt.datetime | None) -> AuditQuery:
    wanted: dict[str, list[str]] = {"actor": [], "action": [], "noun": [], "subject": []}
    for text in where or []:
        name, _, value = text.partition("=")
        if name not in wanted or (name == "action" and value not in set(AuditAction)):
            acts = ", ".join(AuditAction)
            message = console.spoken("audit.where", text=text, acts=acts)
            raise typer.BadParameter(message, param_hint="--where")
        wanted[name].append(value)
    return AuditQuery(
        actors=wanted["actor"],
        actions=[AuditAction(value) for value in wanted["action"]],
        nouns=wanted["noun"],
        subjects=wanted["subject"],
        first=first.replace(tzinfo=dt.UTC) if first else None,
        before=last.replace(tzinfo=dt.UTC) + dt.timedelta(days=1) if last else None,
    )


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rows.to_json(orient="records", date_format="iso", force_ascii=False))
    return found


@app.command()
def verify(
    folder: steps.Folder,
    *,
    noted: Annotated[
        list[str] | None, typer.Option("--noted", metavar="NUMBER:DIGEST", help="a line noted down earlier; repeat")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look whether a line was removed, changed, moved or put in; exit code 1 with the place if so."""
    wanted = [_noted(text) for text in noted or []]
    with steps.opened(steps.workspace_of(folder)) as store:
        found = work.verify_audit(store, wanted)
    if as_json:
        faults = [{"number": fault.number, "message": fault.message} for fault in found.faults]
        console.print_json({"entries": found.entries, "number": found.number, "digest": found.digest, "faults": faults})
    elif found.faults:
        for fault in found.faults[: console.SHOWN]:
            said = console.spoken("audit.line", number=fault.number, said=fault.message)
            console.error_console.print(f"[red]✗[/] {said}", soft_wrap=True, highlight=False)
    else:
        typer.echo(console.spoken("audit.whole", count=found.entries, number=found.number, digest=found.digest))
    if found.faults:
        raise typer.Exit(1)


def _noted(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise typer.BadParameter(console.spoken("audit.note_form"), param_hint="--noted")
    return int(number), digest


@app.command("list")
def list_lines(
    folder: steps.Folder,
    *,
    where: Where = None,
    first: From = None,
    last: To = None,
    most: Annotated[int, typer.Option("--last", min=1, help="so many lines, the newest")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show lines of the log, the newest last."""
    with steps.opened(steps.workspace_of(folder)) as store:
        rows = work.audit_log(store, _query(where, first, last))
    records = _records(rows.tail(most))
    if as_json:
        console.print_json({"entries": records})
    else:
        console.print_rows("Audit log", SHOWN, records)


@app.command()
def export(
    folder: steps.Folder,
    *,
    out: Annotated[Path, typer.Option("--out", help="file to write: .csv or .xlsx")],
    where: Where = None,
    first: From = None,
    last: To = None,
    reason: Annotated[str | None, typer.Option("--reason", help="why; kept in the log")] = None,
) -> None:
    """Write lines of the log to a file; the log records that too."""
    from geodata.export import write_table

    form = out.suffix.lstrip(".").lower()
    if form not in {"csv", "xlsx"}:
        raise typer.BadParameter(console.spoken("audit.form"), param_hint="--out")
    asked = _query(where, first, last)
    with steps.opened(steps.workspace_of(folder)) as store:
        rows = work.export_audit(store, asked, form=form, reason=reason)
    write_table(rows, out, form)
    typer.echo(console.spoken("audit.written", path=out, count=len(rows)))


@app.command()
def trim(folder: steps.Folder) -> None:
    """Let go of lines older than GRIDMAP_AUDIT_DAYS (183 or more); the rest can still be verified."""
    days = read_settings().audit_days
    with steps.opened(steps.workspace_of(folder)) as store:
        count = work.trim_audit(store, days=days)
        faults = work.verify_audit(store).faults
    if faults:
        console.error_console.print(f"[red]✗[/] {console.spoken('audit.left')}")
        raise typer.Exit(1)
    typer.echo(console.spoken("audit.trimmed", count=count, days=days))
