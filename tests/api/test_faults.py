"""The service is killed, its disk is full, PostgreSQL goes away: what was acknowledged stays, nothing is half-done."""

import random
import subprocess
import threading
import time
from contextlib import contextmanager, suppress

import field_town
import httpx
import psycopg
import pytest
from fastapi.testclient import TestClient
from postgis import Cluster

from api.app import create_app
from benchmarks.service import Service
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import Household, Import, ImportChange, Inspection, Move, Proposal

POSTGIS = pytest.mark.xdist_group("postgis")
SEED = 20261124
ROWS = 40
LEDGER = "姓名,地址,所属社区\n" + "".join(f"虚{{0}}之{n},甲路{n}号,C1\n" for n in range(ROWS))
BYTES = {"Content-Type": "application/octet-stream"}


class Editor(threading.Thread):
    """Somebody who edits without a pause, notes what was acknowledged and what was refused, until told to stop."""

    def __init__(self, client, edit):
        super().__init__(daemon=True)
        self.kept, self.refused, self.over = [], [], threading.Event()
        self._client, self._edit = client, edit

    def run(self):
        number = 0
        while not self.over.is_set():
            number += 1
            try:
                for reply, fact in self._edit(self._client, number):
                    if not reply.is_success:
                        self.refused.append(reply)
                        break
                    self.kept.append(fact)
            except httpx.TransportError:  # nobody is there: nothing was acknowledged
                time.sleep(0.02)


def inspect(client, number):
    """Send one inspection."""
    sent = field_town.inspection(number)
    reply = client.post("/api/v1/field/inspections", json={"inspections": [sent]})
    yield reply, ("inspection", sent["inspection_id"])


def plan(client, _number):
    """Make a proposal, apply it, undo it."""
    made = client.post("/api/v1/proposals", json={"area": "city", "max_changes": 2})
    name = made.json()["proposal"]["proposal_id"] if made.is_success else ""
    yield made, ("open", name)
    yield client.post(f"/api/v1/proposals/{name}/apply", json={}), ("applied", name)
    yield client.post(f"/api/v1/proposals/{name}/reverse", json={}), ("reversed", name)


def bring(client, number):
    """Bring in a ledger, and take every other one back."""
    put = client.post(f"/api/v1/imports?name=a{number}.csv", content=LEDGER.format(number).encode(), headers=BYTES)
    name = put.json()["import_id"] if put.is_success else ""
    yield put, ("draft", name)
    yield client.put(f"/api/v1/imports/{name}/decision", json={"kind": "households"}), ("ready", name)
    yield client.post(f"/api/v1/imports/{name}/apply", json={}), ("applied", name)
    if number % 2:
        yield client.post(f"/api/v1/imports/{name}/undo", json={}), ("undone", name)


EDITS = (inspect, plan, bring)
ORDER = {"P": ("open", "stale", "applied", "reversed"), "I": ("draft", "ready", "applied", "undone")}
"""What a thing becomes, one after the other: whoever was told of one finds it, or a later one."""
READ = (Household, Import, ImportChange, Inspection, Move, Proposal)


def town(folder, url=None):
    """The town of field_town without accounts."""
    workspace = Workspace(folder, url)
    store = workspace.open(create=True)
    field_town.fill(store)
    store.close()
    return workspace


def durable(url):
    """Let a database of the tests, which may forget what it has committed, keep it as a real one does."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
    return url


@contextmanager
def small_disk(folder, mib):
    """A disk of its own with little room; where none may be mounted the test is skipped."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", folder], check=False,
                             capture_output=True)  # fmt: skip
    if mounted.returncode:
        pytest.skip("no small disk may be mounted here; tests/api/test_full_disk.py bounds the database instead")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill_up(path):
    """Write until there is no room left."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)


def many(count):
    """Inspections with long notes: more than fits into what a database has kept free."""
    return [field_town.inspection(at, note="注" * 1500) for at in range(1, count)]


def check_kept(workspace, kept):
    """Everything acknowledged is there; of what was not, all or nothing is."""
    store = workspace.open()
    with store.transaction() as transaction:
        found = {row: transaction.read(row) for row in READ}
    verified = work.verify_audit(store)
    store.close()
    assert verified.faults == ()
    assert {name for what, name in kept if what == "inspection"} <= set(found[Inspection]["inspection_id"])
    states = {**found[Proposal].set_index("proposal_id")["status"], **found[Import].set_index("import_id")["status"]}
    for what, name in kept:
        if steps := ORDER.get(name[0]):
            assert states[name] in steps[steps.index(what) :], (what, name)
    check_whole(found)


def check_whole(found):
    """An import has all of its rows or none; an applied proposal has moves that were made."""
    applied = found[Import].loc[found[Import]["status"] == "applied", "import_id"]
    assert found[Household]["name"].astype(str).str.contains("之").sum() == ROWS * len(applied)
    assert set(found[ImportChange]["import_id"]) == set(applied)
    revisions = found[Proposal].loc[found[Proposal]["status"].isin(["applied", "reversed"]), "closed_revision"]
    assert revisions.notna().all()
    assert found[Move]["proposal_id"].isin(found[Proposal]["proposal_id"]).all()


@contextmanager
def editing(client, edits=EDITS):
    """Let one editor of each kind work, until the block has ended however it ends."""
    editors = [Editor(client, edit) for edit in edits]
    for editor in editors:
        editor.start()
    try:
        yield editors
    finally:
        for editor in editors:
            editor.over.set()
        for editor in editors:
            editor.join(timeout=60)


def told(editors):
    """Return what was acknowledged and what was refused."""
    return [fact for editor in editors for fact in editor.kept], [one for editor in editors for one in editor.refused]


def until(wanted, seconds=60):
    over = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < over, "it did not happen in time"
        time.sleep(0.02)


def killed_while_editing(folder, url, moment_s):
    """Kill the service so long after the first of each kind was acknowledged; return what was."""
    service = Service(folder, url)
    with httpx.Client(base_url=service.address, timeout=60, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        with editing(client) as editors:
            until(lambda: all(editor.kept for editor in editors))
            time.sleep(moment_s)
            service.kill()
        return told(editors)


@pytest.mark.parametrize(
    ("engine", "kills"),
    [
        ("sqlite", 1),
        pytest.param("sqlite", 6, marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
        pytest.param("postgis", 6, marks=[pytest.mark.slow, pytest.mark.timeout(900), POSTGIS]),
    ],
)
def test_what_was_acknowledged_before_the_service_was_killed_is_there(engine, kills, request, tmp_path):
    url = durable(request.getfixturevalue("postgis_url")) if engine == "postgis" else None
    workspace = town(tmp_path, url)
    moments = random.Random(SEED)
    kept = []
    for _ in range(kills):
        known, refused = killed_while_editing(tmp_path, url, moments.uniform(0.0, 1.5))
        kept += known
        assert {reply.status_code for reply in refused} <= {409}
        check_kept(workspace, kept)
    with TestClient(create_app(workspace)) as client:
        again = client.post("/api/v1/field/inspections", json={"inspections": [field_town.inspection(1)]})
        assert again.json()["receipts"][0]["status"] == "known"


def test_a_disk_without_room_refuses_and_goes_on_when_there_is_some(tmp_path):
    with small_disk(tmp_path / "disk", 6) as disk:
        workspace = town(disk)
        with TestClient(create_app(workspace)) as client:
            before = client.get("/api/v1/coverage").json()
            (disk / "filler").write_bytes(b"")
            fill_up(disk / "filler")
            refused = {
                "file": client.post("/api/v1/imports?name=a.csv", content=LEDGER.encode(), headers=BYTES),
                "row": client.post("/api/v1/field/inspections", json={"inspections": many(150)}),
            }
            assert {what: (one.status_code, one.json().get("code")) for what, one in refused.items()} == dict.fromkeys(
                refused, (507, "WorkspaceFull")
            )
            assert client.get("/api/v1/coverage").json() == before
            assert not list(disk.glob("uploads/*"))
            (disk / "filler").unlink()
            with editing(client) as editors:
                until(lambda: all(editor.kept for editor in editors))
            kept, _ = told(editors)
        check_kept(workspace, kept)


@POSTGIS
@pytest.mark.parametrize("halts", [1, pytest.param(5, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_postgresql_may_go_and_come_again_while_people_edit(halts, tmp_path):
    cluster = Cluster()
    try:
        workspace = town(tmp_path, durable(cluster.database()))
        with TestClient(create_app(workspace), headers={"Sec-Fetch-Site": "same-origin"}) as client:
            with editing(client) as editors:
                for _ in range(halts):
                    until(lambda: all(editor.kept for editor in editors))
                    cluster.halt()
                    seen = len(unavailable(editors))
                    until(lambda seen=seen: len(unavailable(editors)) > seen + 2)
                    assert client.get("/health").status_code == 503
                    cluster.start()
                    until(lambda: client.get("/health").status_code == 200)
                    before = [len(editor.kept) for editor in editors]
                    until(lambda before=before: all(len(one.kept) > n for one, n in zip(editors, before, strict=True)))
            kept, refused = told(editors)
        for reply in refused:
            assert reply.status_code in (409, 503), reply.text
            assert reply.headers["content-type"] == "application/problem+json"
            assert reply.status_code == 409 or (reply.json()["code"], reply.headers["retry-after"]) == (
                "WorkspaceAway",
                "3",
            )
        check_kept(workspace, kept)
    finally:
        cluster.stop()


def unavailable(editors):
    return [reply for editor in editors for reply in editor.refused if reply.status_code == 503]
