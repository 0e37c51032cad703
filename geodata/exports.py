"""Tables that jobs have written, in the folder jobs/exports of a workspace: handed out for a day, then removed.

A table is written aside and appears as a whole. Nobody but the service's own account reads the folder.
"""

import shutil
import time
from pathlib import Path

import pandas as pd

from geodata.export import Form, write_table
from geodata.workspace import JOBS
from gridmap.errors import InputError, Problem
from gridmap.phrases import say

FOLDER = f"{JOBS}/exports"
KEPT_S = 24 * 3600


def prepare(folder: Path, job_id: int, noun: str, frame: pd.DataFrame, form: Form) -> Path:
    """Write the table of a job aside; return where. What was handed out for its time is removed.

    Raises:
        InputError: a form for maps, and rows that stand nowhere.
    """
    forget_old(folder)
    aside = folder / FOLDER / f".{job_id}"
    drop(aside)
    aside.mkdir(mode=0o700, parents=True)
    try:
        write_table(frame, aside / f"{noun}.{form}", form)
    except ValueError as error:
        drop(aside)
        said = say("export.no_shapes", form=form)
        raise InputError([Problem("request", None, "form", "export.form", said)]) from error
    return aside


def hand_out(aside: Path) -> None:
    """Let the table that was written aside be fetched."""
    place = aside.with_name(aside.name.lstrip("."))
    drop(place)
    aside.rename(place)


def handed_out(folder: Path, job_id: int) -> Path | None:
    """Return the file of a job, None when there is none or its time is over."""
    place = folder / FOLDER / str(job_id)
    found = sorted(place.iterdir()) if place.is_dir() and not _over(place) else []
    return found[0] if found else None


def drop(place: Path) -> None:
    """Remove the table of a job."""
    shutil.rmtree(place, ignore_errors=True)


def forget_old(folder: Path) -> None:
    """Remove every table whose time is over."""
    kept = folder / FOLDER
    for place in list(kept.iterdir()) if kept.is_dir() else []:
        if _over(place):
            drop(place)


def _over(place: Path) -> bool:
    return place.stat().st_mtime < time.time() - KEPT_S
