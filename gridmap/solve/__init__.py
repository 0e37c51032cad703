"""Solve on arrays alone: numpy, scipy and numba; no ids, no coordinate systems, no frames."""

import hashlib
import os
from pathlib import Path

import numba


def _cache_folder(source: Path) -> Path:
    """Return the folder of compiled kernels that belongs to the sources as they are now.

    numba checks the file of a kernel, not the files of the kernels that it calls: after an update a stale caller
    would run on. A folder named by the hash of all sources can never be stale.
    """
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(source.glob("*.py")))).hexdigest()[:16]
    beside = source / "__pycache__"
    if os.access(beside if beside.exists() else source, os.W_OK):
        return beside / f"kernels-{digest}"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gridmap" / f"kernels-{digest}"


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = str(_cache_folder(Path(__file__).parent))
