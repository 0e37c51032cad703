"""What only the embedded engine does: a file that may be missing, foreign, damaged, or left by a killed writer."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from writer import ROWS

from geodata.sql import FILE, open_store
from gridmap.errors import StoreError, WorkspaceBusy, WorkspaceMissing
from gridmap.tables import Community, Street


def refused(folder, kind=StoreError, **options):
    with pytest.raises(kind) as caught:
        open_store(folder, **options)
    assert type(caught.value) is kind
    return str(caught.value)


def test_a_folder_without_a_workspace_says_what_to_do_and_stays_as_it_was(tmp_path):
    assert "gridmap build" in refused(tmp_path, WorkspaceMissing)
    assert "gridmap build" in refused(tmp_path / "nowhere", WorkspaceMissing)
    assert list(tmp_path.iterdir()) == []


def test_a_new_workspace_is_made_with_its_folder_and_opens_again(tmp_path):
    folder = tmp_path / "new" / "city"
    open_store(folder, create=True).close()
    open_store(folder).close()
    open_store(folder, create=True).close()
    assert (folder / FILE).exists()


def test_the_file_is_one_that_other_programs_can_read(tmp_path):
    store = open_store(tmp_path, create=True)
    shape = shapely.box(114.0, 30.0, 114.5, 30.25)
    with store.transaction(write=True) as transaction:
        transaction.insert(gpd.GeoDataFrame({"street_id": ["S1"], "name": ["团城山"], "geometry": [shape]}), Street)
    store.close()
    with sqlite3.connect(tmp_path / FILE) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        found = plain.execute("SELECT name, geometry, minx, miny, maxx, maxy FROM street").fetchone()
        plan = plain.execute("EXPLAIN QUERY PLAN SELECT * FROM street WHERE minx <= 1 AND maxx >= 0").fetchall()
    assert found == ("团城山", shapely.to_wkb(shape), 114.0, 30.0, 114.5, 30.25)
    assert "ix_street_box" in str(plan)


def test_a_workspace_whose_first_build_was_killed_counts_as_missing(tmp_path):
    sqlite3.connect(tmp_path / FILE).close()
    assert "gridmap build" in refused(tmp_path, WorkspaceMissing)
    open_store(tmp_path, create=True).close()


def test_a_database_of_another_program_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / FILE) as foreign:
        foreign.execute("CREATE TABLE recipe (name TEXT)")
    assert "another program" in refused(tmp_path, create=True)
    with sqlite3.connect(tmp_path / FILE) as foreign:
        assert foreign.execute("SELECT name FROM sqlite_master").fetchall() == [("recipe",)]


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / FILE).write_bytes(b"GeoJSON, perhaps" * 100)
    assert "not a Gridmap workspace" in refused(tmp_path)
    assert "not a Gridmap workspace" in refused(tmp_path, create=True)


def test_a_damaged_file_is_told_as_damaged(tmp_path):
    store = open_store(tmp_path, create=True)
    communities = gpd.GeoDataFrame(
        {"community_id": [f"C{at}" for at in range(500)], "name": "x", "geometry": [shapely.box(0, 0, 1, 1)] * 500}
    )
    with store.transaction(write=True) as transaction:
        transaction.insert(communities, Community)
    store.close()
    data = bytearray((tmp_path / FILE).read_bytes())
    data[4096 * 60 :] = os.urandom(len(data) - 4096 * 60)
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged|refuses"):  # noqa: SIM117
        with open_store(tmp_path).transaction() as transaction:
            transaction.read(Community)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be made" in refused(tmp_path / "file" / "city", create=True)


def test_neither_folder_nor_address_is_refused():
    assert "must be given" in refused(None)


def test_another_program_that_holds_the_file_makes_it_busy(tmp_path):
    open_store(tmp_path, create=True).close()
    store = open_store(tmp_path, patience_s=0.1)
    holder = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(WorkspaceBusy), store.transaction(write=True):
        pytest.fail("two writers at once")
    with store.transaction() as transaction:
        assert transaction.revision() == 0
    holder.execute("ROLLBACK")
    with store.transaction(write=True) as transaction:
        transaction.advance("load")


def test_processes_that_make_the_same_workspace_at_once_both_get_it(tmp_path):
    failed = []

    def make():
        try:
            open_store(tmp_path, create=True).close()
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    open_store(tmp_path).close()


# --- killed writers


def whole(store):
    """Assert that what is kept is one change, nothing of another, and return its number."""
    with store.transaction() as transaction:
        number = transaction.revision()
        streets, communities = transaction.read(Street), transaction.read(Community)
    assert list(streets["name"]) == ([str(number)] if number else [])
    assert len(communities) == (ROWS if number else 0)
    assert set(communities["name"]) == set(streets["name"])
    assert set(communities["street_id"]) == set(streets["street_id"])
    return number


def seconds_of_a_change(folder):
    """Wait until the writer has got somewhere, however slow the machine, and return how long it took."""
    start = time.monotonic()
    store = open_store(folder)
    while time.monotonic() < start + 60:
        with store.transaction() as transaction:
            if transaction.revision() > 0:
                store.close()
                return time.monotonic() - start
        time.sleep(0.01)
    pytest.fail("the writer did not write within a minute")


def kill_at_random(folder, times, seed):
    chance = random.Random(seed)
    starter = subprocess.Popen(
        [sys.executable, Path(__file__).parent / "writer.py", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    span = 0.0
    for at in range(times):
        starter.stdin.write("\n")
        starter.stdin.flush()
        writer = int(starter.stdout.readline())
        if at == 0:
            span = seconds_of_a_change(folder)
        time.sleep(chance.uniform(0, 2 * span))
        os.kill(writer, signal.SIGKILL)
        yield
    starter.stdin.close()
    assert starter.wait() == 0


@pytest.mark.parametrize("times", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_a_writer_killed_at_any_moment_leaves_the_old_or_the_new_content(tmp_path, times):
    open_store(tmp_path, create=True).close()
    numbers = [0]
    for _ in kill_at_random(tmp_path, times, seed=20261124):
        store = open_store(tmp_path)
        numbers.append(whole(store))
        with store.transaction(write=True) as transaction:  # the next one can write at once
            transaction.delete(Community, community_id=["nobody"])
        store.close()
    assert numbers == sorted(numbers)
    assert numbers[-1] > 0, "no writer ever got anywhere"
    with sqlite3.connect(tmp_path / FILE) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []


def test_many_writers_of_one_process_take_turns_and_none_is_refused(tmp_path):
    store = open_store(tmp_path, create=True, patience_s=2.0)
    refused_ones = []

    def write(at):
        try:
            with store.transaction(write=True) as transaction:
                time.sleep(0.25)  # ten of these are longer than the patience of SQLite
                transaction.advance(f"writer {at}")
        except WorkspaceBusy as error:
            refused_ones.append(error)

    writers = [threading.Thread(target=write, args=(at,)) for at in range(10)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with store.transaction() as transaction:
        assert transaction.revision() == 10
    store.close()
    assert refused_ones == []
