"""Let people in and out: sign in by password, by a link or by a provider, the second step, and the sessions.

A password is tried outside the transaction, since that takes long on purpose. A refusal says the same whether the name
exists, the password is wrong, either is locked, or the password is right and a code is wanted.
"""

import datetime as dt
import secrets

from gridmap import accounts, audit, second_steps
from gridmap.audit import Act
from gridmap.errors import AccountError, SignInRefused
from gridmap.phrases import say
from gridmap.store import Store, Transaction
from gridmap.tables import Account, AccountRules, AuditAction, Identity, SecondStep, Session
from gridmap.work.accounts import Asker, Signed, forget_failures, is_locked, known, refuse
from gridmap.work.grants import rights_in
from gridmap.work.identities import identity_id
from gridmap.work.keeping import one, put
from gridmap.work.second_steps import is_on, spend

SEEN_EVERY = dt.timedelta(minutes=1)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _begin(transaction: Transaction, account_id: str, now: dt.datetime, how: str | None = None) -> str:
    """Return the secret of a new session."""
    secret = secrets.token_urlsafe(32)
    made = Session(session_id=accounts.secret_digest(secret), account_id=account_id, made_at=now, seen_at=now)
    put(transaction, made)
    audit.note(transaction, Act(AuditAction.SIGN_IN, Account.table, account_id, purpose=how, actor=account_id))
    return secret


def _refuse(transaction: Transaction, asker: Asker, account: Account | None, why: str | None = None) -> None:
    """Count a failure and record it as done by the address it comes from."""
    # what is typed as a name may be a password in the wrong field
    subject = asker.account_id if account else audit.seal_of(transaction).mark("account", asker.account_id)
    refused = Act(AuditAction.SIGN_IN_REFUSED, Account.table, subject, purpose=why, actor=asker.source)
    refuse(transaction, asker, refused)


def _promise(transaction: Transaction, account: Account | None, now: dt.datetime) -> str:
    """Return what a code may be sent with; empty where nobody has a second step."""
    steps = transaction.read(SecondStep)
    if steps["confirmed_at"].isna().all():
        return ""
    return second_steps.promise(audit.seal_of(transaction), account, now)


def follow_link(store: Store, account_id: str) -> str:
    """Return the secret of a new session of an account that was let in by a link of ours.

    Raises:
        AccountError: there is no such account, or it has ended.
    """
    with store.transaction(write=True) as transaction:
        if known(transaction, account_id).ended_at is not None:
            raise AccountError(say("account.over", name=account_id))
        return _begin(transaction, account_id, _now(), how="link")


def sign_in(
    store: Store, account_id: str, password: str, *, source: str, rules: AccountRules, now: dt.datetime | None = None
) -> str:
    """Return the secret of a new session for the cookie.

    Raises:
        SignInRefused: with the same words whatever the reason, a second step that is wanted included; what it promises
            is good for `finish_sign_in` in that case alone.
    """
    asker = Asker(account_id, source, rules, now or _now())
    with store.transaction() as transaction:
        found = one(transaction, Account, account_id=account_id)
    right = accounts.matches(password, found.password_hash if found else None)
    with store.transaction(write=True) as transaction:
        locked = is_locked(transaction, account_id, source, asker.now)
        here = found if found and right and not locked and found.ended_at is None else None
        if here and not is_on(transaction, account_id):
            forget_failures(transaction, account_id)
            return _begin(transaction, account_id, asker.now)
        if here is None:
            _refuse(transaction, asker, found)
        promise = _promise(transaction, here, asker.now)
    raise SignInRefused(say("door.no"), promise=promise, account_id=account_id)


def finish_sign_in(
    store: Store, account_id: str, promised: str, code: str, *, source: str, rules: AccountRules,
    now: dt.datetime | None = None,
) -> str:  # fmt: skip
    """Return the secret of a new session for a code, or a recovery code, and what the first step promised.

    Raises:
        SignInRefused: with the same words whatever the reason.
    """
    asker = Asker(account_id, source, rules, now or _now())
    with store.transaction(write=True) as transaction:
        found = one(transaction, Account, account_id=account_id)
        kept = found is not None and second_steps.keeps(promised, audit.seal_of(transaction), found, asker.now)
        locked = is_locked(transaction, account_id, source, asker.now)
        here = found if found and kept and not locked and found.ended_at is None else None
        if here and (how := spend(transaction, account_id, code, asker.now)):
            forget_failures(transaction, account_id)
            return _begin(transaction, account_id, asker.now, how=how)
        _refuse(transaction, asker, found, "second step" if kept else None)
        promise = _promise(transaction, here, asker.now)
    raise SignInRefused(say("door.no"), promise=promise, account_id=account_id)


def sign_in_as(store: Store, issuer: str, subject: str, *, source: str, now: dt.datetime | None = None) -> str:
    """Return the secret of a new session of whom a provider vouches for.

    Raises:
        SignInRefused: no account is linked to that identity, it has ended, or a second step is wanted: then what is
            promised is good for `finish_sign_in`.
    """
    now, key = now or _now(), identity_id(issuer, subject)
    with store.transaction(write=True) as transaction:
        identity = one(transaction, Identity, identity_id=key)
        found = one(transaction, Account, account_id=identity.account_id) if identity else None
        here = found if found and found.ended_at is None else None
        if here and not is_on(transaction, here.account_id):
            return _begin(transaction, here.account_id, now, how="openid")
        if here is None:
            refused = Act(AuditAction.SIGN_IN_REFUSED, Identity.table, key, purpose="openid", actor=source)
            audit.note(transaction, refused)
        promise = _promise(transaction, here, now) if here else ""
    raise SignInRefused(say("door.no"), promise=promise, account_id=here.account_id if here else "")


def record_refusal(store: Store, why: str, *, source: str) -> None:
    """Record that somebody came back from a provider who is vouched for by nobody."""
    with store.transaction(write=True) as transaction:
        refused = Act(AuditAction.SIGN_IN_REFUSED, Identity.table, row_count=0, purpose=why, actor=source)
        audit.note(transaction, refused)


def signed_in(store: Store, secret: str, rules: AccountRules, now: dt.datetime | None = None) -> Signed | None:
    """Return who is signed in with a session's secret, None when the session has ended or there is none."""
    now = now or _now()
    with store.transaction() as transaction:
        session = one(transaction, Session, session_id=accounts.secret_digest(secret))
        found = one(transaction, Account, account_id=session.account_id) if session else None
        rights = rights_in(transaction, session.account_id, now) if session else None
    if session is None or found is None or rights is None or found.ended_at is not None:
        return None
    if not accounts.session_open(session.made_at, session.seen_at, rules, now):
        return None
    if now - session.seen_at >= SEEN_EVERY:
        with store.transaction(write=True) as transaction:
            if one(transaction, Session, session_id=session.session_id):
                put(transaction, session.model_copy(update={"seen_at": now}))
    due = accounts.must_change(
        flagged=found.must_change, password_at=found.password_at, rules=rules, now=now
    )  # fmt: skip
    return Signed(found.account_id, rights, must_change=due)


def sign_out(store: Store, secret: str) -> None:
    """End a session."""
    with store.transaction(write=True) as transaction:
        session = one(transaction, Session, session_id=accounts.secret_digest(secret))
        if session is not None:
            transaction.delete(Session, session_id=[session.session_id])
            told = Act(AuditAction.SIGN_OUT, Account.table, session.account_id, actor=session.account_id)
            audit.note(transaction, told)
