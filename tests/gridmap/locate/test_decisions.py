"""What people decided is used the next time: for the row, and a name for everybody; never against a standard id."""

import numpy as np
import pandas as pd
import pytest
from address_town import at, frame, people, town
from shapely import Point

from gridmap.addresses import Style
from gridmap.locate import Gazetteer, locate, search, written_form, written_name, written_place
from gridmap.reasons import spoken
from gridmap.tables import CityFacts, Household, LocationDecision, Side

CITY = CityFacts(name="样例市", metric_crs="EPSG:4547")
NOW = pd.Timestamp("2026-11-24T08:00:00Z")


def decision(row, kind, number=1, **facts):
    """A decision about household h0 as it is written in `row`; `target` etc. as given."""
    point = row.get("geometry")
    here = None if point is None else np.array([point.x, point.y])
    written = written_form(Style.CHINESE, row.get("address") or "", row.get("stated_community") or "", here)
    base = {"decision_id": f"L{number:06d}", "side": Side.HOUSEHOLD, "person_id": "h0", "kind": kind,
            "written": written, "made_at": NOW, "made_by": "甲"}  # fmt: skip
    return dict(LocationDecision(**base | facts))


def known(*decisions):
    rows = frame(LocationDecision, list(decisions)) if decisions else None
    return Gazetteer.of(town() | ({LocationDecision: rows} if decisions else {}), CITY)


def found(gazetteer, *rows):
    places = pd.DataFrame(locate(people(*rows), gazetteer, noun=Household)).astype(object)
    return places.where(places.notna(), None).to_dict("records")


UNKNOWN = {"address": "老粮站宿舍3栋501", "stated_community": "白马山社区"}
TWICE = {"address": "新街路8号"}


def test_before_anybody_decided_the_rows_wait_for_review():
    assert [place["review"] for place in found(known(), UNKNOWN, TWICE)] == [True, True]


def test_an_accepted_candidate_is_the_place_of_this_row_alone():
    gazetteer = known(decision(TWICE, "accept", target="building:b9", label="新街路8号"))
    mine, other = found(gazetteer, TWICE, TWICE)
    assert (mine["building_id"], mine["accuracy"], mine["review"], mine["method"]) == (
        "b9",
        "building",
        False,
        "decision",
    )
    assert "人工核对" in spoken(mine["reason"])
    assert "L000001" in spoken(mine["reason"])
    assert other["review"]


def test_an_undone_decision_is_as_if_it_had_never_been():
    undone = decision(TWICE, "accept", target="building:b9", undone_at=NOW, undone_by="乙")
    assert found(known(undone), TWICE) == found(known(), TWICE)


def test_a_decision_lapses_when_the_row_says_something_else():
    gazetteer = known(decision(TWICE, "accept", target="building:b9"))
    for change in ({"address": "新街路6号"}, {"stated_community": "白马山社区"}, {"geometry": Point(at(300, 306))}):
        assert found(gazetteer, TWICE | change)[0]["method"] != "decision"
    assert found(gazetteer, {"address": " 新街路８号"})[0]["method"] == "decision", "another spelling says the same"


def test_a_learned_compound_name_serves_everybody_and_every_building():
    learned = decision(UNKNOWN, "alias", target="building:b1-3", alias="老粮站宿舍", alias_of="compound:c1")
    mine, other, elsewhere = found(
        known(learned),
        UNKNOWN,
        {"address": "老粮站宿舍2栋"},
        {"address": "老粮站宿舍1栋", "stated_community": "箭楼下社区"},
    )
    assert (mine["building_id"], mine["accuracy"]) == ("b1-3", "room")
    assert (other["building_id"], other["review"]) == ("b1-2", False)
    assert elsewhere["review"], "the stated community speaks against it"


def test_a_learned_place_serves_who_writes_it_beside_the_same_community():
    row = {"address": "粮食局老院子", "stated_community": "白马山社区"}
    learned = decision(
        row, "alias", target="building:b7", alias="粮食局老院子", alias_of="building:b7", alias_within="白马山社区"
    )
    mine, other, nearby, elsewhere = found(
        known(learned), row, row, row | {"address": "粮食局老院子旁"}, row | {"stated_community": "箭楼下社区"}
    )
    assert (mine["building_id"], other["building_id"], other["method"]) == ("b7", "b7", "learned")
    assert nearby["building_id"] is None
    assert elsewhere["building_id"] is None


def test_a_pin_in_a_house_means_the_house_and_a_pin_in_a_field_the_spot():
    house = found(known(decision(UNKNOWN, "pin", geometry=Point(at(105, 306)))), UNKNOWN)[0]
    assert (house["building_id"], house["accuracy"], house["review"]) == ("b3-1", "room", False)
    field = found(known(decision(UNKNOWN, "pin", geometry=Point(at(800, 800)))), UNKNOWN)[0]
    assert (field["building_id"], field["accuracy"], field["community_id"]) == (None, "point", "420204004012")
    assert field["geometry"].equals(Point(at(800, 800)))


def test_what_was_rejected_is_offered_no_more_and_nothing_takes_its_place_unseen():
    gazetteer = known(decision(TWICE, "reject", rejected=("building:b9",)))
    located = search(people(TWICE), gazetteer, noun=Household)
    assert located.candidates["target"].tolist() == ["building:b10"]
    assert located.places["review"].tolist() == [True]
    sure = {"address": "白马山小区3栋", "stated_community": "白马山社区"}
    place = found(known(decision(sure, "reject", rejected=("building:b1-3",))), sure)[0]
    assert (place["building_id"], place["community_id"], place["review"]) == (None, "420204004012", True)
    assert "不是“白马山小区3栋”" in spoken(place["reason"])


def test_the_last_place_counts():
    gazetteer = known(
        decision(TWICE, "accept", 1, target="building:b9"),
        decision(TWICE, "pin", 2, geometry=Point(at(105, 306))),
        decision(TWICE, "accept", 3, target="building:b10"),
    )
    assert found(gazetteer, TWICE)[0]["building_id"] == "b10"


@pytest.mark.parametrize("facts", [
    {"kind": "accept", "target": "building:b9"},
    {"kind": "pin", "geometry": Point(at(105, 306))},
    {"kind": "reject", "rejected": ("building:b10",)},
])  # fmt: skip
def test_nothing_overrides_a_standard_address_id(facts):
    row = TWICE | {"std_address_id": "std-b10"}
    assert found(known(decision(row, **facts)), row)[0]["building_id"] == "b10"


def test_a_learned_name_does_not_override_a_standard_address_id():
    row = {"address": "粮食局老院子", "std_address_id": "std-b2-1"}
    learned = decision(row, "alias", target="building:b7", alias="粮食局老院子", alias_of="building:b7")
    assert [place["building_id"] for place in found(known(learned), row, row)] == ["b2-1", "b2-1"]


def test_a_decision_beats_the_point_that_came_with_the_row():
    row = {"address": "白马山小区3栋", "geometry": Point(at(105, 306))}
    assert found(known(), row)[0]["building_id"] == "b3-1"
    assert found(known(decision(row, "accept", target="building:b1-3")), row)[0]["building_id"] == "b1-3"


def test_a_house_that_has_left_the_map_is_a_question_again():
    place = found(known(decision(TWICE, "accept", target="building:gone", label="旧楼")), TWICE)[0]
    assert place["review"]
    assert "已不在图上" in spoken(place["reason"])


@pytest.mark.parametrize(
    ("target", "accuracy"),
    [
        ("road:湖滨大道", "road"),
        ("entry:r2", "point"),
        ("compound:c3", "compound"),
        ("community:420204004003", "community"),
    ],
)
def test_every_kind_of_candidate_can_be_accepted(target, accuracy):
    gazetteer = known(decision(UNKNOWN, "accept", target=target))
    assert gazetteer.key_of(gazetteer.target_of(target)) == target
    place = found(gazetteer, UNKNOWN)[0]
    assert (place["accuracy"], place["review"], place["method"]) == (accuracy, False, "decision")


def test_written_parts():
    gazetteer = known()
    assert written_place(gazetteer, "团城山街道白马山小区三栋2单元501") == "白马山小区3栋"
    assert written_name(gazetteer, "团城山街道白马山小区三栋2单元501") == "白马山小区"
    assert written_place(gazetteer, "白马山小区旁") == written_place(gazetteer, "") == ""


@pytest.mark.parametrize(
    "text",
    ["外地居住", "长期在外地务工", "随子女居住", "随子女", "已搬迁", "已搬迁，地址不详", "见备注", "租房"],
)
def test_words_that_name_no_place_are_never_taught_for_one(text):
    assert (written_name(known(), text), written_place(known(), text)) == ("", "")


@pytest.mark.parametrize("name", ["搬迁安置小区", "外地人之家", "老粮站宿舍"])
def test_names_that_hold_such_a_word_can_be_taught(name):
    assert written_name(known(), name) == name
