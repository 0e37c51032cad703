"""The nouns as SQLAlchemy tables, one set for each engine.

Text and enumerations are TEXT, tuples JSON text, days and times ISO 8601 text on SQLite. A geometry is WKB beside its
bounding box on SQLite and `geometry(..., 4326)` with a GiST index on PostGIS. References are checked at the end of the
transaction, so that a whole load can be replaced in any order. A sealed column is TEXT without rules: the database
sees nothing of it (geodata.vault), the frame was checked before.
"""

import datetime as dt
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.types import TypeEngine, UserDefinedType

from gridmap.phrases import Said, say
from gridmap.schema import Column, Row, columns, geometry_column, keys
from gridmap.tables import ROWS

BOX = ("minx", "miny", "maxx", "maxy")
"""The bounding box beside a geometry on SQLite; PostgreSQL has system columns named xmin and xmax."""

_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Geometry(UserDefinedType[Any]):
    """A PostGIS geometry in EPSG:4326."""

    cache_ok = True

    def __init__(self, kind: str = "Geometry") -> None:
        self.kind = kind

    def get_col_spec(self, **_options: object) -> str:
        """Return the type as SQL writes it."""
        return f"geometry({self.kind},4326)"


# sorted by code point on both engines, whatever the language of the database
_TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_DAY = sa.Date().with_variant(sa.Text(), "sqlite")
_TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def _type(column: Column) -> TypeEngine[Any]:
    if column.shapes:
        kind = column.shapes[0] if len(column.shapes) == 1 else "Geometry"
        return Geometry(kind).with_variant(sa.LargeBinary(), "sqlite")
    if column.sealed or column.many or issubclass(column.kind, str):
        return _TEXT
    if column.kind is bool:
        return sa.Boolean()
    kinds: dict[type, TypeEngine[Any]] = {int: sa.BigInteger(), float: sa.Double(), dt.date: _DAY, dt.datetime: _TIME}
    return kinds[column.kind]


def _checks(column: Column, dialect: str) -> list[sa.CheckConstraint]:
    rules: list[tuple[str, str]] = []
    if column.sealed:
        return []
    if issubclass(column.kind, StrEnum) and not column.many:
        known = ", ".join(f"'{value}'" for value in column.kind)
        rules.append(("known", f"{column.name} IN ({known})"))
    if column.kind is bool and dialect == "sqlite":
        rules.append(("known", f"{column.name} IN (0, 1)"))
    if column.ge is not None:
        rules.append(("low", f"{column.name} >= {column.ge:g}"))
    if column.le is not None:
        rules.append(("high", f"{column.name} <= {column.le:g}"))
    if column.max_length is not None:
        rules.append(("long", f"length({column.name}) <= {column.max_length}"))
    if len(column.shapes) > 1 and dialect == "postgresql":
        # not as a list: PostGIS would announce the first kind as that of the whole column
        known = "|".join(kind.upper() for kind in column.shapes)
        rules.append(("type", f"GeometryType({column.name}) ~ '^({known})$'"))
    return [sa.CheckConstraint(rule, name=f"{column.name}_{name}") for name, rule in rules]


def _reference(column: Column) -> list[sa.ForeignKey]:
    if column.ref is None:
        return []
    (key,) = keys(next(row for row in ROWS if row.table == column.ref))
    return [sa.ForeignKey(f"{column.ref}.{key}", deferrable=True, initially="DEFERRED")]


def _indexes(row: type[Row], dialect: str) -> list[sa.Index]:
    found = [sa.Index(None, column.name) for column in columns(row) if column.ref and not column.key]
    shape = geometry_column(row)
    if shape and dialect == "postgresql":
        found.append(sa.Index(None, shape, postgresql_using="gist"))
    if shape and dialect == "sqlite":
        found.append(sa.Index(f"ix_{row.table}_box", *BOX))
    return found


def _table(row: type[Row], into: sa.MetaData, dialect: str) -> sa.Table:
    parts = [
        sa.Column(
            column.name,
            _type(column),
            *_reference(column),
            primary_key=column.key,
            nullable=not column.required,
            autoincrement=False,
        )
        for column in columns(row)
    ]
    boxed = geometry_column(row) and dialect == "sqlite"
    box: list[sa.Column[float]] = [sa.Column(name, sa.Double()) for name in (BOX if boxed else ())]
    checks = [check for column in columns(row) for check in _checks(column, dialect)]
    return sa.Table(row.table, into, *parts, *box, *checks, *_indexes(row, dialect))


@cache
def metadata(dialect: str) -> sa.MetaData:
    """Return the tables of every noun for `sqlite` or `postgresql`."""
    made = sa.MetaData(naming_convention=_NAMES)
    for row in ROWS:
        _table(row, made, dialect)
    return made


def table_of(row: type[Row], dialect: str) -> sa.Table:
    """Return the table of a noun."""
    return metadata(dialect).tables[row.table]


def lost_references(cursor: DBAPICursor, dialect: sa.Dialect) -> list[Said]:
    """Say which rows name another noun that is not there, seen from inside a driver's open transaction."""
    found: list[Said] = []
    for key in (key for table in metadata(dialect.name).sorted_tables for key in table.foreign_keys):
        child, parent = key.parent, key.column
        nowhere = child.is_not(None) & ~sa.exists().where(parent == child)
        query = sa.select(sa.func.count(), sa.func.min(child)).where(nowhere)
        cursor.execute(str(query.compile(dialect=dialect)))
        ((count, first),) = cursor.fetchall()
        if count:
            name = f"{child.table.name}.{child.name}"
            found.append(say("store.lost", child=name, count=count, parent=parent.table.name, first=first))
    return sorted(found)
