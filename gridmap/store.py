"""The port to whatever keeps the frames: a Store opens transactions, a Transaction moves frames.

`geodata.sql` implements it for SQLite and PostGIS; the suite in tests/geodata/test_store.py holds for both.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Protocol

import pandas as pd

from gridmap.schema import Row

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class Reading(Protocol):
    """Frames out, all as of one moment."""

    def read(self, row: type[Row], *, box: Box | None = None, **where: Collection[object]) -> pd.DataFrame:
        """Return the rows whose columns have one of the given values, conformed and sorted by key.

        With a box only the rows whose geometry's bounding box meets it, edges included. None among the values finds
        the rows without one. Columns of numbers with a fraction, lists and geometry cannot be asked for.

        Raises:
            StoreError: the noun has no such column, or it cannot be asked for.
        """
        ...

    def revision(self) -> int:
        """Return the number of the last committed or current change, 0 for a new workspace."""
        ...


class Transaction(Reading, Protocol):
    """Frames in, frames out; nothing is seen by others before the transaction ends well."""

    def insert(self, frame: pd.DataFrame, row: type[Row]) -> None:
        """Add new rows, or none.

        Raises:
            FrameError: the frame breaks the facts of its noun.
            StoreError: a key exists already.
        """
        ...

    def upsert(self, frame: pd.DataFrame, row: type[Row]) -> None:
        """Add rows or replace those with the same key; raise FrameError when a fact of the noun is broken."""
        ...

    def delete(self, row: type[Row], **where: Collection[object]) -> int:
        """Delete the rows whose columns have one of the given values (all rows without one); return how many."""
        ...

    def advance(self, step: str) -> int:
        """Record a change under the next revision number and return it."""
        ...


class Store(Protocol):
    """Where the frames of a city are kept."""

    def transaction(self, *, write: bool = False) -> AbstractContextManager[Transaction]:
        """Open a transaction; it commits at the end of the block and rolls back on any error.

        Raises:
            WorkspaceBusy: another process holds the write transaction too long.
            StoreError: a reference leads nowhere when the block ends.
        """
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
