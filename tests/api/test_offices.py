"""The offices over HTTP: the audit log for its reader; accounts, roles, tokens and settings for the administrator."""

import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1]))

import field_town

from api.app import create_app
from api.settings import Settings, in_force
from geodata.workspace import Workspace
from gridmap import work
from gridmap.maps import words
from gridmap.tables import AccountRole, AccountRules, AuditAction, TokenScope

BASE = "http://10.1.2.3:8000"
OWN = {"Origin": BASE}
PASSWORD = "Correct-horse-9"
CLEAR = re.compile(r"(?<![0-9a-f])1[3-9]\d{9}(?![0-9a-f])|[张王李]户|Correct-horse")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("offices"))
    store = workspace.open(create=True)
    field_town.fill(store)
    for name, role in (("boss", None), ("reader", AccountRole.AUDIT_READER), ("planner", AccountRole.PLANNER)):
        work.create_account(store, name, PASSWORD)
        if role:
            work.grant(store, name, role, actor="boss")
    tokens = {
        name: work.create_token(store, name, scope=TokenScope.WRITE, days=1, purpose="test")
        for name in ("boss", "reader", "planner")
    }
    store.close()
    with TestClient(create_app(workspace), base_url=BASE, follow_redirects=False) as client:
        yield client, tokens


@pytest.fixture
def ask(served):
    client, tokens = served
    client.cookies.clear()

    def send(name, path, method="GET", body=None):
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        return client.request(method, path, headers=headers, json=body)

    return send


@pytest.fixture
def enter(served):
    client, _ = served

    def sign_in(name, password):
        client.cookies.clear()
        return client.post("/sign-in.html", data={"account": name, "password": password}, headers=OWN).status_code

    return sign_in


def log(served):
    return work.audit_log(served[0].app.state.city.whole)


# --- the audit log


def test_lines_come_newest_first_and_in_pages(served, ask):
    everything = list(log(served)["number"])[::-1]
    first = ask("reader", "/api/v1/audit?limit=3")
    assert [row["number"] for row in first.json()] == everything[:3]
    assert first.headers["x-total-count"] == str(len(everything))
    second = ask("reader", re.search(r"<([^>]+)>; rel=\"next\"", first.headers["link"])[1])
    assert [row["number"] for row in second.json()] == everything[3:6]


def test_every_filter_narrows_as_by_hand(served, ask):
    rows = log(served)
    day = rows["made_at"].iloc[-1].to_pydatetime().astimezone().date().isoformat()
    cases = {
        "action=add&noun=account": (rows["action"] == "add") & (rows["noun"] == "account"),
        "noun=grant_of_role": rows["noun"] == "grant_of_role",
        "text=PLANN": rows["subject"].fillna("").str.contains("plann"),
        f"from={day}&to={day}": rows["number"] > 0,
        "to=2020-01-01": rows["number"] < 0,
        "actor=&action=&noun=&from=&to=&text=": rows["number"] > 0,
    }
    for query, wanted in cases.items():
        found = ask("reader", f"/api/v1/audit?limit=1000&{query}").json()
        assert sorted(row["number"] for row in found) == list(rows.loc[wanted, "number"]), query


def test_the_page_says_that_the_chain_is_whole_and_shows_no_clear_value(served, ask):
    entries = len(log(served))
    plain = ask("reader", "/audit.html?action=add").text
    assert f"日志共 {entries} 行，尚未核对" in plain
    assert 'name="action" value="add"' in plain  # what was searched for stays when it is verified
    page = ask("reader", "/audit.html?verify=true").text
    assert f"日志完整：{entries} 行" in page
    assert not CLEAR.search(page)
    assert not CLEAR.search(ask("reader", "/api/v1/audit?limit=1000").text)
    assert "The chain is whole" in ask("reader", "/audit.en.html?action=add&verify=true").text


def test_the_page_leads_from_part_to_part_with_its_filters(served, ask):
    page = ask("reader", "/audit.html?limit=2&action=add").text
    after = re.search(r'href="(audit\.html\?[^"]+)" rel="next"', page)[1].replace("&amp;", "&")
    assert "action=add" in after
    assert "offset=2" in after
    assert 'rel="prev"' in ask("reader", f"/{after}").text


def test_an_export_is_a_line_of_the_log_itself(served, ask):
    reply = ask("reader", "/api/v1/audit/export?action=add&purpose=年度检查 13812345678")
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert {row["action"] for row in rows} == {"add"}
    last = log(served).iloc[-1]
    assert (last["actor"], last["action"], last["noun"]) == ("reader", AuditAction.EXPORT, "audit_entry")
    assert last["row_count"] == len(rows)
    assert json.loads(last["filter"]) == {"action": ["add"], "form": "csv"}
    assert last["purpose"] == "年度检查 138****5678"
    assert ask("reader", "/api/v1/audit/export").status_code == 422


def test_verification_over_http(served, ask):
    found = ask("reader", "/api/v1/audit/verification").json()
    assert found["whole"] is True
    assert found["entries"] == found["number"] == len(log(served))
    assert re.fullmatch(r"[0-9a-f]{64}", found["digest"])


@pytest.mark.parametrize("name", ["boss", "planner"])
@pytest.mark.parametrize("path", ["/audit.html", "/api/v1/audit", "/api/v1/audit/verification"])
def test_nobody_else_reads_the_log(ask, name, path):
    assert ask(name, path).status_code == 403


# --- the administrator


def test_a_new_account_signs_in_once_and_must_change(served, ask, enter):
    made = ask("boss", "/api/v1/admin/accounts", "POST", {"account_id": "new1"})
    assert made.status_code == 201
    assert enter("new1", made.json()["password"]) == 303
    assert served[0].get("/").headers["location"].startswith("/account.html")
    told = {row["account_id"]: row for row in ask("boss", "/api/v1/admin/accounts").json()}
    assert told["new1"]["must_change"] is True
    assert told["new1"]["sessions"] == 1
    assert "password_hash" not in told["new1"]
    assert ask("boss", "/api/v1/admin/accounts", "POST", {"account_id": "new1"}).status_code == 409
    assert ask("boss", "/api/v1/admin/accounts", "POST", {"account_id": "A B"}).status_code == 422
    assert made.json()["password"] not in ask("boss", "/admin.html").text


def test_sessions_end_at_once_and_that_is_logged(served, ask, enter):
    enter("planner", PASSWORD)
    assert served[0].get("/api/v1/coverage").status_code == 200
    cookie = dict(served[0].cookies)
    assert ask("boss", "/api/v1/admin/accounts/planner/sign_out", "POST", {}).status_code == 200
    served[0].cookies.update(cookie)
    assert served[0].get("/api/v1/coverage").status_code == 401
    last = log(served).iloc[-1]
    assert (last["actor"], last["action"], last["subject"]) == ("boss", AuditAction.SIGN_OUT, "planner")


def test_a_locked_name_is_shown_and_unlocked(served, ask, enter):
    ask("boss", "/api/v1/admin/accounts", "POST", {"account_id": "locked1"})
    ask_reset = ask("boss", "/api/v1/admin/accounts/locked1/reset", "POST", {}).json()["password"]
    for _ in range(5):
        enter("locked1", "wrong")
    assert enter("locked1", ask_reset) == 401
    assert "已锁定" in ask("boss", "/admin.html").text
    assert ask("boss", "/api/v1/admin/accounts/locked1/unlock", "POST", {}).status_code == 200
    assert "已锁定" not in ask("boss", "/admin.html").text
    assert enter("locked1", ask_reset) == 303
    line = log(served)
    assert ("boss", "unlock") in set(zip(line["actor"], line["purpose"], strict=True))


def test_a_role_is_given_for_an_area_and_days_and_taken_back(served, ask):
    ask("boss", "/api/v1/admin/accounts", "POST", {"account_id": "lin"})
    asked = {"account_id": "lin", "role": "grid_manager", "area_id": "G1", "until_on": "2999-12-31"}
    made = ask("boss", "/api/v1/admin/grants", "POST", asked)
    assert made.status_code == 201
    row = next(one for one in ask("boss", "/api/v1/admin/grants").json() if one["account_id"] == "lin")
    assert (row["level"], row["area_id"], row["made_by"]) == ("grid", "G1", "boss")
    assert "网格 G1" in ask("boss", "/admin.html").text
    assert ask("boss", f"/api/v1/admin/grants/{made.json()['grant_id']}", "DELETE").status_code == 200
    ended = next(one for one in ask("boss", "/api/v1/admin/grants").json() if one["account_id"] == "lin")
    assert ended["ended_at"]
    for wrong in ({"role": "viewer", "area_id": "G1"}, {"role": "planner", "area_id": "NOWHERE"},
                  {"role": "member"}, {"role": "planner", "until_on": "2000-01-01"}):  # fmt: skip
        assert ask("boss", "/api/v1/admin/grants", "POST", {"account_id": "lin", **wrong}).status_code == 409


def test_a_token_reads_until_it_is_revoked(served, ask):
    made = ask("boss", "/api/v1/admin/tokens", "POST", {"account_id": "planner", "purpose": "gis", "days": 3})
    token = made.json()["token"]
    with_it = {"Authorization": f"Bearer {token}"}
    assert served[0].get("/api/v1/coverage", headers=with_it).status_code == 200
    assert served[0].post("/api/v1/proposals", headers=with_it, json={}).status_code == 403
    listed = next(row for row in ask("boss", "/api/v1/admin/tokens").json() if row["purpose"] == "gis")
    assert "secret_digest" not in listed
    assert token.split("_", 2)[2] not in ask("boss", "/admin.html").text
    assert ask("boss", f"/api/v1/admin/tokens/{listed['token_id']}", "DELETE").status_code == 200
    assert served[0].get("/api/v1/coverage", headers=with_it).status_code == 401


def test_nobody_locks_the_office_out(served, ask):
    mine = next(row for row in ask("boss", "/api/v1/admin/grants").json() if row["role"] == "administrator")
    ended = ask("boss", "/api/v1/admin/accounts/boss/end", "POST", {})
    taken = ask("boss", f"/api/v1/admin/grants/{mine['grant_id']}", "DELETE")
    assert ended.status_code == taken.status_code == 409
    assert ended.headers["content-type"] == "application/problem+json"
    assert ask("boss", "/api/v1/admin/accounts").status_code == 200
    ask("boss", "/api/v1/admin/accounts", "POST", {"account_id": "second"})
    given = ask("boss", "/api/v1/admin/grants", "POST", {"account_id": "second", "role": "administrator"}).json()
    assert ask("boss", f"/api/v1/admin/grants/{given['grant_id']}", "DELETE").status_code == 200
    assert ask("boss", f"/api/v1/admin/grants/{mine['grant_id']}", "DELETE").status_code == 409


def test_every_write_of_the_office_is_a_line_of_it(served, ask):
    before = len(log(served))
    ask("boss", "/api/v1/admin/accounts", "POST", {"account_id": "logged1"})
    ask("boss", "/api/v1/admin/grants", "POST", {"account_id": "logged1", "role": "viewer"})
    ask("boss", "/api/v1/admin/tokens", "POST", {"account_id": "logged1", "purpose": "x"})
    ask("boss", "/api/v1/admin/accounts/logged1/reset", "POST", {})
    ask("boss", "/api/v1/admin/accounts/logged1/must_change", "POST", {})
    ask("boss", "/api/v1/admin/accounts/logged1/end", "POST", {})
    new = log(served).iloc[before:]
    assert set(new["actor"]) == {"boss"}
    assert list(zip(new["noun"], new["action"], strict=True)) == [
        ("account", "add"), ("grant_of_role", "add"), ("token", "add"), ("account", "change"),
        ("account", "change"), ("token", "change"),
    ]  # fmt: skip


def test_another_site_cannot_administer(served, enter):
    enter("boss", PASSWORD)
    for headers in ({}, {"Origin": "http://evil.example"}):
        reply = served[0].post("/api/v1/admin/accounts", json={"account_id": "evil"}, headers=headers)
        assert reply.status_code == 403


def test_settings_say_where_they_come_from(ask, monkeypatch):
    monkeypatch.setenv("GRIDMAP_LOCK_MINUTES", "33")
    rows = {row["name"]: row for row in ask("boss", "/api/v1/admin/settings").json()}
    assert (rows["lock_minutes"]["value"], rows["lock_minutes"]["source"]) == (33, "environment")
    assert (rows["idle_minutes"]["value"], rows["idle_minutes"]["source"]) == (20, "default")
    page = ask("boss", "/settings.html").text
    assert "GRIDMAP_LOCK_MINUTES" in page
    assert "只读" in page


def test_the_address_of_the_database_is_shown_without_its_password():
    given = {"GRIDMAP_DATABASE_URL": "postgresql://gm:geheim/@wort@db.example:5432/city?password=geheim"}
    row = next(one for one in in_force(given) if one["name"] == "database_url")
    assert row["value"] == "postgresql://db.example:5432/city"


def test_every_setting_has_words():
    assert [name for name in Settings.model_fields if f"set.{name}" not in words.TEXTS] == []


def test_without_accounts_nobody_administers_over_http(tmp_path):
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    field_town.fill(store)
    store.close()
    with TestClient(create_app(workspace), base_url="http://127.0.0.1:8000") as client:
        for path in ("/admin.html", "/settings.html", "/api/v1/admin/accounts"):
            assert client.get(path).status_code == 404
        made = client.post("/api/v1/admin/accounts", json={"account_id": "wang"})
        assert made.status_code == 404
        assert client.get("/audit.html").status_code == 200
    store = workspace.open()
    assert not work.has_accounts(store)
    store.close()


def test_what_is_sent_twice_under_a_key_is_made_once_and_its_secret_told_once(served, ask):
    client, tokens = served
    headers = {"Authorization": f"Bearer {tokens['boss']}", "Idempotency-Key": "k1"}

    def twice(path, body):
        return [client.post(f"/api/v1/admin/{path}", json=body, headers=headers) for _ in range(2)]

    one, other = twice("accounts", {"account_id": "once"})
    assert [one.status_code, other.status_code] == [201, 201]
    assert other.json() == one.json() | {"password": None}
    rules = AccountRules()
    assert work.sign_in(client.app.state.city.whole, "once", one.json()["password"], source="test", rules=rules)
    one, other = twice("grants", {"account_id": "once", "role": "viewer"})
    assert (one.status_code, other.json()) == (201, one.json())
    grants = [row for row in ask("boss", "/api/v1/admin/grants").json() if row["account_id"] == "once"]
    assert [row["grant_id"] for row in grants] == [one.json()["grant_id"]]
    one, other = twice("tokens", {"account_id": "once", "purpose": "test"})
    assert (one.status_code, other.json()) == (201, one.json() | {"token": None})
    kept = [row["token_id"] for row in ask("boss", "/api/v1/admin/tokens").json() if row["account_id"] == "once"]
    assert kept == [one.json()["token_id"]]
    other = client.post("/api/v1/admin/tokens", json={"account_id": "once", "purpose": "another"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "KeyReused")
