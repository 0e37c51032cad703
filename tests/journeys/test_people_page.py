"""Double entries judged in a real browser with the keyboard alone, at a desk and on a phone."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from serving import serving

from geodata.workspace import Workspace
from gridmap.tables import Household, Merge, Pairing

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import keep
from town import household, member, pairing

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PEOPLE = (
    household("h1", "B1", name="王小明", phone="13812345678", care_level="red"),
    household("h2", "B1", name="王小明", phone="13812345678", gender="f"),
    household("h3", "B3", name="张晓红", phone="13900001111"),
    household("h4", "B3", name="章小红", phone="13900001111"),
)
MEMBERS = (member("m1", "B1", id_no="11010519491231002X"), member("m2", "B3", id_no="110105491231002"))


@pytest.fixture
def served(tmp_path):
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    keep(store, PEOPLE, MEMBERS, [pairing("h2", "m1")])
    with serving(workspace) as home:
        yield store, home
    store.close()


def rows(store, noun):
    with store.transaction() as transaction:
        return pd.DataFrame(transaction.read(noun))


def at(page, pair):
    page.wait_for_selector(f"body[data-pair='{pair}']:not(:has([aria-busy]))")


def answered(page, text):
    page.wait_for_selector(f"#answer:has-text('{text}')")
    page.wait_for_selector("body:not(:has([aria-busy]))")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_the_keyboard_alone_is_enough(served, watch, width, height):
    store, address = served
    before = rows(store, Household)
    watched = watch(width=width, height=height)
    page = watched.open(f"{address}/today.html")
    for _ in range(14):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "查重":
            break
    page.keyboard.press("Enter")
    at(page, "h1+h2")
    assert "电话相同，姓名相同" in page.inner_text("#card")
    assert "待判断 2 对" in page.inner_text("#progress")
    assert page.get_attribute("body", "data-keep") == "h2", "who has somebody is kept without a wish"
    assert page.locator("tr.is-differing th").all_text_contents() == ["性别 不同", "关爱等级 不同"]
    assert "13812345678" not in page.content()
    assert "王小明" not in page.content()
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")

    page.keyboard.press("1")
    page.wait_for_selector("body[data-keep=h1]")
    page.keyboard.press("y")
    answered(page, "h2 并入 h1")
    at(page, "h3+h4")
    assert rows(store, Pairing)["household_id"].tolist() == ["h1"]
    page.keyboard.press("s")
    at(page, "h3+h4")
    page.keyboard.press("n")
    at(page, "empty")
    assert rows(store, Household).set_index("household_id")["merged_into"].dropna().to_dict() == {"h2": "h1"}

    page.keyboard.press("u")
    answered(page, "已撤销 M000002")
    at(page, "h3+h4")
    page.keyboard.press("u")
    answered(page, "已撤销 M000001")
    at(page, "h1+h2")
    assert page.is_disabled("#undo")
    pd.testing.assert_frame_equal(rows(store, Household), before)
    assert rows(store, Pairing)["household_id"].tolist() == ["h2"]
    assert rows(store, Merge)["undone_at"].notna().tolist() == [True, True]
    assert watched.complaints == []
    assert all(url.startswith((address, "data:")) for url in watched.requests)


def test_members_are_judged_in_english_and_an_earlier_decision_is_taken_back(served, watch):
    store, address = served
    page = watch().open(f"{address}/people.en.html")
    at(page, "h1+h2")
    page.select_option("select[name=side]", "member")
    at(page, "m1+m2")
    assert "the same identity number" in page.inner_text("#card")
    page.click("[data-key=y]")
    answered(page, "m2 is merged into m1")
    page.click("#history summary")
    page.click("#history button")
    answered(page, "M000001 is undone")
    at(page, "m1+m2")
    assert rows(store, Merge)["undone_at"].notna().tolist() == [True]
