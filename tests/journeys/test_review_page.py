"""A reviewer's walk in a real browser with the keyboard alone, at a desk and on a phone."""

import pandas as pd
import pytest
import review_town
from serving import serving

from gridmap import work
from gridmap.tables import HouseholdPlace, LocationDecision
from gridmap.work.decisions import Choice

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
ROWS = (
    {"name": "王小明", "address": "新街路8号", "care_level": "red"},
    {"name": "李四", "address": "老粮站宿舍3栋501", "stated_community": "白马山社区", "care_level": "yellow"},
    {"name": "赵五", "address": "和平小区1栋", "care_level": "green"},
    {"name": "孙六", "address": "白马山小区9栋", "stated_community": "白马山社区", "care_level": "green"},
)


@pytest.fixture
def served(tmp_path):
    """The town with four households that wait; the store and the address of the server."""
    workspace = review_town.build(tmp_path, *ROWS)
    store = workspace.open()
    with serving(workspace) as home:
        yield store, home
    store.close()


def places(store):
    with store.transaction() as transaction:
        return transaction.read(HouseholdPlace)


def at(page, row):
    page.wait_for_selector(f"body[data-review={row}]:not(:has([aria-busy]))")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_the_keyboard_alone_is_enough(served, watch, width, height):
    store, address = served
    before = places(store)
    watched = watch(width=width, height=height)
    page = watched.open(f"{address}/index.html")
    watched.go("核对", steps=12)
    page.wait_for_selector("body[data-ready=map]")
    at(page, "h0")
    assert "待核对 4，已核对 0" in page.inner_text("#progress")
    assert page.locator(".review-mark-target").count() == 2
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")

    page.keyboard.press("1")
    at(page, "h1")
    assert "已记下 L000001" in page.inner_text("#answer")
    assert "配对" in page.inner_text("#answer"), "it says when pairings follow"
    page.keyboard.press("p")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer:has-text('L000002')")
    at(page, "h2")
    page.keyboard.press("Shift+1")
    page.wait_for_selector("#answer:has-text('L000003')")
    at(page, "h2")
    assert page.locator(".review-choice").count() == 1, "the one that it is not is offered no more"
    page.keyboard.press("n")
    at(page, "h3")
    page.keyboard.press("0")
    at(page, "h2")
    page.keyboard.press("1")
    at(page, "empty")
    assert "待核对 0，已核对 4" in page.inner_text("#progress")
    found = places(store).set_index("household_id")
    assert found.loc["h0", "building_id"] in {"b9", "b10"}
    assert found.loc["h1", "method"] == "decision"
    assert found.loc["h2", "building_id"] in {"b4", "b5"}

    for left in ("L000005", "L000004", "L000003", "L000002", "L000001"):
        page.keyboard.press("u")
        page.wait_for_selector(f"#answer:has-text('{left}')")
        page.wait_for_selector("body:not(:has([aria-busy]))")
    assert page.is_disabled("#undo")
    assert "待核对 4，已核对 0" in page.inner_text("#progress")
    pd.testing.assert_frame_equal(pd.DataFrame(places(store)), pd.DataFrame(before))
    with store.transaction() as transaction:
        assert transaction.read(LocationDecision)["undone_at"].notna().tolist() == [True] * 5
    assert watched.complaints == []
    assert all(url.startswith((address, "data:")) for url in watched.requests)


def test_a_name_is_learned_a_pin_is_clicked_and_a_colleague_is_noticed(served, watch):
    store, address = served
    page = watch().open(f"{address}/review.en.html?area=420204", ready="body[data-ready=map]")
    at(page, "h0")
    work.review.Desk(store).decide("household", "h0", Choice("accept", target="building:b9"), actor="甲")
    page.keyboard.press("1")
    page.wait_for_selector("#answer:has-text('changed since it was shown')")
    at(page, "h0")
    page.keyboard.press("n")
    at(page, "h1")
    page.click("[data-key=p]")
    page.wait_for_timeout(200)
    box = page.locator("#map-frame").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.wait_for_selector("#answer:has-text('L000002')")
    assert places(store).set_index("household_id").loc["h1", "method"] == "decision"
