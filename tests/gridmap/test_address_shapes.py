"""The shapes that real estate lists of Huangshi hold, each with its parts worked out by hand."""

import pytest

from gridmap.addresses import Nearness, parse, parse_all

SHAPES = {
    "(黄石港区万达)黄石大道1341号": {"hint": "黄石港区万达", "road": "黄石大道", "number": "1341"},
    "华新路7#": {"road": "华新路", "number": "7"},
    "胜利路#栋": {"road": "胜利路", "rest": "#栋"},
    "新冶大道与乾塔路交汇处": {"road": "新冶大道", "cross_road": "乾塔路", "place_word": Nearness.CROSSING},
    "黄石港-黄石港-新街口": {"hint": "黄石港", "compound": "新街口"},
    "白马路15号(农行旁）": {"road": "白马路", "number": "15", "hint": "农行旁"},
    "白马路15号（农行旁)": {"road": "白马路", "number": "15", "hint": "农行旁"},
    "天津路胜阳港社区772号楼": {"road": "天津路", "community": "胜阳港社区", "building": "772"},
    "大冶市黄石市大冶市新冶大道": {"city": "黄石市", "district": "大冶市", "road": "新冶大道"},
}
PARTS = ("province", "city", "district", "street", "community", "hint", "road", "number", "sub_number", "compound",
         "building", "unit", "floor", "room", "place_word", "cross_road", "rest")  # fmt: skip


@pytest.mark.parametrize("text", SHAPES)
def test_a_shape_has_these_parts_and_no_others(text):
    address = parse(text)
    found = {name: value for name in PARTS if (value := getattr(address, name))}
    assert found == SHAPES[text]


def test_two_addresses_in_one_field():
    found = [(one.road, one.number, one.sub_number) for one in parse_all("湖滨大道1939-21号,湖滨大道43号")]
    assert found == [("湖滨大道", "1939", "21"), ("湖滨大道", "43", None)]


@pytest.mark.parametrize(
    ("text", "road", "number"),
    [
        ("新街路8号", "新街路", "8"),
        ("老街路5号", "老街路", "5"),
        ("后巷路2号", "后巷路", "2"),
        ("新街8号", "新街", "8"),
    ],
)
def test_a_road_may_be_named_after_a_street(text, road, number):
    found = parse(text)
    assert (found.road, found.number, found.compound, found.building) == (road, number, None, None)
