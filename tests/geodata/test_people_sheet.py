"""Pairs that may be one person as a table: what a cell may say, there and back as Excel saves it."""

import pytest
from filling import fill

from geodata.people_sheet import FilledPair, read_pairs, write_pairs
from gridmap.errors import InputError
from gridmap.tables import MergeKind


def pair(first, second, keep, **more):
    rows = [{"id": name, "name": "王*明", "phone": "138****5678", "address": "某小区1栋", "pairings": 0}
            for name in (first, second)]  # fmt: skip
    return {"signs": ["phone_same_name"], "keep_id": keep, "seen": f"s{first}{second}", "differs": ["gender"],
            "rows": rows, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept", "kind"),
    [
        ("甲", "h1", "same"),
        ("乙", "h2", "same"),
        ("Ｂ", "h2", "same"),
        ("2.0", "h2", "same"),  # a number in a workbook
        ("是", "h2", "same"),  # h2 is proposed
        (" 不是 ", "h1", "different"),
        ("0", "h1", "different"),
    ],
)
def test_what_a_cell_means(tmp_path, written, kept, kind):
    path = tmp_path / "pairs.csv"
    write_pairs([pair("h1", "h2", "h2")], path)
    fill(path, [written])
    merged = {"h1": "h2", "h2": "h1"}[kept]
    assert read_pairs(path) == [FilledPair(2, kept, merged, MergeKind(kind), "sh1h2")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_there_and_back_an_empty_cell_says_nothing(tmp_path, encoding):
    path = tmp_path / "pairs.csv"
    write_pairs([pair("h1", "h2", "h1"), pair("h3", "h4", "h4")], path)
    told = path.read_text(encoding="utf-8-sig")
    assert "电话相同，姓名相同" in told
    assert "性别" in told
    fill(path, ["", "乙"], encoding)
    assert [(row.number, row.kept_id) for row in read_pairs(path)] == [(3, "h4")]


def test_everything_wrong_is_told_at_once(tmp_path):
    path = tmp_path / "pairs.csv"
    write_pairs([pair("h1", "h2", "h1"), pair("", "h4", "h4"), pair("h2", "h1", "h1"), pair("h5", "h6", "h5")], path)
    fill(path, ["甲", "甲", "不是", "丙"])
    with pytest.raises(InputError) as stopped:
        read_pairs(path)
    told = [(problem.row, problem.column, problem.code) for problem in stopped.value.problems]
    assert told == [(3, "编号甲", "value.missing"), (4, "编号甲", "key.duplicate"), (5, "选择", "merge.choice")]


def test_a_proposal_that_was_wiped_out_is_no_answer(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("编号甲,编号乙,选择\nh1,h2,是\n", encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        read_pairs(path)
    assert [problem.code for problem in stopped.value.problems] == ["merge.choice"]


def test_another_table_is_refused_with_what_writes_it(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("编号甲,选择\nh1,甲\n", encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        read_pairs(path)
    assert [problem.column for problem in stopped.value.problems] == ["编号乙"]
    assert "gridmap people sheet" in stopped.value.problems[0].message
