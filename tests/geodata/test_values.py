"""Cells of ledgers; expected values from the domain notes, from published examples, or from another library."""

import datetime as dt

import openpyxl.utils.datetime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import values
from gridmap.tables import CareLevel, Category, Role


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1950.1", dt.date(1950, 1, 1)),
        ("1950年1月", dt.date(1950, 1, 1)),
        ("1950年12月3日", dt.date(1950, 12, 3)),
        ("19500101", dt.date(1950, 1, 1)),
        (19500101.0, dt.date(1950, 1, 1)),
        ("1950-1-5", dt.date(1950, 1, 5)),
        ("1950/01/05 00:00:00", dt.date(1950, 1, 5)),
        ("1950.01.05", dt.date(1950, 1, 5)),
        ("1950", dt.date(1950, 1, 1)),
        ("195011", dt.date(1950, 11, 1)),
        (18264, dt.date(1950, 1, 1)),  # Excel's serial of that day
        (45413.0, dt.date(2024, 5, 1)),
        (dt.datetime(2024, 5, 1, 9, 30, tzinfo=dt.UTC), dt.date(2024, 5, 1)),
        ("１９５０年１月", dt.date(1950, 1, 1)),
        ("  ", None),
        (None, None),
    ],
)
def test_dates_are_read_in_every_way_that_ledgers_write_them(cell, expected):
    assert values.date(cell) == expected


@pytest.mark.parametrize("cell", ["1950.13", "19501301", "1950-02-30", "昨天", "12", "1950年1月1日生"])
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(ValueError, match="write it like"):
        values.date(cell)


@given(st.dates(dt.date(1903, 1, 1), dt.date(2100, 1, 1)))
def test_every_way_of_writing_a_day_gives_that_day(day):
    serial = openpyxl.utils.datetime.to_excel(day)
    ways = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
    ]
    assert [values.date(way) for way in [*ways, day]] == [day] * 5
    if serial > 9999 or serial < 1800:  # 1800..2099 is read as a year
        assert values.date(float(serial)) == day


def test_the_check_digit_is_that_of_gb_11643():
    # the standard's own example, and one of the national samples ending in X
    assert values.id_check_digit("11010519491231002") == "X"
    assert values.id_check_digit("44052418800101001") == "4"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        ("11010519491231002×", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("'110105 19491231 002X", "11010519491231002X"),
        ("110105491231002", "110105491231002"),
        (None, None),
    ],
)
def test_identity_numbers_are_folded(cell, expected):
    assert values.id_no(cell) == expected


@pytest.mark.parametrize("cell", ["440524188001010000", 4.40524188001010e17, "4.40524E+17", 440524188001014000])
def test_identity_numbers_that_excel_damaged_are_refused_not_fixed(cell):
    with pytest.raises(values.DamagedByExcelError, match="lost its last digits"):
        values.id_no(cell)


@pytest.mark.parametrize("cell", ["440524188001010015", "4405241880010100", "440524188013010012", "abc"])
def test_wrong_identity_numbers_are_told_from_damaged_ones(cell):
    with pytest.raises(ValueError, match=r"check|write|digits") as caught:
        values.id_no(cell)
    assert not isinstance(caught.value, values.DamagedByExcelError)


@given(st.integers(10**16, 10**17 - 1))
def test_one_digit_in_eleven_is_right(first):
    valid = [digit for digit in "0123456789X" if values.id_check_digit(str(first)) == digit]
    assert len(valid) == 1
    # ISO 7064 MOD 11-2: the weighted sum with the check digit leaves 1
    total = 0
    for digit in str(first):
        total = (total + int(digit)) * 2 % 11
    assert (total + (10 if valid[0] == "X" else int(valid[0]))) % 11 == 1


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86-13812345678", "13812345678"),
        (13812345678.0, "13812345678"),
        ("0714-6543210", "0714-6543210"),
        ("(0714)6543210", "0714-6543210"),
        ("0714 6543210", "0714-6543210"),
        ("13812345678；13987654321", "13812345678、13987654321"),
        ("13812345678/0714-6543210", "13812345678、0714-6543210"),
        ("13812345678 13987654321", "13812345678、13987654321"),
    ],
)
def test_telephone_numbers_are_told_apart(cell, expected):
    assert values.phone(cell) == expected


@pytest.mark.parametrize("cell", ["无", "1381234567", "12345", "23812345678901"])
def test_what_is_no_telephone_number_is_refused(cell):
    with pytest.raises(ValueError, match="no telephone number"):
        values.phone(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("是", True),
        ("√", True),
        ("Y", True),
        (1, True),
        (1.0, True),
        (True, True),
        ("否", False),
        ("×", False),
        ("无", False),
        (0, False),
        (False, False),
        ("", None),
    ],
)
def test_yes_and_no(cell, expected):
    assert values.yes_no(cell) is expected


@pytest.mark.parametrize(
    ("cell", "expected"), [("6层", 6), (6.0, 6), ("约30户", 30), ("６", 6), ("-1", -1), (None, None)]
)
def test_whole_numbers(cell, expected):
    assert values.whole(cell) == expected


@pytest.mark.parametrize("cell", ["3.5", "EG", "3-4"])
def test_what_is_no_whole_number_is_refused(cell):
    with pytest.raises(ValueError, match="no whole number"):
        values.whole(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("孤寡老人 ", "lone_elderly"),
        ("独居", "living_alone"),
        ("living_alone", "living_alone"),
        ("Living Alone", "living_alone"),
        ("低保户", "low_income_allowance"),
        ("五保户", "destitute_support"),
    ],
)
def test_categories_are_known_by_their_chinese_names(cell, expected):
    assert values.one_of(Category)(cell) == expected


def test_levels_and_roles_are_known_by_their_chinese_names():
    assert [values.one_of(CareLevel)(cell) for cell in ("红", "黄色", "绿")] == ["red", "yellow", "green"]
    assert values.one_of(Role)("楼栋志愿者") == "building"
    with pytest.raises(ValueError, match="red, yellow, green"):
        values.one_of(CareLevel)("紫")


def test_no_word_stands_for_two_values():
    for kind, names in values.ALIASES.items():
        words = [values.fold(word) for value, text in names.items() for word in (value, *text.split())]
        assert len(words) == len(set(words)), kind
        assert set(names) == {str(value) for value in kind}, kind


@pytest.mark.parametrize(
    ("cell", "expected"), [("医疗、维修", ("医疗", "维修")), ("a;b，a", ("a", "b")), ("", ()), (None, ())]
)
def test_lists_are_split(cell, expected):
    assert values.several(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (3.0, "3"),
        (3.5, "3.5"),
        (" a ", "a"),
        (True, "true"),
        (float("nan"), None),
        (dt.datetime.fromisoformat("2024-05-01"), "2024-05-01"),
        (420204004003.0, "420204004003"),
    ],
)
def test_cells_become_text(cell, expected):
    assert values.text(cell) == expected


@given(st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.dates()))
def test_parsers_return_or_refuse_but_never_break(cell):
    for parse in (values.text, values.whole, values.number, values.yes_no, values.date, values.id_no, values.phone,
                  values.gender, values.one_of(Category)):  # fmt: skip
        try:
            parse(cell)
        except ValueError as error:
            assert str(error)  # noqa: PT017


@given(
    st.dates(dt.date(1000, 1, 1)), st.text("0123456789Xx０ a", min_size=3, max_size=3), st.sampled_from("0123456789Xx")
)
def test_many_identity_numbers_at_once_are_settled_where_the_parser_returns_them_as_they_are(day, order, last):
    first = f"420281{day:%Y%m%d}{order}"
    for end in {last, values.id_check_digit(first) if first.isdecimal() else last}:
        written = first + end
        found = values.settled_ids([written, "", written[:17]]).tolist()
        assert found == [_as_it_is(values.id_no, written), False, False]


def test_an_identity_number_with_a_day_that_never_was_is_left_to_the_parser():
    days = ["20000229", "19000229", "20230431", "20230430", "20230001", "00000101"]
    numbers = [first + values.id_check_digit(first) for first in (f"420281{day}002" for day in days)]
    assert values.settled_ids(numbers).tolist() == [True, False, False, True, False, False]
    assert values.settled_ids([]).tolist() == []


@given(st.text("0123456789１-", min_size=10, max_size=12))
def test_many_telephone_numbers_at_once_are_settled_where_the_parser_returns_them_as_they_are(written):
    mobile = "1" + written[1:]
    assert values.settled_mobiles([mobile]).tolist() == [
        len(mobile) == 11 and "3" <= mobile[1] <= "9" and _as_it_is(values.phone, mobile)
    ]


def _as_it_is(parse, written):
    try:
        return parse(written) == written
    except ValueError:
        return False
