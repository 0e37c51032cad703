"""What people decide about places; how exact a person's own point is.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine, UserDefinedType

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
BOX = ("minx", "miny", "maxx", "maxy")


class _PostgisPoint(UserDefinedType):
    cache_ok = True

    def get_col_spec(self) -> str:
        return "geometry(Point,4326)"


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _point() -> TypeEngine:
    return _PostgisPoint().with_variant(sa.LargeBinary(), "sqlite")


def _key(table: str, column: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _make_decisions() -> None:
    op.create_table(
        "location_decision",
        sa.Column("decision_id", TEXT, nullable=False),
        sa.Column("side", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("written", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=True),
        sa.Column("label", TEXT, nullable=True),
        sa.Column("rejected", TEXT, nullable=False),
        sa.Column("alias", TEXT, nullable=True),
        sa.Column("alias_of", TEXT, nullable=True),
        sa.Column("alias_within", TEXT, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.Column("undone_by", TEXT, nullable=True),
        sa.Column("geometry", _point(), nullable=True),
        *([sa.Column(name, sa.Double()) for name in BOX] if _on_sqlite() else []),
        _key("location_decision", "decision_id"),
        _check("location_decision", "decision_id_long", "length(decision_id) <= 64"),
        _check("location_decision", "side_known", "side IN ('household', 'member')"),
        _check("location_decision", "kind_known", "kind IN ('accept', 'alias', 'pin', 'reject', 'none')"),
    )
    if _on_sqlite():
        op.create_index("ix_location_decision_box", "location_decision", list(BOX))
    else:
        op.create_index("ix_location_decision_geometry", "location_decision", ["geometry"], postgresql_using="gist")


MEASURED = ("household", "member", "household_place", "member_place")


def upgrade() -> None:
    _make_decisions()
    # not as a batch: SQLite would drop the table that other rows name, and no longer trust them
    double = "DOUBLE" if _on_sqlite() else "DOUBLE PRECISION"
    for table in MEASURED:
        rule = f"CONSTRAINT ck_{table}_accuracy_m_low CHECK (accuracy_m >= 0)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN accuracy_m {double} {rule}")


def downgrade() -> None:
    for table in MEASURED:
        op.execute(f"ALTER TABLE {table} DROP COLUMN accuracy_m")
    op.drop_table("location_decision")
