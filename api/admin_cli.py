"""The administrator's commands: accounts, their roles, and tokens of programs."""

import datetime as dt
import json
from typing import Annotated

import pandas as pd
import typer

from api import console, steps
from api.oidc import provider_of
from api.settings import read_settings
from gridmap import accounts, work
from gridmap.errors import AccountError
from gridmap.phrases import say
from gridmap.tables import AccountRole, TokenScope

app = typer.Typer(name="admin", help="Accounts, their roles, and tokens of programs.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="the name to sign in with")]
DAYS = ["%Y-%m-%d"]
AsJson = Annotated[bool, typer.Option("--json", help="print a machine-readable report on standard output")]


@app.command()
def create(
    folder: steps.Folder,
    name: Name,
    *,
    one_time: Annotated[
        bool, typer.Option("--one-time", help="print a password to be changed at the first sign-in")
    ] = False,
) -> None:
    """Make an account; from the first one on everybody who opens a page signs in."""
    password = accounts.one_time_password() if one_time else console.ask_secret("admin.password", confirm=True)
    rules = read_settings().account_rules()
    with steps.opened(steps.workspace_of(folder)) as store:
        work.create_account(store, name, password, must_change=one_time, rules=rules)
    done = "admin.shown" if one_time else "admin.made"
    typer.echo(console.spoken(done, name=name, password=password))


@app.command("list")
def list_accounts(folder: steps.Folder, *, as_json: AsJson = False) -> None:
    """List the accounts."""
    with steps.opened(steps.workspace_of(folder)) as store:
        rows = work.accounts_of(store)
    _show("Accounts", rows, ("account_id", "must_change", "made_at", "password_at", "ended_at"), as_json=as_json)


@app.command()
def reset(folder: steps.Folder, name: Name) -> None:
    """Print a new one-time password; unlock the account and end its sessions."""
    password = accounts.one_time_password()
    with steps.opened(steps.workspace_of(folder)) as store:
        work.set_password(store, name, password, must_change=True, rules=read_settings().account_rules())
    typer.echo(console.spoken("admin.shown", name=name, password=password))


@app.command()
def end(folder: steps.Folder, name: Name) -> None:
    """End an account with its sessions and tokens; what it did stays in the audit log."""
    with steps.opened(steps.workspace_of(folder)) as store:
        work.end_account(store, name)
    typer.echo(console.spoken("admin.ended", name=name))


@app.command("grant")
def give(
    folder: steps.Folder,
    name: Name,
    role: Annotated[AccountRole, typer.Argument(metavar="ROLE", help=", ".join(AccountRole))],
    *,
    area: Annotated[str | None, typer.Option("--area", metavar="ID", help="the whole city without")] = None,
    member: Annotated[str | None, typer.Option("--member", metavar="ID", help="whose households")] = None,
    first: Annotated[dt.datetime | None, typer.Option("--from", formats=DAYS, help="first day; today without")] = None,
    last: Annotated[dt.datetime | None, typer.Option("--until", formats=DAYS, help="last day")] = None,
) -> None:
    """Give an account a role, for an area or the whole city; docs/roles.md says what each role opens."""
    days = first.date() if first else None, last.date() if last else None
    with steps.opened(steps.workspace_of(folder)) as store:
        made = work.grant(store, name, role, work.Whose(area, member), days=days, actor=steps.actor())
    typer.echo(console.spoken("admin.granted", name=name, role=role, grant=made.grant_id))


@app.command()
def grants(folder: steps.Folder, *, as_json: AsJson = False) -> None:
    """List who has which role, where, and until when."""
    with steps.opened(steps.workspace_of(folder)) as store:
        rows = work.grants_of(store)
    shown = ("grant_id", "account_id", "role", "level", "area_id", "member_id", "from_on", "until_on", "ended_at")
    _show("Grants", rows, shown, as_json=as_json)


@app.command("revoke-grant")
def take(folder: steps.Folder, grant_id: Annotated[str, typer.Argument(metavar="GRANT", help="its id")]) -> None:
    """Take a role back from now on."""
    with steps.opened(steps.workspace_of(folder)) as store:
        work.revoke_grant(store, grant_id)
    typer.echo(console.spoken("admin.taken", grant=grant_id))


@app.command()
def token(
    folder: steps.Folder,
    name: Name,
    *,
    purpose: Annotated[str, typer.Option("--purpose", help="which program, what for")],
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="days until it ends")] = 90,
    scope: Annotated[TokenScope, typer.Option("--scope", help="read or write")] = TokenScope.READ,
) -> None:
    """Print a token with which a program comes in as an account; it is shown this once."""
    with steps.opened(steps.workspace_of(folder)) as store:
        typer.echo(work.create_token(store, name, scope=scope, days=days, purpose=purpose))


@app.command()
def tokens(folder: steps.Folder, *, as_json: AsJson = False) -> None:
    """List the tokens; their secrets are kept nowhere."""
    with steps.opened(steps.workspace_of(folder)) as store:
        rows = work.tokens_of(store)
    _show("Tokens", rows, ("token_id", "account_id", "scope", "purpose", "ends_at", "revoked_at"), as_json=as_json)


@app.command()
def revoke(folder: steps.Folder, token_id: Annotated[str, typer.Argument(metavar="TOKEN", help="its id")]) -> None:
    """Make a token useless from now on."""
    with steps.opened(steps.workspace_of(folder)) as store:
        work.revoke_token(store, token_id)
    typer.echo(console.spoken("admin.revoked", token=token_id))


@app.command("second-off")
def second_off(folder: steps.Folder, name: Name) -> None:
    """Switch the second step of somebody off who has lost app and recovery codes."""
    with steps.opened(steps.workspace_of(folder)) as store:
        work.second_steps.take_off(store, name)
    typer.echo(console.spoken("admin.second_off", name=name))


@app.command()
def link(
    folder: steps.Folder,
    name: Name,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="what the OpenID provider calls the person")],
) -> None:
    """Let one of the OpenID provider's people in as an account."""
    provider = provider_of(read_settings())
    if provider is None:
        raise AccountError(say("openid.off"))
    with steps.opened(steps.workspace_of(folder)) as store:
        made = work.identities.link(store, name, provider.issuer, subject, actor=steps.actor())
    typer.echo(console.spoken("admin.linked", name=name, key=made.identity_id))


@app.command()
def identities(folder: steps.Folder, *, as_json: AsJson = False) -> None:
    """List whom the OpenID provider's people are here."""
    with steps.opened(steps.workspace_of(folder)) as store:
        rows = work.identities.identities_of(store)
    _show("Identities", rows, ("identity_id", "account_id", "issuer", "subject", "made_by"), as_json=as_json)


@app.command()
def unlink(folder: steps.Folder, identity: Annotated[str, typer.Argument(metavar="IDENTITY", help="its id")]) -> None:
    """Let an identity in no more, and sign its account out everywhere."""
    with steps.opened(steps.workspace_of(folder)) as store:
        work.identities.unlink(store, identity)
    typer.echo(console.spoken("admin.unlinked", key=identity))


@app.command("rotate-key")
def rotate_key(
    folder: steps.Folder,
    *,
    data: Annotated[
        bool, typer.Option("--data", help="also encrypt every value and file anew, as after a key was seen by somebody")
    ] = False,
) -> None:
    """Change the key that opens the encrypted columns; keep a copy of its file afterwards."""
    from geodata.rotation import rotate

    workspace = steps.workspace_of(folder)
    with steps.opened(workspace) as store:
        count = rotate(workspace, store, data=data)
    typer.echo(console.spoken("admin.rotated", file=workspace.envelope.file, count=count))


def _show(title: str, rows: pd.DataFrame, shown: tuple[str, ...], *, as_json: bool) -> None:
    records = json.loads(rows.to_json(orient="records", date_format="iso", force_ascii=False))
    if as_json:
        console.print_json({title.lower(): records})
    else:
        console.print_rows(title, shown, records)
