"""The commands of imports: import, imports."""

import datetime as dt
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from api import console, intakes, steps
from geodata.workspace import Workspace
from gridmap import work
from gridmap.errors import InputError, Problem
from gridmap.phrases import say
from gridmap.store import Store
from gridmap.tables import Import, ImportKind, LegalBasis, Level
from gridmap.work import Outcome

AsJson = Annotated[bool, typer.Option("--json", help="print a machine-readable report on standard output")]
COUNTS = ("added", "changed", "unchanged", "removed", "refused", "joined", "held_back")


class Taken(StrEnum):
    """What a file may be taken for: a ledger, or polygons of a level of area."""

    HOUSEHOLDS = "households"
    MEMBERS = "members"
    GRID_WORKERS = "grid-workers"
    BUILDINGS = "buildings"
    HAZARDS = "hazards"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"
    COMPOUND = "compound"
    BUILDING = "building"


def facts(found: Import) -> dict[str, Any]:
    """Return an import as JSON values, its inner JSON read."""
    plain: dict[str, Any] = found.model_dump(mode="json", exclude={"sha256"})
    return plain | {name: json.loads(plain[name]) for name in ("guess", "columns", "report")}


def add_commands(app: typer.Typer) -> None:
    """Put the commands of imports into the command line."""
    app.command("import")(bring_in)
    app.command()(imports)


def _decided(taken: Taken | None, maps: list[str] | None, scope: str, headers: list[str]) -> dict[str, Any]:
    decided: dict[str, Any] = {"scope": scope}
    if taken is not None:
        polygons = taken.value in {str(level) for level in Level}
        decided["kind"] = ImportKind.POLYGONS if polygons else ImportKind(taken.value.replace("-", "_"))
        decided["level"] = taken.value if polygons else None
    if maps:
        pairs = [pair.partition("=") for pair in maps]
        wrong = [header for header, _, _ in pairs if header not in headers]
        if wrong:
            said = say("column.absent", name=wrong[0], names=headers)
            raise InputError([Problem("request", None, "--map", "column.missing", said)])
        decided["columns"] = {header: ours for header, _, ours in pairs}
    return decided


def bring_in(  # noqa: PLR0913  the options of a command are its arguments
    folder: steps.Folder,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="XLSX, CSV, GeoPackage, zipped Shapefile")] = None,
    *,
    taken: Annotated[Taken | None, typer.Option("--as", help="what the file is; recognised without it")] = None,
    maps: Annotated[
        list[str] | None, typer.Option("--map", metavar="HEADER=OURS", help="read a column into ours; empty: not")
    ] = None,
    sender: Annotated[str, typer.Option("--sender", help="who sends such files; its mapping is remembered")] = "",
    scope: Annotated[
        str, typer.Option("--scope", help="add; or all, or community:ID, of which the file is the whole")
    ] = "add",
    basis: Annotated[
        LegalBasis | None, typer.Option("--legal-basis", help="of households that the file states none for")
    ] = None,
    notice: Annotated[
        dt.datetime | None, typer.Option("--notice", formats=["%Y-%m-%d"], help="with it: the day of the notice")
    ] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="with it: what for")] = None,
    points: Annotated[
        str | None,
        typer.Option("--points", metavar="READING", help="auto, wgs84, gcj02, bd09, EPSG:4547, 'gcj02 swapped', none"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would happen; change nothing")] = False,
    undo: Annotated[str | None, typer.Option("--undo", metavar="IMPORT", help="undo a whole import")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring in a ledger or a layer as an office sends it; or undo an import."""
    if (file is None) == (undo is None):
        raise typer.BadParameter("name a FILE to bring in, or an import to --undo")
    workspace = steps.workspace_of(folder)
    with console.progress() as progress, steps.opened(workspace) as store:
        if undo is not None:
            done = intakes.take_back(workspace, store, undo, actor=steps.actor())
            _show(done, work.outcome_of(done), as_json=as_json)
            return
        assert file is not None  # noqa: S101  one of the two is there
        found = intakes.take_in(
            workspace, store, file.name, intakes.load_file(file), sender=sender, actor=steps.actor()
        )
        headers = json.loads(found.guess)["headers"]
        decided = _decided(taken, None, scope, headers) | ({} if points is None else {"points": points})
        if basis:
            decided |= {"legal_basis": basis, "notice_on": notice and notice.date(), "purpose": purpose}
        found = intakes.decide(store, found.import_id, decided)
        if maps:
            columns = json.loads(found.columns) | _decided(None, maps, scope, headers)["columns"]
            found = intakes.decide(store, found.import_id, {"columns": columns})
        outcome = intakes.preview(workspace, store, found.import_id)[0]
        if dry_run:
            found = intakes.discard(workspace, store, found.import_id, actor=steps.actor())
        else:
            found = _bring_in(workspace, store, found.import_id, progress)
            outcome = work.outcome_of(found)
    _show(found, outcome, as_json=as_json)
    if not as_json and not dry_run:
        typer.echo(f"Undo it: gridmap import {folder} --undo {found.import_id}")


def _bring_in(workspace: Workspace, store: Store, import_id: str, progress: work.Progress) -> Import:
    """Bring a file in; one that is stopped by an open question is closed, since the command has to be given anew."""
    try:
        return intakes.bring_in(workspace, store, import_id, actor=steps.actor(), progress=progress)
    except InputError:
        intakes.discard(workspace, store, import_id, actor=steps.actor())
        raise


def _show(found: Import, outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        console.print_json(facts(found) | {"outcome": json.loads(outcome.as_json())})
        return
    console.show_problems(outcome.problems)
    guess = json.loads(found.guess)
    unread = [header for header in guess["headers"] if header not in json.loads(found.columns)]
    console.print_figures(
        f"{found.import_id} · {found.file} · {found.kind} · {found.status}",
        {
            "looks like": f"{guess['kind']} ({guess['word']}, {guess['certainty']}): {', '.join(guess['why'])}",
            **{name.replace("_", " "): outcome.counts.get(name, 0) for name in COUNTS},
            "columns that are not read": ", ".join(unread) or "none",
            **{f"located: {name}": number for name, number in outcome.located.items()},
        },
    )


def imports(folder: steps.Folder, *, as_json: AsJson = False) -> None:
    """List the imports, the newest first."""
    with steps.opened(steps.workspace_of(folder)) as store:
        kept = [facts(found) for found in work.imported_before(store)]
    if as_json:
        console.print_json({"imports": kept})
    else:
        shown = ("import_id", "file", "sender", "kind", "status", "scope", "made_at", "made_by")
        console.print_rows("Imports", shown, kept)
