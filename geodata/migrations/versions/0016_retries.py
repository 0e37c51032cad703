"""What was made for requests that named a key of their own.

Revision ID: 0016
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "retry",
        *(sa.Column(name, TEXT, nullable=False) for name in ("mark", "digest", "subject")),
        sa.Column("made_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_retry")),
        sa.CheckConstraint("length(mark) <= 64", name=op.f("ck_retry_mark_long")),
        sa.CheckConstraint("length(digest) <= 64", name=op.f("ck_retry_digest_long")),
    )


def downgrade() -> None:
    op.drop_table("retry")
