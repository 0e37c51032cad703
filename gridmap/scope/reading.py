"""A Store that shows somebody's rows only, and takes none: what is written goes through a check of its own."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import pandas as pd

from gridmap import frames
from gridmap.errors import StoreError
from gridmap.phrases import say
from gridmap.roles import Bounds, Rights
from gridmap.schema import Row
from gridmap.scope.extent import Extent, Ids
from gridmap.scope.remembered import Known, Remembered
from gridmap.store import Box, Reading, Store, Transaction
from gridmap.tables import (
    AREA_ROWS,
    Account,
    Alias,
    Backdrop,
    Change,
    ChangedNoun,
    DangerZone,
    Emergency,
    EmptyPlace,
    Grant,
    HazardSite,
    Household,
    HouseholdPlace,
    Inspection,
    Level,
    LocationDecision,
    Member,
    MemberPlace,
    Monitor,
    Move,
    Pairing,
    Path,
    Photo,
    Proposal,
    Revision,
    Setting,
    Side,
)

Rule = Callable[[Extent, pd.DataFrame], np.ndarray]
FREE: tuple[type[Row], ...] = (Alias, Path, Backdrop, Setting, Revision)
"""Nouns that say nothing of anybody: whoever reads them reads all of them."""

OWN: tuple[type[Row], ...] = (Account, Grant)
"""Nouns of which everybody has the own rows, whatever the area."""


def _in(column: str, ids: Callable[[Extent], Ids]) -> Rule:
    return lambda extent, rows: rows[column].isin(ids(extent)).to_numpy(bool)


def _area(level: Level) -> Rule:
    return _in(f"{level}_id", lambda extent: extent.areas[level])


def _decided(extent: Extent, rows: pd.DataFrame) -> np.ndarray:
    ours: pd.Series = (rows["side"] == Side.HOUSEHOLD) & rows["person_id"].isin(extent.households)
    ours |= (rows["side"] == Side.MEMBER) & rows["person_id"].isin(extent.residents)
    return np.asarray(ours, dtype=bool)


def _changed(extent: Extent, rows: pd.DataFrame) -> np.ndarray:
    ours: pd.Series = (rows["noun"] == ChangedNoun.MEMBER) & rows["row_id"].isin(extent.members)
    ours |= (rows["noun"] == ChangedNoun.HOUSEHOLD) & rows["row_id"].isin(extent.households)
    ours |= (rows["noun"] == ChangedNoun.PAIRING) & rows["household_id"].isin(extent.households)
    return np.asarray(ours, dtype=bool)


RULES: Mapping[type[Row], Rule] = {
    **{row: _area(level) for level, row in AREA_ROWS.items()},
    **{row: _in("household_id", lambda at: at.households) for row in (Household, HouseholdPlace, EmptyPlace, Pairing)},
    **{row: _in("hazard_id", lambda at: at.sites) for row in (HazardSite, DangerZone, Monitor, Inspection)},
    **{row: _in("proposal_id", lambda at: at.proposals) for row in (Proposal, Move)},
    Emergency: _in("emergency_id", lambda at: at.emergencies),
    Member: _in("member_id", lambda at: at.members),
    MemberPlace: _in("member_id", lambda at: at.residents),
    Photo: _in("photo_id", lambda at: at.photos),
    LocationDecision: _decided,
    Change: _changed,
}
"""How the rows of a noun are found; a noun without a rule reads as empty for whoever has not the whole city."""


class ScopedTransaction:
    """A transaction that reads somebody's rows; see `gridmap.store.Transaction`."""

    def __init__(self, inner: Reading, rights: Rights, day: dt.date) -> None:
        self._inner = inner
        self._rights = rights
        self._day = day
        self._extents: dict[Bounds, Extent] = {}

    def extent(self, bounds: Bounds) -> Extent:
        """Return what some bounds reach."""
        if bounds not in self._extents:
            self._extents[bounds] = Extent(self._inner, bounds, self._day)
        return self._extents[bounds]

    def read(self, row: type[Row], *, box: Box | None = None, **where: Collection[object]) -> pd.DataFrame:
        """Return those of the rows asked for that the account may see."""
        bounds = self._rights.bounds(row)
        if bounds.nothing:
            return frames.empty(row)
        if row in OWN:
            found = self._inner.read(row, box=box, **where)
            return found[found["account_id"] == self._rights.account_id].reset_index(drop=True)
        if bounds.whole or row in FREE:
            return self._inner.read(row, box=box, **where)
        rule = RULES.get(row)
        if rule is None:
            return frames.empty(row)
        found = self._inner.read(row, box=box, **where)
        return found[rule(self.extent(bounds), found)].reset_index(drop=True)

    def insert(self, frame: pd.DataFrame, row: type[Row]) -> None:  # noqa: ARG002  refused whatever it is
        """Refuse: nothing is written through a scope."""
        self._refuse()

    def upsert(self, frame: pd.DataFrame, row: type[Row]) -> None:  # noqa: ARG002  refused whatever it is
        """Refuse: nothing is written through a scope."""
        self._refuse()

    def delete(self, row: type[Row], **where: Collection[object]) -> int:  # noqa: ARG002  refused whatever it is
        """Refuse: nothing is written through a scope."""
        return self._refuse()

    def revision(self) -> int:
        """Return the number of the last committed or current change."""
        return self._inner.revision()

    def advance(self, step: str) -> int:  # noqa: ARG002  refused whatever it is
        """Refuse: nothing is written through a scope."""
        return self._refuse()

    def _refuse(self) -> int:
        raise StoreError(say("scope.reads"))


class Scoped:
    """A store as an account may read it on a day; what is known of the whole city need not be read for it again."""

    def __init__(
        self, inner: Store, rights: Rights, day: dt.date, known: Callable[[], Known | None] = lambda: None
    ) -> None:
        self._inner = inner
        self._rights = rights
        self._day = day
        self._known = known

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[Transaction]:
        """Open a transaction that only reads; raise StoreError when it is to write."""
        if write:
            raise StoreError(say("scope.reads"))
        with self._inner.transaction() as inner:
            yield ScopedTransaction(Remembered(inner, self._known()), self._rights, self._day)

    def close(self) -> None:
        """Leave the store open: others read it too."""
