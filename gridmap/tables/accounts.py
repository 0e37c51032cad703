"""账户: who may sign in, in which roles, who is signed in, programs with a token, and failures that lock."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gridmap.schema import Key, Plain, Ref, Row, Sealed
from gridmap.tables.areas import Level


class TokenScope(StrEnum):
    """What a program may do with a token."""

    READ = "read"
    WRITE = "write"


class Account(Row):
    """账户: one person who signs in; never shared, never removed, only ended."""

    table = "account"
    account_id: Annotated[str, Key(), Field(max_length=64, description="the name to sign in with")]
    password_hash: Annotated[str, Field(description="argon2id")]
    must_change: Annotated[bool, Field(description="the password was made by somebody else")] = True
    made_at: dt.datetime
    password_at: Annotated[dt.datetime, Field(description="when the password was set")]
    ended_at: Annotated[dt.datetime | None, Field(description="may not sign in any more")] = None


class AccountRole(StrEnum):
    """角色: what somebody is here for; what each may read and do is data, in gridmap.roles."""

    ADMINISTRATOR = "administrator"
    AUDIT_READER = "audit_reader"
    PLANNER = "planner"
    FIRST_SECRETARY = "first_secretary"
    GRID_MANAGER = "grid_manager"
    FIELD_STAFF = "field_staff"
    MEMBER = "member"
    VIEWER = "viewer"


class Grant(Row):
    """授权: an account has a role for an area, or for the households of one member, from a day to a day.

    A person may hold several. A grant is never removed, only ended. Areas and members are named without a reference:
    a grant outlives them and then opens nothing.
    """

    table = "grant_of_role"
    grant_id: Annotated[str, Key(), Field(max_length=16)]
    account_id: Annotated[str, Ref("account")]
    role: AccountRole
    level: Annotated[Level | None, Field(description="of the area; empty for the whole city")] = None
    area_id: Annotated[str | None, Plain(), Field(max_length=64)] = None
    member_id: Annotated[
        str | None, Plain(), Field(max_length=64, description="whose households: for the role member only")
    ] = None
    from_on: Annotated[dt.date, Field(description="first day")]
    until_on: Annotated[dt.date | None, Field(description="last day; empty while it lasts")] = None
    made_by: Annotated[str, Plain(), Field(max_length=80)]
    made_at: dt.datetime
    ended_at: Annotated[dt.datetime | None, Field(description="taken back before its last day")] = None


class Session(Row):
    """登录会话: a browser that is signed in; the cookie holds what `session_id` is the digest of."""

    table = "session"
    session_id: Annotated[str, Key(), Field(max_length=64)]
    account_id: Annotated[str, Ref("account")]
    made_at: dt.datetime
    seen_at: Annotated[dt.datetime, Field(description="to the minute")]


class Token(Row):
    """令牌: lets a program in as an account, within a scope, until a day."""

    table = "token"
    token_id: Annotated[str, Key(), Field(max_length=16)]
    account_id: Annotated[str, Ref("account")]
    secret_digest: Annotated[str, Field(max_length=64)]
    scope: TokenScope
    made_at: dt.datetime
    ends_at: dt.datetime
    revoked_at: dt.datetime | None = None
    purpose: Annotated[str, Plain()] = ""


class Attempt(Row):
    """登录失败: failures in a row under a name or from an address, both as marks, whether or not the name exists."""

    table = "attempt"
    attempt_id: Annotated[str, Key(), Field(max_length=64)]
    failures: Annotated[int, Field(ge=0)]
    last_at: dt.datetime
    locked_until: dt.datetime | None = None


class SecondStep(Row):
    """两步验证: a secret that an account shares with an app of its person, which makes one-time codes of it."""

    table = "second_step"
    account_id: Annotated[str, Key(), Ref("account")]
    secret: Annotated[str, Sealed(), Field(description="base32")]
    made_at: dt.datetime
    confirmed_at: Annotated[
        dt.datetime | None, Field(description="asked for since then; empty until the first code")
    ] = None
    last_step: Annotated[int | None, Field(ge=0, description="interval of 30 s of the newest code that was used")] = (
        None
    )


class RecoveryCode(Row):
    """备用码: stands once in the place of a code when the app is lost."""

    table = "recovery_code"
    code_digest: Annotated[str, Key(), Field(max_length=64)]
    account_id: Annotated[str, Ref("account")]
    made_at: dt.datetime
    used_at: dt.datetime | None = None


class Identity(Row):
    """统一身份: whom an OpenID provider calls so is let in as an account; an administrator says who that is."""

    table = "identity"
    identity_id: Annotated[str, Key(), Field(max_length=64, description="digest of issuer and subject")]
    account_id: Annotated[str, Ref("account")]
    issuer: Annotated[str, Plain(), Field(max_length=500)]
    subject: Annotated[str, Sealed(), Field(description="what the provider calls the person")]
    made_by: Annotated[str, Plain(), Field(max_length=80)]
    made_at: dt.datetime


class AccountRules(BaseModel):
    """How passwords, failures and sessions are treated; defaults are usual practice for the second level (MLPS)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    password_length: Annotated[int, Field(ge=8, le=128, description="least number of characters")] = 8
    password_days: Annotated[int | None, Field(ge=1, description="a password is to be changed after so many days")] = (
        None
    )
    lock_failures: Annotated[int, Field(ge=1, description="failures in a row that lock a name")] = 5
    lock_source_failures: Annotated[int, Field(ge=1, description="failures in a row that lock an address")] = 20
    lock_minutes: Annotated[int, Field(ge=1, description="minutes that a lock lasts")] = 20
    idle_minutes: Annotated[int, Field(ge=1, description="minutes without a request that end a session")] = 20
    session_hours: Annotated[int, Field(ge=1, description="hours after which every session ends")] = 12
