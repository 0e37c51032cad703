"""The files of a workspace that hold what is personal, sealed where they lie: uploads, photos, tables of exports.

MAGIC, the number of a data key of the store (4 bytes), salt (16 bytes); then sealed chunks (geodata.chunks). The key of
a file is an HMAC-SHA256 of its salt under that data key, so the envelope that opens the cells of the database opens the
files too (geodata.vault). The name of the file is authenticated with it: none can stand in the place of another.

A file of an older Gridmap lies in clear under the SHA-256 of its bytes: it is read only if it is what its name says,
and sealed when a service or a worker starts, or a key is changed.
"""

import hashlib
import io
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geodata.chunks import PREFIX, Chunks, Opening, Sealing
from geodata.clear_copies import private_folder, sweep
from geodata.envelope import Envelope
from geodata.vault import Cipher, Vault
from geodata.workspace import JOBS, room_in, write_file
from gridmap.errors import StoreError
from gridmap.phrases import say
from gridmap.store import Reading, Store, Transaction
from gridmap.tables import DataKey
from gridmap.work.keeping import put, rows_of

UPLOADS, PHOTOS, EXPORTS = "uploads", "photos", f"{JOBS}/exports"
FOLDERS = (UPLOADS, PHOTOS, EXPORTS)
MAGIC = b"GRIDMAP FILE 1\n"
HALF_WRITTEN_S = 3600
"""So old a file that was being written is left over from a process that was killed."""
_NUMBER, _SALT = 4, 16
_HEAD = len(MAGIC) + _NUMBER + _SALT


def is_sealed_folder(name: str) -> bool:
    """Say whether a file of this name, its path in the workspace, is kept sealed."""
    return any(name.startswith(f"{folder}/") for folder in FOLDERS)


def _chunks(cipher: Cipher, head: bytes, name: str) -> Chunks:
    # each file has a key of its own, so the prefix of its nonces need not differ from other files'
    return Chunks(cipher.key_of_file(head[-_SALT:]), bytes(PREFIX), head + name.encode())


def _sealed(cipher: Cipher, name: str, data: bytes) -> bytes:
    head = MAGIC + cipher.number.to_bytes(_NUMBER, "big") + os.urandom(_SALT)
    out = io.BytesIO()
    out.write(head)
    writer = Sealing(out, _chunks(cipher, head, name))
    writer.write(data)
    writer.finish()
    return out.getvalue()


def _number_of(head: bytes) -> int | None:
    """Return the number of the data key that a file is sealed with, None for a file in clear."""
    return int.from_bytes(head[len(MAGIC) :][:_NUMBER], "big") if head.startswith(MAGIC) else None


def _head_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


class SealedFiles:
    """The sealed files of a workspace; a name is the path of a file below its folder, like photos/NAME."""

    def __init__(self, folder: Path, store: Store, envelope: Envelope) -> None:
        self.folder = folder
        self._store = store
        self._vault = Vault(envelope)

    def write(self, name: str, data: bytes) -> None:
        """Keep a file, whole or not at all, sealed with the newest key.

        Raises:
            WorkspaceFull: there is no room for it.
        """
        cipher = self._newest()
        self._put(cipher, name, data)
        while (newest := self._newest()).number != cipher.number:
            # the key was changed meanwhile, and whoever changed it may have passed this file by
            cipher = newest
            self._put(cipher, name, data)

    def write_within(self, transaction: Transaction, name: str, data: bytes) -> None:
        """Keep a file under the key of a transaction that has not ended yet."""
        self._put(self._newest_of(transaction), name, data)

    def read(self, name: str) -> bytes:
        """Return a file in clear.

        Raises:
            FileNotFoundError: there is none.
            StoreError: it was changed, cut or moved, or was never sealed and is not what its name says.
        """
        content = (self.folder / name).read_bytes()
        number = _number_of(content)
        if number is None:
            if hashlib.sha256(content).hexdigest() != Path(name).stem:
                raise self._changed(name)
            return content
        with self._store.transaction() as transaction:
            cipher = self._ciphers(transaction).get(number)
        if cipher is None or len(content) < _HEAD:
            raise self._changed(name)
        sealed = io.BytesIO(content[_HEAD:])
        return Opening(sealed, _chunks(cipher, content[:_HEAD], name), lambda: self._changed(name)).readall()

    @contextmanager
    def private(self) -> Iterator[Path]:
        """Let files lie in clear for the block, where only this account reads them.

        Raises:
            WorkspaceFull: there is no room for what the block writes there.
        """
        with room_in(self.folder), private_folder(self.folder) as place:
            yield place

    @contextmanager
    def in_clear(self, name: str, data: bytes) -> Iterator[Path]:
        """Let a file lie in clear for the block, for a library that wants a path."""
        with self.private() as place:
            path = place / Path(name).name
            path.write_bytes(data)
            yield path

    def tidy(self) -> int:
        """Remove what killed processes left in clear, seal what an older Gridmap left so; return how many files."""
        sweep(self.folder)
        count = 0
        for name, path in self._all():
            with suppress(FileNotFoundError):  # somebody else removes what is over
                count += self._tidied(name, path)
        return count

    def reseal(self) -> None:
        """Seal every file with the newest key that is not yet."""
        for name, path in self._all():
            with suppress(FileNotFoundError):
                number = _number_of(_head_of(path))
                if number is not None and number != self._newest().number:
                    self._again(name, path)

    def _tidied(self, name: str, path: Path) -> bool:
        if any(part.startswith(".") for part in Path(name).parts):
            if path.stat().st_mtime < time.time() - HALF_WRITTEN_S:
                path.unlink()
            return False
        if _number_of(_head_of(path)) is not None:
            return False
        if name.startswith(f"{EXPORTS}/"):
            # nothing says what it was: whoever wants the table asks for it once more
            shutil.rmtree(path.parent, ignore_errors=True)
            return False
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
            return False  # spoiled: nobody reads it, and whoever looks for it finds it as it is
        self._again(name, path)
        return True

    def _again(self, name: str, path: Path) -> None:
        """Seal a file anew; its age, by which it goes, stays."""
        kept = path.stat()
        self.write(name, self.read(name))
        os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))

    def _all(self) -> Iterator[tuple[str, Path]]:
        for folder in FOLDERS:
            for path in sorted((self.folder / folder).rglob("*")):
                if path.is_file():
                    yield path.relative_to(self.folder).as_posix(), path

    def _put(self, cipher: Cipher, name: str, data: bytes) -> None:
        write_file(self.folder / name, _sealed(cipher, name, data), mode=0o600)

    def _ciphers(self, reading: Reading) -> dict[int, Cipher]:
        return {
            key.number: self._vault.cipher(key.number, key.wrapped) for key in rows_of(reading.read(DataKey), DataKey)
        }

    def _newest(self) -> Cipher:
        with self._store.transaction() as transaction:
            found = self._ciphers(transaction)
        if found:
            return found[max(found)]
        with self._store.transaction(write=True) as writing:
            return self._newest_of(writing)

    def _newest_of(self, transaction: Transaction) -> Cipher:
        """Return the newest key of a writing transaction; the first one is made here."""
        found = self._ciphers(transaction)
        if not found:
            made = put(transaction, self._vault.new_key(1))
            found = {made.number: self._vault.cipher(made.number, made.wrapped)}
        return found[max(found)]

    @staticmethod
    def _changed(name: str) -> StoreError:
        return StoreError(say("vault.file_changed", name=name))
