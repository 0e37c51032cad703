"""Exports as jobs: of what the asker sees, masked, logged, for the asker only and for a day; both engines."""

import csv
import io
import os
import sys
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.jobs import Worker
from geodata import exports
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import AuditAction, JobState
from gridmap.work import jobs

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the town with its strangers

import scope_town

BASE = "https://testserver"


@pytest.fixture
def workspace(request, tmp_path):
    kind = getattr(request, "param", "sqlite")
    return Workspace(tmp_path, request.getfixturevalue("postgis_url") if kind == "postgis" else None)


@pytest.fixture
def ask(workspace):
    """Send a request as somebody of the town."""
    store = scope_town.filled(workspace)
    tokens = scope_town.tokens_of(store, ("secretary", "manager", "chief", "viewer"))
    store.close()
    with TestClient(create_app(workspace), base_url=BASE) as client:

        def send(name, path, method="GET", body=None):
            return client.request(method, path, headers={"Authorization": f"Bearer {tokens[name]}"}, json=body)

        yield send


@pytest.fixture
def worker(ask, workspace):
    found = Worker(workspace)
    yield found
    found.close()


def asked(ask, name="secretary", **facts):
    made = ask(
        name, "/api/v1/jobs", "POST", {"kind": "export", "noun": "households", "reason": "月报 13800000001", **facts}
    )
    assert made.status_code == 202, made.text
    return f"/api/v1/jobs/{made.json()['job_id']}"


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("workspace", ["sqlite", "postgis"], indirect=True)
def test_the_asker_alone_fetches_what_the_asker_sees_masked_and_logged(ask, worker, workspace):
    path = asked(ask)
    assert ask("secretary", f"{path}/file").status_code == 404  # not done yet
    assert worker.once()
    job = ask("secretary", path).json()
    assert (job["state"], job["result"]["file"]) == ("done", f"{path.lstrip('/')}/file")
    answer = ask("secretary", f"{path}/file")
    assert answer.headers["content-disposition"].endswith('"households.csv"')
    rows = rows_of(answer)
    assert len(rows) == job["result"]["rows"] > 0
    assert "STRANGE" not in answer.text
    assert {row["household_id"] for row in rows if row["community_id"] != "C1"} == {"nowhere"}  # it names C1
    assert not any(len(row["phone"]) == 11 and row["phone"].isdecimal() for row in rows)
    assert [ask(name, f"{path}/file").status_code for name in ("manager", "chief", "viewer")] == [404, 404, 403]
    store = workspace.open()
    line = work.audit_log(store, work.AuditQuery(actions=[AuditAction.EXPORT])).iloc[-1]
    store.close()
    assert (line["actor"], line["noun"], line["row_count"], line["purpose"]) == (
        "secretary", "households", len(rows), "月报 138****0001")  # fmt: skip
    assert not line["unmasked"]
    table = workspace.folder / exports.handed_out(workspace.folder, job["job_id"])
    place = table.parent
    assert b"household_id" not in table.read_bytes()
    assert place.stat().st_mode & 0o077 == 0
    old = time.time() - exports.KEPT_S - 1
    os.utime(place, (old, old))
    assert ask("secretary", f"{path}/file").status_code == 404
    asked(ask, form="xlsx")
    assert worker.once()
    assert not place.exists()


def test_whoever_may_not_look_may_not_export_and_a_form_that_does_not_fit_is_said(ask, worker):
    body = {"kind": "export", "noun": "households"}
    assert ask("viewer", "/api/v1/jobs", "POST", body | {"reason": "x"}).status_code == 403
    for reason in ({}, {"reason": "  "}):
        refused = ask("secretary", "/api/v1/jobs", "POST", body | reason)
        assert (refused.status_code, refused.json()["problems"][0]["code"]) == (422, "export.reason")
    path = asked(ask, noun="pairings", form="geojson")
    assert worker.once()
    job = ask("secretary", path).json()
    assert (job["state"], job["result"]["problems"][0]["code"]) == ("failed", "export.form")
    assert ask("secretary", f"{path}/file").status_code == 404


def test_a_cancelled_export_leaves_no_file_and_no_line(ask, worker, workspace, monkeypatch):
    path = asked(ask)
    number = int(path.rsplit("/", 1)[-1])
    write_table = exports.write_table

    def stopped(*arguments):
        write_table(*arguments)
        jobs.cancel(worker.queue, number)

    monkeypatch.setattr(exports, "write_table", stopped)
    assert worker.once()
    assert jobs.job(worker.queue, number).state is JobState.CANCELLED
    assert not (workspace.folder / "jobs" / "exports").exists()
    assert list((workspace.folder / ".clear").iterdir()) == []
    assert work.audit_log(worker.store, work.AuditQuery(actions=[AuditAction.EXPORT])).empty


def test_an_export_taken_over_from_a_worker_that_died_is_whole(ask, worker, workspace):
    path = asked(ask)
    half = workspace.folder / "jobs" / "exports" / path.rsplit("/", 1)[-1]
    half.mkdir(parents=True)
    (half / "households.csv").write_text("half")
    assert worker.once()
    assert len(rows_of(ask("secretary", f"{path}/file"))) == ask("secretary", path).json()["result"]["rows"]
