"""What the administrator's page shows and does beside making accounts: who is signed in or locked, and an end to it."""

import datetime as dt

import pandas as pd

from gridmap import accounts, audit
from gridmap.audit import Act
from gridmap.store import Store, Transaction
from gridmap.tables import Account, AccountRules, Attempt, AuditAction, SecondStep, Session
from gridmap.work.accounts import attempt_id, end_sessions, forget_failures, known
from gridmap.work.keeping import put, rows_of


def accounts_in_use(store: Store, rules: AccountRules, now: dt.datetime | None = None) -> pd.DataFrame:
    """Return every account without its hash.

    `sessions` counts those that are open, `locked` says so of the name, `second_step` whether a code is asked for.
    """
    now = now or dt.datetime.now(dt.UTC)
    with store.transaction() as transaction:
        found = transaction.read(Account).drop(columns="password_hash")
        sessions = rows_of(transaction.read(Session), Session)
        steps = rows_of(transaction.read(SecondStep), SecondStep)
        attempts = {one.attempt_id: one for one in rows_of(transaction.read(Attempt), Attempt)}
        keys = [attempt_id(transaction, "account", name) for name in found["account_id"]]
    open_ones = [one.account_id for one in sessions if accounts.session_open(one.made_at, one.seen_at, rules, now)]
    on = {step.account_id for step in steps if step.confirmed_at is not None}
    return found.assign(
        second_step=[name in on for name in found["account_id"]],
        sessions=[open_ones.count(name) for name in found["account_id"]],
        locked=[accounts.locked(attempts.get(key), now) for key in keys],
    )


def unlock(store: Store, account_id: str) -> None:
    """Forget the failures under a name; raise AccountError when there is no such account."""
    with store.transaction(write=True) as transaction:
        known(transaction, account_id)
        forget_failures(transaction, account_id)
        audit.note(transaction, Act(AuditAction.CHANGE, Account.table, account_id, purpose="unlock"))


def end_sessions_of(store: Store, account_id: str) -> None:
    """Sign an account out everywhere; raise AccountError when there is none."""
    with store.transaction(write=True) as transaction:
        known(transaction, account_id)
        count = len(transaction.read(Session, account_id=[account_id]))
        end_sessions(transaction, account_id)
        _note_end(transaction, account_id, count)


def demand_change(store: Store, account_id: str) -> None:
    """Let an account do nothing before its password is changed; raise AccountError when there is none."""
    with store.transaction(write=True) as transaction:
        put(transaction, known(transaction, account_id).model_copy(update={"must_change": True}))


def _note_end(transaction: Transaction, account_id: str, count: int) -> None:
    audit.note(
        transaction, Act(AuditAction.SIGN_OUT, Account.table, account_id, row_count=count, purpose="administrator")
    )
