"""The single warning of the patrol rules becomes a list of warnings.

Revision ID: 0011
Revises: 0010
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SETTING = sa.table("setting", sa.column("name"), sa.column("value"))
OLD = ("warning_from", "warning_to", "warning_source")


def upgrade() -> None:
    """Turn a warning that was kept by itself into a yellow one for the whole city: that is what it meant."""
    connection = op.get_bind()
    kept = connection.execute(sa.select(SETTING.c.value).where(SETTING.c.name == "city")).scalar()
    if kept is None:
        return
    city = json.loads(kept)
    patrol = city.get("patrol", {})
    starts, ends, source = (patrol.pop(name, None) for name in OLD)
    if starts:
        patrol["warnings"] = [{"level": "yellow", "starts": starts, "ends": ends, "source": source, "areas": []}]
    value = json.dumps(city, ensure_ascii=False)
    connection.execute(sa.update(SETTING).where(SETTING.c.name == "city").values(value=value))


def downgrade() -> None:
    raise NotImplementedError("an older version knows one warning only: go on with the newer one")
