"""Numerals on doors and traditional characters, against tables written out independently."""

import pytest

from gridmap.addresses.numerals import arabic
from gridmap.addresses.traditional import simplify

ONES = "零一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"


def quantity(number, ones=ONES, ten="十", hundred="百"):
    """Write 1..999 the way a teacher would, the leading 一 of 十几 left out."""
    hundreds, below = divmod(number, 100)
    tens, last = divmod(below, 10)
    text = ones[hundreds] + hundred if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else ones[tens]) + ten
    elif hundreds and last:
        text += ones[0]
    return text + (ones[last] if last else "")


@pytest.mark.parametrize("number", range(1, 1000))
def test_quantities(number):
    assert arabic(quantity(number)) == str(number)
    assert arabic(quantity(number, FORMAL, "拾", "佰")) == str(number)


@pytest.mark.parametrize("number", [101, 302, 501, 1203, 2010, 909])
def test_numerals_read_sign_by_sign(number):
    assert arabic("".join(ONES[int(digit)] for digit in str(number))) == str(number)
    assert arabic("".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))) == str(number)


@pytest.mark.parametrize(("text", "expected"), [("两", "2"), ("廿一", "21"), ("007", "7"), ("0", "0"), ("1十", "10")])
def test_other_numerals(text, expected):
    assert arabic(text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("百花園", "百花园", "園"),
        ("湖濱大道43號3棟2單元", "湖滨大道43号3栋2单元", "濱號棟單"),
        ("東風農場陳貴鎮", "东风农场陈贵镇", "東風農場陳貴鎮"),
        ("乾塔路", "乾塔路", ""),
        ("黄石大道", "黄石大道", ""),
    ],
)
def test_traditional_characters_fold_and_shared_ones_stay(text, expected, found):
    assert simplify(text) == (expected, found)
