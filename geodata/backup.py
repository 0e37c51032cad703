"""Backups: everything that a workspace knows in one file that a passphrase opens, and back from it.

The rows are read in one transaction, so that a backup is of one moment whatever is written meanwhile. They are written
as rows of nouns, not as pages of a database: a backup of either engine can be put back into either, and what was
encrypted under one key, rows and files alike, is encrypted under that of the new place. The key of the audit log goes
along, the envelope key and the passphrase never do.
"""

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from geodata import envelope, keys, migrations
from geodata.chunks import CHUNK
from geodata.sealed_files import SealedFiles, is_sealed_folder
from geodata.sealed_stream import SealingWriter, UnsealingReader
from geodata.sql import FILE, open_store
from geodata.vault import sealed_columns
from geodata.workspace import JOBS, Workspace, write_file
from gridmap import audit, snapshots
from gridmap.audit import Act
from gridmap.errors import BackupError
from gridmap.phrases import say
from gridmap.schema import Row
from gridmap.store import Transaction
from gridmap.tables import ROWS, AuditAction, DataKey, Job, Session

LEAST_LENGTH = 12
"""Characters of a passphrase."""
NOT_KEPT: tuple[type[Row], ...] = (Job, Session, DataKey)
"""Work that is under way, browsers that are signed in, and keys of the place itself."""
_KEPT = {row.table: row for row in ROWS if row not in NOT_KEPT}
_ABOUT, _MANIFEST, _KEY, _ROWS, _FILES = "about.json", "manifest.json", "secret.key", "rows/", "files/"


@dataclass
class Manifest:
    """What is in a backup: SHA-256 of the rows of each noun and of each file, and how many rows there are."""

    rows: dict[str, int] = field(default_factory=dict)
    nouns: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def row_count(self) -> int:
        """Return how many rows all nouns have together."""
        return sum(self.rows.values())

    def add_rows(self, table: str, data: bytes, count: int) -> None:
        """Note the rows of a noun."""
        self.rows[table], self.nouns[table] = count, hashlib.sha256(data).hexdigest()


def _rows_text(transaction: Transaction, row: type[Row]) -> tuple[bytes, int]:
    texts = snapshots.freeze(transaction.read(row), row)
    return "\n".join(texts).encode(), len(texts)


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    tar.addfile(entry, io.BytesIO(data))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and path of what lies in the folder beside the database, its keys and its queue."""
    apart = {keys.FILE, envelope.FILE, JOBS}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        own = name.parts[0] in apart or name.parts[0].startswith(FILE) or any(p.startswith(".") for p in name.parts)
        if not own and path.is_file():
            yield name.as_posix(), path


def _write(workspace: Workspace, out: SealingWriter) -> Manifest:
    found = Manifest()
    about = {"tables": migrations.HEAD, "made_at": dt.datetime.now(dt.UTC).isoformat()}
    store = workspace.open()
    try:
        with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, _ABOUT, json.dumps(about).encode())
            _add(tar, _KEY, keys.workspace_key(workspace.folder, workspace.key_file).hex().encode())
            with store.transaction() as transaction:
                for table, row in _KEPT.items():
                    data, count = _rows_text(transaction, row)
                    found.add_rows(table, data, count)
                    _add(tar, _ROWS + table, data)
            # after the rows: a photo is kept before its row
            sealed = workspace.files(store)
            for name, path in _files(workspace.folder):
                try:
                    data = sealed.read(name) if is_sealed_folder(name) else path.read_bytes()
                except FileNotFoundError:
                    continue  # an upload whose time was over
                found.files[name] = hashlib.sha256(data).hexdigest()
                _add(tar, _FILES + name, data)
            _add(tar, _MANIFEST, json.dumps(asdict(found)).encode())
    finally:
        store.close()
    return found


def back_up(workspace: Workspace, target: Path, passphrase: str, *, verify: bool = True) -> Manifest:
    """Write a backup while the workspace is in use; restore it in a place aside to see that it can be.

    The target is there when all of it is written and verified, else it is as it was.

    Raises:
        BackupError: the passphrase is too short, or what was written does not give the same rows back.
        StoreError: the workspace or the folder of the target cannot be used.
    """
    if len(passphrase) < LEAST_LENGTH:
        raise BackupError(say("backup.short", least=LEAST_LENGTH))
    store = workspace.open()
    with store.transaction(write=True) as transaction:
        audit.note(transaction, Act(AuditAction.EXPORT, noun="backup", unmasked=True))
    store.close()
    with _partial(target) as part:
        with part.open("wb") as file:
            writer = SealingWriter(file, passphrase)
            found = _write(workspace, writer)
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        if verify:
            with tempfile.TemporaryDirectory(dir=part.parent, prefix=".gridmap-verify-") as aside:
                _put_back(part, passphrase, Workspace(Path(aside) / "workspace"))
    return found


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """Let a file be written beside its place and move it there when all went well."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
    except OSError as error:
        raise BackupError(say("backup.folder", path=target.parent, said=error.strerror)) from None
    try:
        yield Path(name)
        Path(name).replace(target)
    except OSError as error:
        raise BackupError(say("backup.folder", path=target.parent, said=error.strerror)) from None
    finally:
        Path(name).unlink(missing_ok=True)


def restore(source: Path, passphrase: str, workspace: Workspace) -> Manifest:
    """Put a backup into a new workspace, all of it or nothing.

    Its folder must be absent or empty, its database without rows.

    Raises:
        BackupError: the passphrase is wrong, the file was changed or cut, another version wrote it, or the place is
            taken.
    """
    folder = workspace.folder
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(say("backup.taken", place=folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".gridmap-restore-"))
    try:
        found = _put_back(source, passphrase, workspace.moved_to(stage))
        if folder.exists():
            folder.rmdir()
        stage.replace(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    store = workspace.open()
    with store.transaction(write=True) as transaction:
        audit.note(transaction, Act(AuditAction.ADD, noun="backup", row_count=found.row_count))
    store.close()
    return found


def _put_back(source: Path, passphrase: str, workspace: Workspace) -> Manifest:
    """Write what a backup holds into a workspace, and compare what can be read there with what was read then."""
    try:
        with source.open("rb") as file:
            sealed = cast("Any", io.BufferedReader(UnsealingReader(file, passphrase)))
            with tarfile.open(fileobj=sealed, mode="r|") as tar:
                return _read(tar, workspace, sealed)
    except FileNotFoundError:
        raise BackupError(say("backup.none")) from None
    except tarfile.TarError:
        raise BackupError(say("backup.changed")) from None


def _read(tar: tarfile.TarFile, workspace: Workspace, sealed: BinaryIO) -> Manifest:
    members = ((entry.name, cast("Any", tar.extractfile(entry)).read()) for entry in tar)
    found = Manifest()
    _, about = next(members)
    if json.loads(about)["tables"] != migrations.HEAD:
        raise BackupError(say("backup.version", found=json.loads(about)["tables"], known=migrations.HEAD))
    store = open_store(workspace.folder, workspace.database_url, create=True, envelope=workspace.envelope)
    try:
        with store.transaction(write=True) as transaction:
            _refuse_taken(transaction)
            files = workspace.files(store)
            expected = None
            for name, data in members:
                if name == _MANIFEST:
                    expected = Manifest(**json.loads(data))
                else:
                    _keep(name, data, transaction, found, workspace=workspace, files=files)
            while sealed.read(CHUNK):
                pass  # up to the chunk that says it is the last
            for table, row in _KEPT.items():
                found.add_rows(table, *_rows_text(transaction, row))
            if found != expected:
                raise BackupError(say("backup.differs"))
    finally:
        store.close()
    return found


def _refuse_taken(transaction: Transaction) -> None:
    # nothing is sealed without a data key, and what is sealed cannot be read with the key of the new place
    if any(len(transaction.read(row)) for row in ROWS if not sealed_columns(row)):
        raise BackupError(say("backup.taken", place="GRIDMAP_DATABASE_URL"))


def _keep(
    name: str, data: bytes, transaction: Transaction, found: Manifest, *, workspace: Workspace, files: SealedFiles
) -> None:
    if name == _KEY:
        keys.adopt_key(workspace.folder, workspace.key_file, data)
    elif name.startswith(_ROWS):
        row = _KEPT[name.removeprefix(_ROWS)]
        transaction.insert(snapshots.thaw(data.decode().split("\n") if data else [], row), row)
    else:
        inside = PurePosixPath(name.removeprefix(_FILES))
        if inside.is_absolute() or ".." in inside.parts:
            raise BackupError(say("backup.changed"))
        if is_sealed_folder(str(inside)):
            files.write_within(transaction, str(inside), data)
        else:
            write_file(workspace.folder / inside, data, mode=0o600)
        found.files[str(inside)] = hashlib.sha256(data).hexdigest()
