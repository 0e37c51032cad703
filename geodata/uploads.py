"""The files that people upload, in the folder uploads of a workspace: kept while they are needed, then removed.

A file is named by the hash of its bytes. It holds personal data in clear, whole columns that are never stored among
them, so it goes when its import is undone or discarded, and after a week in any case.
"""

import hashlib
import re
import time
from pathlib import Path

from geodata.guards import check_upload
from geodata.workspace import write_file
from gridmap.errors import ImportMissing
from gridmap.phrases import say

FOLDER = "uploads"
KEPT_S = 7 * 24 * 3600
_NAME = re.compile(r"[0-9a-f]{64}\.[a-z]{2,8}")


def file_name(sent: str) -> str:
    """Return the last part of the name that a file was sent under, without control characters, cut to 200."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", sent.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[: 199 - len(suffix)]}{dot}{suffix}" if stem else plain[:200]


def keep_upload(folder: Path, name: str, data: bytes) -> tuple[Path, str]:
    """Check a file and keep it; return (path, SHA-256). Files that nobody needs any more are removed.

    Raises:
        InputError: the file is too large, is not what its name says, or would harm whoever opens it.
    """
    for old in old_uploads(folder, KEPT_S):
        old.unlink(missing_ok=True)
    digest = hashlib.sha256(data).hexdigest()
    path = folder / FOLDER / f"{digest}{Path(name).suffix.lower()[:9]}"
    fresh = not path.exists()
    if fresh:
        write_file(path, data)
        path.chmod(0o600)
    try:
        check_upload(path, name)
    except BaseException:
        if fresh:
            path.unlink(missing_ok=True)
        raise
    path.touch()
    return path, digest


def kept_upload(folder: Path, name: str, digest: str) -> Path:
    """Return where a file is kept; raise ImportMissing when it was removed."""
    path = folder / FOLDER / f"{digest}{Path(name).suffix.lower()[:9]}"
    if not _NAME.fullmatch(path.name) or not path.is_file():
        raise ImportMissing(say("import.file_gone", file=name))
    return path


def forget_upload(folder: Path, name: str, digest: str) -> None:
    """Remove a file."""
    (folder / FOLDER / f"{digest}{Path(name).suffix.lower()[:9]}").unlink(missing_ok=True)


def old_uploads(folder: Path, seconds: float) -> list[Path]:
    """Return the files that nobody has touched for so long."""
    oldest, kept = time.time() - seconds, folder / FOLDER
    found = sorted(kept.iterdir()) if kept.is_dir() else []
    return [path for path in found if path.is_file() and path.stat().st_mtime < oldest]
