"""Since when households and members are over, so that what is theirs can go after a time.

Revision ID: 0023
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0019"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
TABLE = "ending"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("side", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("ended_on", DAY, nullable=False),
        sa.Column("emptied_on", DAY, nullable=True),
        sa.PrimaryKeyConstraint("side", "person_id", name=op.f(f"pk_{TABLE}")),
        sa.CheckConstraint("side IN ('household', 'member')", name=op.f(f"ck_{TABLE}_side_known")),
        sa.CheckConstraint("length(person_id) <= 64", name=op.f(f"ck_{TABLE}_person_id_long")),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
