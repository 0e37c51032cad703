"""Show the telephone numbers of the people to call for one household, and log who asked and why."""

from dataclasses import asdict
from typing import Any

from gridmap import calls
from gridmap.audit import Act, note
from gridmap.errors import InputError, Problem
from gridmap.phrases import say
from gridmap.store import Store
from gridmap.tables import AuditAction, Grid, Household
from gridmap.work.reading import Picture
from gridmap.work.revealing import stated


def reveal_calls(
    store: Store, seen: Store, taken: Picture, hazard_id: str, household_id: str, *, reason: str
) -> list[dict[str, Any]]:
    """Return the people to call for an exposed household in order, in clear; every call is a line of the audit log.

    `seen` shows the households for which whoever asks may have somebody revealed.

    Raises:
        StoreError: the store keeps no audit log.
        InputError: no reason is given, or the household is not in a danger zone of the site.
    """
    why = stated(reason)
    with seen.transaction() as transaction:
        own = transaction.read(Household, household_id=[household_id])["household_id"]
    exposed = taken.exposure
    row = exposed[(exposed["hazard_id"] == hazard_id) & exposed["household_id"].isin(own)]
    if row.empty:
        raise InputError([Problem("request", None, "household_id", "household.unknown", say("household.unknown"))])
    (listed,) = calls.call_lists(row, taken.people, taken.frames[Grid], taken.day)
    told = [asdict(call) for call in listed.calls]
    act = Act(
        AuditAction.UNMASK, "calls", household_id, len(told), {"hazard_id": hazard_id}, purpose=why, unmasked=True
    )
    with store.transaction(write=True) as transaction:
        note(transaction, act)
    return told
