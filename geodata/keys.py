"""The key of a workspace: 32 random bytes in a file that only its owner reads, never in the database.

It seals the audit log and signs sessions. Keep a copy elsewhere: without it the log cannot be verified.
"""

import os
import secrets
import tempfile
from pathlib import Path

from gridmap.errors import StoreError
from gridmap.phrases import say

FILE = "secret.key"
LENGTH = 32


def workspace_key(folder: Path, file: Path | None = None) -> bytes:
    """Return the key of a workspace, made when there is none.

    Raises:
        StoreError: the file cannot be read or made, or holds no key.
    """
    path = file or folder / FILE
    try:
        if not path.exists():
            _make(path)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise StoreError(say("key.unreadable", path=path, said=error.strerror)) from None
    except ValueError:
        key = b""
    if len(key) != LENGTH:
        raise StoreError(say("key.wrong", path=path, n=LENGTH))
    return key


def _make(path: Path) -> None:
    """Make the file whole or not at all; where two try at once the first one's key stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner only
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(LENGTH) + "\n")
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink(missing_ok=True)
