"""Take the pictures of the guides anew: build the sample city, open its pages in Chromium, keep what is seen.

`python docs/pictures.py` writes docs/guide/pictures/*.png. It needs Chromium (tests/install_browser.sh).
"""

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep

import openpyxl
import pandas as pd
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from api import intakes, steps
from api.app import create_app
from api.server import LOOPBACK, free_port
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import Household, Level, Pairing, ProposalRules
from gridmap.work import silent

PICTURES = Path(__file__).parent / "guide" / "pictures"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
SHOTS = {
    "map": ("map.html", DESKTOP),
    "map-phone": ("map.html", PHONE),
    "map-en": ("map.en.html", DESKTOP),
    "overview": ("index.html", DESKTOP),
    "gaps": ("gaps.html", DESKTOP),
    "gaps-phone": ("gaps.html", PHONE),
}
SERVED_SHOTS = {
    "field-phone": ("field.html", PHONE, None),
    "site-phone": ("site.html?site={site}", PHONE, None),
    "calls-phone": ("site.html?site={site}", PHONE, "#households"),
    "form-phone": ("site.html?site={site}", PHONE, "#form"),
    "site": ("site.html?site={site}", DESKTOP, None),
}
"""Pages that need a server: address, size, and what is scrolled to."""
PEOPLE_SHOTS = {
    "people": ("people.html", DESKTOP),
    "people-en": ("people.en.html", DESKTOP),
    "people-phone": ("people.html", PHONE),
}
"""Pages with two rows of one invented person: address and size."""
PLANNER_SHOTS = {
    "plan": ("proposals.html?area={area}&leaves={leaves}&max=20", DESKTOP, "[data-choices]"),
    "plan-phone": ("proposals.html?area={area}&leaves={leaves}&max=20", PHONE, "[data-choices]"),
    "plan-en": ("proposals.en.html?area={area}&leaves={leaves}&max=20", DESKTOP, "[data-choices]"),
    "review": ("proposal-P0001.html", DESKTOP, "[data-ready=map]"),
    "review-phone": ("proposal-P0001.html", PHONE, "[data-ready=map]"),
    "review-en": ("proposal-P0001.en.html", DESKTOP, "[data-ready=map]"),
    "moves": ("proposal-P0001.html#moves", DESKTOP, "[data-ready=map]"),
    "today": ("today.html", DESKTOP, "[data-ready=today]"),
    "today-phone": ("today.html", PHONE, "[data-ready=today]"),
    "today-en": ("today.en.html", DESKTOP, "[data-ready=today]"),
}
"""Pages of planner and grid manager: address, size, and what tells that the page is ready."""


def chromium() -> str:
    """Return the browser program."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("GRIDMAP_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise SystemExit("no Chromium found: run `sh tests/install_browser.sh`")
    return found


def take(browser: Browser, site: Path) -> None:
    """Open each page and keep its picture."""
    for name, (page_name, viewport) in SHOTS.items():
        page = browser.new_page(viewport=viewport)
        page.goto((site / page_name).as_uri())
        page.wait_for_load_state("load")
        page.wait_for_timeout(1500)
        page.screenshot(path=PICTURES / f"{name}.png")
        page.close()


@contextmanager
def served(workspace: Workspace) -> Iterator[str]:
    """Serve a workspace for the block; give its address."""
    port = free_port(8000)
    server = uvicorn.Server(uvicorn.Config(create_app(workspace), host=LOOPBACK, port=port, log_level="error"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        sleep(0.05)
    yield f"http://{LOOPBACK}:{port}/"
    server.should_exit = True
    thread.join()


IMPORT_SHOTS = {"import-check": ("I0001", DESKTOP), "import-done-phone": ("I0002", PHONE)}


def bring_in(workspace: Workspace) -> None:
    """Bring in a messy ledger of invented people twice: once up to the check, once to the end."""
    rows = [
        ["特殊群体台账（虚构）"],
        ["序号", "姓名*", "身份证号", "联系电话", "家庭住址", "人员类另", "风险等级", "出生日期", "宗教信仰"],
        ["必填", "必填", "文本格式", "11位", "", "", "", "格式:YYYYMMDD", ""],
        [1, "张虚一", "", "13800000001；0714-6543210", "锦绣里1栋", "独居、高龄", "红", "1950.1", "无"],
        [2, "李虚二", 420204195001010000.0, "13800000003", "锦绣里2栋", "低保", "黄", "1950年1月", "无"],
        [3, "王虚三", "", "13800000004", "同上", "孤寡老人", "绿", "19500101", "无"],
        ["合计", 3],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = workspace.folder / "特殊群体台账.xlsx"
    book.save(path)
    store = workspace.open()
    for _ in IMPORT_SHOTS:
        found = intakes.take_in(workspace, store, path.name, path.read_bytes(), sender="箭影社区", actor="office")
        intakes.decide(store, found.import_id, {})
        intakes.look(workspace, store, found.import_id)
    intakes.bring_in(workspace, store, "I0002", actor="office", progress=silent)
    store.close()


def take_imports(browser: Browser, workspace: Workspace) -> None:
    """Open an import before and after it was brought in."""
    bring_in(workspace)
    with served(workspace) as home:
        for name, (number, viewport) in IMPORT_SHOTS.items():
            page = browser.new_page(viewport=viewport)
            page.goto(f"{home}import-{number}.html")
            page.wait_for_selector("body[data-imports]")
            page.screenshot(path=PICTURES / f"{name}.png")
            page.close()


def inspect(workspace: Workspace) -> str:
    """Record two inspections of the most urgent site, as phones would send them; return the site."""
    store = workspace.open()
    taken = work.picture(store)
    site = work.bundle(taken)["sites"][0]
    morning = dt.datetime.combine(taken.day, dt.time(8), tzinfo=dt.UTC)
    made = [("stable", 2.5, 14, None), ("change", 3.5, 5, 0)]
    ids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(len(made))]
    items = [
        {"inspection_id": ids[number], "hazard_id": site["hazard_id"], "state": state, "made_by": "巡查员",
         "measures": {"裂缝宽": {"value": width_mm, "unit": "mm"}},
         "signs": ["wider_crack"] if base is not None else [],
         "observed_at": (morning - dt.timedelta(days=days)).isoformat(),
         "base_inspection_id": None if base is None else ids[base],
         "position": {"lon": site["point"][0], "lat": site["point"][1], "accuracy_m": 8}}
        for number, (state, width_mm, days, base) in enumerate(made)
    ]  # fmt: skip
    work.receive(store, items, now=morning)
    store.close()
    return str(site["hazard_id"])


def take_served(browser: Browser, workspace: Workspace) -> None:
    """Open each page that needs a server and keep its picture."""
    site = inspect(workspace)
    with served(workspace) as home:
        for name, (address, viewport, part) in SERVED_SHOTS.items():
            page = browser.new_page(viewport=viewport)
            page.goto(home + address.format(site=site))
            page.wait_for_selector("body[data-ready]")
            if part:
                page.locator(part).evaluate("(node) => node.scrollIntoView()")
            page.wait_for_timeout(300)
            page.screenshot(path=PICTURES / f"{name}.png")
            page.close()


def take_planner(browser: Browser, workspace: Workspace) -> None:
    """Send the three busiest members of the first community on leave; picture form, review, morning and history."""
    store = workspace.open()
    taken = work.picture(store)
    area = str(taken.areas[Level.COMMUNITY]["community_id"].iloc[0])
    leaves = tuple(row["member_id"] for row in work.choices(taken, area)["members"][:3])
    work.propose(store, area, max_changes=20, rules=ProposalRules(leaves=leaves), actor="规划员")
    with served(workspace) as home:
        for name, (address, viewport, ready) in PLANNER_SHOTS.items():
            if name == "today":
                work.apply(store, "P0001", actor="规划员")
                work.propose(store, area, max_changes=2, actor="规划员")
                work.refuse(store, "P0002", reason="等下周人员到位", actor="规划员")
            page = browser.new_page(viewport=viewport)
            page.goto(home + address.format(area=area, leaves=",".join(leaves)))
            page.wait_for_selector(f"body{ready}")
            page.wait_for_timeout(800)
            page.screenshot(path=PICTURES / f"{name}.png")
            page.close()
    store.close()


def take_people(browser: Browser, workspace: Workspace) -> None:
    """Write an invented household twice, the second time as another office would, and picture both side by side."""
    store = workspace.open()
    with store.transaction(write=True) as transaction:
        held = transaction.read(Pairing)["household_id"].iloc[0]
        one = transaction.read(Household, household_id=[held]).assign(phone="13800138000")
        other = one.assign(household_id=f"{held}-2", phone="138 0013 8000", care_level="red", stated_grid=None)
        transaction.upsert(pd.concat([one, other], ignore_index=True), Household)
        transaction.advance("locate")
    work.locate(store)
    store.close()
    with served(workspace) as home:
        for name, (address, viewport) in PEOPLE_SHOTS.items():
            page = browser.new_page(viewport=viewport)
            page.goto(home + address)
            page.wait_for_selector("body[data-pair]")
            page.screenshot(path=PICTURES / f"{name}.png")
            page.close()


def main() -> None:
    """Build, open, keep."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "workspace")
        city = steps.sample(Path(folder) / "sources", scale=steps.Scale.DEFAULT, seed=1, progress=silent)
        steps.build(city, workspace, silent)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            take(browser, workspace.site_folder)
            take_planner(browser, workspace)
            take_served(browser, workspace)
            take_imports(browser, workspace)
            take_people(browser, workspace)
            browser.close()


if __name__ == "__main__":
    main()
