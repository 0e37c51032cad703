"""What a person said the coordinates of a file are.

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = ("import", "header_map")


def upgrade() -> None:
    kind = "TEXT" if op.get_bind().dialect.name == "sqlite" else 'TEXT COLLATE "C"'
    for table in TABLES:
        op.execute(f'ALTER TABLE "{table}" ADD COLUMN points {kind}')


def downgrade() -> None:
    for table in TABLES:
        op.execute(f'ALTER TABLE "{table}" DROP COLUMN points')
