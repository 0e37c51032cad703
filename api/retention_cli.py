"""The command that lets go of what is personal when its time is over: retention."""

import datetime as dt
from dataclasses import asdict
from typing import Annotated

import typer

from api import console, steps
from api.settings import read_settings
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import Job, RetentionRules
from gridmap.work import Letting, jobs

AsJson = Annotated[bool, typer.Option("--json", help="print a machine-readable report on standard output")]


def retention(
    folder: steps.Folder,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="let it go; without, only say what would go")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what is kept longer than its time; with --apply empty or remove it, keeping the counts."""
    settings, workspace = read_settings(), steps.workspace_of(folder)
    with steps.opened(workspace) as store:
        found = work.retain(store, settings.retention_rules(), audit_days=settings.audit_days, apply=apply)
        named = work.photos_named(store)
    found += _beside(workspace, settings.retention_rules(), named, apply=apply)
    if apply:
        workspace.compact()
    if as_json:
        console.print_json({"applied": apply, "lets_go": [asdict(one) for one in found]})
        return
    if found:
        console.print_rows("Retention", ("noun", "count", "removed", "rule", "days"), [asdict(one) for one in found])
    said = "retention.done" if apply else "retention.dry" if found else "retention.nothing"
    typer.echo(console.spoken(said, folder=folder))


def _beside(workspace: Workspace, rules: RetentionRules, named: set[str], *, apply: bool) -> list[Letting]:
    """Let go of what lies beside the database: files that were brought in, photos that no row names, ended jobs."""
    from geodata.exports import forget_old
    from geodata.photos import forget_unnamed
    from geodata.uploads import old_uploads

    uploads = old_uploads(workspace.folder, rules.keep_upload_days * 24 * 3600)
    if apply:
        for path in uploads:
            path.unlink(missing_ok=True)
        forget_unnamed(workspace.folder, named)
        forget_old(workspace.folder)
    queue = workspace.open_jobs()
    try:
        ended = jobs.forget(queue, days=rules.keep_job_days, now=dt.datetime.now(dt.UTC), apply=apply)
    finally:
        queue.close()
    found = [
        Letting("keep_upload_days", rules.keep_upload_days, "upload", len(uploads), removed=True),
        Letting("keep_job_days", rules.keep_job_days, Job.table, len(ended), removed=True),
    ]
    return [one for one in found if one.count]


def add_commands(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(retention)
