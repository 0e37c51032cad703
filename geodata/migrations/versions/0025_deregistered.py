"""Hazard sites that were deregistered (销号): over, and kept as history.

Revision ID: 0025
Revises: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KNOWN = "CONSTRAINT ck_hazard_site_status_known CHECK (status IN ('watched', 'deregistered'))"


def _columns() -> dict[str, str]:
    sqlite = op.get_bind().dialect.name == "sqlite"
    text, day = ("TEXT", "TEXT") if sqlite else ('TEXT COLLATE "C"', "DATE")
    return {"status": f"{text} {KNOWN}", "deregistered_on": day, "deregistered_reason": text}


def upgrade() -> None:
    for name, kind in _columns().items():
        op.execute(f"ALTER TABLE hazard_site ADD COLUMN {name} {kind}")


def downgrade() -> None:
    for name in reversed(_columns()):
        op.execute(f"ALTER TABLE hazard_site DROP COLUMN {name}")
