"""Double entries over HTTP and at the terminal: the same pairs, decisions and refusals, masked."""

import json
import sys
from pathlib import Path

import pytest
from filling import fill, lines
from typer.testing import CliRunner

from api.cli import app
from geodata.workspace import Workspace
from gridmap.errors import InputError
from gridmap.tables import Household, Pairing

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import keep
from town import household, member, pairing

ID = "11010519491231002X"
HERE = {"Origin": "http://testserver"}


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path)
    store = made.open(create=True)
    people = (
        household("h1", "B1", name="王小明", phone="13812345678", id_no=ID),
        household("h2", "B1", name="王小明", phone="13812345678", gender="f"),
    )
    keep(store, people, [member("m1", "B1")], [pairing("h2", "m1")])
    store.close()
    return made


def body(**more):
    return {"side": "household", "kind": "same", "kept_id": "h1", "merged_id": "h2", **more}


def test_a_pair_is_shown_masked_merged_and_given_back(client):
    shown = client.get("/api/v1/people/duplicates").json()
    (pair,) = shown["pairs"]
    assert (shown["total"], pair["signs"], pair["keep_id"]) == (1, ["phone_same_name"], "h2")
    assert pair["differs"] == ["id_no", "gender"]
    assert [row["pairings"] for row in pair["rows"]] == [0, 1]
    told = json.dumps(shown, ensure_ascii=False)
    assert not any(secret in told for secret in ("王小明", "13812345678", ID))

    stale = client.post("/api/v1/people/merges", json=body(seen="s0"), headers=HERE)
    assert (stale.status_code, stale.json()["code"]) == (412, "StaleRow")
    made = client.post("/api/v1/people/merges", json=body(seen=pair["seen"]), headers=HERE)
    assert made.status_code == 201
    assert (made.json()["merge_id"], made.json()["filled"], made.json()["pairings"]) == ("M000001", ["gender"], 1)
    assert client.get("/api/v1/people/duplicates").json()["total"] == 0
    assert client.get("/api/v1/coverage").status_code == 200
    again = client.post("/api/v1/people/merges", json=body(), headers=HERE | {"Accept-Language": "zh"})
    assert (again.status_code, again.json()["code"]) == (422, "DecisionRefused")
    assert "M000001" in again.json()["detail"]

    undone = client.delete("/api/v1/people/merges/M000001", headers=HERE)
    assert (undone.status_code, undone.json()["stays"]) == (200, [])
    assert client.get("/api/v1/people/duplicates").json()["pairs"] == shown["pairs"]
    assert [one["undone_at"] is None for one in client.get("/api/v1/people/merges").json()] == [False]
    assert client.delete("/api/v1/people/merges/M000009", headers=HERE).status_code == 404


def test_another_site_decides_nothing(client):
    for method, address, sent in (
        ("POST", "/api/v1/people/merges", body()),
        ("DELETE", "/api/v1/people/merges/M000001", None),
    ):
        asked = client.request(method, address, json=sent, headers={"Origin": "http://elsewhere.example"})
        assert asked.status_code == 403
    assert client.get("/api/v1/people/merges").json() == []


def test_the_pages_are_there_in_both_languages(client):
    for address, word in (("/people.html", "重复登记"), ("/people.en.html", "Double entries")):
        page = client.get(address)
        assert page.status_code == 200
        assert word in page.text
        assert "王小明" not in page.text
    assert client.get("/people.fr.html").status_code == 404


def run(*words):
    done = CliRunner().invoke(app, ["people", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_commands_do_the_same(workspace):
    folder = workspace.folder
    listed = json.loads(run("list", folder, "--json"))
    assert [row["id"] for row in listed["pairs"][0]["rows"]] == ["h1", "h2"]
    assert "王小明" not in run("list", folder)
    made = json.loads(run("merge", folder, "h1", "h2", "--no-fill", "--json"))
    assert (made["kept_id"], made["filled"]) == ("h1", [])
    assert json.loads(run("list", folder, "--json"))["total"] == 0
    assert "M000001" in run("undo", folder, "M000001")
    assert json.loads(run("apart", folder, "h1", "h2", "--json"))["kind"] == "different"
    assert json.loads(run("list", folder, "--json"))["total"] == 0


@pytest.fixture
def crowd(tmp_path):
    """Three rows of one invented person, and two of another."""
    made = Workspace(tmp_path)
    store = made.open(create=True)
    people = [household(f"h{n}", "B1", name="王小明", phone="13812345678", **more)
              for n, more in ((1, {}), (2, {"gender": "f"}), (3, {}))]  # fmt: skip
    people += [household(f"h{n}", "B1", name="李小芳", phone="13900001111") for n in (4, 5)]
    keep(store, people, [member("m1", "B1")], [pairing("h2", "m1")])
    store.close()
    return made


def filled(workspace, choices):
    """The table of pairs with what a person chose, by pair."""
    path = workspace.folder / "pairs.csv"
    told = json.loads(run("sheet", workspace.folder, "--out", path, "--json"))
    assert told == {"written": 4, "waiting": 4}
    fill(path, [choices.get((row["编号甲"], row["编号乙"]), "") for row in lines(path)], "gb18030")
    return path


def test_a_table_judges_pairs_even_three_rows_of_one_person(crowd):
    folder = crowd.folder
    path = filled(crowd, {("h1", "h2"): "甲", ("h1", "h3"): "甲", ("h4", "h5"): "不是"})
    assert "王小明" not in path.read_text(encoding="gb18030")
    told = json.loads(run("sheet", folder, "--in", path, "--json"))
    assert told == {"kept": ["M000001", "M000002", "M000003"], "waiting": 0}
    store = crowd.open()
    with store.transaction() as transaction:
        rows = transaction.read(Household).set_index("household_id")["merged_into"]
        held = transaction.read(Pairing)["household_id"].tolist()
    store.close()
    assert rows.dropna().to_dict() == {"h2": "h1", "h3": "h1"}
    assert held == ["h1"]
    run("undo", folder, "M000002")
    assert json.loads(run("list", folder, "--json"))["total"] == 1


def test_one_refused_pair_and_nothing_of_the_table_is_kept(crowd):
    path = filled(crowd, {("h1", "h2"): "甲", ("h2", "h3"): "甲"})
    with pytest.raises(InputError) as stopped:
        CliRunner().invoke(app, ["people", "sheet", str(crowd.folder), "--in", str(path)], catch_exceptions=False)
    (problem,) = stopped.value.problems
    assert (problem.row, problem.column, problem.code) == (4, "选择", "merge.refused")
    assert json.loads(run("list", crowd.folder, "--json"))["total"] == 4
