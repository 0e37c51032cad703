"""Tables that jobs have written, in the folder jobs/exports of a workspace: handed out for a day, then removed.

A table is written in clear where nobody else reads, and appears sealed and as a whole.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from geodata.export import Form, write_table
from geodata.sealed_files import EXPORTS, SealedFiles
from gridmap.errors import InputError, Problem
from gridmap.phrases import say

KEPT_S = 24 * 3600


@contextmanager
def written(files: SealedFiles, noun: str, frame: pd.DataFrame, form: Form) -> Iterator[Path]:
    """Write a table, for the block. What was handed out for its time is removed.

    Raises:
        InputError: a form for maps, and rows that stand nowhere.
    """
    forget_old(files.folder)
    with files.private() as place:
        table = place / f"{noun}.{form}"
        try:
            write_table(frame, table, form)
        except ValueError as error:
            said = say("export.no_shapes", form=form)
            raise InputError([Problem("request", None, "form", "export.form", said)]) from error
        yield table


def hand_out(files: SealedFiles, job_id: int, table: Path) -> None:
    """Let the table of a job be fetched."""
    place = files.folder / EXPORTS / str(job_id)
    drop(place)
    place.mkdir(mode=0o700, parents=True)
    files.write(f"{EXPORTS}/{job_id}/{table.name}", table.read_bytes())


def handed_out(folder: Path, job_id: int) -> str | None:
    """Return the name of the sealed file of a job, None when there is none or its time is over."""
    place = folder / EXPORTS / str(job_id)
    found = sorted(place.iterdir()) if place.is_dir() and not _over(place) else []
    return found[0].relative_to(folder).as_posix() if found else None


def drop(place: Path) -> None:
    """Remove the table of a job."""
    shutil.rmtree(place, ignore_errors=True)


def forget_old(folder: Path) -> None:
    """Remove every table whose time is over."""
    kept = folder / EXPORTS
    for place in list(kept.iterdir()) if kept.is_dir() else []:
        if _over(place):
            drop(place)


def _over(place: Path) -> bool:
    return place.stat().st_mtime < time.time() - KEPT_S
