"""SQLite, the engine of a workspace that needs nothing installed: one file, WAL, one writer at a time."""

import datetime as dt
import json
import sqlite3
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from geodata.cells import Cells
from geodata.sqltables import BOX, lost_references, table_of
from gridmap.errors import StoreError, WorkspaceBusy, WorkspaceFull
from gridmap.phrases import lines, say
from gridmap.schema import Column, Row, keys
from gridmap.store import Box

_PHRASES = {
    sqlite3.SQLITE_NOTADB: "store.not_ours",
    sqlite3.SQLITE_CORRUPT: "store.damaged",
    sqlite3.SQLITE_CANTOPEN: "store.cannot_open",
    sqlite3.SQLITE_READONLY: "store.cannot_write",
    sqlite3.SQLITE_IOERR: "store.disk",
}


def _first_code(error: BaseException) -> int | None:
    """Return the code of what failed first: a full disk ends the transaction, and then its savepoint is missed."""
    found: int | None = None
    cause: BaseException | None = error
    while cause is not None:
        found = getattr(cause, "sqlite_errorcode", found)
        cause = cause.__context__
    return found


class Sqlite:
    """What the store must know of SQLite."""

    name = "sqlite"

    def __init__(self, path: Path, *, patience_s: float) -> None:
        self.place = str(path)
        url = sa.URL.create("sqlite", database=str(path))
        self.engine = sa.create_engine(url, connect_args={"timeout": patience_s})
        sa.event.listen(self.engine, "connect", self._connected)
        sa.event.listen(self.engine, "begin", self._began)

    @staticmethod
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        # the driver must not open or close transactions on its own: CREATE TABLE would end one
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA journal_mode=WAL")
        # a whole city is written in one transaction: pages that spill half-way are written twice
        connection.execute("PRAGMA cache_size=-262144")

    @staticmethod
    def _began(connection: sa.Connection) -> None:
        # taking the write lock at once avoids two readers that both wait to become the writer
        writes = connection.get_execution_options()["gridmap_write"]
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def begin(self, connection: sa.Connection, *, write: bool) -> None:
        """Begin a transaction: a reader sees one moment, a writer is the only one."""
        connection.execution_options(gridmap_write=write)
        connection.begin()

    def selected(self, table: sa.Table, column: Column) -> sa.ColumnElement[object]:
        """Return what is read for a column."""
        found = table.c[column.name]
        return sa.func.rtrim(found, "Z") if column.kind is dt.datetime else found

    def among(self, found: sa.ColumnElement[Any], cells: Cells) -> sa.ColumnElement[bool]:
        """Return the condition that a column holds one of any number of cells; None finds the missing ones."""
        present = json.dumps([cell for cell in cells if cell is not None])
        # one parameter whatever the number of values: SQLite limits how many a statement may have
        listed = sa.func.json_each(present).table_valued("value")
        met = found.in_(sa.select(listed.c.value))
        return met | found.is_(None) if None in cells else met

    def touching(self, table: sa.Table, _shape: str, box: Box) -> sa.ColumnElement[bool]:
        """Return the condition that the bounding box of the geometry meets another, edges included."""
        minx, miny, maxx, maxy = (table.c[name] for name in BOX)
        return (minx <= box[2]) & (maxx >= box[0]) & (miny <= box[3]) & (maxy >= box[1])

    def shape_cells(self, shapes: gpd.GeoSeries) -> dict[str, Cells]:
        """Return the geometry column and its bounding box as the driver carries them."""
        plain = shapes.to_numpy()
        bounds = shapely.bounds(plain)
        # the driver writes NaN, the bounds of a missing shape, as NULL
        boxes = {name: bounds[:, at].tolist() for at, name in enumerate(BOX)}
        return {str(shapes.name): shapely.to_wkb(plain).tolist(), **boxes}

    def write(self, connection: sa.Connection, row: type[Row], cells: dict[str, Cells], *, replace: bool) -> None:
        """Add rows in one call of the driver; replace those with the same key if asked."""
        table = table_of(row, self.name)
        statement = insert(table)
        if replace:
            others = {name: statement.excluded[name] for name in cells if name not in keys(row)}
            statement = statement.on_conflict_do_update(index_elements=list(keys(row)), set_=others)
        compiled = statement.compile(dialect=self.engine.dialect, column_keys=list(cells))
        ordered = [cells[column.name] for column in table.c]
        # the driver takes an iterator, so that no row is built before it is written
        driver: Any = connection.connection.driver_connection
        driver.executemany(str(compiled), zip(*ordered, strict=True))

    def commit(self, connection: sa.Connection) -> None:
        """Commit; name the rows whose references lead nowhere.

        Raises:
            StoreError: a reference leads nowhere.
        """
        try:
            connection.commit()
        except sa.exc.IntegrityError:
            # SQLite refuses but keeps the transaction open, so that the rows can still be looked at
            lost = lost_references(connection.connection.cursor(), self.engine.dialect)
            connection.connection.rollback()
            raise StoreError(lines(lost)) from None

    def compact(self) -> None:
        """Write the file anew without what was overwritten or deleted in it."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def explain(self, error: BaseException) -> StoreError:
        """Return the error of ours that says what a driver's error means."""
        code = _first_code(error)
        if code is None:
            return StoreError(say("store.error", place=self.place, error=str(error)))
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return WorkspaceBusy(say("store.busy", place=self.place))
        if code & 0xFF == sqlite3.SQLITE_FULL:
            return WorkspaceFull(say("store.full", place=self.place))
        return StoreError(say(_PHRASES.get(code & 0xFF, "store.refuses"), place=self.place, error=str(error)))
