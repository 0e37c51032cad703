"""The second step of a sign-in, its recovery codes, and whom an OpenID provider's people are here.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def _long(table: str, column: str, most: int) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"length({column}) <= {most}", name=op.f(f"ck_{table}_{column}_long"))


def _make(table: str, key: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        *parts,
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
            name=op.f(f"fk_{table}_account_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    if key != "account_id":
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def upgrade() -> None:
    _make(
        "second_step",
        "account_id",
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("last_step >= 0", name=op.f("ck_second_step_last_step_low")),
    )
    _make(
        "recovery_code",
        "code_digest",
        sa.Column("code_digest", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        _long("recovery_code", "code_digest", 64),
    )
    _make(
        "identity",
        "identity_id",
        sa.Column("identity_id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("issuer", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        _long("identity", "identity_id", 64),
        _long("identity", "issuer", 500),
        _long("identity", "made_by", 80),
    )


def downgrade() -> None:
    for table in ("identity", "recovery_code", "second_step"):
        op.drop_table(table)
