"""Chinese addresses: the corpus, the traps, the normal form and the key."""

import csv
import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.addresses import Address, Nearness, Style, building_key, format_address, key, normal_text, parse, parse_all
from gridmap.addresses.prefix import read_prefix

GOLDEN = Path(__file__).parents[1] / "golden" / "addresses.csv"
with GOLDEN.open(encoding="utf-8", newline="") as handle:
    CORPUS = list(csv.DictReader(handle))
PARTS = [name for name in CORPUS[0] if name not in ("text", "style")]


def part(address, name):
    value = getattr(address, name)
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value or "")


def test_corpus_has_enough_varied_lines():
    texts = [(row["style"], row["text"]) for row in CORPUS]
    assert len(texts) == len(set(texts)) >= 600
    assert all(any(row[name] for row in CORPUS) for name in PARTS)


@pytest.mark.parametrize("row", CORPUS, ids=lambda row: row["text"])
def test_corpus_parts(row):
    address = parse(row["text"], Style(row["style"]))
    assert {name: part(address, name) for name in PARTS} == {name: row[name] for name in PARTS}


@pytest.mark.parametrize("style", list(Style))
def test_corpus_survives_its_own_normal_form(style):
    for row in CORPUS:
        if row["style"] == style:
            address = parse(row["text"], style)
            assert parse(format_address(address), style) == address, row["text"]
            assert key(parse(format_address(address), style)) == key(address)


SAME_DOOR = [
    [
        "松月小区3栋2单元501室", "松月小区3幢2单元501", "松月小区３号楼２单元５０１室", "松月小区三栋二单元五零一",
        "松月小区叁栋贰单元伍零壹室",
        "松月小区3#2-501", "松月小区3座2门501", "松月小区3-2-501", "松月小区第3栋2梯501房",
        "松月小區3棟2單元501室", "湖北省黄石市下陆区望澜街道松月社区松月小区3栋2单元501室", "松月小区 3 栋 2 单元 501",
        "松月小区03栋02单元501室", "松月小区内3栋2单元501", "(下陆区松月片)松月小区3栋2单元501", "松月小区3 2 501",
        "松月小区(3栋)2单元501室", "现住址：松月小区3栋2单元501室。", "松月小区,3栋,2单元,501",
    ],
    ["云溪路11号副16号", "云溪路11号-副16号", "云溪路11附16号", "云溪路11-16号", "云溪路11号之16",
     "云溪路11号附16"],
    ["云溪路7#", "云溪路7号", "云溪路 7 号", "云溪路七号", "云溪路07号", "下陆区云溪路7号(农行旁)", "云溪路7",
     "雲溪路7號"],
    ["云溪大道与乾塔路交汇处", "云溪大道、乾塔路交叉口", "云溪大道和乾塔路十字路口", "云溪大道乾塔路交叉口"],
    ["陈贵镇松月村三组12号", "陈贵镇松月村3组12号", "松月村三组12号", "大冶市陈贵镇松月村村民委员会3组12号"],
    ["松月大厦B座1201", "松月大厦b栋1201室"],
]  # fmt: skip


@pytest.mark.parametrize("texts", SAME_DOOR, ids=lambda texts: texts[0])
def test_one_door_written_differently_has_one_key(texts):
    assert {text: key(parse(text)) for text in texts} == dict.fromkeys(texts, key(parse(texts[0])))


DIFFERENT_DOORS = [
    ("云溪大道8号", "云溪大道特8号"), ("云溪大道8号", "云溪大道8号附1号"), ("白马山小区", "白马山社区"),
    ("白马山小区3栋", "白马山庄3栋"), ("白鹭苑(东区)5栋", "白鹭苑(西区)5栋"), ("白鹭苑(东区)5栋", "白鹭苑5栋"),
    ("白鹭苑一期5栋", "白鹭苑二期5栋"), ("纺织二路5号", "纺织三路5号"), ("冶电一村3栋", "冶电二村3栋"),
    ("松月小区3栋501", "松月小区3栋2单元501"), ("松月小区3A栋", "松月小区3栋"), ("松月小区23号楼A座", "松月小区23号楼"),
    ("松月村5号", "柏树村5号"), ("陈贵镇松月村3组", "陈贵镇柏树村3组"), ("白马山小区3栋", "白马山社区3栋"),
    ("松月小区1-3栋", "松月小区3栋"), ("松月小区东单元501", "松月小区西单元501"), ("云溪路1-3栋", "云溪路1号3栋"),
    ("松月小区负一楼", "松月小区一楼"), ("云溪路12号", "云溪路12甲号"), ("云溪路102号", "云溪路12号"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [pair for pair in DIFFERENT_DOORS if pair[0] != "松月村5号"])
def test_different_doors_have_different_keys(one, other):
    assert key(parse(one)) != key(parse(other))


def test_a_number_needs_something_that_holds_it():
    assert key(parse("5号")) == key(parse("3栋2单元501")) == key(parse("501室")) == key(parse("下陆区")) == ""
    assert key(parse("陈贵镇松月村5号")) != key(parse("陈贵镇柏树村5号")) != ""


def test_building_key_leaves_the_stairs_out():
    at_home = parse("松月小区3栋2单元5楼501室")
    assert building_key(at_home) == key(parse("松月小区3号楼"))
    assert building_key(at_home) == building_key(parse("松月小区3栋1单元202"))
    assert building_key(at_home) != building_key(parse("松月小区4栋2单元501"))


NAMES = [
    "纺织二路", "冶电一村", "锦湖一号", "团城山三村", "七层巷", "三栋屋小区", "五一路", "六十里大道", "百二河路",
    "一百步小区", "八角亭", "三单元巷", "双井巷", "十五冶三公司宿舍", "一号公馆", "十字街", "三里亭", "一层楼村",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_numerals_inside_names_stay(name):
    alone, at_door = parse(name), parse(f"{name}三栋二单元")
    assert name in (alone.road, alone.compound)
    assert (alone.building, alone.unit, alone.floor, alone.room, alone.number) == (None,) * 5
    assert name in (at_door.road, at_door.compound)
    assert (at_door.building, at_door.unit) == ("3", "2")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("新街口交行旁", Nearness.BESIDE), ("松月小区对面", Nearness.OPPOSITE), ("云溪路12号附近", Nearness.NEAR),
        ("云溪路与乾塔路交汇处", Nearness.CROSSING), ("云溪路口", Nearness.CROSSING),
        ("松月路(农行旁)", Nearness.BESIDE),
        ("松月小区东南150米", Nearness.OFFSET), ("云溪路88号对面松月小区3栋", Nearness.OPPOSITE),
        ("云溪路与乾塔路交叉口松月小区3栋", Nearness.CROSSING), ("松月小区3栋旁边平房", Nearness.BESIDE),
    ],
)  # fmt: skip
def test_a_place_word_makes_a_vicinity(text, word):
    assert parse(text).place_word is word
    assert parse(text).vicinity


@pytest.mark.parametrize("text", ["对面山社区", "河口路5号", "港口路5号", "桥头", "新街口", "云溪路12号(农行旁)"])
def test_names_that_hold_a_place_word_are_no_vicinity(text):
    assert not parse(text).vicinity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云溪大道1939-21号,云溪大道43号", ["云溪大道1939号附21号", "云溪大道43号"]),
        ("下陆区云溪路3号；松月路5号", ["下陆区云溪路3号", "下陆区松月路5号"]),
        ("云溪路3号、5号", ["云溪路3号", "云溪路5号"]),
        ("松月小区3栋501、502室", ["松月小区3栋501室", "松月小区3栋502室"]),
        ("松月小区3栋2单元501/502", ["松月小区3栋2单元501室", "松月小区3栋2单元502室"]),
        ("松月小区3栋501;5栋201", ["松月小区3栋501室", "松月小区5栋201室"]),
        ("云溪大道43号 松月路5号", ["云溪大道43号", "松月路5号"]),
        ("松月小区,3栋,2单元,501", ["松月小区3栋2单元501室"]),
        ("湖北省,黄石市,下陆区,云溪路15号", ["湖北省黄石市下陆区云溪路15号"]),
        ("云溪大道5号,白鹭苑3栋", ["云溪大道5号白鹭苑3栋"]),
        ("云溪大道、乾塔路交汇处", ["云溪大道与乾塔路交汇处"]),
        ("(青禾区,柳塘)云溪路3号", ["云溪路3号(青禾区,柳塘)"]),
        ("松月小区3,501室", ["松月小区3号501室"]),
        ("松月小区3(2单元)501室", ["松月小区3号2单元501室"]),
        ("松月小区3(租房)501室", ["松月小区3号501室(租房)"]),
        ("", []),
        (" ;，", []),
    ],
)
def test_a_field_with_several_addresses(text, expected):
    assert [format_address(address) for address in parse_all(text)] == expected


def test_parse_takes_the_first_of_several_and_says_so():
    address = parse("云溪大道1939-21号,云溪大道43号")
    assert (address.number, address.rest) == ("1939", "云溪大道43号")
    assert any("一格多址" in change for change in address.changes)
    assert parse("") == parse("  ") == Address()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("松月小区３栋", "全角改半角"), ("百花園", "繁体改简体：園"), ("松月小区三栋", "汉字数字"),
        ("松月小区3幢", "“幢”统一为“栋”"),
        ("云溪路7#", "“#”改为“号”"), ("云溪路11号副16号", "附16号"), ("大冶市黄石市大冶市新冶大道", "重复"),
        ("(青禾区柳塘)云溪路3号", "提示"), ("松月小区3-2-501", "按栋-单元-室理解"), ("黄石下陆区云溪路1号", "补“市”"),
    ],
)  # fmt: skip
def test_changes_are_told(text, said):
    assert any(said in change for change in parse(text).changes)


def test_an_address_in_normal_form_is_not_changed():
    assert parse("下陆区望澜街道松月社区云溪路15号松月小区3栋2单元501室").changes == ()


@pytest.mark.parametrize("text", ["同上", "无", "不详", "暂无", "?", "13812345678"])
def test_what_is_no_address_is_not_understood(text):
    address = parse(text)
    assert not address.understood
    assert address.rest == normal_text(text)
    assert key(address) == ""


AMBIGUOUS = ["3-2-501", "松月小区3-2-501", "松月小区3-501", "松月小区5号", "云溪路43号2-501", "松月小区3楼501"]


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_guesses_are_marked(text):
    assert parse(text).ambiguous


@pytest.mark.parametrize("text", ["松月小区3栋2-501", "云溪路11-16号", "中窑湾28-1号", "松月小区3栋", "云溪路43号501"])
def test_plain_doors_are_not_marked(text):
    assert not parse(text).ambiguous


# An address is put together from known parts in one of several spellings; the parser has to give the parts back.
NUMBERS = st.integers(1, 39)
CHINESE = "零一二三四五六七八九"


def in_chinese(number):
    if number < 10:
        return CHINESE[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else CHINESE[tens]) + "十" + (CHINESE[ones] if ones else "")


@st.composite
def written_addresses(draw):
    expected = dict.fromkeys(("city", "district", "street", "community", "road", "number", "compound"))
    expected |= dict.fromkeys(("building", "unit", "room"))
    text = ""
    for name, choices in (
        ("city", ("黄石市", "云溪市")),
        ("district", ("下陆区", "黄石港区", "青禾县")),
        ("street", ("望澜街道", "柳塘街道办事处")),
        ("community", ("松月社区", "箭楼下社区居委会", "市建村社区")),
    ):
        if draw(st.booleans()):
            expected[name] = draw(st.sampled_from(choices))
            text += expected[name]
    if with_road := draw(st.booleans()):
        expected["road"] = draw(st.sampled_from(("云溪路", "松月二路", "柳塘大道", "乾塔巷", "桂南路")))
        number = draw(NUMBERS)
        expected["number"] = str(number)
        text += expected["road"] + draw(st.sampled_from((f"{number}号", f"{in_chinese(number)}号", f"{number}#")))
    if not with_road or draw(st.booleans()):
        expected["compound"] = draw(st.sampled_from(("白鹭苑", "松月小区", "冶电一村", "锦湖一号", "纺机家属区")))
        text += expected["compound"]
        building, unit, room = draw(NUMBERS), draw(st.integers(1, 9)), draw(st.integers(101, 909))
        expected |= {"building": str(building), "unit": str(unit), "room": str(room)}
        mark = draw(st.sampled_from(("栋", "幢", "号楼", "座")))
        written = draw(st.sampled_from((str(building), in_chinese(building), f"{building:02d}")))
        hyphen = draw(st.sampled_from(("", "-")))
        stairs = draw(st.sampled_from((f"{unit}单元{hyphen}", f"{in_chinese(unit)}单元", f"{unit}门", f"{unit}-")))
        text += f"{written}{mark}{hyphen}{stairs}{room}{draw(st.sampled_from(('', '室')))}"
    return text, expected


@settings(max_examples=400, deadline=None)
@given(written_addresses())
def test_parts_come_back_from_every_spelling(case):
    text, expected = case
    address = parse(text)
    assert {name: getattr(address, name) for name in expected} == expected
    assert address.rest == ""
    assert not address.ambiguous


SIGNS = (
    "云溪路街巷大道号栋幢楼单元室层门旁对面与交汇处黄石市区县镇村社小一二三十附副之特甲东陆0123456789-#()〔〕,;、 A座"
)


@settings(max_examples=1500, deadline=None)
@given(st.text(alphabet=SIGNS, max_size=24))
def test_any_address_like_text_survives_its_own_normal_form(text):
    for address in (parse(text), *parse_all(text)):
        again = parse(format_address(address))
        assert again == address
        assert key(again) == key(address)


@settings(max_examples=1000, deadline=None)
@given(st.text(max_size=24))
def test_any_text_survives_its_own_normal_form(text):
    address = parse(text)
    assert parse(format_address(address)) == address


@pytest.mark.slow
@settings(max_examples=60_000, deadline=None)
@given(st.text(alphabet=SIGNS, max_size=32))
def test_many_address_like_texts_survive_their_own_normal_form(text):
    address = parse(text)
    assert parse(format_address(address)) == address


@settings(max_examples=1000, deadline=None)
@given(st.text(alphabet=re.sub("[〇零一二三十陆]", "", SIGNS), max_size=24))
def test_no_number_is_invented(text):
    written = set(re.findall(r"\d+", normal_text(text)))
    written |= {run.lstrip("0") or "0" for run in written}
    for address in parse_all(text):
        for name in ("number", "sub_number", "building", "unit", "floor", "room"):
            assert set(re.findall(r"\d+", getattr(address, name) or "")) <= written, name


@pytest.mark.parametrize("row", CORPUS[::7], ids=lambda row: row["text"])
def test_the_key_of_a_plate_with_what_is_on_the_wall_behind_it(row):
    address = parse(row["text"], Style(row["style"]))
    assert key(address, building="77") == key(dataclasses.replace(address, building="77"))
    assert key(address, building="") == key(address)


def test_a_slash_in_a_name_is_no_border_between_parts():
    assert key(Address(road="A", compound="B/C")) == "A////B-C////"
    assert key(Address(road="A/", compound="B")) == "A-////B////"


@given(st.text(alphabet="湖北黄石市下陆区团城山街道社路3号 -", max_size=14), st.sampled_from("0123456789"))
def test_a_head_is_read_alike_whatever_number_follows(head, digit):
    # divisions are read once for all rows that begin alike, and no number can change them
    first, second = (read_prefix(f"{head}{sign}号", []) for sign in (digit, "7"))
    assert first[0] == second[0]
    assert first[1].removesuffix(f"{digit}号") == second[1].removesuffix("7号")
