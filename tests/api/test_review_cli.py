"""The queue as a table: out, filled in, in again; wrong tables change nothing."""

import json

import pytest
import review_town
from filling import fill, lines
from typer.testing import CliRunner

from api.cli import app
from gridmap.errors import InputError
from gridmap.tables import HouseholdPlace, LocationDecision

ROWS = (
    {"name": "王小明", "address": "新街路8号", "care_level": "red"},
    {"name": "李四", "address": "老粮站宿舍3栋501", "stated_community": "白马山社区"},
    {"name": "赵五", "address": "和平小区1栋"},
)


@pytest.fixture
def workspace(tmp_path):
    return review_town.build(tmp_path, *ROWS)


def run(*words):
    found = CliRunner().invoke(app, ["review", *map(str, words)])
    if isinstance(found.exception, Exception) and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def written(workspace, choices):
    """The table with the choices filled in."""
    path = workspace.folder / "review.csv"
    told = run(workspace.folder, "--out", path, "--json")
    assert json.loads(told.stdout) == {"written": 3, "waiting": 3, "decided": 0}
    fill(path, [choices.get(row["编号"], "") for row in lines(path)], "gb18030")
    return path


def kept(workspace):
    store = workspace.open()
    with store.transaction() as transaction:
        found = transaction.read(HouseholdPlace).set_index("household_id"), transaction.read(LocationDecision)
    store.close()
    return found


def test_what_is_filled_in_is_kept_and_can_be_undone(workspace):
    path = written(workspace, {"h0": "1", "h1": "115.0083,30.2072"})
    assert "王小明" not in path.read_text(encoding="gb18030")
    told = json.loads(run(workspace.folder, "--in", path, "--json").stdout)
    assert told == {"kept": ["L000001", "L000002"], "waiting": 1, "decided": 2}
    places, decisions = kept(workspace)
    assert places.loc["h0", "method"] == places.loc["h1", "method"] == "decision"
    assert not places.loc["h0", "review"]
    assert decisions["kind"].tolist() == ["accept", "pin"]
    told = json.loads(run(workspace.folder, "--undo", "L000001", "--json").stdout)
    assert told == {"undone": "L000001", "waiting": 2, "decided": 1}


def test_one_wrong_row_and_nothing_is_kept(workspace):
    path = written(workspace, {"h0": "1", "h1": "0,0", "h2": "1"})
    with pytest.raises(InputError) as stopped:
        run(workspace.folder, "--in", path)
    (problem,) = stopped.value.problems
    assert (problem.row, problem.column, problem.code) == (4, "选择", "review.refused")
    places, decisions = kept(workspace)
    assert decisions.empty
    assert places["review"].all()


def test_the_same_table_twice_is_noticed(workspace):
    path = written(workspace, {"h0": "1", "h2": "1"})
    run(workspace.folder, "--in", path)
    with pytest.raises(InputError) as stopped:
        run(workspace.folder, "--in", path)
    assert [(problem.row, problem.column) for problem in stopped.value.problems] == [(2, "状态码"), (3, "状态码")]
    assert len(kept(workspace)[1]) == 2
