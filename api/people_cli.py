"""The commands for rows that may be one person: list the pairs, merge two, keep two apart, undo."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api import console, doubles, steps
from gridmap.errors import DecisionsRefused, InputError, Problem
from gridmap.maps.words import texts
from gridmap.phrases import told
from gridmap.store import Store
from gridmap.tables import Merge, MergeKind, Side
from gridmap.work import merges
from gridmap.work.merges import Judgement

MOST_PAIRS = 10_000

app = typer.Typer(name="people", help="Rows that may be one person.", no_args_is_help=True)

OfSide = Annotated[Side, typer.Option("--side", help="whose ledger")]
AsJson = Annotated[bool, typer.Option("--json", help="print a machine-readable report on standard output")]
Kept = Annotated[str, typer.Argument(metavar="KEPT", help="id of the row that stands for the person")]
Other = Annotated[str, typer.Argument(metavar="OTHER", help="id of the other row")]


@app.command("list")
def list_pairs(
    folder: steps.Folder,
    *,
    side: OfSide = Side.HOUSEHOLD,
    limit: Annotated[int, typer.Option("--limit", min=1, help="pairs to show")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the pairs that may be one person, surest first, with the signs for it; personal values masked."""
    with steps.opened(steps.workspace_of(folder)) as store:
        found = merges.doubles(store, side, limit=limit)
    pairs = doubles.told(found)
    if as_json:
        console.print_json({"total": found.total, "pairs": pairs})
        return
    said = texts(console.Speech.language)
    rows = [
        {"first": pair["rows"][0]["id"], "second": pair["rows"][1]["id"], "keep": pair["keep_id"],
         "reason": " · ".join(said[f"people.sign.{sign}"] for sign in pair["signs"])}
        for pair in pairs
    ]  # fmt: skip
    console.print_rows(console.word("duplicates", "title"), ("first", "second", "keep", "reason"), rows)


@app.command()
def merge(
    folder: steps.Folder,
    kept: Kept,
    other: Other,
    *,
    side: OfSide = Side.HOUSEHOLD,
    fill: Annotated[bool, typer.Option(help="take over telephone and the like that KEPT lacks")] = True,
    as_json: AsJson = False,
) -> None:
    """Make one person of two rows: OTHER stays in the ledger but counts no more, its pairings follow KEPT."""
    _judge(folder, side, Judgement(kept, other, MergeKind.SAME, fill=fill), as_json=as_json)


@app.command()
def apart(
    folder: steps.Folder, kept: Kept, other: Other, *, side: OfSide = Side.HOUSEHOLD, as_json: AsJson = False
) -> None:
    """Say that two rows are two people, so that nobody is asked about them again."""
    _judge(folder, side, Judgement(kept, other, MergeKind.DIFFERENT), as_json=as_json)


@app.command()
def undo(
    folder: steps.Folder,
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="such as M000012")],
    *,
    as_json: AsJson = False,
) -> None:
    """Undo a decision; what was changed since stays and is said."""
    with steps.opened(steps.workspace_of(folder)) as store:
        undone = merges.undo(store, decision, actor=steps.actor())
    stays = [told(one, console.Speech.language) for one in undone.stays]
    _show(undone.merge, as_json=as_json, stays=stays)


@app.command()
def sheet(
    folder: steps.Folder,
    *,
    out: Annotated[Path | None, typer.Option("--out", help="write the pairs to judge: .csv or .xlsx")] = None,
    filled: Annotated[Path | None, typer.Option("--in", help="read the table back when 选择 is filled in")] = None,
    side: OfSide = Side.HOUSEHOLD,
    as_json: AsJson = False,
) -> None:
    """Judge pairs in a table: --out writes those that wait, --in keeps what was chosen, all or nothing."""
    report: dict[str, Any] = {}
    with steps.opened(steps.workspace_of(folder)) as store:
        if filled:
            report["kept"] = _keep(store, side, filled)
        found = merges.doubles(store, side, limit=MOST_PAIRS if out else 1)
        if out:
            _write(doubles.told(found), out)
            report["written"] = len(found.pairs)
        report["waiting"] = found.total
    if as_json:
        console.print_json(report)
    else:
        console.print_figures("people", report | {"kept": len(report["kept"])} if filled else report)


def _write(pairs: list[dict[str, Any]], path: Path) -> None:
    from geodata.people_sheet import write_pairs

    try:
        write_pairs(pairs, path)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from error


def _keep(store: Store, side: Side, path: Path) -> list[str]:
    """Keep what a table chose, all or nothing."""
    from geodata.people_sheet import read_pairs

    rows = read_pairs(path)
    said = [Judgement(row.kept_id, row.merged_id, row.kind, seen=row.seen) for row in rows]
    try:
        return [made.merge_id for made in merges.judge_all(store, side, said, actor=steps.actor())]
    except DecisionsRefused as error:
        problems = [
            Problem(path.name, rows[at].number, "选择", "merge.refused", str(one)) for at, one in error.against.items()
        ]
        raise InputError(problems) from error


def _judge(folder: steps.Folder, side: Side, said: Judgement, *, as_json: bool) -> None:
    with steps.opened(steps.workspace_of(folder)) as store:
        made = merges.judge(store, side, said, actor=steps.actor())
    _show(made, as_json=as_json)


def _show(made: Merge, *, as_json: bool, stays: list[str] | None = None) -> None:
    if as_json:
        console.print_json(doubles.of_merge(made) | ({} if stays is None else {"stays": stays}))
        return
    done = "merge.done.undone" if stays is not None else f"merge.done.{made.kind}"
    typer.echo(console.spoken(done, merge=made.merge_id, kept=made.kept_id, merged=made.merged_id))
    for line in stays or []:
        typer.echo(f"  {line}")
