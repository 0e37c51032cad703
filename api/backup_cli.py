"""The commands that keep a copy of a workspace elsewhere and put it back."""

from pathlib import Path
from typing import Annotated

import typer

from api import console, steps

File = Annotated[Path, typer.Argument(metavar="FILE", help="the backup", dir_okay=False)]


def backup(
    folder: steps.Folder,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="file to write", dir_okay=False)],
    *,
    verify: Annotated[bool, typer.Option("--verify/--no-verify", help="restore it aside and compare every row")] = True,
) -> None:
    """Write everything into one file that only a passphrase opens, while the service runs."""
    from geodata.backup import back_up

    passphrase = console.ask_secret("backup.ask", confirm=True)
    found = back_up(steps.workspace_of(folder), out, passphrase, verify=verify)
    done = "backup.verified" if verify else "backup.written"
    typer.echo(console.spoken(done, path=out, rows=found.row_count, files=len(found.files)))


def restore(
    file: File, into: Annotated[Path, typer.Option("--into", metavar="DIR", help="workspace to make; not there yet")]
) -> None:
    """Put a backup into a new workspace, all of it or nothing; into a database when GRIDMAP_DATABASE_URL names one."""
    from geodata.backup import restore as put_back

    found = put_back(file, console.ask_secret("backup.ask", confirm=False), steps.workspace_of(into))
    typer.echo(console.spoken("backup.restored", path=into, rows=found.row_count, files=len(found.files)))


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(backup)
    app.command()(restore)
