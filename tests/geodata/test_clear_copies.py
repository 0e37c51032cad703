"""Files in clear are gone after the block, and after the process that was killed in it."""

import os
import signal
import subprocess
import sys

import pytest

from geodata.clear_copies import FOLDER, private_folder, sweep

KILLED = """
import sys, time
from pathlib import Path
from geodata.clear_copies import private_folder
with private_folder(Path(sys.argv[1])) as place:
    (place / "ledger.csv").write_text("canary")
    print("there", flush=True)
    time.sleep(60)
"""


def test_nobody_else_reads_the_folder_and_it_goes_however_the_block_ends(tmp_path):
    with private_folder(tmp_path) as place:
        (place / "a.csv").write_text("x")
        assert [folder.stat().st_mode & 0o077 for folder in (place, tmp_path / FOLDER)] == [0, 0]
    assert not place.exists()
    with pytest.raises(ZeroDivisionError), private_folder(tmp_path) as place:
        (place / "b").mkdir()
        _ = 1 / 0
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_what_a_killed_process_leaves_is_swept_and_what_a_living_one_holds_is_not(tmp_path):
    assert sweep(tmp_path) == 0
    other = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, env=os.environ)
    assert other.stdout.readline() == b"there\n"
    (left,) = (tmp_path / FOLDER).iterdir()
    with private_folder(tmp_path) as own:
        assert sweep(tmp_path) == 0
        assert (left / "ledger.csv").read_text() == "canary"
        other.send_signal(signal.SIGKILL)
        other.wait()
        other.stdout.close()
        assert (left / "ledger.csv").exists()
        assert sweep(tmp_path) == 1
        assert (left.exists(), own.exists()) == (False, True)
