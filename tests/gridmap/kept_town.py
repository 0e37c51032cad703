"""The hand-drawn town in a store."""

import pandas as pd
from town import DAY, METRIC_CRS, areas, household, member, pairing, people

from gridmap import frames
from gridmap.proposals import Base
from gridmap.tables import (
    AREA_ROWS,
    ROWS,
    AuditEntry,
    AuditHead,
    CityFacts,
    DataKey,
    Household,
    HouseholdPlace,
    Member,
    MemberPlace,
    Pairing,
    PairingRules,
    Setting,
)
from gridmap.work import emptiness

HOMES = ["B1", "B2", "B3", "B4"]
RULES = PairingRules(radius_m=1000, change_penalty_m=10)


def keep(store, households, members, pairings=(), *, rules=RULES):
    """Replace all that a store holds by the town with these people."""
    found = people(households, members, pairings)
    city = CityFacts(name="小镇", invented=True, metric_crs=METRIC_CRS, day=DAY, rules=rules)
    setting = pd.DataFrame({"name": ["city"], "value": [city.model_dump_json()]})
    with store.transaction(write=True) as transaction:
        for row in reversed(ROWS):
            if row not in (AuditEntry, AuditHead, DataKey):  # the log only grows; the key opens the rows that go
                transaction.delete(row)
        for level, frame in areas().items():
            transaction.insert(frame, AREA_ROWS[level])
        for row, frame in (
            (Household, found.households), (HouseholdPlace, found.household_places), (Member, found.members),
            (MemberPlace, found.member_places), (Pairing, found.pairings),
            (Setting, frames.conform(setting, Setting)),
        ):  # fmt: skip
            transaction.insert(frame, row)
        base = Base(areas={}, people=found, paths=None, rules=rules, metric_crs=METRIC_CRS, day=DAY, revision=0)
        emptiness.refresh(transaction, base)
        transaction.advance("build")


def four(store, **facts):
    """H1-M1, H2-M2, H3-M3 in their buildings; H4 has nobody, M4 beside it is free; the members have these facts."""
    keep(
        store,
        [household(f"H{n}", home) for n, home in enumerate(HOMES, 1)],
        [member(f"M{n}", home, **facts) for n, home in enumerate(HOMES, 1)],
        [pairing(f"H{n}", f"M{n}", distance_m=0.0) for n in (1, 2, 3)],
    )


def content(store, *, without):
    """Every table of a store but some, by noun."""
    with store.transaction() as transaction:
        return {row: transaction.read(row) for row in ROWS if row not in without}
