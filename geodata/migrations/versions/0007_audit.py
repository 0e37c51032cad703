"""The audit log takes the place of the export log, whose lines become its first ones; they are sealed at the next line.

Revision ID: 0007
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
ACTIONS = (
    "add", "change", "remove", "unmask", "export", "sign_in", "sign_in_refused", "lock", "sign_out", "trim",
)  # fmt: skip
KNOWN = ", ".join(f"'{action}'" for action in ACTIONS)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _truth(table: str, column: str) -> list[sa.CheckConstraint]:
    sqlite = op.get_bind().dialect.name == "sqlite"
    return [_check(table, f"{column}_known", f"{column} IN (0, 1)")] if sqlite else []


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=True),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("noun", TEXT, nullable=True),
        sa.Column("subject", TEXT, nullable=True),
        sa.Column("before", TEXT, nullable=True),
        sa.Column("after", TEXT, nullable=True),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("filter", TEXT, nullable=True),
        sa.Column("purpose", TEXT, nullable=True),
        sa.Column("unmasked", sa.Boolean(), nullable=False),
        sa.Column("previous", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        _check("audit_entry", "number_low", "number >= 1"),
        _check("audit_entry", "action_known", f"action IN ({KNOWN})"),
        _check("audit_entry", "row_count_low", "row_count >= 0"),
        *_truth("audit_entry", "unmasked"),
        _check("audit_entry", "previous_long", "length(previous) <= 64"),
        _check("audit_entry", "digest_long", "length(digest) <= 64"),
    )
    op.create_table(
        "audit_head",
        sa.Column("log", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("start_number", sa.BigInteger(), nullable=False),
        sa.Column("start_digest", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("seal", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_audit_head")),
        _check("audit_head", "log_low", "log >= 1"),
        _check("audit_head", "log_high", "log <= 1"),
        _check("audit_head", "number_low", "number >= 0"),
        _check("audit_head", "digest_long", "length(digest) <= 64"),
        _check("audit_head", "start_number_low", "start_number >= 0"),
        _check("audit_head", "start_digest_long", "length(start_digest) <= 64"),
        _check("audit_head", "key_long", "length(key) <= 16"),
        _check("audit_head", "seal_long", "length(seal) <= 64"),
    )
    op.execute(
        """INSERT INTO audit_entry (number, made_at, actor, action, noun, row_count, filter, purpose, unmasked,
                                    previous, digest)
           SELECT row_number() OVER (ORDER BY export_id), made_at, actor, 'export', noun, row_count,
                  '{"form": "' || form || '"}', reason, unmasked, '', ''
           FROM export_entry"""
    )
    op.drop_table("export_entry")


def downgrade() -> None:
    raise NotImplementedError("an audit log cannot be turned back into an export log")
