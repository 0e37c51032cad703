"""Nouns that were read as a whole before and are not read again while the revision is the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock

import pandas as pd

from gridmap.coverage import levels_of
from gridmap.schema import Row
from gridmap.store import Box, Reading
from gridmap.tables import AREA_ROWS


@dataclass(frozen=True, eq=False)
class Known:
    """Whole nouns as of a revision, and the areas that their rows lie in: worked out once for all who ask."""

    revision: int
    frames: Mapping[type[Row], pd.DataFrame]
    _levels: dict[type[Row], pd.DataFrame] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def levels(self, row: type[Row]) -> pd.DataFrame:
        """Return `<level>_id` for each row of a noun that is known with the areas."""
        with self._lock:
            if row not in self._levels:
                areas = {level: self.frames[area] for level, area in AREA_ROWS.items()}
                self._levels[row] = levels_of(self.frames[row], areas)
            return self._levels[row]


class Remembered:
    """Reads a noun as a whole once per transaction, or not at all where it is known; see `gridmap.store.Reading`."""

    def __init__(self, inner: Reading, known: Known | None = None) -> None:
        self._inner = inner
        self._known = known if known and known.revision == inner.revision() else None
        self._kept: dict[type[Row], pd.DataFrame] = dict(self._known.frames) if self._known else {}

    def read(self, row: type[Row], *, box: Box | None = None, **where: Collection[object]) -> pd.DataFrame:
        """Return the rows whose columns have one of the given values."""
        if box is not None or where:
            return self._inner.read(row, box=box, **where)
        if row not in self._kept:
            self._kept[row] = self._inner.read(row)
        # what a reader adds to its frame is no other reader's business
        return self._kept[row].copy(deep=False)

    def levels(self, row: type[Row]) -> pd.DataFrame:
        """Return `<level>_id` for each row of a noun, in the order of `read`."""
        if self._known and row in self._known.frames:
            return self._known.levels(row)
        return levels_of(self.read(row), {level: self.read(area) for level, area in AREA_ROWS.items()})

    def revision(self) -> int:
        """Return the number of the last change."""
        return self._inner.revision()
