"""Inspections of hazard sites, their photos, and the monitors of a site.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine, UserDefinedType

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
BOX = ("minx", "miny", "maxx", "maxy")


class _PostgisPoint(UserDefinedType):
    cache_ok = True

    def get_col_spec(self) -> str:
        return "geometry(Point,4326)"


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _point() -> TypeEngine:
    return _PostgisPoint().with_variant(sa.LargeBinary(), "sqlite")


def _key(table: str, column: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _make_monitors() -> None:
    op.create_table(
        "monitor",
        sa.Column("monitor_id", TEXT, nullable=False),
        sa.Column("hazard_id", TEXT, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("phone", TEXT, nullable=True),
        _key("monitor", "monitor_id"),
        _check("monitor", "monitor_id_long", "length(monitor_id) <= 80"),
        _check("monitor", "place_low", "place >= 1"),
        _check("monitor", "place_high", "place <= 6"),
        sa.ForeignKeyConstraint(
            ["hazard_id"],
            ["hazard_site.hazard_id"],
            name=op.f("fk_monitor_hazard_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_monitor_hazard_id", "monitor", ["hazard_id"])


def _make_inspections() -> None:
    op.create_table(
        "inspection",
        sa.Column("inspection_id", TEXT, nullable=False),
        sa.Column("hazard_id", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("signs", TEXT, nullable=False),
        sa.Column("measures", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("photos", TEXT, nullable=False),
        sa.Column("observed_at", TIME, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("base_inspection_id", TEXT, nullable=True),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("geometry", _point(), nullable=True),
        *([sa.Column(name, sa.Double()) for name in BOX] if _on_sqlite() else []),
        _key("inspection", "inspection_id"),
        _check("inspection", "inspection_id_long", "length(inspection_id) <= 36"),
        _check("inspection", "hazard_id_long", "length(hazard_id) <= 64"),
        _check("inspection", "state_known", "state IN ('danger', 'change', 'stable')"),
        _check("inspection", "note_long", "length(note) <= 2000"),
        _check("inspection", "base_inspection_id_long", "length(base_inspection_id) <= 36"),
        _check("inspection", "made_by_long", "length(made_by) <= 40"),
        _check("inspection", "accuracy_m_low", "accuracy_m >= 0"),
    )
    if _on_sqlite():
        op.create_index("ix_inspection_box", "inspection", list(BOX))
    else:
        op.create_index("ix_inspection_geometry", "inspection", ["geometry"], postgresql_using="gist")


def _make_photos() -> None:
    op.create_table(
        "photo",
        sa.Column("photo_id", TEXT, nullable=False),
        sa.Column("mime", TEXT, nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("width_px", sa.BigInteger(), nullable=False),
        sa.Column("height_px", sa.BigInteger(), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        _key("photo", "photo_id"),
        _check("photo", "photo_id_long", "length(photo_id) <= 64"),
        _check("photo", "size_bytes_low", "size_bytes >= 1"),
        _check("photo", "width_px_low", "width_px >= 1"),
        _check("photo", "height_px_low", "height_px >= 1"),
    )


def upgrade() -> None:
    _make_monitors()
    _make_inspections()
    _make_photos()


def downgrade() -> None:
    for table in ("photo", "inspection", "monitor"):
        op.drop_table(table)
