"""Jobs: put long work into the queue, watch it over server-sent events, cancel it."""

import json
from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api import steps
from api.deps import City, CityDep, FilesDep
from api.exporting import Form, Noun
from api.jobs import VERBS
from api.once import KeyDep
from api.origin import same_site
from api.paging import PageDep
from api.routes.proposals import check_reach
from geodata.exports import handed_out
from gridmap.audit.spelling import scrub
from gridmap.errors import InputError, JobMissing, Problem
from gridmap.phrases import say
from gridmap.proposals import CITY
from gridmap.store import Store
from gridmap.tables import Job, JobState, ProposalRules
from gridmap.work import jobs
from gridmap.work.conditions import made_once

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])
EVENTS: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}
BYTES = "application/octet-stream"
FILES: dict[int | str, dict[str, Any]] = {200: {"content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}}
WATCH_S = 0.4
LONGEST_S = 3600


class Kind(StrEnum):
    """What a worker can do."""

    IMPORT = "import"
    LOCATE = "locate"
    PAIR = "pair"
    PROPOSE = "propose"
    EXPORT = "export"


class Asked(BaseModel):
    """What is to be done; an import is named, a proposal has its area and limit, an export its table and form."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    import_id: Annotated[str | None, Field(max_length=64)] = None
    area: Annotated[str | None, Field(max_length=64)] = None
    max_changes: Annotated[int, Field(ge=0, le=100_000)] = 20
    rules: ProposalRules = ProposalRules()
    noun: Noun = Noun.HOUSEHOLDS
    form: Form = Form.CSV
    reason: Annotated[str, Field(max_length=200, description="of an export: what for; written into the audit log")] = ""

    def payload(self) -> dict[str, Any]:
        """Return what the worker needs for this kind."""
        if self.kind is Kind.IMPORT:
            return {"import_id": self.import_id or ""}
        if self.kind is Kind.PROPOSE:
            rules = self.rules.model_dump(mode="json")
            return {"area": self.area or "city", "max_changes": self.max_changes, "rules": rules}
        if self.kind is Kind.EXPORT:
            return {"noun": str(self.noun), "form": str(self.form), "reason": scrub(self.reason) or ""}
        return {}


def _queue(request: Request) -> Store:
    queue: Store = request.app.state.queue
    return queue


QueueDep = Annotated[Store, Depends(_queue)]


def facts(job: Job) -> dict[str, Any]:
    """Return a job as JSON values, its inner JSON read; who works on it is of no use outside."""
    plain: dict[str, Any] = job.model_dump(mode="json", exclude={"worker", "lease_until"})
    return plain | {name: json.loads(plain[name]) for name in ("payload", "result")}


def _own(city: City, job: Job) -> bool:
    return city.rights is None or job.made_by == city.rights.account_id


def _own_job(job_id: int, queue: QueueDep, city: CityDep) -> Job:
    """Return a job of whoever asks; raise JobMissing for anybody else's as for none."""
    found = jobs.job(queue, job_id)
    if not _own(city, found):
        raise JobMissing(say("job.missing", id=job_id))
    return found


@router.post("", status_code=202, dependencies=[Depends(same_site)])
def enqueue(asked: Asked, queue: QueueDep, city: CityDep, key: KeyDep) -> dict[str, Any]:
    """Put work into the queue; the same work that is not ended yet is not put twice."""
    if asked.kind is Kind.PROPOSE:
        check_reach(city, asked.area or CITY, asked.rules.leaves)
    if asked.kind is Kind.EXPORT and not asked.reason.strip():
        raise InputError([Problem("request", None, "reason", "export.reason", say("export.reason"))])
    city.allowed(VERBS[asked.kind])

    def make(store: Store) -> str:
        return str(jobs.enqueue(store, str(asked.kind), asked.payload(), actor=steps.actor()).job_id)

    return facts(jobs.job(queue, int(made_once(queue, Job, key.of(asked.model_dump_json()), make))))


@router.get("")
def listed(
    queue: QueueDep, city: CityDep, page: PageDep, response: Response, state: JobState | None = None
) -> list[dict[str, Any]]:
    """Return the own jobs, the newest first, all where nobody signs in; those of one state if asked."""
    found = [job for job in jobs.jobs(queue) if _own(city, job) and state in (None, job.state)]
    shown, headers = page.cut(found)
    response.headers.update(headers)
    return [facts(job) for job in shown]


@router.get("/{job_id}")
def one(job: Annotated[Job, Depends(_own_job)]) -> dict[str, Any]:
    """Return a job: its state, how far it is, and what came of it."""
    return facts(job)


@router.post("/{job_id}/cancel", dependencies=[Depends(same_site)])
def cancel(job: Annotated[Job, Depends(_own_job)], queue: QueueDep) -> dict[str, Any]:
    """Ask that a job be stopped: nothing of it stays."""
    return facts(jobs.cancel(queue, job.job_id))


@router.get("/{job_id}/file", response_class=Response, responses=FILES)
def file(job: Annotated[Job, Depends(_own_job)], files: FilesDep) -> Response:
    """Return the table that an export has written: to whoever asked for it, for a day, masked."""
    ready = job.kind == Kind.EXPORT and job.state is JobState.DONE
    found = handed_out(files.folder, job.job_id) if ready else None
    if found is None:
        raise JobMissing(say("job.no_file", id=job.job_id))
    headers = {
        "Content-Disposition": f'attachment; filename="{PurePosixPath(found).name}"',
        "Cache-Control": "no-store",
    }
    return Response(files.read(found), media_type=BYTES, headers=headers)


@router.get("/{job_id}/events", response_class=StreamingResponse, responses=EVENTS)
def events(found: Annotated[Job, Depends(_own_job)], queue: QueueDep, request: Request) -> StreamingResponse:
    """Tell by server-sent events how far a job is, until it has ended."""

    async def told() -> AsyncIterator[str]:
        last = ""
        for _ in range(round(LONGEST_S / WATCH_S)):
            if await request.is_disconnected():
                return
            job = await run_in_threadpool(jobs.job, queue, found.job_id)
            now = json.dumps(facts(job), ensure_ascii=False)
            if now != last:
                yield f"data: {now}\n\n"
            last = now
            if job.state in jobs.ENDED:
                return
            await anyio.sleep(WATCH_S)

    return StreamingResponse(told(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
