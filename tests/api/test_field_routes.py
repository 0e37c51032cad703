"""The field interface over HTTP: what is taken, what is refused, and that nothing of the rest is lost."""

import field_town
import photo_maker
import pytest
from fastapi.testclient import TestClient
from field_town import inspection

from api.app import create_app
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import AuditAction, Inspection

BASE = "http://127.0.0.1:8000"
POST = "/api/v1/field/inspections"
PHOTO = "/api/v1/field/photos/"


@pytest.fixture
def folder(tmp_path):
    field_town.kept(tmp_path)
    return tmp_path


@pytest.fixture
def client(folder):
    with TestClient(create_app(Workspace(folder)), base_url=BASE) as client:
        yield client


def kept(folder):
    store = Workspace(folder).open()
    with store.transaction() as transaction:
        found = transaction.read(Inspection)
    store.close()
    return len(found)


def test_a_phone_takes_a_bundle_and_brings_inspections(client, folder):
    before = client.get("/api/v1/field/bundle", params={"area": "G1"}).json()
    assert [site["hazard_id"] for site in before["sites"]] == ["H1"]
    batch = {"inspections": [inspection(1, state="danger"), inspection(2, hazard_id="H9")]}
    answer = client.post(POST, json=batch).json()
    assert [receipt["status"] for receipt in answer["receipts"]] == ["accepted", "refused"]
    assert client.post(POST, json=batch).json()["revision"] == answer["revision"] == before["revision"] + 1
    after = client.get("/api/v1/field/bundle", params={"area": "G1"}).json()
    assert after["revision"] == answer["revision"]
    assert after["sites"][0]["state"] == "danger"
    assert kept(folder) == 1


def test_photos_are_put_by_hash_and_shown_without_exif(client, folder):
    data = photo_maker.with_place()
    name = photo_maker.name(data)
    assert client.get(PHOTO + name).status_code == 404
    first = client.put(PHOTO + name, content=data)
    assert (first.status_code, first.json()["new"]) == (200, True)
    assert client.put(PHOTO + name, content=data).json()["new"] is False
    shown = client.get(PHOTO + name)
    assert shown.headers["content-type"] == "image/jpeg"
    assert b"Exif" not in shown.content
    kept = (folder / "photos" / name).read_bytes()
    assert data[-200:] not in kept
    assert client.app.state.workspace.files(client.app.state.city.whole).read(f"photos/{name}") == data


def body(size):
    """Bytes in parts without a length, as a client that lies about it would send them."""
    for _ in range(size // 1_000_000):
        yield b"x" * 1_000_000


@pytest.mark.parametrize("content", [b"x" * 50_000_000, "streamed"])
def test_fifty_megabytes_are_refused_while_they_arrive(client, folder, content):
    data = body(50_000_000) if content == "streamed" else content
    answer = client.put(PHOTO + "0" * 64, content=data)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "UploadTooLarge"
    assert not (folder / "photos").exists()


def test_a_batch_too_large_or_too_long_is_refused(client, folder):
    headers = {"Content-Type": "application/json"}
    assert client.post(POST, content=body(3_000_000), headers=headers).status_code == 413
    many = {"inspections": [inspection(n) for n in range(201)]}
    assert client.post(POST, json=many).status_code == 422
    assert kept(folder) == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"inspections": 5}', b"\xff", b"[" * 100_000])
def test_a_body_of_another_form_is_a_problem(client, content):
    answer = client.post(POST, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_no_photo_is_a_problem(client, folder):
    data = b"#!/bin/sh"
    answer = client.put(PHOTO + photo_maker.name(data), content=data, headers={"Content-Type": "image/jpeg"})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["code"] == "photo.type"
    assert not (folder / "photos").exists()


FOREIGN = (
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Host": "evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
)


@pytest.mark.parametrize("headers", FOREIGN)
def test_writes_from_elsewhere_are_refused(client, folder, headers):
    assert client.post(POST, json={"inspections": [inspection(1)]}, headers=headers).status_code == 403
    data = photo_maker.picture()
    name = photo_maker.name(data)
    assert client.put(PHOTO + name, content=data, headers=headers).status_code == 403
    assert kept(folder) == 0
    assert not (folder / "photos").exists()


def test_a_form_of_another_site_cannot_post(client):
    answer = client.post(POST, content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_our_own_page_may_write(client):
    headers = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}
    assert client.post(POST, json={"inspections": [inspection(1)]}, headers=headers).status_code == 200


@pytest.mark.parametrize("ending", [".html", ".en.html"])
def test_pages_show_the_bundle_masked(client, folder, ending):
    client.post(POST, json={"inspections": [inspection(1, note="秘密")]})
    pages = [client.get(f"/field{ending}", params={"area": "G1"}).text,
             client.get(f"/site{ending}", params={"site": "H1", "area": "G1"}).text]  # fmt: skip
    assert "东坡滑坡" in pages[0]
    assert pages[1].index("户*") < pages[1].index("乙*")
    for page in pages:
        for secret in ("秘密", "甲一", "13800000001", "王五六", "巡查员"):
            assert secret not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/site.html?site=H9", 404),
        ("/site.html", 422),
        ("/sites", 404),
        ("/field.txt", 404),
        ("/field.html?area=nowhere", 422),
        (PHOTO + "..%2f..%2fgridmap.sqlite", 404),
        ("/api/v1/field/bundle?area=nowhere", 422),
    ],
)
def test_refusals_are_problem_documents(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_disk_pages_do_not_lead_to_pages_that_need_a_server(folder, client):
    store = Workspace(folder).open()
    drawn = work.draw(work.picture(store))
    store.close()
    assert "field.html" not in drawn["index.html"]
    assert 'href="field.html"' in client.get("/").text


def test_what_is_no_photo_is_refused_in_the_language_of_the_page(client):
    data = b"no photo at all"
    told = client.put(PHOTO + photo_maker.name(data), content=data, headers={"Accept-Language": "zh-CN"}).json()
    assert told["detail"] == "photo: [photo.type] 不是 JPEG、PNG 或 WebP 照片：请发送照片"
    assert told["problems"][0]["message"] == "is no JPEG, PNG or WebP photo: send a photo"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"hazard_id": "H1", "household_id": "d", "reason": "通知撤离"}, 200),
        ({"hazard_id": "H1", "household_id": "d", "reason": "  "}, 422),
        ({"hazard_id": "H1", "household_id": "d"}, 422),
        ({"hazard_id": "H1", "household_id": "e", "reason": "x"}, 422),
        ({"hazard_id": "H9", "household_id": "d", "reason": "x"}, 422),
    ],
)
def test_numbers_are_shown_only_for_a_reason_and_a_household_in_the_zone_and_logged(client, folder, asked, status):
    answer = client.post("/api/v1/field/calls", json=asked)
    assert answer.status_code == status
    store = Workspace(folder).open()
    log = work.audit_log(store)
    store.close()
    shown = log[log["action"] == AuditAction.UNMASK]
    assert list(zip(shown["subject"], shown["purpose"], shown["row_count"], strict=True)) == (
        [("d", "通知撤离", 2)] if status == 200 else []
    )
    if status == 200:
        assert [call["phone"] for call in answer.json()] == ["13800000001", "13900000009"]
    else:
        assert "138" not in answer.text
