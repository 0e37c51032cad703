"""The cells of sealed columns: encrypted on their way into a database, opened on their way out.

A cell reads `~NUMBER~MARK~BASE64`: the number of the data key, a mark where the column can be asked for, then nonce,
ciphertext and tag of AES-256-GCM (NIST SP 800-38D). Table, column and key of the row are authenticated with each value,
so that no cell can stand in the place of another. The mark is an HMAC-SHA256 of table, column and value, cut to 96
bits: equal for equal values, so that a number can be found without being readable.
"""

import datetime as dt
import hmac
import os
import secrets
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Collection, Sequence

from geodata.cells import Cells
from geodata.envelope import NONCE, Envelope
from geodata.keys import LENGTH
from gridmap.errors import KeyLost, StoreError
from gridmap.phrases import say
from gridmap.schema import Column, Row, columns, keys
from gridmap.tables import DataKey

MARK_DIGITS = 24
_USE = "data key"


Place = tuple[str, str]
"""Table and column."""


def sealed_columns(row: type[Row]) -> list[Column]:
    """Return the columns of a noun that are kept encrypted."""
    return [column for column in columns(row) if column.sealed]


def row_bytes(key_cells: Sequence[Cells]) -> list[bytes]:
    """Return the key of each row, from the cells of its key columns, as it is authenticated with the row's values."""
    return ["\x1f".join(map(str, values)).encode() for values in zip(*key_cells, strict=True)]


class Cipher:
    """A data key at work."""

    def __init__(self, number: int, secret: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self.number = number
        self._aead = AESGCM(hmac.digest(secret, b"gridmap cells", "sha256"))
        self._marks = hmac.digest(secret, b"gridmap cell marks", "sha256")
        self._files = hmac.digest(secret, b"gridmap files", "sha256")
        self.head = f"~{number}~"

    def key_of_file(self, salt: bytes) -> bytes:
        """Return the key of the file with this salt (geodata.sealed_files)."""
        return hmac.digest(self._files, salt, "sha256")

    def mark(self, place: Place, value: str) -> str:
        """Return how a cell with this value begins."""
        made = hmac.digest(self._marks, "\0".join((*place, value)).encode(), "sha256")
        return f"{self.head}{made.hex()[:MARK_DIGITS]}~"

    def seal(self, cells: Cells, place: Place, rows: Sequence[bytes], *, marked: bool) -> Cells:
        """Return the sealed cells of a column; what is missing stays missing."""
        where, encrypt = _authenticated(place), self._aead.encrypt
        nonces, plain = os.urandom(NONCE * len(cells)), f"{self.head}~"
        sealed: Cells = []
        for at, (cell, key) in enumerate(zip(cells, rows, strict=True)):
            if cell is None:
                sealed.append(None)
                continue
            text, nonce = str(cell), nonces[at * NONCE : (at + 1) * NONCE]
            body = b2a_base64(nonce + encrypt(nonce, text.encode(), where + key), newline=False).decode()
            sealed.append((self.mark(place, text) if marked else plain) + body)
        return sealed

    def open(self, cell: str, authenticated: bytes, *, marked: bool) -> str:
        """Return a cell in clear; raise ValueError or InvalidTag when it is not what was sealed here."""
        body = a2b_base64(cell[len(self.head) + (MARK_DIGITS if marked else 0) + 1 :])
        return self._aead.decrypt(body[:NONCE], body[NONCE:], authenticated).decode()


class Ring:
    """The data keys of a store: the newest seals, each opens its own; there are two only while one replaces another."""

    def __init__(self, ciphers: Sequence[Cipher]) -> None:
        self.newest = max(ciphers, key=lambda cipher: cipher.number)
        self._all = {cipher.head: cipher for cipher in ciphers}

    def unseal(self, cells: Cells, place: Place, rows: Sequence[bytes], *, marked: bool) -> Cells:
        """Return the cells of a column in clear.

        Raises:
            StoreError: a cell was changed, moved, or never sealed.
        """
        from cryptography.exceptions import InvalidTag

        where, newest, head = _authenticated(place), self.newest, self.newest.head
        found: Cells = []
        try:
            for cell, key in zip(cells, rows, strict=True):
                if cell is None:
                    found.append(None)
                    continue
                text = str(cell)
                cipher = newest if text.startswith(head) else self._all[text[: text.index("~", 1) + 1]]
                found.append(cipher.open(text, where + key, marked=marked))
        except (InvalidTag, NotBase64, ValueError, KeyError):
            noun, column = place
            raise StoreError(say("vault.changed", noun=noun, column=column, key=rows[len(found)].decode())) from None
        return found


def _authenticated(place: Place) -> bytes:
    return "\0".join((*place, "")).encode()


class Vault:
    """The data keys that a process has opened, and the envelope that opens them."""

    def __init__(self, envelope: Envelope | None) -> None:
        self._envelope = envelope
        self._opened: dict[str, Cipher] = {}

    def cipher(self, number: int, wrapped: str) -> Cipher:
        """Return a data key of the store, ready to be used.

        Raises:
            KeyLost: the envelope key that is here does not open it.
        """
        if wrapped not in self._opened:
            self._opened[wrapped] = Cipher(number, self._lock().unwrap(wrapped, _USE))
        return self._opened[wrapped]

    def new_key(self, number: int) -> DataKey:
        """Return a new data key, sealed."""
        wrapped = self._lock().wrap(secrets.token_bytes(LENGTH), _USE)
        return DataKey(number=number, wrapped=wrapped, made_at=dt.datetime.now(dt.UTC))

    def _lock(self) -> Envelope:
        if self._envelope is None:
            raise KeyLost(say("envelope.none"))
        return self._envelope


def rewrapped(key: DataKey, envelope: Envelope) -> DataKey:
    """Return the same data key, sealed with the newest envelope key."""
    return key.model_copy(update={"wrapped": envelope.wrap(envelope.unwrap(key.wrapped, _USE), _USE)})


def seal_cells(row: type[Row], cells: dict[str, Cells], ring: Ring) -> dict[str, Cells]:
    """Return the cells of a noun's rows as a database keeps them."""
    return _turned(row, cells, ring.newest.seal)


def unseal_cells(row: type[Row], cells: dict[str, Cells], ring: Ring) -> dict[str, Cells]:
    """Return the cells of a noun's rows in clear.

    Raises:
        StoreError: a cell was changed, moved, or never sealed.
    """
    return _turned(row, cells, ring.unseal)


def _turned(row: type[Row], cells: dict[str, Cells], turn: Callable[..., Cells]) -> dict[str, Cells]:
    rows = row_bytes([cells[name] for name in keys(row)])
    return cells | {
        column.name: turn(cells[column.name], (row.table, column.name), rows, marked=column.marked)
        for column in sealed_columns(row)
    }


def is_empty(row: type[Row], cells: dict[str, Cells]) -> bool:
    """Say whether no sealed column of the rows holds anything, so that no key is needed."""
    return all(cell is None for column in sealed_columns(row) for cell in cells[column.name])


def marks_of(row: type[Row], column: Column, values: Collection[object], ring: Ring) -> list[str | None]:
    """Return how the cells begin that hold one of the given values; None asks for the missing ones."""
    return [None if value is None else ring.newest.mark((row.table, column.name), str(value)) for value in values]
