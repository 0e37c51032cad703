"""A backup is of one moment, opens with its passphrase only, and comes back on either engine, whole or not at all."""

import hashlib
import os
import shutil
import threading

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from geodata import sealed_stream
from geodata.backup import NOT_KEPT, back_up, restore
from geodata.chunks import CHUNK
from geodata.sealed_stream import SealingWriter, UnsealingReader
from geodata.workspace import Workspace
from gridmap import frames, work
from gridmap.errors import BackupError, KeyLost
from gridmap.tables import ROWS, AuditEntry, AuditHead, Community, Household, Revision, Setting

ENGINES = ["sqlite", pytest.param("postgis", marks=pytest.mark.xdist_group("postgis"))]
PASSPHRASE = "four invented words here"
PHOTO = b"not really a photo"
COST = sealed_stream.COST


@pytest.fixture(autouse=True, scope="module")
def _cheap_passphrases():
    """Make trying a passphrase cheap; test_a_passphrase_is_dear_to_try looks at the real cost."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sealed_stream, "COST", 1 << 10)
        yield


def url_of(kind, request):
    return request.getfixturevalue("postgis").database() if kind == "postgis" else None


@pytest.fixture(params=ENGINES)
def workspace(request, tmp_path):
    """A workspace with invented people, an area, photos and a page."""
    made = Workspace(tmp_path / "city", url_of(request.param, request))
    store = made.open(create=True)
    area = {"community_id": ["C1"], "name": ["甲社区"], "geometry": [shapely.box(115.1, 30.1, 115.2, 30.2)]}
    add(store, gpd.GeoDataFrame(area, geometry="geometry", crs=4326), Community)
    people = [{"household_id": f"H{at}", "name": f"张{at}\n三", "birth": pd.Timestamp(1950, 1, 1)} for at in range(5)]
    add(store, pd.DataFrame(people), Household)
    add(store, pd.DataFrame([{"household_id": "H9", "accuracy_m": 0.1 + 0.2}]), Household)
    made.files(store).write("photos/a", PHOTO)
    store.close()
    (made.folder / "report.json").write_text("{}")
    return made


def add(store, frame, noun):
    with store.transaction(write=True) as transaction:
        transaction.insert(frames.conform(frame, noun), noun)


def content(workspace):
    store = workspace.open()
    with store.transaction() as transaction:
        found = {row: transaction.read(row) for row in ROWS if row not in NOT_KEPT}
    store.close()
    return found


@pytest.mark.parametrize("onto", ENGINES)
def test_every_row_and_file_comes_back_on_either_engine_under_a_key_of_its_own(workspace, onto, request, tmp_path):
    target = tmp_path / "kept" / "city.backup"
    made = back_up(workspace, target, PASSPHRASE, verify=onto == "sqlite")
    assert (made.rows["household"], made.rows["community"], sorted(made.files)) == (
        6, 1, ["photos/a", "report.json"])  # fmt: skip
    assert target.stat().st_mode & 0o077 == 0
    assert not any(word in target.read_bytes() for word in ("甲社区".encode(), PHOTO, b"household"))
    before = content(workspace)
    back = Workspace(tmp_path / "back", url_of(onto, request))
    assert restore(target, PASSPHRASE, back) == made
    after = content(back)
    for row in before:
        if row is AuditHead:
            continue
        found = after[row].iloc[: len(before[row])] if row is AuditEntry else after[row]
        assert_frame_equal(found, before[row])
    assert PHOTO not in (back.folder / "photos" / "a").read_bytes()
    assert (back.folder / "envelope.key").read_text() != (workspace.folder / "envelope.key").read_text()
    store = back.open()
    assert back.files(store).read("photos/a") == PHOTO
    assert work.verify_audit(store).faults == ()  # the chain goes on where it was
    lines = work.audit_log(store)
    assert lines["noun"].tolist()[-2:] == ["backup", "backup"]
    assert lines["action"].tolist()[-2:] == ["export", "add"]
    store.close()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_a_backup_is_of_one_moment_while_a_writer_writes(workspace, tmp_path):
    over, wrote = threading.Event(), threading.Event()

    def write():
        store = workspace.open()
        number = 0
        while not over.is_set():
            number += 1
            with store.transaction(write=True) as transaction:  # both or neither
                transaction.advance("test")
                one = pd.DataFrame([{"name": f"n{number:04d}", "value": "{}"}])
                transaction.insert(frames.conform(one, Setting), Setting)
            wrote.set()
            over.wait(0.02)
        store.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(20)
        made = back_up(workspace, tmp_path / "b", PASSPHRASE)
    finally:
        over.set()
        writer.join()
    assert made.rows["setting"] == made.rows["revision"] > 0
    back = Workspace(tmp_path / "back")
    restore(tmp_path / "b", PASSPHRASE, back)
    found = content(back)
    assert len(found[Setting]) == len(found[Revision]) == made.rows["setting"]


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A small workspace and its backup, made once."""
    folder = tmp_path_factory.mktemp("once")
    made = Workspace(folder / "city")
    store = made.open(create=True)
    add(store, pd.DataFrame([{"household_id": "H1", "name": "张三"}]), Household)
    made.files(store).write("photos/a", hashlib.shake_128(b"x").digest(CHUNK + 5))  # more than one chunk
    store.close()
    back_up(made, folder / "b", PASSPHRASE, verify=False)
    return folder


@pytest.fixture
def small(once, tmp_path):
    """A copy of the small workspace `city` and its backup `b`; returns the backup's bytes."""
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    return (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: data[:-1], "changed, cut"),
        (lambda data: data[: len(data) // 2], "changed, cut"),
        (lambda data: data[: 56 + CHUNK + 16], "changed, cut"),  # exactly after the first chunk
        (lambda data: data[:56], "changed, cut"),
        (lambda data: data[:30], "passphrase"),
        (lambda data: b"", "no backup"),
        (lambda data: flipped(data, len(data) // 2), "changed, cut"),
        (lambda data: flipped(data, len(data) - 1), "changed, cut"),
        (lambda data: flipped(data, 20), "passphrase"),
        (lambda data: data + b"x", "changed, cut"),
        (lambda data: data[:56] + data[56 + CHUNK + 16 :], "changed, cut"),
    ],
)
def test_a_damaged_backup_is_refused_and_leaves_nothing(small, damage, said, tmp_path):
    (tmp_path / "b").write_bytes(damage(small))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BackupError, match=said):
        restore(tmp_path / "b", PASSPHRASE, Workspace(tmp_path / "back"))
    assert sorted(tmp_path.iterdir()) == before


def test_another_passphrase_and_another_version_are_refused(small, tmp_path, monkeypatch):
    with pytest.raises(BackupError, match="passphrase"):
        restore(tmp_path / "b", PASSPHRASE + "x", Workspace(tmp_path / "back"))
    monkeypatch.setattr("geodata.migrations.HEAD", "9999")
    with pytest.raises(BackupError, match="9999"):
        restore(tmp_path / "b", PASSPHRASE, Workspace(tmp_path / "back"))
    assert not (tmp_path / "back").exists()
    with pytest.raises(BackupError, match="12 characters"):
        back_up(Workspace(tmp_path / "city"), tmp_path / "c", "short")


def test_a_place_that_is_taken_is_left_alone(small, tmp_path, postgis_url):
    city = Workspace(tmp_path / "city")
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "b", PASSPHRASE, city)
    assert content(city)[Household]["name"].tolist() == ["张三"]
    other = Workspace(tmp_path / "other", postgis_url)
    restore(tmp_path / "b", PASSPHRASE, other)
    with pytest.raises(BackupError, match="GRIDMAP_DATABASE_URL"):
        restore(tmp_path / "b", PASSPHRASE, Workspace(tmp_path / "third", postgis_url))
    assert not (tmp_path / "third").exists()
    assert content(other)[Household]["name"].tolist() == ["张三"]


def test_a_backup_that_cannot_be_read_back_does_not_take_the_place_of_the_last_one(small, tmp_path, monkeypatch):
    def spoiled(*_args, **_options):
        raise BackupError("spoiled")

    monkeypatch.setattr("geodata.backup._put_back", spoiled)
    with pytest.raises(BackupError, match="spoiled"):
        back_up(Workspace(tmp_path / "city"), tmp_path / "b", PASSPHRASE)
    assert (tmp_path / "b").read_bytes() == small
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_backup_outlives_a_lost_envelope_key(small, tmp_path):
    (tmp_path / "city" / "envelope.key").unlink()
    with pytest.raises(KeyLost):
        content(Workspace(tmp_path / "city"))
    restore(tmp_path / "b", PASSPHRASE, Workspace(tmp_path / "back"))
    assert content(Workspace(tmp_path / "back"))[Household]["name"].tolist() == ["张三"]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_sealed_stream_gives_back_what_went_in(size, tmp_path):
    data = os.urandom(size)
    with (tmp_path / "s").open("wb") as file:
        writer = SealingWriter(file, PASSPHRASE)
        for start in range(0, size, 300_000):
            writer.write(data[start : start + 300_000])
        writer.finish()
    with (tmp_path / "s").open("rb") as file:
        assert UnsealingReader(file, PASSPHRASE).read() == data


def test_a_passphrase_is_dear_to_try(tmp_path, monkeypatch):
    monkeypatch.setattr(sealed_stream, "COST", COST)
    asked = []
    real = hashlib.scrypt
    monkeypatch.setattr(hashlib, "scrypt", lambda *a, **o: (asked.append((o["n"], o["r"], o["p"])), real(*a, **o))[1])
    with (tmp_path / "s").open("wb") as file:
        SealingWriter(file, PASSPHRASE).finish()
    with (tmp_path / "s").open("rb") as file:
        assert UnsealingReader(file, PASSPHRASE).read() == b""
    assert asked == [(131072, 8, 1)] * 2
