"""Pairs of names judged by hand: which slips are slips, and which differences tell two places apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from gridmap.locate import likeness
from gridmap.locate.likeness import NameIndex, compare_communities, compare_names, compare_western

SURE = 0.85


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("团成山三村", "团城山三村"),  # homophone
        ("马白山小区", "白马山小区"),  # two characters swapped
        ("白马山", "白马山小区"),  # 小区 left out
        ("锦湖一号小区", "锦湖一号"),  # 小区 added
        ("锦湖1号", "锦湖一号"),
        ("陈家弯小区", "陈家湾小区"),
        ("沈家淫小区", "沈家营小区"),  # n for ng
        ("磁湖半岛花圆", "磁湖半岛花园"),
        ("纺机宿舍", "纺机家属区"),
        ("纺机散村", "纺机三村"),  # a homophone of a numeral is no other numeral
        ("梅塘信村", "梅塘新村"),
        ("松滩华园", "松滩花园"),
    ],
)
def test_slips_of_hand_and_ear_are_forgiven(query, name):
    assert SURE <= compare_names(query, name).score < 1.0


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("白马山小区", "白马山庄"),
        ("白马山小区", "白马山社区"),
        ("白马山社区", "白马山庄"),
        ("纺织一村", "纺织二村"),
        ("冶电一村", "冶电二村"),
        ("团城山2村", "团城山三村"),
        ("东方花园", "西方花园"),
        ("湖滨花园", "湖滨花苑"),
        ("江南小区", "江南花园"),
        ("新街小区", "老街小区"),
        ("黄石大道", "黄石路"),
        ("湖滨一巷", "湖滨二巷"),
        ("A区", "B区"),
        ("家方塘", "倪家塘"),  # not a swap: only one character moved
        ("康家咀", "新康家咀"),
        ("和平小区", "胜利小区"),
    ],
)
def test_different_places_are_never_one(query, name):
    assert compare_names(query, name).score < 0.7
    assert compare_names(name, query).score < 0.7


def test_a_short_name_forgives_less():
    assert compare_names("大明小区", "大名小区").score < SURE
    assert compare_names("大明", "大名").score < SURE
    assert SURE < compare_names("大明花园", "大名花园").score < compare_names("大明山花园", "大名山花园").score
    assert compare_names("大冶花园", "大名花园").score < SURE


def test_a_bare_name_is_as_near_to_either_longer_name():
    close = compare_names("白马山", "白马山小区").score - compare_names("白马山", "白马山庄").score
    assert 0 < close < 0.08


@pytest.mark.parametrize(
    ("query", "name", "sure"),
    [
        ("滨湖社区", "滨湖社区居委会", True),
        ("滨湖", "滨湖社区居民委员会", True),
        ("滨湖村", "滨湖村民委员会", True),
        ("滨湖村", "滨湖社区", False),
        ("箭楼下", "箭楼下社区", True),
        ("滨江社区", "滨湖社区", False),
    ],
)
def test_committee_endings_are_one_but_a_village_is_no_residents_community(query, name, sure):
    assert (compare_communities(query, name).score > SURE) is sure


@pytest.mark.parametrize(
    ("query", "name", "sure"),
    [
        ("CONCORD AVE", "CONCORD AVE", True),
        ("CONCRD AVE", "CONCORD AVE", True),
        ("CONCORD AVE", "CONCORD ST", False),
        ("CONCORD", "CONCORD AVE", False),
        ("5TH ST", "6TH ST", False),
        ("OAK ST", "ELM ST", False),
    ],
)
def test_western_streets(query, name, sure):
    assert (compare_western(query, name).score >= SURE) is sure


@given(
    st.text("白马山城团小区花园村一二三", min_size=1, max_size=8),
    st.text("白马山城团小区花园村一二三", min_size=1, max_size=8),
)
def test_likeness_is_a_share_and_equal_only_for_equal_names(first, second):
    like = compare_names(first, second)
    assert 0.0 <= like.score <= 1.0
    assert like.why
    if like.score == 1.0:
        assert first == second


def test_the_index_finds_homophones_that_share_no_character():
    index = NameIndex(compare_names, [("磁湖小区", 7), ("和平小区", 8)], cutoff=90)
    assert [at for at, _ in index.find("瓷胡小区")] == [7]


def test_the_index_returns_every_place_of_a_shared_name():
    index = NameIndex(compare_names, [("和平小区", 1), ("和平小区", 2), ("和平新村", 3)], cutoff=45)
    assert [(at, like.score) for at, like in index.find("和平小区")][:2] == [(1, 1.0), (2, 1.0)]


def test_cores():
    assert likeness.community_core("白马山社区居委会") == ("白马山", "社区")
    assert likeness.street_core("团城山街道") == "团城山"
    assert likeness.district_core("下陆区") == "下陆"
    assert likeness.bare_ending("小区")
    assert not likeness.bare_ending("白马山小区")


NAMES = st.lists(st.text("白马山小区庄园一1", min_size=1, max_size=7), min_size=1, max_size=30, unique=True)


@given(NAMES, st.text("白马山小区庄园一1家", min_size=1, max_size=8), st.sampled_from([0, 40, 60, 61.5, 100]))
def test_no_name_that_reaches_the_ratio_is_left_out(names, text, cutoff):
    able = likeness._Letters(names, cutoff).able(text)
    assert able == sorted(set(able))
    reached = {at for at, name in enumerate(names) if fuzz.ratio(text, name) >= cutoff and fuzz.ratio(text, name) > 0}
    assert reached <= set(able)
