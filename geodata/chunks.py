"""Chunks of AES-256-GCM in which no byte can be changed, dropped, added or moved unseen.

The nonce of a chunk is a prefix of 7 bytes, its number and whether it is the last (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizar, 2015); what stands before the chunks is authenticated with each of them.
"""

import io
from collections.abc import Callable
from typing import BinaryIO

CHUNK = 1 << 20
TAG = 16
PREFIX = 7


class Chunks:
    """What sealing and opening share: the key and the nonce of each chunk."""

    def __init__(self, key: bytes, prefix: bytes, beside: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._aead = AESGCM(key)
        self._prefix = prefix
        self._beside = beside
        self._number = 0

    def seal(self, data: bytes, *, last: bool) -> bytes:
        """Return the next chunk, sealed."""
        return self._aead.encrypt(self._nonce(last=last), data, self._beside)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        """Return the next chunk in clear; raise ValueError when it is not what was sealed there."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._aead.decrypt(self._nonce(last=last), sealed, self._beside)
        except InvalidTag as error:
            raise ValueError from error

    def _nonce(self, *, last: bool) -> bytes:
        self._number += 1
        return self._prefix + self._number.to_bytes(4, "big") + bytes([last])


class Sealing(io.RawIOBase):
    """Seal what is written into a file; `finish` writes the last chunk, without which nobody can read it."""

    def __init__(self, file: BinaryIO, chunks: Chunks) -> None:
        self._file = file
        self._chunks = chunks
        self._waiting = bytearray()

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  any bytes-like thing
        """Seal whole chunks; keep the rest until more comes."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._file.write(self._chunks.seal(bytes(self._waiting[:CHUNK]), last=False))
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk."""
        self._file.write(self._chunks.seal(bytes(self._waiting), last=True))
        self._waiting.clear()


class Opening(io.RawIOBase):
    """Read what `Sealing` wrote; nothing is handed out before it was authenticated.

    Raises:
        Exception: what `broken` returns, when something was changed, cut, moved or added.
    """

    def __init__(self, file: BinaryIO, chunks: Chunks, broken: Callable[[], Exception]) -> None:
        self._file = file
        self._chunks = chunks
        self._broken = broken
        self._next = file.read(CHUNK + TAG)
        self._ready = memoryview(b"")
        self._over = False

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, into: bytearray) -> int:  # type: ignore[override]  any writable buffer
        """Fill a buffer with what comes next; 0 at the end."""
        while not self._ready and not self._over:
            self._ready = memoryview(self._chunk())
        count = min(len(into), len(self._ready))
        into[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _chunk(self) -> bytes:
        sealed, self._next = self._next, self._file.read(CHUNK + TAG)
        self._over = not self._next
        try:
            return self._chunks.open(sealed, last=self._over)
        except ValueError:
            raise self._broken() from None
