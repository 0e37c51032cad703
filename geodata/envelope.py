"""The envelope key of a workspace: a file outside the database that opens the data key which lies inside.

Each line of the file is a key in hexadecimal. The first one seals; the others, of a rotation that was cut short, still
open. Nothing that was sealed can be read without the file: keep a copy of it apart from the copies of the database.
"""

import hashlib
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection
from pathlib import Path

from geodata.keys import LENGTH, write_key
from gridmap.errors import KeyLost, StoreError
from gridmap.phrases import say

FILE = "envelope.key"
NONCE = 12


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(b"gridmap envelope" + key).hexdigest()[:16]


class Envelope:
    """The file of the envelope key; it is read each time, so that a rotation by another process is seen."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def wrap(self, secret: bytes, use: str) -> str:
        """Seal a key for one use; the file is made when there is none.

        Raises:
            StoreError: the file cannot be read or made, or holds no key.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if not self.file.exists():
            self._make()
        key = self._keys()[0]
        nonce = os.urandom(NONCE)
        sealed = nonce + AESGCM(key).encrypt(nonce, secret, use.encode())
        return f"{_fingerprint(key)}:{b64encode(sealed).decode()}"

    def unwrap(self, wrapped: str, use: str) -> bytes:
        """Return a key that `wrap` sealed for the same use.

        Raises:
            KeyLost: no key of the file fits, or there is no file.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        name, _, text = wrapped.partition(":")
        fitting = [key for key in self._keys() if _fingerprint(key) == name]
        if not fitting:
            raise KeyLost(say("envelope.lost", path=self.file, key=name))
        try:
            sealed = b64decode(text, validate=True)
            return AESGCM(fitting[0]).decrypt(sealed[:NONCE], sealed[NONCE:], use.encode())
        except (InvalidTag, ValueError):
            raise KeyLost(say("envelope.damaged", key=name)) from None

    def renew(self) -> frozenset[str]:
        """Put a new key before those of the file; return the fingerprints of the ones before it."""
        old = self._keys()
        self._write([secrets.token_bytes(LENGTH), *old])
        return frozenset(map(_fingerprint, old))

    def forget(self, fingerprints: Collection[str]) -> None:
        """Remove keys that nothing is sealed with any more."""
        self._write([key for key in self._keys() if _fingerprint(key) not in fingerprints])

    def _keys(self) -> list[bytes]:
        try:
            text = self.file.read_text(encoding="ascii") if self.file.exists() else ""
            keys = [bytes.fromhex(line) for line in text.split()]
        except OSError as error:
            raise StoreError(say("key.unreadable", path=self.file, said=error.strerror)) from None
        except ValueError:
            keys = [b""]
        if any(len(key) != LENGTH for key in keys):
            raise StoreError(say("key.wrong", path=self.file, n=LENGTH))
        return keys

    def _make(self) -> None:
        try:
            write_key(self.file)
        except OSError as error:
            raise StoreError(say("key.unreadable", path=self.file, said=error.strerror)) from None

    def _write(self, keys: list[bytes]) -> None:
        try:
            write_key(self.file, keys)
        except OSError as error:
            raise StoreError(say("key.unreadable", path=self.file, said=error.strerror)) from None
