"""Accounts of a demonstration: one for each role, in an invented city that may be thrown away."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridmap import accounts
from gridmap.duty import in_force
from gridmap.errors import StoreError
from gridmap.phrases import say
from gridmap.store import Store
from gridmap.tables import Account, AccountRole, Grant, HazardSite, Level, Pairing
from gridmap.work.accounts import create_account, set_password
from gridmap.work.grants import Whose, grant, local_day
from gridmap.work.grants import in_force as grants_in_force
from gridmap.work.keeping import rows_of
from gridmap.work.reading import Picture, facts_of, picture


@dataclass(frozen=True)
class Guest:
    """An account of the demonstration with the password that is told this once; its name is that of its role."""

    account_id: str
    role: AccountRole
    password: str
    level: Level | None
    where: str


def check_throwaway(store: Store) -> None:
    """Let a workspace pass that a demonstration may overwrite: one of its own, or an invented city without accounts.

    Raises:
        StoreError: it holds something else.
    """
    with store.transaction() as transaction:
        city = facts_of(transaction)
        if not city.demo and not (city.invented and transaction.read(Account).empty):
            raise StoreError(say("demo.other", name=city.name))


def invite_guests(store: Store) -> tuple[Guest, ...]:
    """Make an account for each role, or give those of an earlier demonstration a new password.

    Raises:
        StoreError: the workspace is no demonstration.
    """
    taken = picture(store)
    if not taken.city.demo:
        raise StoreError(say("demo.other", name=taken.city.name))
    given = _given(taken)
    with store.transaction() as transaction:
        known = set(transaction.read(Account)["account_id"])
    return tuple(_invite(store, role, given.get(role), known=role in known) for role in AccountRole)


def _invite(store: Store, role: AccountRole, given: tuple[Whose, Level | None, str] | None, *, known: bool) -> Guest:
    password = accounts.one_time_password()
    if known:
        set_password(store, role, password, must_change=False)
    else:
        create_account(store, role, password)
    whose, level, where = given or (Whose(), None, "")
    if role not in {one.role for one in guests_of(store)}:
        grant(store, role, role, whose, actor="demo")
    return Guest(str(role), role, password, level, where)


def _given(taken: Picture) -> dict[AccountRole, tuple[Whose, Level | None, str]]:
    """Return for what each role that has a part of the city is given: a part in which there is something to do."""
    rows = taken.coverage.areas
    found: dict[AccountRole, tuple[Whose, Level | None, str]] = {}
    for role, level in ((AccountRole.FIRST_SECRETARY, Level.COMMUNITY), (AccountRole.GRID_MANAGER, Level.GRID)):
        worst = rows[rows["level"] == level].sort_values("gaps", ascending=False, kind="stable").iloc[0]
        found[role] = Whose(str(worst["area_id"])), level, str(worst["name"])
    sites = taken.frames[HazardSite]["community_id"].value_counts()
    if len(sites):
        area = str(sites.index[0])
        name = rows.loc[(rows["level"] == Level.COMMUNITY) & (rows["area_id"] == area), "name"].iloc[0]
        found[AccountRole.FIELD_STAFF] = Whose(area), Level.COMMUNITY, str(name)
    ties = taken.frames[Pairing]
    busiest = str(ties.loc[in_force(ties, taken.day), "member_id"].value_counts().index[0])
    found[AccountRole.MEMBER] = Whose(member_id=busiest), None, busiest
    return found


def guests_of(store: Store) -> Sequence[Grant]:
    """Return the roles in force of a demonstration, whose sign-in names them; none of any other workspace."""
    with store.transaction() as transaction:
        if not facts_of(transaction).demo:
            return ()
        return grants_in_force(rows_of(transaction.read(Grant), Grant), local_day())
