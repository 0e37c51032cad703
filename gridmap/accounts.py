"""Rules of passwords, locks and sessions; how a password is kept (argon2id by pwdlib)."""

import datetime as dt
import hashlib
import re
import secrets
from functools import cache

from pwdlib import PasswordHash

from gridmap.errors import InputError, Problem
from gridmap.phrases import Said, say
from gridmap.tables import AccountRules, Attempt

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
MOST_CHARACTERS = 256
"""A longer password is refused before it costs time."""

_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
LEAST_CLASSES = 3


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    """Return the hash that is tried for a name that does not exist, so that it takes as long."""
    return _hasher().hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Say whether a password is the one that was kept; takes as long when there is none."""
    right = _hasher().verify(password[:MOST_CHARACTERS], kept or _nobody())
    return right and kept is not None and len(password) <= MOST_CHARACTERS


def one_time_password() -> str:
    """Return a password to be told once and changed at the first sign-in."""
    return f"Gm-{secrets.token_urlsafe(12)}-7"


def check_password(password: str, account_id: str, rules: AccountRules) -> None:
    """Refuse a password that is too weak.

    Raises:
        InputError: with everything that is wrong with it.
    """
    found: list[Said] = []
    if len(password) < rules.password_length:
        found.append(say("password.short", n=rules.password_length))
    if len(password) > MOST_CHARACTERS:
        found.append(say("password.long", n=MOST_CHARACTERS))
    if sum(bool(re.search(kind, password)) for kind in _CLASSES) < LEAST_CLASSES:
        found.append(say("password.kinds"))
    if account_id and account_id.lower() in password.lower():
        found.append(say("password.name"))
    if found:
        raise InputError([Problem("request", None, "password", "password.weak", said) for said in found])


def check_new(old: str, new: str) -> None:
    """Refuse the old password as the new one; raise InputError."""
    if new == old:
        said = say("password.same")
        raise InputError([Problem("request", None, "password", "password.same", said)])


def check_name(account_id: str) -> None:
    """Refuse a name that nobody could type; raise InputError."""
    if not NAME.fullmatch(account_id):
        said = say("account.name")
        raise InputError([Problem("request", None, "account", "account.name", said)])


def secret_digest(secret: str) -> str:
    """Return what is kept of a random secret of 256 bits; such a one needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def locked(attempt: Attempt | None, now: dt.datetime) -> bool:
    """Say whether a name or an address is locked."""
    return attempt is not None and attempt.locked_until is not None and now < attempt.locked_until


def after_failure(attempt_id: str, before: Attempt | None, most: int, minutes: int, now: dt.datetime) -> Attempt:
    """Return the count after one more failure; failures older than a lock lasts are forgotten."""
    span = dt.timedelta(minutes=minutes)
    count = 1 + (before.failures if before is not None and now - before.last_at < span else 0)
    until = now + span if count >= most else None
    return Attempt(attempt_id=attempt_id, failures=0 if until else count, last_at=now, locked_until=until)


def session_open(made_at: dt.datetime, seen_at: dt.datetime, rules: AccountRules, now: dt.datetime) -> bool:
    """Say whether a session has ended neither by idleness nor by age."""
    idle, age = dt.timedelta(minutes=rules.idle_minutes), dt.timedelta(hours=rules.session_hours)
    return now - seen_at < idle and now - made_at < age


def must_change(*, flagged: bool, password_at: dt.datetime, rules: AccountRules, now: dt.datetime) -> bool:
    """Say whether a password has to be changed before anything else."""
    old = rules.password_days is not None and now - password_at > dt.timedelta(days=rules.password_days)
    return flagged or old
