"""The store: frames in the tables of an SQLite file or of a PostGIS database, chosen by `open_store`.

No error of SQLAlchemy or of a driver leaves this module: callers see `gridmap.errors.StoreError` and its kinds.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from geodata import migrations
from geodata.cells import Cells, cells_of, frame_of, key_cells, plain_cells
from geodata.envelope import FILE as ENVELOPE
from geodata.envelope import Envelope
from geodata.sqlite import Sqlite
from geodata.sqltables import table_of
from geodata.vault import Ring, Vault, is_empty, marks_of, seal_cells, unseal_cells
from gridmap import frames
from gridmap.errors import KeyLost, StoreError, WorkspaceBusy, WorkspaceMissing, WorkspaceNewer
from gridmap.phrases import say
from gridmap.schema import Column, Row, columns, geometry_column, keys
from gridmap.store import Box, Transaction
from gridmap.tables import DataKey, Revision

FILE = "gridmap.sqlite"
"""The name of the store's file in a workspace."""

TURNS = 3
"""So many times as long a writer waits for those of its own process as for another one: here each comes to its turn."""


class Engine(Protocol):
    """What differs between the engines; `geodata.sqlite` and `geodata.postgis` have one each."""

    name: str
    place: str
    engine: sa.Engine

    def begin(self, connection: sa.Connection, *, write: bool) -> None:
        """Begin a transaction: a reader sees one moment, a writer is the only one."""
        ...

    def selected(self, table: sa.Table, column: Column) -> sa.ColumnElement[object]:
        """Return what is read for a column."""
        ...

    def among(self, found: sa.ColumnElement[Any], cells: Cells) -> sa.ColumnElement[bool]:
        """Return the condition that a column holds one of any number of cells; None finds the missing ones."""
        ...

    def touching(self, table: sa.Table, shape: str, box: Box) -> sa.ColumnElement[bool]:
        """Return the condition that the bounding box of the geometry meets another, edges included."""
        ...

    def shape_cells(self, shapes: gpd.GeoSeries) -> dict[str, Cells]:
        """Return the geometry column, and what is kept beside it, as the driver carries them."""
        ...

    def write(self, connection: sa.Connection, row: type[Row], cells: dict[str, Cells], *, replace: bool) -> None:
        """Add rows in one go; replace those with the same key if asked."""
        ...

    def commit(self, connection: sa.Connection) -> None:
        """Commit, or raise StoreError that names the references which lead nowhere."""
        ...

    def compact(self) -> None:
        """Write what is stored anew, so that nothing which was overwritten or deleted can be found in the files."""
        ...

    def explain(self, error: BaseException) -> StoreError:
        """Return the error of ours that says what a driver's error means."""
        ...


class SqlTransaction:
    """A transaction of the store; see `gridmap.store.Transaction`."""

    def __init__(self, connection: sa.Connection, engine: Engine, vault: Vault, *, write: bool) -> None:
        self._connection = connection
        self._engine = engine
        self._vault = vault
        self._write = write
        self._keys: Ring | None = None

    def read(self, row: type[Row], *, box: Box | None = None, **where: Collection[object]) -> pd.DataFrame:
        """Return the rows whose columns have one of the given values, conformed and sorted by key."""
        table = table_of(row, self._engine.name)
        picked = [self._engine.selected(table, column) for column in columns(row)]
        query = sa.select(*picked).where(*self._conditions(row, where)).order_by(*table.primary_key)
        if box is not None:
            query = query.where(self._engine.touching(table, _shape_of(row), box))
        cells = cells_of(self._fetch(query), row)
        if not is_empty(row, cells):
            cells = unseal_cells(row, cells, self._current())
        return frame_of(cells, row)

    def insert(self, frame: pd.DataFrame, row: type[Row]) -> None:
        """Add new rows; raise StoreError when a key exists."""
        self._put(frame, row, replace=False)

    def upsert(self, frame: pd.DataFrame, row: type[Row]) -> None:
        """Add rows or replace those with the same key."""
        self._put(frame, row, replace=True)

    def delete(self, row: type[Row], **where: Collection[object]) -> int:
        """Delete the rows whose columns have one of the given values (all rows without one); return how many."""
        self._may_write()
        self._keys = None if row is DataKey else self._keys
        with _explained(self._engine), self._connection.begin_nested():
            statement = sa.delete(table_of(row, self._engine.name)).where(*self._conditions(row, where))
            return self._connection.execute(statement).rowcount

    def revision(self) -> int:
        """Return the number of the last committed or current change, 0 for a new workspace."""
        ((last,),) = self._fetch(sa.select(sa.func.max(table_of(Revision, self._engine.name).c.revision)))
        return int(str(last)) if last is not None else 0

    def advance(self, step: str) -> int:
        """Record a change under the next revision number and return it."""
        number = self.revision() + 1
        entry = {"revision": [number], "step": [step], "made_at": [dt.datetime.now(dt.UTC)]}
        self.insert(pd.DataFrame(entry), Revision)
        return number

    def _may_write(self) -> None:
        if not self._write:
            raise StoreError(say("store.read_only"))

    def _fetch(self, query: sa.Executable) -> list[tuple[object, ...]]:
        with _explained(self._engine):
            # straight from the driver: SQLAlchemy's rows would cost more than the query
            found: Any = self._connection.execute(query)
            return list(found.cursor.fetchall())

    def _conditions(self, row: type[Row], where: dict[str, Collection[object]]) -> list[sa.ColumnElement[bool]]:
        facts, table = {column.name: column for column in columns(row)}, table_of(row, self._engine.name)
        if unknown := sorted(where.keys() - facts.keys()):
            raise StoreError(say("store.no_column", noun=row.table, names=unknown))
        try:
            return [self._condition(row, table, facts[name], values) for name, values in where.items()]
        except ValueError as error:
            raise StoreError(say("store.no_value", noun=row.table, said=str(error))) from None

    def _condition(
        self, row: type[Row], table: sa.Table, column: Column, values: Collection[object]
    ) -> sa.ColumnElement[bool]:
        found: sa.ColumnElement[Any] = table.c[column.name]
        cells = key_cells(values, column)
        if not column.sealed:
            return self._engine.among(found, cells)
        ring = self._ring()
        marks = marks_of(row, column, cells, ring) if ring else [None for cell in cells if cell is None]
        length = max((len(mark) for mark in marks if mark), default=1)
        return self._engine.among(sa.func.substr(found, 1, length, type_=sa.Text()), list(marks))

    def _ring(self) -> Ring | None:
        """Return the data keys of the store, None before the first sealed value."""
        if self._keys is None:
            key = table_of(DataKey, self._engine.name)
            found = self._fetch(sa.select(key.c.number, key.c.wrapped))
            ciphers = [self._vault.cipher(int(str(number)), str(wrapped)) for number, wrapped in found]
            self._keys = Ring(ciphers) if ciphers else None
        return self._keys

    def _current(self) -> Ring:
        """Return the data keys of the store; a writer makes the first one."""
        if (found := self._ring()) is not None:
            return found
        if not self._write:
            raise KeyLost(say("vault.no_key"))
        made = self._vault.new_key(1)
        self.insert(pd.DataFrame([made.model_dump()]), DataKey)
        return self._current()

    def _put(self, frame: pd.DataFrame, row: type[Row], *, replace: bool) -> None:
        self._may_write()
        checked = frames.check(frame, row)
        if checked.empty:
            return
        cells: dict[str, Cells] = {}
        for column in columns(row):
            values = checked[column.name]
            cells |= self._engine.shape_cells(values) if column.shapes else {column.name: plain_cells(values, column)}
        if not is_empty(row, cells):
            cells = seal_cells(row, cells, self._current())
        self._keys = None if row is DataKey else self._keys
        try:
            with _explained(self._engine), self._connection.begin_nested():
                self._engine.write(self._connection, row, cells, replace=replace)
        except StoreError:
            if not replace and len(taken := self._taken(checked, row)):
                first = ", ".join(str(value) for value in taken.iloc[0])
                raise StoreError(say("store.taken", noun=row.table, count=len(taken), first=first)) from None
            raise

    def _taken(self, frame: pd.DataFrame, row: type[Row]) -> pd.DataFrame:
        """Return the keys of the frame that the store has already."""
        names = list(keys(row))
        wanted: dict[str, Collection[object]] = {names[0]: list(frame[names[0]])}
        stored = self.read(row, box=None, **wanted)
        return frame[names].merge(stored[names])


class SqlStore:
    """A store on one of the engines; made by `open_store`."""

    def __init__(self, engine: Engine, vault: Vault, *, patience_s: float) -> None:
        self._engine = engine
        self._vault = vault
        self._turn_s = TURNS * patience_s
        self._writer = Lock()

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[Transaction]:
        """Open a transaction; it commits at the end of the block and rolls back on any error.

        Raises:
            WorkspaceBusy: another process holds the write transaction too long.
            StoreError: a reference leads nowhere when the block ends.
        """
        with self._turn(write=write), _opened(self._engine, write=write) as connection:
            yield SqlTransaction(connection, self._engine, self._vault, write=write)
            if write:
                with _explained(self._engine):
                    self._engine.commit(connection)

    @contextmanager
    def _turn(self, *, write: bool) -> Iterator[None]:
        """Let the writers of this process take turns; SQLite would favour whoever asks at the right moment."""
        if not write:
            yield
            return
        if not self._writer.acquire(timeout=self._turn_s):
            raise WorkspaceBusy(say("store.busy", place=self._engine.place))
        try:
            yield
        finally:
            self._writer.release()

    def compact(self) -> None:
        """Write what is stored anew, so that nothing which was overwritten or deleted can be found in the files.

        Raises:
            WorkspaceBusy: somebody else is at work for too long.
        """
        with _explained(self._engine):
            self._engine.compact()

    def close(self) -> None:
        """Release files and connections."""
        self._engine.engine.dispose()


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    """Turn the errors of SQLAlchemy and of the driver into ours."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise engine.explain(error.orig or error) from None
    except (sa.exc.SQLAlchemyError, engine.engine.dialect.loaded_dbapi.Error) as error:
        raise engine.explain(error) from None


@contextmanager
def _opened(engine: Engine, *, write: bool) -> Iterator[sa.Connection]:
    with _explained(engine):
        connection = engine.engine.connect()
    try:
        with _explained(engine):
            engine.begin(connection, write=write)
        yield connection
    finally:
        connection.close()


def _shape_of(row: type[Row]) -> str:
    shape = geometry_column(row)
    if shape is None:
        raise StoreError(say("store.no_geometry", noun=row.table))
    return shape


def _prepare(engine: Engine, vault: Vault, *, create: bool) -> None:
    """Make the tables of a new workspace, bring those of an older one up to date, refuse the others."""
    with _opened(engine, write=False) as connection, _explained(engine):
        found = migrations.version(connection)
        foreign = found is None and migrations.holds_other_tables(connection)
    if found == migrations.HEAD:
        return
    if found is None and not create:
        raise WorkspaceMissing(say("store.no_tables", place=engine.place))
    if foreign:
        raise StoreError(say("store.foreign", place=engine.place))
    if found is not None and not migrations.knows(found):
        raise WorkspaceNewer(say("store.newer", place=engine.place, found=found, known=migrations.HEAD))
    with _opened(engine, write=True) as connection, _explained(engine):
        # another process may have done it while this one waited for the lock
        if migrations.version(connection) != migrations.HEAD:
            migrations.upgrade(connection, vault)
        engine.commit(connection)
    if found is not None and found < migrations.SEALED_SINCE:
        with _explained(engine):
            engine.compact()


def open_store(
    folder: Path | None,
    url: str | None = None,
    *,
    create: bool = False,
    patience_s: float = 10.0,
    writers: str = "city",
    envelope: Envelope | None = None,
) -> SqlStore:
    """Open the store of a workspace: the database that `url` names, else the file in the folder.

    A new store is made only when asked for; an older one is brought up to date. A writer that finds another writing
    waits for `patience_s` seconds. In a database only writers of the same name wait for each other:
    those of other tables need not. The envelope opens the sealed columns; in a folder it is the file there when none
    is given.

    Raises:
        WorkspaceMissing: nothing was built there and `create` is off.
        WorkspaceNewer: a newer Gridmap made it.
        WorkspaceBusy: another process is writing for too long.
        KeyLost: an older workspace is to be sealed and there is no key for it.
        StoreError: the file or the database cannot be used.
    """
    engine = _engine(folder, url, create=create, patience_s=patience_s, writers=writers)
    vault = Vault(envelope or (Envelope(folder / ENVELOPE) if folder else None))
    try:
        _prepare(engine, vault, create=create)
    except BaseException:
        engine.engine.dispose()
        raise
    return SqlStore(engine, vault, patience_s=patience_s)


def _engine(folder: Path | None, url: str | None, *, create: bool, patience_s: float, writers: str) -> Engine:
    if url:
        from geodata.postgis import Postgis

        return Postgis(url, patience_s=patience_s, writers=writers)
    if folder is None:
        raise StoreError(say("store.no_place"))
    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(say("store.no_folder", folder=folder, error=error.strerror)) from None
    elif not (folder / FILE).exists():
        raise WorkspaceMissing(say("store.no_city", folder=folder))
    return Sqlite(folder / FILE, patience_s=patience_s)
