"""What is kept longer than its time goes, what is counted stays; every figure here is worked out by hand."""

import datetime as dt
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.sql import FILE
from geodata.workspace import Workspace
from gridmap import frames, retention, work
from gridmap.errors import ImportChanged
from gridmap.tables import (
    ROWS,
    Account,
    AuditEntry,
    AuditHead,
    Change,
    Ending,
    Household,
    HouseholdPlace,
    HouseholdStatus,
    Import,
    ImportChange,
    Inspection,
    LocationDecision,
    Member,
    MemberPlace,
    Pairing,
    Photo,
    RetentionRules,
    Revision,
    Session,
    Side,
)

sys.path.insert(0, str(Path(__file__).parents[1]))  # the hand-drawn town

from kept_town import content, keep
from town import household, member, pairing

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
LONG_AGO, LATELY = dt.datetime(2024, 11, 23, tzinfo=dt.UTC), dt.datetime(2024, 11, 25, tzinfo=dt.UTC)
OLD = dt.datetime(2023, 11, 1, tzinfo=dt.UTC)
RULES = RetentionRules()
CANARIES = [
    "虚离去",
    "虚退出",
    "13900009999",
    "110101194001011234",
    "锦绣里9栋909",
    "耳背,敲窗",
    "虚巡查",
    "说方言",
    "虚话",
]
LOG = (AuditEntry, AuditHead)


@pytest.fixture(params=["sqlite", "postgis"])
def workspace(request, tmp_path):
    return Workspace(tmp_path, request.getfixturevalue("postgis_url") if request.param == "postgis" else None)


@pytest.fixture
def store(workspace):
    opened = workspace.open(create=True)
    refill(opened)
    yield opened
    opened.close()


def refill(store):
    told = {"phone": "13900009999", "id_no": "110101194001011234", "address": "锦绣里9栋909"}
    away = {**told, "name": "虚离去", "birth": dt.date(1940, 1, 1), "needs": ("说方言",), "dialect": "虚话",
            "status": "deceased", "categories": ("living_alone",), "care_level": "red"}  # fmt: skip
    out = {**told, "name": "虚退出", "status": "ended", "skills": ("虚话",)}
    over = {"valid_from": dt.date(2024, 1, 1), "valid_to": dt.date(2024, 11, 22), "reason": "说方言"}
    keep(
        store,
        [household("H1", "B1", name="张虚一", address="锦绣里1栋"), household("H2", "B2", **away),
         household("H3", "B4", name="李虚三", status="moved")],
        [member("M1", "B1", name="赵虚甲"), member("M2", "B2", **out)],
        [pairing("H1", "M1", distance_m=0.0), pairing("H2", "M1", distance_m=9.0, **over)],
    )  # fmt: skip
    add(store, Revision, [{"revision": 2, "step": "a", "made_at": LONG_AGO},
                          {"revision": 3, "step": "b", "made_at": LATELY}])  # fmt: skip
    ended = {"noun": "household", "kind": "ended", "fields": ("status",)}
    add(store, Change, [{**ended, "revision": 2, "row_id": "H2"}, {**ended, "revision": 3, "row_id": "H3"},
                        {**ended, "revision": 2, "row_id": "M2", "noun": "member"}])  # fmt: skip
    refill_field(store)
    decision = {"side": "household", "person_id": "H2", "written": "锦绣里9栋909", "target": "building:B2",
                "made_at": LONG_AGO, "made_by": "test"}  # fmt: skip
    named = {"kind": "alias", "alias": "老锦绣里", "alias_of": "compound:P1"}
    add(store, LocationDecision, [{**decision, "decision_id": "D1", "kind": "accept"},
                                  {**decision, "decision_id": "D2", **named}])  # fmt: skip
    add(store, Account, [{"account_id": "t", "password_hash": "x", "made_at": LONG_AGO, "password_at": LONG_AGO}])
    add(store, Session, [{"session_id": "s", "account_id": "t", "made_at": LONG_AGO, "seen_at": LONG_AGO}])


def refill_field(store):
    seen = {"hazard_id": "Z1", "state": "stable", "observed_at": LONG_AGO}
    old = {**seen, "received_at": OLD, "made_by": "虚巡查", "note": "耳背,敲窗", "photos": ("a" * 64, "b" * 64)}
    add(store, Inspection, [{**old, "inspection_id": "I1"},
                            {**seen, "inspection_id": "I2", "received_at": NOW, "made_by": "虚新"}])  # fmt: skip
    photo = {"mime": "image/jpeg", "size_bytes": 1, "width_px": 1, "height_px": 1}
    add(store, Photo, [{**photo, "photo_id": "a" * 64, "received_at": OLD},
                       {**photo, "photo_id": "b" * 64, "received_at": NOW}])  # fmt: skip


def add(store, noun, rows):
    with store.transaction(write=True) as transaction:
        transaction.insert(frames.conform(pd.DataFrame(rows), noun), noun)


def retain(store, *, apply=True, now=NOW, rules=RULES):
    found = work.retain(store, rules, audit_days=183, now=now, apply=apply)
    counts = Counter()
    for one in found:
        counts[one.rule.removeprefix("keep_").removesuffix("_days"), one.noun] += one.count
    return counts


DUE = {
    ("household", "household"): 1, ("household", "household_place"): 1,
    ("household", "pairing"): 1, ("household", "location_decision"): 2,
    ("member", "member"): 1, ("member", "member_place"): 1,
    ("photo", "photo"): 1, ("photo", "inspection"): 1, ("inspection", "inspection"): 1, ("session", "session"): 1,
}  # fmt: skip


def counted(store):
    with store.transaction() as transaction:
        people, places = transaction.read(Household), transaction.read(HouseholdPlace)
        members, whose = transaction.read(Member), transaction.read(MemberPlace)
        pairings = transaction.read(Pairing).drop(columns="reason")
        seen = transaction.read(Inspection)[["inspection_id", "hazard_id", "state", "received_at"]]
    joined = people.merge(places, on="household_id")
    return (
        joined.groupby(["community_id", "status", "care_level", "categories"]).size().to_dict(),
        members.merge(whose, on="member_id").groupby(["community_id", "status", "kind", "roles"]).size().to_dict(),
        pairings.to_json(date_format="iso"),
        seen.to_json(date_format="iso"),
        {level: frame.to_json(date_format="iso") for level, frame in work.measure(store).areas.items()},
    )


def test_whoever_left_long_ago_is_nobody_and_every_count_stays(store, workspace):
    before = counted(store)
    found = retain(store)
    assert found == DUE
    assert counted(store) == before
    text = everything(store)
    assert [word for word in CANARIES if word in text] == []
    assert all(word in text for word in ("张虚一", "李虚三", "赵虚甲", "虚新", "老锦绣里"))
    with store.transaction() as transaction:
        place = transaction.read(HouseholdPlace, household_id=["H2"]).iloc[0]
        photos = transaction.read(Inspection, inspection_id=["I1"])["photos"].iloc[0]
    assert (place["community_id"], place["accuracy"], place["geometry"]) == ("C1", "community", None)
    assert pd.isna(place["building_id"])
    assert photos == ("b" * 64,)
    assert work.verify_audit(store).faults == ()


def everything(store):
    with store.transaction() as transaction:
        frames_ = [transaction.read(row) for row in ROWS]
    return "\n".join(frame.to_csv() for frame in map(pd.DataFrame, frames_))


def test_a_dry_run_says_the_same_and_writes_nothing(store):
    before = content(store, without=LOG)
    said = retain(store, apply=False)
    after = content(store, without=LOG)
    assert all(pd.DataFrame(frame).equals(pd.DataFrame(after[row])) for row, frame in before.items())
    assert said == retain(store)


def test_the_second_run_changes_nothing(store):
    retain(store)
    before = content(store, without=LOG)
    assert retain(store) == {}
    after = content(store, without=LOG)
    assert all(pd.DataFrame(frame).equals(pd.DataFrame(after[row])) for row, frame in before.items())


def test_whoever_is_located_again_is_found_in_the_community_only(store):
    retain(store)
    work.locate(store)
    with store.transaction() as transaction:
        places = transaction.read(HouseholdPlace).set_index("household_id")
    assert places.loc["H2", "community_id"] == "C1"
    assert places.loc["H2", ["building_id", "grid_id"]].isna().all()
    assert places.loc["H1", "building_id"] == "B1"


def test_nothing_that_went_is_left_in_the_file(tmp_path):
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    refill(store)
    query = "SELECT name, phone, id_no, birth, address, needs FROM household WHERE household_id = 'H2'"
    sealed = cells(tmp_path / FILE, query)
    assert all(cell.encode() in raw(tmp_path) for cell in sealed)
    retain(store)
    store.close()
    workspace.compact()
    left = raw(tmp_path)
    assert not any(cell.encode() in left for cell in sealed)
    assert not any(word.encode() in left for word in CANARIES)
    assert cells(tmp_path / FILE, query)[:5] == [None] * 5


def cells(path, query):
    with sqlite3.connect(path) as connection:
        return list(connection.execute(query).fetchone())


def raw(folder):
    return b"".join(path.read_bytes() for path in folder.glob(f"{FILE}*"))


def test_without_a_known_end_the_time_begins_when_it_is_first_seen_and_ends_with_a_return(tmp_path):
    store = Workspace(tmp_path).open(create=True)
    keep(store, [household("H1", "B1", name="虚离去", status="moved")], [member("M1", "B1")])
    rules, day = RetentionRules(keep_household_days=10), dt.timedelta(days=1)
    assert retain(store, rules=rules) == {}
    assert retain(store, rules=rules, now=NOW + 10 * day) == {}
    assert retain(store, rules=rules, now=NOW + 11 * day, apply=False)["household", "household"] == 1
    with store.transaction(write=True) as transaction:
        back = transaction.read(Household).assign(status="present")
        transaction.upsert(back, Household)
    assert retain(store, rules=rules, now=NOW + 11 * day) == {}
    with store.transaction(write=True) as transaction:
        transaction.upsert(back.assign(status="moved"), Household)
    assert retain(store, rules=rules, now=NOW + 12 * day) == {}  # it begins anew
    assert retain(store, rules=rules, now=NOW + 23 * day)["household", "household"] == 1
    store.close()


def test_what_an_import_kept_goes_and_undoing_it_is_refused(tmp_path):
    store = Workspace(tmp_path).open(create=True)
    refill(store)
    applied = {"file": "f.xlsx", "sha256": "0" * 64, "kind": "households", "made_at": LONG_AGO, "made_by": "test",
               "status": "applied", "report": '{"counts": {"changed": 1}}'}  # fmt: skip
    add(store, Import, [{**applied, "import_id": "I1", "closed_at": LONG_AGO},
                        {**applied, "import_id": "I2", "closed_at": NOW}])  # fmt: skip
    kept = {"number": 1, "noun": "household", "row_key": "H2", "before": '{"name": "虚离去"}'}
    add(store, ImportChange, [{**kept, "import_id": "I1"}, {**kept, "import_id": "I2"}])
    assert retain(store)["import", "import_change"] == 1
    with pytest.raises(ImportChanged, match="cannot be undone"):
        work.take_back(store, "I1", actor="test")
    with store.transaction() as transaction:
        assert transaction.read(ImportChange)["import_id"].tolist() == ["I2"]
    store.close()


DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2026, 11, 24))


@given(st.lists(st.tuples(st.sampled_from(HouseholdStatus), st.none() | DAYS), max_size=6), st.integers(1, 2000))
def test_only_who_left_and_was_kept_for_the_whole_time_is_due(people, days):
    today = dt.date(2026, 11, 24)
    rows = frames.conform(pd.DataFrame(
        [{"household_id": f"H{at}", "status": str(status)} for at, (status, _) in enumerate(people)],
        columns=["household_id", "status"]), Household)  # fmt: skip
    told = {f"H{at}": pd.Timestamp(day) for at, (_, day) in enumerate(people) if day}
    lines = retention.endings(rows, Side.HOUSEHOLD, frames.empty(Ending), told, today)
    due = set(lines.loc[retention.due(lines, "ended_on", days, today), "person_id"])
    assert due == {
        f"H{at}" for at, (status, day) in enumerate(people)
        if status in ("moved", "deceased") and day is not None and (today - day).days > days
    }  # fmt: skip


def test_a_merged_row_goes_with_the_one_that_stands_for_it():
    rows = frames.conform(pd.DataFrame([
        {"household_id": "H1", "status": "present"}, {"household_id": "H2", "status": "deceased", "merged_into": "H1"},
        {"household_id": "H3", "status": "moved"}, {"household_id": "H4", "status": "present", "merged_into": "H3"},
        {"household_id": "H5", "status": "moved", "merged_into": "gone"},
    ]), Household)  # fmt: skip
    assert rows.loc[retention.left(rows, Side.HOUSEHOLD), "household_id"].tolist() == ["H3", "H4", "H5"]
