"""Personal columns are encrypted, with a data key that the envelope key outside the database opens.

Revision ID: 0014
Revises: 0013
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from geodata.vault import Cipher, row_bytes

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
BATCH = 5000


@dataclass(frozen=True)
class Kept:
    """A table, its key, the columns that are sealed, and those of them that can be found by a mark."""

    table: str
    key: tuple[str, ...]
    sealed: tuple[str, ...]
    marked: tuple[str, ...] = ()


KEPT = (
    Kept("grid", ("grid_id",), ("worker_name", "worker_phone"), ("worker_phone",)),
    Kept(
        "household",
        ("household_id",),
        ("name", "categories", "phone", "id_no", "birth", "needs", "address"),
        ("phone", "id_no"),
    ),
    Kept("member", ("member_id",), ("name", "phone", "id_no", "address"), ("phone", "id_no")),
    Kept("monitor", ("monitor_id",), ("name", "phone"), ("phone",)),
    Kept("inspection", ("inspection_id",), ("note", "made_by")),
    Kept("location_decision", ("decision_id",), ("written",)),
    Kept("import_change", ("import_id", "number"), ("before",)),
)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _make_keys() -> None:
    op.create_table(
        "data_key",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("wrapped", TEXT, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_data_key")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_data_key_number_low")),
    )


def _drop_rules() -> None:
    """A length says nothing about a sealed value; nothing names an inspection, so SQLite may copy its table."""
    rules = ("ck_inspection_note_long", "ck_inspection_made_by_long")
    if _on_sqlite():
        _copy_without(rules)
        return
    for name in rules:
        op.drop_constraint(op.f(name), "inspection")
    day = "to_char(birth, 'YYYY-MM-DD')"
    op.execute(f'ALTER TABLE household ALTER COLUMN birth TYPE TEXT COLLATE "C" USING {day}')


def _copy_without(rules: tuple[str, ...]) -> None:
    """Make the table of inspections anew without some rules, which a batch of Alembic would not see on SQLite."""
    connection = op.get_bind()
    query = "SELECT sql FROM sqlite_master WHERE tbl_name = 'inspection' AND sql IS NOT NULL ORDER BY type DESC"
    table, *indexes = connection.exec_driver_sql(query).scalars().all()
    for name in rules:
        table = re.sub(rf"\s*CONSTRAINT {name} CHECK \(length\(\w+\) <= \d+\),", "", table)
    connection.exec_driver_sql("ALTER TABLE inspection RENAME TO inspection_in_clear")
    connection.exec_driver_sql(table)
    connection.exec_driver_sql("INSERT INTO inspection SELECT * FROM inspection_in_clear")
    connection.exec_driver_sql("DROP TABLE inspection_in_clear")
    for index in indexes:
        connection.exec_driver_sql(index)


def _batches(kept: Kept) -> Iterator[list[sa.Row]]:
    connection = op.get_bind()
    table = sa.table(kept.table, *(sa.column(name) for name in (*kept.key, *kept.sealed)))
    some = sa.or_(*(table.c[name].is_not(None) for name in kept.sealed))
    rows = connection.execute(sa.select(table).where(some)).all()
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _first_key() -> Cipher:
    vault = context.config.attributes["vault"]
    key = vault.new_key(1)
    made_at = key.made_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if _on_sqlite() else key.made_at
    table = sa.table("data_key", sa.column("number"), sa.column("wrapped"), sa.column("made_at"))
    op.get_bind().execute(table.insert().values(number=1, wrapped=key.wrapped, made_at=made_at))
    return vault.cipher(1, key.wrapped)


def _seal(kept: Kept, rows: list[sa.Row], cipher: Cipher) -> None:
    table = sa.table(kept.table, *(sa.column(name) for name in (*kept.key, *kept.sealed)))
    kept_cells = {name: [getattr(row, name) for row in rows] for name in (*kept.key, *kept.sealed)}
    keys = row_bytes([kept_cells[name] for name in kept.key])
    cells = {
        name: cipher.seal(kept_cells[name], (kept.table, name), keys, marked=name in kept.marked)
        for name in kept.sealed
    }
    changed = [
        {**{f"the_{name}": getattr(row, name) for name in kept.key}, **{name: cells[name][at] for name in kept.sealed}}
        for at, row in enumerate(rows)
    ]
    found = [table.c[name] == sa.bindparam(f"the_{name}") for name in kept.key]
    op.get_bind().execute(table.update().where(*found), changed)


def upgrade() -> None:
    """Seal what is there, all of it or nothing: the revision is one transaction."""
    _make_keys()
    _drop_rules()
    cipher = None
    for kept in KEPT:
        for rows in _batches(kept):
            cipher = cipher or _first_key()
            _seal(kept, rows, cipher)


def downgrade() -> None:
    raise NotImplementedError("what is encrypted stays so: go on with the newer version")
