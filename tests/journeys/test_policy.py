"""Every page in a real browser: nothing on it breaks the policy that its answer carries."""

import re
from pathlib import Path

import field_town
import pytest
from serving import serving, wait_until_solved

from geodata.workspace import Workspace
from gridmap import work
from gridmap.maps import pages
from gridmap.tables import ROWS, AccountRole

pytestmark = pytest.mark.browser
LISTEN = """document.addEventListener("securitypolicyviolation",
  (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));"""
PAGES = ("index", "map", "gaps", "today", "field", "proposals", "proposal-P0001", "review", "people", "worth",
         "imports", "import-I0001", "households", "members", "areas", "audit",
         "emergency", "site", "household", "member", "sign-in")  # fmt: skip
TEMPLATES = Path(pages.__file__).with_name("templates")
PARTS = {"base", "candidates", "door", "downloads", "lawful", "outbox", "reveal", "office", "second-step"}
"""Templates of which others are made."""

PASSING = {"account", "admin", "figures", "preparing", "settings"}
"""Pages that have a test of their own below, or that another one replaces as soon as the city is solved."""

DRAWN_FROM = {"index": "home", "proposal-P0001": "proposal", "import-I0001": "import",
              **dict.fromkeys(("households", "members", "areas"), "lists")}  # fmt: skip
ASKED = {"site": "?site=H1", "household": "?id={household}", "member": "?id={member}"}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town with a proposal and an upload, served; with ids to ask pages about."""
    workspace = Workspace(tmp_path_factory.mktemp("policy"))
    store = workspace.open(create=True)
    field_town.fill(store)
    work.propose(store, "city", max_changes=3, actor="test")
    with store.transaction() as transaction:
        first = {row.table: transaction.read(row).iloc[:, 0] for row in ROWS if row.table in ("household", "member")}
    store.close()
    with serving(workspace) as address:
        wait_until_solved(address)
        yield address, {name: ids.iloc[0] for name, ids in first.items()}


def paths(ids):
    """The address of every page, of two in both languages, and of the interface."""
    for page in PAGES:
        for end in ("html", "en.html") if page in ("index", "map") else ("html",):
            yield f"{page}.{end}{ASKED.get(page, '').format(**ids)}"
    yield "docs"


def test_no_page_is_forgotten():
    drawn = {template.stem for template in TEMPLATES.glob("*.html")} - PARTS
    assert {DRAWN_FROM.get(page, page) for page in PAGES} == drawn - PASSING


def test_no_page_breaks_its_policy(town, watch):
    address, ids = town
    watched = watch()
    watched.page.add_init_script(LISTEN)
    watched.page.request.post(
        f"{address}/api/v1/imports?name=a.csv", data="姓名,地址\n张某,某路1号\n".encode(),
        headers={"Content-Type": "application/octet-stream"},
    )  # fmt: skip
    for path in paths(ids):
        answer = watched.page.goto(f"{address}/{path}")
        assert answer.status == 200, path
        assert answer.headers["content-security-policy"], path
        watched.page.wait_for_timeout(200)  # what modules and maps do after the page has come
        assert watched.complaints == [], path
    watched.page.wait_for_selector("body[data-ready]")
    assert watched.page.inner_text("#interface .info .title").startswith("Gridmap")
    assert all(asked.startswith((address, "data:", "blob:")) for asked in watched.requests)


def test_no_page_for_whoever_signed_in_breaks_its_policy(tmp_path, watch):
    workspace = field_town.kept(tmp_path)
    store = workspace.open()
    work.create_account(store, "wang", "Correct-horse-9")
    work.grant(store, "wang", AccountRole.VIEWER, actor="test")
    store.close()
    watched = watch()
    watched.page.add_init_script(LISTEN)
    with serving(workspace) as address:
        page = watched.open(f"{address}/sign-in.html?then=/account.html")
        page.fill("[name=account]", "wang")
        page.fill("[name=password]", "Correct-horse-9")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/account.html")
        assert "wang" in page.inner_text("main")
        for name in ("admin", "settings"):
            assert page.goto(f"{address}/{name}.html").status == 200, name
        for name in ("index", "index.en"):
            page.goto(f"{address}/{name}.html")
            page.wait_for_selector("main table")  # until the city is solved another page stands here
            assert page.locator("main a").count() == 0, name  # nobody is linked to
            assert page.locator("main button").get_attribute("formaction") == "api/v1/coverage/export", name
    assert watched.complaints == []


def test_a_script_that_slipped_into_a_page_does_not_run(town, watch):
    address, _ = town
    watched = watch()
    watched.page.route(
        re.compile("index.html"),
        lambda route: route.fulfill(
            response=(fetched := route.fetch()),
            body=fetched.text().replace("</body>", "<script>window.slipped = 1</script></body>")
            .replace('http-equiv="Content-Security-Policy"', 'name="removed"'),
        ),
    )  # fmt: skip
    page = watched.open(f"{address}/index.html")
    assert page.evaluate("window.slipped") is None
    assert any("Content Security Policy" in said or "script-src" in said for said in watched.complaints)
    assert "removed" in page.content()
