"""The morning over HTTP and on the command line."""

import json
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from geodata.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[1]))
import field_town


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("town")
    store = Workspace(made).open(create=True)
    field_town.fill(store)
    store.close()
    return made


@pytest.fixture(scope="module")
def client(folder):
    with TestClient(create_app(Workspace(folder))) as client:
        yield client


def test_the_morning_as_json_and_as_a_page(client):
    told = client.get("/api/v1/today", params={"area": ["G1", "G3"]}).json()
    assert [area["area_id"] for area in told["areas"]] == ["G1", "G3"]
    assert [row["id"] for row in told["gaps"]] == ["b", "c"]
    page = client.get("/today.html", params={"area": ["G1", "G3"]})
    assert page.status_code == 200
    assert not any(name in page.text for name in ("户b", "丙三", "13800000001"))


@pytest.mark.parametrize(
    "address",
    [f"{path}?{query}" for path in ("/api/v1/today", "/today.html")
     for query in ("area=G9", "since=2099-01-01", "since=soon")] + ["/api/v1/today?lang=fr"],
)  # fmt: skip
def test_what_cannot_be_told_is_a_problem_document(client, address):
    answer = client.get(address)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_command_tells_the_same(folder, monkeypatch, capsys):
    from api.cli import main

    monkeypatch.setattr(sys, "argv", ["gridmap", "today", str(folder), "--area", "G1", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)["gaps"]] == ["b", "c"]
    monkeypatch.setattr(sys, "argv", ["gridmap", "today", str(folder)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "gaps" in capsys.readouterr().out
