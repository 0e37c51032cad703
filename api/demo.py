"""The demonstration: what its terminal tells, and the page that opens."""

from collections.abc import Mapping, Sequence

import typer
from fastapi import FastAPI

from api import console, steps
from api.links import Links
from api.steps import Scale
from geodata.workspace import Workspace
from gridmap.errors import WorkspaceMissing
from gridmap.maps import words
from gridmap.tables import AccountRole
from gridmap.tables.report import Report
from gridmap.work import Progress, demo
from gridmap.work.demo import Guest

FIRST = AccountRole.PLANNER
"""As whom the browser opens the demonstration: who sees the whole city."""

BEGINS = {FIRST: "/map.html"}
"""The page that a link leads to, where that is not the home of the role."""


def prepare(workspace: Workspace, *, scale: Scale, seed: int, progress: Progress) -> tuple[Report, tuple[Guest, ...]]:
    """Build the sample city in a workspace that may be thrown away, and make its accounts.

    Raises:
        StoreError: the workspace holds something else.
    """
    try:
        with steps.opened(workspace) as store:
            demo.check_throwaway(store)
    except WorkspaceMissing:
        pass  # nothing is there yet
    city = steps.sample(workspace.folder / "sources", scale=scale, seed=seed, progress=progress)
    report = steps.build(city, workspace, progress, demo=True)
    with steps.opened(workspace) as store:
        return report, demo.invite_guests(store)


def welcome(guests: Sequence[Guest], app: FastAPI, address: str) -> str:
    """Tell accounts, passwords and links at the terminal; return the address to open."""
    links: Links = app.state.links
    word = words.texts(console.Speech.language)
    typer.echo("\n" + console.spoken("demo.guests"))
    for guest in guests:
        link = address + links.make(guest.account_id, BEGINS.get(guest.role, "/"))
        typer.echo(f"  {word[f'as.{guest.role}']} · {_where(guest, word)}")
        typer.echo(f"    {guest.account_id}  {guest.password}\n    {link}")
    typer.echo(console.spoken("demo.over"))
    return address + links.make(FIRST, BEGINS[FIRST])


def _where(guest: Guest, word: Mapping[str, str]) -> str:
    if guest.level:
        return f"{word[f'level.{guest.level}']} {guest.where}"
    return f"{word['account.own']} {guest.where}" if guest.where else word["account.city"]
