"""The port to whatever keeps the frames: a Store opens transactions, a Transaction moves frames.

`geodata.sql` implements it for SQLite and PostGIS; the suite in tests/geodata/test_store.py holds for both.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Protocol

import pandas as pd

from gridmap.schema import Row


class Transaction(Protocol):
    """Frames in, frames out; nothing is seen by others before the transaction ends well."""

    def read(self, row: type[Row], **where: Collection[object]) -> pd.DataFrame:
        """Return the rows whose columns have one of the given values, conformed and sorted by key."""
        ...

    def insert(self, frame: pd.DataFrame, row: type[Row]) -> None:
        """Add new rows; raise StoreError when a key exists."""
        ...

    def upsert(self, frame: pd.DataFrame, row: type[Row]) -> None:
        """Add rows or replace those with the same key."""
        ...

    def delete(self, row: type[Row], **where: Collection[object]) -> int:
        """Delete the rows whose columns have one of the given values (all rows without one); return how many."""
        ...

    def revision(self) -> int:
        """Return the number of the last committed or current change, 0 for a new workspace."""
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
        """
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
