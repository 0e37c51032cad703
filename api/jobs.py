"""The worker: takes jobs from the queue of a workspace and does them, one at a time, until it is told to end.

`python -m api.jobs DIR` is such a process; `gridmap serve` keeps one running. Several may work for one database.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from api import exporting, intakes, steps
from api.settings import read_settings
from geodata.workspace import Workspace
from gridmap import work
from gridmap.errors import GridmapError, InputError, WorkspaceAway, WorkspaceBusy
from gridmap.phrases import say, told
from gridmap.roles import Verb
from gridmap.store import Store
from gridmap.tables import Job, JobState, ProposalRules
from gridmap.work import Progress, jobs

POLL_S = 0.3
BEAT_S = jobs.LEASE_S / 3
TELL_S = 0.3
"""So often at most progress is written."""
RESTART_S = 1.0


class Cancelled(Exception):  # noqa: N818  it is raised inside the work to roll it back, and never leaves the worker
    """Somebody asked to stop, or another worker has taken the job over."""


Handler = Callable[[Workspace, Store, Job, Mapping[str, Any], Progress], dict[str, Any]]


def _import(
    workspace: Workspace, store: Store, job: Job, asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    found = intakes.bring_in(workspace, store, asked["import_id"], actor=job.made_by, progress=progress)
    return {"import_id": found.import_id, "counts": json.loads(found.report)["counts"]}


def _locate(
    _workspace: Workspace, store: Store, _job: Job, _asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    return work.locate(store, progress=progress)


def _pair(
    _workspace: Workspace, store: Store, _job: Job, _asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    steps.prepare_engine(progress)
    return work.pair(store, time_limit_s=read_settings().time_limit_s, progress=progress)


def _propose(
    _workspace: Workspace, store: Store, job: Job, asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    maker = f"{job.made_by} (job {job.job_id})"
    made = next((one for one in work.proposed_before(store) if one.made_by == maker), None)
    if made is None:
        progress("propose", 0, 1)
        rules = ProposalRules.model_validate(asked.get("rules", {}))
        made = work.propose(store, asked["area"], max_changes=asked["max_changes"], rules=rules, actor=maker,
                            time_limit_s=read_settings().time_limit_s).proposal  # fmt: skip
    return {"proposal_id": made.proposal_id}


HANDLERS: dict[str, Handler] = {
    "import": _import,
    "locate": _locate,
    "pair": _pair,
    "propose": _propose,
    "export": exporting.export,
}
"""Each kind of work is one transaction that knows whether it was done before."""


VERBS: Mapping[str, Verb] = {
    "import": Verb.BRING_IN,
    "locate": Verb.BRING_IN,
    "pair": Verb.BRING_IN,
    "propose": Verb.PROPOSE,
    "export": Verb.OVERVIEW,
}
"""What whoever asks for a kind of work must be allowed; it is asked when the job is put and again when it is done."""


class Worker:
    """One worker of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.name = f"{os.getpid()}-{uuid4().hex[:8]}"
        self.queue = workspace.open_jobs()
        self.store = workspace.open()
        workspace.files(self.store).tidy()

    def close(self) -> None:
        """Release files and connections."""
        self.queue.close()
        self.store.close()

    def once(self) -> bool:
        """Do the next job; return whether there was one."""
        job = jobs.claim(self.queue, self.name)
        if job is None:
            return False
        state, result = self._do(job)
        jobs.finish(self.queue, job.job_id, self.name, state, result)
        return True

    def _do(self, job: Job) -> tuple[JobState, dict[str, Any]]:
        over = threading.Event()
        beat = threading.Thread(target=self._beat, args=(job.job_id, over), daemon=True)
        beat.start()
        asker = self.store.acting(job.made_by, None)
        try:
            asked = json.loads(job.payload)
            work.check_asker(self.store, job.made_by, VERBS[job.kind], asked.get("area"))
            done = HANDLERS[job.kind](self.workspace, asker, job, asked, self._progress(job))
        except Cancelled:
            return JobState.CANCELLED, {}
        except WorkspaceAway:
            raise  # it passes: the lease runs out and the job is taken up once more
        except GridmapError as error:
            found = [one.as_dict() for one in error.problems] if isinstance(error, InputError) else []
            return JobState.FAILED, {
                "code": type(error).__name__,
                "detail": error.told("en"),
                "detail_zh": error.told("zh"),
                "problems": found[:20],
            }
        except Exception as error:  # noqa: BLE001  a worker goes on; the log has the cause, the page no stack trace
            sys.stderr.write(f"job {job.job_id}: {type(error).__name__}\n")
            return JobState.FAILED, {
                "code": "Unexpected",
                "detail": told(say("job.failed"), "en"),
                "detail_zh": told(say("job.failed"), "zh"),
            }
        finally:
            over.set()
            beat.join()
        return JobState.DONE, done

    def _beat(self, job_id: int, over: threading.Event) -> None:
        while not over.wait(BEAT_S):
            with suppress(WorkspaceAway, WorkspaceBusy):  # the next beat may be in time still
                jobs.renew(self.queue, job_id, self.name)

    def _progress(self, job: Job) -> Progress:
        last = 0.0

        def tell(what: str, done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if done < total and now - last < TELL_S:
                return
            last = now
            if not jobs.renew(self.queue, job.job_id, self.name, step=(what, done, total)):
                raise Cancelled

        return tell


def work_off(workspace: Workspace, going_on: Callable[[], bool]) -> None:
    """Do jobs until there is no reason to go on; wait for new ones."""
    worker = Worker(workspace)
    try:
        while going_on():
            try:
                busy = worker.once()
            except (WorkspaceAway, WorkspaceBusy):
                busy = False
            if not busy:
                time.sleep(POLL_S)
    finally:
        worker.close()


class Keeper:
    """Keeps a worker process running beside the service, and starts another when it dies."""

    def __init__(self, workspace: Workspace) -> None:
        self._command = [sys.executable, "-m", "api.jobs", str(workspace.folder), str(os.getpid())]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the worker."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the worker; a job that it holds is taken over later."""
        self._over.set()
        if self.process is not None:
            self.process.terminate()
        self._thread.join()

    def _keep(self) -> None:
        while not self._over.is_set():
            self.process = subprocess.Popen(self._command)  # noqa: S603  our own module
            self.process.wait()
            self._over.wait(RESTART_S)


def main() -> None:
    """Work for the workspace that is named, as long as the process that started this one lives."""
    parent = int(sys.argv[2]) if len(sys.argv) > 2 else None
    work_off(steps.workspace_of(Path(sys.argv[1])), lambda: parent is None or os.getppid() == parent)


if __name__ == "__main__":
    main()
