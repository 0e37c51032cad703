"""One-time codes against the published vectors of RFC 6238, the drift of clocks, and what is promised between steps."""

import base64
import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap import second_steps
from gridmap.sealing import Seal
from gridmap.tables import Account

# RFC 6238, appendix B: the seed of the SHA-1 rows and their codes of eight digits, of which ours are the last six
SEED = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
           (2000000000, "69279037"), (20000000000, "65353130")]  # fmt: skip
NOW = dt.datetime(2026, 11, 24, 8, 0, 10, tzinfo=dt.UTC)
STEP = dt.timedelta(seconds=30)
SEAL = Seal(lambda: b"k" * 32)
WANG = Account(account_id="wang", password_hash="x", made_at=NOW, password_at=NOW)


def moment(seconds):
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(seconds, code):
    step = second_steps.step_of(moment(seconds))
    assert second_steps.code_at(SEED, step) == code[-6:]
    assert second_steps.fitting_step(SEED, code[-6:], None, moment(seconds)) == seconds // 30


@pytest.mark.parametrize("off", range(-3, 4))
def test_a_clock_may_be_one_step_off(off):
    code = second_steps.code_at(SEED, second_steps.step_of(NOW) + off)
    found = second_steps.fitting_step(SEED, code, None, NOW)
    assert found == (second_steps.step_of(NOW) + off if abs(off) <= 1 else None)


@given(st.integers(-2, 2), st.integers(-2, 2))
def test_a_code_is_used_once_and_none_before_it_afterwards(used, typed):
    here = second_steps.step_of(NOW)
    found = second_steps.fitting_step(SEED, second_steps.code_at(SEED, here + typed), here + used, NOW)
    assert (found is not None) == (-1 <= typed <= 1 and typed > used)


@pytest.mark.parametrize("typed", ["287 082", " 287082 ", "287-082", "２８７０８２"])
def test_a_code_may_be_typed_as_it_is_shown(typed):
    assert second_steps.fitting_step(SEED, typed, None, moment(59)) == 1


@pytest.mark.parametrize("typed", ["", "28708", "94287082", "0287082", "一二三四五六", "\0", "\ud800", "287082" * 1000])
def test_anything_else_is_wrong(typed):
    assert second_steps.fitting_step(SEED, typed, None, moment(59)) is None


def test_an_app_is_told_all_that_it_needs():
    secret = second_steps.new_secret()
    assert len(base64.b32decode(secret)) == 20
    told = urlsplit(second_steps.address(secret, "wang", "小镇（虚构）"))
    assert (told.scheme, told.netloc) == ("otpauth", "totp")
    assert parse_qs(told.query) == {"secret": [secret], "issuer": ["小镇（虚构）"]}


def test_recovery_codes_are_many_long_and_of_one_account():
    codes = second_steps.new_recovery_codes()
    assert len(set(codes)) == 10
    assert {len(base64.b32decode(code.replace("-", "").upper())) for code in codes} == {10}
    kept = second_steps.recovery_digest("wang", codes[0])
    assert second_steps.recovery_digest("wang", f" {codes[0].upper().replace('-', ' ')} ") == kept
    assert second_steps.recovery_digest("li", codes[0]) != kept


def test_a_promise_holds_for_its_account_its_password_and_five_minutes():
    made = second_steps.promise(SEAL, WANG, NOW)
    assert second_steps.keeps(made, SEAL, WANG, NOW + dt.timedelta(minutes=4))
    assert not second_steps.keeps(made, SEAL, WANG, NOW + dt.timedelta(minutes=5))
    assert not second_steps.keeps(made, SEAL, WANG, NOW - dt.timedelta(minutes=1))
    assert not second_steps.keeps(made, SEAL, WANG.model_copy(update={"account_id": "li"}), NOW)
    assert not second_steps.keeps(made, SEAL, WANG.model_copy(update={"password_at": NOW + STEP}), NOW)
    assert not second_steps.keeps(made, Seal(lambda: b"x" * 32), WANG, NOW)


def test_a_promise_that_is_good_for_nothing_looks_like_a_good_one():
    shapes = {
        tuple((len(part), part.strip("0123456789abcdef")) for part in second_steps.promise(SEAL, whose, NOW).split("."))
        for whose in (WANG, None)
    }
    assert len(shapes) == 1
    assert not second_steps.keeps(second_steps.promise(SEAL, None, NOW), SEAL, WANG, NOW)


@given(st.text(max_size=120))
def test_whatever_else_is_sent_promises_nothing(sent):
    assert not second_steps.keeps(sent, SEAL, WANG, NOW)
    good = second_steps.promise(SEAL, WANG, NOW)
    assert not second_steps.keeps(sent + good, SEAL, WANG, NOW) or not sent
