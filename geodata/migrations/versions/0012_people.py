"""Rows of people that were merged into others, and the decisions about that.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
PEOPLE = ("household", "member")


def _check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_merge_{name}"))


def upgrade() -> None:
    op.create_table(
        "merge",
        sa.Column("merge_id", TEXT, nullable=False),
        sa.Column("side", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("kept_id", TEXT, nullable=False),
        sa.Column("merged_id", TEXT, nullable=False),
        sa.Column("signs", TEXT, nullable=False),
        sa.Column("filled", TEXT, nullable=False),
        sa.Column("changes", TEXT, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.Column("undone_by", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("merge_id", name=op.f("pk_merge")),
        _check("merge_id_long", "length(merge_id) <= 64"),
        _check("side_known", "side IN ('household', 'member')"),
        _check("kind_known", "kind IN ('same', 'different')"),
    )
    # not as a batch: SQLite would drop the table that other rows name, and no longer trust them
    kind = "TEXT" if op.get_bind().dialect.name == "sqlite" else 'TEXT COLLATE "C"'
    for table in PEOPLE:
        op.execute(f"ALTER TABLE {table} ADD COLUMN merged_into {kind}")


def downgrade() -> None:
    for table in PEOPLE:
        op.execute(f"ALTER TABLE {table} DROP COLUMN merged_into")
    op.drop_table("merge")
