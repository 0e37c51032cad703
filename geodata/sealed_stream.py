"""A stream that only a passphrase opens, and in which no byte can be changed, dropped or added unseen.

MAGIC, salt, nonce prefix, check of the passphrase; then chunks of AES-256-GCM. The nonce of a chunk is the prefix, its
number and whether it is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizar, 2015), so that
chunks can be neither swapped nor cut off. The key is made by scrypt (RFC 7914) with N = 2^17, r = 8, p = 1.
"""

import hashlib
import hmac
import io
import os
from typing import BinaryIO

from gridmap.errors import BackupError
from gridmap.phrases import say

MAGIC = b"GRIDMAP BACKUP 1\n"
CHUNK = 1 << 20
TAG = 16
COST = 1 << 17
"""N of scrypt: half a second and 128 MB for each try of a passphrase."""
_SALT, _PREFIX, _CHECK = 16, 7, 16


def _keys(passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
    """Return the key of the chunks and that of the check."""
    made = hashlib.scrypt(passphrase.encode(), salt=salt, n=COST, r=8, p=1, maxmem=1 << 28, dklen=64)
    return made[:32], made[32:]


class _Chunks:
    """What reading and writing share: the header and the nonce of each chunk."""

    def __init__(self, passphrase: str, salt: bytes, prefix: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key, check = _keys(passphrase, salt)
        self.aead = AESGCM(key)
        self._prefix = prefix
        self.header = MAGIC + salt + prefix
        self.check = hmac.digest(check, self.header, "sha256")[:_CHECK]
        self._number = 0

    def nonce(self, *, last: bool) -> bytes:
        self._number += 1
        return self._prefix + self._number.to_bytes(4, "big") + bytes([last])


class SealingWriter(io.RawIOBase):
    """Seal what is written into a file; `close` writes the last chunk, without which nobody can read it."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._file = file
        self._chunks = _Chunks(passphrase, os.urandom(_SALT), os.urandom(_PREFIX))
        self._waiting = bytearray()
        file.write(self._chunks.header + self._chunks.check)

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  any bytes-like thing
        """Seal whole chunks; keep the rest until more comes."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, data: bytes, *, last: bool) -> None:
        self._file.write(self._chunks.aead.encrypt(self._chunks.nonce(last=last), data, self._chunks.header))


class UnsealingReader(io.RawIOBase):
    """Read what `SealingWriter` wrote; nothing is handed out before it was authenticated.

    Raises:
        BackupError: it is no backup, the passphrase is another, or the file was changed or cut.
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._file = file
        head = file.read(len(MAGIC) + _SALT + _PREFIX + _CHECK)
        if not head.startswith(MAGIC):
            raise BackupError(say("backup.none"))
        salt, prefix = head[len(MAGIC) :][:_SALT], head[len(MAGIC) + _SALT :][:_PREFIX]
        self._chunks = _Chunks(passphrase, salt, prefix)
        if not hmac.compare_digest(self._chunks.check, head[-_CHECK:]):
            raise BackupError(say("backup.passphrase"))
        self._next = file.read(CHUNK + TAG)
        self._ready = b""
        self._over = False

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, into: bytearray) -> int:  # type: ignore[override]  any writable buffer
        """Fill a buffer with what comes next; 0 at the end."""
        while not self._ready and not self._over:
            self._ready = self._chunk()
        count = min(len(into), len(self._ready))
        into[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _chunk(self) -> bytes:
        from cryptography.exceptions import InvalidTag

        sealed, self._next = self._next, self._file.read(CHUNK + TAG)
        self._over = not self._next
        try:
            return self._chunks.aead.decrypt(self._chunks.nonce(last=self._over), sealed, self._chunks.header)
        except (InvalidTag, ValueError):
            raise BackupError(say("backup.changed")) from None
