"""The files that people upload, in the folder uploads of a workspace: kept while they are needed, then removed.

A file is named by the hash of its bytes. It holds what is personal, whole columns that are never stored among them, so
it is sealed and goes when its import is undone or discarded, and after a week in any case.
"""

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geodata.guards import check_upload
from geodata.sealed_files import UPLOADS, SealedFiles
from gridmap.errors import ImportMissing, StoreError
from gridmap.phrases import say

KEPT_S = 7 * 24 * 3600
_NAME = re.compile(r"[0-9a-f]{64}\.[a-z]{2,8}")


def file_name(sent: str) -> str:
    """Return the last part of the name that a file was sent under, without control characters, cut to 200."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", sent.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[: 199 - len(suffix)]}{dot}{suffix}" if stem else plain[:200]


def _kept_as(name: str, digest: str) -> str:
    return f"{UPLOADS}/{digest}{Path(name).suffix.lower()[:9]}"


def keep_upload(files: SealedFiles, name: str, data: bytes) -> str:
    """Check a file and keep it; return its SHA-256. Files that nobody needs any more are removed.

    Raises:
        InputError: the file is too large, is not what its name says, or would harm whoever opens it.
    """
    for old in old_uploads(files.folder, KEPT_S):
        old.unlink(missing_ok=True)
    digest = hashlib.sha256(data).hexdigest()
    kept = _kept_as(name, digest)
    with files.in_clear(kept, data) as path:
        check_upload(path, name)
    try:
        files.read(kept)
        (files.folder / kept).touch()  # it was sent again, so it is needed again
    except (FileNotFoundError, StoreError):
        files.write(kept, data)
    return digest


@contextmanager
def kept_upload(files: SealedFiles, name: str, digest: str) -> Iterator[Path]:
    """Let a file lie in clear for the block; raise ImportMissing when it was removed."""
    kept = _kept_as(name, digest)
    try:
        data = files.read(kept) if _NAME.fullmatch(Path(kept).name) else None
    except FileNotFoundError:
        data = None
    if data is None:
        raise ImportMissing(say("import.file_gone", file=name))
    with files.in_clear(kept, data) as path:
        yield path


def forget_upload(folder: Path, name: str, digest: str) -> None:
    """Remove a file."""
    (folder / _kept_as(name, digest)).unlink(missing_ok=True)


def old_uploads(folder: Path, seconds: float) -> list[Path]:
    """Return the files that nobody has touched for so long."""
    oldest, kept = time.time() - seconds, folder / UPLOADS
    found = sorted(kept.iterdir()) if kept.is_dir() else []
    return [path for path in found if path.is_file() and path.stat().st_mtime < oldest]
