"""A stream that only a passphrase opens: what a backup is written as.

MAGIC, salt, nonce prefix, check of the passphrase; then sealed chunks (geodata.chunks). The key is made by scrypt
(RFC 7914) with N = 2^17, r = 8, p = 1.
"""

import hashlib
import hmac
import os
from typing import BinaryIO

from geodata.chunks import PREFIX, Chunks, Opening, Sealing
from gridmap.errors import BackupError
from gridmap.phrases import say

MAGIC = b"GRIDMAP BACKUP 1\n"
COST = 1 << 17
"""N of scrypt: half a second and 128 MB for each try of a passphrase."""
_SALT, _CHECK = 16, 16


def _keys(passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
    """Return the key of the chunks and that of the check."""
    made = hashlib.scrypt(passphrase.encode(), salt=salt, n=COST, r=8, p=1, maxmem=1 << 28, dklen=64)
    return made[:32], made[32:]


def _chunks(passphrase: str, salt: bytes, prefix: bytes) -> tuple[Chunks, bytes]:
    """Return the chunks of a stream and what stands before them: the header and the check of the passphrase."""
    key, check = _keys(passphrase, salt)
    header = MAGIC + salt + prefix
    return Chunks(key, prefix, header), header + hmac.digest(check, header, "sha256")[:_CHECK]


class SealingWriter(Sealing):
    """Seal what is written into a file under a passphrase."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        chunks, head = _chunks(passphrase, os.urandom(_SALT), os.urandom(PREFIX))
        file.write(head)
        super().__init__(file, chunks)


class UnsealingReader(Opening):
    """Read what `SealingWriter` wrote.

    Raises:
        BackupError: it is no backup, the passphrase is another, or the file was changed or cut.
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        head = file.read(len(MAGIC) + _SALT + PREFIX + _CHECK)
        if not head.startswith(MAGIC):
            raise BackupError(say("backup.none"))
        salt, prefix = head[len(MAGIC) :][:_SALT], head[len(MAGIC) + _SALT :][:PREFIX]
        chunks, expected = _chunks(passphrase, salt, prefix)
        if not hmac.compare_digest(expected, head):
            raise BackupError(say("backup.passphrase"))
        super().__init__(file, chunks, lambda: BackupError(say("backup.changed")))
