"""Proposals and their moves.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _truth(table: str, column: str) -> list[sa.CheckConstraint]:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    return [_check(table, f"{column}_known", f"{column} IN (0, 1)")] if on_sqlite else []


def _reference(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["proposal.proposal_id"], name=op.f(f"fk_{table}_{column}"), deferrable=True, initially="DEFERRED"
    )


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("proposal_id", TEXT, nullable=False),
        sa.Column("area_id", TEXT, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("day", DAY, nullable=False),
        sa.Column("base_revision", sa.BigInteger(), nullable=False),
        sa.Column("base_digest", TEXT, nullable=False),
        sa.Column("max_changes", sa.BigInteger(), nullable=False),
        sa.Column("rules", TEXT, nullable=False),
        sa.Column("standings", TEXT, nullable=False),
        sa.Column("figures", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reverses", TEXT, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("closed_by", TEXT, nullable=True),
        sa.Column("closed_revision", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal")),
        _check("proposal", "proposal_id_long", "length(proposal_id) <= 64"),
        _check("proposal", "base_revision_low", "base_revision >= 0"),
        _check("proposal", "max_changes_low", "max_changes >= 0"),
        _check("proposal", "status_known", "status IN ('open', 'applied', 'reversed', 'stale')"),
        _reference("proposal", "reverses"),
    )
    op.create_index("ix_proposal_reverses", "proposal", ["reverses"])
    op.create_table(
        "move",
        sa.Column("proposal_id", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("household_id", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("from_member_id", TEXT, nullable=True),
        sa.Column("to_member_id", TEXT, nullable=True),
        sa.Column("distance_before_m", sa.Double(), nullable=True),
        sa.Column("distance_after_m", sa.Double(), nullable=True),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("changes", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("pk_move")),
        _check("move", "number_low", "number >= 1"),
        _check("move", "kind_known", "kind IN ('add', 'switch', 'end')"),
        _check("move", "role_known", "role IN ('registered', 'community', 'building')"),
        _check("move", "distance_before_m_low", "distance_before_m >= 0"),
        _check("move", "distance_after_m_low", "distance_after_m >= 0"),
        _check(
            "move",
            "why_known",
            "why IN ('was_empty', 'cover_leave', 'cover_left', 'walks_less', 'makes_room', 'gives_way', 'undo')",
        ),
        *_truth("move", "accepted"),
        _reference("move", "proposal_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("history is not thrown away: go on with the newer version")
