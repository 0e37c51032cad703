"""What may come in: bytes of a body, requests in a minute; and what an answer carries."""

import logging
import re

import field_town
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.limits import MOST_BYTES, Buckets
from gridmap import work
from gridmap.tables import AccountRole

BASE = "http://10.1.2.3:8000"
PASSWORD = "Correct-horse-9"


@pytest.fixture
def workspace(tmp_path):
    return field_town.kept(tmp_path)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_bucket_of_six_a_minute_gives_six_at_once_and_one_every_ten_seconds():
    clock = Clock()
    buckets = Buckets(6, clock)
    assert [buckets.take("a") for _ in range(6)] == [0.0] * 6
    assert buckets.take("a") == pytest.approx(10.0)
    assert buckets.take("b") == 0.0
    clock.now = 4.0
    assert buckets.take("a") == pytest.approx(6.0)
    clock.now = 10.5
    assert (buckets.take("a"), buckets.take("a")) == (0.0, pytest.approx(9.5))
    clock.now = 10_000.0  # a long rest fills the bucket and no more
    assert [buckets.take("a") > 0 for _ in range(7)] == [False] * 6 + [True]


def test_who_is_forgotten_first_has_rested_longest(monkeypatch):
    monkeypatch.setattr("api.limits.MOST_KEPT", 2)
    buckets = Buckets(1, Clock())
    for name in ("a", "b", "c"):
        buckets.take(name)
    assert buckets.take("c") > 0
    assert buckets.take("b") > 0
    assert buckets.take("a") == 0.0


def test_who_asks_too_often_is_told_when_to_come_again(workspace, monkeypatch):
    monkeypatch.setenv("GRIDMAP_REQUESTS_SOURCE", "3")
    with TestClient(create_app(workspace)) as client:
        assert [client.get("/health").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert client.get("/assets/css/gridmap.css").status_code == 200
        late = client.get("/health")
        assert late.headers["content-type"] == "application/problem+json"
        assert int(late.headers["retry-after"]) in range(1, 21)
        assert late.json()["title"]


def test_attempts_to_sign_in_and_requests_of_an_account_are_counted_apart(workspace, monkeypatch):
    monkeypatch.setenv("GRIDMAP_REQUESTS_SIGN_IN", "2")
    monkeypatch.setenv("GRIDMAP_REQUESTS_ACCOUNT", "3")
    store = workspace.open()
    work.create_account(store, "wang", PASSWORD)
    work.grant(store, "wang", AccountRole.PLANNER, actor="test")
    store.close()
    form = {"account": "wang", "password": PASSWORD}
    with TestClient(create_app(workspace), base_url=BASE, follow_redirects=False) as client:
        tried = [client.post("/sign-in.html", data=form, headers={"Origin": BASE}).status_code for _ in range(3)]
        assert tried == [303, 303, 429]
        # the second attempt was made by somebody signed in, so it is one of the three
        assert [client.get("/api/v1/coverage").status_code for _ in range(3)] == [200, 200, 429]
        client.cookies.clear()
        assert client.get("/sign-in.html").status_code == 200


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("path", ["/api/v1/proposals", "/api/v1/jobs", "/api/v1/field/calls"])
def test_a_body_of_more_than_two_megabytes_is_refused(client, path, streamed):
    text = b'{"area": "' + b"x" * MOST_BYTES + b'"}'
    sent = iter([text[:1000], text[1000:]]) if streamed else text
    answer = client.post(path, content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_ledger_of_three_megabytes_is_taken(client):
    ledger = "姓名,地址\n" + "张三,某路1号\n" * 160_000
    assert len(ledger.encode()) > MOST_BYTES
    answer = client.post(
        "/api/v1/imports", params={"name": "a.csv"}, content=ledger.encode(),
        headers={"Content-Type": "application/octet-stream"},
    )  # fmt: skip
    assert answer.status_code == 201


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/api/v1/gaps", "/nowhere", "/openapi.json",
                                  "/assets/css/gridmap.css", "/sign-in.html"])  # fmt: skip
def test_every_answer_carries_the_headers(client, path):
    answer = client.get(path)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "geolocation=(self)" in answer.headers["permissions-policy"]
    assert "strict-transport-security" not in answer.headers
    if path.startswith("/api/"):
        assert answer.headers["cache-control"] == "no-store"


def test_https_is_to_be_kept_and_only_said_over_https(workspace):
    with TestClient(create_app(workspace), base_url="https://testserver") as client:
        assert client.get("/health").headers["strict-transport-security"] == "max-age=31536000"


def test_what_nobody_foresaw_is_a_problem_and_the_log_has_no_value(client, monkeypatch, caplog):
    def broken(*_arguments):
        raise RuntimeError("张三 13812345678")

    monkeypatch.setattr("gridmap.work.revision", broken)
    with caplog.at_level(logging.INFO, logger="gridmap.service"):
        answer = client.get("/health?who=张三")
    assert (answer.status_code, answer.json()["status"]) == (500, 500)
    assert answer.headers["content-security-policy"]
    assert "RuntimeError" in caplog.text
    assert "health.py" in caplog.text
    assert re.search(r"GET /health 500 \d+ ms", caplog.text)
    assert not re.search("张三|138123", caplog.text + answer.text)


def test_the_log_names_the_route_and_not_the_address(client, caplog):
    with caplog.at_level(logging.INFO, logger="gridmap.service"):
        client.get("/api/v1/proposals/P-secret")
        client.get("/api/v1/secret?name=secret")
    assert "GET /api/v1/proposals/{proposal_id} 404" in caplog.text
    assert "secret" not in caplog.text.replace("httpx", "")
