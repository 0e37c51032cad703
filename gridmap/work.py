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

from gridmap import coverage, duty, extracts, frames, hazards
from gridmap import locate as locating
from gridmap import pairing as pairings
from gridmap.errors import Problem, WorkspaceMissing
from gridmap.schema import Row, columns, keys
from gridmap.store import Store, Transaction
from gridmap.tables import (
    AREA_ROWS,
    INPUT_ROWS,
    ROWS,
    Accuracy,
    Basis,
    CityFacts,
    DangerZone,
    ExportEntry,
    HazardSite,
    Household,
    HouseholdPlace,
    Level,
    Member,
    MemberPlace,
    Pairing,
    Path,
    RegisterEntry,
    Setting,
)
from gridmap.tables.report import (
    CoverageCounts,
    HazardCounts,
    HouseholdCounts,
    MemberCounts,
    PairingCounts,
    Report,
    Seconds,
)

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


# --- locate


def _people(transaction: Transaction) -> duty.People:
    return duty.People(
        households=transaction.read(Household),
        household_places=transaction.read(HouseholdPlace),
        members=transaction.read(Member),
        member_places=transaction.read(MemberPlace),
        pairings=transaction.read(Pairing),
    )


def _locate(transaction: Transaction, city: CityFacts, progress: Progress) -> None:
    gazetteer = locating.Gazetteer.of({row: transaction.read(row) for row in locating.GAZETTEER_ROWS}, city)
    for noun, place in ((Household, HouseholdPlace), (Member, MemberPlace)):
        found = locating.locate(transaction.read(noun), gazetteer, noun=noun, progress=progress)
        _replace(transaction, transaction.read(place), found, place)


def _located(people: duty.People, day: dt.date) -> tuple[HouseholdCounts, MemberCounts]:
    present = people.households.loc[duty.present(people.households), "household_id"]
    places = people.household_places
    accuracy = places.loc[places["household_id"].isin(present), "accuracy"]
    counts = accuracy.value_counts()
    found = people.member_places["accuracy"] != Accuracy.NONE
    return (
        HouseholdCounts(
            total=len(present),
            located=int((accuracy != Accuracy.NONE).sum()),
            by_accuracy={str(value): int(counts.get(str(value), 0)) for value in Accuracy},
        ),
        MemberCounts(
            total=len(people.members), active=int(duty.on_duty(people.members, day).sum()), located=int(found.sum())
        ),
    )


def locate(store: Store, *, progress: Progress = silent) -> dict[str, object]:
    """Find the building, grid and community of everybody in one transaction; return counts."""
    with store.transaction(write=True) as transaction:
        city = _facts(transaction)
        _locate(transaction, city, progress)
        transaction.advance("locate")
        households, members = _located(_people(transaction), _today(city, None))
    return {"households": households.model_dump(), "members": members.model_dump()}


# --- pair


def _pair(
    transaction: Transaction, city: CityFacts, day: dt.date, time_limit_s: float | None, progress: Progress
) -> pairings.PairingResult:
    people = _people(transaction)
    result = pairings.pair(
        people,
        paths=transaction.read(Path),
        rules=city.rules,
        metric_crs=city.metric_crs,
        day=day,
        time_limit_s=time_limit_s,
        progress=progress,
    )
    _replace(transaction, people.pairings, result.pairings, Pairing)
    return result


def pair(
    store: Store,
    *,
    day: dt.date | None = None,
    time_limit_s: float | None = None,
    verify: bool = False,
    progress: Progress = silent,
) -> dict[str, object]:
    """Pair the city in one transaction; return what the engine did and, asked to verify, what the checker says."""
    with store.transaction(write=True) as transaction:
        city = _facts(transaction)
        result = _pair(transaction, city, _today(city, day), time_limit_s, progress)
        transaction.advance("pair")
    return {**result.summary, **(result.verify() if verify else {})}


# --- measure


@dataclass(frozen=True, eq=False)
class Picture:
    """A city as of one revision and day: all frames, with coverage and exposure."""

    revision: int
    day: dt.date
    city: CityFacts
    frames: Frames
    coverage: coverage.Coverage
    exposure: pd.DataFrame


UNSEEN = (RegisterEntry, Path, Setting, ExportEntry)
"""Nouns that no page shows."""


def _picture(transaction: Transaction, day: dt.date | None) -> Picture:
    city = _facts(transaction)
    on = _today(city, day)
    people = _people(transaction)
    found: dict[type[Row], pd.DataFrame] = {row: transaction.read(row) for row in ROWS if row not in UNSEEN}
    areas = {level: found[row] for level, row in AREA_ROWS.items()}
    return Picture(
        revision=transaction.revision(),
        day=on,
        city=city,
        frames=found,
        coverage=coverage.measure(areas, people, day=on, rules=city.rules),
        exposure=hazards.exposure(found[DangerZone], people, day=on, buildings=areas[Level.BUILDING]),
    )


def picture(store: Store, *, day: dt.date | None = None) -> Picture:
    """Read the whole city and measure it."""
    with store.transaction() as transaction:
        return _picture(transaction, day)


def is_current(store: Store, taken: Picture) -> bool:
    """Tell whether nothing was changed since a picture was taken, and its day is still today."""
    return revision(store) == taken.revision and taken.day == _today(taken.city, None)


def revision(store: Store) -> int:
    """Return the number of the last change."""
    with store.transaction() as transaction:
        return transaction.revision()


def measure(store: Store, *, day: dt.date | None = None) -> coverage.Coverage:
    """Measure who has somebody, at every level of area."""
    return picture(store, day=day).coverage


# --- build, draw, export


def build(
    store: Store,
    sources: Frames,
    city: CityFacts,
    *,
    problems: Sequence[Problem] = (),
    day: dt.date | None = None,
    time_limit_s: float | None = None,
    clock: Clock | None = None,
    progress: Progress = silent,
) -> Report:
    """Load, locate, pair and measure in one transaction: all of it happens or nothing."""
    clock = clock or Clock()
    with store.transaction(write=True) as transaction:
        with clock.step("load"):
            changes = _load(transaction, sources, city)
        with clock.step("locate"):
            _locate(transaction, city, progress)
        with clock.step("pair"):
            paired = _pair(transaction, city, _today(city, day), time_limit_s, progress)
        transaction.advance("build")
        with clock.step("measure"):
            taken = _picture(transaction, day)
    return report(taken, paired, changes=changes, problems=problems, clock=clock)


def report(
    taken: Picture,
    paired: pairings.PairingResult,
    *,
    changes: Counts,
    problems: Sequence[Problem],
    clock: Clock,
) -> Report:
    """Put the report of a build together."""
    people = _people_of(taken)
    households, members = _located(people, taken.day)
    levels = taken.city.hierarchy or tuple(level for level, row in AREA_ROWS.items() if len(taken.frames[row]))
    return Report(
        city=taken.city.name,
        invented=taken.city.invented,
        day=taken.day.isoformat(),
        revision=taken.revision,
        areas={str(level): len(taken.frames[AREA_ROWS[level]]) for level in levels},
        buildings=len(taken.frames[AREA_ROWS[Level.BUILDING]]),
        households=households,
        members=members,
        pairing=PairingCounts(**{name: paired.summary[name] for name in PairingCounts.model_fields}),
        coverage=CoverageCounts(**taken.coverage.summary()),
        hazards=HazardCounts(**hazards.summarise(taken.frames[HazardSite], taken.exposure)),
        changes=changes,
        problems=[problem.as_dict() for problem in problems],
        seconds=seconds(clock),
    )


def seconds(clock: Clock) -> Seconds:
    """Return the wall time by step, as the report has it."""
    return Seconds(**clock.seconds)


def record_export(store: Store, entry: ExportEntry) -> None:
    """Keep a line of the export log."""
