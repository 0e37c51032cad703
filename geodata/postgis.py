"""PostgreSQL with PostGIS, the engine of a team: many readers, one writer at a time for each schema."""

import datetime as dt
from typing import Any

import geopandas as gpd
import shapely
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert

from geodata.cells import Cells
from geodata.sqltables import lost_references, table_of
from gridmap.errors import StoreError, WorkspaceAway, WorkspaceBusy, WorkspaceFull
from gridmap.phrases import lines, say
from gridmap.schema import Column, Row, columns, keys
from gridmap.store import Box
from gridmap.tables import ROWS

_SRID = 4326
_STAGING = "gridmap_staging"
_LOCKS = {"city": 0x67726964, "jobs": 0x6A6F6273}
"""The advisory locks of Gridmap's writers ("grid", "jobs"); the schema makes the second half."""

_GONE = ("08", "57P", "53300")
"""The states of a connection that is lost, a server that stops or starts, and one that takes no more connections."""

_PHRASES = {
    "42501": "store.rights",
    "0A000": "store.no_postgis",
    "58P01": "store.no_postgis",
}


def _address(url: str, psycopg_form: str = "postgresql+psycopg") -> sa.URL:
    try:
        found = sa.make_url(url)
    except sa.exc.ArgumentError:
        found = None
    if found is None or found.drivername not in {"postgres", "postgresql", psycopg_form}:
        # never shown: it may hold a password
        raise StoreError(say("store.url"))
    return found.set(drivername=psycopg_form)


def _is_away(error: BaseException) -> bool:
    """Say whether the connection failed; what fails after that on the way out hides it, so the causes count too."""
    cause: BaseException | None = error
    while cause is not None:
        lost = isinstance(cause, sa.exc.DBAPIError) and cause.connection_invalidated
        plain = cause.orig if isinstance(cause, sa.exc.DBAPIError) else cause
        state = getattr(plain, "sqlstate", None)
        # the driver has no state for a connection that it could not make or lost without a word
        wordless = state is None and type(plain).__name__ == "OperationalError"
        if lost or wordless or (state or "").startswith(_GONE) or isinstance(plain, sa.exc.TimeoutError):
            return True
        cause = cause.__context__
    return False


class Postgis:
    """What the store must know of PostgreSQL."""

    name = "postgresql"

    def __init__(self, url: str, *, patience_s: float, writers: str = "city") -> None:
        address = _address(url)
        self.place = address.set(drivername="postgresql").render_as_string(hide_password=True)
        self._lock = _LOCKS[writers]
        self._patience_ms = max(1, round(patience_s * 1000))
        options = {"client_encoding": "utf8", "connect_timeout": 10}
        try:
            self.engine = sa.create_engine(address, pool_pre_ping=True, connect_args=options)
        except ImportError:
            raise StoreError(say("store.driver")) from None

    def begin(self, connection: sa.Connection, *, write: bool) -> None:
        """Begin a transaction: a reader sees one moment, a writer is the only one."""
        if not write:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            connection.begin()
            return
        # each statement must see what the writer before this one left, so no snapshot from before the lock
        connection.execution_options(isolation_level="READ COMMITTED")
        connection.begin()
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {self._patience_ms}")
        schema = sa.func.hashtext(sa.func.current_schema())
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(self._lock, schema)))
        connection.exec_driver_sql("SET LOCAL lock_timeout = DEFAULT")

    def selected(self, table: sa.Table, column: Column) -> sa.ColumnElement[object]:
        """Return what is read for a column."""
        found = table.c[column.name]
        if column.shapes:
            return sa.func.ST_AsBinary(found)
        return sa.func.timezone("UTC", found) if column.kind is dt.datetime else found

    def among(self, found: sa.ColumnElement[Any], cells: Cells) -> sa.ColumnElement[bool]:
        """Return the condition that a column holds one of any number of cells; None finds the missing ones."""
        present = [cell for cell in cells if cell is not None]
        timed = isinstance(found.type, sa.Date | sa.DateTime)
        carried = postgresql.ARRAY(sa.Text() if timed else found.type)
        # one parameter whatever the number of values
        listed: sa.ColumnElement[object] = sa.bindparam(None, present, type_=carried)
        met = found == sa.any_(sa.cast(listed, postgresql.ARRAY(found.type)) if timed else listed)
        return met | found.is_(None) if None in cells else met

    def touching(self, table: sa.Table, shape: str, box: Box) -> sa.ColumnElement[bool]:
        """Return the condition that the bounding box of the geometry meets another, edges included."""
        found = table.c[shape]
        # && finds candidates by index but compares boxes rounded to single precision
        near = found.op("&&", is_comparison=True)(sa.func.ST_Expand(sa.func.ST_MakeEnvelope(*box, _SRID), 1e-4))
        return (
            near
            & (sa.func.ST_XMin(found) <= box[2])
            & (sa.func.ST_XMax(found) >= box[0])
            & (sa.func.ST_YMin(found) <= box[3])
            & (sa.func.ST_YMax(found) >= box[1])
        )

    def shape_cells(self, shapes: gpd.GeoSeries) -> dict[str, Cells]:
        """Return the geometry column as the driver carries it."""
        numbered = shapely.set_srid(shapes.to_numpy(), _SRID)
        return {str(shapes.name): shapely.to_wkb(numbered, hex=True, include_srid=True).tolist()}

    def write(self, connection: sa.Connection, row: type[Row], cells: dict[str, Cells], *, replace: bool) -> None:
        """Add rows by COPY; replace those with the same key if asked."""
        table = table_of(row, self.name)
        quote = self.engine.dialect.identifier_preparer.quote
        target = quote(table.name)
        if replace:
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_STAGING} (LIKE {target}) ON COMMIT DROP")
        named = ", ".join(quote(name) for name in cells)
        driver: Any = connection.connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {_STAGING if replace else target} ({named}) FROM STDIN") as copy,
        ):
            for record in zip(*cells.values(), strict=True):
                copy.write_row(record)
        if replace:
            self._replace(connection, row, list(cells))
            connection.exec_driver_sql(f"DROP TABLE {_STAGING}")

    def _replace(self, connection: sa.Connection, row: type[Row], names: list[str]) -> None:
        staged = sa.table(_STAGING, *(sa.column(name) for name in names))
        statement = insert(table_of(row, self.name)).from_select(names, sa.select(*staged.c))
        others = {name: statement.excluded[name] for name in names if name not in keys(row)}
        connection.execute(statement.on_conflict_do_update(index_elements=list(keys(row)), set_=others))

    def commit(self, connection: sa.Connection) -> None:
        """Commit; name the rows whose references lead nowhere.

        Raises:
            StoreError: a reference leads nowhere.
        """
        try:
            with connection.begin_nested():
                connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        except sa.exc.IntegrityError:
            lost = lost_references(connection.connection.cursor(), self.engine.dialect)
            raise StoreError(lines(lost)) from None
        connection.commit()

    def compact(self) -> None:
        """Write the tables of sealed columns anew without what was overwritten or deleted in them."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for row in ROWS:
                if any(column.sealed for column in columns(row)):
                    connection.execute(
                        sa.text(f"VACUUM FULL {self.engine.dialect.identifier_preparer.quote(row.table)}")
                    )

    def explain(self, error: BaseException) -> StoreError:
        """Return the error of ours that says what a driver's error means."""
        state = getattr(error, "sqlstate", None)
        if state in {"55P03", "40P01", "40001"}:
            return WorkspaceBusy(say("store.busy", place=self.place))
        if state == "53100":
            return WorkspaceFull(say("store.full", place=self.place))
        # the details of PostgreSQL's messages quote whole rows, personal data included
        said = getattr(getattr(error, "diag", None), "message_primary", None) or str(error).partition("\n")[0]
        if _is_away(error):
            return WorkspaceAway(say("store.away", place=self.place, error=said))
        return StoreError(say(_PHRASES.get(state or "", "store.refuses"), place=self.place, error=said))
