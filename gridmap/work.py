"""One function per step of the job: open a transaction, read, think, write.

Only this module opens transactions. `load`, `locate` and `pair` are a transaction each; `build` runs all of them in a
single one, so that a build which stops half-way leaves the workspace as it was (docs/decisions/0005).
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

import pandas as pd

from gridmap import coverage, frames, hazards, locate as locating, pairing
from gridmap.errors import Problem, WorkspaceMissing
from gridmap.schema import Row, columns, keys
from gridmap.store import Store, Transaction
from gridmap.tables import (
    AREA_ROWS,
    INPUT_ROWS,
    ROWS,
    Basis,
    CityFacts,
    ExportEntry,
    Household,
    HouseholdPlace,
    Member,
    MemberPlace,
    Pairing,
    Revision,
    Setting,
)
from gridmap.tables.report import Report, Seconds

Frames = Mapping[type[Row], pd.DataFrame]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""

Counts = dict[str, dict[str, int]]
CITY = "city"
DERIVED_ROWS = (HouseholdPlace, MemberPlace, Pairing)


def silent(_what: str, _done: int, _total: int) -> None:
    """Report progress to nobody."""


@dataclass
class Clock:
    """Wall time by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time of the block to the step."""
        start = perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + perf_counter() - start, 3)


# --- load


def _delete_rows(transaction: Transaction, row: type[Row], gone: pd.DataFrame) -> None:
    if len(gone):
        (key,) = keys(row)
        transaction.delete(row, **{key: gone[key].tolist()})


def _replace(transaction: Transaction, old: pd.DataFrame, new: pd.DataFrame, row: type[Row]) -> dict[str, int]:
    """Write the difference between two frames of a noun and count it."""
    difference = frames.compare(old, new, row)
    _delete_rows(transaction, row, difference.removed)
    transaction.upsert(difference.added, row)
    transaction.upsert(difference.changed, row)
    return {
        "added": len(difference.added),
        "changed": len(difference.changed),
        "removed": len(difference.removed),
        "unchanged": difference.unchanged,
    }


def _forget(transaction: Transaction, row: type[Row], gone: pd.DataFrame) -> None:
    """Delete what was derived from rows that are about to be removed."""
    if gone.empty:
        return
    ids = gone[keys(row)[0]].tolist()
    for derived in DERIVED_ROWS:
        for column in columns(derived):
            if column.ref == row.table:
                transaction.delete(derived, **{column.name: ids})


def _load(transaction: Transaction, sources: Frames, city: CityFacts) -> Counts:
    counts: Counts = {}
    for row in INPUT_ROWS:
        old, new = transaction.read(row), sources.get(row, frames.empty(row))
        _forget(transaction, row, old[~old[keys(row)[0]].isin(new[keys(row)[0]])])
        counts[row.table] = _replace(transaction, old, new, row)
    imported = sources.get(Pairing, frames.empty(Pairing))
    known = transaction.read(Pairing, basis=[Basis.IMPORTED])
    counts[Pairing.table] = _replace(transaction, known, imported, Pairing)
    value = city.model_dump_json()
    transaction.upsert(frames.conform(pd.DataFrame({"name": [CITY], "value": [value]}), Setting), Setting)
    return counts


def load(store: Store, sources: Frames, city: CityFacts) -> Counts:
    """Replace what the sources bring, keeping ids; return added, changed, removed, unchanged by noun."""
    with store.transaction(write=True) as transaction:
        counts = _load(transaction, sources, city)
        transaction.advance("load")
    return counts


def _facts(transaction: Transaction) -> CityFacts:
    found = transaction.read(Setting, name=[CITY])
    if found.empty:
        raise WorkspaceMissing("Nothing was loaded here yet: run `gridmap build CITY.toml --out DIR`")
    return CityFacts.model_validate_json(found["value"].iloc[0])


def _today(city: CityFacts, day: dt.date | None) -> dt.date:
    return day or city.day or dt.datetime.now(tz=dt.UTC).astimezone().date()
