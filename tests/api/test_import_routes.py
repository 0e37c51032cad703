"""Imports over HTTP and on the command line, with a messy ledger as a community sends it. Everybody is invented."""

import io
import json
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from copying import copied

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import keep
from town import household, member

IMPORTS = "/api/v1/imports"
ROWS = [
    ["C1社区特殊群体台账（虚构）"],
    ["填报单位：C1社区", "", "", "填表日期：2026年11月"],
    ["序号", "姓名*", "身份证号", "联系电话\n（必填）", "家庭住址", "人员类别", "风险等级", "出生日期", "宗教信仰",
     "所在社区"],
    ["必填", "必填", "文本格式", "11位", "", "", "", "格式:YYYYMMDD", "", ""],
    [1, "张虚一", "", "13800000001；0714-6543210", "锦绣里1栋", "独居、高龄", "红", "1950.1", "无", "C1"],
    [2, "李虚二", 420204195001010000.0, "13800000003", "锦绣里2栋", "低保", "黄", "1950年1月", "无", "C1"],
    [3, "王虚三", "", "13800000004", "锦绣里2栋", "孤寡老人 ", "绿", "19500101", "无", "同上"],
    [4, "赵虚四", "", "电话不详", "同上", "外星人", "绿", 18264, "无", "C1"],
    ["合计", 4],
]  # fmt: skip


def ledger(rows=ROWS):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("A1:J1")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fill(store):
    keep(store, [household("H1", "B1", name="张虚一", phone="13800000001、0714-6543210", address="锦绣里2栋")],
         [member("M1", "B1")])  # fmt: skip


@pytest.fixture
def workspace(tmp_path):
    return copied(fill, tmp_path)


def upload(client, data=None, name="台账.xlsx", sender="C1社区"):
    return client.post(IMPORTS, params={"name": name, "sender": sender}, content=data or ledger(),
                       headers={"Content-Type": "application/octet-stream"})  # fmt: skip


def test_a_messy_ledger_is_recognised_checked_brought_in_and_undone(client):
    told = upload(client).json()
    assert (told["kind"], told["guess"]["word"] != "unsure") == ("households", True)
    assert told["columns"]["联系电话\n（必填）"] == "phone"
    assert "宗教信仰" not in told["columns"]
    seen = client.put(f"{IMPORTS}/I0001/decision", json={"scope": "add"}).json()["report"]
    assert {name: seen["counts"][name] for name in ("total", "added", "changed", "refused")} == {
        "total": 4, "added": 2, "changed": 1, "refused": 1}  # fmt: skip
    by_row = {(problem["row"], problem["code"]) for problem in seen["problems"]}
    assert {(6, "id.damaged_by_excel"), (8, "value.phone"), (8, "value.categories"), (9, "table.total_row"),
            (4, "table.notes_row")} <= by_row  # fmt: skip
    assert client.get("/health").json()["revision"] == 1
    done = client.post(f"{IMPORTS}/I0001/apply", json={})
    assert (done.status_code, done.json()["status"]) == (200, "applied")
    assert done.json()["report"]["located"]["building"] == 3
    assert len(client.get("/api/v1/gaps").json()) == 3
    assert client.post(f"{IMPORTS}/I0001/apply", json={}).json()["closed_revision"] == 2
    assert client.post(f"{IMPORTS}/I0001/undo", json={}).json()["status"] == "undone"
    assert [row["household_id"] for row in client.get("/api/v1/gaps").json()] == ["H1"]
    late = client.post(f"{IMPORTS}/I0001/undo", json={})
    assert (late.status_code, late.json()["code"]) == (409, "ImportClosed")


def test_the_sheet_comes_back_with_the_problems_beside_their_rows(client):
    upload(client)
    client.put(f"{IMPORTS}/I0001/decision", json={})
    answer = client.get(f"{IMPORTS}/I0001/sheet")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[5]][:2] == [1, "张虚一"]
    assert "✗" in sheet.cell(row=6, column=11).value
    assert sheet.cell(row=5, column=11).value is None
    assert sheet.cell(row=8, column=11).value.count("\n") == 1


def test_the_mapping_is_remembered_for_the_sender_only(client):
    upload(client)
    columns = {"姓名*": "name", "家庭住址": "address"}
    client.put(f"{IMPORTS}/I0001/decision", json={"columns": columns})
    client.post(f"{IMPORTS}/I0001/apply", json={})
    assert upload(client).json()["columns"] == columns
    assert upload(client, sender="C2社区").json()["columns"] != columns


def test_what_a_person_says_of_the_coordinates_is_used_and_remembered(client):
    rows = [
        ["C1社区台账（虚构）"],
        ["姓名", "家庭住址", "经度", "纬度"],
        ["张虚一", "锦绣里1栋", 115.0005, 30.2002],
        ["李虚二", "锦绣里2栋", 115.002, 30.2],
    ]
    upload(client, ledger(rows))
    page = client.get("/import-I0001.html").text
    assert 'name="points"' in page
    assert "坐标系看不准" not in page, "nothing was checked yet"
    asked = client.put(f"{IMPORTS}/I0001/decision", json={}).json()
    assert "points.unclear" in {one["code"] for one in asked["report"]["problems"]}
    page = client.get("/import-I0001.html").text
    assert "坐标系看不准" in page
    assert 'id="apply"' not in page
    refused = client.post(f"{IMPORTS}/I0001/apply", json={})
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (422, "points.unclear")
    assert client.get("/health").json()["revision"] == 1, "nothing is brought in before the question is answered"
    assert "you have to say" in client.get("/import-I0001.en.html").text
    said = client.put(f"{IMPORTS}/I0001/decision", json={"points": "gcj02"}).json()
    assert "points.told" in {one["code"] for one in said["report"]["problems"]}
    assert '<option value="gcj02" selected>' in client.get("/import-I0001.html").text
    page = client.get("/import-I0001.html").text
    assert "坐标系看不准" not in page
    assert 'id="apply"' in page
    client.post(f"{IMPORTS}/I0001/apply", json={})
    assert upload(client, ledger(rows)).json()["points"] == "gcj02"
    assert upload(client, ledger(rows), sender="C2社区").json()["points"] is None
    assert client.put(f"{IMPORTS}/I0002/decision", json={"points": "auto"}).json()["points"] is None


def test_a_ledger_without_coordinates_is_not_asked_about_them(client):
    upload(client)
    assert 'name="points"' not in client.get("/import-I0001.html").text


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ({"columns": {"姓名*": "name", "家庭住址": "name"}}, "column.twice"),
        ({"columns": {"没有": "name"}}, "column.missing"),
        ({"columns": {"姓名*": "geometry"}}, "column.unknown"),
        ({"columns": {}}, "columns.none"),
        ({"scope": "community:C9"}, "scope.unknown"),
        ({"points": "gps"}, "points.reading"),
        ({"points": "EPSG:4610"}, "points.reading"),
    ],
)
def test_a_decision_that_cannot_be_is_said(client, decision, code):
    upload(client)
    answer = client.put(f"{IMPORTS}/I0001/decision", json=decision)
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["problems"]] == [code]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 300_000_000)
    return out.getvalue()


def book_with(part, content):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ledger())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
FAR = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("a.exe", lambda: b"MZ", "upload.kind"),
        ("a.xlsx", lambda: b"hello", "upload.disguised"),
        ("a.csv", ledger, "upload.disguised"),
        ("a.xlsx", bomb, "upload.bomb"),
        ("a.xlsx", lambda: book_with("xl/workbook.xml", ENTITY), "upload.entity"),
        ("a.xlsx", lambda: book_with("xl/workbook.xml", ENTITY.decode().encode("utf-16")), "upload.entity"),
        ("a.xlsx", lambda: book_with("xl/worksheets/sheet1.xml", FAR), "upload.sheet"),
        ("a.xlsx", lambda: ledger()[:2000], "upload.broken"),
    ],
)
def test_a_harmful_file_is_refused_and_not_kept(client, workspace, name, make, code):
    answer = upload(client, make(), name)
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["problems"]] == [code]
    assert not (workspace.folder / "uploads").exists()
    assert not list((workspace.folder / ".clear").iterdir())
    assert client.get(IMPORTS).json() == []


def test_another_site_may_not_upload(client):
    answer = client.post(f"{IMPORTS}?name=a.csv", content=b"x", headers={"Content-Type": "application/octet-stream",
                                                                      "Origin": "http://evil.example"})  # fmt: skip
    assert answer.status_code == 403
    assert client.post(f"{IMPORTS}?name=a.csv", content=b"x").status_code == 415


@pytest.mark.parametrize("path", ["/imports.html", "/imports.en.html", "/import-I0001.html", "/import-I0001.en.html"])
def test_pages_show_no_value_in_clear(client, path):
    upload(client)
    client.put(f"{IMPORTS}/I0001/decision", json={})
    page = client.get(path)
    assert page.status_code == 200
    assert not [secret for secret in ("王虚三", "13800000004", "420204") if secret in page.text]
    client.post(f"{IMPORTS}/I0001/apply", json={})
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/imports.xml", "/import-I0009.html", "/import-I0001.txt"])
def test_pages_that_are_not_there(client, path):
    assert client.get(path).status_code == 404


def test_the_commands_do_the_same(workspace, tmp_path, monkeypatch, capsys):
    from api.cli import main

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["gridmap", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr()

    file = tmp_path / "台账.xlsx"
    file.write_bytes(ledger())
    code, told = run("import", workspace.folder, file, "--dry-run", "--json")
    assert (code, json.loads(told.out)["status"]) == (0, "discarded")
    code, told = run("import", workspace.folder, file, "--as", "households", "--map", "宗教信仰=", "--json")
    assert json.loads(told.out)["outcome"]["counts"]["added"] == 2
    code, told = run("import", workspace.folder, "--undo", "I0002", "--json")
    assert (code, json.loads(told.out)["status"]) == (0, "undone")
    code, told = run("import", workspace.folder, file, "--map", "没有=name")
    assert (code, "Traceback" in told.err, "没有" in told.err) == (1, False, True)
    assert "I0002" in run("imports", workspace.folder)[1].out
    assert run("import", workspace.folder)[0] == 2
