"""The audit reader's commands."""

import json
import sqlite3

import cities
import pandas as pd
import pytest
from typer.testing import CliRunner

from api.cli import app
from geodata.workspace import Workspace
from gridmap import frames
from gridmap.tables import Household


@pytest.fixture
def folder(tmp_path):
    store = Workspace(tmp_path).open(create=True)
    for phone in ("13812345678", "13912345678"):
        rows = frames.conform(pd.DataFrame([{"household_id": "h1", "phone": phone}]), Household)
        with store.transaction(write=True) as transaction:
            transaction.upsert(rows, Household)
    store.close()
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["audit", *map(str, arguments)], catch_exceptions=False)


def test_verify_ends_with_1_and_the_place_when_a_line_is_gone(folder):
    assert run("verify", folder).exit_code == 0
    with sqlite3.connect(folder / "gridmap.sqlite") as database:
        database.execute("DELETE FROM audit_entry WHERE number = 1")
    done = run("verify", folder, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["faults"][0] == {"number": 1, "message": "line 1 is missing"}


def test_verify_takes_the_line_that_it_printed(folder):
    noted = run("verify", folder).stdout.strip().split()[-1]
    assert run("verify", folder, "--noted", noted).exit_code == 0
    other = noted[:-1] + ("1" if noted[-1] == "0" else "0")
    assert run("verify", folder, "--noted", other).exit_code == 1
    assert run("verify", folder, "--noted", "1:abc").exit_code == 2


def test_list_shows_what_is_asked_for(folder):
    found = json.loads(run("list", folder, "--where", "action=change", "--json").stdout)["entries"]
    assert [(line["number"], line["subject"]) for line in found] == [(2, "h1")]
    assert run("list", folder, "--where", "colour=red").exit_code == 2
    assert json.loads(run("list", folder, "--from", "2999-01-01", "--json").stdout) == {"entries": []}


def test_an_export_of_the_log_is_in_the_log_and_holds_nothing_personal(folder, tmp_path):
    target = tmp_path / "log.csv"
    run("export", folder, "--out", target, "--reason", "quarterly look")
    assert len(pd.read_csv(target)) == 2
    assert "2345678" not in target.read_text(encoding="utf-8")
    last = json.loads(run("list", folder, "--json").stdout)["entries"][-1]
    assert (last["action"], last["noun"], last["row_count"], last["purpose"]) == (
        "export", "audit_entry", 2, "quarterly look",
    )  # fmt: skip


def test_young_lines_are_not_trimmed(folder):
    assert "0 lines" in run("trim", folder).stdout


def test_the_key_is_readable_by_its_owner_only(folder):
    assert (folder / "secret.key").stat().st_mode & 0o077 == 0


def test_a_command_by_its_own_process_records_its_user(folder):
    cities.gridmap("audit", "export", folder, "--out", folder / "log.xlsx")
    assert json.loads(run("list", folder, "--json").stdout)["entries"][-1]["actor"]
