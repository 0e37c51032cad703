"""The offices in a real browser, in Chinese, at a desk and on a phone.

An unmasking leaves a trace that the audit reader finds, verifies and exports; the buttons of the administrator do what
they say. Everybody is invented.
"""

import csv
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect
from serving import serving

from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import AccountRole

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import keep
from town import household, member, pairing

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
expect.set_options(timeout=30_000)
PASSWORD = "Correct-horse-9"
SIZES = pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
NAMES = {"boss": None, "reader": AccountRole.AUDIT_READER, "planner": AccountRole.PLANNER}


@pytest.fixture
def served(tmp_path):
    """h1 is looked after by m1; an administrator, an audit reader and a planner."""
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    home = household("h1", "B1", name="李小花", phone="13912345678", address="虚构路1号2单元301室")
    keep(store, [home], [member("m1", "B1", name="王大力")], [pairing("h1", "m1")])
    for name, role in NAMES.items():
        work.create_account(store, name, PASSWORD)
        if role:
            work.grant(store, name, role, actor="boss")
    with serving(workspace) as address:
        yield workspace, address
    store.close()


def sign_in(page, address, name, then, password=PASSWORD):
    page.goto(f"{address}/sign-in.html?then=/{then}")
    page.fill("[name=account]", name)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/{then}")


@SIZES
def test_an_unmasking_is_found_in_the_log_which_is_verified_and_exported(served, watch, width, height, tmp_path):
    _, address = served
    planner = watch(width=width, height=height)
    sign_in(planner.page, address, "planner", "household.html?id=h1")
    planner.page.wait_for_selector(".reveal")
    planner.page.click(".reveal summary")
    planner.page.fill("[name=reason]", "台风前电话核实")
    planner.page.press("[name=reason]", "Enter")
    planner.page.wait_for_selector(".revealed dl")
    assert "李小花" in planner.page.inner_text(".revealed")

    watched = watch(width=width, height=height)
    page = watched.page
    sign_in(page, address, "reader", "audit.html")
    page.get_by_label("做了什么").select_option(label="查看明文")
    page.get_by_role("button", name="查找").click()
    page.wait_for_url("**/audit.html?*action=unmask*")
    expect(page.locator("tbody tr")).to_have_count(1)
    row = page.locator("tbody tr").inner_text()
    assert all(said in row for said in ("planner", "明文", "h1", "台风前电话核实"))
    assert "李小花" not in page.content()
    assert "尚未核对" in page.inner_text("[role=status]")
    assert page.evaluate(WIDE) <= 0

    page.get_by_role("button", name="逐行核对整条日志").press("Enter")
    page.wait_for_url("**verify=true*")
    assert re.search(r"日志完整：\d+ 行", page.inner_text(".office-whole"))
    expect(page.locator("tbody tr")).to_have_count(1)  # what was searched for is still shown

    page.get_by_label("导出理由").fill("季度检查")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 CSV").click()
    download.value.save_as(tmp_path / "log.csv")
    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["actor"], line["noun"], line["subject"]) == ("planner", "household", "h1")
    page.goto(f"{address}/audit.html?action=export")
    assert "季度检查" in page.locator("tbody tr").first.inner_text()
    assert watched.complaints == planner.complaints == []


def test_a_log_that_somebody_changed_is_said_to_be_broken(served, watch):
    workspace, address = served
    with closing(sqlite3.connect(workspace.folder / "gridmap.sqlite", timeout=30)) as database, database:
        database.execute("UPDATE audit_entry SET actor = 'nobody' WHERE number = 3")
    page = watch(width=360, height=740).page
    sign_in(page, address, "reader", "audit.html")
    page.get_by_role("button", name="逐行核对整条日志").click()
    expect(page.locator(".office-broken")).to_contain_text("第 3 行")
    page.wait_for_load_state()  # its style sheets too
    assert page.evaluate(WIDE) <= 0


def act(page, row, button):
    """Press a button of a row, say yes, wait until it is done; return what is told once."""
    page.locator("#answer").evaluate("(answer) => answer.replaceChildren()")
    page.locator("tr", has_text=row).get_by_role("button", name=button, exact=True).first.click()
    return told(page)


def told(page):
    expect(page.locator("#answer .notice")).to_contain_text("已完成并记入审计日志")
    page.wait_for_selector("main:not([aria-busy])")  # the tables are read anew; until then a click is not taken
    once = page.locator("#once")
    return once.inner_text().split()[-1] if once.count() else None


def send(page, section, button):
    page.locator("#answer").evaluate("(answer) => answer.replaceChildren()")
    page.locator(f"#{section}").get_by_role("button", name=button, exact=True).click()
    return told(page)


@SIZES
def test_every_button_of_the_administrator_does_what_it_says(served, watch, width, height):
    workspace, address = served
    watched = watch(width=width, height=height)
    page = watched.page
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, address, "boss", "admin.html")
    assert page.evaluate(WIDE) <= 0

    page.locator("#accounts [name=account_id]").fill("newcomer")
    first = send(page, "accounts", "建立账户")
    expect(page.locator("#accounts tbody tr")).to_have_count(4)
    expect(page.locator("#accounts tr", has_text="newcomer")).to_contain_text("须改密码")

    page.locator("#grants [name=account_id]").select_option("newcomer")
    page.locator("#grants [name=role]").select_option(label="数据查看员")
    send(page, "grants", "授予角色")
    given = page.locator("#grants tr", has_text="newcomer")
    expect(given).to_contain_text("数据查看员")

    page.locator("#tokens [name=account_id]").select_option("newcomer")
    page.locator("#tokens [name=purpose]").fill("月报程序")
    token = send(page, "tokens", "建立令牌")
    asked = page.request.get(f"{address}/api/v1/coverage", headers={"Authorization": f"Bearer {token}"})
    assert not asked.ok, "before the password is changed nothing is open"
    assert page.evaluate(WIDE) <= 0
    assert page.locator("#tokens h2").inner_text() == "程序令牌 1"

    second = act(page, "newcomer", "重设密码")
    assert len({first, second, None}) == 3
    other = watch(width=width, height=height).page
    sign_in(other, address, "newcomer", "account.html", second)
    expect(page.locator("#accounts tr", has_text="newcomer").get_by_role("button", name="强制退出")).to_be_visible()
    act(page, "newcomer", "强制退出")
    other.goto(f"{address}/account.html")
    assert "sign-in" in other.url

    act(page, "月报程序", "收回")
    expect(page.locator("#tokens tr", has_text="月报程序").get_by_role("button")).to_have_count(0)
    act(page, "数据查看员", "收回")
    expect(given.get_by_role("button")).to_have_count(0)
    act(page, "newcomer", "停用")
    expect(page.locator("#accounts tr", has_text="newcomer")).to_contain_text("已停用")
    assert watched.complaints == []
    store = workspace.open()
    log = work.audit_log(store, work.AuditQuery(actors=["boss"]))
    store.close()
    assert {"account", "grant_of_role", "token"} <= set(log["noun"])
    assert not any(secret in log.to_csv() for secret in (first, second, token))


def test_what_the_administrator_may_not_do_is_said(served, watch):
    _, address = served
    page = watch(width=360, height=740).page
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, address, "boss", "admin.html")
    page.locator("#accounts tr", has_text="boss").get_by_role("button", name="停用").click()
    expect(page.locator("#answer .notice")).to_be_visible()
    assert "已完成" not in page.inner_text("#answer")
    page.locator("#accounts [name=account_id]").fill("planner")
    page.locator("#accounts").get_by_role("button", name="建立账户", exact=True).click()
    expect(page.locator("#answer")).to_contain_text("planner")
    assert page.evaluate(WIDE) <= 0
