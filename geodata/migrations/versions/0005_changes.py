"""What each revision changed, and proposals that were refused with a reason.

Revision ID: 0005
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
STATUSES = "status IN ('open', 'applied', 'reversed', 'stale', 'refused')"
REASON = "length(closed_reason) <= 500"


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [to], name=op.f(f"fk_{table}_{column}"), deferrable=True, initially="DEFERRED"
    )


def _make_changes() -> None:
    op.create_table(
        "change",
        sa.Column("revision", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("noun", TEXT, nullable=False),
        sa.Column("row_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("fields", TEXT, nullable=False),
        sa.Column("household_id", TEXT, nullable=True),
        sa.Column("member_id", TEXT, nullable=True),
        sa.Column("grid_id", TEXT, nullable=True),
        sa.Column("community_id", TEXT, nullable=True),
        sa.Column("before_grid_id", TEXT, nullable=True),
        sa.Column("before_community_id", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("revision", "noun", "row_id", name=op.f("pk_change")),
        _check("change", "revision_low", "revision >= 1"),
        _check("change", "noun_known", "noun IN ('household', 'member', 'pairing')"),
        _check("change", "row_id_long", "length(row_id) <= 200"),
        _check("change", "kind_known", "kind IN ('added', 'ended', 'leave', 'return', 'moved', 'changed')"),
        _reference("change", "revision", "revision.revision"),
    )


def _make_proposals() -> None:
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
        sa.Column("closed_reason", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal")),
        _check("proposal", "proposal_id_long", "length(proposal_id) <= 64"),
        _check("proposal", "base_revision_low", "base_revision >= 0"),
        _check("proposal", "max_changes_low", "max_changes >= 0"),
        _check("proposal", "status_known", STATUSES),
        _check("proposal", "closed_reason_long", REASON),
        _reference("proposal", "reverses", "proposal.proposal_id"),
    )
    op.create_index("ix_proposal_reverses", "proposal", ["reverses"])


def _copy_proposals() -> None:
    """Make the table anew, as SQLite asks; its rows step aside first, since a dropped row leaves a broken reference."""
    op.execute("CREATE TEMPORARY TABLE kept_proposal AS SELECT * FROM proposal")
    op.execute("CREATE TEMPORARY TABLE kept_move AS SELECT * FROM move")
    op.execute("DELETE FROM move")
    op.execute("UPDATE proposal SET reverses = NULL")
    op.execute("DELETE FROM proposal")
    op.drop_table("proposal")
    _make_proposals()
    op.execute("INSERT INTO proposal SELECT *, NULL FROM kept_proposal")
    op.execute("INSERT INTO move SELECT * FROM kept_move")
    op.execute("DROP TABLE kept_proposal")
    op.execute("DROP TABLE kept_move")


def _alter_proposals() -> None:
    op.add_column("proposal", sa.Column("closed_reason", TEXT, nullable=True))
    op.drop_constraint(op.f("ck_proposal_status_known"), "proposal")
    op.create_check_constraint(op.f("ck_proposal_status_known"), "proposal", STATUSES)
    op.create_check_constraint(op.f("ck_proposal_closed_reason_long"), "proposal", REASON)


def upgrade() -> None:
    _make_changes()
    if op.get_bind().dialect.name == "sqlite":
        _copy_proposals()
    else:
        _alter_proposals()


def downgrade() -> None:
    raise NotImplementedError("history is not thrown away: go on with the newer version")
