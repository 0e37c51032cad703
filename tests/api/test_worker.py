"""The worker: an import survives SIGKILL, several workers share a queue, the city may be written meanwhile."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from pandas.testing import assert_frame_equal

from api import intakes
from api.app import create_app
from api.jobs import Worker
from geodata.workspace import Workspace
from gridmap import frames
from gridmap.tables import HeaderMap, Household, Import, ImportChange, Job, JobState, Revision
from gridmap.work import jobs

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import content, keep
from town import household, member

ROOT = Path(__file__).resolve().parents[2]
BOOKKEEPING = (Import, ImportChange, HeaderMap, Revision, Job)
MANY = 900


@pytest.fixture(params=["sqlite", "postgis"])
def workspace(request, tmp_path):
    url = request.getfixturevalue("postgis_url") if request.param == "postgis" else None
    made = Workspace(tmp_path, url)
    store = made.open(create=True)
    keep(store, [household("H1", "B1")], [member("M1", "B1")])
    store.close()
    return made


def ready(workspace, rows):
    """An import that only waits to be brought in; every address is another, so that locating takes its time."""
    book = openpyxl.Workbook()
    book.active.append(["姓名", "家庭住址", "人员类别", "风险等级"])
    for at in range(rows):
        book.active.append([f"虚{at}", f"锦绣里{at % 9 + 1}栋{at}室", "独居", "红"])
    path = workspace.folder / "ledger.xlsx"
    book.save(path)
    store = workspace.open()
    found = intakes.take_in(workspace, store, path.name, path.read_bytes(), actor="test")
    intakes.decide(store, found.import_id, {})
    store.close()
    return found.import_id


def process(workspace):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GRIDMAP_DATABASE_URL": workspace.database_url or ""}
    return subprocess.Popen([sys.executable, "-m", "api.jobs", str(workspace.folder)], cwd=ROOT, env=environment)


def until(wanted, seconds=60):
    over = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < over, "it did not happen in time"
        time.sleep(0.02)


def same(one, other):
    for row, frame in one.items():
        assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(other[row]), obj=row.table)


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_does_it_once(workspace):
    name = ready(workspace, MANY)
    store, queue = workspace.open(), workspace.open_jobs()
    before = content(store, without=(Job,))
    jobs.enqueue(queue, "import", {"import_id": name}, actor="test")
    doomed = process(workspace)
    until(lambda: jobs.job(queue, 1).step == "locate")
    os.kill(doomed.pid, signal.SIGKILL)
    doomed.wait()
    assert jobs.job(queue, 1).state is JobState.RUNNING
    same(before, content(store, without=(Job,)))
    left = jobs.job(queue, 1).model_copy(update={"lease_until": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)})
    with queue.transaction(write=True) as transaction:
        transaction.upsert(frames.conform(pd.DataFrame([left.model_dump()]), Job), Job)
    worker = Worker(workspace)
    assert worker.once()
    done = jobs.job(queue, 1)
    assert (done.state, done.attempts, json.loads(done.result)["counts"]["added"]) == (JobState.DONE, 2, MANY)
    once = content(store, without=(Job,))
    jobs.enqueue(queue, "import", {"import_id": name}, actor="test")
    assert worker.once()
    same(once, content(store, without=(Job,)))
    with store.transaction() as transaction:
        assert len(transaction.read(Household)) == MANY + 1
    for opened in (worker, store, queue):
        opened.close()


def test_a_cancelled_import_leaves_nothing(workspace):
    name = ready(workspace, 400)
    store, queue = workspace.open(), workspace.open_jobs()
    before = content(store, without=BOOKKEEPING)
    jobs.enqueue(queue, "import", {"import_id": name}, actor="test")
    worker = Worker(workspace)
    job = jobs.claim(queue, worker.name)
    jobs.cancel(queue, job.job_id)
    state, result = worker._do(job)
    jobs.finish(queue, job.job_id, worker.name, state, result)
    assert jobs.job(queue, 1).state is JobState.CANCELLED
    same(before, content(store, without=BOOKKEEPING))
    for opened in (worker, store, queue):
        opened.close()


def test_the_page_hears_how_far_a_job_is(workspace):
    name = ready(workspace, 5)
    with TestClient(create_app(workspace)) as client:
        put = client.post("/api/v1/jobs", json={"kind": "import", "import_id": name})
        assert put.status_code == 202
        failing = client.post("/api/v1/jobs", json={"kind": "import", "import_id": "I0999"}).json()["job_id"]
        worker = Worker(workspace)
        assert worker.once()
        assert worker.once()
        assert not worker.once()
        worker.close()
        events = client.get(f"/api/v1/jobs/{put.json()['job_id']}/events")
        told = json.loads(events.text.strip().splitlines()[-1].removeprefix("data: "))
        assert (told["state"], told["result"]["counts"]["added"]) == ("done", 5)
        assert client.get(f"/api/v1/jobs/{failing}").json()["result"]["code"] == "ImportMissing"
        assert client.get("/api/v1/jobs/77").status_code == 404
