import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.columns import Plan, Raw, as_text, evaluate, fill_ids, missing_fields, read_columns
from geodata.findings import Findings
from gridmap.errors import Severity
from gridmap.tables import Building, Grid, Household, Member


def raw(**columns):
    data = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    return Raw("f.csv", data, np.arange(2, 2 + len(data)))


def read(row, feeds, words=None, **columns):
    findings = Findings()
    frame = read_columns(raw(**columns), row, Plan(feeds, words or {}), findings)
    return frame, findings.problems


def test_a_template_joins_columns_and_is_missing_where_all_are():
    data = pd.DataFrame({"addr:street": ["Im Loch", None, None], "no": [7, 8, None]})
    cells = evaluate("{addr:street} {no}", data)
    assert list(cells[:2]) == ["Im Loch 7", "8"]
    assert pd.isna(cells[2])


def test_a_column_may_be_called_like_a_template():
    data = pd.DataFrame({"{x}": ["a"]})
    assert list(evaluate("{x}", data)) == ["a"]
    assert missing_fields("{x} {y}", ["x"]) == ["y"]
    assert missing_fields("z", ["x"]) == ["z"]


@pytest.mark.parametrize(("cells", "expected"), [
    (pd.Series([1, None], dtype="Int64"), ["1", None]),
    (pd.Series([1.0, 2.5, np.nan]), ["1", "2.5", None]),
    (pd.Series([" a ", "", None], dtype="str"), ["a", None, None]),
    (pd.Series([7, 8]), ["7", "8"]),
])  # fmt: skip
def test_cells_of_any_dtype_become_text(cells, expected):
    assert [None if pd.isna(cell) else cell for cell in as_text(cells)] == expected


def test_categories_are_read_from_lists_and_the_city_s_words_come_first():
    frame, problems = read(
        Household, {"categories": "c"}, {"categories": {"poor": "low_income_allowance", "独居": "empty_nest"}},
        c=["独居、残疾人", "poor;poor", "空巢 高龄", None, "独居,不明"],
    )  # fmt: skip
    assert list(frame["categories"]) == [
        ("empty_nest", "disabled_person"), ("low_income_allowance",), ("empty_nest", "advanced_age"), (),
        ("empty_nest",),
    ]  # fmt: skip
    assert [(problem.row, problem.code, problem.severity) for problem in problems] == [
        (6, "value.categories", Severity.WARNING)
    ]
    assert "不明" in problems[0].message


def test_personal_values_are_masked_in_messages():
    _, problems = read(
        Household, {"phone": "p", "id_no": "i", "birth": "b"},
        p=["1381234567"], i=["440524188001010015"], b=["19501399"],
    )  # fmt: skip
    text = "\n".join(str(problem) for problem in problems)
    assert len(problems) == 3
    for secret in ("1381234567", "440524188001010015", "19501399"):
        assert secret not in text
    assert "****0015" in text


def test_doubtful_telephone_and_identity_numbers_are_kept_and_damaged_ones_refused():
    frame, problems = read(
        Member, {"phone": "p", "id_no": "i"},
        p=["12345", "13812345678"], i=["440524188001010015", 4.40524188001010e17],
    )  # fmt: skip
    assert list(frame["phone"]) == ["12345", "13812345678"]
    assert list(frame["id_no"]) == ["440524188001010015", None]
    assert [(problem.code, problem.row, problem.severity) for problem in problems] == [
        ("value.phone", 2, "warning"), ("value.id_no", 2, "warning"), ("id.damaged_by_excel", 3, "error"),
    ]  # fmt: skip


def test_a_value_beyond_its_limit_is_left_empty_and_said():
    frame, problems = read(Building, {"floors": "f"}, f=["6", "2000", "-1"])
    assert list(frame["floors"]) == [6, None, None]
    assert [problem.row for problem in problems] == [3, 4]


def test_one_and_true_are_told_apart():
    frame, _ = read(Member, {"capacity": "c", "unit": "u"}, c=[1, True, 1.0, "1"], u=[True, 1, 1.0, "1"])
    assert list(frame["unit"]) == ["true", "1", "1", "1"]


def test_a_word_that_is_no_value_is_said_with_what_there_is():
    frame, problems = read(Grid, {"kind": "k"}, k=["专属网格", "普通网格", "别的"])
    assert list(frame["kind"]) == ["exclusive", "basic", None]
    assert "basic, exclusive" in problems[0].message


def ids(cells, *, number=False):
    findings = Findings()
    found = fill_ids(pd.Series(cells, dtype=object), raw(x=cells), Building, findings, number=number)
    return [None if pd.isna(value) else value for value in found], [
        (p.code, p.row, p.severity) for p in findings.problems
    ]


def test_missing_and_doubled_ids_stop_the_load():
    _, problems = ids(["a", None, "a", "b"])
    assert problems == [("id.missing", 3, "error"), ("id.duplicate", 4, "error")]


def test_missing_and_doubled_ids_are_numbered_when_the_city_says_so():
    found, problems = ids(["a", None, "a", "a", " "], number=True)
    assert found == ["a", "building-3", "a~2", "a~3", "building-6"]
    assert {severity for *_, severity in problems} == {"warning"}


@pytest.mark.parametrize(("cell", "found", "state"), [
    (420204004003.0, "420204004003", None),
    ("4.20204004003E+11", "420204004003", "id.repaired_by_excel"),
    ("4.20204E+11", "4.20204E+11", "id.damaged_by_excel"),
    ("12.0", "12", "id.repaired_by_excel"),
    (4.20204004003001e17, "420204004003001000", "id.damaged_by_excel"),
    ("420204004003001", "420204004003001", None),
    ("007", "007", None),
])  # fmt: skip
def test_ids_that_a_spreadsheet_made_numbers_are_repaired_only_if_exact(cell, found, state):
    got, problems = ids([cell])
    assert got == [found]
    assert [code for code, *_ in problems] == ([state] if state else [])


@given(st.lists(st.sampled_from(["a", "b", "a~2", None, ""]), max_size=8))
def test_numbered_ids_are_single(cells):
    found, _ = ids(cells, number=True)
    assert None not in found
    assert len(set(found)) == len(found)
