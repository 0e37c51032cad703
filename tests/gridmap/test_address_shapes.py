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
    "(黄石港区沈家营)武汉路9号": {"hint": "黄石港区沈家营", "road": "武汉路", "number": "9"},
    "湖滨二巷11号-副16号": {"road": "湖滨二巷", "number": "11", "sub_number": "16"},
    "沿湖路807副2号": {"road": "沿湖路", "number": "807", "sub_number": "2"},
    "磁湖路22号副1号": {"road": "磁湖路", "number": "22", "sub_number": "1"},
    "华新路1附7号": {"road": "华新路", "number": "1", "sub_number": "7"},
    "桂林南路17号-附2号": {"road": "桂林南路", "number": "17", "sub_number": "2"},
    "磁湖路4-19号": {"road": "磁湖路", "number": "4", "sub_number": "19"},
    "鄂城大道特8号": {"road": "鄂城大道", "number": "特8"},
    "冶电一村": {"compound": "冶电一村"},
    "纺机家属区": {"compound": "纺机家属区"},
    "锦湖一号": {"compound": "锦湖一号"},
    "百花園": {"compound": "百花园"},
    "新街口交行旁": {"compound": "新街口交行", "place_word": Nearness.BESIDE},
    "磁湖路与团城山路交叉口东南150米": {"road": "磁湖路", "cross_road": "团城山路", "place_word": Nearness.CROSSING},
    "3-2-501": {"building": "3", "unit": "2", "room": "501"},
    "松月小区叁栋贰单元": {"compound": "松月小区", "building": "3", "unit": "2"},
    "松月小区肆栋": {"compound": "松月小区", "building": "4"},
    "松月小区３栋２单元５０１": {"compound": "松月小区", "building": "3", "unit": "2", "room": "501"},
    "松月小区3栋东单元501": {"compound": "松月小区", "building": "3", "unit": "东", "room": "501"},
    "松月小区3栋乙单元201": {"compound": "松月小区", "building": "3", "unit": "乙", "room": "201"},
    "松月小区3栋501-1": {"compound": "松月小区", "building": "3", "room": "501-1"},
    "松月小区3栋负一楼": {"compound": "松月小区", "building": "3", "floor": "-1"},
    "松月小区3栋门面": {"compound": "松月小区", "building": "3", "room": "门面"},
    "松月小区23号楼A座": {"compound": "松月小区", "building": "23-A"},
    "松月小区b座1203": {"compound": "松月小区", "building": "B", "room": "1203"},
    "云溪村自建房": {"compound": "云溪村自建房"},
    "大冶市黄石市大冶市新冶大道": {"city": "黄石市", "district": "大冶市", "road": "新冶大道"},
}
PARTS = ("province", "city", "district", "street", "community", "hint", "road", "number", "sub_number", "compound",
         "building", "unit", "floor", "room", "place_word", "cross_road", "rest")  # fmt: skip


@pytest.mark.parametrize("text", SHAPES)
def test_a_shape_has_these_parts_and_no_others(text):
    address = parse(text)
    found = {name: value for name in PARTS if (value := getattr(address, name))}
    assert found == SHAPES[text]


@pytest.mark.parametrize("written", ["3幢", "3号楼", "3座", "3#", "3#楼", "三栋", "叁号楼", "３栋"])
def test_a_building_is_written_in_many_ways(written):
    assert (parse(f"松月小区{written}").compound, parse(f"松月小区{written}").building) == ("松月小区", "3")


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
