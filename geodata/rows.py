"""The rows of a noun from all its files: put together, completed, checked, conformed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.columns import as_text
from geodata.findings import Findings
from geodata.sources import Piece
from gridmap import frames
from gridmap.errors import Problem
from gridmap.phrases import say
from gridmap.schema import Row, columns, keys


@dataclass(eq=False)
class Rows:
    """All rows of a noun: our columns, and the file and row number that each came from."""

    frame: pd.DataFrame
    files: np.ndarray
    numbers: np.ndarray


def combine(pieces: Sequence[Piece], row: type[Row], findings: Findings) -> Rows:
    """Put the pieces of a noun one under the other; number the rows of files without ids; refuse ids in two files."""
    key = keys(row)[0]
    start = 1
    frames_ = []
    for piece in pieces:
        frame = piece.frame
        if key not in frame:
            frame = frame.assign(**{key: [f"{row.table}-{start + at:06d}" for at in range(len(frame))]})
        start += len(frame)
        frames_.append(frame)
    files = np.concatenate(
        [np.full(len(p.frame), p.file, dtype=object) for p in pieces] or [np.array([], dtype=object)]
    )
    numbers = np.concatenate([piece.numbers for piece in pieces] or [np.array([], dtype=np.int64)])
    frame = pd.concat(frames_, ignore_index=True) if frames_ else pd.DataFrame({key: pd.Series([], dtype="str")})
    rows = Rows(frame, files, numbers)
    _refuse_ids_in_two_files(rows, key, findings)
    return rows


def _refuse_ids_in_two_files(rows: Rows, key: str, findings: Findings) -> None:
    ids = rows.frame[key]
    first_file = pd.Series(rows.files, dtype=object).groupby(as_text(ids)).transform("first")
    for at in np.flatnonzero(ids.notna().to_numpy() & (first_file.to_numpy() != rows.files)):
        findings.error(str(rows.files[at]), "id.duplicate",
                       say("id.duplicate.file", id=ids.iloc[at], file=first_file.iloc[at]),
                       row=int(rows.numbers[at]), column=key)  # fmt: skip


def finish(rows: Rows, row: type[Row], findings: Findings) -> pd.DataFrame:
    """Return the conformed frame: defaults filled in, rows without a required value left out and said."""
    frame = rows.frame
    missing = np.zeros(len(frame), dtype=bool)
    for column in columns(row):
        default = row.model_fields[column.name].get_default()
        if column.name not in frame:
            if column.required and row.model_fields[column.name].is_required() and not column.key:
                frame = frame.assign(**{column.name: pd.Series([None] * len(frame), dtype=object)})
            else:
                continue
        absent = frame[column.name].isna().to_numpy() if not column.many else _no_list(frame[column.name])
        if absent.any() and not row.model_fields[column.name].is_required() and default is not None:
            filled = frame[column.name].astype(object).to_numpy(dtype=object, copy=True)
            for at in np.flatnonzero(absent):
                filled[at] = default
            frame = frame.assign(**{column.name: pd.Series(filled, dtype=object)})
        elif absent.any() and column.required:
            _tell_missing(rows, absent & ~missing, column.name, findings)
            missing |= absent
    kept = frame[~missing].reset_index(drop=True)
    conformed = frames.conform(kept, row)
    _last_check(conformed, row, Rows(kept, rows.files[~missing], rows.numbers[~missing]), findings)
    return conformed


def _no_list(values: pd.Series) -> np.ndarray:
    return np.array([not isinstance(value, tuple) or not value for value in values], dtype=bool)


def _tell_missing(rows: Rows, absent: np.ndarray, column: str, findings: Findings) -> None:
    for file in dict.fromkeys(rows.files[absent]):
        at = absent & (rows.files == file)
        findings.rows(findings.warn, str(file), "value.missing", rows.numbers[at],
                      say("value.missing.row", column=column), column=column)  # fmt: skip


def _last_check(frame: pd.DataFrame, row: type[Row], rows: Rows, findings: Findings) -> None:
    """Say as errors what no step before has caught, so that nothing wrong is ever stored."""
    if findings.stopped:
        return
    for problem in frames.problems(frame, row, first_row=0):
        at = problem.row or 0
        findings.add(
            Problem(
                str(rows.files[at]),
                int(rows.numbers[at]),
                problem.column,
                problem.code,
                problem.message,
                message_zh=problem.message_zh,
            )
        )
