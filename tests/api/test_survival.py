"""A build is all or nothing: refused, failing or killed, it leaves the workspace as it was."""

import json
import os
import random
import shutil
import signal
import subprocess
import time

import cities
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import ROWS, AuditEntry, AuditHead, DataKey, Pairing, Revision

pytestmark = pytest.mark.xdist_group("sample")
UNCOMPARED = (Revision, AuditEntry, AuditHead, DataKey)


def contents(workspace):
    """Return every frame of a workspace but those that count its revisions, record them, and lock it."""
    store = Workspace(workspace).open()
    try:
        with store.transaction() as transaction:
            return {row: transaction.read(row) for row in ROWS if row not in UNCOMPARED}
    finally:
        store.close()


def without_reasons(found):
    """Leave out why each pairing is: a build that was killed after its commit is built again with all pairs kept."""
    return {row: frame.drop(columns="reason") if row is Pairing else frame for row, frame in found.items()}


def equal(one, other):
    try:
        for row in one:
            assert_frame_equal(pd.DataFrame(one[row]), pd.DataFrame(other[row]))
    except AssertionError:
        return False
    return True


def facts(report):
    """Return what of a report does not depend on the clock or on what was there before."""
    return {name: value for name, value in report.items() if name not in ("seconds", "changes", "revision")}


@pytest.fixture(scope="module")
def versions(tmp_path_factory):
    """Two versions of the sample city's files: all households, and without the last two hundred."""
    whole = cities.sample().city.parent
    fewer = tmp_path_factory.mktemp("versions") / "fewer"
    shutil.copytree(whole, fewer)
    ledger = fewer / "households.csv"
    text = ledger.read_bytes().decode("utf-8-sig").splitlines(keepends=True)
    ledger.write_bytes(b"\xef\xbb\xbf" + "".join(text[:-200]).encode())
    return whole / "city.toml", fewer / "city.toml"


@pytest.mark.timeout(900)  # up to fourteen builds
@pytest.mark.parametrize("kills", [1, pytest.param(6, marks=pytest.mark.slow)])
def test_a_build_killed_at_any_moment_leaves_the_old_city_or_the_new_one(kills, versions, tmp_path):
    old, done = tmp_path / "old", tmp_path / "done"
    cities.gridmap("build", versions[0], "--out", old)
    shutil.copytree(old, done)
    start = time.monotonic()
    report = json.loads(cities.gridmap_process("build", versions[1], "--out", done, "--json").stdout)
    lasted = time.monotonic() - start
    states = contents(old), contents(done)
    assert not equal(*states)
    moments = random.Random(20261124)
    for attempt in range(kills):
        workspace = tmp_path / f"killed{attempt}"
        shutil.copytree(old, workspace)
        build = subprocess.Popen(
            [*cities.COMMAND, "build", versions[1], "--out", workspace],
            cwd=cities.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        time.sleep(lasted * moments.uniform(0.2, 1.0))
        os.killpg(build.pid, signal.SIGKILL)
        build.wait()
        found = contents(workspace)
        assert any(equal(found, state) for state in states), f"attempt {attempt} left a mixture"
        again = json.loads(cities.gridmap("build", versions[1], "--out", workspace, "--json").stdout)
        assert facts(again) == facts(report)
        assert equal(without_reasons(contents(workspace)), without_reasons(states[1]))


def test_broken_input_is_refused_whole_and_changes_nothing(versions, tmp_path):
    workspace = tmp_path / "w"
    cities.gridmap("build", versions[0], "--out", workspace)
    before, report = contents(workspace), (workspace / "report.json").read_bytes()
    broken = tmp_path / "broken"
    shutil.copytree(versions[0].parent, broken)
    (broken / "grids.geojson").write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    ledger = (broken / "households.csv").read_bytes().decode("utf-8-sig").splitlines(keepends=True)
    (broken / "households.csv").write_text("".join([*ledger, ledger[1]]), encoding="utf-8")
    refused = cities.gridmap("build", broken / "city.toml", "--out", workspace, "--json", check=False)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    problems = json.loads(refused.stdout)["problems"]
    files = {problem["file"] for problem in problems if problem["severity"] == "error"}
    assert {"grids.geojson", "households.csv"} <= files
    duplicate = next(p for p in problems if p["file"] == "households.csv" and p["severity"] == "error")
    assert duplicate["row"] == len(ledger) + 1
    assert equal(contents(workspace), before)
    assert (workspace / "report.json").read_bytes() == report


def test_a_changed_ledger_updates_keeps_ids_and_says_what_changed(versions, tmp_path):
    workspace = tmp_path / "w"
    cities.gridmap("build", versions[1], "--out", workspace)
    kept = contents(workspace)
    changes = json.loads(cities.gridmap("build", versions[0], "--out", workspace, "--json").stdout)["changes"]
    household = next(row for row in kept if row.table == "household")
    assert changes["household"] == {"added": 200, "changed": 0, "removed": 0, "unchanged": len(kept[household])}
    assert changes["building"]["unchanged"] == 2000
    assert set(kept[household]["household_id"]) < set(contents(workspace)[household]["household_id"])


def test_both_engines_hold_equal_frames_and_tell_the_same(tmp_path, postgis_url):
    city = cities.sample()
    told = cities.gridmap_process(
        "build", city.city, "--out", tmp_path / "w", "--json", env={"GRIDMAP_DATABASE_URL": postgis_url}
    )
    assert facts(json.loads(told.stdout)) == facts(city.report)
    assert not (tmp_path / "w" / "gridmap.sqlite").exists()
    store = Workspace(tmp_path / "w", postgis_url).open()
    with store.transaction() as transaction:
        there = {row: transaction.read(row) for row in ROWS if row not in UNCOMPARED}
    store.close()
    here = contents(city.workspace)
    for row, frame in here.items():
        assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(there[row]), obj=row.table)


def test_a_second_writer_is_told_and_readers_go_on(versions, tmp_path):
    from geodata.sql import open_store
    from gridmap.errors import WorkspaceBusy

    cities.gridmap("build", versions[1], "--out", tmp_path / "w")
    one = open_store(tmp_path / "w", None)
    other = open_store(tmp_path / "w", None, patience_s=0.2)
    with one.transaction(write=True) as writing:
        writing.advance("test")
        assert work.revision(other) >= 1
        with pytest.raises(WorkspaceBusy), other.transaction(write=True):
            pass
    one.close()
    other.close()
