"""Who administers does not keep watch over it: whatever is asked for, in whatever order."""

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.workspace import Workspace
from gridmap import work
from gridmap.errors import AccountError
from gridmap.tables import AccountRole, Grant
from gridmap.work.grants import give, in_force, rights_in
from gridmap.work.keeping import rows_of

PASSWORD = "Correct-horse-9"
NAMES = ("boss", "li", "zhao")
CITY_ROLES = (AccountRole.ADMINISTRATOR, AccountRole.AUDIT_READER, AccountRole.PLANNER, AccountRole.VIEWER)
TODAY = work.local_day()
DAYS = st.none() | st.integers(0, 6).map(lambda days: TODAY + dt.timedelta(days=days))


@pytest.fixture
def new_store(tmp_path):
    """A store with three accounts, the first of which administers."""
    opened = Workspace(tmp_path).open(create=True)
    for name in NAMES:
        work.create_account(opened, name, PASSWORD)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    opened = Workspace(tmp_path_factory.mktemp("apart")).open(create=True)
    for name in NAMES:
        work.create_account(opened, name, PASSWORD)
    with opened.transaction() as transaction:
        first = transaction.read(Grant)
    yield opened, first
    opened.close()


def grants(store):
    with store.transaction() as transaction:
        return rows_of(transaction.read(Grant), Grant)


def together(held, day):
    """Both roles of one account on a day, found without the code that forbids it."""
    on = {(one.account_id, one.role) for one in in_force(held, day)}
    return [name for name in NAMES if {(name, role) for role in CITY_ROLES[:2]} <= on]


ASKED = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(CITY_ROLES), DAYS, DAYS, st.booleans()),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ASKED)
def test_no_order_of_requests_brings_both_together_or_changes_the_own_roles(shared, asked):
    store, first = shared
    with store.transaction(write=True) as transaction:
        transaction.delete(Grant)
        transaction.insert(first, Grant)
    for by, name, role, begins, ends, gives in asked:
        before = {one for one in grants(store) if one.account_id == by}
        try:
            if gives:
                work.grant(store, name, role, days=(begins, ends), actor=by, by=by)
            else:
                held = [one.grant_id for one in grants(store) if one.account_id == name]
                work.revoke_grant(store, held[0] if held else "G9999", by=by)
        except AccountError:
            pass
        held = grants(store)
        assert {one for one in held if one.account_id == by} == before
        assert [name for days in range(15) for name in together(held, TODAY + dt.timedelta(days=days))] == []


@pytest.mark.parametrize("role", AccountRole)
def test_nobody_gives_a_role_to_the_own_account(new_store, role):
    with pytest.raises(AccountError, match="own account") as caught:
        work.grant(new_store, "boss", role, actor="boss", by="boss")
    assert "另一位" in str(caught.value.args[0].zh)
    assert len(grants(new_store)) == 1


def test_nobody_takes_a_role_from_the_own_account(new_store):
    work.grant(new_store, "li", AccountRole.ADMINISTRATOR, actor="boss", by="boss")
    with pytest.raises(AccountError, match="own account"):
        work.revoke_grant(new_store, "G0001", by="boss")
    work.revoke_grant(new_store, "G0001", by="li")


def test_the_roles_may_follow_each_other_but_not_meet(new_store):
    def watch(name, first, last):
        days = (TODAY + dt.timedelta(days=first), TODAY + dt.timedelta(days=last))
        return work.grant(new_store, name, AccountRole.AUDIT_READER, days=days, actor="boss", by="boss")

    watch("li", 0, 3)
    with pytest.raises(AccountError, match="G0002"):
        work.grant(new_store, "li", AccountRole.ADMINISTRATOR, actor="boss", by="boss")
    later = TODAY + dt.timedelta(days=4)
    work.grant(new_store, "li", AccountRole.ADMINISTRATOR, days=(later, None), actor="boss", by="boss")
    with pytest.raises(AccountError, match="administrator"):
        watch("li", 4, 4)
    work.revoke_grant(new_store, "G0003", by="boss")
    watch("li", 4, 4)


def test_no_other_two_roles_are_kept_apart(new_store):
    for one, other in combinations(CITY_ROLES, 2):
        if {one, other} != set(CITY_ROLES[:2]):
            made = [work.grant(new_store, "li", role, actor="x", by="boss") for role in (one, other)]
            for given_role in made:
                work.revoke_grant(new_store, given_role.grant_id)


def test_what_an_older_workspace_holds_of_both_does_not_read_the_log(new_store):
    with new_store.transaction(write=True) as transaction:
        give(transaction, "boss", AccountRole.AUDIT_READER, "old")
        give(transaction, "boss", AccountRole.PLANNER, "old")
        rights = rights_in(transaction, "boss")
    assert {one.role for one in rights.grants} == {AccountRole.ADMINISTRATOR, AccountRole.PLANNER}
