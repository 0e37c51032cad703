"""The second step over HTTP, on both engines: switched on, asked for, recovered from, switched off, taken off."""

import re
import time

import field_town
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from geodata.workspace import Workspace
from gridmap import second_steps, work
from gridmap.tables import TokenScope

BASE = "http://10.1.2.3:8000"
OWN = {"Origin": BASE}
PASSWORD = "Correct-horse-9"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgis", marks=pytest.mark.xdist_group("postgis"))])
def served(request, tmp_path_factory):
    url = request.getfixturevalue("postgis").database() if request.param == "postgis" else None
    workspace = Workspace(tmp_path_factory.mktemp("second"), url)
    store = workspace.open(create=True)
    field_town.fill(store)
    for name in ("boss", "wang"):
        work.create_account(store, name, PASSWORD)
    token = work.create_token(store, "boss", scope=TokenScope.WRITE, days=1, purpose="test")
    store.close()
    with TestClient(create_app(workspace), base_url=BASE, follow_redirects=False) as client:
        yield client, token


@pytest.fixture
def client(served):
    served[0].cookies.clear()
    return served[0]


def code(secret, off=0):
    return second_steps.code_at(secret, int(time.time()) // 30 + off)


def enter(client, password=PASSWORD, name="wang"):
    return client.post("/sign-in.html", data={"account": name, "password": password, "then": "/x"}, headers=OWN)


def finish(client, page, typed, name="wang"):
    promise = re.search(r'name="promise" value="([^"]+)"', page.text)[1]
    form = {"account": name, "promise": promise, "code": typed, "then": "/account.html"}
    return client.post("/sign-in.html", data=form, headers=OWN)


def act(client, name, typed="", headers=OWN):
    return client.post("/second-step.html", data={"act": name, "code": typed}, headers=headers)


def hidden(page):
    return re.sub(r'name="promise" value="[^"]+"|value="(wang|nobody)"', "", page.text)


def test_the_whole_way(served, client):
    assert "promise" not in enter(client, "wrong").text  # while nobody has a second step
    enter(client)
    assert act(client, "begin", headers={"Origin": "http://evil.example"}).status_code == 403
    shown = act(client, "begin").text
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', shown)[1].replace(" ", "")
    assert '<svg class="door-qr" role="img"' in shown
    assert act(client, "confirm", "000000").status_code == 422
    assert secret in client.get("/account.html").text.replace(" ", "")
    done = act(client, "confirm", code(secret))
    recovery = re.findall(r"<li>([a-z2-7-]{19})</li>", done.text)
    assert len(recovery) == 10
    assert done.headers["cache-control"] == "no-store"
    page = client.get("/account.html").text
    assert recovery[0] not in page
    assert secret not in page.replace(" ", "")
    assert act(client, "begin").status_code == 422

    client.cookies.clear()
    answers = [enter(client), enter(client, "wrong"), enter(client, name="nobody")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({hidden(answer) for answer in answers}) == 1
    assert not client.cookies
    used = code(secret, 1)  # the next one: the first was used up, and a clock may be one step off
    inside = finish(client, answers[0], used)
    assert (inside.status_code, inside.headers["location"]) == (303, "/account.html")
    assert client.get("/account.html").status_code == 200

    client.cookies.clear()
    assert finish(client, enter(client), used).status_code == 401
    assert finish(client, enter(client), recovery[2]).status_code == 303
    assert finish(client, enter(client), recovery[2]).status_code == 401
    assert "9" in re.search(r"剩余备用码：(\d+)", client.get("/account.html").text)[1]
    assert act(client, "off", "000000").status_code == 422
    off = act(client, "off", recovery[3])
    assert "两步验证已关闭" in off.text
    client.cookies.clear()
    assert enter(client).status_code == 303
    log = work.audit_log(client.app.state.city.whole)
    ours = log[log["subject"].eq("wang") & log["purpose"].notna()]
    assert [*dict.fromkeys(zip(ours["actor"], ours["action"], ours["purpose"], strict=True))] == [
        ("wang", "change", "second step on"), ("wang", "sign_in", "second step"),
        ("testclient", "sign_in_refused", "second step"), ("wang", "sign_in", "recovery code"),
        ("wang", "sign_in_refused", "second step off"), ("wang", "change", "second step off"),
    ]  # fmt: skip


def test_the_administrator_takes_it_off(served, client):
    enter(client)
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', act(client, "begin").text)[1].replace(" ", "")
    act(client, "confirm", code(secret))
    token = {"Authorization": f"Bearer {served[1]}"}
    assert "两步验证" in client.get("/admin.html", headers=token).text
    listed = {
        row["account_id"]: row["second_step"] for row in client.get("/api/v1/admin/accounts", headers=token).json()
    }
    assert listed == {"boss": False, "wang": True}
    for expected in (200, 409):
        reply = client.post("/api/v1/admin/accounts/wang/second_off", json={}, headers=token)
        assert reply.status_code == expected
    own = client.post("/api/v1/admin/accounts/boss/second_off", json={}, headers=token)
    assert (own.status_code, "own account" in own.json()["detail"]) == (409, True)
    client.cookies.clear()
    assert enter(client).status_code == 303


def test_who_must_change_the_password_does_that_first(client):
    store = client.app.state.city.whole
    work.create_account(store, "new1", PASSWORD, must_change=True)
    enter(client, name="new1")
    assert act(client, "begin").status_code == 403
    assert "second-step" not in client.get("/account.html").text


def test_without_somebody_signed_in_there_is_nothing_to_switch(client):
    assert act(client, "begin").status_code == 401
    enter(client)
    assert client.get("/second-step.html").headers["location"] == "/account.html"
    assert act(client, "nonsense").status_code == 200


def test_an_administrator_cannot_become_the_audit_reader(served, client):
    token = {"Authorization": f"Bearer {served[1]}"}
    asked = [{"account_id": "boss", "role": "audit_reader"}, {"account_id": "boss", "role": "planner"},
             {"account_id": "wang", "role": "administrator"},
             {"account_id": "wang", "role": "audit_reader"}]  # fmt: skip
    found = [client.post("/api/v1/admin/grants", json=body, headers=token) for body in asked]
    assert [reply.status_code for reply in found] == [409, 409, 201, 409]
    assert "不能同时" in client.post("/api/v1/admin/grants?lang=zh", json=asked[3], headers=token).json()["detail"]
    own = next(row for row in client.get("/api/v1/admin/grants", headers=token).json() if row["account_id"] == "boss")
    assert client.delete(f"/api/v1/admin/grants/{own['grant_id']}", headers=token).status_code == 409


def test_the_actor_of_a_sign_in_is_the_account_and_of_a_refusal_the_address(client):
    enter(client, name="boss")
    enter(client, "wrong", name="boss")
    client.post("/sign-out.html", headers=OWN)
    last = work.audit_log(client.app.state.city.whole).iloc[-3:]
    assert list(zip(last["actor"], last["action"], last["subject"], strict=True)) == [
        ("boss", "sign_in", "boss"), ("testclient", "sign_in_refused", "boss"), ("boss", "sign_out", "boss"),
    ]  # fmt: skip
