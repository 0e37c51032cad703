"""The door: without an account all is as before, with one nothing is answered without signing in."""

import re

import field_town
import pytest
from copying import copied
from fastapi.testclient import TestClient
from field_town import inspection
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from geodata.workspace import Workspace
from gridmap import work
from gridmap.errors import StoreError
from gridmap.tables import AccountRole, TokenScope

BASE = "http://10.1.2.3:8000"  # with accounts, another address than this computer's is allowed
PASSWORD = "Correct-horse-9"
OWN = {"Origin": BASE}
POST = "/api/v1/field/inspections"


def fill(store):
    field_town.fill(store)
    work.create_account(store, "wang", PASSWORD)
    work.grant(store, "wang", AccountRole.PLANNER, actor="test")


@pytest.fixture
def workspace(tmp_path):
    return copied(fill, tmp_path)


@pytest.fixture
def client(workspace):
    with TestClient(create_app(workspace), base_url=BASE, follow_redirects=False) as client:
        yield client


def enter(client, password=PASSWORD, name="wang", then="/field.html"):
    form = {"account": name, "password": password, "then": then}
    return client.post("/sign-in.html", data=form, headers=OWN)


def routes(router):
    """Every route, those of included routers too."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        yield from [route] if inner is None else routes(inner)


def paths(app):
    """Every method and path that the application answers, mounts and the OpenAPI document included."""
    for route in routes(app):
        for method in sorted(getattr(route, "methods", None) or {"GET"}):
            yield method, re.sub(r"\{[^}]*\}", "x", route.path) + ("" if getattr(route, "methods", None) else "/x")


def test_every_route_but_the_open_ones_demands_somebody(client):
    asked, answered = set(), set()
    for method, path in paths(client.app):
        reply = client.request(method, path, headers=OWN)
        asked.add(path)
        turned_away = reply.headers.get("www-authenticate") == "Bearer" or "then=" in reply.headers.get("location", "")
        if not turned_away:
            answered.add(path)
    assert {"/", "/api/v1/gaps", "/api/v1/proposals/x/apply", "/openapi.json", "/field.html"} < asked
    assert answered == {
        "/health", "/sign-in.html", "/sign-in.en.html", "/enter.html", "/openid.html", "/openid-back.html",
        "/assets/x", "/assets/css/palette.css",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/openapi.json", "/docs", "/no-such-page", "/assets", "/assetsx", "//health", "/Health"]
)
def test_what_looks_like_an_open_path_is_closed(client, path):
    reply = client.get(f"{BASE}{path}")
    assert reply.status_code in {303, 401}


def test_a_page_leads_to_the_door_and_back(client):
    reply = client.get("/field.html?area=G1")
    assert (reply.status_code, reply.headers["location"]) == (303, "/sign-in.html?then=%2Ffield.html%3Farea%3DG1")
    assert "/field.html?area=G1" in client.get(reply.headers["location"]).text
    inside = enter(client, then="/field.html?area=G1")
    assert (inside.status_code, inside.headers["location"]) == (303, "/field.html?area=G1")
    cookie = inside.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    page = client.get("/field.html")
    assert page.status_code == 200
    assert "account.html" in page.text


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/a\nb"])
def test_the_sign_in_leads_to_no_other_site(client, then):
    assert enter(client, then=then).headers["location"] == "/"


def test_a_refusal_says_the_same_for_any_reason(client):
    wrong, unknown = enter(client, "wrong"), enter(client, name="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text
    assert "set-cookie" not in wrong.headers


def test_a_cookie_that_we_did_not_sign_is_nobody(client):
    enter(client)
    value = client.cookies["gridmap_session"]
    for wrong in (value[:-1] + ("A" if value[-1] != "A" else "B"), value.partition(".")[0], "x.y", "."):
        client.cookies.clear()
        client.cookies.set("gridmap_session", wrong)
        assert client.get("/api/v1/gaps").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"},
     {"Origin": BASE, "Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
def test_another_sites_page_can_write_nothing(client, headers):
    enter(client)
    for path in (POST, "/account.html", "/sign-out.html"):
        assert client.post(path, headers=headers).status_code == 403
    assert (
        client.post("/sign-in.html", data={"account": "wang", "password": PASSWORD}, headers=headers).status_code == 403
    )
    assert client.get("/api/v1/gaps").status_code == 200


def test_a_browser_that_hides_the_origin_but_says_same_origin_may_write(client):
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    form = {"account": "wang", "password": PASSWORD}
    assert client.post("/sign-in.html", data=form, headers=headers).status_code == 303
    assert client.get("/sign-in.html").headers["referrer-policy"] == "same-origin"


def test_what_somebody_writes_is_recorded_as_theirs(client, workspace):
    enter(client)
    batch = {"inspections": [inspection(1, state="danger")]}
    assert client.post(POST, json=batch, headers=OWN).status_code == 200
    store = workspace.open()
    line = work.audit_log(store, work.AuditQuery(nouns=["inspection"])).iloc[-1]
    store.close()
    assert (line["actor"], line["source"], line["action"]) == ("wang", "testclient", "add")


def test_signing_out_closes_the_door(client):
    enter(client)
    out = client.post("/sign-out.html", headers=OWN)
    assert out.headers["location"] == "/sign-in.html?said=ended"
    assert client.get("/api/v1/gaps").status_code == 401


def test_a_one_time_password_must_be_changed_before_anything_else(client, workspace):
    done = CliRunner().invoke(command_line, ["admin", "reset", str(workspace.folder), "wang"], catch_exceptions=False)
    given = done.stdout.split()[1]
    enter(client, given)
    assert client.get("/field.html").headers["location"] == "/account.html"
    assert client.get("/api/v1/gaps").status_code == 403
    new = {"old": given, "new": "Another-horse-8", "again": "Another-horse-8"}
    for wrong in ({"again": "x"}, {"old": "x"}, {"new": "short", "again": "short"}):
        reply = client.post("/account.html", data=new | wrong, headers=OWN)
        assert reply.status_code == 422
        assert 'role="alert"' in reply.text
    assert client.post("/account.html", data=new, headers=OWN).headers["location"] == "/sign-in.html?said=changed"
    enter(client, "Another-horse-8")
    assert client.get("/field.html").status_code == 200


def test_a_program_comes_in_with_a_token_within_its_scope(client, workspace):
    store = workspace.open()
    reads, writes = (work.create_token(store, "wang", scope=scope, days=1, purpose="") for scope in TokenScope)
    store.close()
    batch = {"inspections": [inspection(1, state="danger")]}
    for token, expected in ((reads, 403), (writes, 200), ("gm_x_y", 401)):
        header = {"Authorization": f"Bearer {token}"}
        assert client.get("/api/v1/gaps", headers=header).status_code == (401 if expected == 401 else 200)
        assert client.post(POST, json=batch, headers=header).status_code == expected


def test_without_an_account_nothing_is_demanded_and_writes_stay_on_this_computer(tmp_path):
    found = Workspace(tmp_path)
    store = found.open(create=True)
    field_town.fill(store)
    with TestClient(create_app(found), base_url=BASE) as client:
        page = client.get("/field.html")
        assert page.status_code == 200
        assert "account.html" not in page.text
        assert client.get("/account.html").status_code == 404
        assert client.post(POST, json={"inspections": []}).status_code == 403
        work.create_account(store, "wang", PASSWORD)
        assert client.get("/api/v1/gaps").status_code == 401
    store.close()


def test_another_address_is_served_only_with_accounts(tmp_path):
    from api.server import serve

    found = Workspace(tmp_path)
    found.open(create=True).close()
    with pytest.raises(StoreError, match="admin create"):
        serve(found, port=8000, open_page=False, host="0.0.0.0")


def test_the_administrators_commands(workspace):
    def run(*arguments, **more):
        return CliRunner().invoke(command_line, ["admin", *map(str, arguments)], catch_exceptions=False, **more)

    folder = workspace.folder
    assert run("create", folder, "li", input="Correct-horse-7\n").stdout == "li: made\n"
    assert "li" in run("list", folder).stdout
    token = run("token", folder, "li", "--purpose", "gis").stdout.strip()
    assert token.split("_")[1] in run("tokens", folder, "--json").stdout
    assert "revoked" in run("revoke", folder, token.split("_")[1]).stdout
    assert "ended" in run("end", folder, "li").stdout
    assert "shown once" in run("create", folder, "zhao", "--one-time").stdout
