"""应急状态: ask for it, confirm it as somebody else, open the names and doors, end it, review it.

It ends by itself. Who helps in an area is decided in gridmap.scope; here is what they then see, and what that leaves
in the audit log.
"""

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd

from gridmap import duty, frames
from gridmap.audit import Act, note
from gridmap.errors import EmergencyMissing, EmergencyRefused
from gridmap.phrases import say
from gridmap.roles import Bounds
from gridmap.scope import Extent
from gridmap.store import Store, Transaction
from gridmap.tables import AREA_ROWS, AuditAction, Emergency, EmergencyState, Household, Level
from gridmap.work.grants import local_day
from gridmap.work.keeping import put, rows_of
from gridmap.work.revealing import Clear, in_clear, stated

WAITS = dt.timedelta(hours=24)
"""So long a request waits for the second person."""

LEVELS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)
OPEN = (EmergencyState.ASKED, EmergencyState.ACTIVE, EmergencyState.OVER)
"""The states in which it waits for somebody."""

SHOWN = ["household_id", "name", "address"]
"""What is opened: names and doors, no illness and no number."""


def now() -> dt.datetime:
    """Return the moment by which emergencies begin and end: the clock's, also where an invented city stands still."""
    return dt.datetime.now(dt.UTC)


def state(one: Emergency, moment: dt.datetime) -> EmergencyState:
    """Return how far an emergency is at a moment."""
    if one.reviewed_at is not None:
        return EmergencyState.REVIEWED
    if one.until_at is None:
        return EmergencyState.LAPSED if one.ended_at or moment >= one.asked_at + WAITS else EmergencyState.ASKED
    return EmergencyState.OVER if one.ended_at or moment >= one.until_at else EmergencyState.ACTIVE


def emergencies(seen: Store) -> list[Emergency]:
    """Return the emergencies that concern whoever reads, the newest first."""
    with seen.transaction() as transaction:
        return rows_of(transaction.read(Emergency), Emergency)[::-1]


def emergency(seen: Store, name: str) -> Emergency:
    """Return an emergency that concerns whoever reads; raise EmergencyMissing when there is none."""
    with seen.transaction() as transaction:
        return _found(transaction, name)


def _found(transaction: Transaction, name: str) -> Emergency:
    rows = rows_of(transaction.read(Emergency, emergency_id=[name]), Emergency)
    if not rows:
        raise EmergencyMissing(say("emergency.missing", name=name))
    return rows[0]


def ask_emergency(store: Store, area_id: str, *, reason: str, hours: int, actor: str) -> Emergency:
    """Ask for an emergency in an area; nothing is opened until somebody else confirms it.

    Raises:
        InputError: no reason is given.
        EmergencyRefused: there is no such district, street, community or grid.
    """
    why = stated(reason)
    with store.transaction(write=True) as transaction:
        level = next((one for one in LEVELS if _is_area(transaction, one, area_id)), None)
        if level is None:
            raise EmergencyRefused(say("emergency.no_area", area=area_id))
        facts = {"level": level, "area_id": area_id, "reason": why, "hours": hours, "asked_by": actor[:80]}
        name = f"E{len(transaction.read(Emergency)) + 1:04d}"
        made = put(transaction, Emergency.model_validate({"emergency_id": name, "asked_at": now(), **facts}))
        transaction.advance(f"emergency {name}")
    return made


def _is_area(transaction: Transaction, level: Level, area_id: str) -> bool:
    return len(transaction.read(AREA_ROWS[level], box=None, **{f"{level}_id": [area_id]})) > 0


def _step(
    store: Store, name: str, allowed: EmergencyState, change: Callable[[Emergency, dt.datetime], Mapping[str, object]]
) -> Emergency:
    """Take an emergency from one state into the next."""
    moment = now()
    with store.transaction(write=True) as transaction:
        found = _found(transaction, name)
        if state(found, moment) is not allowed:
            raise EmergencyRefused(say(f"emergency.not_{allowed}", name=name))
        made = put(transaction, found.model_copy(update=dict(change(found, moment))))
        transaction.advance(f"emergency {name}")
    return made


def confirm_emergency(store: Store, name: str, *, actor: str) -> Emergency:
    """Open names and doors from now on, as the second person.

    Raises:
        EmergencyMissing: there is no such emergency.
        EmergencyRefused: nobody asks for it any more, or whoever confirms has asked.
    """

    def change(found: Emergency, moment: dt.datetime) -> Mapping[str, object]:
        if found.asked_by == actor[:80]:
            raise EmergencyRefused(say("emergency.same_person", name=name))
        until = moment + dt.timedelta(hours=found.hours)
        return {"confirmed_by": actor[:80], "confirmed_at": moment, "until_at": until}

    return _step(store, name, EmergencyState.ASKED, change)


def end_emergency(store: Store, name: str, *, actor: str) -> Emergency:
    """End an emergency before its time."""
    return _step(
        store, name, EmergencyState.ACTIVE, lambda _, moment: {"ended_by": actor[:80], "ended_at": moment}
    )  # fmt: skip


def review_emergency(store: Store, name: str, text: str, *, actor: str) -> Emergency:
    """Close an emergency that is over with what its review found."""
    said = stated(text)
    facts = {"reviewed_by": actor[:80], "review": said}
    return _step(store, name, EmergencyState.OVER, lambda _, moment: {**facts, "reviewed_at": moment})


def open_emergency(store: Store, seen: Store, name: str) -> list[Clear]:
    """Return the names and doors of an area while its emergency lasts; each look is a line of the audit log.

    `seen` shows the emergencies in which whoever asks helps.

    Raises:
        EmergencyMissing: there is none of that name in which they help.
        EmergencyRefused: it is not confirmed yet, or over.
    """
    found = emergency(seen, name)
    if state(found, now()) is not EmergencyState.ACTIVE:
        raise EmergencyRefused(say("emergency.not_active", name=name))
    with store.transaction(write=True) as transaction:
        rows = _households(transaction, found)
        told = {"area": found.area_id, "columns": SHOWN[1:]}
        note(transaction, Act(AuditAction.UNMASK, Emergency.table, name, len(rows), told, found.reason, unmasked=True))
    return in_clear(rows, SHOWN)


def _households(transaction: Transaction, found: Emergency) -> pd.DataFrame:
    ids = Extent(transaction, Bounds(areas=frozenset({(found.level, found.area_id)})), local_day()).households
    rows = transaction.read(Household, household_id=sorted(ids)) if ids else frames.empty(Household)
    return rows[duty.present(rows)].reset_index(drop=True)
