"""Bring in, bring in again, undo: on both engines, and for any ledger that hypothesis thinks of."""

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geodata.workspace import Workspace
from gridmap import changes, frames, work
from gridmap.errors import ImportChanged, ImportClosed, ImportMissing, InputError
from gridmap.merging import Brought
from gridmap.tables import (
    AuditEntry,
    AuditHead,
    Building,
    Change,
    Grid,
    HeaderMap,
    Household,
    HouseholdPlace,
    Import,
    ImportChange,
    ImportKind,
    Job,
    Member,
    MergeKind,
    Pairing,
    Revision,
    Side,
)
from gridmap.work import merges
from gridmap.work.importing import Habit
from gridmap.work.merges import Judgement
from gridmap.work.reading import people_of

sys.path.insert(0, str(Path(__file__).parents[1]))  # the hand-drawn town

from kept_town import content, keep
from town import household, member, pairing

BOOKKEEPING = (Import, ImportChange, HeaderMap, Revision, Change, AuditEntry, AuditHead, Job)


@pytest.fixture(params=["sqlite", "postgis"])
def store(request, tmp_path):
    url = request.getfixturevalue("postgis_url") if request.param == "postgis" else None
    opened = Workspace(tmp_path, url).open(create=True)
    refill(opened)
    yield opened
    opened.close()


def refill(store):
    keep(
        store,
        [household("H1", "B1", name="张虚一", phone="13800000001", address="锦绣里1栋"),
         household("H4", "B4", name="李虚二", phone="13800000002")],
        [member("M1", "B1")],
        [pairing("H1", "M1", distance_m=0.0), pairing("H4", "M1", distance_m=400.0)],
    )  # fmt: skip


def drafted(store, kind="households", scope="add", level=None):
    facts = {"file": "f.xlsx", "sha256": "0" * 64, "kind": kind, "scope": scope, "level": level}
    return work.draft(store, facts, actor="test").import_id


def brought(rows, noun=Household, **facts):
    frame = pd.DataFrame(list(rows), dtype=object)
    numbers = np.arange(2, len(frame) + 2)
    return Brought(noun, frame, np.full(len(frame), "f.xlsx", dtype=object), numbers, len(frame), **facts)


def bring(store, rows, noun=Household, kind="households", scope="add", level=None, **facts):
    name = drafted(store, kind, scope, level)
    return name, work.bring_in(store, name, brought(rows, noun, **facts), actor="test")[1]


def assert_same(one, other):
    assert one.keys() == other.keys()
    for row, frame in one.items():
        assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(other[row]), obj=row.table)


NEW = {"name": "王虚三", "phone": "13800000003", "address": "锦绣里2栋", "stated_community": "C1"}
CHANGED = {"name": "张虚一", "phone": "13800000001", "address": "锦绣里2栋"}


def test_new_rows_are_located_and_changed_ones_move(store):
    name, outcome = bring(store, [NEW, CHANGED])
    assert {key: outcome.counts[key] for key in ("added", "changed", "unchanged", "removed", "refused")} == {
        "added": 1, "changed": 1, "unchanged": 0, "removed": 0, "refused": 0}  # fmt: skip
    assert outcome.changed == {"address": 1}
    with store.transaction() as transaction:
        places = transaction.read(HouseholdPlace).set_index("household_id")["building_id"]
    assert places[[f"{name}-2", "H1", "H4"]].tolist() == ["B2", "B2", "B4"]


def test_preview_says_what_bring_in_does_and_writes_nothing(store):
    before = content(store, without=BOOKKEEPING)
    name = drafted(store)
    seen = work.preview(store, name, brought([NEW, CHANGED]))
    assert_same(content(store, without=BOOKKEEPING), before)
    done = work.bring_in(store, name, brought([NEW, CHANGED]), actor="test")[1]
    assert (seen.counts, seen.changed) == (done.counts, done.changed)


def test_the_whole_of_a_community_removes_its_own_only_and_comes_back_with_its_pairings(store):
    before = content(store, without=BOOKKEEPING)
    name, outcome = bring(store, [NEW], scope="community:C1")
    assert outcome.counts["removed"] == 1
    with store.transaction() as transaction:
        assert transaction.read(Household)["household_id"].tolist() == ["H4", f"{name}-2"]
        assert transaction.read(Pairing)["household_id"].tolist() == ["H4"]
    work.take_back(store, name, actor="test")
    assert_same(content(store, without=BOOKKEEPING), before)
    with store.transaction() as transaction:
        assert transaction.read(ImportChange).empty


def test_a_scope_that_is_none_is_refused(store):
    with pytest.raises(InputError, match="scope"):
        bring(store, [NEW], scope="community:C9")


def test_undo_is_refused_when_a_row_has_changed_since(store):
    name, _ = bring(store, [NEW])
    bring(store, [{**NEW, "address": "锦绣里1栋"}])
    before = content(store, without=())
    with pytest.raises(ImportChanged, match="have changed since"):
        work.take_back(store, name, actor="test")
    assert_same(content(store, without=()), before)


def test_undo_is_refused_when_somebody_was_paired_with_a_new_household(store):
    name, _ = bring(store, [NEW])
    tie = {"pairing_id": "p", "household_id": f"{name}-2", "member_id": "M1", "role": "registered",
           "valid_from": dt.date(2026, 1, 1)}  # fmt: skip
    with store.transaction(write=True) as transaction:
        transaction.insert(frames.conform(pd.DataFrame([tie]), Pairing), Pairing)
    with pytest.raises(ImportChanged, match="pairing were made since"):
        work.take_back(store, name, actor="test")


def test_what_is_closed_stays_closed_and_asking_twice_does_nothing_twice(store):
    name, first = bring(store, [NEW])
    again = work.bring_in(store, name, brought([NEW]), actor="test")[1]
    assert again.counts == first.counts
    with store.transaction() as transaction:
        assert len(transaction.read(Household)) == 3
    work.take_back(store, name, actor="test")
    with pytest.raises(ImportClosed):
        work.take_back(store, name, actor="test")
    with pytest.raises(ImportClosed):
        work.bring_in(store, name, brought([NEW]), actor="test")
    with pytest.raises(ImportMissing):
        work.take_back(store, "I0999", actor="test")


def test_new_outlines_get_their_parents_and_people_are_located_again(store):
    with store.transaction() as transaction:
        shape = transaction.read(Building, building_id=["B5"])["geometry"].iloc[0]
    row = {"building_id": "B9", "number": "9栋", "geometry": shape}
    before = content(store, without=BOOKKEEPING)
    name, outcome = bring(store, [row], Building, "polygons", level="building")
    assert outcome.counts["added"] == 1
    with store.transaction() as transaction:
        # every grid of the town has the same outline: the first in order holds the point
        assert transaction.read(Building, building_id=["B9"])["grid_id"].tolist() == ["G1"]
    work.take_back(store, name, actor="test")
    assert_same(content(store, without=BOOKKEEPING), before)


def test_a_roll_of_grid_workers_names_them(store):
    bring(store, [{"name": "G2", "worker_name": "钱虚五"}], Grid, "grid_workers", only_known=True)
    with store.transaction() as transaction:
        grids = transaction.read(Grid).set_index("grid_id")["worker_name"]
    assert grids["G2"] == "钱虚五"


def test_a_confirmed_mapping_is_remembered_for_its_sender(store):
    facts = {"file": "f.xlsx", "sha256": "0" * 64, "kind": "households", "sender": "箭影社区",
             "columns": '{"姓 名": "name"}', "guess": '{"headers": ["姓 名", "住址"]}'}  # fmt: skip
    name = work.draft(store, facts, actor="test").import_id
    work.bring_in(store, name, brought([NEW]), actor="test")
    assert work.remembered(store, "箭影社区", ["住址", "姓 名"]) == Habit(
        ImportKind.HOUSEHOLDS, {"姓 名": "name"}, None
    )
    assert work.remembered(store, "别的社区", ["住址", "姓 名"]) is None


NAMES = st.sampled_from(["张虚一", "李虚二", "王虚三", "赵虚四", None])
PHONES = st.sampled_from(["13800000001", "13800000002", "13800000003", None])
LEDGERS = st.lists(
    st.fixed_dictionaries(
        {
            "household_id": st.sampled_from(["H1", "H4", "H7", None]),
            "name": NAMES,
            "phone": PHONES,
            "id_no": st.sampled_from(["A1", "A2", None, None]),
            "address": st.sampled_from(["锦绣里1栋", "锦绣里2栋", "C2", None]),
            "care_level": st.sampled_from(["red", "yellow", None]),
            "categories": st.sampled_from([(), ("living_alone",), ("low_income_allowance", "empty_nest")]),
        }
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(ledger=LEDGERS, scope=st.sampled_from(["add", "all", "community:C1"]))
def test_any_ledger_comes_in_once_and_goes_out_without_a_trace(tmp_path_factory, ledger, scope):
    store = Workspace(tmp_path_factory.mktemp("any")).open(create=True)
    refill(store)
    before = content(store, without=BOOKKEEPING)
    first, told = bring(store, ledger, scope=scope)
    once = content(store, without=BOOKKEEPING)
    assert sum(told.counts[name] for name in ("added", "changed", "unchanged", "refused", "joined")) == len(ledger)
    second, again = bring(store, ledger, scope=scope)
    assert_same(content(store, without=BOOKKEEPING), once)
    assert {name: again.counts[name] for name in ("added", "changed", "removed")} == {
        "added": 0, "changed": 0, "removed": 0}  # fmt: skip
    work.take_back(store, second, actor="test")
    assert_same(content(store, without=BOOKKEEPING), once)
    work.take_back(store, first, actor="test")
    assert_same(content(store, without=BOOKKEEPING), before)
    store.close()


def test_members_come_in_as_well(store):
    _, outcome = bring(store, [{"name": "孙虚六", "unit": "某局", "address": "锦绣里1栋"}], Member, "members")
    assert outcome.counts["added"] == 1
    assert outcome.located["building"] == 1


GROUND = {"legal_basis": "consent", "notice_on": dt.date(2026, 2, 3), "purpose": "关爱探访"}


def grounds(store):
    with store.transaction() as transaction:
        rows = transaction.read(Household)
    named = zip(rows["name"], rows["legal_basis"].astype(object).where(rows["legal_basis"].notna(), None), strict=True)
    return dict(named)


def test_households_without_a_basis_get_that_of_the_import_and_the_rest_keep_theirs(store):
    before = content(store, without=BOOKKEEPING)
    stated = {**NEW, "name": "赵虚四", "phone": "13800000004", **GROUND, "legal_basis": "statutory_duty"}
    name, outcome = bring(store, [NEW, CHANGED, stated])
    assert grounds(store) == {"张虚一": "statutory_duty", "李虚二": "statutory_duty", "王虚三": None,
                              "赵虚四": "statutory_duty"}  # fmt: skip
    (said,) = [one for one in outcome.problems if one.code == "legal_basis.missing"]
    assert said.message.startswith("1 households")
    work.take_back(store, name, actor="test")

    again = drafted(store)
    work.settle(store, again, GROUND)
    outcome = work.bring_in(store, again, brought([NEW, CHANGED, stated]), actor="test")[1]
    assert grounds(store)["王虚三"] == "consent"
    assert grounds(store)["张虚一"] == grounds(store)["赵虚四"] == "statutory_duty"
    assert [one for one in outcome.problems if one.code == "legal_basis.missing"] == []
    work.take_back(store, again, actor="test")
    assert_same(content(store, without=BOOKKEEPING), before)


# --- rows that were merged before


def test_a_file_that_makes_a_merged_row_graver_makes_the_kept_one_graver_until_it_is_taken_back(store):
    rows = [household("h1", "B1", care_level="green"), household("h2", "B1", care_level="green")]
    keep(store, rows, [])
    merges.judge(store, Side.HOUSEHOLD, Judgement("h1", "h2", MergeKind.SAME), actor="甲")
    before = content(store, without=BOOKKEEPING)
    name, outcome = bring(store, [{"household_id": "h2", "care_level": "red"}])
    assert outcome.counts["changed"] == 2
    with store.transaction() as transaction:
        assert transaction.read(Household).set_index("household_id")["care_level"].to_dict() == {
            "h1": "red",
            "h2": "red",
        }
    work.take_back(store, name, actor="test")
    assert_same(content(store, without=BOOKKEEPING), before)


def test_what_a_file_says_of_a_kept_row_is_its_own_word(store):
    rows = [household("h1", "B1", care_level="yellow"), household("h2", "B1", care_level="red")]
    keep(store, rows, [])
    made = merges.judge(store, Side.HOUSEHOLD, Judgement("h1", "h2", MergeKind.SAME), actor="甲")
    bring(store, [{"household_id": "h1", "care_level": "green"}])
    for expected in ("red", "green"):
        with store.transaction() as transaction:
            levels = transaction.read(Household).set_index("household_id")["care_level"]
        assert levels["h1"] == expected
        if expected == "red":
            merges.undo(store, made.merge_id, actor="甲")


def test_the_morning_hears_of_an_import_what_a_comparison_of_the_whole_city_would_say(store):
    before = people(store)
    rows = [{"household_id": "H1", "address": "锦绣里4栋"}, {"household_id": "H4", "phone": "13800000009"},
            {"household_id": "H7", "name": "王虚三", "address": "锦绣里1栋"}]  # fmt: skip
    name, _ = bring(store, rows)
    revision = int(work.imported(store, name).closed_revision)
    with store.transaction() as transaction:
        told = transaction.read(Change, revision=[revision])
    whole = changes.between(before, people(store), day=dt.datetime.now(dt.UTC).date(), revision=revision)
    assert_frame_equal(told, whole.sort_values(["noun", "row_id"], ignore_index=True))
    assert set(told["row_id"]) == {"H1", "H4", "H7"}


def people(store):
    with store.transaction() as transaction:
        return people_of(transaction)
