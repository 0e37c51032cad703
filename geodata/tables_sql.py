"""Filter rows by a WHERE clause where no OGR driver does it: tables, and Parquet."""

import sqlite3
from typing import Any

import numpy as np
import pandas as pd

from gridmap.phrases import say


def _plain(value: object) -> Any:  # noqa: ANN401  a cell may hold anything
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bool | int | float | str):
        return value
    return value.item() if isinstance(value, np.generic) else str(value)


def select_rows(data: pd.DataFrame, where: str) -> np.ndarray:
    """Return the positions of the rows that a WHERE clause keeps.

    Raises:
        ValueError: the clause is wrong or names a column that is not there.
    """
    names = [str(name) for name in data.columns]
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    database = sqlite3.connect(":memory:")
    try:
        database.execute(f"CREATE TABLE source ({quoted})")
        marks = ", ".join("?" * len(names))
        columns = [data[name].astype(object) for name in data.columns]
        rows = zip(*[[_plain(value) for value in column] for column in columns], strict=True)
        database.executemany(f"INSERT INTO source VALUES ({marks})", rows)  # noqa: S608  only ?s are put in
        database.execute("PRAGMA query_only = ON")
        # the clause is the city's own setting and runs on a copy in memory that nothing else reads
        kept = database.execute(f"SELECT rowid FROM source WHERE {where} ORDER BY rowid").fetchall()  # noqa: S608
    except sqlite3.Error as error:
        raise ValueError(say("where.invalid", where=where, error=str(error))) from error
    finally:
        database.close()
    return np.array([number for (number,) in kept], dtype=np.int64) - 1
