"""The queue on both engines: one worker per job, leases that run out, cancelling, giving up."""

import datetime as dt

import pandas as pd
import pytest

from geodata.workspace import Workspace
from gridmap import frames
from gridmap.errors import JobMissing
from gridmap.tables import Job, JobState
from gridmap.work import jobs


@pytest.fixture(params=["sqlite", "postgis"])
def queue(request, tmp_path):
    url = request.getfixturevalue("postgis_url") if request.param == "postgis" else None
    opened = Workspace(tmp_path, url).open_jobs()
    yield opened
    opened.close()


def put(queue, **payload):
    return jobs.enqueue(queue, "import", payload or {"import_id": "I0001"}, actor="test")


def expire(queue, job_id):
    """Let the lease of a job run out, as when its worker died half a minute ago."""
    found = jobs.job(queue, job_id).model_copy(update={"lease_until": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)})
    with queue.transaction(write=True) as transaction:
        transaction.upsert(frames.conform(pd.DataFrame([found.model_dump()]), Job), Job)


def test_jobs_are_taken_once_and_in_their_order(queue):
    first, second = put(queue, import_id="I0001"), put(queue, import_id="I0002")
    assert [jobs.claim(queue, name).job_id for name in "ab"] == [first.job_id, second.job_id]
    assert jobs.claim(queue, "c") is None


def test_the_same_work_is_not_put_twice_until_it_has_ended(queue):
    assert put(queue).job_id == put(queue).job_id
    jobs.claim(queue, "a")
    assert put(queue).job_id == 1
    jobs.finish(queue, 1, "a", JobState.DONE, {"counts": {"added": 3}})
    assert jobs.job(queue, 1).result == '{"counts": {"added": 3}}'
    assert put(queue).job_id == 2


def test_a_dead_workers_job_is_taken_over_and_it_cannot_end_it_any_more(queue):
    put(queue)
    jobs.claim(queue, "dead")
    assert jobs.claim(queue, "next") is None
    expire(queue, 1)
    assert jobs.claim(queue, "next").attempts == 2
    assert not jobs.renew(queue, 1, "dead")
    jobs.finish(queue, 1, "dead", JobState.FAILED, {})
    assert jobs.job(queue, 1).state is JobState.RUNNING
    assert jobs.renew(queue, 1, "next", step=("read", 1, 2))
    assert jobs.job(queue, 1).done == 1


def test_a_job_whose_workers_die_again_and_again_is_given_up(queue):
    put(queue)
    for _ in range(jobs.MOST_ATTEMPTS):
        assert jobs.claim(queue, "a") is not None
        expire(queue, 1)
    assert jobs.claim(queue, "a") is None
    assert jobs.job(queue, 1).state is JobState.FAILED


def test_cancelling_ends_what_waits_and_stops_what_runs(queue):
    put(queue, import_id="I0001")
    assert jobs.cancel(queue, 1).state is JobState.CANCELLED
    put(queue, import_id="I0002")
    jobs.claim(queue, "a")
    assert jobs.cancel(queue, 2).stop
    assert not jobs.renew(queue, 2, "a")
    expire(queue, 2)
    assert jobs.claim(queue, "b") is None
    assert jobs.job(queue, 2).state is JobState.CANCELLED
    assert jobs.cancel(queue, 2).state is JobState.CANCELLED
    with pytest.raises(JobMissing):
        jobs.cancel(queue, 9)
