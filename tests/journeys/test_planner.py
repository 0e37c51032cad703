"""The planner's walk in a real browser, in Chinese, at a desk and on a phone: propose, leave one out, apply, undo."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect
from serving import serving

from geodata.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import keep
from town import household, member, pairing

READY = "body[data-planner=ready]"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def served(tmp_path):
    """Two households whose member leaves, one without anybody; three members are free beside them."""
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    keep(
        store,
        [household("H1", "B1", care_level="red"), household("H2", "B2"), household("H4", "B4")],
        [member("M1", "B1", capacity=2), *(member(f"M{n}", home) for n, home in ((2, "B1"), (3, "B2"), (4, "B4")))],
        [pairing("H1", "M1", distance_m=0.0), pairing("H2", "M1", distance_m=130.0)],
    )
    store.close()
    with serving(workspace) as home:
        yield home


def fits(page):
    return page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_planner_proposes_chooses_applies_and_undoes(served, watch, width, tmp_path):
    watched = watch(width=width, height=800)
    page = watched.open(f"{served}/index.html")
    page.get_by_role("link", name="调整").click()
    page.wait_for_selector(READY)
    page.get_by_label("范围").select_option("city")
    page.get_by_label("最多改几对").fill("3")
    page.wait_for_selector("body[data-choices=city]")
    assert page.locator("[data-kind=locks] li").count() == 2
    page.get_by_label("查找姓名、编号或单位").fill("M1")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # no mouse is needed
    assert "已选 1 人" in page.inner_text("[data-kind=leaves] .chosen")
    assert fits(page)
    page.get_by_role("button", name="生成方案").click()
    page.wait_for_selector("body[data-ready=map][data-planner=ready]")
    assert (
        "1 人离岗后 3 户无人包；最少改 3 对可全部补上；本方案改 3 对（上限 3），之后 0 户无人包。"
        in page.inner_text("main")
    )
    assert page.locator(".plan-moves tbody tr").count() == 3
    assert page.locator(".leaflet-highlight-pane path").count() == 5  # two old lines, three new ones
    assert fits(page)
    page.screenshot(path=tmp_path / f"review-{width}.png", full_page=True)
    page.locator("[name=move]").last.uncheck()
    assert page.inner_text("#apply").split() == ["应用所选", "2"]
    page.click("#apply")
    assert "应用 2 项改动" in page.inner_text("#question")
    page.get_by_role("button", name="确定").click()
    page.wait_for_selector("body[data-planner=ready] #undo")
    assert "已应用 2 项改动" in page.inner_text("main")
    page.click("#undo")
    page.get_by_role("button", name="确定").click()
    page.wait_for_selector(".plan-reversed")
    assert "已撤销" in page.inner_text("h2 .plan-status")
    page.goto(f"{served}/proposals.html")
    assert page.locator(".plan-history tbody tr").count() == 2
    assert fits(page)
    assert watched.complaints == []
    assert all(url.startswith((served, "data:")) for url in watched.requests)


def test_a_locked_pairing_stays_and_a_refused_proposal_keeps_its_reason(served, watch):
    watched = watch(width=360, height=800)
    page = watched.open(f"{served}/proposals.html?area=city&max=3", ready="body[data-choices=city]")
    page.locator("[data-kind=locks] label", has_text="H1").click()
    assert "已锁 1 对" in page.inner_text("[data-kind=locks] .chosen")
    assert fits(page)
    page.get_by_role("button", name="生成方案").click()
    page.wait_for_selector("body[data-ready=map][data-planner=ready]")
    assert "H1:registered:M1" in page.inner_text("main")
    page.click("#refuse")
    page.get_by_role("button", name="确定").click()
    assert page.inner_text("#why-missing") == "请写明理由。"
    page.get_by_role("textbox", name="理由").fill("等下周人员到位")
    page.get_by_role("button", name="确定").click()
    page.wait_for_selector(".plan-refused")
    assert "已退回：等下周人员到位" in page.inner_text("main")
    assert page.locator("#apply").count() == 0
    page.goto(f"{served}/proposals.html")
    assert "等下周人员到位" in page.inner_text(".plan-history")
    assert watched.complaints == []


def test_the_second_planner_is_told_and_offered_a_new_proposal(served, watch):
    pages = []
    for _ in range(2):
        page = watch().open(f"{served}/proposals.html", ready=READY)
        page.get_by_label("范围").select_option("city")
        page.get_by_role("button", name="生成方案").click()
        page.wait_for_selector("body[data-planner=ready] #apply")
        pages.append(page)
    for page in pages:
        page.click("#apply")
        page.get_by_role("button", name="确定").click()
    pages[0].wait_for_selector("#undo")
    pages[1].wait_for_selector("#answer .notice")
    assert "方案已过期" in pages[1].inner_text("#answer")
    assert "的人员或包保已有变化" in pages[1].inner_text("#answer")
    pages[1].locator("#answer").get_by_role("link", name="重新生成方案").click()
    expect(pages[1].get_by_label("范围")).to_have_value("city")
