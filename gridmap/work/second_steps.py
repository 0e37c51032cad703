"""Switch the second step of an account on and off, and use its codes: a transaction each."""

import datetime as dt
from dataclasses import dataclass

from gridmap import audit, second_steps
from gridmap.audit import Act
from gridmap.errors import AccountError, SignInRefused
from gridmap.phrases import say
from gridmap.store import Store, Transaction
from gridmap.tables import Account, AccountRules, AuditAction, RecoveryCode, SecondStep
from gridmap.work.accounts import Asker, forget_failures, is_locked, known, refuse
from gridmap.work.grants import check_not_own
from gridmap.work.keeping import one, put, rows_of


@dataclass(frozen=True)
class Standing:
    """How an account stands with its second step: asked for or not, the secret that waits, recovery codes left."""

    on: bool
    waiting: str | None = None
    recovery_left: int = 0


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def is_on(transaction: Transaction, account_id: str) -> bool:
    """Say whether an account is asked for a code."""
    step = one(transaction, SecondStep, account_id=account_id)
    return step is not None and step.confirmed_at is not None


def spend(transaction: Transaction, account_id: str, typed: str, now: dt.datetime) -> str | None:
    """Use a code or a recovery code up and say which it was; None when it is neither, or was used before."""
    step = one(transaction, SecondStep, account_id=account_id)
    if step is None or step.confirmed_at is None:
        return None
    at = second_steps.fitting_step(step.secret, typed, step.last_step, now)
    if at is not None:
        put(transaction, step.model_copy(update={"last_step": at}))
        return "second step"
    code = one(
        transaction, RecoveryCode, code_digest=second_steps.recovery_digest(account_id, typed), account_id=account_id
    )
    if code is None or code.used_at is not None:
        return None
    put(transaction, code.model_copy(update={"used_at": now}))
    return "recovery code"


def standing(store: Store, account_id: str) -> Standing:
    """Return how an account stands with its second step."""
    with store.transaction() as transaction:
        step = one(transaction, SecondStep, account_id=account_id)
        codes = rows_of(transaction.read(RecoveryCode, account_id=[account_id]), RecoveryCode)
    if step is None:
        return Standing(on=False)
    left = sum(code.used_at is None for code in codes)
    on = step.confirmed_at is not None
    return Standing(on, waiting=None if on else step.secret, recovery_left=left)


def begin(store: Store, account_id: str) -> None:
    """Make a secret that waits for its first code; raise AccountError when the second step is on."""
    with store.transaction(write=True) as transaction:
        known(transaction, account_id)
        if is_on(transaction, account_id):
            raise AccountError(say("second.on"))
        put(transaction, SecondStep(account_id=account_id, secret=second_steps.new_secret(), made_at=_now()))


def cancel(store: Store, account_id: str) -> None:
    """Forget a secret that waits for its first code, if there is one."""
    with store.transaction(write=True) as transaction:
        if not is_on(transaction, account_id):
            _remove(transaction, account_id)


def confirm(store: Store, account_id: str, typed: str, now: dt.datetime | None = None) -> tuple[str, ...]:
    """Switch the second step on with the first code of the app; return the recovery codes, told this once.

    Raises:
        AccountError: no secret waits.
        SignInRefused: the code is wrong.
    """
    now = now or _now()
    with store.transaction(write=True) as transaction:
        step = one(transaction, SecondStep, account_id=account_id)
        if step is None or step.confirmed_at is not None:
            raise AccountError(say("second.on" if step else "second.off"))
        at = second_steps.fitting_step(step.secret, typed, None, now)
        if at is None:
            raise SignInRefused(say("second.wrong"))
        put(transaction, step.model_copy(update={"confirmed_at": now, "last_step": at}))
        codes = second_steps.new_recovery_codes()
        transaction.delete(RecoveryCode, account_id=[account_id])
        for code in codes:
            digest = second_steps.recovery_digest(account_id, code)
            put(transaction, RecoveryCode(code_digest=digest, account_id=account_id, made_at=now))
        _note(transaction, account_id, "second step on")
    return codes


def switch_off(
    store: Store, account_id: str, typed: str, *, source: str, rules: AccountRules, now: dt.datetime | None = None
) -> None:
    """Let somebody switch the own second step off with a code or a recovery code; a wrong one counts as a failure.

    Raises:
        AccountError: it is off.
        SignInRefused: the code is wrong or was used, or there were too many failures.
    """
    now = now or _now()
    with store.transaction(write=True) as transaction:
        if not is_on(transaction, account_id):
            raise AccountError(say("second.off"))
        locked = is_locked(transaction, account_id, source, now)
        if not locked and spend(transaction, account_id, typed, now):
            forget_failures(transaction, account_id)
            _remove(transaction, account_id)
            _note(transaction, account_id, "second step off")
            return
        refused = Act(AuditAction.SIGN_IN_REFUSED, Account.table, account_id, purpose="second step off")
        refuse(transaction, Asker(account_id, source, rules, now), refused)
    raise SignInRefused(say("second.wrong"))


def take_off(store: Store, account_id: str, *, by: str | None = None) -> None:
    """Switch the second step of somebody off who has lost app and recovery codes; `by` is the account that does so.

    Raises:
        AccountError: it is off, or the own one.
    """
    check_not_own(account_id, by)
    with store.transaction(write=True) as transaction:
        known(transaction, account_id)
        if not is_on(transaction, account_id):
            raise AccountError(say("second.off"))
        _remove(transaction, account_id)
        _note(transaction, account_id, "second step off, administrator")


def _remove(transaction: Transaction, account_id: str) -> None:
    transaction.delete(SecondStep, account_id=[account_id])
    transaction.delete(RecoveryCode, account_id=[account_id])


def _note(transaction: Transaction, account_id: str, purpose: str) -> None:
    audit.note(transaction, Act(AuditAction.CHANGE, Account.table, account_id, purpose=purpose))
