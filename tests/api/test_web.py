"""The web application, asked in process over the built sample city."""

import csv
import io
import json
import re

import cities
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from geodata.workspace import Workspace
from gridmap.errors import WorkspaceMissing

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def client():
    with TestClient(create_app(Workspace(cities.sample().workspace))) as client:
        yield client


def test_health_reads_the_store(client):
    answer = client.get("/health").json()
    assert answer["status"] == "ok"
    assert answer["revision"] >= 1


@pytest.mark.parametrize("path", ["/", "/map.html", "/gaps.html", "/index.en.html", "/map.en.html", "/docs"])
def test_pages_and_all_that_they_load_come_from_here(client, path):
    page = client.get(path)
    assert page.status_code == 200
    loads = re.findall(r"""<(?:script|link|img)[^>]+(?:src|href)=["']?([^"' >]+)""", page.text)
    assert loads
    for load in loads:
        if load == "data:,":  # an empty icon, so that browsers do not ask for one
            continue
        assert not re.match(r"(https?:)?//", load)
        assert client.get(load if load.startswith("/") else f"/{load}").status_code == 200, load


@pytest.mark.parametrize("path", ["/", "/health", "/api/v1/gaps", "/no-such-page"])
def test_head_answers_as_get_without_the_body(client, path):
    whole, head = client.get(path), client.head(path)
    assert head.status_code == whole.status_code
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.content == b""


def test_gaps_are_the_same_in_every_form_and_masked(client):
    as_json = client.get("/api/v1/gaps").json()
    text = client.get("/api/v1/gaps/export?format=csv&purpose=test").content.decode("utf-8-sig")
    as_csv = list(csv.DictReader(io.StringIO(text)))
    as_geojson = client.get("/api/v1/gaps/export?format=geojson&purpose=test").json()
    ids = [row["household_id"] for row in as_json]
    assert len(ids) == cities.sample().report["coverage"]["gaps"]
    assert ids == [row["household_id"] for row in as_csv]
    assert ids == [feature["properties"]["household_id"] for feature in as_geojson["features"]]
    assert all("*" in row["name"] for row in as_json if row["name"])
    ranks = [["red", "yellow", "green"].index(row["care_level"]) for row in as_json]
    assert ranks == sorted(ranks)


def test_gaps_of_one_community(client):
    everywhere = client.get("/api/v1/gaps").json()
    wanted = next(row["community_id"] for row in everywhere if row["community_id"])
    here = client.get("/api/v1/gaps", params={"community_id": wanted}).json()
    assert [row["household_id"] for row in here] == [
        row["household_id"] for row in everywhere if row["community_id"] == wanted
    ]


def test_coverage_by_level_adds_up_to_the_city(client):
    rows = client.get("/api/v1/coverage").json()
    city = rows[0]
    communities = [row for row in rows if row["level"] == "community"]
    assert city["level"] == "city"
    assert len(communities) == 12
    exported = cities.sample().export("households")
    present = exported[exported["status"] == "present"]
    for row in communities:
        assert row["households"] == (present["community_id"] == row["area_id"]).sum()
    assert city["households"] == len(present)
    only = client.get("/api/v1/coverage", params={"level": "community"}).json()
    assert [row["area_id"] for row in only] == [row["area_id"] for row in communities]


def test_the_report_is_the_kept_one(client):
    kept = json.loads((cities.sample().workspace / "report.json").read_text(encoding="utf-8"))
    assert client.get("/api/v1/report").json() == kept


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/api/v1/nowhere", 404),
        ("/api/v1/gaps/export?format=xml&purpose=x", 422),
        ("/api/v1/gaps/export?format=csv", 422),
        ("/api/v1/coverage/export?purpose=", 422),
        ("/api/v1/coverage?level=planet", 422),
        ("/../../etc/passwd", 404),
        ("/assets/../../pyproject.toml", 404),
    ],
)
def test_errors_are_problem_documents(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert "Traceback" not in answer.text


def test_wrong_methods_are_refused_as_problems(client):
    answer = client.post("/api/v1/gaps")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    with pytest.raises(WorkspaceMissing, match="gridmap build"):
        create_app(Workspace(tmp_path))


def test_the_interface_is_described(client):
    described = client.get("/openapi.json").json()
    assert {"/health", "/api/v1/gaps", "/api/v1/coverage", "/api/v1/report"} <= set(described["paths"])
