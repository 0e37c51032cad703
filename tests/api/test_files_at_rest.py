"""A word that somebody sent in a ledger, a photo or a table is in no file of the workspace; both engines."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys

import field_town
import photo_maker
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from api.app import create_app
from api.jobs import Worker
from geodata.backup import back_up, restore
from geodata.workspace import Workspace

CANARY = "金丝雀虚构"
BYTES = {"Content-Type": "application/octet-stream"}
LEDGER = f"姓名,地址,所属社区,宗教信仰\n{CANARY},甲路1号,C1,{CANARY}信仰\n" + "".join(
    f"张某{n},甲路{n}号,C1,无\n" for n in range(2000)
)
EXPORT = {"kind": "export", "noun": "households", "form": "csv", "reason": "test"}


@pytest.fixture(
    params=["sqlite", pytest.param("postgis", marks=[pytest.mark.slow, pytest.mark.xdist_group("postgis")])]
)
def workspace(request, tmp_path):
    made = Workspace(tmp_path / "city", request.getfixturevalue("postgis_url") if request.param == "postgis" else None)
    store = made.open(create=True)
    field_town.fill(store)
    store.close()
    return made


def photo():
    exif = Image.Exif()
    exif[0x010E] = CANARY.encode().decode("latin-1")
    return photo_maker.picture(exif=exif)


def traces(folder, *words):
    """The files of a folder in which one of the words stands, in the encodings that our files have."""
    wanted = [word.encode(code) for word in words for code in ("utf-8", "gb18030", "utf-16-le")]
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(word in path.read_bytes() for word in wanted)
    ]


def fill(client, workspace):
    """Send a ledger and a photo, bring the ledger in, make a table; return the name of the photo and the table."""
    sent = client.post("/api/v1/imports?name=a.csv", content=LEDGER.encode(), headers=BYTES)
    assert sent.status_code == 201, sent.text
    assert client.put("/api/v1/imports/I0001/decision", json={"kind": "households"}).status_code == 200
    assert client.get("/api/v1/imports/I0001/sheet").status_code == 200
    data = photo()
    name = hashlib.sha256(data).hexdigest()
    assert client.put(f"/api/v1/field/photos/{name}", content=data).status_code == 200
    made = client.post("/api/v1/jobs", json=EXPORT).json()
    worker = Worker(workspace)
    assert worker.once()
    worker.close()
    return name, client.get(f"/api/v1/jobs/{made['job_id']}/file")


def test_what_was_sent_and_made_is_in_no_file_and_comes_back_from_a_backup(workspace, tmp_path):
    with TestClient(create_app(workspace)) as client:
        name, table = fill(client, workspace)
        header, first = table.text.splitlines()[:2]
        assert traces(tmp_path, CANARY) == []
        exported = [path for path in (workspace.folder / "jobs" / "exports").rglob("*") if path.is_file()]
        assert len(exported) == 1
        assert traces(exported[0].parent, header, first) == []
        assert client.post("/api/v1/imports/I0001/apply", json={}).status_code == 200
        assert traces(tmp_path, CANARY) == []
        shown = client.get(f"/api/v1/field/photos/{name}")
        assert Image.open(io.BytesIO(shown.content)).size == (40, 20)
    back_up(workspace, tmp_path / "b", "four invented words here", verify=False)
    again = Workspace(tmp_path / "again")
    restore(tmp_path / "b", "four invented words here", again)
    assert traces(tmp_path, CANARY) == []
    store = again.open()
    assert again.files(store).read(f"photos/{name}") == photo()
    assert again.files(store).read(f"uploads/{hashlib.sha256(LEDGER.encode()).hexdigest()}.csv") == LEDGER.encode()
    store.close()
    with TestClient(create_app(again)) as client:
        assert client.get(f"/api/v1/field/photos/{name}").content == shown.content
        assert client.post("/api/v1/imports/I0001/undo", json={}).status_code == 200
    assert not list((again.folder / "uploads").iterdir())


@pytest.mark.parametrize("workspace", ["sqlite"], indirect=True)  # files are the same on both engines
def test_a_changed_upload_or_table_is_said_so_and_gives_nothing_away(workspace, tmp_path):
    with TestClient(create_app(workspace), raise_server_exceptions=False) as client:
        _, table = fill(client, workspace)
        assert table.status_code == 200
        for folder in ("uploads", "jobs/exports"):
            (path,) = (path for path in (workspace.folder / folder).rglob("*") if path.is_file())
            data = path.read_bytes()
            path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        for answer in (client.get("/api/v1/jobs/1/file"), client.post("/api/v1/imports/I0001/apply", json={})):
            assert (answer.status_code, answer.json()["code"]) == (503, "StoreError")
            assert "is not as Gridmap wrote it" in json.dumps(answer.json())


SLOW = """
import sys, time
from pathlib import Path
import geodata.recognise
from api import intakes
from geodata.workspace import Workspace

def halt(path, file):
    print(path, flush=True)
    time.sleep(60)

geodata.recognise.recognise = halt
workspace = Workspace(Path(sys.argv[1]))
intakes.take_in(workspace, workspace.open(), "a.csv", sys.stdin.buffer.read(), actor="test")
"""


def test_a_service_that_is_killed_over_a_ledger_leaves_nothing_in_clear_once_it_runs_again(tmp_path):
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    field_town.fill(store)
    store.close()
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    )
    process.stdin.write(LEDGER.encode())
    process.stdin.close()
    clear = process.stdout.readline().decode().strip()
    assert clear.startswith(str(tmp_path / ".clear"))
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert len(traces(tmp_path, CANARY)) == 1
    with TestClient(create_app(workspace)):
        assert traces(tmp_path, CANARY) == []
