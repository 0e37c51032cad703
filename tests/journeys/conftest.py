"""A real browser for the journeys, and the pages that they look at."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap" / "maps"))  # the drawn city

CHROMIUM = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip


def chromium_path():
    names = (os.environ.get("GRIDMAP_CHROMIUM"), *CHROMIUM)
    return next((found for name in names if name and (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; the test is skipped when the machine has none."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: run tests/install_browser.sh or set GRIDMAP_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield running
        running.close()


class Watched:
    """A browser page that keeps what went wrong and where requests went."""

    def __init__(self, page):
        self.page = page
        self.complaints = []
        self.requests = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, address, *, ready="body"):
        """Open an address and wait until the page has drawn itself."""
        self.page.goto(address)
        self.page.wait_for_selector(ready)
        return self.page

    def go(self, label, *, steps):
        """Follow the link of that name with the keyboard: so many steps of the Tab key at the most."""
        for _ in range(steps):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.textContent.trim()") == label:
                break
        self.page.keyboard.press("Enter")


@pytest.fixture
def watch(browser):
    """Open a watched page: watch(width=1280, height=800)."""
    contexts = []

    def opened(*, width=1280, height=800, **options):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **options))
        return Watched(contexts[-1].new_page())

    yield opened
    for context in contexts:
        context.close()


def write_site(view, folder):
    """Draw every page of a view into a folder, with the assets, and return the folder."""
    from geodata import assets
    from gridmap import maps

    page = maps.site(view, downloads=[maps.Download("gaps.csv", "CSV")])
    for name, content in page.files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
    assets.place(folder / "assets")
    return folder


@pytest.fixture(scope="session")
def draw_site():
    """Draw every page of a view into a folder: draw_site(view, folder)."""
    return write_site


@pytest.fixture(scope="session")
def small_site(tmp_path_factory):
    """Nine communities, 900 buildings, 300 households."""
    import drawn_city

    return write_site(drawn_city.draw(), tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory):
    """A hundred communities, 30,000 buildings, 13,000 households."""
    import drawn_city

    view = drawn_city.draw(size=10, buildings=30_000, households=13_000)
    return write_site(view, tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory):
    """A city before anything was loaded."""
    import drawn_city

    from gridmap.maps import MapView

    return write_site(MapView(city="空城", as_of=drawn_city.AS_OF), tmp_path_factory.mktemp("empty"))
