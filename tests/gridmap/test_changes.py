"""What differs between two states of the hand-drawn town, worked out by hand."""

import datetime as dt

import pandas as pd
from town import DAY, household, member, pairing, people

from gridmap.changes import between, by_date, net

YESTERDAY = DAY - dt.timedelta(days=1)
HOUSEHOLDS = [household("H1", "B1"), household("H2", "B2"), household("H3", "B3"), household("H4", "B4")]
MEMBERS = [member("M1", "B1"), member("M2", "B2"), member("M3", "B3")]
PAIRINGS = [pairing("H1", "M1"), pairing("H2", "M2"), pairing("H3", "M3")]


def told(frame):
    return {(row.noun, row.row_id): row.kind for row in frame.itertuples()}


def differ(households=HOUSEHOLDS, members=MEMBERS, pairings=PAIRINGS):
    return between(people(HOUSEHOLDS, MEMBERS, PAIRINGS), people(households, members, pairings), day=DAY, revision=7)


def test_the_same_state_differs_in_nothing():
    assert differ().empty


def test_a_history_begins_without_lines():
    assert between(people([], []), people(HOUSEHOLDS, MEMBERS, PAIRINGS), day=DAY, revision=1).empty


def test_every_kind_of_change_by_hand():
    """H1 moves from G1 to G3, H2 dies, H3 turns red, H4 goes, H5 is new; M1 goes on leave, M2 ends, M3 is renamed."""
    found = differ(
        [household("H1", "B4"), household("H2", "B2", status="deceased"), household("H3", "B3", care_level="red"),
         household("H5", "B5")],
        [member("M1", "B1", status="leave", leave_from=DAY), member("M2", "B2", status="ended"),
         member("M3", "B3", name="员三", capacity=4)],
        [pairing("H1", "M1"), pairing("H2", "M2", valid_to=YESTERDAY), pairing("H3", "M3", locked=True),
         pairing("H5", "M3")],
    )  # fmt: skip
    assert told(found) == {
        ("household", "H1"): "moved",
        ("household", "H2"): "ended",
        ("household", "H3"): "changed",
        ("household", "H4"): "ended",
        ("household", "H5"): "added",
        ("member", "M1"): "leave",
        ("member", "M2"): "ended",
        ("member", "M3"): "changed",
        ("pairing", "H2:registered:M2"): "ended",
        ("pairing", "H3:registered:M3"): "changed",
        ("pairing", "H5:registered:M3"): "added",
    }
    rows = found.set_index("row_id")
    assert (rows.loc["H1", "before_grid_id"], rows.loc["H1", "grid_id"]) == ("G1", "G3")
    assert (rows.loc["H1", "before_community_id"], rows.loc["H1", "community_id"]) == ("C1", "C2")
    assert rows["before_grid_id"].notna().sum() == 1
    assert rows.loc["H4", "grid_id"] == "G3"  # gone, yet its grid hears of it
    assert rows.loc["H3", "fields"] == ("care_level",)
    assert rows.loc["M3", "fields"] == ("capacity", "name")
    ended = rows.loc["H2:registered:M2"]
    assert (ended["household_id"], ended["member_id"], ended["grid_id"]) == ("H2", "M2", "G1")
    assert set(rows["revision"]) == {7}


def test_a_new_distance_or_reason_is_no_change():
    assert differ(pairings=[{**row, "distance_m": 99.0, "reason": "另一条路"} for row in PAIRINGS]).empty


def test_what_was_over_before_is_no_news():
    over = pairing("H4", "M1", valid_to=YESTERDAY - dt.timedelta(days=3))
    gone = household("H9", "B1", status="moved")
    assert differ([*HOUSEHOLDS, gone], pairings=[*PAIRINGS, over]).empty


def test_a_return_from_leave():
    away = people([], [member("M1", "B1", status="leave", leave_from=YESTERDAY)])
    back = people([], [member("M1", "B1")])
    assert told(between(away, back, day=DAY, revision=2)) == {("member", "M1"): "return"}


def test_the_calendar_turns_things_without_a_change():
    """Since yesterday: last days that were yesterday are over; leave and a manual pairing begin today."""
    town = people(
        [household("H1", "B1"), household("H2", "B2"), household("H3", "B3")],
        [member("M1", "B1", leave_from=DAY), member("M2", "B2", leave_from=dt.date(2026, 11, 1), leave_to=YESTERDAY),
         member("M3", "B3", leave_from=YESTERDAY), member("M4", "B3", status="ended", leave_from=DAY)],
        [pairing("H1", "M1", valid_to=YESTERDAY), pairing("H2", "M2", valid_to=DAY),
         pairing("H3", "M3", valid_from=DAY, basis="manual"), pairing("H1", "M3", valid_from=DAY)],
    )  # fmt: skip
    assert told(by_date(town, since=YESTERDAY, day=DAY)) == {
        ("pairing", "H1:registered:M1"): "ended",
        ("pairing", "H3:registered:M3"): "added",
        ("member", "M1"): "leave",
        ("member", "M2"): "return",
    }


def test_what_came_and_went_leaves_nothing():
    """One state becomes another and goes back: no row is left; a third change on top is."""
    start = people(HOUSEHOLDS, MEMBERS, PAIRINGS)
    other = people(HOUSEHOLDS[:3], MEMBERS, [*PAIRINGS[:2], pairing("H3", "M2")])
    there = between(start, other, day=DAY, revision=2)
    back = between(other, start, day=DAY, revision=3)
    nothing = by_date(start, since=YESTERDAY, day=DAY)
    assert told(there) == {
        ("household", "H4"): "ended",
        ("pairing", "H3:registered:M3"): "ended",
        ("pairing", "H3:registered:M2"): "added",
    }
    assert net(pd.concat([there, back]), nothing).empty
    again = between(start, other, day=DAY, revision=4)
    assert told(net(pd.concat([there, back, again]), nothing)) == told(there)


def test_what_is_recorded_wins_over_the_calendar():
    before = people([household("H1", "B1")], [member("M1", "B1")], [pairing("H1", "M1")])
    after = people([household("H1", "B1")], [member("M1", "B1")], [pairing("H1", "M1", valid_to=YESTERDAY)])
    recorded = between(before, after, day=DAY, revision=2)
    turned = by_date(after, since=YESTERDAY, day=DAY)
    assert (len(recorded), len(turned)) == (1, 1)
    assert len(net(recorded, turned)) == 1


def test_who_was_added_and_then_located_is_new_where_it_was_found():
    start = people(HOUSEHOLDS, MEMBERS, PAIRINGS)
    loaded = people([*HOUSEHOLDS, household("H5", None)], MEMBERS, PAIRINGS)
    located = people([*HOUSEHOLDS, household("H5", "B5")], MEMBERS, PAIRINGS)
    steps = [between(start, loaded, day=DAY, revision=2), between(loaded, located, day=DAY, revision=3)]
    assert [list(step["kind"]) for step in steps] == [["added"], ["moved"]]
    left = net(pd.concat(steps), by_date(located, since=YESTERDAY, day=DAY)).iloc[0]
    assert (left["kind"], left["grid_id"], left["community_id"]) == ("added", "G3", "C2")
