"""Read a city as it stands: its facts, its people, and a picture with everything measured."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from gridmap import coverage, duty, hazards
from gridmap.errors import WorkspaceMissing
from gridmap.phrases import say
from gridmap.schema import Row
from gridmap.store import Store, Transaction
from gridmap.tables import (
    AREA_ROWS,
    ROWS,
    Account,
    Attempt,
    AuditEntry,
    AuditHead,
    Change,
    CityFacts,
    DangerZone,
    Emergency,
    Ending,
    Grant,
    HeaderMap,
    Household,
    HouseholdPlace,
    Identity,
    Import,
    ImportChange,
    Job,
    Level,
    LocationDecision,
    Member,
    MemberPlace,
    Merge,
    Move,
    Pairing,
    Photo,
    Proposal,
    RecoveryCode,
    RegisterEntry,
    SecondStep,
    Session,
    Setting,
    Token,
)

Frames = Mapping[type[Row], pd.DataFrame]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""

CITY = "city"
UNSEEN = (
    Emergency,
    RegisterEntry,
    Setting,
    AuditEntry,
    AuditHead,
    Account,
    Grant,
    Session,
    Token,
    Attempt,
    SecondStep,
    RecoveryCode,
    Identity,
    Change,
    Proposal,
    Move,
    Photo,
    LocationDecision,
    Merge,
    Ending,
    Import,
    ImportChange,
    HeaderMap,
    Job,
)
"""Nouns that no page shows."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Report progress to nobody."""


def facts_of(transaction: Transaction) -> CityFacts:
    """Return what the workspace knows of its city; raise WorkspaceMissing before the first load."""
    found = transaction.read(Setting, name=[CITY])
    if found.empty:
        raise WorkspaceMissing(say("store.nothing_loaded"))
    return CityFacts.model_validate_json(found["value"].iloc[0])


def city_name(store: Store) -> str:
    """Return the name of the city; raise WorkspaceMissing before the first load."""
    with store.transaction() as transaction:
        return facts_of(transaction).name


def city_facts(store: Store) -> CityFacts:
    """Return what the workspace knows of its city."""
    with store.transaction() as transaction:
        return facts_of(transaction)


def today(city: CityFacts, day: dt.date | None) -> dt.date:
    """Return the day asked for, else the fixed day of an invented city, else today by the local clock."""
    return day or city.day or dt.datetime.now(tz=dt.UTC).astimezone().date()


def people_of(transaction: Transaction) -> duty.People:
    """Read both sides of the city and what ties them."""
    return duty.People(
        households=transaction.read(Household),
        household_places=transaction.read(HouseholdPlace),
        members=transaction.read(Member),
        member_places=transaction.read(MemberPlace),
        pairings=transaction.read(Pairing),
    )


@dataclass(frozen=True, eq=False)
class Picture:
    """A city as of one revision and day: all frames that pages show, with coverage and exposure."""

    revision: int
    day: dt.date
    city: CityFacts
    frames: Frames
    coverage: coverage.Coverage
    exposure: pd.DataFrame
    accounts: bool = False
    """Whether people sign in here."""
    withheld: int = 0
    """Households of whoever asks that a member may not be shown, for want of a ground."""
    emergency_until: dt.datetime | None = None
    """When the first emergency that lasts ends, of those that concern whoever looks."""
    opens: frozenset[str] | None = None
    """The pages that whoever asks may open; all without."""

    @property
    def areas(self) -> dict[Level, pd.DataFrame]:
        """Return the frame of each level of area."""
        return {level: self.frames[row] for level, row in AREA_ROWS.items()}

    @property
    def people(self) -> duty.People:
        """Return both sides of the city."""
        return _people_in(self.frames)


def _people_in(found: Frames) -> duty.People:
    return duty.People(
        households=found[Household],
        household_places=found[HouseholdPlace],
        members=found[Member],
        member_places=found[MemberPlace],
        pairings=found[Pairing],
    )


def picture_of(transaction: Transaction, day: dt.date | None) -> Picture:
    """Read the whole city and measure it."""
    city = facts_of(transaction)
    on = today(city, day)
    found = hazards.in_force({row: transaction.read(row) for row in ROWS if row not in UNSEEN})
    areas = {level: found[row] for level, row in AREA_ROWS.items()}
    people = _people_in(found)
    return Picture(
        revision=transaction.revision(),
        day=on,
        city=city,
        frames=found,
        coverage=coverage.measure(areas, people, day=on, rules=city.rules),
        exposure=hazards.exposure(found[DangerZone], people, day=on, buildings=areas[Level.BUILDING]),
        accounts=len(transaction.read(Account)) > 0,
        emergency_until=_first_end(transaction),
    )


def _first_end(transaction: Transaction) -> dt.datetime | None:
    rows = transaction.read(Emergency)
    lasting = rows.loc[rows["ended_at"].isna() & (rows["until_at"] > pd.Timestamp(dt.datetime.now(dt.UTC))), "until_at"]
    return None if lasting.empty else lasting.min().to_pydatetime()


def picture(store: Store, *, day: dt.date | None = None) -> Picture:
    """Read the whole city and measure it."""
    with store.transaction() as transaction:
        return picture_of(transaction, day)


def measure(store: Store, *, day: dt.date | None = None) -> coverage.Coverage:
    """Measure who has somebody, at every level of area."""
    return picture(store, day=day).coverage


def revision(store: Store) -> int:
    """Return the number of the last change."""
    with store.transaction() as transaction:
        return transaction.revision()


def is_current(store: Store, taken: Picture) -> bool:
    """Tell whether nothing was changed since a picture was taken, its day is still today, and no emergency ended."""
    ended = taken.emergency_until is not None and dt.datetime.now(dt.UTC) >= taken.emergency_until
    return revision(store) == taken.revision and taken.day == today(taken.city, None) and not ended
