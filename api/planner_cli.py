"""The planner's commands: propose, proposals, apply, refuse, undo."""

import json
from typing import Annotated, Any

import typer

from api import console, steps
from api.settings import read_settings
from gridmap import work
from gridmap.tables import Proposal, ProposalRules
from gridmap.work import Proposed

SHOWN = ("number", "kind", "household_id", "from_member_id", "to_member_id", "distance_before_m", "distance_after_m")

AsJson = Annotated[bool, typer.Option("--json", help="print a machine-readable report on standard output")]
Name = Annotated[str, typer.Argument(metavar="PROPOSAL", help="its number, such as P0001")]


def facts(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as JSON values, its inner JSON read."""
    plain: dict[str, Any] = proposal.model_dump(mode="json", exclude={"base_digest"})
    return plain | {name: json.loads(plain[name]) for name in ("rules", "standings", "figures")}


def moves(found: Proposed) -> list[dict[str, Any]]:
    """Return the moves of a proposal as JSON values, its inner JSON read."""
    rows = json.loads(found.moves.drop(columns="proposal_id").to_json(orient="records", force_ascii=False))
    return [row | {"changes": json.loads(row["changes"])} for row in rows]


def _show(found: Proposed, *, as_json: bool) -> None:
    if as_json:
        console.print_json({"proposal": facts(found.proposal), "moves": moves(found)})
        return
    kept = facts(found.proposal)
    figures = kept["figures"]
    console.show_obstacles(figures.get("obstacles", []))
    console.print_figures(
        f"{found.proposal.proposal_id} · {found.proposal.area_id} · {console.word(found.proposal.status, 'status')}",
        {
            "changes": console.spoken("cli.of_at_most", count=len(found.moves), limit=found.proposal.max_changes),
            console.word("places_filled"): console.spoken(
                "cli.filled", before=figures["filled_before"], after=figures["filled_after"], places=figures["places"]
            ),
            console.word("least_changes"): f"{figures['least_changes']} -> {figures['least_filled']}",
            "gaps": f"{figures['before']['gaps']} -> {figures['after']['gaps']}",
            "walking_m": f"{figures['before']['total_distance_m']} -> {figures['after']['total_distance_m']}",
            "proven": figures["optimal"],
        },
    )
    console.print_rows(console.spoken("title.moves"), SHOWN, moves(found))


def add_commands(app: typer.Typer) -> None:
    """Put the planner's commands into the command line."""
    for command in (propose, proposals, apply, refuse, undo):
        app.command()(command)


def propose(
    folder: steps.Folder,
    *,
    area: Annotated[str, typer.Option("--area", help="id of an area of any level, or `city`")],
    max_changes: Annotated[int, typer.Option("--max-changes", min=0, max=100_000, help="hard limit")],
    lock: Annotated[list[str] | None, typer.Option("--lock", metavar="PAIRING", help="must stay")] = None,
    leave: Annotated[list[str] | None, typer.Option("--leave", metavar="MEMBER", help="goes on leave")] = None,
    as_json: AsJson = False,
) -> None:
    """Propose the most places filled, then the least walking, within a number of changes."""
    rules = ProposalRules(locks=tuple(lock or ()), leaves=tuple(leave or ()))
    with steps.opened(steps.workspace_of(folder)) as store:
        found = work.propose(
            store,
            area,
            max_changes=max_changes,
            rules=rules,
            actor=steps.actor(),
            time_limit_s=read_settings().time_limit_s,
        )
    _show(found, as_json=as_json)
    if not as_json:
        typer.echo("\n" + console.spoken("cli.apply_it", folder=folder, proposal=found.proposal.proposal_id))


def proposals(folder: steps.Folder, *, as_json: AsJson = False) -> None:
    """List the proposals, the newest first."""
    with steps.opened(steps.workspace_of(folder)) as store:
        kept = [facts(proposal) for proposal in work.proposed_before(store)]
    if as_json:
        console.print_json({"proposals": kept})
    else:
        shown = ("proposal_id", "area_id", "status", "max_changes", "made_at", "made_by", "reverses", "closed_reason")
        console.print_rows(console.spoken("title.proposals"), shown, kept)


def apply(
    folder: steps.Folder,
    proposal: Name,
    *,
    only: Annotated[list[int] | None, typer.Option("--only", metavar="MOVE", help="number of a move; repeat")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the moves of a proposal, all or some, in one transaction."""
    with steps.opened(steps.workspace_of(folder)) as store:
        done = work.apply(store, proposal, only=only, actor=steps.actor())
    _done(done, "cli.done.apply", as_json=as_json, folder=folder, proposal=proposal)


def refuse(
    folder: steps.Folder,
    proposal: Name,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="WHY", help="stays in the history")],
    as_json: AsJson = False,
) -> None:
    """Refuse a proposal: none of its moves are made, the reason stays in the history."""
    with steps.opened(steps.workspace_of(folder)) as store:
        done = work.refuse(store, proposal, reason=reason, actor=steps.actor())
    if as_json:
        _show(done, as_json=True)
    else:
        typer.echo(console.spoken("cli.done.refuse", proposal=proposal))


def undo(folder: steps.Folder, proposal: Name, *, as_json: AsJson = False) -> None:
    """Undo an applied proposal by one that reverses it."""
    with steps.opened(steps.workspace_of(folder)) as store:
        done = work.reverse(store, proposal, actor=steps.actor())
    _done(done, "cli.done.undo", as_json=as_json, undo=done.proposal.proposal_id, proposal=proposal)


def _done(done: Proposed, phrase: str, *, as_json: bool, **names: object) -> None:
    if as_json:
        _show(done, as_json=True)
    else:
        made = int(done.moves["accepted"].sum())
        typer.echo(console.spoken(phrase, made=made, count=len(done.moves), **names))
