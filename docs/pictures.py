"""Take the pictures of the guides anew: build the sample city, open its pages in Chromium, keep what is seen.

`python docs/pictures.py` writes docs/guide/pictures/*.png. It needs Chromium (tests/install_browser.sh).
"""

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from api import steps
from geodata.workspace import Workspace
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
            browser.close()


if __name__ == "__main__":
    main()
