"""Go on to the next revision, and keep what it changed for the morning page."""

import datetime as dt

import pandas as pd

from gridmap import changes, duty, frames
from gridmap.schema import Row, keys
from gridmap.store import Transaction
from gridmap.tables import Change, Household, HouseholdPlace, Member, MemberPlace, Pairing
from gridmap.work.reading import people_of

_Frames = dict[type[Row], pd.DataFrame]
_SIDES: tuple[tuple[type[Row], type[Row]], ...] = ((Household, HouseholdPlace), (Member, MemberPlace))
_TOLD: tuple[type[Row], ...] = (Household, HouseholdPlace, Member, MemberPlace, Pairing)


class Turned:
    """The rows of people and pairings that a step has written, as they were before it and as they are now."""

    def __init__(self) -> None:
        self._was: _Frames = {row: frames.empty(row) for row in _TOLD}
        self._now: _Frames = dict(self._was)

    def see(self, row: type[Row], was: pd.DataFrame, now: pd.DataFrame) -> None:
        """Keep rows that were changed or removed (`was`), and rows that were added or changed (`now`)."""
        if row not in self._was:
            return
        key = keys(row)[0]
        before, after = self._was[row], self._now[row]
        # of a row that is written twice the first writing knows how it was before the step
        fresh = ~(frames.among(was[key], before[key]) | frames.among(was[key], after[key]))
        left = ~(frames.among(after[key], was[key]) | frames.among(after[key], now[key]))
        self._was[row] = _together(before, was[fresh])
        self._now[row] = _together(after[left], now)

    def people(self, transaction: Transaction) -> tuple[duty.People, duty.People]:
        """Return everybody concerned before and now, rows of theirs that nobody wrote included."""
        was, now = dict(self._was), dict(self._now)
        for rows in _SIDES:
            key = keys(rows[0])[0]
            written = [frame[key] for row in (*rows, Pairing) for frame in (self._was[row], self._now[row])]
            everybody = pd.concat(written).unique()
            for row in rows:
                rest = set(everybody).difference(self._was[row][key], self._now[row][key])
                if rest:
                    same = transaction.read(row, box=None, **{key: sorted(rest)})
                    was[row], now[row] = _together(same, was[row]), _together(same, now[row])
        return _people(was), _people(now)


def _people(found: _Frames) -> duty.People:
    return duty.People(
        households=found[Household],
        household_places=found[HouseholdPlace],
        members=found[Member],
        member_places=found[MemberPlace],
        pairings=found[Pairing],
    )


def _together(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    return (
        pd.concat([first, second], ignore_index=True) if len(first) and len(second) else first if len(first) else second
    )


def has_history(transaction: Transaction) -> bool:
    """Say whether there is anybody yet: a history begins with the first people."""
    return not all(transaction.read(row).empty for row in (Pairing, Member, Household))


def advance(transaction: Transaction, step: str, before: duty.People, day: dt.date) -> tuple[int, duty.People]:
    """Record a change under the next revision number; return it and the people as they are now."""
    after = people_of(transaction)
    revision = transaction.advance(step)
    transaction.insert(changes.between(before, after, day=day, revision=revision), Change)
    return revision, after


def advance_by(transaction: Transaction, step: str, turned: Turned, day: dt.date) -> int:
    """Record a change under the next revision number, of which every written row is known; return the number."""
    before, after = turned.people(transaction)
    revision = transaction.advance(step)
    transaction.insert(changes.of_rows(before, after, day=day, revision=revision), Change)
    return revision
