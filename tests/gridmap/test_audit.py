"""The audit log: complete, sealed, and without a clear personal value."""

import datetime as dt
import json
import re

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kept_town import keep
from town import household, member, pairing

from geodata.sql import FILE
from geodata.workspace import Workspace
from gridmap import audit, frames, work
from gridmap.audit import Act
from gridmap.audit.chain import chained, read_head
from gridmap.errors import StoreError
from gridmap.sealing import Seal
from gridmap.tables import AuditAction, AuditEntry, AuditHead, Household

SEAL = Seal(lambda: b"k" * 32)
CLEAR = {"name": "欧阳小明", "phone": "13812345678", "id_no": "11010519491231002X", "address": "3栋2单元501室"}


@pytest.fixture(params=["sqlite", "postgis"])
def workspace(request, tmp_path):
    """A workspace with a household in it."""
    url = request.getfixturevalue("postgis_url") if request.param == "postgis" else None
    found = Workspace(tmp_path, url)
    store = found.open(create=True)
    people = frames.conform(pd.DataFrame([{"household_id": "h1", **CLEAR, "needs": ("四川话",)}]), Household)
    with store.transaction(write=True) as transaction:
        transaction.insert(people, Household)
    store.close()
    return found


@pytest.fixture
def store(workspace):
    opened = workspace.open()
    yield opened
    opened.close()


def lines(store):
    return work.audit_log(store).to_dict("records")


def change(store, **values):
    with store.transaction(write=True) as transaction:
        transaction.upsert(transaction.read(Household).assign(**values), Household)


def test_a_change_is_recorded_with_what_changed_and_who_did_it(store):
    change(store.acting("wang", "10.0.0.7"), care_level="red", phone="13900001111")
    line = lines(store)[-1]
    assert (line["actor"], line["source"], line["action"], line["noun"], line["subject"]) == (
        "wang", "10.0.0.7", "change", "household", "h1",
    )  # fmt: skip
    before, after = json.loads(line["before"]), json.loads(line["after"])
    assert set(before) == set(after) == {"care_level", "phone"}
    assert (before["care_level"], after["care_level"]) == ("green", "red")
    assert before["phone"] != after["phone"]


def test_equal_values_have_equal_marks(store):
    change(store, phone="13900001111")
    change(store, phone=CLEAR["phone"])
    there, back = (json.loads(line["after"])["phone"] for line in lines(store)[-2:])
    assert back == json.loads(lines(store)[0]["after"])["phone"] != there


def test_what_changes_nothing_leaves_no_line(store):
    count = len(lines(store))
    change(store, care_level="green")
    assert len(lines(store)) == count


def test_no_line_holds_a_clear_personal_value(store):
    change(store, name="司马大河", phone="0714-6543210", address="解放路9号")
    with store.transaction(write=True) as transaction:
        transaction.insert(frames.conform(pd.DataFrame([{"household_id": "110105194912310021"}]), Household), Household)
        audit.note(transaction, Act(AuditAction.UNMASK, "household", "13812345678", purpose="打 13812345678 核实"))
        transaction.delete(Household)
    said = work.audit_log(store).to_csv()
    for value in (*CLEAR.values(), "四川话", "司马大河", "6543210", "解放路", "110105194912310021"):
        assert value not in said
    assert "138****5678 核实" in said


def test_an_undone_transaction_leaves_no_line(store):
    count = len(lines(store))
    with pytest.raises(ZeroDivisionError), store.transaction(write=True) as transaction:
        transaction.delete(Household)
        raise ZeroDivisionError
    assert len(lines(store)) == count
    assert work.verify_audit(store).faults == ()


def test_many_rows_share_a_line(store):
    many = pd.DataFrame({"household_id": [f"n{i}" for i in range(500)]})
    with store.transaction(write=True) as transaction:
        transaction.insert(frames.conform(many, Household), Household)
    assert (lines(store)[-1]["action"], lines(store)[-1]["row_count"], lines(store)[-1]["subject"]) == (
        "add", 500, pytest.approx(float("nan"), nan_ok=True),
    )  # fmt: skip


def test_nothing_writes_to_the_log_but_the_recording(store):
    with store.transaction(write=True) as transaction:
        entries = transaction.read(AuditEntry)
        for act in (
            lambda: transaction.delete(AuditEntry),
            lambda: transaction.upsert(entries, AuditEntry),
            lambda: transaction.insert(entries, AuditEntry),
        ):
            with pytest.raises(StoreError, match="only grows"):
                act()


def test_an_export_is_recorded_with_filter_rows_and_purpose(tmp_path):
    found = Workspace(tmp_path).open(create=True)
    keep(found, [household("h1")], [member("m1")], [pairing("h1", "m1")])
    work.export(found, "members", form="csv", unmask=True, reason="联系 13812345678")
    line = lines(found)[-1]
    assert (line["action"], line["noun"], line["row_count"], line["unmasked"]) == ("export", "members", 1, True)
    assert json.loads(line["filter"])["form"] == "csv"
    assert line["purpose"] == "联系 138****5678"
    assert work.verify_audit(found).faults == ()


def execute(workspace, statement):
    """Change the database behind Gridmap's back."""
    address = sa.URL.create("sqlite", database=str(workspace.folder / FILE))
    if workspace.database_url:
        address = sa.make_url(workspace.database_url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "number", "message"),
    [
        ("DELETE FROM audit_entry WHERE number = 3", 3, "missing"),
        ("DELETE FROM audit_entry WHERE number = 6", 6, "ends here"),
        ("DELETE FROM audit_entry", 1, "ends here"),
        ("UPDATE audit_entry SET actor = 'li' WHERE number = 2", 2, "not as it was written"),
        ("UPDATE audit_entry SET number = 4000000 - number WHERE number IN (3, 4)", 3, "missing"),
        ("DELETE FROM audit_head", 1, "not known"),
        ("UPDATE audit_head SET number = 5", 5, "changed without the key"),
    ],
)
def test_tampering_with_the_database_is_found_with_its_place(workspace, store, statement, number, message):
    for level in ("red", "yellow", "green", "red", "yellow"):
        change(store, care_level=level)
    noted = work.verify_audit(store)
    assert (noted.faults, noted.number) == ((), 6)
    execute(workspace, statement)
    fault = work.verify_audit(store).faults[0]
    assert message in fault.message
    assert re.match(rf"line {number}:", str(fault))


def test_an_older_copy_of_the_whole_database_is_found_by_a_noted_line(store):
    noted = work.verify_audit(store)
    assert work.verify_audit(store, [(noted.number, noted.digest)]).faults == ()
    fault = work.verify_audit(store, [(noted.number + 1, "0" * 64)]).faults[0]
    assert "an older or another log" in fault.message


def test_another_key_neither_verifies_nor_adds(workspace):
    store = Workspace(workspace.folder, workspace.database_url, key_file=workspace.folder / "other.key").open()
    assert "was sealed with the key" in work.verify_audit(store).faults[0].message
    with pytest.raises(StoreError, match="not the one of the audit log"):
        change(store, care_level="red")
    store.close()


def test_old_lines_are_trimmed_and_the_rest_still_verifies(store):
    first = lines(store)[0]["made_at"]
    change(store, care_level="red")
    later = (first + pd.Timedelta(days=184)).to_pydatetime()
    assert work.trim_audit(store, days=183, now=(first + pd.Timedelta(days=182)).to_pydatetime()) == 0
    with pytest.raises(ValueError, match="183"):
        work.trim_audit(store, days=182, now=later)
    assert work.trim_audit(store, days=183, now=later) == 2
    assert [(line["number"], line["action"], line["row_count"]) for line in lines(store)] == [(3, "trim", 2)]
    assert work.verify_audit(store).faults == ()
    change(store, care_level="green")
    assert work.verify_audit(store).faults == ()


def test_the_lines_of_an_older_export_log_are_sealed_with_the_first_new_one(workspace):
    execute(workspace, "DELETE FROM audit_head")
    execute(workspace, "UPDATE audit_entry SET previous = '', digest = '', purpose = 'tel 13812345678'")
    store = workspace.open()
    change(store, care_level="red")
    assert [line["number"] for line in lines(store)] == [1, 2]
    assert lines(store)[0]["purpose"] == "tel 138****5678"
    assert work.verify_audit(store).faults == ()
    store.close()


# --- any removal, change or swap is found; the key alone makes lines

MADE = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


@st.composite
def logs(draw):
    count = draw(st.integers(1, 6))
    rows = [
        {
            "made_at": MADE + dt.timedelta(microseconds=draw(st.integers(0, 10**9))),
            "actor": draw(TEXTS), "action": draw(st.sampled_from(AuditAction)), "subject": draw(st.none() | TEXTS),
            "after": draw(st.none() | TEXTS), "row_count": draw(st.integers(0, 9)), "unmasked": draw(st.booleans()),
        }
        for _ in range(count)
    ]  # fmt: skip
    entries = chained(pd.DataFrame(rows), 0, "", SEAL)
    head = AuditHead(number=count, digest=entries["digest"].iloc[-1], key=SEAL.fingerprint)
    seal = SEAL.digest("audit head", head.model_dump(exclude={"seal"}))
    return entries, head.model_copy(update={"seal": seal})


QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(logs(), st.data())
def test_any_removed_edited_or_swapped_line_is_found(made, data):
    entries, head = made
    assert audit.verify(entries, head, SEAL) == []
    at = data.draw(st.integers(0, len(entries) - 1))
    assert audit.verify(entries.drop(index=at), head, SEAL)
    column = data.draw(st.sampled_from([name for name in entries.columns if name != "number"]))
    old = entries.loc[at, column]
    new = {
        "made_at": pd.Timestamp(MADE) - pd.Timedelta(microseconds=1), "row_count": 10, "unmasked": not old,
        "action": "trim" if old != "trim" else "add",
    }.get(column, f"{old}x" if isinstance(old, str) else "x")  # fmt: skip
    edited = entries.copy()
    edited.loc[at, column] = new
    assert audit.verify(frames.conform(edited, AuditEntry), head, SEAL)
    if len(entries) > 1:
        other = data.draw(st.integers(0, len(entries) - 1).filter(lambda found: found != at))
        swapped = entries.copy()
        swapped.loc[[at, other], "number"] = entries.loc[[other, at], "number"].to_numpy()
        assert audit.verify(swapped, head, SEAL)


@QUICK
@given(logs())
def test_a_line_chained_with_another_key_is_found(made):
    entries, head = made
    forged = chained(entries.drop(columns=["previous", "digest"]), 0, "", Seal(lambda: b"x" * 32))
    end = head.model_copy(update={"digest": forged["digest"].iloc[-1]})
    assert audit.verify(forged, end, SEAL)


def test_the_head_is_read_back(store):
    with store.transaction() as transaction:
        assert read_head(transaction).number == 1
