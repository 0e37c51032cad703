"""The town of tests/field_town.py with strangers in community C2, who must be seen by nobody of C1. All invented."""

import datetime as dt

import field_town
import pandas as pd
import town
from copying import copied

from gridmap import work
from gridmap.tables import (
    AccountRole,
    Community,
    DangerZone,
    DecisionKind,
    EmptyPlace,
    HazardSite,
    Household,
    HouseholdPlace,
    Inspection,
    Member,
    MemberPlace,
    Pairing,
    TokenScope,
)
from gridmap.work import jobs
from gridmap.work.review import Choice, Desk

STRANGERS = ("STRANGE-H", "STRANGE-M", "STRANGE-S", "STRANGE-Z", "STRANGE-I", "STRANGE-P", "STRANGE-HELD", "生僻坡")
"""What stands in no answer to somebody of C1: ids, and the name of a hazard site."""

PASSWORD = "Correct-horse-9"
C1 = work.Whose("C1")
ROLES = {
    "planner": (AccountRole.PLANNER, C1),
    "secretary": (AccountRole.FIRST_SECRETARY, C1),
    "manager": (AccountRole.GRID_MANAGER, work.Whose("G1")),
    "field": (AccountRole.FIELD_STAFF, C1),
    "member": (AccountRole.MEMBER, work.Whose(member_id="m1")),
    "viewer": (AccountRole.VIEWER, work.Whose()),
    "admin": (AccountRole.ADMINISTRATOR, work.Whose()),
    "auditor": (AccountRole.AUDIT_READER, work.Whose()),
    "nobody": None,
    "chief": (AccountRole.PLANNER, work.Whose()),
}
"""Account = what it is given. The chief has the whole city."""


def frames_of_strangers():
    inside = town.people(
        [town.household("STRANGE-H", "B5", care_level="red", name="生僻户"),
         town.household("STRANGE-HELD", "B5", name="生僻户二"),
         town.household("nowhere", None, stated_community="C1"),
         town.household("STRANGE-P", None, stated_community="C2")],
        [town.member("STRANGE-M", "B5", name="生僻员", capacity=1)],
        [town.pairing("STRANGE-HELD", "STRANGE-M", distance_m=0.0)],
    )  # fmt: skip
    return {
        Household: inside.households,
        Member: inside.members,
        HouseholdPlace: inside.household_places,
        MemberPlace: inside.member_places,
        Pairing: inside.pairings,
        HazardSite: field_town.rows_of(HazardSite, [
            {"hazard_id": "STRANGE-S", "name": "生僻坡", "kind": "landslide", "community_id": "C2",
             "geometry": town.point(500)}]),
        DangerZone: field_town.rows_of(DangerZone, [
            {"zone_id": "STRANGE-Z", "hazard_id": "STRANGE-S", "geometry": town.box(480, -20, 520, 20)}]),
        Inspection: field_town.rows_of(Inspection, [
            {"inspection_id": "STRANGE-I", "hazard_id": "STRANGE-S", "state": "danger", "made_by": "生僻人",
             "observed_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
             "received_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}]),
        EmptyPlace: field_town.rows_of(EmptyPlace, [
            {"empty_place_id": "STRANGE-H:1", "household_id": "STRANGE-H", "role": "any", "place": 1,
             "code": "all_full", "reachable": 1, "reason": "STRANGE-M 已满", "reason_en": "STRANGE-M is full",
             "remedy": "给 STRANGE-M 加一户", "remedy_en": "one more for STRANGE-M"}]),
    }  # fmt: skip


def fill(store):
    """Put the town, the strangers and an account for each role into a store that records."""
    field_town.fill(store)
    limits = {"C1": (-50, 300), "C2": (300, 550)}
    with store.transaction(write=True) as transaction:
        communities = transaction.read(Community)
        shapes = [town.box(limits[key][0], -50, limits[key][1], 50) for key in communities["community_id"]]
        transaction.upsert(communities.assign(geometry=shapes), Community)
        for row, frame in frames_of_strangers().items():
            transaction.insert(frame, row)
        transaction.advance("strangers")
    for name, given in ROLES.items():
        work.create_account(store, name, PASSWORD)
        if given:
            work.grant(store, name, *given, actor="test")
    work.propose(store, "C2", max_changes=2, actor="chief")  # P0001: STRANGE-H changes hands
    # the first account administers by itself; here every account has what ROLES says and no more
    first = work.grants_of(store)
    work.revoke_grant(store, first.loc[first["account_id"] == "planner", "grant_id"].iloc[0])


def filled(workspace):
    """Return the open store of a new workspace with the town in it; a file is a copy of one that was filled before."""
    if workspace.database_url is None:
        copied(fill, workspace.folder)
        return workspace.open()
    store = workspace.open(create=True)
    fill(store)
    return store


def tokens_of(store, names, scope=TokenScope.WRITE):
    """Make a token for each account."""
    return {name: work.create_token(store, name, scope=scope, days=1, purpose="test") for name in names}


def keep(workspace):
    """Keep the town, something of everything that has an id, and a token of each account; return the tokens."""
    store = filled(workspace)
    chief = store.acting("chief", None)
    Desk(chief).decide("household", "STRANGE-H", Choice(DecisionKind.NONE), actor="chief")
    work.draft(chief, {"file": "STRANGE-H.csv", "sha256": "0" * 64, "kind": "households"}, actor="chief")
    work.propose(store, "C1", max_changes=1, actor="planner")
    queue = workspace.open_jobs()
    jobs.enqueue(queue, "propose", {"area": "STRANGE-P"}, actor="chief")
    queue.close()
    tokens = tokens_of(store, ROLES)
    store.close()
    return tokens


def texts(frame):
    """Everything that stands in a frame, as one text."""
    return pd.DataFrame(frame).astype(str).to_csv()
