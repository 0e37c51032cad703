"""Both languages say everything, with the same facts in them, and nothing is said that no page shows."""

import datetime as dt
import re
from pathlib import Path

import pytest

from gridmap.maps import words
from gridmap.maps.field import SCRIPT_WORDS
from gridmap.maps.pages import TEXT_KINDS, TEXT_NAMES
from gridmap.tables import Accuracy, CareLevel, Category, Role, ThreatLevel

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "gridmap" / "maps" / "templates").glob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


WORDLESS = {"share.0", "share.2", "share.3", "nav.lang_title", "warning", "warning.about", "warning.comma"}
"""Figures, marks of punctuation, and the name of the other language."""


@pytest.mark.parametrize("key", words.TEXTS)
def test_a_text_is_chinese_in_chinese_and_english_in_english(key):
    chinese, english = words.TEXTS[key]
    if key != "nav.lang":  # the switch is written in the language it leads to
        assert not CHINESE.search(english) or key == "nav.lang_title"
        assert CHINESE.search(chinese) or key in WORDLESS
    assert set(re.findall(r"\{(\w+)\}", chinese)) == set(re.findall(r"\{(\w+)\}", english))
    assert not re.search(r"[\u4e00-\u9fff][,;:!?]", chinese), "Chinese text has Chinese punctuation"


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [("category", Category), ("care", CareLevel), ("role", Role), ("accuracy", Accuracy), ("threat", ThreatLevel)],
)
def test_every_value_of_a_noun_has_a_word(prefix, kind):
    assert [str(value) for value in kind if f"{prefix}.{value}" not in words.TEXTS] == []


def asked_by_scripts():
    return {key for path in SCRIPTS for key in re.findall(r'word\(\s*"([\w.]+)"', path.read_text(encoding="utf-8"))}


def asked_by_templates():
    return {key for path in TEMPLATES for key in re.findall(r"t\['([\w.]+)'\]", path.read_text(encoding="utf-8"))}


def test_every_text_that_is_asked_for_exists():
    assert {key for key in asked_by_scripts() | asked_by_templates() if key not in words.TEXTS} == set()


def test_scripts_get_every_text_that_they_ask_for():
    sent = {key for key in words.TEXTS if key.startswith((*TEXT_KINDS, *SCRIPT_WORDS)) or key in TEXT_NAMES}
    assert asked_by_scripts() - sent == set()


def test_no_text_is_left_over():
    drawing = [
        ROOT / "gridmap" / "maps" / f"{name}.py"
        for name in (
            "pages",
            "planning",
            "field",
            "today",
            "importing",
            "reviewing",
            "doubles",
            "explaining",
            "door",
            "offices",
            "lists",
        )
    ]
    drawing += [
        ROOT / "api" / "routes" / "door.py",
        ROOT / "api" / "routes" / "openid.py",
        ROOT / "gridmap" / "work" / "asking.py",
    ]
    code = "\n".join(path.read_text(encoding="utf-8") for path in [*TEMPLATES, *SCRIPTS, *drawing])
    built = ("category.", "care.", "role.", "member.", "accuracy.", "state.", "hazard.", "threat.", "layer.", "level.",
             "share.", "tile.", "search.kind.", "sort.", "plan.status.", "plan.kind.", "plan.row.",
             "plan.sentence.", "plan.error.", "plan.pick.", "imp.status.", "imp.kind.", "imp.points.", "imp.sure.",
             "imp.how.",
             "imp.count.", "imp.severity.", "imp.error.", "imp.step.", "col.",
             "site_state.", "sign.", "why.", "worth.by_", "call.why.",
             "warning.level.", "warning.asks.",
             "review.side.", "review.which.", "review.kind.", "review.error.",
             "people.side.", "people.sign.", "people.fact.", "people.status.", "people.gender.", "people.saved.",
             "people.history.line.", "people.error.",
             "today.noun.", "today.pairing.", "today.household.", "today.member.", "today.field.", "today.from_",
             "today.unknown_", "as.", "reveal.column.", "ground.", "emergency.state.",
             "act.", "set.", "settings.from.", "admin.act.", "admin.grant.", "admin.scope.", "audit.said.",
             "lists.named.", "lists.status.", "lists.gaps.", "lists.lawful.")  # fmt: skip
    titles = (
        "map.title",
        "sign-in.title",
        "account.title",
        "figures.title",
        "home.title",
        "gaps.title",
        "nav.home",
        "nav.map",
        "nav.gaps",
        "nav.proposals",
        "nav.field",
        "nav.emergency",
        "nav.review",
        "nav.today",
        "today.title",
        "nav.imports",
        "imports.title",
        "import.title",
        "field.title",
        "site.title",
        "review.title",
        "nav.people",
        "people.title",
        "proposals.title",
        "proposal.title",
        "nav.worth",
        "household.title",
        "nav.audit",
        "nav.households",
        "households.title",
        "members.title",
        "areas.title",
        "lists.care_level",
        "lists.named",
        "lists.lawful",
        "lists.level",
        "lists.gaps",
        "nav.admin",
        "audit.title",
        "admin.title",
        "settings.title",
        "emergency.title",
    )
    left = [key for key in words.TEXTS if not key.startswith(built) and key not in titles
            and f'"{key}"' not in code and f"'{key}'" not in code
            and not (key.startswith(("review.", "people.", "reveal."))
                     and f'"{key.partition(".")[2]}"' in code)]  # fmt: skip
    assert left == []


def test_moments_are_written_as_people_do():
    when = dt.datetime(2026, 11, 24, 8, 5, tzinfo=dt.UTC)
    assert words.moment(when, "zh") == "11月24日 08:05"
    assert words.moment(when, "en") == "24 November 08:05"
    assert words.date(when, "zh") == "2026年11月24日"
    assert words.count(1312) == "1,312"
