"""Accounts, sessions, locks and tokens in a store of either engine."""

import datetime as dt

import pytest

from geodata.workspace import Workspace
from gridmap import accounts, work
from gridmap.errors import AccountError, InputError, SignInRefused
from gridmap.tables import Account, AccountRole, AccountRules, Session, Token, TokenScope

RULES = AccountRules(lock_failures=2, lock_source_failures=4)  # few, since each failure costs a slow hash
PASSWORD = "Correct-horse-9"
NOW = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgis"])
def store(request, tmp_path):
    url = request.getfixturevalue("postgis_url") if request.param == "postgis" else None
    opened = Workspace(tmp_path, url).open(create=True)
    work.create_account(opened, "wang", PASSWORD)
    yield opened
    opened.close()


def enter(store, password=PASSWORD, *, name="wang", source="10.0.0.7", now=NOW):
    return work.sign_in(store, name, password, source=source, rules=RULES, now=now)


def refused(store, **how):
    with pytest.raises(SignInRefused) as caught:
        enter(store, **how)
    return str(caught.value)


def acts(store):
    log = work.audit_log(store)
    return list(zip(log["action"], log["subject"], strict=True))


@pytest.mark.parametrize("password", ["Short-1", "onlysmallletters", "UPPER-CASE", "xx-Wang-99", "Aa1-" * 65])
def test_weak_passwords_are_refused(password):
    with pytest.raises(InputError, match="password"):
        accounts.check_password(password, "wang", AccountRules())


@pytest.mark.parametrize("name", ["", "a", "Wang", "王五", "a b", "-a", "a" * 65])
def test_names_that_nobody_could_type_are_refused(name):
    with pytest.raises(InputError, match=r"account\.name"):
        accounts.check_name(name)


def test_the_defaults_are_usual_practice_of_the_second_level():
    assert AccountRules().model_dump() == {
        "password_length": 8, "password_days": None, "lock_failures": 5, "lock_source_failures": 20,
        "lock_minutes": 20, "idle_minutes": 20, "session_hours": 12,
    }  # fmt: skip


def test_no_password_or_secret_is_kept_or_recorded_in_clear(store):
    secret = enter(store)
    token = work.create_token(store, "wang", scope=TokenScope.READ, days=1, purpose="gis")
    with store.transaction() as transaction:
        found = "".join(transaction.read(row).to_csv() for row in (Account, Session, Token))
    found += work.audit_log(store).to_csv()
    assert "$argon2id$" in found
    for clear in (PASSWORD, secret, token.split("_", 2)[2]):
        assert clear not in found


def test_a_session_ends_by_idleness_and_by_age(store):
    secret = enter(store)
    assert work.signed_in(store, secret, RULES, NOW + 19 * MINUTE).account_id == "wang"
    assert work.signed_in(store, secret, RULES, NOW + 38 * MINUTE).account_id == "wang"
    assert work.signed_in(store, secret, RULES, NOW + 58 * MINUTE) is None
    secret, moment = enter(store), NOW
    while moment < NOW + 719 * MINUTE:
        moment = min(moment + 19 * MINUTE, NOW + 719 * MINUTE)
        assert work.signed_in(store, secret, RULES, moment) is not None
    assert work.signed_in(store, secret, RULES, NOW + 720 * MINUTE) is None


def test_signing_out_ends_the_session_and_no_other(store):
    one, other = enter(store), enter(store)
    work.sign_out(store, one)
    assert work.signed_in(store, one, RULES, NOW) is None
    assert work.signed_in(store, other, RULES, NOW) is not None


def test_failures_lock_the_name_even_for_the_right_password(store):
    said = {refused(store, password="wrong", source=f"10.0.0.{at}") for at in range(2)}
    said.add(refused(store, source="10.0.1.1", now=NOW + 19 * MINUTE))
    said.add(refused(store, name="nobody"))
    assert len(said) == 1
    assert enter(store, source="10.0.1.1", now=NOW + 20 * MINUTE)
    assert ("lock", "wang") in acts(store)


def test_a_name_that_does_not_exist_locks_in_the_same_way_and_is_not_recorded(store):
    for _ in range(2):
        refused(store, name="nobody")
    recorded = [(action, subject) for action, subject in acts(store) if action in {"lock", "sign_in_refused"}]
    assert [action for action, _ in recorded].count("lock") == 1
    assert all(subject.startswith("~") for _, subject in recorded)


def test_failures_from_an_address_lock_it_for_every_name(store):
    for at in range(4):
        refused(store, name=f"name{at}")
    refused(store)
    assert enter(store, source="10.0.0.8")


def test_failures_are_forgotten_after_a_success_and_after_a_while(store):
    refused(store, password="wrong")
    enter(store)
    refused(store, password="wrong")
    refused(store, password="wrong", now=NOW + 21 * MINUTE)
    assert enter(store, now=NOW + 21 * MINUTE)


def test_a_new_password_ends_every_session_and_the_old_one(store):
    secret = enter(store)
    with pytest.raises(SignInRefused):
        work.change_password(store, "wang", "wrong", "Another-horse-8", RULES)
    with pytest.raises(InputError, match="old one"):
        work.change_password(store, "wang", PASSWORD, PASSWORD, RULES)
    work.change_password(store, "wang", PASSWORD, "Another-horse-8", RULES)
    assert work.signed_in(store, secret, RULES, NOW) is None
    refused(store)
    assert enter(store, "Another-horse-8")


def test_a_password_made_by_somebody_else_or_too_old_must_be_changed(store):
    work.set_password(store, "wang", "Given-by-admin-1", must_change=True)
    secret = enter(store, "Given-by-admin-1")
    assert work.signed_in(store, secret, RULES, NOW).must_change
    work.set_password(store, "wang", PASSWORD, must_change=False)
    now = dt.datetime.now(dt.UTC) + dt.timedelta(days=91)
    secret = enter(store, now=now)
    assert not work.signed_in(store, secret, RULES, now).must_change
    assert work.signed_in(store, secret, AccountRules(password_days=90), now).must_change


def test_an_ended_account_lets_nobody_in_and_the_last_cannot_be_ended(store):
    with pytest.raises(AccountError, match="last"):
        work.end_account(store, "wang")
    work.create_account(store, "li", PASSWORD)
    with pytest.raises(AccountError, match="last administrator"):
        work.end_account(store, "wang")
    work.grant(store, "li", AccountRole.ADMINISTRATOR, actor="test")
    secret, token = enter(store), work.create_token(store, "wang", scope=TokenScope.READ, days=9, purpose="")
    work.end_account(store, "wang")
    assert work.signed_in(store, secret, RULES, NOW) is None
    assert work.let_in(store, token) is None
    refused(store)


def test_a_token_lets_in_until_its_day_or_until_it_is_revoked(store):
    token = work.create_token(store, "wang", scope=TokenScope.WRITE, days=2, purpose="gis")
    assert work.let_in(store, token).writes
    assert work.let_in(store, token, dt.datetime.now(dt.UTC) + dt.timedelta(days=2)) is None
    assert work.let_in(store, token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert all(work.let_in(store, wrong) is None for wrong in ("", "gm", "gm_", "gm__", token[3:]))
    work.revoke_token(store, token.split("_")[1])
    assert work.let_in(store, token) is None


def test_the_log_is_whole_after_all_that(store):
    enter(store)
    refused(store, password="wrong")
    assert acts(store)[-2:] == [("sign_in", "wang"), ("sign_in_refused", "wang")]
    assert work.verify_audit(store).faults == ()
