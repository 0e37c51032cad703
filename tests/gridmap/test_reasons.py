"""Both languages must say the same numbers."""

from string import Formatter

import pytest

from gridmap.reasons import PHRASES, join, tell


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
