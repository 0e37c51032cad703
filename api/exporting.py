"""Exports that run as jobs: what can be had, in which form, and the handler of the worker."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from geodata import exports
from geodata.workspace import Workspace
from gridmap import work
from gridmap.store import Store
from gridmap.tables import Job
from gridmap.work import Progress


class Form(StrEnum):
    """The form of an export."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    GPKG = "gpkg"


class Noun(StrEnum):
    """What can be exported."""

    HOUSEHOLDS = "households"
    MEMBERS = "members"
    PAIRINGS = "pairings"
    COVERAGE = "coverage"
    GAPS = "gaps"
    HAZARDS = "hazards"


def export(
    workspace: Workspace, store: Store, job: Job, asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Write a table of what the asker sees, log that it leaves, and let it be fetched for a day.

    It is logged before it can be fetched: a worker that dies between leaves a line for a table that nobody got, never
    a table without a line.
    """
    noun, form = Noun(asked["noun"]), Form(asked["form"])
    rows, told = work.export_for(store, job.made_by, str(noun), progress=progress)
    progress("write", 2, 3)
    files = workspace.files(store)
    with exports.written(files, str(noun), rows, form.value) as table:
        progress("write", 3, 3)
        work.log_export(
            store, noun=str(noun), form=str(form), rows=len(rows), reason=asked.get("reason", ""), unmasked=False
        )
        exports.hand_out(files, job.job_id, table)
    return {
        "rows": len(rows),
        "file": f"api/v1/jobs/{job.job_id}/file",
        "kept_s": exports.KEPT_S,
        "warnings": [one.as_dict() for one in told],
    }
