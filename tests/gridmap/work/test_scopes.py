"""Who reads what through a scope, on both engines: worked out by hand from the town of tests/scope_town.py."""

import datetime as dt
import sys
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

sys.path.insert(0, str(Path(__file__).parents[1]))  # the hand-drawn town
sys.path.insert(0, str(Path(__file__).parents[2]))

import scope_town

from gridmap import work
from gridmap.audit import Audited
from gridmap.errors import AccountError, NotAllowed, StoreError
from gridmap.roles import ROLES, Rights, Verb
from gridmap.schema import keys
from gridmap.scope import Known, Remembered, Scoped
from gridmap.sealing import Seal
from gridmap.tables import (
    ROWS,
    Account,
    AccountRole,
    AuditEntry,
    Building,
    Community,
    Grant,
    HazardSite,
    Household,
    Inspection,
    Level,
    Member,
    MemberPlace,
    Pairing,
    Proposal,
    Street,
    Token,
)

DAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def store(either_store):
    opened = Audited(either_store, Seal(lambda: b"k" * 32), actor="test")
    with either_store.transaction(write=True) as transaction:
        for row in reversed(ROWS):
            transaction.delete(row)
    scope_town.fill(opened)
    return opened


def grant(role, level=None, area_id=None, member_id=None):
    return Grant(grant_id="G1", account_id="x", role=role, level=level, area_id=area_id, member_id=member_id,
                 from_on=DAY, made_by="t", made_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))  # fmt: skip


def read(store, *grants, account="x"):
    """Return a reader of ids: the rows of a noun as somebody with these grants sees them."""

    def ids(row, **where):
        with Scoped(store, Rights(account, grants), DAY).transaction() as transaction:
            found = transaction.read(row, **where)
            return set(found[keys(row)[0]])

    return ids


PLANNER = AccountRole.PLANNER


def test_a_community_is_its_households_its_helpers_its_sites_and_the_areas_round_it(store):
    ids = read(store, grant(PLANNER, Level.COMMUNITY, "C1"))
    assert ids(Household) == {"a", "b", "c", "d", "e", "g", "nowhere"}
    assert ids(Member) == {"m1", "m2", "m3", "u1"}
    assert ids(HazardSite) == {"H1", "H3"}
    assert ids(Community) == {"C1"}
    assert ids(Street) == {"S1"}
    assert ids(Building) == {"B1", "B2", "B3"}
    assert ids(Inspection) == ids(Proposal) == set()


def test_a_grid_sees_the_helper_from_elsewhere_but_not_where_the_helper_lives(store):
    ids = read(store, grant(AccountRole.GRID_MANAGER, Level.GRID, "G1"))
    assert ids(Household) == {"a", "b", "c", "d", "g"}
    assert ids(Member) == {"m1", "m2", "m3", "u1"}  # m2, m3 and u1 live in G2
    assert ids(MemberPlace) == {"m1"}


def test_several_grants_add_up(store):
    ids = read(store, grant(PLANNER, Level.COMMUNITY, "C2"), grant(AccountRole.GRID_MANAGER, Level.GRID, "G2"))
    assert ids(Household) == {"e", "f", "STRANGE-H", "STRANGE-HELD", "STRANGE-P"}
    assert ids(Proposal) == {"P0001"}  # by the planner of C2 alone


def test_a_member_sees_the_own_households_and_nobody_else(store):
    ids = read(store, grant(AccountRole.MEMBER, member_id="m1"))
    assert ids(Household) == {"a", "d", "g"}
    assert ids(Member) == {"m1", "m2"}  # m2 looks after a too
    assert ids(Building) == {"B1", "B2"}
    assert ids(HazardSite) == set()


@pytest.mark.parametrize("role", [AccountRole.ADMINISTRATOR, AccountRole.AUDIT_READER, AccountRole.VIEWER])
def test_who_has_no_people_to_look_after_sees_none(store, role):
    ids = read(store, grant(role))
    for row in (Household, Member, Pairing, HazardSite, MemberPlace):
        assert ids(row) == set()
    assert bool(ids(AuditEntry)) == (role is AccountRole.AUDIT_READER)


def test_a_noun_that_no_role_reads_is_empty_for_everybody(store):
    everything = [grant(role) for role in AccountRole]
    assert read(store, *everything)(Token) == set()
    assert Token not in {noun for powers in ROLES.values() for noun in powers.reads}


def test_of_accounts_everybody_reads_the_own(store):
    assert read(store, grant(PLANNER), account="field")(Account) == {"field"}


def test_without_a_grant_there_is_nothing(store):
    for row in ROWS:
        with Scoped(store, Rights("x"), DAY).transaction() as transaction:
            assert transaction.read(row).empty


def test_the_whole_city_is_everybody(store):
    with store.transaction() as transaction:
        everybody = set(transaction.read(Household)["household_id"])
    assert read(store, grant(PLANNER))(Household) == everybody


def test_asking_for_a_row_by_its_id_does_not_find_a_stranger(store):
    ids = read(store, grant(PLANNER, Level.COMMUNITY, "C1"))
    assert ids(Household, household_id=["STRANGE-H", "a"]) == {"a"}


def test_nothing_is_written_through_a_scope(store):
    scoped = Scoped(store, Rights("x", (grant(PLANNER),)), DAY)
    with pytest.raises(StoreError), scoped.transaction(write=True):
        pass
    with scoped.transaction() as transaction:
        for write in (
            lambda: transaction.delete(Household),
            lambda: transaction.advance("x"),
            lambda: transaction.insert(None, Household),
            lambda: transaction.upsert(None, Household),
        ):
            with pytest.raises(StoreError):
                write()


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(DAY, None, True), (DAY, DAY, True), (DAY + dt.timedelta(1), None, False),
     (DAY - dt.timedelta(9), DAY - dt.timedelta(1), False)],
)  # fmt: skip
def test_a_grant_holds_from_its_first_to_its_last_day(first, last, holds):
    from gridmap.work.grants import in_force

    one = grant(PLANNER).model_copy(update={"from_on": first, "until_on": last})
    assert bool(in_force([one], DAY)) == holds
    assert not in_force([one.model_copy(update={"ended_at": dt.datetime(2026, 1, 2, tzinfo=dt.UTC)})], DAY)


@pytest.mark.parametrize(
    ("role", "whose"),
    [(AccountRole.FIRST_SECRETARY, work.Whose()), (AccountRole.PLANNER, work.Whose("B1")),
     (AccountRole.PLANNER, work.Whose("no-such")), (AccountRole.MEMBER, work.Whose()),
     (AccountRole.MEMBER, work.Whose(member_id="no-such")), (AccountRole.PLANNER, work.Whose(member_id="m1")),
     (AccountRole.ADMINISTRATOR, work.Whose("C1"))],
)  # fmt: skip
def test_a_role_is_given_for_what_it_is_for(store, role, whose):
    before = len(work.grants_of(store))
    with pytest.raises(AccountError):
        work.grant(store, "nobody", role, whose, actor="test")
    assert len(work.grants_of(store)) == before


def test_work_that_was_asked_for_is_refused_when_the_role_is_gone(store):
    work.check_asker(store, "chief", Verb.BRING_IN, None)
    work.check_asker(store, "planner", Verb.PROPOSE, "G1")
    for who, verb, area in (
        ("planner", Verb.PROPOSE, "C2"), ("planner", Verb.PROPOSE, "city"), ("planner", Verb.BRING_IN, None),
        ("viewer", Verb.PROPOSE, "C1"), ("stranger", Verb.PROPOSE, "C1"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            work.check_asker(store, who, verb, area)


GRANTS = {
    "community": grant(PLANNER, Level.COMMUNITY, "C1"),
    "grid": grant(AccountRole.GRID_MANAGER, Level.GRID, "G1"),
    "member": grant(AccountRole.MEMBER, member_id="m1"),
}


@pytest.mark.parametrize("name", GRANTS)
def test_what_is_known_of_the_whole_city_changes_nothing_of_what_a_scope_reads(store, name):
    rights = Rights("x", (GRANTS[name],))
    whole = work.picture(store)
    known = Known(whole.revision, whole.frames)
    plain, quick = work.picture_within(store, rights), work.picture_within(store, rights, known)
    assert plain.withheld == quick.withheld
    for row, frame in plain.frames.items():
        assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(quick.frames[row]), obj=row.table)
    assert_frame_equal(plain.coverage.areas, quick.coverage.areas)


def test_what_is_known_of_another_revision_is_not_believed(store):
    whole = work.picture(store)
    nobody = {**whole.frames, Household: whole.frames[Household].iloc[:0]}
    rights = Rights("x", (GRANTS["community"],))
    right, wrong = (Known(revision, nobody) for revision in (whole.revision, whole.revision - 1))
    assert len(work.picture_within(store, rights, right).frames[Household]) == 0
    assert len(work.picture_within(store, rights, wrong).frames[Household]) == 7


def test_a_reader_may_add_to_a_frame_that_all_share(store):
    whole = work.picture(store)
    known = Known(whole.revision, whole.frames)
    with store.transaction() as transaction:
        Remembered(transaction, known).read(Household)["marked"] = 1
        assert "marked" not in Remembered(transaction, known).read(Household)
