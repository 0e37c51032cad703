"""What the administrator does: accounts, roles, tokens, settings; and the pages for it. Every write is logged."""

import datetime as dt
import json
from enum import StrEnum
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import City, CityDep, RulesDep
from api.oidc import Provider
from api.once import KeyDep
from api.origin import from_here, same_site
from api.rights import pages_of
from api.routes.pages import answer, language_of
from api.settings import in_force
from gridmap import accounts, work
from gridmap.audit import Audited
from gridmap.errors import AccountError
from gridmap.maps.offices import Desk
from gridmap.phrases import say
from gridmap.roles import Verb
from gridmap.tables import Account, AccountRole, AccountRules, Grant, Token, TokenScope
from gridmap.work import administering, offices
from gridmap.work.accounts import id_of_token
from gridmap.work.conditions import made_once

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])
page_router = APIRouter(include_in_schema=False)
Name = Annotated[str, Field(min_length=1, max_length=64, description="the name to sign in with")]
Id = Annotated[str | None, Field(max_length=64)]


class NewAccount(BaseModel):
    """Whom an account is made for."""

    model_config = ConfigDict(extra="forbid")

    account_id: Name


class NewGrant(BaseModel):
    """Which role an account is given, where, from when to when."""

    model_config = ConfigDict(extra="forbid")

    account_id: Name
    role: AccountRole
    area_id: Annotated[Id, Field(description="the whole city without")] = None
    member_id: Annotated[Id, Field(description="whose households; for the role member")] = None
    from_on: Annotated[dt.date | None, Field(description="first day; today without")] = None
    until_on: Annotated[dt.date | None, Field(description="last day; for good without")] = None


class NewToken(BaseModel):
    """As whom a program comes in, what for and until when."""

    model_config = ConfigDict(extra="forbid")

    account_id: Name
    purpose: Annotated[str, Field(min_length=1, max_length=200)]
    days: Annotated[int, Field(ge=1, le=366)] = 90
    scope: TokenScope = TokenScope.READ


class NewIdentity(BaseModel):
    """Whom the provider calls how is let in as an account."""

    model_config = ConfigDict(extra="forbid")

    account_id: Name
    subject: Annotated[str, Field(min_length=1, max_length=255, description="what the provider calls the person")]


class AccountAct(StrEnum):
    """What is done with an account."""

    RESET = "reset"
    UNLOCK = "unlock"
    MUST_CHANGE = "must_change"
    SIGN_OUT = "sign_out"
    SECOND_OFF = "second_off"
    END = "end"


def _office(city: CityDep) -> Audited:
    """Return the store for whoever administers; 404 where there are no accounts: the first is made on the server."""
    if city.rights is None:
        raise HTTPException(404, say("door.none"))
    return city.allowed(Verb.ADMINISTER)


OfficeDep = Annotated[Audited, Depends(_office)]


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rows.to_json(orient="records", date_format="iso", force_ascii=False))
    return found


@router.get("/accounts")
def list_accounts(office: OfficeDep, rules: RulesDep) -> list[dict[str, Any]]:
    """Return the accounts: who must change the password, who is locked, how many sessions are open."""
    return _records(administering.accounts_in_use(office, rules))


@router.post("/accounts", status_code=201, dependencies=[Depends(same_site)])
def make_account(asked: NewAccount, office: OfficeDep, rules: RulesDep, key: KeyDep) -> dict[str, str | None]:
    """Make an account with a one-time password; 409 when the name is taken.

    The password is told once and kept nowhere: the same request under the same key is answered without it.
    """
    fresh: list[str] = []

    def make(store: Audited) -> str:
        fresh.append(accounts.one_time_password())
        work.create_account(store, asked.account_id, fresh[0], must_change=True, rules=rules)
        return asked.account_id

    made = made_once(office, Account, key.of(asked.model_dump_json()), make)
    return {"account_id": made, "password": next(iter(fresh), None)}


@router.post("/accounts/{account_id}/{act}", dependencies=[Depends(same_site)])
def act_on(account_id: str, act: AccountAct, office: OfficeDep, rules: RulesDep) -> dict[str, str]:
    """Do something with an account; a new password is told in this answer only.

    409 when there is no such account, or nobody could administer afterwards.
    """
    return {"account_id": account_id, **_done(office, account_id, act, rules)}


def _done(office: Audited, account_id: str, act: AccountAct, rules: AccountRules) -> dict[str, str]:
    if act is AccountAct.SECOND_OFF:
        work.second_steps.take_off(office, account_id, by=office.actor)
        return {}
    if act is AccountAct.RESET:
        password = accounts.one_time_password()
        work.set_password(office, account_id, password, must_change=True, rules=rules)
        return {"password": password}
    does = {
        AccountAct.UNLOCK: administering.unlock,
        AccountAct.MUST_CHANGE: administering.demand_change,
        AccountAct.SIGN_OUT: administering.end_sessions_of,
        AccountAct.END: work.end_account,
    }
    does[act](office, account_id)
    return {}


@router.get("/grants")
def list_grants(office: OfficeDep) -> list[dict[str, Any]]:
    """Return who has which role, where, until when; those that have ended too."""
    return _records(work.grants_of(office))


@router.post("/grants", status_code=201, dependencies=[Depends(same_site)])
def give(asked: NewGrant, office: OfficeDep, key: KeyDep) -> dict[str, str]:
    """Give an account a role.

    409 when there is no such account, area or member, the role is not given for it, the account is the own one, or has
    a role that is kept apart from this one.
    """

    def make(store: Audited) -> str:
        return work.grant(
            store, asked.account_id, asked.role, work.Whose(asked.area_id, asked.member_id),
            days=(asked.from_on, asked.until_on), actor=office.actor, by=office.actor,
        ).grant_id  # fmt: skip

    made = made_once(office, Grant, key.of(asked.model_dump_json()), make)
    return {"grant_id": made, "account_id": asked.account_id}


@router.delete("/grants/{grant_id}", dependencies=[Depends(from_here)])
def take_back(grant_id: str, office: OfficeDep) -> dict[str, str]:
    """Take a role back from now on; 409 when it is the own one, or nobody could administer afterwards."""
    work.revoke_grant(office, grant_id, by=office.actor)
    return {"grant_id": grant_id}


@router.get("/tokens")
def list_tokens(office: OfficeDep) -> list[dict[str, Any]]:
    """Return the tokens of programs; their secrets are kept nowhere."""
    return _records(work.tokens_of(office))


@router.post("/tokens", status_code=201, dependencies=[Depends(same_site)])
def make_token(asked: NewToken, office: OfficeDep, key: KeyDep) -> dict[str, str | None]:
    """Make a token; it is told once and kept nowhere: the same request under the same key is answered without it."""
    fresh: list[str] = []

    def make(store: Audited) -> str:
        fresh.append(
            work.create_token(store, asked.account_id, scope=asked.scope, days=asked.days, purpose=asked.purpose)
        )
        return id_of_token(fresh[0])

    made = made_once(office, Token, key.of(asked.model_dump_json()), make)
    return {"account_id": asked.account_id, "token_id": made, "token": next(iter(fresh), None)}


@router.delete("/tokens/{token_id}", dependencies=[Depends(from_here)])
def revoke(token_id: str, office: OfficeDep) -> dict[str, str]:
    """Make a token useless from now on."""
    work.revoke_token(office, token_id)
    return {"token_id": token_id}


def _provider(request: Request) -> Provider | None:
    provider: Provider | None = request.app.state.provider
    return provider


ProviderDep = Annotated[Provider | None, Depends(_provider)]


@router.get("/identities")
def list_identities(office: OfficeDep) -> list[dict[str, Any]]:
    """Return which people of the OpenID provider are let in, and as which account."""
    return _records(work.identities.identities_of(office))


@router.post("/identities", status_code=201, dependencies=[Depends(same_site)])
def link(asked: NewIdentity, office: OfficeDep, provider: ProviderDep) -> dict[str, str]:
    """Let one of the provider's people in as an account.

    409 when no provider is set up, there is no such account, or the identity is linked to one.
    """
    if provider is None:
        raise AccountError(say("openid.off"))
    made = work.identities.link(office, asked.account_id, provider.issuer, asked.subject, actor=office.actor)
    return {"identity_id": made.identity_id, "account_id": made.account_id}


@router.delete("/identities/{identity_id}", dependencies=[Depends(from_here)])
def unlink(identity_id: str, office: OfficeDep) -> dict[str, str]:
    """Let an identity in no more, and sign its account out everywhere."""
    work.identities.unlink(office, identity_id)
    return {"identity_id": identity_id}


@router.get("/settings")
def settings(office: OfficeDep) -> list[dict[str, Any]]:  # noqa: ARG001  it lets the administrator in
    """Return the settings in force and where each comes from; they are changed in the environment of the service."""
    return in_force()


def _opens(city: City) -> frozenset[str] | None:
    return None if city.rights is None else pages_of(city.rights)


@page_router.get("/admin{ending}")
def admin_page(ending: str, city: CityDep, office: OfficeDep, rules: RulesDep, provider: ProviderDep) -> Response:
    """Show accounts, roles, tokens, and whom the OpenID provider's people are here."""
    lang = language_of(f"admin{ending}", ending)
    shown = Desk(
        administering.accounts_in_use(office, rules), work.grants_of(office), work.tokens_of(office),
        work.local_day(), dt.datetime.now(dt.UTC),
        identities=work.identities.identities_of(office), issuer=provider.issuer if provider else None,
    )  # fmt: skip
    return answer(offices.draw_admin(office, shown, opens=_opens(city), lang=lang), f"admin{ending}")


@page_router.get("/settings{ending}")
def settings_page(ending: str, city: CityDep, office: OfficeDep) -> Response:
    """Show the settings in force."""
    lang = language_of(f"settings{ending}", ending)
    return answer(offices.draw_settings(office, in_force(), opens=_opens(city), lang=lang), f"settings{ending}")
