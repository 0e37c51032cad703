"""Long work as rows: put it in the queue, take it, say how far it is, end it, or take it over from a worker that died.

A worker holds a job by a lease that it renews; when the lease runs out another may take the job over. Each kind of
work is one transaction of its own that knows whether it was done, so taking over does nothing twice. The queue is a
store beside that of the city (`Workspace.open_jobs`): progress must be written while the city is being written.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from gridmap.errors import JobMissing
from gridmap.phrases import say
from gridmap.store import Store, Transaction
from gridmap.tables import Job, JobState
from gridmap.work.keeping import put, rows_of

LEASE_S = 30.0
MOST_ATTEMPTS = 3
"""A job whose workers died so often is given up: the next would die as well."""
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


def _found(transaction: Transaction, job_id: int) -> Job:
    rows = transaction.read(Job, job_id=[job_id])
    if rows.empty:
        raise JobMissing(say("job.missing", id=job_id))
    return rows_of(rows, Job)[0]


def enqueue(queue: Store, kind: str, payload: Mapping[str, Any], *, actor: str) -> Job:
    """Put work into the queue; the same work of the same person that is not ended yet is not put twice."""
    wanted = json.dumps(dict(payload), ensure_ascii=False, sort_keys=True)
    with queue.transaction(write=True) as transaction:
        kept = transaction.read(Job)
        same = kept[(kept["kind"] == kind) & (kept["payload"] == wanted) & (kept["made_by"] == actor)]
        same = same[~same["state"].isin(ENDED)]
        if len(same):
            return rows_of(same, Job)[0]
        number = 1 if kept.empty else int(kept["job_id"].max()) + 1
        made = {"job_id": number, "kind": kind, "payload": wanted, "made_at": dt.datetime.now(dt.UTC), "made_by": actor}
        return put(transaction, Job.model_validate(made))


def job(queue: Store, job_id: int) -> Job:
    """Return a job; raise JobMissing when there is none of that number."""
    with queue.transaction() as transaction:
        return _found(transaction, job_id)


def jobs(queue: Store) -> list[Job]:
    """Return the jobs, the newest first."""
    with queue.transaction() as transaction:
        return rows_of(transaction.read(Job), Job)[::-1]


def claim(queue: Store, worker: str, *, lease_s: float = LEASE_S) -> Job | None:
    """Take the oldest job that waits or whose worker died; return None when there is none.

    A job that was cancelled while nobody held it, or whose workers died too often, is ended here.
    """
    now = dt.datetime.now(dt.UTC)
    with queue.transaction() as transaction:
        if _free(transaction, now).empty:
            return None
    with queue.transaction(write=True) as transaction:
        for found in rows_of(_free(transaction, now), Job):
            if found.stop:
                put(transaction, _ended(found, JobState.CANCELLED, {}))
            elif found.attempts >= MOST_ATTEMPTS:
                put(transaction, _ended(found, JobState.FAILED, {"code": "WorkerDied"}))
            else:
                held = {"state": JobState.RUNNING, "worker": worker, "attempts": found.attempts + 1,
                        "lease_until": now + dt.timedelta(seconds=lease_s)}  # fmt: skip
                return put(transaction, found.model_copy(update=held))
    return None


def _free(transaction: Transaction, now: dt.datetime) -> pd.DataFrame:
    rows = transaction.read(Job, state=[JobState.WAITING, JobState.RUNNING])
    over = rows["lease_until"].isna() | (rows["lease_until"] < pd.Timestamp(now))
    return rows[(rows["state"] == JobState.WAITING) | over]


def renew(
    queue: Store, job_id: int, worker: str, *, step: tuple[str, int, int] | None = None, lease_s: float = LEASE_S
) -> bool:
    """Say that the worker is alive and how far it is; return whether it may go on: not cancelled, not taken over."""
    with queue.transaction(write=True) as transaction:
        found = _found(transaction, job_id)
        if found.worker != worker or found.state is not JobState.RUNNING:
            return False
        until = {"lease_until": dt.datetime.now(dt.UTC) + dt.timedelta(seconds=lease_s)}
        said = {} if step is None else {"step": step[0], "done": step[1], "total": step[2]}
        put(transaction, found.model_copy(update={**until, **said}))
        return not found.stop


def finish(queue: Store, job_id: int, worker: str, state: JobState, result: Mapping[str, Any]) -> None:
    """End a job, unless another worker has taken it over."""
    with queue.transaction(write=True) as transaction:
        found = _found(transaction, job_id)
        if found.worker == worker and found.state is JobState.RUNNING:
            put(transaction, _ended(found, state, result))


def _ended(found: Job, state: JobState, result: Mapping[str, Any]) -> Job:
    told = json.dumps(dict(result), ensure_ascii=False)
    return found.model_copy(
        update={"state": state, "result": told, "ended_at": dt.datetime.now(dt.UTC), "lease_until": None}
    )


def cancel(queue: Store, job_id: int) -> Job:
    """Ask that a job be stopped; one that waits is ended at once, a running one at its next step."""
    with queue.transaction(write=True) as transaction:
        found = _found(transaction, job_id)
        if found.state is JobState.WAITING:
            return put(transaction, _ended(found, JobState.CANCELLED, {}))
        return found if found.state in ENDED else put(transaction, found.model_copy(update={"stop": True}))


def forget(queue: Store, *, days: int, now: dt.datetime, apply: bool) -> list[Job]:
    """Return the jobs that ended so many days ago; with `apply` remove them."""
    with queue.transaction(write=apply) as transaction:
        rows = transaction.read(Job, state=[str(state) for state in ENDED])
        old = rows[rows["ended_at"] < pd.Timestamp(now) - pd.Timedelta(days=days)]
        if apply and len(old):
            transaction.delete(Job, job_id=old["job_id"].tolist())
    return rows_of(old, Job)
