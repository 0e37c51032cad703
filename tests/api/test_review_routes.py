"""The review over HTTP: masked rows, a decision, its undoing, and what is refused."""

import re

import pytest
import review_town
from fastapi.testclient import TestClient

from api.app import create_app

ROWS = (
    {"name": "王小明", "address": "新街路8号501室", "care_level": "red"},
    {"name": "李四", "address": "老粮站宿舍3栋501", "stated_community": "白马山社区", "care_level": "green"},
    {"name": "赵五", "address": "新街路8号", "std_address_id": "std-b10", "care_level": "green"},
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A workspace with the town and three households."""
    return review_town.build(tmp_path_factory.mktemp("town"), *ROWS)


@pytest.fixture
def client(built):
    with TestClient(create_app(built), base_url="http://127.0.0.1") as found:
        yield found


def queue(client, **query):
    reply = client.get("/api/v1/review", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def decide(client, **body):
    return client.post("/api/v1/review/decisions", json={"side": "household", **body})


def test_the_queue_is_masked_and_paged(client):
    found = queue(client)
    assert (found["open"], found["decided"], [row["id"] for row in found["rows"]]) == (2, 0, ["h0", "h1"])
    first = found["rows"][0]
    assert (first["name"], first["address"]) == ("王*明", "新街路8号")
    assert "501" not in str(found)
    assert sorted(offer["target"] for offer in first["candidates"]) == ["building:b10", "building:b9"]
    assert all(len(offer["point"]) == 2 for offer in first["candidates"])
    assert [row["id"] for row in queue(client, offset=1, limit=1)["rows"]] == ["h1"]
    assert queue(client, area="420203")["total"] == 0
    assert client.get("/api/v1/review", params={"limit": 0}).status_code == 422


def test_reasons_come_in_the_language_that_is_asked_for(client):
    english, chinese = (
        client.get("/api/v1/review", headers={"Accept-Language": lang}).json()["rows"][0] for lang in ("en", "zh-CN")
    )
    assert english["place"]["reason"].startswith("2 places cannot be told apart: ")
    assert chinese["place"]["reason"].startswith("2 处分不清：")
    for offer in english["candidates"]:
        assert not re.search("[一-鿿]", re.sub("“.*?”", "", offer["reason"])), "only names stay Chinese"


def test_a_decision_and_its_undoing(client):
    before = queue(client)["rows"][0]
    reply = decide(client, person_id="h0", kind="accept", target="building:b9", seen=before["seen"])
    assert reply.status_code == 201
    told = reply.json()
    (row,) = told["rows"]
    assert (row["place"]["building_id"], row["decisions"][0]["id"]) == ("b9", told["decision_id"])
    assert [row["id"] for row in queue(client, decided=True)["rows"]] == ["h0"]
    stale = decide(client, person_id="h0", kind="accept", target="building:b10", seen=before["seen"])
    assert (stale.status_code, stale.json()["code"]) == (412, "StaleRow")
    assert stale.headers["content-type"] == "application/problem+json"
    undone = client.delete(f"/api/v1/review/decisions/{told['decision_id']}")
    assert undone.json() == {"decision_id": told["decision_id"], "side": "household", "person_id": "h0"}
    assert queue(client)["rows"][0] == before
    again = client.delete(f"/api/v1/review/decisions/{told['decision_id']}")
    assert (again.status_code, again.json()["code"]) == (422, "DecisionRefused")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"person_id": "h2", "kind": "accept", "target": "building:b9"}, 422, "DecisionRefused"),
        ({"person_id": "h0", "kind": "pin"}, 422, "DecisionRefused"),
        ({"person_id": "h0", "kind": "pin", "point": [0, 0]}, 422, "DecisionRefused"),
        ({"person_id": "nobody", "kind": "none"}, 404, "DecisionMissing"),
        ({"person_id": "h0", "kind": "guess"}, 422, None),
    ],
)
def test_what_is_refused_is_a_problem_document(client, body, status, code):
    reply = decide(client, **body)
    assert (reply.status_code, reply.json().get("code")) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert client.delete("/api/v1/review/decisions/L999999").status_code == 404


def test_another_site_may_not_decide(client):
    body = {"side": "household", "person_id": "h0", "kind": "none"}
    foreign = {"Origin": "https://elsewhere.example"}
    assert client.post("/api/v1/review/decisions", json=body, headers=foreign).status_code == 403
    assert client.delete("/api/v1/review/decisions/L000001", headers=foreign).status_code == 403


def test_the_page_and_its_script(client):
    page = client.get("/review.html")
    assert page.status_code == 200
    assert "位置核对" in page.text
    assert "王小明" not in page.text
    assert "Review of places" in client.get("/review.en.html").text
    assert client.get("/review.zh.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/review.fr.html").status_code == 404
    assert 'href="review.html"' in client.get("/map.html").text
