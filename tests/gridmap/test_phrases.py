"""Everything that a person may be told exists in Chinese and in English with the same values."""

import ast
import importlib.util
import pickle
import re
import string
from pathlib import Path

import pytest

from gridmap import errors, phrases
from gridmap.errors import InputError, Problem, ProposalError
from gridmap.phrases import PHRASES, say, told

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for part in ("geodata", "gridmap", "api") for path in (ROOT / part).rglob("*.py")
           if "sample" not in path.parts and "migrations" not in path.parts]  # fmt: skip
TABLES = ("ACCOUNTS", "COMMANDS", "FILES", "FORMS", "GEOJSON", "HTTP", "IMPORTS", "PEOPLE", "REVIEW", "SIGNING",
          "VALUES", "WORK")  # fmt: skip
TELLING = {"Problem", "Reason", "Fault", "HTTPException", *(name for name in vars(errors) if name[0].isupper())}
NAMED = re.compile(r'\b(?:say|spoken|_stale)\(\s*"([^"]+)"')
SILENT = {"ValidationError", "NotImplementedError", "InstanceError", "TypeError"}


def _names(template):
    return {(name, spec) for _, name, spec, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("phrase", sorted(PHRASES))
def test_both_languages_take_the_same_values(phrase):
    chinese, english = PHRASES[phrase]
    assert chinese.strip()
    assert english.strip()
    assert _names(chinese) == _names(english)


def test_no_phrase_hides_another():
    assert sum(len(getattr(phrases, name)) for name in TABLES) == len(PHRASES)


def test_every_phrase_that_the_code_names_exists():
    named = {name for path in SOURCES
             for name in NAMED.findall(path.read_text(encoding="utf-8"))}  # fmt: skip
    assert len(named) > 200
    assert named - set(PHRASES) == set()


def _bare(node):
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return any(isinstance(part, ast.Constant) and " " in str(part.value) for part in parts)


def test_nothing_is_told_without_a_phrase():
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            ours = name in TELLING or (name.endswith("Error") and name not in SILENT)
            if ours and any(map(_bare, node.args)):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


def test_phrases_among_the_values_speak_the_language_of_the_whole():
    said = say("settings.unknown_key", name="naem", near=say("near.keys", names=["name", "path"]))
    assert told(said, "zh") == "没有键“naem”：此处可用的键：name、path"
    assert told(said, "en") == said == "there is no key 'naem': known keys here: name, path"
    assert pickle.loads(pickle.dumps(said)).zh == said.zh


def test_an_error_speaks_both_languages():
    error = ProposalError(say("limit.locked", names=["p1", "p2"]))
    assert error.told("zh") == "会结束已锁定的包保：p1、p2"
    assert error.told("en") == "Locked pairings would end: p1, p2"


def test_a_problem_names_its_place_in_both_languages_and_survives_json():
    problem = Problem("a.csv", 3, "phone", "value.phone", say("value", value="'138****'", said=say("value.phone")))
    assert problem.told("zh").startswith("a.csv:第 3 行:phone: [value.phone] '138****' 不是电话号码")
    assert str(InputError([problem])).startswith("a.csv:row 3:phone: [value.phone] '138****' is no telephone")
    assert InputError([problem]).told("zh") == problem.told("zh")
    assert Problem(**problem.as_dict()).told("zh") == problem.told("zh")


def test_what_pydantic_refuses_is_said_in_chinese():
    known = phrases.refusal({"type": "greater_than_equal", "msg": "Input should be greater", "ctx": {"ge": 0}})
    other = phrases.refusal({"type": "never_heard_of", "msg": "Input should rhyme"})
    assert (known, known.zh) == ("should be greater than or equal to 0", "应大于或等于 0")
    assert (other, other.zh) == ("should rhyme", "不符合要求：should rhyme")


def test_the_page_of_all_phrases_is_current():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    assert reference.PHRASES_PAGE.read_text(encoding="utf-8") == reference.phrases_page()
