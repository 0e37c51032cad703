"""Who is on leave in the hand-drawn town, and whom that leaves with nobody."""

import datetime as dt

from town import DAY, household, member, pairing, people

from gridmap.absences import absences


def test_absences_by_hand():
    """M1 (until Friday) leaves H1 alone while H2 still has M4; M2 holds nobody; M3 is back; a unit is nobody."""
    town = people(
        [household("H1", "B1"), household("H2", "B2"), household("H9", "B2", status="moved")],
        [member("M1", "B1", leave_from=dt.date(2026, 11, 20), leave_to=dt.date(2026, 11, 27)),
         member("M2", "B2", status="leave"),
         member("M3", "B3", leave_from=dt.date(2026, 11, 1), leave_to=dt.date(2026, 11, 23)),
         member("M4", "B4"), member("U1", "B1", kind="unit", status="leave")],
        [pairing("H1", "M1"), pairing("H2", "M1"), pairing("H2", "M4", "building"), pairing("H9", "M1")],
    )  # fmt: skip
    found = absences(town, DAY)
    assert list(found["member_id"]) == ["M1", "M2"]
    assert list(found["household_ids"]) == [["H1", "H2"], []]
    assert list(found["alone_ids"]) == [["H1"], []]
    assert found["leave_to"].iloc[0].date() == dt.date(2026, 11, 27)
    assert found["leave_to"].isna().iloc[1]
    assert found["leave_from"].isna().iloc[1]
