"""The table that a reviewer fills in: what a cell may say, what Excel does to files, what is told at once."""

import openpyxl
import pytest
from filling import fill

from geodata.review_sheet import Filled, read_choice, read_sheet, write_sheet
from gridmap.errors import InputError
from gridmap.tables import DecisionKind

TARGETS = ["building:b9", "building:b10"]
ROW = {
    "id": "H1", "name": "王*明", "address": "新街路8号", "stated_community": None, "stated_grid": "",
    "care_level": "red",
    "place": {"accuracy": "community", "reason": "2处分不清"}, "seen": "s12e4567890123456",
    "candidates": [{"rank": n, "label": f"新街路{n}", "score": 0.9, "reason": "门牌", "target": target}
                   for n, target in enumerate(TARGETS, 1)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1", (DecisionKind.ACCEPT, "building:b9", None)),
        ("2.0", (DecisionKind.ACCEPT, "building:b10", None)),  # a number in a workbook
        ("２", (DecisionKind.ACCEPT, "building:b10", None)),
        ("1记", (DecisionKind.ALIAS, "building:b9", None)),
        ("1A", (DecisionKind.ALIAS, "building:b9", None)),
        ("不是2", (DecisionKind.REJECT, "building:b10", None)),
        ("都不是", (DecisionKind.NONE, None, None)),
        (" 0 ", (DecisionKind.NONE, None, None)),
        ("115.034,30.212", (DecisionKind.PIN, None, (115.034, 30.212))),
        ("115.034，30.212", (DecisionKind.PIN, None, (115.034, 30.212))),
    ],
)
def test_what_a_cell_means(written, meant):
    assert read_choice(written, TARGETS) == meant


@pytest.mark.parametrize("written", ["3", "第一个", "12", "30.212,115.034", "不是1记", "-1"])
def test_what_a_cell_cannot_mean(written):
    assert isinstance(read_choice(written, TARGETS), str)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_there_and_back_as_excel_saves_it(tmp_path, encoding):
    path = tmp_path / "review.csv"
    write_sheet([ROW, {**ROW, "id": "H2", "candidates": []}, {**ROW, "id": "H3"}], path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    fill(path, ["2", "115.0,30.2", ""], encoding)
    assert read_sheet(path) == [
        Filled(2, "H1", DecisionKind.ACCEPT, "building:b10", None, ROW["seen"]),
        Filled(3, "H2", DecisionKind.PIN, None, (115.0, 30.2), ROW["seen"]),
    ]


def test_there_and_back_as_a_workbook(tmp_path):
    path = tmp_path / "review.xlsx"
    write_sheet([ROW], path)
    book = openpyxl.load_workbook(path)
    header = [cell.value for cell in book.active[1]]
    book.active.cell(2, header.index("选择") + 1, 1)
    book.save(path)
    assert read_sheet(path) == [Filled(2, "H1", DecisionKind.ACCEPT, "building:b9", None, ROW["seen"])]


def test_everything_wrong_is_told_at_once(tmp_path):
    path = tmp_path / "review.csv"
    write_sheet([ROW, {**ROW, "id": ""}, ROW, {**ROW, "id": "H2"}], path)
    fill(path, ["1", "1", "2", "第一个"])
    with pytest.raises(InputError) as stopped:
        read_sheet(path)
    told = [(problem.row, problem.column, problem.code) for problem in stopped.value.problems]
    assert told == [(3, "编号", "value.missing"), (4, "编号", "key.duplicate"), (5, "选择", "review.choice")]


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"", b"\xff\xfe\xfa"])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_sheet(path)


def test_only_tables_are_written(tmp_path):
    with pytest.raises(ValueError, match=r"\.csv or \.xlsx"):
        write_sheet([ROW], tmp_path / "review.pdf")
