"""What a row of people says itself where a merge made it graver.

Revision ID: 0017
Revises: 0016
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

PEOPLE = ("household", "member")


def upgrade() -> None:
    # not as a batch: SQLite would drop the table that other rows name, and no longer trust them
    kind = "TEXT" if op.get_bind().dialect.name == "sqlite" else 'TEXT COLLATE "C"'
    for table in PEOPLE:
        op.execute(f"ALTER TABLE {table} ADD COLUMN unmerged {kind}")


def downgrade() -> None:
    for table in PEOPLE:
        op.execute(f"ALTER TABLE {table} DROP COLUMN unmerged")
