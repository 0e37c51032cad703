"""Files in clear for as long as a library reads or writes them, in a folder that only the service's account opens.

A folder of its own below DIR/.clear is locked while it is in use and removed afterwards. A process that is killed
leaves its folder; the lock goes with the process, and `sweep` removes every folder that nobody holds.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = ".clear"


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


@contextmanager
def _fresh(home: Path) -> Iterator[Path]:
    """Make a folder and hold it; under the lock of all of them, so that none is swept before it is held."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(home, fcntl.LOCK_EX):
        place = Path(tempfile.mkdtemp(dir=home))
        held = os.open(place, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield place
    finally:
        os.close(held)


@contextmanager
def private_folder(workspace: Path) -> Iterator[Path]:
    """Let files lie in clear for the block; they are removed however it ends."""
    with _fresh(workspace / FOLDER) as place:
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)


def sweep(workspace: Path) -> int:
    """Remove what killed processes have left in clear; return how many folders there were."""
    home, count = workspace / FOLDER, 0
    if not home.is_dir():
        return count
    with _locked(home, fcntl.LOCK_EX):
        for place in list(home.iterdir()):
            with suppress(BlockingIOError, FileNotFoundError), _locked(place, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(place, ignore_errors=True)
                count += 1
    return count
