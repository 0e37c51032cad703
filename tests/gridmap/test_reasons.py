"""Both languages must say the same numbers."""

import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.reasons import PHRASES, Phrase, because, join, keep, spoken, tell


@pytest.mark.parametrize("code", PHRASES)
def test_both_languages_tell_the_same_numbers(code):
    zh, en = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in PHRASES[code])
    assert zh == en


def test_a_role_is_said_in_the_language_of_the_sentence():
    assert tell("none_in_reach", role="building", radius=500.0) == "500 m 内没有在岗的楼栋志愿者"
    assert tell("none_in_reach", "en", role="building", radius=500.0) == "no building volunteer on duty within 500 m"


def test_parts_are_joined_as_the_language_does():
    assert join(["甲", "乙"]) == "甲；乙"
    assert join(["a", "b"], "en") == "a; b"


SAID = [
    because("straight", metres=519.6),
    because(
        "place.compound_like", written="团成山", name="团城山", like=(because("like.sound"), because("like.one_off"))
    ),
    because("place.close", count=2, names=["甲", "乙"]),
]


def test_kept_reasons_are_said_in_either_language_with_what_is_inside_them():
    kept = keep(SAID)
    assert spoken(kept) == "步行约 520 m；“团成山”即“团城山”（同音字、差一字）；2 处分不清：甲、乙"
    assert spoken(kept, "en") == (
        "about 520 m on foot; “团成山” is “团城山” (sounds the same, one character differs); "
        "2 places cannot be told apart: 甲, 乙"
    )


def test_what_is_said_twice_is_kept_once_and_old_words_are_said_as_they_are():
    assert keep([because("kept"), because("kept")]) == '[{"code":"kept"}]'
    for old in ("", "步行约 520 m；同楼栋", "邻居", '[{"a":1}]'):
        assert spoken(old, "en") == old


@given(st.lists(st.tuples(st.text(), st.floats(0, 1e6), st.integers(0, 99)), min_size=1, max_size=4))
def test_any_names_and_numbers_come_back(rows):
    said = [because("place.elsewhere", name=name, metres=metres) for name, metres, _ in rows]
    said += [because("load", load=count, limit=count) for *_, count in rows]
    once = list({str(one): one for one in said}.values())
    assert spoken(keep(said), "en") == join([one.tell("en") for one in once], "en")


def test_every_code_that_the_code_names_exists():
    sources = (Path(__file__).parents[2] / "gridmap").rglob("*.py")
    named = {
        code for path in sources for code in re.findall(r'because\(\s*"([\w.]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    assert named - PHRASES.keys() == set()


def test_a_phrase_says_what_it_was_made_of():
    assert because("kept") == Phrase("kept", {})
    assert because("load", load=1, limit=2).as_dict()["en"] == "looks after 1 of 2"
