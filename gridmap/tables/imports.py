"""What an office brings in: imports with the state before them, how each sender writes its headers, and long work."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from gridmap.schema import Key, Personal, Plain, Ref, Row
from gridmap.tables.people import LegalBasis, NoticeDay, Purpose


class ImportKind(StrEnum):
    """What a file is: the ledgers and layers that offices send (domain notes, section 3.1)."""

    HOUSEHOLDS = "households"
    MEMBERS = "members"
    GRID_WORKERS = "grid_workers"
    BUILDINGS = "buildings"
    HAZARDS = "hazards"
    POLYGONS = "polygons"


class ImportStatus(StrEnum):
    """How far an import has come."""

    DRAFT = "draft"
    READY = "ready"
    APPLIED = "applied"
    UNDONE = "undone"
    DISCARDED = "discarded"


Points = Annotated[
    str,
    Plain(),
    Field(description="what a person said the coordinates are: gcj02, EPSG:4547 swapped, none; empty: judge"),
]


class Import(Row):
    """导入: one file, what it was taken for, which of its columns are read, and what it changed."""

    table = "import"
    import_id: Annotated[str, Key(), Field(max_length=64)]
    file: Annotated[str, Field(max_length=200, description="name of the file as it was sent")]
    sha256: Annotated[str, Field(max_length=64, description="of the bytes; the name under which the file is kept")]
    sender: Annotated[str, Field(max_length=80, description="who sends such files; mappings are kept for them")] = ""
    kind: ImportKind
    level: Annotated[str | None, Field(description="level of area of polygons")] = None
    guess: Annotated[str, Field(description="JSON: what the file looks like, how surely and why")] = "{}"
    columns: Annotated[str, Field(description="JSON: header of the file = our column")] = "{}"
    points: Points | None = None
    scope: Annotated[
        str, Field(max_length=80, description="add; or all, or community:ID, of which the file is the whole")
    ] = "add"
    legal_basis: Annotated[LegalBasis | None, Field(description="of households that the file states none for")] = None
    notice_on: NoticeDay | None = None
    purpose: Purpose | None = None
    status: ImportStatus = ImportStatus.DRAFT
    report: Annotated[str, Field(description="JSON: counts and problems, personal values masked")] = "{}"
    made_at: dt.datetime
    made_by: Annotated[str, Field(max_length=80)]
    closed_at: dt.datetime | None = None
    closed_by: str | None = None
    closed_revision: Annotated[int | None, Field(description="the change of the workspace that it made")] = None


class ImportChange(Row):
    """A row that an import touched: as it was before, and a fingerprint of what the import left."""

    table = "import_change"
    import_id: Annotated[str, Key(), Ref("import")]
    number: Annotated[int, Key(), Field(ge=1)]
    noun: str
    row_key: Annotated[str, Field(description="key of the row")]
    before: Annotated[str | None, Personal("note"), Field(description="JSON of the row; none when it was added")] = None
    after: Annotated[str | None, Field(description="fingerprint of the row; none when it was removed")] = None


class HeaderMap(Row):
    """How a sender writes its headers: a mapping that a person has confirmed."""

    table = "header_map"
    header_map_id: Annotated[str, Key(), Field(max_length=64, description="fingerprint of sender and headers")]
    sender: Annotated[str, Field(max_length=80)]
    kind: ImportKind
    columns: Annotated[str, Field(description="JSON: header of the file = our column")]
    points: Points | None = None
    used_at: dt.datetime


class JobState(StrEnum):
    """Where a piece of long work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Row):
    """Long work that a worker does; a lease that runs out frees the job of a worker that died."""

    table = "job"
    job_id: Annotated[int, Key(), Field(ge=1)]
    kind: Annotated[str, Field(max_length=40, description="import, locate, pair, propose, export")]
    payload: Annotated[str, Field(description="JSON: what to do; names no person")] = "{}"
    state: JobState = JobState.WAITING
    attempts: Annotated[int, Field(ge=0)] = 0
    step: Annotated[str, Field(description="what is being done")] = ""
    done: Annotated[int, Field(ge=0)] = 0
    total: Annotated[int, Field(ge=0)] = 0
    stop: Annotated[bool, Field(description="somebody asked to cancel it")] = False
    worker: str | None = None
    lease_until: dt.datetime | None = None
    result: Annotated[str, Field(description="JSON: what came of it, or why it failed")] = "{}"
    made_at: dt.datetime
    made_by: Annotated[str, Field(max_length=80)]
    ended_at: dt.datetime | None = None
