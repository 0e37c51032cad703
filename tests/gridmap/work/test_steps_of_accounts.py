"""The second step in a store of either engine: on, asked for, used once, locked, off."""

import datetime as dt

import pytest

from geodata.workspace import Workspace
from gridmap import second_steps as codes
from gridmap import work
from gridmap.errors import AccountError, SignInRefused
from gridmap.tables import ROWS, AccountRules, RecoveryCode, SecondStep

RULES = AccountRules(lock_failures=3, lock_source_failures=9)
PASSWORD = "Correct-horse-9"
NOW = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.slow)])
def store(request, tmp_path):
    url = request.getfixturevalue("postgis_url") if request.param == "postgis" else None
    opened = Workspace(tmp_path, url).open(create=True)
    work.create_account(opened, "wang", PASSWORD)
    yield opened
    opened.close()


def code(store, now):
    with store.transaction() as transaction:
        secret = transaction.read(SecondStep)["secret"].iloc[0]
    return codes.code_at(secret, codes.step_of(now))


def switch_on(store, now=NOW - MINUTE):
    work.second_steps.begin(store, "wang")
    return work.second_steps.confirm(store, "wang", code(store, now), now)


def promised(store, *, name="wang", password=PASSWORD, now=NOW):
    with pytest.raises(SignInRefused) as caught:
        work.sign_in(store, name, password, source="10.0.0.7", rules=RULES, now=now)
    return caught.value


def finish(store, promise, typed, *, name="wang", now=NOW):
    return work.finish_sign_in(store, name, promise, typed, source="10.0.0.7", rules=RULES, now=now)


def refused(store, promise, typed, **how):
    with pytest.raises(SignInRefused) as caught:
        finish(store, promise, typed, **how)
    return caught.value


def lines(store):
    log = work.audit_log(store)
    return list(zip(log["actor"], log["action"], log["purpose"].fillna(""), strict=True))


def test_it_is_off_until_a_first_code_confirms_it(store):
    assert work.sign_in(store, "wang", PASSWORD, source="10.0.0.7", rules=RULES, now=NOW)
    work.second_steps.begin(store, "wang")
    assert work.sign_in(store, "wang", PASSWORD, source="10.0.0.7", rules=RULES, now=NOW)
    with pytest.raises(SignInRefused):
        work.second_steps.confirm(store, "wang", "000000", NOW)
    given = work.second_steps.confirm(store, "wang", code(store, NOW), NOW)
    now = work.second_steps.standing(store, "wang")
    assert (now.on, now.waiting, now.recovery_left) == (True, None, 10)
    assert len(given) == 10
    promised(store)
    with pytest.raises(AccountError):
        work.second_steps.begin(store, "wang")
    with pytest.raises(AccountError):
        work.second_steps.confirm(store, "wang", code(store, NOW), NOW)


def test_what_waits_can_be_left_and_begun_anew(store):
    work.second_steps.begin(store, "wang")
    first = work.second_steps.standing(store, "wang").waiting
    work.second_steps.begin(store, "wang")
    assert work.second_steps.standing(store, "wang").waiting != first
    work.second_steps.cancel(store, "wang")
    assert work.second_steps.standing(store, "wang").waiting is None
    switch_on(store)
    work.second_steps.cancel(store, "wang")
    assert work.second_steps.standing(store, "wang").on


def test_password_then_code_lets_in_and_each_code_once(store):
    switch_on(store)
    said = promised(store)
    used = code(store, NOW)
    assert work.signed_in(store, finish(store, said.promise, used), RULES, NOW).account_id == "wang"
    refused(store, said.promise, used)
    refused(store, said.promise, code(store, NOW - dt.timedelta(seconds=30)))  # older than the one that was used
    assert finish(store, said.promise, code(store, NOW + dt.timedelta(seconds=30)))


def test_the_first_code_of_the_app_does_not_sign_in_again(store):
    switch_on(store, NOW)
    refused(store, promised(store).promise, code(store, NOW))


def test_nothing_tells_whether_the_password_was_right(store):
    switch_on(store)
    answers = [promised(store), promised(store, password="wrong"), promised(store, name="nobody")]
    assert len({str(answer) for answer in answers}) == 1
    assert len({len(answer.promise) for answer in answers}) == 1
    right = code(store, NOW)
    for answer in answers[1:]:
        refused(store, answer.promise, right, name=answer.account_id)
    assert finish(store, answers[0].promise, right)


def test_a_promise_of_another_account_opens_nothing(store):
    switch_on(store)
    work.create_account(store, "li", PASSWORD)
    work.second_steps.begin(store, "li")
    refused(store, promised(store).promise, code(store, NOW), name="li")
    other = promised(store)
    work.set_password(store, "wang", "Another-horse-8", must_change=False)
    refused(store, other.promise, code(store, NOW))


def test_wrong_codes_lock_the_name_even_for_the_right_one(store):
    switch_on(store)
    promise = promised(store).promise
    for _ in range(3):
        refused(store, promise, "000000")
    refused(store, promise, code(store, NOW))
    assert ("10.0.0.7", "lock", "") in lines(store)
    later = NOW + 20 * MINUTE
    assert finish(store, promised(store, now=later).promise, code(store, later), now=later)


def test_failures_before_and_at_the_second_step_count_together(store):
    switch_on(store)
    promise = promised(store).promise
    promised(store, password="wrong")
    refused(store, promise, "000000")
    promised(store)  # the right password alone neither counts nor forgives
    refused(store, promise, "000000")
    refused(store, promise, code(store, NOW))


def test_a_recovery_code_stands_in_once(store):
    given = switch_on(store)
    promise = promised(store).promise
    assert finish(store, promise, given[3])
    refused(store, promise, given[3])
    assert finish(store, promise, given[4].upper().replace("-", " "))
    assert work.second_steps.standing(store, "wang").recovery_left == 8
    assert ("wang", "sign_in", "recovery code") in lines(store)


def test_it_goes_off_with_a_code_and_wrong_ones_lock(store):
    switch_on(store)

    def off(typed):
        work.second_steps.switch_off(store, "wang", typed, source="10.0.0.7", rules=RULES, now=NOW)

    for _ in range(3):
        with pytest.raises(SignInRefused):
            off("000000")
    with pytest.raises(SignInRefused):
        off(code(store, NOW))
    work.set_password(store, "wang", PASSWORD, must_change=False)  # unlocks
    off(code(store, NOW))
    with store.transaction() as transaction:
        assert transaction.read(SecondStep).empty
        assert transaction.read(RecoveryCode).empty
    assert work.sign_in(store, "wang", PASSWORD, source="10.0.0.7", rules=RULES, now=NOW)
    with pytest.raises(AccountError):
        off("000000")


def test_an_administrator_takes_it_off_others_and_that_is_logged(store):
    switch_on(store)
    with pytest.raises(AccountError, match="own account"):
        work.second_steps.take_off(store, "wang", by="wang")
    assert work.second_steps.standing(store, "wang").on
    work.second_steps.take_off(store.acting("boss", None), "wang", by="boss")
    assert lines(store)[-1] == ("boss", "change", "second step off, administrator")
    assert not work.second_steps.standing(store, "wang").on
    for name in ("wang", "nobody"):
        with pytest.raises(AccountError):
            work.second_steps.take_off(store, name, by="boss")


def test_neither_secret_nor_code_is_recorded_or_kept_in_clear(store, tmp_path):
    given = switch_on(store)
    with store.transaction() as transaction:
        secret = transaction.read(SecondStep)["secret"].iloc[0]
        kept = "".join(transaction.read(row).to_csv() for row in ROWS if row is not SecondStep)
    assert "second step on" in kept
    for clear in (secret, given[0], given[0].replace("-", "")):
        assert clear not in kept
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert secret.encode() not in files
    assert work.verify_audit(store).faults == ()
