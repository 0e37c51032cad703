"""docs/tables.md tells the truth about the nouns."""

import re
from pathlib import Path

from geodata.dictionary import dictionary, main

TABLES = Path(__file__).parents[2] / "docs" / "tables.md"


def test_docs_tables_md_is_current():
    assert TABLES.read_text(encoding="utf-8") == dictionary(), "run `make docs`"


def test_the_facts_of_a_noun_are_told():
    member = dictionary().partition("\n## member\n")[2].partition("\n## ")[0]
    assert "| `member_id` | text | key, up to 64 characters |  |" in member
    assert (
        "| `capacity` | whole number | at least 0, at most 50, default `1` | 包保上限: households at once |" in member
    )
    assert "| `roles` | list of [Role](#role) | default registered |  |" in member
    assert "| `phone` | text | personal (phone), encrypted |  |" in member
    pairing = dictionary().partition("\n## pairing\n")[2].partition("\n## ")[0]
    assert "| `household_id` | text | required, names a [household](#household) |  |" in pairing
    assert "| `locked` | true or false | default false | the engine must keep it |" in pairing


def test_every_link_leads_somewhere():
    text = dictionary()
    headings = {line.lstrip("# ").lower() for line in text.splitlines() if line.startswith("#")}
    assert set(re.findall(r"\]\(#(\w+)\)", text)) <= headings


def test_main_writes_the_file(tmp_path):
    main(str(tmp_path / "tables.md"))
    assert (tmp_path / "tables.md").read_text(encoding="utf-8") == dictionary()
