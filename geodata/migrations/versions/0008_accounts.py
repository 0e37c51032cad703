"""Accounts, sessions, tokens, and failures to sign in.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def _key(table: str, column: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _truth(table: str, column: str) -> list[sa.CheckConstraint]:
    sqlite = op.get_bind().dialect.name == "sqlite"
    return [_check(table, f"{column}_known", f"{column} IN (0, 1)")] if sqlite else []


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"],
        ["account.account_id"],
        name=op.f(f"fk_{table}_account_id"),
        deferrable=True,
        initially="DEFERRED",
    )


def _make_sessions() -> None:
    op.create_table(
        "session",
        sa.Column("session_id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        _key("session", "session_id"),
        _check("session", "session_id_long", "length(session_id) <= 64"),
        _of_account("session"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])


def _make_tokens() -> None:
    op.create_table(
        "token",
        sa.Column("token_id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("secret_digest", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.Column("purpose", TEXT, nullable=False),
        _key("token", "token_id"),
        _check("token", "token_id_long", "length(token_id) <= 16"),
        _check("token", "secret_digest_long", "length(secret_digest) <= 64"),
        _check("token", "scope_known", "scope IN ('read', 'write')"),
        _of_account("token"),
    )
    op.create_index("ix_token_account_id", "token", ["account_id"])


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("password_hash", TEXT, nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("password_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        _key("account", "account_id"),
        _check("account", "account_id_long", "length(account_id) <= 64"),
        *_truth("account", "must_change"),
    )
    _make_sessions()
    _make_tokens()
    op.create_table(
        "attempt",
        sa.Column("attempt_id", TEXT, nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("locked_until", TIME, nullable=True),
        _key("attempt", "attempt_id"),
        _check("attempt", "attempt_id_long", "length(attempt_id) <= 64"),
        _check("attempt", "failures_low", "failures >= 0"),
    )


def downgrade() -> None:
    for table in ("attempt", "token", "session", "account"):
        op.drop_table(table)
