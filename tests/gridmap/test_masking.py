"""Masks help the reader without giving the person away. All names and numbers here are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap import masking


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("欧阳小明", "欧*明"),
        (" 张小三 ", "张*三"),
        ("张", "张*"),
        ("Resident 7", "R*"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_name_keeps_its_first_and_last_character_at_most(text, shown):
    assert masking.name(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800005678", "138****5678"),
        ("138 0000 5678", "138****5678"),
        ("0714-6540210", "0714-****210"),
        ("07146540210", "0714-****210"),
        ("6540210", "****"),
        ("none", ""),
        ("", ""),
    ],
)
def test_a_telephone_number_keeps_its_ends(text, shown):
    assert masking.phone(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("42020119400229001X", "****001X"), (" 420201194002290011 ", "****0011"), ("1234", "****")]
)
def test_an_identity_number_keeps_its_last_four_only(text, shown):
    assert masking.id_no(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("团结路12号3栋2单元501室", "团结路12号3栋"),
        ("团结路12号3栋501", "团结路12号3栋"),
        ("幸福小区3栋-501", "幸福小区3栋"),
        ("12 Main Street #4", "12 Main Street"),
        ("501室", "****"),
        ("", "****"),
    ],
)
def test_an_address_stops_at_the_building(text, shown):
    assert masking.address(text) == shown


def test_notes_and_birthdays():
    assert masking.note("kept at home") == "****"
    assert masking.note(" ") == ""
    assert masking.date("1940-02-29 00:00:00") == "1940-**-**"


@given(st.text(alphabet="赵钱孙李周吴郑王冯陈", min_size=2, max_size=6))
def test_no_name_shows_more_than_two_of_its_characters(text):
    shown = masking.name(text)
    assert len(shown.replace("*", "")) <= 2
    assert shown != text


@given(st.integers(10**10, 2 * 10**10 - 1).map(str))
def test_no_mobile_number_shows_its_middle(text):
    shown = masking.phone(text)
    assert shown == f"{text[:3]}****{text[7:]}"


@given(st.text(alphabet="0123456789", min_size=17, max_size=17), st.sampled_from("0123456789X"))
def test_no_identity_number_shows_a_birthday(digits, last):
    shown = masking.id_no(digits + last)
    assert shown == f"****{digits[14:]}{last}"


@given(st.sampled_from(sorted(masking.MASKS)), st.text(max_size=30))
def test_every_mask_takes_any_text(kind, text):
    assert isinstance(masking.MASKS[kind](text), str)
