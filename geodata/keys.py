"""The key of a workspace: 32 random bytes in a file that only its owner reads, never in the database.

It seals the audit log and signs sessions. Keep a copy elsewhere: without it the log cannot be verified. What is
encrypted in the database has a key of its own (geodata.envelope), so that either can be changed without the other.
"""

import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gridmap.errors import BackupError, StoreError
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
            write_key(path)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise StoreError(say("key.unreadable", path=path, said=error.strerror)) from None
    except ValueError:
        key = b""
    if len(key) != LENGTH:
        raise StoreError(say("key.wrong", path=path, n=LENGTH))
    return key


def adopt_key(folder: Path, file: Path | None, content: bytes) -> None:
    """Let a workspace have the key of another one, as in a backup.

    Raises:
        BackupError: it has a different one.
        StoreError: the file cannot be made, or the content is no key.
    """
    path = file or folder / FILE
    if not path.exists():
        write_key(path, [bytes.fromhex(content.decode("ascii").strip())])
    if workspace_key(folder, file).hex() != content.decode("ascii").strip():
        raise BackupError(say("backup.other_key", path=path))


def write_key(path: Path, keys: Sequence[bytes] | None = None) -> None:
    """Write keys in the place of those of a file, or a new one where there is none, whole or not at all.

    Only the owner may read the file; where two make a new one at once the first one's key stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.writelines(f"{key.hex()}\n" for key in keys or (secrets.token_bytes(LENGTH),))
            file.flush()
            os.fsync(file.fileno())
        if keys:
            Path(name).replace(path)
        else:
            os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink(missing_ok=True)
