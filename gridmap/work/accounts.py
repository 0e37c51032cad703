"""Make accounts and tokens, count what fails, and see to it that they end: one transaction each."""

import datetime as dt
import secrets
from dataclasses import dataclass, replace

import pandas as pd

from gridmap import accounts, audit
from gridmap.audit import Act
from gridmap.errors import AccountError, SignInRefused
from gridmap.phrases import say
from gridmap.roles import Rights
from gridmap.store import Store, Transaction
from gridmap.tables import (
    Account,
    AccountRole,
    AccountRules,
    Attempt,
    AuditAction,
    Session,
    Token,
    TokenScope,
)
from gridmap.work.grants import give, keeping_an_administrator, rights_in
from gridmap.work.keeping import one, put

TOKEN_MARK = "gm"  # noqa: S105  the first letters of every token, no secret


@dataclass(frozen=True)
class Signed:
    """Who is signed in."""

    account_id: str
    rights: Rights
    must_change: bool = False
    writes: bool = True


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


# --- accounts


def has_accounts(store: Store) -> bool:
    """Say whether anybody can sign in; without anybody the workspace is open to this computer alone."""
    with store.transaction() as transaction:
        return len(transaction.read(Account)) > 0


def create_account(
    store: Store, account_id: str, password: str, *, must_change: bool = False, rules: AccountRules | None = None
) -> None:
    """Make an account; the first one is the administrator's, any other opens nothing until it is given a role.

    Raises:
        InputError: the name or the password breaks the rules.
        AccountError: the name is taken.
    """
    accounts.check_name(account_id)
    accounts.check_password(password, account_id, rules or AccountRules())
    kept, now = accounts.hash_password(password), _now()
    made = Account(
        account_id=account_id, password_hash=kept, must_change=must_change, made_at=now, password_at=now
    )  # fmt: skip
    with store.transaction(write=True) as transaction:
        if one(transaction, Account, account_id=account_id):
            raise AccountError(say("account.taken", name=account_id))
        first = transaction.read(Account).empty
        put(transaction, made)
        if first:
            give(transaction, account_id, AccountRole.ADMINISTRATOR, account_id)
        transaction.advance("account")


def accounts_of(store: Store) -> pd.DataFrame:
    """Return every account without its hash."""
    with store.transaction() as transaction:
        return transaction.read(Account).drop(columns="password_hash")


def known(transaction: Transaction, account_id: str) -> Account:
    """Return an account; raise AccountError when there is none."""
    found = one(transaction, Account, account_id=account_id)
    if found is None:
        raise AccountError(say("account.missing", name=account_id))
    return found


def end_sessions(transaction: Transaction, account_id: str) -> None:
    """Sign an account out everywhere."""
    transaction.delete(Session, account_id=[account_id])


def end_account(store: Store, account_id: str) -> None:
    """End an account with its sessions and tokens.

    Raises:
        AccountError: there is none, or it is the last one, or the last one that administers.
    """
    now = _now()
    with store.transaction(write=True) as transaction, keeping_an_administrator(transaction):
        found = known(transaction, account_id)
        everybody = transaction.read(Account)
        if not (everybody["ended_at"].isna() & (everybody["account_id"] != account_id)).any():
            raise AccountError(say("account.last", name=account_id))
        put(transaction, found.model_copy(update={"ended_at": now}))
        end_sessions(transaction, account_id)
        tokens = transaction.read(Token, account_id=[account_id])
        open_ones = tokens[tokens["revoked_at"].isna()]
        transaction.upsert(open_ones.assign(revoked_at=pd.Timestamp(now)), Token)


def set_password(
    store: Store, account_id: str, password: str, *, must_change: bool, rules: AccountRules | None = None
) -> None:
    """Give an account a new password, unlock it and end its sessions; raise AccountError or InputError."""
    accounts.check_password(password, account_id, rules or AccountRules())
    kept = accounts.hash_password(password)
    with store.transaction(write=True) as transaction:
        found = known(transaction, account_id)
        changed = {"password_hash": kept, "must_change": must_change, "password_at": _now()}
        put(transaction, found.model_copy(update=changed))
        forget_failures(transaction, account_id)
        end_sessions(transaction, account_id)


def change_password(store: Store, account_id: str, old: str, new: str, rules: AccountRules) -> None:
    """Let somebody change the own password; every session of the account ends.

    Raises:
        SignInRefused: the old password is wrong.
        InputError: the new one is too weak or the old one again.
    """
    with store.transaction() as transaction:
        found = known(transaction, account_id)
    if not accounts.matches(old, found.password_hash):
        raise SignInRefused(say("password.old"))
    accounts.check_new(old, new)
    set_password(store, account_id, new, must_change=False, rules=rules)


# --- failures


def attempt_id(transaction: Transaction, kind: str, value: str) -> str:
    """Return the mark under which failures of a name or from an address are counted."""
    return audit.seal_of(transaction).mark(f"attempt.{kind}", value)


@dataclass(frozen=True)
class Asker:
    """Who wants in: under which name, from which address, by which rules, when; nothing of it is believed yet."""

    account_id: str
    source: str
    rules: AccountRules
    now: dt.datetime


def is_locked(transaction: Transaction, account_id: str, source: str, now: dt.datetime) -> bool:
    """Say whether a name or an address is locked."""
    keys = [attempt_id(transaction, kind, value) for kind, value in (("account", account_id), ("source", source))]
    return any(accounts.locked(one(transaction, Attempt, attempt_id=key), now) for key in keys)


def forget_failures(transaction: Transaction, account_id: str) -> None:
    """Forget the failures under a name."""
    transaction.delete(Attempt, attempt_id=[attempt_id(transaction, "account", account_id)])


def refuse(transaction: Transaction, asker: Asker, refused: Act) -> None:
    """Count a failure, unless name or address is locked, and record it, and the lock that it may have set."""
    locked = is_locked(transaction, asker.account_id, asker.source, asker.now)
    if not locked and _count_failure(transaction, asker.account_id, asker.source, asker.rules, asker.now):
        audit.note(transaction, replace(refused, action=AuditAction.LOCK, purpose=None))
    audit.note(transaction, refused)


def _count_failure(
    transaction: Transaction, account_id: str, source: str, rules: AccountRules, now: dt.datetime
) -> bool:
    """Count a failure under the name and from the address; return whether one of them is locked by it."""
    locks = False
    for kind, value, most in (
        ("account", account_id, rules.lock_failures),
        ("source", source, rules.lock_source_failures),
    ):
        key = attempt_id(transaction, kind, value)
        before = one(transaction, Attempt, attempt_id=key)
        if not accounts.locked(before, now):
            after = accounts.after_failure(key, before, most, rules.lock_minutes, now)
            put(transaction, after)
            locks |= after.locked_until is not None
    return locks


# --- tokens of programs


def create_token(store: Store, account_id: str, *, scope: TokenScope, days: int, purpose: str) -> str:
    """Return a new token of an account, shown this once; raise AccountError when there is no such account."""
    now, token_id, secret = _now(), secrets.token_hex(6), secrets.token_urlsafe(32)
    with store.transaction(write=True) as transaction:
        if known(transaction, account_id).ended_at is not None:
            raise AccountError(say("account.over", name=account_id))
        made = Token(
            token_id=token_id, account_id=account_id, secret_digest=accounts.secret_digest(secret), scope=scope,
            made_at=now, ends_at=now + dt.timedelta(days=days), purpose=audit.scrub(purpose) or "",
        )  # fmt: skip
        put(transaction, made)
    return f"{TOKEN_MARK}_{token_id}_{secret}"


def id_of_token(token: str) -> str:
    """Return the id of a token, which is no secret."""
    return token.split("_")[1]


def tokens_of(store: Store) -> pd.DataFrame:
    """Return every token without what is kept of its secret."""
    with store.transaction() as transaction:
        return transaction.read(Token).drop(columns="secret_digest")


def revoke_token(store: Store, token_id: str) -> None:
    """Make a token useless from now on; raise AccountError when there is none."""
    with store.transaction(write=True) as transaction:
        found = one(transaction, Token, token_id=token_id)
        if found is None:
            raise AccountError(say("account.no_token", token=token_id))
        put(transaction, found.model_copy(update={"revoked_at": found.revoked_at or _now()}))


def let_in(store: Store, token: str, now: dt.datetime | None = None) -> Signed | None:
    """Return as whom a program comes in with a token, None when it is wrong, over or revoked."""
    now = now or _now()
    mark, _, rest = token.partition("_")
    token_id, _, secret = rest.partition("_")
    if mark != TOKEN_MARK or not secret:
        return None
    with store.transaction() as transaction:
        found = one(transaction, Token, token_id=token_id)
        account = one(transaction, Account, account_id=found.account_id) if found else None
        rights = rights_in(transaction, found.account_id, now) if found else None
    if found is None or account is None or rights is None or account.ended_at is not None or account.must_change:
        return None
    right = secrets.compare_digest(found.secret_digest, accounts.secret_digest(secret))
    if not right or found.revoked_at is not None or now >= found.ends_at:
        return None
    return Signed(found.account_id, rights, writes=found.scope == TokenScope.WRITE)
