"""One row shown in clear in a real browser, by the keyboard, at a desk and on a phone; and its line in the log."""

import json
import sys
from pathlib import Path

import pytest
from serving import serving, wait_until_solved
from typer.testing import CliRunner

from api.cli import app
from geodata.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import keep
from town import household, member, pairing

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def served(tmp_path):
    """h1 is looked after by m1. Everybody is invented."""
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    home = household("h1", "B1", name="李小花", phone="13912345678、0714-6543210", address="虚构路1号2单元301室")
    keep(store, [home], [member("m1", "B1", name="王大力", phone="13812340000")], [pairing("h1", "m1")])
    with serving(workspace) as address:
        wait_until_solved(address)
        yield tmp_path, address
    store.close()


def log(folder):
    """The unmaskings in the log, as `gridmap audit` tells them."""
    asked = ["audit", "list", str(folder), "--where", "action=unmask", "--json"]
    return json.loads(CliRunner().invoke(app, asked, catch_exceptions=False).stdout)["entries"]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_a_household_is_shown_for_a_reason_and_leaves_a_line(served, watch, width, height):
    folder, address = served
    watched = watch(width=width, height=height)
    page = watched.open(f"{address}/household.html?id=h1", ready=".reveal")
    assert "李小花" not in page.content()
    watched.go("查看明文", steps=16)
    page.wait_for_selector(".reveal[open]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # without a reason nothing is asked
    assert page.evaluate("() => document.activeElement.name") == "reason"
    page.keyboard.type("电话回访")
    page.keyboard.press("Enter")
    page.wait_for_selector(".revealed dl")
    assert "李小花" in page.inner_text(".revealed")
    assert "虚构路1号2单元301室" in page.inner_text(".revealed")
    assert page.locator(".revealed a").evaluate_all("links => links.map((link) => link.href)") == [
        "tel:13912345678", "tel:07146543210"
    ]  # fmt: skip
    assert "已记入审计日志，理由：电话回访" in page.inner_text(".revealed")
    assert page.evaluate(WIDE) <= 0

    (line,) = log(folder)
    assert [line["noun"], line["subject"], line["purpose"], line["unmasked"]] == [
        "household", "h1", "电话回访", True
    ]  # fmt: skip
    assert "李小花" not in json.dumps(line, ensure_ascii=False)

    page.locator(".why-card h3 a").click()
    page.wait_for_url("**/member.html?id=m1")
    page.go_back()
    page.wait_for_selector(".reveal")
    assert "李小花" not in page.content(), "the back button brings back a masked page"
    assert watched.complaints == []
    assert all(url.startswith((address, "data:")) for url in watched.requests)


def test_a_member_is_shown_in_english_and_hidden_again(served, watch):
    folder, address = served
    page = watch().open(f"{address}/member.en.html?id=m1", ready=".reveal")
    page.click("summary")
    page.fill("[name=reason]", "shift is open")
    page.click(".reveal form button")
    page.wait_for_selector(".revealed dl")
    assert "王大力" in page.inner_text(".revealed")
    page.click(".revealed button")
    assert "王大力" not in page.content()
    assert [line["noun"] for line in log(folder)] == ["member"]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_consent_is_recorded_and_withdrawn_on_the_page(served, watch, width, height):
    _, address = served
    watched = watch(width=width, height=height)
    page = watched.open(f"{address}/household.html?id=h1", ready="#lawful")
    assert "法定职责 · 2026-01-01 告知 · 包保联系" in page.inner_text("#lawful")
    page.click("#lawful summary >> text=登记")
    page.select_option("[name=basis]", "consent")
    page.fill("[name=purpose]", "关爱探访")
    page.press("[name=purpose]", "Enter")
    page.wait_for_selector("#lawful:has-text('本人同意 · 2026-01-01 告知 · 关爱探访')")
    page.click("#lawful summary >> text=撤回同意")
    assert page.evaluate(WIDE) <= 0
    page.click("#lawful details[open] button")
    page.wait_for_selector("#lawful:has-text('包保人看不到这一户：已撤回同意')")
    page.goto(f"{address}/today.html")
    assert "已撤回同意" in page.inner_text("#grounds")
    assert page.evaluate(WIDE) <= 0
    assert watched.complaints == []
