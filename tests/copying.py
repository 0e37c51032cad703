"""Workspaces that are filled once per process and copied for each test: to fill one takes most of a short test."""

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp

from geodata.workspace import Workspace

_KEPT = {}


def copied(fill, folder, *, of=""):
    """Return a workspace in a folder as `fill(store)` fills a new one; `of` tells fillings of one function apart."""
    key = fill.__module__, fill.__qualname__, of
    if key not in _KEPT:
        kept = Path(mkdtemp(prefix="gridmap-copied-"))
        atexit.register(shutil.rmtree, kept, ignore_errors=True)
        store = Workspace(kept).open(create=True)
        fill(store)
        store.close()
        _KEPT[key] = kept
    shutil.copytree(_KEPT[key], folder, dirs_exist_ok=True)
    return Workspace(folder)
