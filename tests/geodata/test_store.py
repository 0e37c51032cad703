"""The store keeps what it is given: one suite for both engines."""

import datetime as dt
import threading
from enum import StrEnum

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from nouns import frames_of
from pandas.testing import assert_frame_equal
from sqlalchemy.exc import IntegrityError

from geodata.sql import open_store
from gridmap import frames
from gridmap.errors import FrameError, StoreError, WorkspaceBusy
from gridmap.schema import columns, geometry_column, keys
from gridmap.tables import (
    ROWS,
    Alias,
    AuditEntry,
    Community,
    Household,
    Level,
    Member,
    Pairing,
    Path,
    Revision,
    Role,
    Setting,
    Street,
)

ENGINES = ["sqlite", "postgis"]
SHARED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def opened(kind, request, **options):
    folder = request.getfixturevalue("tmp_path_factory").mktemp("workspace")
    if kind == "sqlite":
        return open_store(folder, create=True, **options)
    return open_store(folder, request.getfixturevalue("postgis").database(), **options)


@pytest.fixture(scope="module", params=ENGINES)
def kept(request):
    """A store for tests that leave nothing behind: they roll back."""
    store = opened(request.param, request)
    yield store
    store.close()


@pytest.fixture
def store(kept):
    """An empty store."""
    with kept.transaction(write=True) as transaction:
        for row in ROWS:
            transaction.delete(row)
    return kept


@pytest.fixture(params=ENGINES)
def impatient(request):
    """A store whose writers wait for 0.2 s only."""
    store = opened(request.param, request, patience_s=0.2)
    yield store
    store.close()


class RollBack(Exception):  # noqa: N818
    """Leave a transaction without keeping what it did."""


def put(store, frame, row):
    with store.transaction(write=True) as transaction:
        transaction.insert(frame, row)


def read(store, row, **where):
    with store.transaction() as transaction:
        return transaction.read(row, **where)


def ids(frame, row):
    return list(frame[keys(row)[0]])


def aliases(*names, level=Level.COMMUNITY):
    return frames.conform(
        pd.DataFrame({"alias_id": list(names), "level": level, "area_id": "C1", "name": "旧名"}), Alias
    )


def areas(row, *names, **more):
    """Unit squares in a row from west to east."""
    shapes = [shapely.box(at, 0, at + 1, 1) for at, _ in enumerate(names)]
    key = keys(row)[0]
    return frames.conform(pd.DataFrame({key: list(names), "name": list(names), "geometry": shapes, **more}), row)


def in_order(frame, row):
    """Sorted by key as Python sorts text: by code point."""
    by_key = sorted(range(len(frame)), key=lambda at: frame[keys(row)[0]].iloc[at])
    return frame.iloc[by_key].reset_index(drop=True)


# --- what goes in comes out


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.table)
@given(data=st.data())
@settings(SHARED, max_examples=20)
def test_every_noun_comes_back_equal_types_included(kept, row, data):
    frame = data.draw(frames_of(row))
    with pytest.raises(RollBack), kept.transaction(write=True) as transaction:
        transaction.insert(frame, row)
        found = transaction.read(row)
        assert_frame_equal(found, in_order(frame, row))
        if shape := geometry_column(row):
            expected = shapely.to_wkb(in_order(frame, row)[shape].to_numpy())
            assert list(shapely.to_wkb(found[shape].to_numpy())) == list(expected)
            assert found.crs == "EPSG:4326"
        raise RollBack


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.table)
def test_an_empty_table_reads_as_an_empty_frame_of_the_noun(kept, row):
    assert_frame_equal(read(kept, row), frames.empty(row))


def test_a_household_comes_back_as_it_was_written_down(store):
    written = {
        "household_id": "H1",
        "name": "张三",
        "categories": ("living_alone", "advanced_age"),
        "care_level": "red",
        "status": "present",
        "phone": "13800000000",
        "birth": dt.date(1940, 2, 29),
        "needs": ("聊天", 'quote " and \\ slash'),
        "address": "团结路\t12号\n3栋",
        "geometry": shapely.Point(115.0379999999999, 30.2000000000001),
    }
    put(store, pd.DataFrame([written]), Household)
    found = read(store, Household).iloc[0]
    assert {name: found[name] for name in written if name not in {"birth", "geometry"}} == {
        name: value for name, value in written.items() if name not in {"birth", "geometry"}
    }
    assert found["birth"] == pd.Timestamp(1940, 2, 29)
    assert (found["geometry"].x, found["geometry"].y) == (115.0379999999999, 30.2000000000001)
    assert pd.isna(found["dialect"])


def test_rows_are_sorted_by_code_point_whatever_the_language_of_the_database(store):
    names = ["b", "B", "a", "A", "_", "10", "9", "中", "一", "é", "z", "Z", "👍", "ａ"]
    put(store, aliases(*names), Alias)
    assert ids(read(store, Alias), Alias) == sorted(names)


def test_whole_numbers_are_sorted_as_numbers_and_kept_beyond_2_to_the_53(store):
    made = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    entry = {"made_at": made, "actor": "planner", "action": "export", "unmasked": False}
    put(store, pd.DataFrame([{**entry, "number": number} for number in (10, 9, 2**62 + 1)]), AuditEntry)
    assert ids(read(store, AuditEntry), AuditEntry) == [9, 10, 2**62 + 1]


def test_times_in_another_zone_are_kept_as_the_same_moment_in_utc(store):
    china = dt.timezone(dt.timedelta(hours=8))
    made = dt.datetime(2026, 11, 24, 7, 30, 0, 123456, tzinfo=china)
    put(store, pd.DataFrame({"revision": [1], "step": ["load"], "made_at": [made]}), Revision)
    assert read(store, Revision)["made_at"].iloc[0].isoformat() == "2026-11-23T23:30:00.123456+00:00"


# --- asking


def test_read_finds_rows_by_one_or_several_columns(store):
    grown = pd.concat([aliases("a", "b"), aliases("c", level=Level.GRID)])
    put(store, grown, Alias)
    assert ids(read(store, Alias, alias_id=["c", "a", "nobody"]), Alias) == ["a", "c"]
    assert ids(read(store, Alias, level=[Level.GRID, Level.STREET]), Alias) == ["c"]
    assert ids(read(store, Alias, level={"community"}, alias_id=("b", "c")), Alias) == ["b"]
    assert ids(read(store, Alias, alias_id=[]), Alias) == []
    assert ids(read(store, Alias, alias_id=pd.Series(["b"])), Alias) == ["b"]


def test_none_among_the_values_finds_rows_without_one(store):
    dated = aliases("a", "b", "c").assign(valid_to=[dt.date(2026, 1, 1), None, dt.date(2026, 1, 2)])
    put(store, dated, Alias)
    assert ids(read(store, Alias, valid_to=[None]), Alias) == ["b"]
    assert ids(read(store, Alias, valid_to=[None, dt.date(2026, 1, 2)]), Alias) == ["b", "c"]
    assert ids(read(store, Alias, valid_to=[pd.Timestamp(2026, 1, 1)]), Alias) == ["a"]


def test_read_finds_rows_by_truth_number_and_time(store):
    roads = frames.conform(
        pd.DataFrame(
            {"path_id": ["a", "b"], "passable": [True, False], "geometry": shapely.LineString([(0, 0), (1, 1)])}
        ),
        Path,
    )
    moments = [dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=dt.UTC)]
    put(store, roads, Path)
    put(store, pd.DataFrame({"revision": [1, 2], "step": "load", "made_at": moments}), Revision)
    assert ids(read(store, Path, passable=[False]), Path) == ["b"]
    assert ids(read(store, Revision, revision=[2, 7]), Revision) == [2]
    assert ids(read(store, Revision, made_at=[moments[1]]), Revision) == [2]


def test_read_takes_a_hundred_thousand_values_at_once(store):
    put(store, aliases("a", "b", "c"), Alias)
    wanted = [*(f"nobody {number}" for number in range(100_000)), "b"]
    assert ids(read(store, Alias, alias_id=wanted), Alias) == ["b"]


@pytest.mark.parametrize("where", [{"nothing": ["a"]}, {"geometry": [None]}])
def test_read_refuses_what_cannot_be_asked_for(store, where):
    with pytest.raises(StoreError, match="community"):
        read(store, Community, **where)


def test_read_refuses_lists_and_measures_as_questions(store):
    with pytest.raises(StoreError, match="categories"):
        read(store, Household, categories=["living_alone"])
    with pytest.raises(StoreError, match="radius_m"):
        read(store, Member, radius_m=[100.0])


@pytest.mark.parametrize(
    ("box", "met"),
    [
        ((0.5, 0.5, 0.6, 0.6), ["a"]),
        ((1, 0, 1, 1), ["a", "b"]),  # the edge between them
        ((1.0000000001, 0.2, 1.9999999999, 0.3), ["b"]),  # closer to both than single precision can say
        ((3, 1, 9, 9), ["c"]),  # the corner
        ((3.0000000001, 1, 9, 9), []),
        ((-9, -9, 9, 9), ["a", "b", "c"]),
        ((0, 1.0000000001, 9, 9), []),
    ],
)
def test_read_finds_rows_by_box(store, box, met):
    put(store, areas(Community, "a", "b", "c"), Community)
    assert ids(read(store, Community, box=box), Community) == met


def test_a_row_without_geometry_is_in_no_box_and_a_noun_without_has_none(store):
    put(store, pd.DataFrame({"household_id": ["H1"]}), Household)
    assert len(read(store, Household, box=(-180, -90, 180, 90))) == 0
    with pytest.raises(StoreError, match="setting"):
        read(store, Setting, box=(0, 0, 1, 1))


# --- writing


def test_insert_refuses_a_key_that_exists_and_adds_none_of_the_others(store):
    put(store, aliases("b"), Alias)
    with store.transaction(write=True) as transaction:
        with pytest.raises(StoreError, match="alias: 1 of the new keys are there already, first b"):
            transaction.insert(aliases("a", "b", "c"), Alias)
        transaction.insert(aliases("d"), Alias)
    assert ids(read(store, Alias), Alias) == ["b", "d"]


def test_upsert_replaces_every_column_of_rows_that_exist_and_adds_the_others(store):
    put(store, aliases("a", "b").assign(valid_to=dt.date(2026, 1, 1)), Alias)
    with store.transaction(write=True) as transaction:
        transaction.upsert(aliases("b", "c").assign(name="新名"), Alias)
        transaction.upsert(frames.empty(Alias), Alias)
    found = read(store, Alias)
    assert list(found["name"]) == ["旧名", "新名", "新名"]
    assert list(found["valid_to"].isna()) == [False, True, True]


def test_upsert_moves_the_box_with_the_shape(store):
    put(store, areas(Community, "a"), Community)
    moved = areas(Community, "a").assign(geometry=[shapely.box(50, 50, 51, 51)])
    with store.transaction(write=True) as transaction:
        transaction.upsert(moved, Community)
    assert ids(read(store, Community, box=(50.5, 50.5, 50.6, 50.6)), Community) == ["a"]
    assert ids(read(store, Community, box=(0, 0, 1, 1)), Community) == []


def test_delete_says_how_many_rows_went(store):
    put(store, aliases("a", "b", "c"), Alias)
    with store.transaction(write=True) as transaction:
        assert transaction.delete(Alias, alias_id=["a", "nobody"]) == 1
        assert ids(transaction.read(Alias), Alias) == ["b", "c"]
        assert transaction.delete(Alias) == 2
        assert transaction.delete(Alias) == 0


def test_a_frame_that_breaks_the_facts_of_its_noun_is_refused_whole(store):
    twice = aliases("a", "a")
    with store.transaction(write=True) as transaction, pytest.raises(FrameError, match="occurs twice"):
        transaction.insert(twice, Alias)
    metric = gpd.GeoDataFrame(areas(Community, "a")).set_crs("EPSG:4547", allow_override=True)
    with store.transaction(write=True) as transaction, pytest.raises(FrameError, match="EPSG:4547"):
        transaction.insert(metric, Community)
    assert len(read(store, Alias)) == len(read(store, Community)) == 0


def test_a_reading_transaction_cannot_write(store):
    with store.transaction() as transaction:
        for change in (lambda: transaction.insert(aliases("a"), Alias), lambda: transaction.delete(Alias)):
            with pytest.raises(StoreError, match="only reads"):
                change()


# --- transactions


def test_an_error_in_the_block_undoes_all_of_it(store):
    put(store, aliases("a"), Alias)
    with pytest.raises(RollBack), store.transaction(write=True) as transaction:
        transaction.delete(Alias)
        transaction.insert(aliases("b"), Alias)
        transaction.advance("load")
        raise RollBack
    assert ids(read(store, Alias), Alias) == ["a"]
    with store.transaction() as transaction:
        assert transaction.revision() == 0


def test_nobody_sees_a_transaction_before_it_ends_well(store):
    with store.transaction(write=True) as writer:
        writer.insert(aliases("a"), Alias)
        assert len(read(store, Alias)) == 0
    assert len(read(store, Alias)) == 1


def test_a_reader_sees_one_moment(store):
    put(store, aliases("a"), Alias)
    with store.transaction() as reader:
        assert ids(reader.read(Alias), Alias) == ["a"]
        put(store, aliases("b"), Alias)
        assert ids(reader.read(Alias), Alias) == ["a"]
    assert ids(read(store, Alias), Alias) == ["a", "b"]


def test_a_second_writer_is_told_that_the_first_is_busy(impatient):
    with impatient.transaction(write=True) as transaction:
        transaction.insert(aliases("a"), Alias)
        with pytest.raises(WorkspaceBusy, match="another process"), impatient.transaction(write=True):
            pytest.fail("two writers at once")
    put(impatient, aliases("b"), Alias)
    assert len(read(impatient, Alias)) == 2


def test_writers_that_wait_their_turn_see_what_the_one_before_left(store):
    def count_up():
        for _ in range(5):
            with store.transaction(write=True) as transaction:
                transaction.advance("pair")

    threads = [threading.Thread(target=count_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids(read(store, Revision), Revision) == list(range(1, 16))


def test_advance_numbers_the_changes_and_says_when(store):
    before = dt.datetime.now(dt.UTC)
    with store.transaction(write=True) as transaction:
        assert transaction.revision() == 0
        assert [transaction.advance("load"), transaction.advance("pair")] == [1, 2]
        assert transaction.revision() == 2
    found = read(store, Revision)
    assert list(found["step"]) == ["load", "pair"]
    assert before <= found["made_at"].iloc[0] <= dt.datetime.now(dt.UTC)


# --- references


def test_a_whole_load_is_replaced_in_any_order(store):
    with store.transaction(write=True) as transaction:
        transaction.insert(areas(Community, "C1", street_id="S1"), Community)
        transaction.insert(areas(Street, "S1"), Street)
    with store.transaction(write=True) as transaction:
        transaction.delete(Street)
        transaction.delete(Community)
        transaction.insert(areas(Community, "C2", street_id="S2"), Community)
        transaction.insert(areas(Street, "S2"), Street)
    assert ids(read(store, Community), Community) == ["C2"]


def test_a_reference_that_leads_nowhere_is_named_and_nothing_is_kept(store):
    lost = pd.DataFrame(
        {
            "pairing_id": ["P1", "P2"],
            "household_id": ["H1", "H2"],
            "member_id": "M1",
            "role": Role.REGISTERED,
            "valid_from": dt.date(2026, 1, 1),
        }
    )
    with pytest.raises(StoreError) as caught, store.transaction(write=True) as transaction:
        transaction.insert(pd.DataFrame({"household_id": ["H1"]}), Household)
        transaction.insert(lost, Pairing)
    assert str(caught.value).splitlines() == [
        "pairing.household_id: 1 name a household that is not there, first 'H2': add it or empty the reference",
        "pairing.member_id: 2 name a member that is not there, first 'M1': add it or empty the reference",
    ]
    assert len(read(store, Household)) == 0
    put(store, areas(Street, "S1"), Street)  # the connection works on
    assert ids(read(store, Street), Street) == ["S1"]


def test_a_row_that_others_name_cannot_go_alone(store):
    with store.transaction(write=True) as transaction:
        transaction.insert(areas(Street, "S1", "S2"), Street)
        transaction.insert(areas(Community, "C1", street_id="S1"), Community)
    with pytest.raises(StoreError, match=r"community\.street_id: 1"), store.transaction(write=True) as transaction:
        transaction.delete(Street, street_id=["S1"])
    with store.transaction(write=True) as transaction:
        transaction.delete(Street, street_id=["S2"])
    assert ids(read(store, Street), Street) == ["S1"]


# --- the facts hold in the tables too, for rows that other programs write


def broken_values(column):
    """What the table of a noun must refuse, as SQL."""
    if column.required and not column.key:
        yield "NULL"
    if column.sealed:
        return  # all that the table sees is a sealed text
    if column.ge is not None:
        yield str(column.ge - 1)
    if column.le is not None:
        yield str(column.le + 1)
    if issubclass(column.kind, StrEnum) and not column.many:
        yield "'nothing known'"
    if column.max_length is not None:
        yield f"'{'x' * (column.max_length + 1)}'"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.table)
@given(data=st.data())
@settings(SHARED, max_examples=1, phases=[Phase.generate])
def test_the_tables_themselves_refuse_what_breaks_a_fact(kept, row, data):
    frame = data.draw(frames_of(row).filter(lambda frame: len(frame) == 1))
    with pytest.raises(RollBack), kept.transaction(write=True) as transaction:
        transaction.insert(frame, row)
        connection = transaction._connection
        for column, value in ((each, value) for each in columns(row) for value in broken_values(each)):
            with pytest.raises(IntegrityError), connection.begin_nested():
                connection.exec_driver_sql(f'UPDATE "{row.table}" SET {column.name} = {value}')
        raise RollBack
