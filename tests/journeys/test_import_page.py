"""An office worker brings in a messy ledger in Chinese, at a desk and on a phone, and takes it back."""

import sys
import threading
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect
from serving import serving

from api.jobs import work_off
from geodata.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town
sys.path.insert(0, str(Path(__file__).parents[1] / "api"))  # the messy ledger

from kept_town import keep
from test_import_routes import ROWS, ledger
from town import household, member

READY = "body[data-imports=ready]"
expect.set_options(timeout=30_000)  # the worker shares the machine with the other tests
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def served(tmp_path):
    """The town with one household of the ledger, a server and a worker."""
    workspace = Workspace(tmp_path / "w")
    store = workspace.open(create=True)
    keep(store, [household("H1", "B1", name="张虚一", phone="13800000001、0714-6543210", address="锦绣里2栋")],
         [member("M1", "B1")])  # fmt: skip
    store.close()
    over = threading.Event()
    worker = threading.Thread(target=work_off, args=(workspace, lambda: not over.is_set()), daemon=True)
    worker.start()
    with serving(workspace) as home:
        yield home
        over.set()
    worker.join()


def fits(page):
    page.wait_for_load_state()  # the style sheets too
    return page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def number(page, name):
    return page.locator(f"[data-count={name}] .tile-number")


@pytest.mark.parametrize("width", [1280, 360])
def test_an_office_worker_brings_in_a_messy_ledger_and_takes_it_back(served, watch, width, tmp_path):
    rows = [list(row) for row in ROWS]
    rows[2][5] = "人员类另"
    file = tmp_path / "C1社区特殊群体台账.xlsx"
    file.write_bytes(ledger(rows))
    watched = watch(width=width, height=800)
    page = watched.open(f"{served}/imports.html", ready=READY)
    page.get_by_label("文件").set_input_files(file)
    page.get_by_label("报送单位").fill("C1社区")
    assert fits(page)
    page.get_by_role("button", name="上传并识别").press("Enter")
    page.wait_for_url("**/import-I0001.html")
    page.wait_for_selector(READY)
    expect(page.locator("main")).to_contain_text("看起来是特殊群体台账")
    expect(page.get_by_label("宗教信仰 → 读入为")).to_have_value("")
    expect(page.get_by_label("人员类另 → 读入为")).to_have_value("")
    page.get_by_role("button", name="采用").click()
    expect(page.get_by_label("人员类另 → 读入为")).to_have_value("categories")
    assert fits(page)
    page.get_by_role("button", name="核对").click()
    expect(number(page, "added")).to_have_text("2")
    expect(number(page, "changed")).to_have_text("1")
    expect(number(page, "refused")).to_have_text("1")
    expect(page.locator(".imp-problems")).to_contain_text("被 Excel 丢失")
    assert "13800000004" not in page.content()
    assert fits(page)
    with page.expect_download() as sheet:
        page.get_by_role("link", name="下载标注了问题的原表").click()
    sheet.value.save_as(tmp_path / "marked.xlsx")
    marked = openpyxl.load_workbook(tmp_path / "marked.xlsx").active
    assert "被 Excel 丢失" in str(marked.cell(row=6, column=11).value) or "✗" in marked.cell(row=6, column=11).value
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator("#question")).to_contain_text("新增 2、更新 1、移除 0")
    page.get_by_role("button", name="确定").click()
    expect(page.locator("h2").first).to_contain_text("已导入")
    expect(page.locator("#outcome")).to_contain_text("精确到楼栋 3")
    assert fits(page)
    page.get_by_role("button", name="撤销这次导入").click()
    page.get_by_role("button", name="确定").click()
    expect(page.locator("h2").first).to_contain_text("已撤销")
    assert watched.complaints == []
    page.get_by_title("English").or_(page.locator("a.lang")).first.click()
    expect(page.locator("h2").first).to_contain_text("undone")


def test_a_file_that_is_refused_says_why(served, watch, tmp_path):
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"hello")
    page = watch(width=360).open(f"{served}/imports.html", ready=READY)
    page.get_by_label("文件").set_input_files(file)
    page.get_by_role("button", name="上传并识别").click()
    expect(page.locator("#answer")).to_contain_text("扩展名 .xlsx 不符")


POINTED = [
    ["C1社区台账（虚构）"],
    ["姓名", "家庭住址", "经度", "纬度"],
    ["张虚一", "锦绣里1栋", 115.0005, 30.2002],
    ["李虚二", "锦绣里2栋", 115.002, 30.2],
]


def tab_to(page, selector, most=60):
    """Go on with the Tab key until an element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by the keyboard")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_points_and_ground_of_a_ledger_are_answered_by_the_keyboard_alone(served, watch, width, height, tmp_path):
    file = tmp_path / "台账.xlsx"
    file.write_bytes(ledger(POINTED))
    watched = watch(width=width, height=height)
    page = watched.open(f"{served}/imports.html", ready=READY)
    page.get_by_label("文件").set_input_files(file)  # the dialog of the system
    tab_to(page, "[name=sender]")
    page.keyboard.type("C1社区")
    page.keyboard.press("Enter")
    page.wait_for_url("**/import-I0001.html")
    page.wait_for_selector(READY)
    tab_to(page, "#decide [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("坐标系看不准")
    assert fits(page)
    page.wait_for_selector(READY)
    tab_to(page, "[name=points]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("[name=points]").input_value() == "gcj02"
    tab_to(page, "[name=legal_basis]")
    page.keyboard.press("ArrowDown")
    assert page.locator("[name=legal_basis]").input_value() == "consent"
    tab_to(page, "[name=purpose]")
    page.keyboard.type("包保联系")
    tab_to(page, "#decide [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_contain_text("请补上 告知日期")  # a ground is told whole
    page.locator("[name=notice_on]").fill("2026-01-02")  # a date field has segments of its own
    tab_to(page, "#decide [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#points.is-open")).to_have_count(0)
    expect(number(page, "added")).to_have_text("2")
    page.wait_for_selector(READY)
    assert (page.locator("[name=purpose]").input_value(), page.locator("[name=points]").input_value()) == (
        "包保联系", "gcj02")  # fmt: skip
    tab_to(page, "#apply")
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_contain_text("新增 2")
    page.keyboard.press("Enter")
    expect(page.locator("h2").first).to_contain_text("已导入")
    assert fits(page)
    (refused,) = watched.complaints  # the ground without its day
    assert "422" in refused
    page.goto(f"{served}/households.html?lawful=true")
    assert page.locator("tbody tr").count() == 3  # the one of the town and both of the ledger
