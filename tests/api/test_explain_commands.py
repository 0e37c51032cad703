"""The commands that answer why and what if, in the hand-drawn town."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from geodata.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import RULES, keep
from town import household, member, pairing


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """h1 at 0 m and h2 at 10 m; mid is nearest to both; h5 in B5 has nobody, as 300 m is the limit."""
    made = tmp_path_factory.mktemp("town")
    store = Workspace(made).open(create=True)
    keep(
        store,
        [household("h1", (0.0, 0.0)), household("h2", (10.0, 0.0)), household("h5", "B5")],
        [member("mid", (5.0, 0.0), name="王大力"), member("left", (-20.0, 0.0)), member("right", (110.0, 0.0))],
        [pairing("h1", "left", distance_m=20.0), pairing("h2", "mid", distance_m=5.0)],
        rules=RULES.model_copy(update={"radius_m": 300.0, "straight_factor": 1.0, "change_penalty_m": 0.0}),
    )
    store.close()
    return made


def run(*arguments):
    done = CliRunner().invoke(app, [str(part) for part in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_explain_says_why_not_the_nearest_and_masks(folder):
    said = run("explain", folder, "--household", "h1", "--lang", "zh")
    assert "王*力 (mid) 近 15 m；但 户*2 (h2) 更需要" in said
    assert "王大力" not in said
    assert "nearest 390 m" in run("explain", folder, "--household", "h5", "--lang", "en")


def test_explain_takes_a_pairing_or_a_member(folder):
    told = json.loads(run("explain", folder, "--pairing", "h2:registered:mid", "--json"))
    assert [one["member_id"] for one in told["pairings"]] == ["mid"]
    assert "95 m more in all" in run("explain", folder, "--member", "mid", "--lang", "en")
    assert CliRunner().invoke(app, ["explain", str(folder)]).exit_code == 2


def test_suggest_ranks_by_the_whole_plan(folder):
    told = json.loads(run("suggest", folder, "--household", "h1", "--json"))
    assert [one["member_id"] for one in told["places"][0]["candidates"]] == ["left", "mid", "right"]
    assert "h2" in run("suggest", folder, "--leaving", "mid", "--lang", "en")


def test_worth_names_the_grid_without_anybody(folder):
    told = json.loads(run("worth", folder, "--level", "grid", "--json"))
    assert (told["proven"], [spot["area_id"] for spot in told["spots"]]) == (True, ["G3"])
    assert "proven" in run("worth", folder, "--top", "3", "--lang", "en")
