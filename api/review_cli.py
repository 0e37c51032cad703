"""The reviewer's command: the queue as a table to fill in, and back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api import console, steps
from api.queued import told
from gridmap.errors import DecisionsRefused, InputError, Problem
from gridmap.tables import Side
from gridmap.work.decisions import Choice
from gridmap.work.review import Desk, Said

MOST_ROWS = 100_000
COLUMNS = {"DecisionMissing": "编号", "StaleRow": "状态码"}


def add_commands(app: typer.Typer) -> None:
    """Put the reviewer's command into the command line."""
    app.command()(review)


def review(
    folder: steps.Folder,
    *,
    out: Annotated[Path | None, typer.Option("--out", help="write the rows that wait: .csv or .xlsx")] = None,
    filled: Annotated[Path | None, typer.Option("--in", help="read the table back when 选择 is filled in")] = None,
    undo: Annotated[str | None, typer.Option("--undo", metavar="DECISION", help="such as L000012")] = None,
    side: Annotated[Side, typer.Option("--side", help="whose places")] = Side.HOUSEHOLD,
    area: Annotated[str | None, typer.Option("--area", help="a community, street or district")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print a machine-readable report")] = False,
) -> None:
    """Review places in a table: --out writes those that wait, --in keeps what was chosen, --undo takes one back."""
    with steps.opened(steps.workspace_of(folder)) as store:
        desk = Desk(store)
        report: dict[str, Any] = {}
        if undo:
            desk.undo(undo, actor=steps.actor())
            report["undone"] = undo
        if filled:
            report["kept"] = _keep(desk, side, filled)
        queue = desk.queue(side, area_id=area, limit=MOST_ROWS if out else 1)
        if out:
            _write(told(queue, "zh"), out)
            report["written"] = len(queue.people)
        report |= {"waiting": queue.open_count, "decided": queue.decided_count}
    if as_json:
        console.print_json(report)
    else:
        console.print_figures("review", report | {"kept": len(report["kept"])} if filled else report)


def _write(rows: list[dict[str, Any]], path: Path) -> None:
    from geodata.review_sheet import write_sheet

    try:
        write_sheet(rows, path)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from error


def _keep(desk: Desk, side: Side, path: Path) -> list[str]:
    """Keep what a table chose, all or nothing."""
    from geodata.review_sheet import read_sheet

    rows = read_sheet(path)
    said = [Said(row.person_id, Choice(row.kind, target=row.target, point=row.point), row.seen) for row in rows]
    try:
        return desk.decide_all(side, said, actor=steps.actor())
    except DecisionsRefused as error:
        problems = [
            Problem(path.name, rows[at].number, COLUMNS.get(type(one).__name__, "选择"), "review.refused", str(one))
            for at, one in error.against.items()
        ]
        raise InputError(problems) from error
