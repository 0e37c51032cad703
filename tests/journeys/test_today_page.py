"""The grid manager's morning in a real browser, in Chinese, at a desk and on a phone: what changed, and where."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from serving import serving

sys.path.insert(0, str(Path(__file__).parents[1]))
import field_town

from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import ProposalRules, Revision

READY = "body[data-ready=today]"
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The town as it was loaded five days ago; this morning m4, who looks after f, went on leave by a proposal."""
    workspace = Workspace(tmp_path_factory.mktemp("town"))
    store = workspace.open(create=True)
    field_town.fill(store)
    with store.transaction(write=True) as transaction:
        revisions = transaction.read(Revision)
        transaction.upsert(revisions.assign(made_at=revisions["made_at"] - pd.Timedelta(days=5)), Revision)
    work.propose(store, "G3", max_changes=0, rules=ProposalRules(leaves=("m4",)), actor="甲")
    work.apply(store, "P0001", actor="甲")
    store.close()
    with serving(workspace) as home:
        yield home


@pytest.mark.parametrize("width", [1280, 360])
def test_a_grid_manager_reads_the_morning_and_goes_to_the_map(served, watch, width):
    watched = watch(width=width, height=800)
    page = watched.open(f"{served}/index.html")
    page.get_by_role("link", name="今日").click()
    page.wait_for_selector(READY)
    figures = page.locator(".tile strong").all_inner_texts()
    assert figures == ["4", "3", "2", "1"]  # gaps b c e f; sites; m3 and m4 on leave; one change
    assert page.locator("#gaps li").first.inner_text().startswith("红级")
    assert "开始请假" in page.locator("#changes li").inner_text()
    leave = page.locator("#leave-m4")
    assert "11月24日 起，未定销假" in leave.inner_text()
    assert "⚠ 1 户无他人补位" in leave.inner_text()
    assert page.evaluate(WIDE) <= 0
    page.get_by_text("我的网格").click()
    page.get_by_label("G3", exact=True).check()
    page.get_by_role("button", name="看这些").click()
    page.wait_for_url("**/today.html?*area=G3*")
    page.wait_for_selector(READY)
    assert page.locator(".tile strong").all_inner_texts() == ["1", "1", "1", "1"]
    assert page.evaluate(WIDE) <= 0
    page.goto(f"{served}/today.html")  # the next morning
    page.wait_for_url("**/today.html?area=G3")
    page.wait_for_selector(READY)
    page.locator("#gaps li a").first.click()
    page.wait_for_selector("body[data-ready=map]")
    assert page.url.endswith("#household=f")
    assert watched.complaints == []


def test_overdue_sites_lead_to_their_page_and_to_the_map(served, watch):
    page = watch(width=360, height=740).open(f"{served}/today.html", ready=READY)
    assert page.locator("#overdue li").count() == 3
    page.locator("#overdue li").first.get_by_role("link", name="地图").click()
    page.wait_for_selector("body[data-ready=map]")
    centre = page.evaluate("() => { const { lng, lat } = gridmap.map.getCenter(); return [lng, lat]; }")
    assert abs(centre[0] - field_town.town.point(50).x) < 0.002
    page.go_back()
    page.wait_for_selector(READY)
    page.locator("#overdue li a").first.click()
    page.wait_for_selector("body[data-ready=site]")
    assert "东坡滑坡" in page.inner_text("main")


def test_the_morning_in_english(served, watch):
    watched = watch(width=360, height=740)
    page = watched.open(f"{served}/today.html?area=G3", ready=READY)
    page.locator(".lang").click()
    page.wait_for_selector(f"html[lang=en] {READY}")
    assert "area=G3" in page.url
    assert "went on leave" in page.inner_text("#changes")
    assert page.evaluate(WIDE) <= 0
    assert watched.complaints == []
