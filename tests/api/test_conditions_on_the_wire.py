"""Tags, conditional edits, keys for asking once, and pages of lists, over HTTP on both engines."""

import sys
from pathlib import Path

import pytest
from copying import copied
from fastapi.testclient import TestClient

from api.app import create_app
from geodata.workspace import Workspace
from gridmap.tables import Retry

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import four

PROPOSALS, IMPORTS, JOBS = "/api/v1/proposals", "/api/v1/imports", "/api/v1/jobs"
ASKED = {"area": "city", "max_changes": 3}
LEDGER = "姓名,地址,所属社区\n张某,甲路1号,C1\n".encode()
BYTES = {"Content-Type": "application/octet-stream"}


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.xdist_group("postgis"))])
def workspace(request, tmp_path):
    if request.param == "sqlite":
        return copied(four, tmp_path)
    made = Workspace(tmp_path, request.getfixturevalue("postgis_url"))
    store = made.open(create=True)
    four(store)
    store.close()
    return made


@pytest.fixture
def client(workspace):
    with TestClient(create_app(workspace)) as client:
        yield client


def upload(client, name="a.csv", data=LEDGER, **headers):
    return client.post(IMPORTS, params={"name": name}, content=data, headers=BYTES | headers)


@pytest.mark.parametrize("path", ["/", "/api/v1/gaps", "/api/v1/coverage?level=grid", "/data/households.js"])
def test_an_answer_that_is_there_is_not_sent_again_until_the_city_changes(client, path):
    whole = client.get(path)
    again = client.get(path, headers={"If-None-Match": f'"x", W/{whole.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == whole.headers["etag"]
    assert "content-length" not in again.headers
    client.post(PROPOSALS, json=ASKED)
    client.post(f"{PROPOSALS}/P0001/apply", json={})
    changed = client.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != whole.headers["etag"]


def test_an_edit_of_a_proposal_that_stands_on_what_is_no_longer_so_is_412_and_changes_nothing(client):
    seen = client.post(PROPOSALS, json=ASKED).headers["etag"]
    assert client.get(f"{PROPOSALS}/P0001").headers["etag"] == seen
    assert client.get(f"{PROPOSALS}/P0001", headers={"If-None-Match": seen}).status_code == 304
    first = client.post(f"{PROPOSALS}/P0001/refuse", json={"reason": "不合适"}, headers={"If-Match": seen})
    assert first.status_code == 200
    late = client.post(f"{PROPOSALS}/P0001/apply", json={}, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (412, "Overtaken")
    assert late.headers["content-type"] == "application/problem+json"
    kept = client.get(f"{PROPOSALS}/P0001")
    assert (kept.json()["proposal"]["status"], kept.headers["etag"]) == ("refused", first.headers["etag"])
    assert [row["household_id"] for row in client.get("/api/v1/gaps").json()] == ["H4"]
    nowhere = client.post(f"{PROPOSALS}/P0009/apply", json={}, headers={"If-Match": seen})
    assert nowhere.status_code == 404


def test_two_clerks_who_decide_about_one_import_do_not_overwrite_each_other(client):
    seen = upload(client).headers["etag"]
    one = client.put(f"{IMPORTS}/I0001/decision", json={"sender": "甲"}, headers={"If-Match": seen})
    other = client.put(f"{IMPORTS}/I0001/decision", json={"sender": "乙"}, headers={"If-Match": seen})
    assert (one.status_code, other.status_code) == (200, 412)
    kept = client.get(f"{IMPORTS}/I0001")
    assert (kept.json()["sender"], kept.headers["etag"]) == ("甲", one.headers["etag"])
    assert client.post(f"{IMPORTS}/I0001/discard", json={}, headers={"If-Match": "unquoted"}).status_code == 412
    named = {"If-Match": f'"old", {kept.headers["etag"]}'}
    assert client.post(f"{IMPORTS}/I0001/discard", json={}, headers=named).status_code == 200
    for header in ({}, {"If-Match": "*"}):  # nothing is asked, and the import itself says that it is closed
        assert client.post(f"{IMPORTS}/I0001/discard", json={}, headers=header).status_code == 409


@pytest.mark.parametrize("make", [
    lambda client, **headers: client.post(PROPOSALS, json=ASKED, headers=headers),
    upload,
    lambda client, **headers: client.post(JOBS, json={"kind": "locate"}, headers=headers),
], ids=["proposal", "import", "job"])  # fmt: skip
def test_a_request_that_is_sent_again_under_its_key_makes_nothing_twice(client, workspace, make):
    first, again = make(client, **{"Idempotency-Key": "k1"}), make(client, **{"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code in (201, 202)
    assert first.json() == again.json()
    other = make(client, **{"Idempotency-Key": "k2"})
    assert other.status_code == first.status_code
    store = workspace.open_jobs() if "job_id" in first.json() else workspace.open()
    with store.transaction() as transaction:
        kept = transaction.read(Retry)
    store.close()
    assert len(kept) == 2
    assert not kept["mark"].str.contains("k1").any()


def test_another_request_under_the_same_key_is_refused(client):
    key = {"Idempotency-Key": "k"}
    assert client.post(PROPOSALS, json=ASKED, headers=key).status_code == 201
    other = client.post(PROPOSALS, json=ASKED | {"max_changes": 2}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "KeyReused")
    assert len(client.get(PROPOSALS).json()) == 1
    assert upload(client, **key).status_code == 201  # a key counts for its route alone
    assert upload(client, data=LEDGER + b"x,y,C1\n", **key).status_code == 422


def test_what_failed_keeps_no_key(client):
    key = {"Idempotency-Key": "k"}
    assert client.post(PROPOSALS, json=ASKED | {"area": "nowhere"}, headers=key).status_code == 422
    assert client.post(PROPOSALS, json=ASKED, headers=key).status_code == 201


def test_a_list_comes_in_pages_that_lead_to_each_other(client):
    for _ in range(5):
        client.post(PROPOSALS, json=ASKED)
    found, path = [], f"{PROPOSALS}?limit=2"
    while path:
        page = client.get(path)
        assert page.headers["x-total-count"] == "5"
        found.append([row["proposal_id"] for row in page.json()])
        path = page.links.get("next", {}).get("url")
    assert found == [["P0005", "P0004"], ["P0003", "P0002"], ["P0001"]]
    assert page.links["prev"]["url"].endswith("limit=2&offset=2")
    client.post(f"{PROPOSALS}/P0002/refuse", json={"reason": "x"})
    assert [row["proposal_id"] for row in client.get(f"{PROPOSALS}?status=refused").json()] == ["P0002"]
    for wrong in ("limit=0", "limit=1001", "offset=-1", "status=what"):
        assert client.get(f"{PROPOSALS}?{wrong}").status_code == 422


def test_figures_come_whole_or_in_parts(client):
    whole = client.get("/api/v1/coverage")
    rows = whole.json()
    assert whole.headers["x-total-count"] == str(len(rows))
    assert "link" not in whole.headers
    part = client.get("/api/v1/coverage?limit=1&offset=1&level=community")
    assert part.json() == [row for row in rows if row["level"] == "community"][1:2]
    csv = client.get("/api/v1/coverage/export?purpose=test")
    assert len(csv.text.strip().splitlines()) == len(rows) + 1
