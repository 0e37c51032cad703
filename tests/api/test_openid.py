"""Sign in by an OpenID provider that runs here: the way there and back, and everything that must not let in."""

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import field_town
import httpx
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1]))

import openid_provider
from openid_provider import CLIENT, SECRET

from api.app import create_app
from api.cli import app as command_line
from api.oidc import provider_of
from api.settings import in_force, read_settings
from geodata.workspace import Workspace
from gridmap import second_steps, work
from gridmap.errors import SettingsError
from gridmap.tables import SecondStep, TokenScope

BASE = "http://10.1.2.3:8000"
OWN = {"Origin": BASE}
PASSWORD = "Correct-horse-9"


@pytest.fixture(scope="module")
def running():
    with openid_provider.providing() as provider:
        yield provider


@pytest.fixture
def provider(running):
    running.reset()
    running.asked.clear()
    return running


@contextmanager
def serving(workspace, provider):
    """Serve a workspace with the provider set up; give client and the administrator's token."""
    store = workspace.open(create=True)
    field_town.fill(store)
    for name in ("boss", "wang"):
        work.create_account(store, name, PASSWORD)
    token = work.create_token(store, "boss", scope=TokenScope.WRITE, days=1, purpose="test")
    work.identities.link(store, "wang", provider.address, "u-1001", actor="test")
    store.close()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings(provider, GRIDMAP_REQUESTS_SIGN_IN="100000").items():
            patch.setenv(name, value)
        served = create_app(workspace)
    with TestClient(served, base_url=BASE, follow_redirects=False) as client:
        yield client, token


@pytest.fixture(scope="module")
def served(running, tmp_path_factory):
    running.asked.clear()
    with serving(Workspace(tmp_path_factory.mktemp("openid")), running) as found:
        assert found[0].get("/sign-in.html").status_code == 200
        assert running.asked == []  # nobody is asked before somebody follows the button
        yield found


@pytest.fixture
def client(served):
    served[0].cookies.clear()
    return served[0]


def settings(provider, **more):
    return {"GRIDMAP_OIDC_ISSUER": provider.address, "GRIDMAP_OIDC_CLIENT_ID": CLIENT,
            "GRIDMAP_OIDC_CLIENT_SECRET": SECRET, **more}  # fmt: skip


def go(client, then="/account.html", lang="zh"):
    """To the provider, where somebody is let in: the address that leads back."""
    out = client.get(f"/openid.html?lang={lang}&then={then}")
    assert out.status_code == 303
    back = httpx.get(out.headers["location"])
    assert back.headers["location"].startswith(f"{BASE}/openid-back.html?")
    return back.headers["location"].removeprefix(BASE)


def log(client):
    return work.audit_log(client.app.state.city.whole)


def outside(client):
    return client.get("/api/v1/coverage").status_code == 401


def test_there_and_back_lets_in_as_the_linked_account(client, provider):
    page = client.get("/sign-in.html?then=/field.html").text
    assert 'href="openid.html?lang=zh&amp;then=/field.html"' in page
    inside = client.get(go(client))
    assert (inside.status_code, inside.headers["location"]) == (303, "/account.html")
    assert "wang" in client.get("/account.html").text
    assert provider.asked == ["/.well-known/openid-configuration", "/authorize", "/.well-known/openid-configuration",
                              "/token", "/jwks"]  # fmt: skip
    last = log(client).iloc[-1]
    assert (last["actor"], last["action"], last["subject"], last["purpose"]) == ("wang", "sign_in", "wang", "openid")


def test_there_and_back_on_postgis(provider, postgis_url, tmp_path):
    with serving(Workspace(tmp_path, postgis_url), provider) as (client, _):
        assert client.get(go(client)).headers["location"] == "/account.html"
        assert "wang" in client.get("/account.html").text
        provider.subject = "u-2002"
        assert "u-2002" in client.get(go(client)).text
        assert work.verify_audit(client.app.state.city.whole).faults == ()


def test_what_is_asked_of_the_provider(client, provider):
    sent = urlsplit(client.get("/openid.html").headers["location"])
    asked = {name: values[0] for name, values in parse_qs(sent.query).items()}
    assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", "openid", CLIENT)
    assert asked["redirect_uri"] == f"{BASE}/openid-back.html"
    assert asked["code_challenge_method"] == "S256"
    assert {len(asked[name]) for name in ("state", "nonce", "code_challenge")} == {43}  # 256 bits
    again = parse_qs(urlsplit(client.get("/openid.html").headers["location"]).query)
    assert all(again[name] != [asked[name]] for name in ("state", "nonce", "code_challenge"))


WRONG = {
    "nonce": {"twist": {"nonce": "other"}}, "no nonce": {"twist": {"nonce": None}},
    "audience": {"twist": {"aud": "other"}}, "no audience": {"twist": {"aud": None}},
    "one of two audiences": {"twist": {"aud": [CLIENT, "other"], "azp": "other"}},
    "expired": {"twist": {"exp": int(time.time()) - 60}}, "no end": {"twist": {"exp": None}},
    "issuer": {"twist": {"iss": "https://other.example"}}, "no issuer": {"twist": {"iss": None}},
    "no subject": {"twist": {"sub": None}}, "a number": {"twist": {"sub": 1001}},
    "not yet": {"twist": {"nbf": int(time.time()) + 3600}},
    "another key": {"sign": openid_provider.sign_with_another_key},
    "the shared secret": {"sign": openid_provider.sign_with_the_secret},
    "the public key as a secret": {"sign": openid_provider.sign_with_the_public_key},
    "unsigned": {"sign": openid_provider.sign_not_at_all},
    "garbage": {"sign": lambda header, claims: "a.b.c"},
    "another issuer in the address": {"back": {"iss": "https://other.example"}},
    "discovery of another": {"facts": {"issuer": "https://other.example"}},
    "an error": {"back": {"error": "access_denied"}},
    "keys in clear over the network": {"facts": {"jwks_uri": "http://provider.example/jwks"}},
}  # fmt: skip


@pytest.mark.parametrize("how", WRONG)
def test_a_token_that_does_not_hold_lets_nobody_in(client, provider, how):
    back = go(client)
    for name, value in WRONG[how].items():
        setattr(provider, name, value)
    if "back" in WRONG[how]:
        back = go(client)
    refused = client.get(back)
    assert refused.status_code == 401
    assert "没有成功" in refused.text
    assert "gridmap_session" not in client.cookies
    assert outside(client)
    last = log(client).iloc[-1]
    assert (last["actor"], last["action"], last["noun"]) == ("testclient", "sign_in_refused", "identity")
    assert last["purpose"].startswith("openid: ")


def test_a_clock_may_be_half_a_minute_off(client, provider):
    provider.twist = {"exp": int(time.time()) - 10}
    assert client.get(go(client)).status_code == 303


@pytest.mark.parametrize("change", [
    lambda back: back.replace("state=", "state=x"), lambda back: back.split("&state=")[0],
    lambda back: back.replace("code=", "code=x"), lambda back: back.replace("code=", "other="),
])  # fmt: skip
def test_another_state_or_code_lets_nobody_in(client, provider, change):
    assert client.get(change(go(client))).status_code == 401
    assert outside(client)


def test_the_way_back_is_gone_once_and_by_who_went(client, provider):
    back = go(client)
    kept = client.cookies["gridmap_openid"]
    client.cookies.clear()
    assert client.get(back).status_code == 401  # another browser
    for wrong in (kept[:-1] + ("0" if kept[-1] != "0" else "1"), "x" + kept, "x", "."):
        client.cookies.set("gridmap_openid", wrong)
        assert client.get(back).status_code == 401
    client.cookies.clear()
    client.cookies.set("gridmap_openid", kept)
    assert client.get(back).status_code == 303
    client.cookies.clear()
    client.cookies.set("gridmap_openid", kept)
    assert client.get(back).status_code == 401  # the provider knows each code once


def test_the_way_back_is_forgotten_after_ten_minutes(client, provider, monkeypatch):
    back, now = go(client), time.time()
    monkeypatch.setattr("api.oidc.time.time", lambda: now + 601)
    assert client.get(back).status_code == 401


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_leads_to_no_other_site(client, provider, then):
    assert client.get(go(client, then)).headers["location"] == "/"


def test_whom_nobody_linked_is_told_what_to_tell_and_makes_no_account(client, provider):
    provider.subject = "u-2002<b>"
    before = len(work.accounts_of(client.app.state.city.whole))
    refused = client.get(go(client, lang="en"))
    assert refused.status_code == 401
    assert "not linked" in refused.text
    assert "u-2002&lt;b&gt;" in refused.text
    assert outside(client)
    assert len(work.accounts_of(client.app.state.city.whole)) == before
    assert "u-2002" not in log(client).to_csv()


def test_the_administrator_links_and_unlinks(served, client, provider):
    token = {"Authorization": f"Bearer {served[1]}"}
    provider.subject = "u-3003"
    asked = {"account_id": "boss", "subject": "u-3003"}
    made = client.post("/api/v1/admin/identities", json=asked, headers=token)
    assert made.status_code == 201
    assert client.post("/api/v1/admin/identities", json=asked, headers=token).status_code == 409
    for wrong in ({"account_id": "nobody"}, {"subject": ""}, {"subject": "x" * 256}):
        assert client.post("/api/v1/admin/identities", json=asked | wrong, headers=token).status_code in {409, 422}
    page = client.get("/admin.html", headers=token).text
    assert "u-3003" in page
    assert provider.address in page
    assert client.get(go(client)).status_code == 303
    listed = client.get("/api/v1/admin/identities", headers=token).json()
    assert {row["account_id"] for row in listed} == {"boss", "wang"}
    key = made.json()["identity_id"]
    assert client.delete(f"/api/v1/admin/identities/{key}", headers=token).status_code == 200
    assert client.get("/account.html").status_code == 303  # its session has ended
    assert client.get(go(client)).status_code == 401
    assert client.delete(f"/api/v1/admin/identities/{key}", headers=token).status_code == 409
    assert "u-3003" not in log(client).to_csv()


def test_a_second_step_is_asked_for_here_too(client, provider):
    store = client.app.state.city.whole
    work.second_steps.begin(store, "wang")
    with store.transaction() as transaction:
        secret = transaction.read(SecondStep)["secret"].iloc[0]

    def code(off):
        return second_steps.code_at(secret, int(time.time()) // 30 + off)

    work.second_steps.confirm(store, "wang", code(0))
    try:
        asked = client.get(go(client))
        assert asked.status_code == 401
        assert outside(client)
        promise = asked.text.split('name="promise" value="')[1].split('"')[0]
        form = {"account": "wang", "promise": promise, "code": code(1), "then": "/account.html"}
        assert client.post("/sign-in.html", data=form, headers=OWN).headers["location"] == "/account.html"
        assert "wang" in client.get("/account.html").text
    finally:
        work.second_steps.take_off(store, "wang")


def test_an_ended_account_is_not_let_in(client, provider):
    store = client.app.state.city.whole
    work.create_account(store, "gone", PASSWORD)
    provider.subject = "u-4004"
    work.identities.link(store, "gone", provider.address, "u-4004", actor="test")
    work.end_account(store, "gone")
    assert client.get(go(client)).status_code == 401


def test_a_provider_that_is_away_is_said_so(client, provider, monkeypatch):
    back = go(client)
    gone = "http://127.0.0.1:9"  # nobody listens on the port for discarding
    provider.facts = {"token_endpoint": f"{gone}/token"}
    assert client.get(back).status_code == 503
    kept = client.app.state.provider
    monkeypatch.setattr(client.app.state, "provider", type(kept)(gone, CLIENT, SECRET, None))
    away = client.get("/openid.html?lang=en")
    assert away.status_code == 503
    assert "cannot be reached" in away.text


# --- set up or not


def test_without_settings_there_is_no_button_and_no_way(tmp_path):
    workspace = field_town.kept(tmp_path)
    with TestClient(create_app(workspace), base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        assert "openid" not in client.get("/sign-in.html").text
        assert client.get("/openid.html").status_code == 404
        assert client.get("/openid-back.html?code=x&state=y").status_code == 404


@pytest.mark.parametrize(("change", "code"), [
    ({"GRIDMAP_OIDC_CLIENT_SECRET": ""}, "GRIDMAP_OIDC_CLIENT_SECRET"), ({"GRIDMAP_OIDC_ISSUER": ""}, "OIDC_ISSUER"),
    ({"GRIDMAP_OIDC_ISSUER": "http://provider.example"}, "https"),
    ({"GRIDMAP_OIDC_REDIRECT": "http://gridmap.example/openid-back.html"}, "https"),
])  # fmt: skip
def test_settings_that_are_unsafe_or_half_are_refused(running, change, code):
    with pytest.raises(SettingsError, match=code):
        provider_of(read_settings(settings(running, **change)))


def test_without_the_extra_it_says_what_to_install(running, monkeypatch):
    monkeypatch.setattr("api.oidc.find_spec", lambda name: None)
    assert provider_of(read_settings({})) is None
    with pytest.raises(SettingsError, match=r"pip install gridmap\[oidc\]"):
        provider_of(read_settings(settings(running)))


def test_the_secret_of_the_client_is_shown_nowhere(running):
    row = next(row for row in in_force(settings(running)) if row["name"] == "oidc_client_secret")
    assert row["source"] == "environment"
    assert SECRET not in str(row)


def test_the_commands_link_list_and_unlink(tmp_path, running, monkeypatch):
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    work.create_account(store, "wang", PASSWORD)
    store.close()

    def run(*arguments):
        return CliRunner().invoke(command_line, ["admin", arguments[0], str(tmp_path), *arguments[1:]])

    assert "docs/guide/sign-in.md" in str(run("link", "wang", "u-1").exception)
    for name, value in settings(running).items():
        monkeypatch.setenv(name, value)
    key = run("link", "wang", "u-1").stdout.split()[-1]
    assert key[:12] in run("identities", "--json").stdout
    assert "no longer" in run("unlink", key).stdout
    assert "not on" in str(run("second-off", "wang").exception)
