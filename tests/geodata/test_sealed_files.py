"""What lies in sealed files is read by its own store only, whole, in its own place, with any of its keys."""

import hashlib
import hmac
import os
import time
from base64 import b64decode

import pandas as pd
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from geodata.chunks import CHUNK
from geodata.rotation import rotate
from geodata.sealed_files import MAGIC, SealedFiles
from geodata.workspace import Workspace
from gridmap import frames
from gridmap.errors import KeyLost, StoreError
from gridmap.tables import DataKey, Household

HEAD, TAG = len(MAGIC) + 4 + 16, 16
ENGINES = ["sqlite", pytest.param("postgis", marks=pytest.mark.xdist_group("postgis"))]
LONG = hashlib.shake_128(b"long").digest(2 * CHUNK + 100)


@pytest.fixture(params=["sqlite"])
def workspace(request, tmp_path):
    return Workspace(tmp_path, request.getfixturevalue("postgis_url") if request.param == "postgis" else None)


@pytest.fixture
def store(workspace):
    made = workspace.open(create=True)
    yield made
    made.close()


@pytest.fixture
def files(workspace, store):
    return workspace.files(store)


def numbers(store):
    with store.transaction() as transaction:
        return transaction.read(DataKey)["number"].tolist()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 100])
def test_what_goes_in_comes_out_and_is_not_to_be_seen(files, size):
    data = LONG[:size]
    files.write("photos/a", data)
    assert files.read("photos/a") == data
    kept = (files.folder / "photos" / "a").read_bytes()
    assert len(kept) == HEAD + size + TAG * max(1, -(-size // CHUNK))
    assert size < 16 or data[:16] not in kept
    assert (files.folder / "photos" / "a").stat().st_mode & 0o077 == 0


def test_another_program_opens_it_by_what_the_docs_say(files, workspace, store):
    files.write("uploads/a.csv", LONG[: CHUNK + 3])
    with store.transaction() as transaction:
        (wrapped,) = transaction.read(DataKey)["wrapped"]
    sealed = b64decode(wrapped.partition(":")[2])
    envelope = AESGCM(bytes.fromhex(workspace.envelope.file.read_text().strip()))
    secret = envelope.decrypt(sealed[:12], sealed[12:], b"data key")
    kept = (files.folder / "uploads" / "a.csv").read_bytes()
    head, first, second = kept[:HEAD], kept[HEAD:][: CHUNK + TAG], kept[HEAD + CHUNK + TAG :]
    assert head[:-20] == b"GRIDMAP FILE 1\n"
    assert head[-20:-16] == b"\0\0\0\1"
    key = AESGCM(hmac.digest(hmac.digest(secret, b"gridmap files", "sha256"), head[-16:], "sha256"))
    beside = head + b"uploads/a.csv"
    opened = key.decrypt(bytes(7) + b"\0\0\0\1\0", first, beside) + key.decrypt(
        bytes(7) + b"\0\0\0\2\1", second, beside
    )
    assert opened == LONG[: CHUNK + 3]


def flipped(at):
    return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def swapped(data):
    one, two = data[HEAD:][: CHUNK + TAG], data[HEAD + CHUNK + TAG :][: CHUNK + TAG]
    return data[:HEAD] + two + one + data[HEAD + 2 * (CHUNK + TAG) :]


DAMAGES = {
    "a byte of the first chunk": flipped(HEAD),
    "a byte of the last tag": flipped(-1 % (HEAD + 2 * CHUNK + 100 + 3 * TAG)),
    "the salt": flipped(HEAD - 1),
    "the number of the key": flipped(HEAD - 17),
    "the mark": flipped(0),
    "cut by a byte": lambda data: data[:-1],
    "cut after the first chunk": lambda data: data[: HEAD + CHUNK + TAG],
    "cut after the head": lambda data: data[:HEAD],
    "cut within the head": lambda data: data[: HEAD - 5],
    "emptied": lambda data: b"",
    "a byte more": lambda data: data + b"x",
    "the first chunk gone": lambda data: data[:HEAD] + data[HEAD + CHUNK + TAG :],
    "two chunks swapped": swapped,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused(files, damage):
    files.write("photos/a", LONG)
    path = files.folder / "photos" / "a"
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    with pytest.raises(StoreError, match="photos/a is not as Gridmap wrote it"):
        files.read("photos/a")


def test_a_file_in_the_place_of_another_is_refused(files):
    files.write("photos/a", b"one")
    files.write("photos/b", b"two")
    (files.folder / "photos" / "a").replace(files.folder / "photos" / "b")
    with pytest.raises(StoreError, match="photos/b"):
        files.read("photos/b")


def test_without_the_envelope_nobody_reads_it(files, workspace, store):
    files.write("photos/a", b"one")
    workspace.envelope.file.unlink()
    with pytest.raises(KeyLost):
        workspace.files(store).read("photos/a")


@pytest.mark.parametrize("workspace", ENGINES, indirect=True)
def test_new_keys_leave_every_file_readable_and_need_no_old_one(files, workspace, store):
    files.write("photos/a", b"one")
    age = time.time() - 10**6
    os.utime(files.folder / "photos" / "a", (age, age))
    before = (files.folder / "photos" / "a").read_bytes()
    rotate(workspace, store)
    assert (files.folder / "photos" / "a").read_bytes() == before  # only the data key was sealed anew
    assert files.read("photos/a") == b"one"
    rotate(workspace, store, data=True)
    assert numbers(store) == [2]
    after = (files.folder / "photos" / "a").read_bytes()
    assert after[: HEAD - 16] == MAGIC + b"\0\0\0\2"
    assert workspace.files(store).read("photos/a") == files.read("photos/a") == b"one"
    assert (files.folder / "photos" / "a").stat().st_mtime == pytest.approx(age)


def test_a_file_that_is_written_while_the_key_is_changed_stays_readable(files, workspace, store, monkeypatch):
    """The writer has taken the old key; the whole rotation goes by before its file is there."""
    put, rotated = SealedFiles._put, []

    def late(self, cipher, name, data):
        if not rotated:
            rotated.append(True)
            rotate(workspace, store, data=True)
        put(self, cipher, name, data)

    files.write("photos/a", b"one")
    monkeypatch.setattr(SealedFiles, "_put", late)
    files.write("uploads/b.csv", b"two")
    assert numbers(store) == [2]
    assert [files.read(name) for name in ("photos/a", "uploads/b.csv")] == [b"one", b"two"]


def test_a_rotation_cut_short_among_the_files_is_done_by_rotating_again(files, workspace, store, monkeypatch):
    class CutShortError(Exception):
        pass

    def cut(_self):
        raise CutShortError

    for at in range(3):
        files.write(f"photos/{at}", b"%d" % at)
    with monkeypatch.context() as patched:
        patched.setattr(SealedFiles, "reseal", cut)
        with pytest.raises(CutShortError):
            rotate(workspace, store, data=True)
    assert numbers(store) == [1, 2]
    files.write("photos/3", b"3")
    assert [files.read(f"photos/{at}") for at in range(4)] == [b"0", b"1", b"2", b"3"]
    rotate(workspace, store, data=True)
    assert numbers(store) == [3]
    assert [workspace.files(store).read(f"photos/{at}") for at in range(4)] == [b"0", b"1", b"2", b"3"]


def put_clear(folder, name, data, *, age_s=100.0):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    then = time.time() - age_s
    os.utime(path, (then, then))
    return path


def test_files_of_an_older_gridmap_are_read_and_then_sealed(files, workspace):
    digest = hashlib.sha256(LONG).hexdigest()
    photo = put_clear(workspace.folder, f"photos/{digest}", LONG)
    ledger = put_clear(workspace.folder, f"uploads/{digest}.xlsx", LONG)
    spoiled = put_clear(workspace.folder, "photos/" + "0" * 64, b"not what its name says")
    table = put_clear(workspace.folder, "jobs/exports/7/households.csv", b"x")
    half, fresh = (put_clear(workspace.folder, f"uploads/.{n}", b"x", age_s=n) for n in (7200, 10))
    then = photo.stat().st_mtime
    assert files.read(f"photos/{digest}") == files.read(f"uploads/{digest}.xlsx") == LONG
    for name in ("photos/" + "0" * 64, "jobs/exports/7/households.csv"):
        with pytest.raises(StoreError):  # nothing says that it is ours
            files.read(name)
    assert files.tidy() == 2
    assert LONG[:40] not in photo.read_bytes() + ledger.read_bytes()
    assert files.read(f"photos/{digest}") == files.read(f"uploads/{digest}.xlsx") == LONG
    assert photo.stat().st_mtime == pytest.approx(then)  # it goes when it would have gone
    assert [path.exists() for path in (spoiled, table, half, fresh)] == [True, False, False, True]
    assert files.tidy() == 0


def test_a_clear_file_cannot_take_the_place_of_a_sealed_one(files):
    digest = hashlib.sha256(b"one").hexdigest()
    files.write(f"photos/{digest}", b"one")
    (files.folder / "photos" / digest).write_bytes(b"other")
    with pytest.raises(StoreError):
        files.read(f"photos/{digest}")
    assert files.tidy() == 0


def test_the_key_that_the_first_file_makes_serves_the_rows_too(files, store):
    files.write("photos/a", b"one")
    with store.transaction(write=True) as transaction:
        row = pd.DataFrame([{"household_id": "H1", "name": "张虚三"}])
        transaction.insert(frames.conform(row, Household), Household)
    assert numbers(store) == [1]
    with store.transaction() as transaction:
        assert transaction.read(Household)["name"].tolist() == ["张虚三"]
