"""Reviewing in a store, on both engines: a decision places its row at once, and undoing it leaves no trace."""

import datetime as dt
import threading

import pandas as pd
import pytest
from address_town import at, people, town
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from gridmap import frames, work
from gridmap.errors import DecisionMissing, DecisionRefused, StaleRow
from gridmap.reasons import spoken
from gridmap.tables import (
    ROWS,
    CityFacts,
    DecisionKind,
    Household,
    HouseholdPlace,
    LocationDecision,
    Member,
    MemberPlace,
    Setting,
    Side,
)
from gridmap.work.decisions import Choice
from gridmap.work.review import Desk

CITY = CityFacts(name="样例市", metric_crs="EPSG:4547", day=dt.date(2026, 11, 24))
HOME = Side.HOUSEHOLD
ROWS_WRITTEN = [
    {"address": "新街路8号", "care_level": "red"},
    {"address": "老粮站宿舍3栋501", "stated_community": "白马山社区"},
    {"address": "老粮站宿舍2栋", "care_level": "yellow"},
    {"address": "新街路8号", "std_address_id": "std-b10"},
    {"address": "白马山小区2栋", "stated_community": "白马山社区"},
    {"address": "和平小区1栋"},
]


@pytest.fixture(scope="module")
def store(either_store):
    return either_store


@pytest.fixture
def desk(store):
    keep(store)
    return Desk(store)


def keep(store):
    """The town with the written rows, located."""
    setting = pd.DataFrame({"name": ["city"], "value": [CITY.model_dump_json()]})
    member = frames.conform(pd.DataFrame({"member_id": ["m1"], "address": ["老粮站宿舍1栋"]}), Member)
    with store.transaction(write=True) as transaction:
        for row in reversed(ROWS):
            transaction.delete(row)
        for row in ROWS:
            if row in (found := town()):
                transaction.insert(found[row], row)
        transaction.insert(people(*({"care_level": "green"} | row for row in ROWS_WRITTEN)), Household)
        transaction.insert(member, Member)
        transaction.insert(frames.conform(setting, Setting), Setting)
        transaction.advance("build")
    work.locate(store)


def places(store):
    with store.transaction() as transaction:
        return transaction.read(HouseholdPlace), transaction.read(MemberPlace)


def building_of(store, household):
    found = places(store)[0].set_index("household_id").loc[household, "building_id"]
    return None if pd.isna(found) else found


def same(one, two):
    for before, after in zip(one, two, strict=True):
        assert_frame_equal(pd.DataFrame(after), pd.DataFrame(before))


def accept(target):
    return Choice(DecisionKind.ACCEPT, target=target)


def test_the_queue_holds_what_waits_the_most_urgent_first(desk):
    found = desk.queue()
    assert found.people["household_id"].tolist() == ["h0", "h2", "h5", "h1"]
    assert (found.open_count, found.decided_count, found.total) == (4, 0, 4)
    first = found.candidates[found.candidates["household_id"] == "h0"]
    assert sorted(first["target"]) == ["building:b10", "building:b9"]
    assert found.learnable == ("新街路8号", "老粮站宿舍", "和平小区1栋", "老粮站宿舍")
    assert desk.queue(offset=1, limit=2).people["household_id"].tolist() == ["h2", "h5"]
    inside = desk.queue(area_id="420204004012").people["household_id"].tolist()
    assert "h5" not in inside
    assert desk.queue(area_id="420204").open_count == len(inside)
    assert desk.queue(Side.MEMBER).people["member_id"].tolist() == ["m1"]


def test_accepting_places_the_row_at_once_and_moves_it_to_the_decided(desk, store):
    before = work.revision(store)
    taken = desk.decide(HOME, "h0", accept("building:b9"), actor="甲", seen=desk.queue().seen[0])
    assert taken == "L000001"
    assert building_of(store, "h0") == "b9"
    assert work.revision(store) == before + 1
    assert desk.queue().people["household_id"].tolist() == ["h2", "h5", "h1"]
    decided = desk.queue(decided=True)
    assert decided.people["household_id"].tolist() == ["h0"]
    assert decided.decisions["made_by"].tolist() == ["甲"]
    work.locate(store)
    assert building_of(store, "h0") == "b9", "the next run of locate knows it"


def test_a_learned_name_places_everybody_who_writes_it(desk, store):
    before = places(store)
    taken = desk.decide(HOME, "h1", Choice(DecisionKind.ALIAS, target="building:b1-3"), actor="甲")
    assert [building_of(store, household) for household in ("h1", "h2")] == ["b1-3", "b1-2"]
    assert places(store)[1]["building_id"].tolist() == ["b1-1"], "members too"
    at_once = places(store)
    work.locate(store)
    same(at_once, places(store))
    desk.undo(taken, actor="乙")
    same(before, places(store))
    on_the_house = Choice(DecisionKind.ALIAS, point=at(305, 103))
    desk.decide(HOME, "h1", on_the_house, actor="甲")
    same(at_once, [frame.replace("L000002", "L000001", regex=True) for frame in places(store)])
    with pytest.raises(DecisionRefused, match="put the pin on one"):
        desk.decide(HOME, "h2", Choice(DecisionKind.ALIAS, point=at(800, 800)), actor="甲")


def test_a_pin_and_none_of_these(desk, store):
    desk.decide(HOME, "h0", Choice(DecisionKind.PIN, point=(115.0083, 30.2072)), actor="甲")
    assert places(store)[0].set_index("household_id").loc["h0", "accuracy"] == "point"
    desk.decide(HOME, "h5", Choice(DecisionKind.NONE), actor="甲")
    assert desk.queue().people["household_id"].tolist() == ["h2", "h1"]
    place = places(store)[0].set_index("household_id").loc["h5"]
    assert place["review"]
    assert "都不是" in spoken(place["reason"])
    with pytest.raises(DecisionRefused, match="far outside"):
        desk.decide(HOME, "h1", Choice(DecisionKind.PIN, point=(30.2, 115.0)), actor="甲")


def test_not_this_one_keeps_the_row_waiting_without_it(desk):
    desk.decide(HOME, "h0", Choice(DecisionKind.REJECT, target="building:b9"), actor="甲")
    found = desk.queue()
    assert found.people["household_id"].tolist()[0] == "h0"
    assert found.candidates[found.candidates["household_id"] == "h0"]["target"].tolist() == ["building:b10"]


def test_a_standard_id_is_not_overridden(desk, store):
    for choice in (accept("building:b9"), Choice(DecisionKind.NONE), Choice(DecisionKind.PIN, point=(115.0083, 30.2))):
        with pytest.raises(DecisionRefused, match="standard address id"):
            desk.decide(HOME, "h3", choice, actor="甲")
    assert building_of(store, "h3") == "b10"


def test_what_cannot_be_is_refused_in_words(desk):
    with pytest.raises(DecisionMissing, match="h99"):
        desk.decide(HOME, "h99", accept("building:b9"), actor="甲")
    with pytest.raises(DecisionRefused, match="not a place"):
        desk.decide(HOME, "h0", accept("building:b99"), actor="甲")
    with pytest.raises(DecisionMissing, match="L000009"):
        desk.undo("L000009", actor="甲")
    taken = desk.decide(HOME, "h0", accept("building:b9"), actor="甲")
    desk.undo(taken, actor="甲")
    with pytest.raises(DecisionRefused, match="before"):
        desk.undo(taken, actor="甲")


def test_of_two_reviewers_of_one_row_the_second_is_told(desk, store):
    seen = desk.queue().seen[0]
    told = []

    def decide(target):
        try:
            told.append(desk.decide(HOME, "h0", accept(target), actor=target, seen=seen))
        except StaleRow as error:
            told.append(str(error))

    reviewers = [threading.Thread(target=decide, args=(target,)) for target in ("building:b9", "building:b10")]
    for reviewer in reviewers:
        reviewer.start()
    for reviewer in reviewers:
        reviewer.join()
    assert sorted(text.startswith("L") for text in told) == [False, True]
    desk.decide(HOME, "h5", accept("building:b4"), actor="甲", seen=desk.queue().seen[1])


def test_another_load_of_the_map_is_seen(desk, store):
    desk.queue()
    with store.transaction(write=True) as transaction:
        transaction.delete(HouseholdPlace)
        transaction.delete(LocationDecision)
        from gridmap.tables import Building

        transaction.delete(Building, building_id=["b9"])
        transaction.advance("load")
    with pytest.raises(DecisionRefused, match="not a place"):
        desk.decide(HOME, "h0", accept("building:b9"), actor="甲")


CHOICES = st.sampled_from(
    [
        ("h0", accept("building:b9")),
        ("h0", accept("building:b10")),
        ("h0", Choice(DecisionKind.REJECT, target="building:b10")),
        ("h0", Choice(DecisionKind.NONE)),
        ("h1", Choice(DecisionKind.ALIAS, target="building:b1-3")),
        ("h1", Choice(DecisionKind.PIN, point=(115.0083, 30.2072))),
        ("h2", Choice(DecisionKind.ALIAS, target="building:b3-2")),
        ("h5", accept("compound:c4")),
    ]
)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
@given(choices=st.lists(CHOICES, min_size=1, max_size=3), order=st.randoms(use_true_random=False))
def test_deciding_and_undoing_in_any_order_leaves_the_same_places(store, desk, choices, order):
    before = places(store)
    taken = [desk.decide(HOME, household, choice, actor="甲") for household, choice in choices]
    at_once = places(store)
    work.locate(store)
    same(at_once, places(store))
    order.shuffle(taken)
    for decision in taken:
        desk.undo(decision, actor="甲")
    same(before, places(store))
    work.locate(store)
    same(before, places(store))
