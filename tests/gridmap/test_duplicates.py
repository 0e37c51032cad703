"""Invented people, some of them written twice."""

import hashlib
import hmac

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap import frames
from gridmap.duplicates import check_digit, find_duplicates, fingerprint, near_names, phones, whole_id_no
from gridmap.tables import Household, HouseholdPlace, Member

KEY = b"a test key"
ID = "11010519491231002X"
"""The example number printed in the standard GB 11643 itself."""


def households(*rows):
    return frames.check(
        frames.conform(pd.DataFrame([{"household_id": f"h{n}", **row} for n, row in enumerate(rows)]), Household),
        Household,
    )


def pairs(found):
    return list(zip(found["first_id"], found["second_id"], found["sign"], strict=True))


def test_check_digit_of_the_standard():
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


@pytest.mark.parametrize(
    "text",
    [ID, "11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002×", "110105491231002"],
)
def test_one_number_in_five_spellings(text):
    assert whole_id_no(text) == ID
    assert fingerprint(text, KEY) == hmac.new(KEY, ID.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize("text", ["110105194912310021", "110105194912310000", "", "无", "11010519491231002"])
def test_broken_numbers_have_no_fingerprint(text):
    assert fingerprint(text, KEY) is None


@given(st.from_regex(r"[1-9]\d{16}", fullmatch=True), st.integers(0, 16), st.integers(1, 9))
def test_the_check_digit_catches_every_single_slip(first_17, place, step):
    slipped = first_17[:place] + str((int(first_17[place]) + step) % 10) + first_17[place + 1 :]
    assert whole_id_no(slipped + check_digit(first_17)) is None


def test_a_number_ruined_by_excel_joins_nobody():
    rows = households({"id_no": "110105194912310000", "name": "甲一"}, {"id_no": "110105194912310000", "name": "乙二"})
    assert pairs(find_duplicates(rows, noun=Household, key=KEY)) == []


def test_same_number_in_two_spellings_is_one_person():
    rows = households({"id_no": ID}, {"id_no": "110105491231002"}, {"id_no": ID.lower()})
    found = find_duplicates(rows, noun=Household, key=KEY)
    assert pairs(found) == [("h0", "h1", "id_no"), ("h0", "h2", "id_no"), ("h1", "h2", "id_no")]
    assert found["score"].tolist() == [1.0, 1.0, 1.0]


def test_same_name_birth_and_building():
    person = {"name": "王小明", "birth": pd.Timestamp("1950-03-01")}
    rows = households(person, person, person, {**person, "birth": pd.Timestamp("1950-03-02")})
    places = pd.DataFrame({"household_id": ["h0", "h1", "h2", "h3"], "building_id": ["b1", "b1", "b2", "b1"]})
    empty = frames.conform(
        places.assign(accuracy="building", method="building", reason="", geometry=None), HouseholdPlace
    )
    found = find_duplicates(rows, noun=Household, key=KEY, places=empty)
    assert pairs(found) == [("h0", "h1", "name_birth_building")]


def test_the_birth_in_an_identity_number_is_a_birth_date():
    rows = households(
        {"name": "王小明", "birth": pd.Timestamp("1949-12-31")}, {"name": "王小明", "id_no": ID}, {"name": "王小明"}
    )
    places = pd.DataFrame({"household_id": ["h0", "h1", "h2"], "building_id": "b1"})
    found = find_duplicates(rows, noun=Household, key=KEY, places=places)
    assert pairs(found) == [("h0", "h1", "name_birth_building")]


def test_near_names_with_one_telephone():
    rows = households(
        {"name": "张晓红", "phone": "138 1234 5678"},
        {"name": "章小红", "phone": "+86-13812345678"},  # sounds the same
        {"name": "张晓明", "phone": "0714-6543210;13812345678"},  # one character: perhaps a brother
        {"name": "李四", "phone": "13812345678"},
        {"name": "张晓红", "phone": "13800000000"},
    )
    found = find_duplicates(rows, noun=Household, key=KEY)
    assert pairs(found) == [("h0", "h1", "phone_like_sound"), ("h0", "h2", "phone_one_off")]
    assert found["score"].tolist() == pytest.approx([0.81, 0.54])


def test_an_office_number_shared_by_many_says_nothing():
    rows = households(*[{"name": "王芳", "phone": "0714-6543210"} for _ in range(13)])
    assert pairs(find_duplicates(rows, noun=Household, key=KEY)) == []


def test_one_pair_is_told_once_with_every_sign():
    person = {"name": "王小明", "phone": "13812345678", "id_no": ID}
    found = find_duplicates(households(person, person), noun=Household, key=KEY)
    assert pairs(found) == [("h0", "h1", "id_no")]
    assert found["signs"][0] == ("id_no", "phone_same_name")


def test_members_and_empty_frames():
    rows = frames.conform(pd.DataFrame({"member_id": ["m1", "m2"], "id_no": [ID, ID]}), Member)
    assert pairs(find_duplicates(rows, noun=Member, key=KEY)) == [("m1", "m2", "id_no")]
    assert len(find_duplicates(frames.empty(Member), noun=Member, key=KEY)) == 0


def test_phones():
    assert phones("13812345678、0714-6543210") == ("13812345678", "07146543210")
    assert phones("0086 138-1234-5678") == ("13812345678",)
    assert phones("无") == ()


def test_near_names():
    assert near_names("张三", "李四")[0] == 0.0
    assert near_names("张伟", "张玮")[0] == 0.9
    assert near_names("张伟", "张芳")[0] == 0.0
