"""Record on what ground a household is kept, and that consent was withdrawn; each is a line of the audit log."""

import datetime as dt
from collections.abc import Mapping

from gridmap.errors import DecisionRefused, PersonMissing
from gridmap.phrases import say
from gridmap.store import Store
from gridmap.tables import Household, Lawfulness, LegalBasis
from gridmap.work.keeping import put, rows_of


def record_ground(store: Store, seen: Store, household_id: str, ground: Lawfulness) -> Household:
    """Keep the ground of a household; a withdrawal of before is over with it.

    `seen` shows the households of which whoever asks may record it.

    Raises:
        PersonMissing: there is no such household among those.
    """
    facts = {"legal_basis": ground.basis, "notice_on": ground.notice_on, "purpose": ground.purpose}
    return _write(store, _found(seen, household_id), {**facts, "withdrawn_on": None}, f"ground {household_id}")


def withdraw_consent(store: Store, seen: Store, household_id: str, on: dt.date) -> Household:
    """Keep from which day on a household consents no more; from then on no member is shown it.

    Raises:
        PersonMissing: there is no such household.
        DecisionRefused: it is not kept on consent.
    """
    found = _found(seen, household_id)
    if found.legal_basis is not LegalBasis.CONSENT:
        raise DecisionRefused(say("legal_basis.no_consent", household=household_id))
    return _write(store, found, {"withdrawn_on": on}, f"withdrawal {household_id}")


def _found(seen: Store, household_id: str) -> Household:
    with seen.transaction() as transaction:
        rows = rows_of(transaction.read(Household, household_id=[household_id]), Household)
    if not rows:
        raise PersonMissing(say("person.household", name=household_id))
    return rows[0]


def _write(store: Store, found: Household, facts: Mapping[str, object], step: str) -> Household:
    with store.transaction(write=True) as transaction:
        now = rows_of(transaction.read(Household, household_id=[found.household_id]), Household)
        kept = put(transaction, (now[0] if now else found).model_copy(update=dict(facts)))
        transaction.advance(step)
    return kept
