"""Every header of the domain notes (3.1) must find its column; the list here is taken from there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.headers import ALIASES, match, normalise, score
from gridmap.schema import keys
from gridmap.tables import Community, Household, Member

HOUSEHOLD = {
    "name": "姓名/本人姓名/老人姓名/户主姓名/对象姓名/被包保人",
    "gender": "性别",
    "id_no": "身份证号/身份证号码/证件号码/证件号/公民身份号码",
    "birth": "出生日期/出生年月",
    "phone": "联系电话/电话/手机/手机号码/联系方式/固定电话",
    "address": "现住址/家庭住址/居住地址/实际居住地/联系地址/居住地/详细地址/门牌地址",
    "stated_community": "社区/村社区/居委/居委会/所属社区",
    "stated_grid": "所属网格/网格/网格名称",
    "categories": "人员类别/特殊群体/重点类别/人员类型/困难类型/类别/对象类别",
    "care_level": "风险等级/管控级别/关爱等级/颜色",
    "_compound": "小区/小区名称/现住小区/建筑",
    "_building": "楼栋/栋号/楼号/幢",
    "_unit": "单元/单元号",
    "_room": "室/房号/户室",
    "_disability": "残疾等级/残疾级别",
    "_low_income": "是否低保/低保类别",
    "_alone": "是否独居",
    "_empty_nest": "是否空巢",
    "_household_no": "户编号/户号",
}
MEMBER = {
    "name": "姓名/党员姓名",
    "unit": "工作单位/所在单位/单位名称/派出单位",
    "address": "居住地址",
    "stated_community": "报到社区/认领单位报到社区/单位联系社区",
    "skills": "特长/个人特长/技能特长/兴趣爱好",
    "roles": "报到类型",
    "stated_grid": "编入网格/所属网格",
    "_leave": "请假情况",
}
PAIRS = [(row, ours, name) for row, names in ((Household, HOUSEHOLD), (Member, MEMBER))
         for ours, text in names.items() for name in text.split("/")]  # fmt: skip


@pytest.mark.parametrize(("row", "ours", "header"), PAIRS)
def test_every_header_of_the_ledgers_finds_its_column(row, ours, header):
    assert match([header], row).chosen == {ours: header}


@pytest.mark.parametrize("header", ["户籍地址", "包保人电话", "监护人姓名", "备注", "年龄", "健康状况"])
def test_what_we_do_not_need_is_not_read(header):
    assert match(["姓名", header], Household).unused == (header,)


def test_the_city_s_own_columns_are_left_alone():
    found = match(["姓名", "name", "地址"], Household, taken=["name"])
    assert found.chosen == {"address": "地址"}
    assert found.unused == ("姓名", "name")


def test_an_exact_name_beats_an_alias_and_the_first_alias_beats_the_next():
    assert match(["电话", "phone"], Household).chosen == {"phone": "phone"}
    assert match(["手机", "联系电话"], Household).chosen == {"phone": "手机"}


def test_the_code_of_an_area_is_its_id():
    assert match(["社区编码", "社区名称", "街道编码"], Community).chosen == {
        "community_id": "社区编码", "name": "社区名称", "street_id": "街道编码",
    }  # fmt: skip


NOISE = st.sampled_from(["", " ", "\n", "*", "　", "（必填）", "(必填)", "【选填】", "：", ":"])


@given(st.sampled_from(PAIRS), NOISE, NOISE, st.booleans())
def test_blanks_stars_brackets_and_width_do_not_matter(pair, before, after, wide):
    row, ours, header = pair
    written = "　".join(header) if wide else header
    assert match([f"{before}{written}{after}"], row).chosen == {ours: f"{before}{written}{after}"}


@given(st.text())
def test_any_text_is_normalised_to_one_word(text):
    assert normalise(text).split() == ([normalise(text)] if normalise(text) else [])


def test_english_names_keep_their_words():
    assert normalise("Phone Number") == normalise("phone_number") == normalise("PHONE-NUMBER ")


def test_every_alias_leads_to_a_column_or_a_part():
    for row, names in ALIASES.items():
        for ours in names:
            assert ours.startswith("_") or ours in row.model_fields, (row, ours)


def test_no_alias_of_a_noun_leads_to_two_columns():
    for row, names in ALIASES.items():
        owners = {}
        for ours, text in names.items():
            for name in text.split():
                owners.setdefault(normalise(name), set()).add(keys(row)[0] if ours == "_id" else ours)
        assert {name: found for name, found in owners.items() if len(found) > 1} == {}


def test_score_counts_the_headers_that_are_known():
    assert score(["序号", "姓名", "现住址", "备注"], Household) == 2
    assert score(["foo", "bar"], Household, named=["bar"]) == 1
