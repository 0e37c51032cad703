"""The command that lets go of what is personal: said first, then done, files and jobs included."""

import datetime as dt
import json
import os

import pandas as pd
import pytest
from typer.testing import CliRunner

from api.cli import app
from geodata.workspace import Workspace
from gridmap import frames
from gridmap.tables import Job, Photo

LONG_AGO = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def add(store, noun, facts):
    with store.transaction(write=True) as transaction:
        transaction.insert(frames.conform(pd.DataFrame([facts]), noun), noun)
    store.close()


@pytest.fixture
def folder(tmp_path):
    """A workspace with an old photo, an upload, and an ended job; beside each a new one."""
    workspace = Workspace(tmp_path)
    photo = {"mime": "image/jpeg", "size_bytes": 1, "width_px": 1, "height_px": 1}
    add(workspace.open(create=True), Photo, {**photo, "photo_id": "a" * 64, "received_at": LONG_AGO})
    add(workspace.open(), Photo, {**photo, "photo_id": "b" * 64, "received_at": dt.datetime.now(dt.UTC)})
    job = {"kind": "import", "made_at": LONG_AGO, "made_by": "t", "state": "done", "ended_at": LONG_AGO}
    add(workspace.open_jobs(), Job, {**job, "job_id": 1})
    add(workspace.open_jobs(), Job, {**job, "job_id": 2, "ended_at": dt.datetime.now(dt.UTC)})
    for name, old in (("photos/" + "a" * 64, True), ("photos/" + "b" * 64, True), ("uploads/o.csv", True),
                      ("uploads/n.csv", False)):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        if old:
            os.utime(path, (LONG_AGO.timestamp(),) * 2)
    return tmp_path


def lets_go(folder, *options):
    done = CliRunner().invoke(app, ["retention", str(folder), "--json", *options], catch_exceptions=False)
    found = json.loads(done.stdout)
    assert found["applied"] is ("--apply" in options)
    return {one["noun"]: (one["rule"], one["count"], one["removed"]) for one in found["lets_go"]}


def files(folder):
    return sorted(str(path.relative_to(folder)) for name in ("photos", "uploads") for path in (folder / name).iterdir())


def test_what_is_said_is_what_goes_and_then_nothing_is_left_to_say(folder):
    due = {
        "photo": ("keep_photo_days", 1, True),
        "upload": ("keep_upload_days", 1, True),
        "job": ("keep_job_days", 1, True),
    }
    before = files(folder)
    assert lets_go(folder) == due
    assert files(folder) == before
    assert lets_go(folder, "--apply") == due
    assert files(folder) == ["photos/" + "b" * 64, "uploads/n.csv"]
    assert lets_go(folder, "--apply") == {}


def test_the_time_is_a_setting_and_the_command_says_how_to_go_on(folder, monkeypatch):
    monkeypatch.setenv("GRIDMAP_KEEP_PHOTO_DAYS", "100000")
    assert "photo" not in lets_go(folder)
    said = CliRunner().invoke(app, ["--lang", "en", "retention", str(folder)], catch_exceptions=False).stdout
    assert f"gridmap retention {folder} --apply" in said.replace("\n", "")
