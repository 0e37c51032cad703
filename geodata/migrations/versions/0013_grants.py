"""Roles of accounts. Accounts that are there already get none: they open nothing until somebody grants them a role.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TABLE = "grant_of_role"
ROLES = (
    "'administrator', 'audit_reader', 'planner', 'first_secretary', 'grid_manager', 'field_staff', 'member', 'viewer'"
)
LEVELS = "'district', 'street', 'community', 'grid', 'compound', 'building'"


def _check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}"))


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("grant_id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=True),
        sa.Column("area_id", TEXT, nullable=True),
        sa.Column("member_id", TEXT, nullable=True),
        sa.Column("from_on", DAY, nullable=False),
        sa.Column("until_on", DAY, nullable=True),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("grant_id", name=op.f(f"pk_{TABLE}")),
        _check("grant_id_long", "length(grant_id) <= 16"),
        _check("role_known", f"role IN ({ROLES})"),
        _check("level_known", f"level IN ({LEVELS})"),
        _check("area_id_long", "length(area_id) <= 64"),
        _check("member_id_long", "length(member_id) <= 64"),
        _check("made_by_long", "length(made_by) <= 80"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
            name=op.f(f"fk_{TABLE}_account_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index(f"ix_{TABLE}_account_id", TABLE, ["account_id"])


def downgrade() -> None:
    op.drop_table(TABLE)
