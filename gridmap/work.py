"""One function per step of the job: open a transaction, read, think, write.

Only this module opens transactions. `load`, `locate` and `pair` are a transaction each; `build` runs all of them in a
single one, so that a build which stops half-way leaves the workspace as it was.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import pandas as pd

from gridmap import coverage, frames, hazards, locating, pairing
from gridmap.errors import WorkspaceMissing
from gridmap.schema import Row, columns, keys
from gridmap.store import Store, Transaction
from gridmap.tables import (
    AREA_ROWS,
    INPUT_ROWS,
    Basis,
    CityFacts,
    DangerZone,
    HazardSite,
    Household,
    HouseholdPlace,
    Level,
    Member,
    MemberPlace,
    Pairing,
    Path,
    Setting,
)

Frames = Mapping[type[Row], pd.DataFrame]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done and how much there is."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Changes:
    """How many rows of each noun a load added, changed, removed and left alone."""

    by_noun: Mapping[str, Mapping[str, int]]


@dataclass
class Clock:
    """Wall time by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time of the block to the step."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def facts(store: Store) -> CityFacts:
    """Return what the workspace knows of its city; raise WorkspaceMissing before the first load."""
    with store.transaction() as transaction:
        return _facts(transaction)


def load(store: Store, sources: Frames, city: CityFacts) -> Changes:
    """Replace what the sources bring in one transaction, keeping ids, and say what changed."""
    with store.transaction(write=True) as transaction:
        changes = _load(transaction, sources, city)
        transaction.advance("load")
    return changes
