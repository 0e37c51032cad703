"""Imports with the state before them, how senders write their headers, and jobs.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
KINDS = "'households', 'members', 'grid_workers', 'buildings', 'hazards', 'polygons'"


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, TEXT, nullable=nullable)


def _make_imports() -> None:
    op.create_table(
        "import",
        *(_text(name) for name in ("import_id", "file", "sha256", "sender", "kind")),
        _text("level", nullable=True),
        *(_text(name) for name in ("guess", "columns", "scope", "status", "report")),
        sa.Column("made_at", TIME, nullable=False),
        _text("made_by"),
        sa.Column("closed_at", TIME, nullable=True),
        _text("closed_by", nullable=True),
        sa.Column("closed_revision", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import")),
        _check("import", "import_id_long", "length(import_id) <= 64"),
        _check("import", "file_long", "length(file) <= 200"),
        _check("import", "sha256_long", "length(sha256) <= 64"),
        _check("import", "sender_long", "length(sender) <= 80"),
        _check("import", "kind_known", f"kind IN ({KINDS})"),
        _check("import", "scope_long", "length(scope) <= 80"),
        _check("import", "status_known", "status IN ('draft', 'ready', 'applied', 'undone', 'discarded')"),
        _check("import", "made_by_long", "length(made_by) <= 80"),
    )
    op.create_table(
        "import_change",
        _text("import_id"),
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        *(_text(name) for name in ("noun", "row_key")),
        _text("before", nullable=True),
        _text("after", nullable=True),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_change")),
        _check("import_change", "number_low", "number >= 1"),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["import.import_id"],
            name=op.f("fk_import_change_import_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
    )


def _make_header_maps() -> None:
    op.create_table(
        "header_map",
        *(_text(name) for name in ("header_map_id", "sender", "kind", "columns")),
        sa.Column("used_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("header_map_id", name=op.f("pk_header_map")),
        _check("header_map", "header_map_id_long", "length(header_map_id) <= 64"),
        _check("header_map", "sender_long", "length(sender) <= 80"),
        _check("header_map", "kind_known", f"kind IN ({KINDS})"),
    )


def _make_jobs() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "job",
        sa.Column("job_id", sa.BigInteger(), nullable=False, autoincrement=False),
        *(_text(name) for name in ("kind", "payload", "state")),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        _text("step"),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("stop", sa.Boolean(), nullable=False),
        _text("worker", nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        _text("result"),
        sa.Column("made_at", TIME, nullable=False),
        _text("made_by"),
        sa.Column("ended_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job")),
        _check("job", "job_id_low", "job_id >= 1"),
        _check("job", "kind_long", "length(kind) <= 40"),
        _check("job", "state_known", "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')"),
        _check("job", "attempts_low", "attempts >= 0"),
        _check("job", "done_low", "done >= 0"),
        _check("job", "total_low", "total >= 0"),
        *([_check("job", "stop_known", "stop IN (0, 1)")] if sqlite else []),
        _check("job", "made_by_long", "length(made_by) <= 80"),
    )


def upgrade() -> None:
    _make_imports()
    _make_header_maps()
    _make_jobs()


def downgrade() -> None:
    raise NotImplementedError("history is not thrown away: go on with the newer version")
