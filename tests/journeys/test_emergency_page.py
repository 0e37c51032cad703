"""An emergency in a real browser: open the names and doors of an area, end it, review it; at a desk and on a phone."""

import sys
from pathlib import Path

import pytest
from serving import serving

from geodata.workspace import Workspace
from gridmap.work import emergencies

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import keep
from town import household

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_from_names_and_doors_to_the_review(tmp_path, watch, width, height):
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    keep(store, [household("h1", "B1", name="李小花", address="虚构路1号301室")], [])
    emergencies.ask_emergency(store, "C1", reason="东坡有险情", hours=6, actor="甲")
    emergencies.confirm_emergency(store, "E0001", actor="乙")
    with serving(workspace) as address:
        watched = watch(width=width, height=height)
        page = watched.open(f"{address}/today.html", ready=".banner-emergency a")
        page.click(".banner-emergency a")
        page.wait_for_load_state()  # a click before the script is there would do nothing
        page.click("[data-shows] button")
        page.wait_for_selector(".opened table")
        assert "虚构路1号301室" in page.inner_text(".opened")
        assert "李小花" in page.inner_text(".opened")
        assert page.evaluate(WIDE) <= 0
        page.click("text=提前结束")
        page.wait_for_selector("#E0001[data-state=over]")
        page.wait_for_load_state()
        assert "李小花" not in page.content()
        page.fill("[name=review]", "核查 1 户，属实")
        page.press("[name=review]", "Enter")
        page.wait_for_selector("#E0001[data-state=reviewed]")
        assert watched.complaints == []
    store.close()
