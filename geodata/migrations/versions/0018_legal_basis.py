"""On what ground a household is kept. Rows that are there state none: that is not for a migration to say.

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BASES = "'consent', 'statutory_duty'"


def _columns(table: str, days: tuple[str, ...]) -> dict[str, str]:
    """Return column -> type with its rule."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    text, day = ("TEXT", "TEXT") if on_sqlite else ('TEXT COLLATE "C"', "DATE")
    return {
        "legal_basis": f"{text} CONSTRAINT ck_{table}_legal_basis_known CHECK (legal_basis IN ({BASES}))",
        "purpose": f"{text} CONSTRAINT ck_{table}_purpose_long CHECK (length(purpose) <= 80)",
        **dict.fromkeys(days, day),
    }


TABLES = {"household": ("notice_on", "withdrawn_on"), "import": ("notice_on",)}


def upgrade() -> None:
    # not as a batch: SQLite would drop the table that other rows name, and no longer trust them
    for table, days in TABLES.items():
        for name, kind in _columns(table, days).items():
            op.execute(f'ALTER TABLE "{table}" ADD COLUMN {name} {kind}')


def downgrade() -> None:
    for table, days in TABLES.items():
        for name in _columns(table, days):
            op.execute(f'ALTER TABLE "{table}" DROP COLUMN {name}')
