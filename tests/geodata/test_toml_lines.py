"""Lines are checked against texts whose lines were counted by hand, and against tomllib for the keys."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.toml_lines import key_lines, line_of

TEXT = '''# a city
name = "x # no comment"

[rules]
mode = "team"        # 5
radius.m = 3

[[areas]]
path = """
two
lines"""
columns = { a = "b", "c d" = [
  1, 2,
] }

[[areas]]
path = 'C:\\raw'
values.kind = {x = "]", y = '}'}
[areas.deep]
q = [ {z = 1}, {z = 2},
  {z = 3} ]
'''

EXPECTED = {
    ("name",): 2,
    ("rules",): 4,
    ("rules", "mode"): 5,
    ("rules", "radius", "m"): 6,
    ("areas", 0): 8,
    ("areas", 0, "path"): 9,
    ("areas", 0, "columns", "c d"): 12,
    ("areas", 0, "columns", "c d", 1): 13,
    ("areas", 1): 16,
    ("areas", 1, "path"): 17,
    ("areas", 1, "values", "kind", "y"): 18,
    ("areas", 1, "deep"): 19,
    ("areas", 1, "deep", "q", 1, "z"): 20,
    ("areas", 1, "deep", "q", 2, "z"): 21,
}


@pytest.mark.parametrize(("path", "line"), EXPECTED.items())
def test_every_key_stands_on_its_line(path, line):
    assert key_lines(TEXT)[path] == line


def leaves(value, path=()):
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    yield path
    for name, member in members:
        yield from leaves(member, (*path, name))


def test_every_key_that_tomllib_reads_has_a_line():
    missing = [path for path in leaves(tomllib.loads(TEXT)) if path and path not in key_lines(TEXT)]
    assert missing == []


def test_a_key_that_is_not_written_stands_where_its_table_stands():
    assert line_of(key_lines(TEXT), ("areas", 1, "level")) == 16
    assert line_of(key_lines(TEXT), ("nothing",)) is None


WORD = st.text("abcxyz", min_size=1, max_size=6)
VALUE = st.one_of(
    st.integers(),
    st.booleans().map(lambda flag: str(flag).lower()),
    st.text("ab#[]{}=, ", max_size=8).map(lambda text: f"'{text}'"),
    st.lists(st.integers(), max_size=3).map(lambda items: "[\n " + ",\n ".join(map(str, items)) + "\n]"),
)


@given(st.dictionaries(WORD, VALUE, min_size=1, max_size=6), st.integers(0, 3))
def test_lines_of_plain_keys_are_those_of_the_text(pairs, blank):
    text = "\n" * blank
    expected = {}
    for key, value in pairs.items():
        expected[key] = text.count("\n") + 1
        text += f"{key} = {value}\n"
    found = key_lines(text)
    assert {key: found[key,] for key in pairs} == expected
