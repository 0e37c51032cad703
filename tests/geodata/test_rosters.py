"""Tables as offices send them: written here with csv and openpyxl, read back."""

import openpyxl
import pytest

from geodata.findings import Findings
from geodata.rosters import read_tables
from geodata.targets import UnreadableError
from gridmap.tables import Household, Member


def read(path, row=Household, **how):
    findings = Findings()
    return read_tables(path, row, findings, **how), findings.problems


def one(path, row=Household, **how):
    tables, problems = read(path, row, **how)
    assert len(tables) == 1
    return tables[0][1], [(problem.code, problem.row) for problem in problems]


LEDGER = (
    "黄石市特殊群体台账,,,\n"
    "填报单位：白马山社区,,填表日期：2024年5月1日,\n"
    "序号,姓名*,现住址（必填）,联系电话\n"
    "填写说明,必填,格式：小区+栋+单元+室,11位\n"
    "1,张三,白马路15号3栋1单元201室,13812345678\n"
    "2,李四,同上,\n"
    ",,,\n"
    "3,王五,〃,13987654321\n"
    "合 计,3,,\n"
    "填表人：赵六,,审核：,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_titles_notes_totals_and_form_lines_are_no_data(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(LEDGER.encode(encoding))
    table, problems = one(path)
    assert list(table.data["姓名*"]) == ["张三", "李四", "王五"]
    assert list(table.data["现住址（必填）"]) == ["白马路15号3栋1单元201室"] * 3
    assert list(table.numbers) == [5, 6, 8]
    assert table.encoding == encoding
    assert sorted(problems, key=str) == sorted(
        [("table.title_rows", None), ("table.notes_row", 4), ("table.total_row", 9), ("table.form_row", 10)], key=str
    )


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_mark_between_cells_is_found(tmp_path, mark):
    path = tmp_path / "a.csv"
    path.write_text(mark.join(["姓名", "现住址"]) + "\n" + mark.join(["张三", "白马路15号"]) + "\n", encoding="utf-8")
    assert list(one(path)[0].data.iloc[0]) == ["张三", "白马路15号"]


def test_a_cell_of_two_lines_is_one_row_as_a_spreadsheet_counts(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('姓名,现住址\n张三,"白马路\n15号"\n李四,x\n', encoding="utf-8")
    table, _ = one(path)
    assert list(table.numbers) == [2, 3]


def workbook(tmp_path, rows, merged=(), title="Sheet"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_headers_of_two_levels_are_joined(tmp_path):
    rows = [
        ["特殊群体台账"],
        ["姓名", "现住址", None, None, None, "监护人", None],
        [None, "小区", "楼栋", "单元", "室", "姓名", "电话"],
        ["张三", "白马山小区", 3, 1, 201, "张小三", "13812345678"],
    ]
    path = workbook(tmp_path, rows, ["A1:G1", "A2:A3", "B2:E2", "F2:G2"])
    table, _ = one(path)
    assert list(table.data.columns) == ["姓名", "小区", "楼栋", "单元", "室", "监护人姓名", "监护人电话"] or list(
        table.data.columns
    )[:5] == ["姓名", "小区", "楼栋", "单元", "室"]
    assert list(table.data.iloc[0][:5]) == ["张三", "白马山小区", 3, 1, 201]
    assert list(table.numbers) == [4]


def test_merged_cells_below_the_header_count_for_every_row(tmp_path):
    rows = [
        ["户编号", "姓名", "现住址"],
        ["H1", "张三", "白马路15号"],
        [None, "李四", None],
        ["H2", "王五", "迎宾路1号"],
    ]
    table, _ = one(workbook(tmp_path, rows, ["A2:A3", "C2:C3"]))
    assert list(table.data["户编号"]) == ["H1", "H1", "H2"]
    assert list(table.data["现住址"]) == ["白马路15号", "白马路15号", "迎宾路1号"]


def test_every_sheet_with_known_headers_is_read_the_others_are_said(tmp_path):
    book = openpyxl.Workbook()
    for name, rows in {
        "一网格": [["姓名", "现住址"], ["张三", "a"]],
        "说明": [["请按格式填写"]],
        "二网格": [["姓名", "现住址"], ["李四", "b"], ["王五", "c"]],
    }.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book["Sheet"])
    book.save(tmp_path / "a.xlsx")
    tables, problems = read(tmp_path / "a.xlsx")
    assert [(label, len(table.data)) for label, table in tables] == [("a.xlsx[一网格]", 1), ("a.xlsx[二网格]", 2)]
    assert [(problem.code, problem.message.split(": ")[1]) for problem in problems] == [("sheet.skipped", "说明")]
    tables, _ = read(tmp_path / "a.xlsx", sheet="二网格")
    assert [label for label, _ in tables] == ["a.xlsx"]
    with pytest.raises(UnreadableError, match="一网格, 说明, 二网格"):
        read(tmp_path / "a.xlsx", sheet="三网格")


def test_columns_named_by_the_city_find_the_header_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("report 2024,\nwho,where\nA,B\n", encoding="utf-8")
    table, problems = one(path, named=["who", "where"])
    assert list(table.data.columns) == ["who", "where"]
    assert problems == [("table.title_rows", None)]


def test_doubled_and_blank_headers_are_told_apart(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,姓名,,现住址\na,b,c,d\n", encoding="utf-8")
    assert list(one(path)[0].data.columns) == ["姓名", "姓名 (2)", "column 3", "现住址"]


def test_short_and_long_lines_are_read_as_far_as_the_header_goes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,现住址\n张三\n李四,b,c\n", encoding="utf-8")
    table, _ = one(path)
    assert list(table.data["现住址"]) == [None, "b"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "file.empty"),
        ("a.csv", b"\n,,\n", "file.empty"),
        ("a.xlsx", b"no workbook", "file.unreadable"),
        ("a.csv", "Müller,ß\n".encode("latin-1"), "encoding.unknown"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_in_words(tmp_path, name, content, code):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        read(tmp_path / name)
    assert caught.value.code == code


def test_a_person_called_like_a_note_is_no_note(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,现住址,联系电话,备注\n张三,白马路15号,13812345678,已填写\n", encoding="utf-8")
    assert len(one(path, Member)[0].data) == 1
