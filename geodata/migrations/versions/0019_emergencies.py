"""Emergencies: for a set time the helpers of an area see the names and doors in it.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TABLE = "emergency"
LEVELS = "'district', 'street', 'community', 'grid', 'compound', 'building'"
LONG = {"emergency_id": 16, "area_id": 64, "reason": 200, "review": 200}
PEOPLE = ("asked_by", "confirmed_by", "ended_by", "reviewed_by")


def _check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}"))


def upgrade() -> None:
    op.create_table(
        TABLE,
        *(sa.Column(name, TEXT, nullable=False) for name in ("emergency_id", "level", "area_id", "reason")),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("confirmed_by", TEXT, nullable=True),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.Column("until_at", TIME, nullable=True),
        sa.Column("ended_by", TEXT, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("reviewed_by", TEXT, nullable=True),
        sa.Column("reviewed_at", TIME, nullable=True),
        sa.Column("review", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("emergency_id", name=op.f(f"pk_{TABLE}")),
        _check("level_known", f"level IN ({LEVELS})"),
        _check("hours_low", "hours >= 1"),
        _check("hours_high", "hours <= 72"),
        *(_check(f"{name}_long", f"length({name}) <= {most}") for name, most in LONG.items()),
        *(_check(f"{name}_long", f"length({name}) <= 80") for name in PEOPLE),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
