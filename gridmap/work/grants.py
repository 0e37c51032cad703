"""Give roles, take them back, and say what an account may do today: one transaction each."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd

from gridmap.errors import AccountError, NotAllowed
from gridmap.phrases import say
from gridmap.roles import APART, ROLES, Rights, Verb
from gridmap.scope import Extent
from gridmap.store import Store, Transaction
from gridmap.tables import AREA_ROWS, Account, AccountRole, Grant, Level, Member
from gridmap.work.keeping import put, rows_of


@dataclass(frozen=True)
class Whose:
    """What a role is given for: an area, else the whole city; the households of a member."""

    area_id: str | None = None
    member_id: str | None = None


def local_day(now: dt.datetime | None = None) -> dt.date:
    """Return the day on which grants are judged: by the clock, also where the day of an invented city stands still."""
    return (now or dt.datetime.now(dt.UTC)).astimezone().date()


def _level_of(transaction: Transaction, area_id: str) -> Level:
    for level, row in AREA_ROWS.items():
        if len(transaction.read(row, box=None, **{f"{level}_id": [area_id]})):
            return level
    raise AccountError(say("grant.no_area", area=area_id))


def _level(transaction: Transaction, role: AccountRole, whose: Whose) -> Level | None:
    """Return the level that a role is given for; raise AccountError when the role cannot be given so."""
    level = _level_of(transaction, whose.area_id) if whose.area_id else None
    if level not in ROLES[role].levels:
        known = [str(each) if each else "city" for each in ROLES[role].levels]
        raise AccountError(say("grant.level", role=role, known=known))
    if (role is AccountRole.MEMBER) != (whose.member_id is not None):
        raise AccountError(say("grant.member", role=AccountRole.MEMBER))
    if whose.member_id and transaction.read(Member, member_id=[whose.member_id]).empty:
        raise AccountError(say("grant.no_member", member=whose.member_id))
    return level


def check_not_own(account_id: str, by: str | None) -> None:
    """Refuse what nobody does to the own account; `by` is the account that asks, None for who is at the server.

    Raises:
        AccountError: it is the own one.
    """
    if account_id == by:
        raise AccountError(say("account.own", name=account_id))


def _check_apart(transaction: Transaction, account_id: str, role: AccountRole, days: tuple[dt.date, dt.date]) -> None:
    """Refuse a role for days on which the account has one that is kept apart from it; raise AccountError."""
    others = [str(other) for other in APART - {role}] if role in APART else []
    for one in rows_of(transaction.read(Grant, account_id=[account_id], role=others), Grant):
        if one.ended_at is None and one.from_on <= days[1] and days[0] <= (one.until_on or dt.date.max):
            raise AccountError(say("grant.apart", name=account_id, role=role, other=one.role, grant=one.grant_id))


def give(transaction: Transaction, account_id: str, role: AccountRole, actor: str, **facts: object) -> Grant:
    """Write a grant under the next number."""
    number = len(transaction.read(Grant)) + 1
    now = dt.datetime.now(dt.UTC)
    made = {"grant_id": f"G{number:04d}", "account_id": account_id, "role": role, "made_by": actor[:80], "made_at": now}
    return put(transaction, Grant.model_validate({"from_on": local_day(now), **made, **facts}))


def grant(
    store: Store,
    account_id: str,
    role: AccountRole,
    whose: Whose | None = None,
    *,
    days: tuple[dt.date | None, dt.date | None] = (None, None),
    actor: str,
    by: str | None = None,
) -> Grant:
    """Give an account a role from a day to a day, today without and for good; `by` is the account that gives it.

    Raises:
        AccountError: no such account, area or member; the role is not given for that kind of area; it is the own
            account; or the account has a role that is kept apart from this one.
    """
    check_not_own(account_id, by)
    whose = whose or Whose()
    first, last = days[0] or local_day(), days[1]
    if last is not None and last < first:
        raise AccountError(say("grant.backwards", first=first, last=last))
    with store.transaction(write=True) as transaction:
        accounts = rows_of(transaction.read(Account, account_id=[account_id]), Account)
        if not accounts:
            raise AccountError(say("account.missing", name=account_id))
        if accounts[0].ended_at is not None:
            raise AccountError(say("account.over", name=account_id))
        level = _level(transaction, role, whose)
        _check_apart(transaction, account_id, role, (first, last or dt.date.max))
        return give(
            transaction, account_id, role, actor,
            level=level, area_id=whose.area_id, member_id=whose.member_id, from_on=first, until_on=last,
        )  # fmt: skip


def grants_of(store: Store) -> pd.DataFrame:
    """Return every grant, those that have ended too."""
    with store.transaction() as transaction:
        return transaction.read(Grant)


def _administrators(transaction: Transaction) -> set[str]:
    """Return the accounts that administer today."""
    accounts = transaction.read(Account)
    going_on = set(accounts.loc[accounts["ended_at"].isna(), "account_id"])
    held = rows_of(transaction.read(Grant, role=[AccountRole.ADMINISTRATOR]), Grant)
    return {one.account_id for one in in_force(held, local_day()) if one.account_id in going_on}


@contextmanager
def keeping_an_administrator(transaction: Transaction) -> Iterator[None]:
    """Refuse what is done in the block when nobody could administer after it; raise AccountError."""
    before = _administrators(transaction)
    yield
    if before and not _administrators(transaction):
        raise AccountError(say("account.last_administrator", name=min(before)))


def revoke_grant(store: Store, grant_id: str, *, by: str | None = None) -> None:
    """End a grant from now on; `by` is the account that does so.

    Raises:
        AccountError: there is none, it is the own one, or the last administrator's.
    """
    with store.transaction(write=True) as transaction, keeping_an_administrator(transaction):
        found = rows_of(transaction.read(Grant, grant_id=[grant_id]), Grant)
        if not found:
            raise AccountError(say("grant.missing", grant=grant_id))
        check_not_own(found[0].account_id, by)
        ended = found[0].ended_at or dt.datetime.now(dt.UTC)
        put(transaction, found[0].model_copy(update={"ended_at": ended}))


def in_force(grants: Sequence[Grant], day: dt.date) -> tuple[Grant, ...]:
    """Return the grants that hold on a day."""
    return tuple(
        one
        for one in grants
        if one.ended_at is None and one.from_on <= day and (one.until_on is None or day <= one.until_on)
    )


def kept_apart(grants: Sequence[Grant]) -> tuple[Grant, ...]:
    """Return grants without those that their account has beside the administrator's, against the rule.

    None are given so, but a workspace of an older Gridmap may hold some.
    """
    administers = any(one.role is AccountRole.ADMINISTRATOR for one in grants)
    return tuple(one for one in grants if not (administers and one.role in APART - {AccountRole.ADMINISTRATOR}))


def rights_in(transaction: Transaction, account_id: str, now: dt.datetime | None = None) -> Rights:
    """Return what an account may do now."""
    held = rows_of(transaction.read(Grant, account_id=[account_id]), Grant)
    return Rights(account_id, kept_apart(in_force(held, local_day(now))))


def holds_area(store: Store, rights: Rights, verb: Verb, area_id: str) -> bool:
    """Say whether an account has a verb for an area; only who has the whole city has it for `city`."""
    bounds = rights.bounds(verb)
    if bounds.whole:
        return True
    with store.transaction() as transaction:
        return any(area_id in ids for ids in Extent(transaction, bounds, local_day()).own_areas.values())


def rights_of(store: Store, account_id: str) -> Rights | None:
    """Return what an account may do now; None where there are no accounts, so that everybody may do everything."""
    with store.transaction() as transaction:
        return None if transaction.read(Account).empty else rights_in(transaction, account_id)


def check_asker(store: Store, account_id: str, verb: Verb, area_id: str | None) -> None:
    """Refuse work for an account that may not have it done, or not any more.

    Nobody is refused where there are no accounts.

    Raises:
        NotAllowed: the account has not the verb, or not for the area.
    """
    rights = rights_of(store, account_id)
    if rights is None:
        return
    if not rights.may(verb) or (area_id is not None and not holds_area(store, rights, verb, area_id)):
        raise NotAllowed(say("role.not_allowed"))
