"""Show the telephone numbers of the people to call for one household, and log who asked and why."""

from dataclasses import asdict
from typing import Any

from gridmap import calls
from gridmap.audit import Act, note
from gridmap.errors import InputError, Problem
from gridmap.phrases import say
from gridmap.store import Store
from gridmap.tables import AuditAction, Grid
from gridmap.work.reading import Picture

MOST_REASON = 200


def _refused(field: str, code: str, **values: object) -> InputError:
    return InputError([Problem("request", None, field, code, say(code, **values))])


def reveal_calls(
    store: Store, taken: Picture, hazard_id: str, household_id: str, *, reason: str
) -> list[dict[str, Any]]:
    """Return the people to call for an exposed household in order, in clear; every call is a line of the audit log.

    Raises:
        StoreError: the store keeps no audit log.
        InputError: no reason is given, or the household is not in a danger zone of the site.
    """
    why = reason.strip()
    if not 1 <= len(why) <= MOST_REASON:
        raise _refused("reason", "reason.missing", most=MOST_REASON)
    exposed = taken.exposure
    row = exposed[(exposed["hazard_id"] == hazard_id) & (exposed["household_id"] == household_id)]
    if row.empty:
        raise _refused("household_id", "household.unknown")
    (listed,) = calls.call_lists(row, taken.people, taken.frames[Grid], taken.day)
    told = [asdict(call) for call in listed.calls]
    act = Act(
        AuditAction.UNMASK, "calls", household_id, len(told), {"hazard_id": hazard_id}, purpose=why, unmasked=True
    )
    with store.transaction(write=True) as transaction:
        note(transaction, act)
    return told
