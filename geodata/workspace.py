"""A workspace: the folder in which a city is kept, with its store, its report and its drawn pages.

DIR/gridmap.sqlite   the store (absent when GRIDMAP_DATABASE_URL names a PostGIS database)
DIR/secret.key       the key that seals the audit log (made at the first change; keep a copy elsewhere)
DIR/envelope.key     the key that opens what is encrypted (made with the first of it; keep a copy elsewhere)
DIR/report.json      the report of the last build
DIR/jobs/            the queue of jobs (absent with a database); in exports/ the tables that jobs wrote, encrypted
DIR/uploads/         files that are being brought in, encrypted
DIR/photos/          photos of inspections, encrypted
DIR/site/            the drawn pages with everything they need
DIR/.clear/          files in clear while a library reads or writes them
"""

import errno
import getpass
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata import assets
from geodata.envelope import FILE as ENVELOPE
from geodata.envelope import Envelope
from geodata.keys import workspace_key
from gridmap.audit import Audited
from gridmap.errors import WorkspaceFull, WorkspaceMissing
from gridmap.phrases import say
from gridmap.sealing import Seal
from gridmap.store import Store

if TYPE_CHECKING:
    from geodata.sealed_files import SealedFiles

REPORT = "report.json"
SITE = "site"
JOBS = "jobs"


NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def room_in(folder: Path) -> Iterator[None]:
    """Raise WorkspaceFull when there is no room for what the block writes."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise WorkspaceFull(say("store.full", place=folder)) from None
        raise


def write_file(path: Path, content: str | bytes, *, mode: int = 0o644) -> None:
    """Write a file so that a reader sees the old or the new one, never a part.

    Raises:
        WorkspaceFull: there is no room for it.
    """
    with room_in(path.parent):
        _write(path, content, mode)


def _write(path: Path, content: str | bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write the files of a page, the pages themselves last, so that no page names a file that is not there yet."""
    for name in sorted(files, key=lambda name: (name.endswith(".html"), name)):
        write_file(folder / name, files[name])


def process_owner() -> str:
    """Return the name of the account of this computer that runs the process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


class Workspace:
    """The folder of a city; `database_url` keeps its rows in PostGIS instead of a file in the folder."""

    def __init__(
        self,
        folder: Path,
        database_url: str | None = None,
        *,
        key_file: Path | None = None,
        envelope_file: Path | None = None,
    ) -> None:
        self.folder = folder
        self.database_url = database_url
        self.key_file = key_file
        self.envelope_file = envelope_file
        self.seal = Seal(lambda: workspace_key(folder, key_file))
        self.envelope = Envelope(envelope_file or folder / ENVELOPE)

    def moved_to(self, folder: Path) -> "Workspace":
        """Return the same workspace as if its folder were another one."""
        return Workspace(folder, self.database_url, key_file=self.key_file, envelope_file=self.envelope_file)

    def open(self, *, create: bool = False) -> Audited:
        """Open the store, whose writes are recorded; raise WorkspaceMissing when there is none and none is to be made.

        They count as those of who runs this process until `Audited.acting` names somebody else.
        """
        from geodata.sql import open_store

        if create:
            self.folder.mkdir(parents=True, exist_ok=True)
        store = open_store(self.folder, self.database_url, create=create, envelope=self.envelope)
        return Audited(store, self.seal, actor=process_owner())

    def compact(self) -> None:
        """Write the store anew without what was overwritten or deleted in it."""
        from geodata.sql import open_store

        store = open_store(self.folder, self.database_url, envelope=self.envelope)
        try:
            store.compact()
        finally:
            store.close()

    def open_jobs(self) -> Store:
        """Open the queue of jobs: beside the city's store, so that progress can be told while that is written.

        In a database it is the same tables under a lock of its own; else a file in the folder jobs.
        """
        from geodata.sql import open_store

        if self.database_url:
            return open_store(None, self.database_url, writers="jobs", envelope=self.envelope)
        return open_store(self.folder / JOBS, create=True, envelope=self.envelope)

    def files(self, store: Store) -> "SealedFiles":
        """Return the files that are kept sealed; the store has the keys."""
        from geodata.sealed_files import SealedFiles

        return SealedFiles(self.folder, store, self.envelope)

    @property
    def site_folder(self) -> Path:
        """Return the folder of the drawn pages."""
        return self.folder / SITE

    def write_report(self, report: Mapping[str, Any]) -> None:
        """Keep the report of a build."""
        write_file(self.folder / REPORT, json.dumps(report, ensure_ascii=False, indent=1) + "\n")

    def read_report(self) -> dict[str, Any]:
        """Return the report of the last build; raise WorkspaceMissing before the first."""
        path = self.folder / REPORT
        if not path.exists():
            raise WorkspaceMissing(say("store.no_report", folder=self.folder))
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def write_site(self, files: Mapping[str, str | bytes]) -> None:
        """Write drawn pages with the scripts, styles and libraries beside them, so that they open from disk."""
        assets.place(self.site_folder / "assets")
        write_files(self.site_folder, files)
