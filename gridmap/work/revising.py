"""Go on to the next revision, and keep what it changed for the morning page."""

import datetime as dt

from gridmap import changes, duty
from gridmap.store import Transaction
from gridmap.tables import Change
from gridmap.work.reading import people_of


def advance(transaction: Transaction, step: str, before: duty.People, day: dt.date) -> tuple[int, duty.People]:
    """Record a change under the next revision number; return it and the people as they are now."""
    after = people_of(transaction)
    revision = transaction.advance(step)
    transaction.insert(changes.between(before, after, day=day, revision=revision), Change)
    return revision, after
