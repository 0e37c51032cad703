"""Frames keep the facts of their noun: expected values are worked out by hand or by plain loops."""

import datetime as dt
import os
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from nouns import frames_of, values_of
from pandas.testing import assert_frame_equal

from gridmap import frames
from gridmap.errors import FrameError
from gridmap.schema import columns, keys
from gridmap.tables import (
    ROWS,
    Alias,
    AuditEntry,
    Building,
    CareLevel,
    Category,
    Community,
    Household,
    Level,
    Member,
    Revision,
)
from gridmap.tables import Path as Way

SQUARE = shapely.box(0, 0, 1, 1)
BY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.table)


def problems_of(frame, row):
    with pytest.raises(FrameError) as caught:
        frames.check(pd.DataFrame(frame), row)
    return [(problem.row, problem.column, problem.code) for problem in caught.value.problems]


def message_of(frame, row):
    with pytest.raises(FrameError) as caught:
        frames.check(pd.DataFrame(frame), row)
    return str(caught.value)


# --- conform


def test_conform_gives_every_column_its_dtype_order_and_default():
    frame = frames.conform(
        pd.DataFrame({"nonsense": [1, 2], "member_id": ["M1", "M2"], "radius_m": [100, None]}), Member
    )
    assert list(frame.columns) == list(Member.model_fields)
    assert frame["member_id"].dtype == "str"
    assert frame["radius_m"].dtype == "float64"
    assert frame["capacity"].dtype == "Int64"
    assert frame["leave_from"].dtype == "datetime64[us]"
    assert frame["skills"].dtype == object
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs == "EPSG:4326"
    first = frame.iloc[0]
    assert (first["kind"], first["roles"], first["skills"], first["capacity"]) == ("person", ("registered",), (), 1)
    assert first["geometry"] is None
    assert frame.index.equals(pd.RangeIndex(2))


def test_conform_writes_enumerations_as_their_values():
    frame = frames.conform(
        pd.DataFrame({"household_id": ["H1"], "care_level": [CareLevel.RED], "categories": [(Category.LIVING_ALONE,)]}),
        Household,
    )
    assert frame["care_level"].iloc[0] == "red"
    assert type(frame["care_level"].iloc[0]) is str
    assert [type(item) for item in frame["categories"].iloc[0]] == [str]


def test_conform_keeps_missing_text_missing():
    frame = frames.conform(pd.DataFrame({"household_id": ["H1", "H2", "H3"], "name": [None, np.nan, pd.NA]}), Household)
    assert frame["name"].isna().all()


@pytest.mark.parametrize(
    "given_days",
    [
        [dt.date(2026, 1, 2), None],
        ["2026-01-02", None],
        ["2026-01-02T23:59:59", np.nan],
        [pd.Timestamp(2026, 1, 2, 23, 59), pd.NaT],
        [pd.Timestamp("2026-01-02 23:59", tz="Asia/Shanghai"), None],
        pd.Series(["2026-01-02T11:00", None]).astype("datetime64[ns]"),
        pd.Series(["2026-01-02T11:00", None]).astype("datetime64[us]"),
    ],
    ids=str,
)
def test_a_day_is_the_day_as_written_without_its_time(given_days):
    frame = frames.conform(pd.DataFrame({"alias_id": ["a", "b"], "valid_from": given_days}), Alias)
    assert frame["valid_from"].dtype == "datetime64[us]"
    assert frame["valid_from"].iloc[0] == pd.Timestamp(2026, 1, 2)
    assert pd.isna(frame["valid_from"].iloc[1])


def test_days_written_in_several_forms_are_all_read():
    days = ["2026-01-02", "2026-01-02T03:04", dt.date(2026, 1, 2)]
    frame = frames.conform(pd.DataFrame({"alias_id": ["a", "b", "c"], "valid_from": days}), Alias)
    assert list(frame["valid_from"]) == [pd.Timestamp(2026, 1, 2)] * 3


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (("a", "b"), ("a", "b")),
        (["a"], ("a",)),
        (np.array(["a", "b"]), ("a", "b")),
        ({"b", "a"}, ("a", "b")),
        ("one text", ("one text",)),
        ("", ("",)),
        (None, ()),
        (np.nan, ()),
        (pd.NA, ()),
        (7, ("7",)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_lists_become_tuples_of_text(written, kept):
    given_lists = pd.Series([written], dtype=object)
    assert frames.conform(pd.DataFrame({"member_id": ["M1"], "skills": given_lists}), Member)["skills"].iloc[0] == kept


def test_a_missing_truth_takes_its_default_and_a_text_is_none():
    ways = {"path_id": ["a", "b", "c"], "geometry": [shapely.LineString([(0, 0), (1, 1)])] * 3}
    frame = frames.conform(pd.DataFrame({**ways, "passable": [None, False, 1]}), Way)
    assert list(frame["passable"]) == [True, False, True]
    assert frame["passable"].dtype == bool
    assert problems_of({**ways, "passable": ["False", True, 2]}, Way) == [
        (2, "passable", "value.type"),
        (4, "passable", "value.type"),
    ]
    entry = {
        "number": [1],
        "made_at": ["2026-01-01T00:00Z"],
        "actor": "a",
        "action": "export",
    }
    assert problems_of({**entry, "unmasked": [None]}, AuditEntry) == [(2, "unmasked", "value.missing")]


def test_values_of_the_wrong_type_are_all_named_at_once():
    members = {
        "member_id": ["M1", "M2", "M3", "M4"],
        "capacity": [1, "many", 2.5, 2**63],
        "radius_m": ["far", None, "10", 5],
        "leave_from": ["2026-13-01", None, 20260101, "next week"],
        "geometry": [None, shapely.Point(0, 0), "POINT (0 0)", np.nan],
    }
    assert problems_of({**members, "status": ["active", "asleep", "leave", "ended"]}, Member) == [
        (3, "capacity", "value.type"),
        (4, "capacity", "value.type"),
        (5, "capacity", "value.type"),
        (2, "leave_from", "value.type"),
        (4, "leave_from", "value.type"),
        (5, "leave_from", "value.type"),
        (2, "radius_m", "value.type"),
        (4, "geometry", "value.type"),
        (3, "status", "value.unknown"),
    ]
    assert "'2026-13-01' is not a day such as" in message_of(members, Member)


def test_days_outside_the_calendar_are_refused():
    far = pd.Series(np.array(["-0001-01-01", "12026-01-01", "2026-01-01", "NaT"], dtype="datetime64[us]"))
    named = {"alias_id": [*"abcd"], "level": "grid", "area_id": "G", "name": "x", "valid_to": far}
    assert problems_of(named, Alias) == [(2, "valid_to", "value.type"), (3, "valid_to", "value.type")]


def test_text_that_no_encoding_can_write_is_refused():
    texts = {"household_id": ["H1", "H2"], "dialect": ["ok", "\ud800"], "needs": [("\udfff",), ("ok",)]}
    broken = pd.DataFrame(texts, dtype=object)
    assert problems_of(broken, Household) == [(3, "dialect", "value.type"), (2, "needs", "value.type")]


def test_conform_keeps_another_coordinate_system_for_check_to_refuse():
    metric = gpd.GeoDataFrame({"community_id": ["C1"], "name": "x", "geometry": [SQUARE]}, crs="EPSG:4547")
    assert frames.conform(metric, Community).crs == "EPSG:4547"
    with pytest.raises(FrameError, match="EPSG:4547: convert it"):
        frames.check(metric, Community)


def test_a_frame_without_coordinate_system_counts_as_longitude_and_latitude():
    bare = gpd.GeoDataFrame({"community_id": ["C1"], "name": "x", "geometry": [SQUARE]})
    assert frames.check(bare, Community).crs == "EPSG:4326"


@BY_ROW
@given(data=st.data())
@settings(deadline=None, max_examples=8)
def test_conform_changes_nothing_the_second_time_and_check_accepts(row, data):
    frame = data.draw(frames_of(row))
    assert_frame_equal(frames.conform(frame, row), frame)
    assert_frame_equal(frames.check(frame, row), frame)
    shuffled = frame.iloc[::-1]
    assert_frame_equal(frames.conform(shuffled, row), shuffled.reset_index(drop=True))


@BY_ROW
def test_an_empty_frame_has_the_dtypes_of_a_full_one(row):
    none = frames.empty(row)
    assert len(none) == 0
    assert_frame_equal(frames.check(none, row), none)


# --- check


def test_check_names_every_broken_fact_at_its_row():
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    shapes = [SQUARE, SQUARE, bow_tie, shapely.Polygon(), shapely.Point(0, 0), None, shapely.force_3d(SQUARE)]
    buildings = {
        "building_id": ["B1", "B1", None, "B4", "B5", "x" * 65, "B\x007"],
        "floors": [0, -1, 201, None, 3, 4, 5],
        "geometry": shapes,
    }
    assert problems_of(buildings, Building) == [
        (4, "building_id", "value.missing"),
        (3, "building_id", "key.duplicate"),
        (8, "building_id", "value.nul"),
        (7, "building_id", "value.long"),
        (3, "floors", "value.low"),
        (4, "floors", "value.high"),
        (7, "geometry", "value.missing"),
        (6, "geometry", "geometry.type"),
        (8, "geometry", "geometry.z"),
        (5, "geometry", "geometry.empty"),
        (4, "geometry", "geometry.invalid"),
    ]


def test_check_knows_the_words_of_enumerations_alone_and_in_lists():
    members = {
        "member_id": ["M1", "M2"],
        "status": ["active", "asleep"],
        "roles": [("registered", "cook"), ("building",)],
    }
    assert problems_of(members, Member) == [(2, "roles", "value.unknown"), (3, "status", "value.unknown")]
    assert "'asleep' is none of active, ended, leave" in message_of(members, Member)


def test_check_refuses_infinite_measures():
    assert problems_of({"member_id": ["M1"], "radius_m": [np.inf]}, Member) == [(2, "radius_m", "value.infinite")]


def test_check_refuses_columns_that_the_noun_does_not_know():
    with pytest.raises(FrameError, match=r"shoe_size: \[column.unknown\]"):
        frames.check(pd.DataFrame({"member_id": ["M1"], "shoe_size": [42]}), Member)


def test_messages_mask_personal_values_and_cut_long_ones():
    text = message_of({"household_id": ["y" * 100], "birth": ["1940年2月"], "name": ["\x00张三"]}, Household)
    assert "1940-**-**" in text
    assert "张三" not in text
    assert f"{'y' * 57}..." in text
    assert "y" * 58 not in text


def test_rows_are_numbered_as_the_sender_sees_them():
    conformed = frames.conform(pd.DataFrame({"member_id": ["M1", None]}), Member)
    (found,) = frames.problems(conformed, Member, file="members.csv", first_row=10)
    assert (found.file, found.row, found.column) == ("members.csv", 11, "member_id")
    assert str(found) == "members.csv:row 11:member_id: [value.missing] is empty: fill it in"


# --- compare


def plain(value):
    """A value that equals itself: shapes by their bytes, all that is missing as None."""
    if isinstance(value, shapely.Geometry):
        return shapely.to_wkb(value)
    return value if isinstance(value, tuple) or not pd.isna(value) else None


def by_key(frame, row):
    records = [
        {name: plain(value) for name, value in record.items()} for record in pd.DataFrame(frame).to_dict("records")
    ]
    return {tuple(record[name] for name in keys(row)): record for record in records}


@BY_ROW
@given(data=st.data())
@settings(deadline=None, max_examples=8)
def test_compare_agrees_with_a_plain_loop(row, data):
    old = data.draw(frames_of(row))
    kept = old.loc[data.draw(st.lists(st.booleans(), min_size=len(old), max_size=len(old)))]
    touched = kept.copy()
    if len(kept):
        column = data.draw(st.sampled_from([column for column in columns(row) if not column.key]))
        values = touched[column.name].astype(object)
        values.iloc[0] = data.draw(values_of(column))
        touched = frames.conform(pd.DataFrame(touched).assign(**{column.name: values}), row)
    fresh = data.draw(frames_of(row))
    names = list(keys(row))
    fresh = fresh[~pd.MultiIndex.from_frame(fresh[names]).isin(pd.MultiIndex.from_frame(touched[names]))]
    new = frames.conform(pd.concat([fresh, touched]), row)

    difference = frames.compare(old, new, row)
    before, after = by_key(old, row), by_key(new, row)
    assert by_key(difference.added, row) == {key: after[key] for key in after.keys() - before.keys()}
    assert by_key(difference.removed, row) == {key: before[key] for key in before.keys() - after.keys()}
    both = before.keys() & after.keys()
    assert by_key(difference.changed, row) == {key: after[key] for key in both if before[key] != after[key]}
    assert difference.unchanged == sum(before[key] == after[key] for key in both)


def test_compare_sees_a_last_bit_and_a_turned_ring():
    old = frames.conform(
        pd.DataFrame({"community_id": ["a", "b", "c"], "name": "x", "geometry": [SQUARE] * 3}), Community
    )
    nudged = shapely.transform(SQUARE, lambda xy: np.where(xy == 1, np.nextafter(1, 2), xy))
    new = old.assign(geometry=[SQUARE, nudged, SQUARE.reverse()])
    difference = frames.compare(old, gpd.GeoDataFrame(new, crs=4326), Community)
    assert list(difference.changed["community_id"]) == ["b", "c"]
    assert difference.unchanged == 1


def test_compare_returns_frames_of_the_noun():
    old = frames.conform(pd.DataFrame({"alias_id": ["a"], "level": Level.GRID, "area_id": "G", "name": "x"}), Alias)
    difference = frames.compare(old, frames.empty(Alias), Alias)
    assert_frame_equal(difference.removed, old)
    assert_frame_equal(difference.added, frames.empty(Alias))
    assert_frame_equal(difference.changed, frames.empty(Alias))


# --- mask


def test_mask_hides_what_is_personal_and_nothing_else():
    households = frames.conform(
        pd.DataFrame(
            {
                "household_id": ["H1", "H2"],
                "name": ["张小三", None],
                "phone": ["13800005678", None],
                "birth": [dt.date(1940, 2, 29), None],
                "address": ["团结路12号3栋2单元501", None],
                "dialect": ["大冶话", None],
            }
        ),
        Household,
    )
    masked = frames.mask(households, Household)
    shown = ["name", "phone", "birth", "address", "dialect"]
    assert list(masked[shown].iloc[0]) == ["张*三", "138****5678", "1940-**-**", "团结路12号3栋", "大冶话"]
    assert masked[shown].iloc[1].isna().all()
    assert households["name"].iloc[0] == "张小三"


def test_mask_leaves_a_noun_without_personal_columns_alone():
    moments = pd.DataFrame({"revision": [1], "step": "load", "made_at": [dt.datetime(2026, 1, 1, tzinfo=dt.UTC)]})
    revisions = frames.conform(moments, Revision)
    assert_frame_equal(frames.mask(revisions, Revision), revisions)


# --- speed


DATA = Path(os.environ.get("GRIDMAP_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
COUNTY = DATA / "oklahoma_county" / "buildings.fgb"


@pytest.mark.skipif(not COUNTY.exists(), reason="the shared data is not here (GRIDMAP_SHARED_DATA)")
def test_a_county_of_78191_buildings_is_handled_in_far_less_than_its_reading_takes():
    start = time.process_time()
    read = gpd.read_file(COUNTY)
    reading = time.process_time() - start
    buildings = gpd.GeoDataFrame({"building_id": read["osm_id"].astype(str), "geometry": read.geometry.make_valid()})
    buildings = buildings[buildings.geom_type.isin(["Polygon", "MultiPolygon"])].drop_duplicates("building_id")
    steps = {
        "conform": lambda: frames.conform(buildings, Building),
        "check": lambda: frames.check(conformed, Building),
        "compare": lambda: frames.compare(conformed, conformed, Building),
    }
    conformed = frames.conform(buildings, Building)
    for name, step in steps.items():
        start = time.process_time()
        step()
        assert time.process_time() - start < max(reading, 0.5), name
