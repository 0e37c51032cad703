"""Batches of inspections on both engines, and the bundle, against the town of tests/field_town.py."""

import datetime as dt
import json

import field_town
import pandas as pd
import pytest
from field_town import inspection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.sql import open_store
from gridmap import frames, inspections, work
from gridmap.errors import InputError
from gridmap.maps import field as drawing
from gridmap.tables import Inspection, PatrolRules, Photo, PublishedWarning
from gridmap.work.leaving import view

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
ENGINES = ["sqlite", pytest.param("postgis", marks=pytest.mark.xdist_group("postgis"))]


@pytest.fixture(params=ENGINES)
def store(request, tmp_path):
    url = request.getfixturevalue("postgis_url") if request.param == "postgis" else None
    opened = open_store(tmp_path, url, create=True)
    field_town.fill(opened)
    yield opened
    opened.close()


def state(store):
    """Everything that an inspection leaves behind."""
    with store.transaction() as transaction:
        kept = transaction.read(Inspection)
    return kept, inspections.fold(pd.Series(["H1", "H2", "H3"]), kept)


def empty(store):
    with store.transaction(write=True) as transaction:
        transaction.delete(Inspection)


def same(one, other):
    pd.testing.assert_frame_equal(one[1], other[1])
    difference = frames.compare(one[0], other[0], Inspection)
    return len(difference.added) + len(difference.changed) + len(difference.removed) == 0


IDS = range(6)
POSITIONS = st.none() | st.fixed_dictionaries(
    {"lon": st.floats(114, 116), "lat": st.floats(29, 31), "accuracy_m": st.floats(0, 500)}
)
GOOD = st.fixed_dictionaries(
    {
        "hazard_id": st.sampled_from(["H1", "H2"]),
        "state": st.sampled_from(["danger", "change", "stable"]),
        "signs": st.lists(st.sampled_from(["bulge", "noise"]), max_size=2),
        "observed_at": st.integers(0, 3).map(lambda day: f"2026-11-2{day}T08:00:00+08:00"),
        "base_inspection_id": st.none() | st.sampled_from(IDS).map(lambda n: inspection(n + 90)["inspection_id"]),
        "measures": st.dictionaries(st.sampled_from(["缝宽", "水位"]), st.just({"value": 3.25, "unit": "mm"})),
        "note": st.none() | st.just("石头松动"),
        "position": POSITIONS,
    }
)
BAD = st.sampled_from(
    [
        {"hazard_id": "nowhere"},
        {"position": {"lon": 115.0, "lat": 30.0}},
        {"state": "fine"},
        {"observed_at": "2026-11-24T08:00:00"},
        {"observed_at": "2030-01-01T00:00:00Z"},
        {"note": "a\x00b"},
        {"made_by": " "},
        {"photos": ["x"]},
        {"colour": "red"},
    ]
)
BATCHES = st.lists(st.tuples(GOOD, st.none() | BAD), max_size=6).map(
    lambda facts: [inspection(n, **{**good, **(bad or {})}) for n, (good, bad) in enumerate(facts)]
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=BATCHES)
def test_twice_in_halves_and_reversed_come_to_the_same(store, batch):
    empty(store)
    whole = work.receive(store, batch, now=NOW)
    once = state(store)
    taken = {receipt.inspection_id for receipt in whole.receipts if receipt.status == "accepted"}
    assert set(once[0]["inspection_id"]) == taken
    again = work.receive(store, batch, now=NOW + dt.timedelta(hours=3))
    assert again.revision == whole.revision
    assert {receipt.inspection_id for receipt in again.receipts if receipt.status == "known"} == taken
    assert same(once, state(store))
    empty(store)
    for part in (batch[: len(batch) // 2], batch[len(batch) // 2 :], batch):
        work.receive(store, part, now=NOW)
    assert same(once, state(store))
    empty(store)
    work.receive(store, batch[::-1], now=NOW)
    assert same(once, state(store))


def test_what_is_wrong_is_refused_with_a_reason_and_the_rest_is_kept(store):
    """One of each kind among good ones; the good ones arrive."""
    wrong = {
        1: ({"hazard_id": "H9"}, "site.unknown"),
        2: ({"position": {"lon": 115.0, "lat": 30.0}}, "inspection.missing"),
        3: ({"observed_at": "2026-11-24T14:00:00Z"}, "time.ahead"),
        4: ({"observed_at": "2026-11-24T09:00:00"}, "time.zone"),
        5: ({"base_inspection_id": inspection(5)["inspection_id"]}, "base.itself"),
        6: ({"note": "\x00"}, "value.nul"),
        7: ({"measures": {"缝宽": {"value": float("nan")}}}, "inspection.finite_number"),
    }
    batch = [inspection(0), *(inspection(n, **facts) for n, (facts, _code) in wrong.items()), 5, inspection(8)]
    found = work.receive(store, batch, now=NOW)
    assert [receipt.status for receipt in found.receipts] == ["accepted", *["refused"] * 8, "accepted"]
    codes = [receipt.reasons[0].code for receipt in found.receipts[1:8]]
    assert codes == [code for _facts, code in wrong.values()]
    assert found.receipts[8].inspection_id is None
    kept, _folded = state(store)
    assert list(kept["inspection_id"]) == [inspection(0)["inspection_id"], inspection(8)["inspection_id"]]


def test_an_id_never_gets_other_content(store):
    work.receive(store, [inspection(1, state="danger")], now=NOW)
    found = work.receive(store, [inspection(1, state="stable")], now=NOW)
    assert [reason.code for reason in found.receipts[0].reasons] == ["id.taken"]
    assert list(state(store)[0]["state"]) == ["danger"]


def test_a_batch_asks_for_the_photos_that_are_not_here(store):
    one, two = "a" * 64, "b" * 64
    facts = {"photo_id": one, "mime": "image/jpeg", "size_bytes": 5, "width_px": 1, "height_px": 1}
    assert work.keep_photo(store, facts, now=NOW) is True
    assert work.keep_photo(store, facts, now=NOW) is False
    with store.transaction() as transaction:
        assert list(transaction.read(Photo)["photo_id"]) == [one]
    found = work.receive(store, [inspection(1, photos=[one, two])], now=NOW)
    assert found.photos_wanted == (two,)


def test_the_bundle_holds_all_that_a_phone_needs_masked(store):
    work.receive(store, [inspection(1, measures={"缝宽": {"value": 3.5, "unit": "mm"}}, note="秘密",
                                    position={"lon": 115.5, "lat": 30.2, "accuracy_m": 9})], now=NOW)  # fmt: skip
    taken = work.picture(store)
    found = work.bundle(taken, now=NOW)
    assert found["revision"] == taken.revision == work.revision(store)
    assert [site["hazard_id"] for site in found["sites"]] == ["H2", "H3", "H1"]  # two never looked at, H2 a threat
    first = found["sites"][2]
    assert (first["state"], first["overdue"], first["due_at"][:10]) == ("stable", False, "2026-12-24")
    assert [home["household_id"] for home in first["households"]] == ["b", "c", "a", "d"]
    assert first["inspections"][0]["measures"] == {"缝宽": {"value": 3.5, "unit": "mm"}}
    assert first["inspections"][0]["far"] is True
    assert first["monitors"] == [{"place": 1, "name": "戊*某", "phone": None}]
    assert first["households"][2]["calls"][0]["name"] == "乙*"
    text = json.dumps(found, ensure_ascii=False)
    for secret in ("秘密", "甲一", "13800000001", "13900000009", "王五六", "戊某某", "巡查员"):
        assert secret not in text


def test_the_bundle_of_an_area_has_the_sites_inside_it_and_those_whose_zones_reach_in(store):
    taken = work.picture(store)
    ids = {
        area: {site["hazard_id"] for site in work.bundle(taken, area, now=NOW)["sites"]}
        for area in ("G1", "G2", "G3", "D1", "")
    }
    assert ids == {"G1": {"H1"}, "G2": {"H1", "H3"}, "G3": {"H2"}, "D1": {"H1", "H2", "H3"}, "": {"H1", "H2", "H3"}}
    with pytest.raises(InputError, match="choose one of the list"):
        work.bundle(taken, "nowhere", now=NOW)


def test_inspections_outlive_their_site(store):
    work.receive(store, [inspection(1)], now=NOW)
    sources = {noun: frame for noun, frame in field_town.everything().items() if "hazard" not in noun.table}
    sources.pop(next(noun for noun in sources if noun.table == "monitor"))
    sources.pop(next(noun for noun in sources if noun.table == "danger_zone"))
    work.load(store, sources, field_town.CITY)
    assert len(state(store)[0]) == 1
    assert work.bundle(work.picture(store), now=NOW)["sites"] == []


def test_the_bundle_and_the_pages_carry_the_warnings_of_the_area(store):
    """Orange in G1 since 11:30, yellow in G3 since the morning, red lifted: H1 is due at 12:30, H2 was never seen."""
    hour = NOW.replace(hour=11, minute=30)
    rules = PatrolRules(
        warnings=(
            PublishedWarning(level="yellow", starts=NOW.replace(hour=6), areas=("G3",)),
            PublishedWarning(level="orange", starts=hour, source="某区气象台", areas=("G1",)),
            PublishedWarning(level="red", starts=NOW.replace(hour=1), ends=NOW.replace(hour=2)),
        )
    )
    work.load(store, field_town.everything(), field_town.CITY.model_copy(update={"patrol": rules}))
    work.receive(store, [inspection(1)], now=NOW)  # 9:00
    taken = work.picture(store)
    found = work.bundle(taken, now=NOW)
    due = {site["hazard_id"]: site["due_at"] for site in found["sites"]}
    assert dt.datetime.fromisoformat(due["H1"]) == NOW.replace(hour=12, minute=30)
    levels = {site["hazard_id"]: [one["level"] for one in site["warnings"]] for site in found["sites"]}
    assert levels == {"H1": ["orange"], "H2": ["yellow"], "H3": []}
    assert [(one["level"], one["hours"]) for one in found["warnings"]] == [("orange", 1), ("yellow", 24)]
    assert [one["level"] for one in work.bundle(taken, "G3", now=NOW)["warnings"]] == ["yellow"]
    page = drawing.sites_page(view(taken, served=True), found, lang="zh")
    name = found["warnings"][0]["area_names"][0]
    assert f"橙色预警（依据某区气象台发布，{name}）：连续巡查" in page
    assert page.index("橙色预警") < page.index("黄色预警")
    english = drawing.site_page(view(taken, served=True), found, "H1", lang="en")
    assert f"Orange warning (published by 某区气象台, {name}): patrol without a break, every 1 h" in english
    assert "Yellow warning" not in english
