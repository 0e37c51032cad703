"""Build a city: load, locate, pair; each a transaction alone, all in one for a build (docs/decisions/0005)."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

import pandas as pd

from gridmap import changes as changing
from gridmap import duty, frames, hazards, joining, lawful
from gridmap import locate as locating
from gridmap import pairing as pairings
from gridmap.errors import Problem
from gridmap.schema import Row, columns, keys
from gridmap.store import Store, Transaction
from gridmap.tables import (
    AREA_ROWS,
    INPUT_ROWS,
    Accuracy,
    Basis,
    Change,
    CityFacts,
    EmptyPlace,
    HazardSite,
    Household,
    HouseholdPlace,
    Level,
    Member,
    MemberPlace,
    Merge,
    Pairing,
    Path,
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
from gridmap.work import emptiness
from gridmap.work.keeping import replace_rows
from gridmap.work.reading import CITY, Frames, Picture, Progress, facts_of, people_of, picture_of, silent, today
from gridmap.work.remembering import SIDES, Warn, remember, unheard
from gridmap.work.revising import advance

Counts = dict[str, dict[str, int]]
DERIVED_ROWS = (HouseholdPlace, MemberPlace, Pairing, EmptyPlace)
"""Nouns that follow from the sources and from each other: what is removed there is forgotten here."""


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


def _forget(transaction: Transaction, row: type[Row], gone: pd.DataFrame) -> None:
    """Delete what was derived from rows that are about to be removed."""
    if gone.empty:
        return
    ids = gone[keys(row)[0]].tolist()
    for derived in DERIVED_ROWS:
        for column in columns(derived):
            if column.ref == row.table:
                transaction.delete(derived, **{column.name: ids})


def _load(transaction: Transaction, sources: Frames, city: CityFacts, warn: Warn) -> Counts:
    counts: Counts = {}
    for row in INPUT_ROWS:
        old, new = transaction.read(row), sources[row] if row in sources else frames.empty(row)
        if row in SIDES:
            new = remember(transaction, new, SIDES[row], warn)
        if row is Household:
            new = lawful.filled(lawful.kept(new, old), city.lawful)
        _forget(transaction, row, old[~old[keys(row)[0]].isin(new[keys(row)[0]])])
        counts[row.table] = replace_rows(transaction, old, new, row)
    imported = (
        joining.redirected(sources[Pairing], transaction.read(Merge)) if Pairing in sources else frames.empty(Pairing)
    )
    known = transaction.read(Pairing)
    known = known[(known["basis"] == Basis.IMPORTED) | known["pairing_id"].isin(imported["pairing_id"])]
    counts[Pairing.table] = replace_rows(transaction, known, imported, Pairing)
    value = city.model_dump_json()
    transaction.upsert(frames.conform(pd.DataFrame({"name": [CITY], "value": [value]}), Setting), Setting)
    return counts


def load(store: Store, sources: Frames, city: CityFacts, *, warn: Warn = unheard) -> Counts:
    """Replace what the sources bring, keeping ids; return added, changed, removed, unchanged by noun.

    `warn` hears of merged people who stand alone again, since the row that was kept is no longer brought.
    """
    with store.transaction(write=True) as transaction:
        before = people_of(transaction)
        counts = _load(transaction, sources, city, warn)
        advance(transaction, "load", before, today(city, None))
    return counts


# --- locate


def _locate(transaction: Transaction, city: CityFacts, progress: Progress) -> None:
    gazetteer = locating.Gazetteer.of({row: transaction.read(row) for row in locating.GAZETTEER_ROWS}, city)
    for noun, place in ((Household, HouseholdPlace), (Member, MemberPlace)):
        found = locating.locate(transaction.read(noun), gazetteer, noun=noun, progress=progress)
        replace_rows(transaction, transaction.read(place), found, place)


def _located(people: duty.People, day: dt.date) -> tuple[HouseholdCounts, MemberCounts]:
    present = people.households.loc[duty.present(people.households), "household_id"]
    places = people.household_places
    accuracy = places.loc[places["household_id"].isin(present), "accuracy"]
    counts = accuracy.value_counts()
    own = people.members.loc[duty.is_own(people.members), "member_id"]
    found = (people.member_places["accuracy"] != Accuracy.NONE) & people.member_places["member_id"].isin(own)
    return (
        HouseholdCounts(
            total=len(present),
            located=int((accuracy != Accuracy.NONE).sum()),
            by_accuracy={str(value): int(counts.get(str(value), 0)) for value in Accuracy},
        ),
        MemberCounts(total=len(own), active=int(duty.on_duty(people.members, day).sum()), located=int(found.sum())),
    )


def locate(store: Store, *, progress: Progress = silent) -> dict[str, object]:
    """Find the building, grid and community of everybody in one transaction; return counts."""
    with store.transaction(write=True) as transaction:
        city, before = facts_of(transaction), people_of(transaction)
        _locate(transaction, city, progress)
        on = today(city, None)
        _, after = advance(transaction, "locate", before, on)
        households, members = _located(after, on)
    return {"households": households.model_dump(), "members": members.model_dump()}


# --- pair


def _pair(
    transaction: Transaction,
    city: CityFacts,
    day: dt.date,
    *,
    time_limit_s: float | None,
    progress: Progress,
    warn: Warn,
) -> pairings.PairingResult:
    people = people_of(transaction)
    result = pairings.pair(
        people,
        paths=transaction.read(Path),
        rules=city.rules,
        metric_crs=city.metric_crs,
        day=day,
        time_limit_s=time_limit_s,
        progress=progress,
        warn=lambda found: warn([one.as_problem() for one in found]),
    )
    replace_rows(transaction, people.pairings, result.pairings, Pairing)
    emptiness.keep(transaction, result.unfilled)
    return result


def pair(
    store: Store,
    *,
    day: dt.date | None = None,
    time_limit_s: float | None = None,
    verify: bool = False,
    progress: Progress = silent,
    warn: Warn = unheard,
) -> dict[str, object]:
    """Pair the city in one transaction; return what the engine did and, asked to verify, what the checker says.

    `warn` hears what stands in the way before anything is solved; `obstacles` of the answer holds the same.

    Raises:
        PairingError: the checker found a broken rule in the plan; nothing is written then.
    """
    with store.transaction(write=True) as transaction:
        city, before = facts_of(transaction), people_of(transaction)
        result = _pair(transaction, city, today(city, day), time_limit_s=time_limit_s, progress=progress, warn=warn)
        proof = result.verify() if verify else {}
        if proof:
            pairings.refuse_faults(proof["certificate"])
        advance(transaction, "pair", before, today(city, day))
    return {**result.summary, "obstacles": [one.as_dict() for one in result.obstacles], **proof}


# --- build


def build(  # noqa: PLR0913  everything that a run of all steps takes, hears and tells
    store: Store,
    sources: Frames,
    city: CityFacts,
    *,
    problems: Sequence[Problem] = (),
    day: dt.date | None = None,
    time_limit_s: float | None = None,
    clock: Clock | None = None,
    progress: Progress = silent,
    warn: Warn = unheard,
) -> tuple[Report, Picture]:
    """Load, locate, pair and measure in one transaction, all or nothing; return the report and what was measured.

    `warn` hears what stands in the way of the pairing before anything is solved; the report lists it as well.
    """
    clock, told = clock or Clock(), list(problems)
    with store.transaction(write=True) as transaction:
        with clock.step("load"):
            before = people_of(transaction)
            changes = _load(transaction, sources, city, told.extend)
        with clock.step("locate"):
            _locate(transaction, city, progress)
        with clock.step("pair"):
            on = today(city, day)
            paired = _pair(transaction, city, on, time_limit_s=time_limit_s, progress=progress, warn=warn)
        revision = transaction.advance("build")
        with clock.step("measure"):
            taken = picture_of(transaction, day)
            made = changing.between(before, taken.people, day=taken.day, revision=revision)
            transaction.insert(made, Change)
    return report(taken, paired, changes=changes, problems=told, clock=clock), taken


def report(
    taken: Picture,
    paired: pairings.PairingResult,
    *,
    changes: Counts,
    problems: Sequence[Problem],
    clock: Clock,
) -> Report:
    """Put the report of a build together."""
    people = taken.people
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
        problems=[problem.as_dict() for problem in (*problems, *(one.as_problem() for one in paired.obstacles))],
        seconds=seconds(clock),
    )


def seconds(clock: Clock) -> Seconds:
    """Return the wall time by step, as the report has it."""
    return Seconds(**clock.seconds)
