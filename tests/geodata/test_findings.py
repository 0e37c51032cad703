import re
from pathlib import Path

import numpy as np

from geodata.findings import SHOWN, Findings
from gridmap.errors import Problem, Severity

ROOT = Path(__file__).parents[2]
CODE = re.compile(
    r'"((?:settings|file|layer|sheet|encoding|where|crs|column|table|id|geometry|geojson|parent|siblings|grid|household|path)'
    r'\.[a-z_]+)"'
)


def test_every_code_is_documented():
    known = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    codes = {
        code
        for path in (ROOT / "geodata").glob("*.py")
        for code in CODE.findall(re.sub(r"say\([^)]*\)", "", path.read_text(encoding="utf-8")))
    }
    assert len(codes) > 60
    assert sorted(code for code in codes if f"`{code}`" not in known) == []


def test_the_like_of_many_problems_is_counted_by_file_code_and_severity():
    findings = Findings()
    findings.rows(findings.warn, "a", "x.y", np.arange(2, 32), lambda at: f"row {at}")
    findings.warn("b", "x.y", "alone")
    findings.note("a", "x.y", "a note is another thing")
    found = findings.problems
    assert [problem.row for problem in found[:SHOWN]] == list(range(2, 22))
    assert [problem.message for problem in found[:2]] == ["row 0", "row 1"]
    assert [(problem.file, problem.row) for problem in found[SHOWN:]] == [("b", None), ("a", None), ("a", None)]
    assert found[-1].message == "30 times in all: 10 more rows like the 20 shown"
    assert not findings.stopped


def test_problems_that_come_one_by_one_are_counted_too():
    findings = Findings()
    findings.extend(Problem("a", row, None, "x.y", "m") for row in range(25))
    assert len(findings.problems) == SHOWN + 1
    assert findings.problems[-1].severity is Severity.ERROR
    assert findings.stopped


def test_messages_of_rows_that_are_not_shown_are_never_made():
    findings = Findings()
    made = []
    findings.rows(findings.warn, "a", "x.y", range(1000), lambda at: made.append(at) or "m")
    assert len(made) == SHOWN


def test_an_error_of_no_rows_stops_nothing():
    findings = Findings()
    findings.rows(findings.error, "f.csv", "id.missing", [], "has no id")
    assert not findings.stopped
    findings.error("f.csv", "id.missing", "has no id")
    assert findings.stopped
