"""On what ground a household is kept: worked out by hand, row by row."""

import datetime as dt

import pandas as pd
import pytest

from gridmap import frames, lawful
from gridmap.tables import Household, Lawfulness

DAY = dt.date(2026, 11, 24)
CONSENT = {"legal_basis": "consent", "notice_on": dt.date(2026, 3, 1), "purpose": "包保联系"}
DUTY = {**CONSENT, "legal_basis": "statutory_duty"}


def households(*rows):
    return frames.conform(pd.DataFrame([{"household_id": f"h{at}", **row} for at, row in enumerate(rows)]), Household)


@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        (CONSENT, ""),
        (DUTY, ""),
        ({}, "basis"),
        ({"notice_on": DAY, "purpose": "包保联系"}, "basis"),
        ({**CONSENT, "notice_on": None}, "notice"),
        ({**CONSENT, "notice_on": DAY}, ""),
        ({**CONSENT, "notice_on": DAY + dt.timedelta(1)}, "notice"),
        ({**CONSENT, "purpose": "  "}, "purpose"),
        ({**CONSENT, "withdrawn_on": DAY}, "withdrawn"),
        ({**CONSENT, "withdrawn_on": DAY + dt.timedelta(1)}, ""),
        # told and asked anew after the withdrawal
        ({**CONSENT, "withdrawn_on": dt.date(2026, 2, 1)}, ""),
        ({**CONSENT, "withdrawn_on": dt.date(2026, 3, 1)}, "withdrawn"),
        # nobody can withdraw what was never asked for
        ({**DUTY, "withdrawn_on": DAY}, ""),
    ],
)
def test_what_a_household_lacks(row, lacks):
    rows = households(row)
    assert lawful.lacking(rows, DAY).tolist() == [lacks]
    assert lawful.lawful(rows, DAY).tolist() == [not lacks]


def test_no_household_lacks_nothing():
    assert lawful.lacking(frames.empty(Household), DAY).tolist() == []
    assert lawful.lawful(frames.empty(Household), DAY).tolist() == []


def test_a_ledger_without_grounds_leaves_those_on_record_and_a_withdrawal_always_stays():
    gone = {"withdrawn_on": dt.date(2026, 5, 1)}
    stored = households({**CONSENT, **gone}, DUTY, {**CONSENT, **gone}, {})
    brought = households({}, CONSENT, DUTY, {"purpose": "别的"}, {})
    found = lawful.kept(brought, stored)
    plain = found[list(lawful.COLUMNS)].astype(object).where(found[list(lawful.COLUMNS)].notna(), None)
    march, may = pd.Timestamp(2026, 3, 1), pd.Timestamp(2026, 5, 1)
    assert plain.to_numpy().tolist() == [
        ["consent", march, "包保联系", may],
        ["consent", march, "包保联系", None],
        ["statutory_duty", march, "包保联系", may],
        [None, None, None, None],  # a purpose without a basis says nothing of its own
        [None, None, None, None],  # nobody knew h4
    ]
    assert frames.check(found, Household).dtypes.equals(brought.dtypes)


def test_only_households_without_a_basis_get_the_ground_of_all():
    ground = Lawfulness(basis="statutory_duty", notice_on=dt.date(2026, 1, 2), purpose="关爱")
    rows = households({}, CONSENT)
    found = lawful.filled(rows, ground)
    assert found["legal_basis"].tolist() == ["statutory_duty", "consent"]
    assert found["notice_on"].tolist() == [pd.Timestamp(2026, 1, 2), pd.Timestamp(2026, 3, 1)]
    assert found["purpose"].tolist() == ["关爱", "包保联系"]
    assert lawful.filled(rows, None) is rows
