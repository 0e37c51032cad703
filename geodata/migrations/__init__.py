"""The history of the tables: one Alembic revision for each change, the same on both engines.

To change a table, change its noun and write a revision that does what tests/geodata/test_migrations.py then names as
missing. A revision that has been released is never edited.
"""

from pathlib import Path

import sqlalchemy as sa

from geodata.vault import Vault

HEAD = "0026"
"""The newest revision, said here so that opening a workspace need not import Alembic."""

SEALED_SINCE = "0014"
"""The revision that encrypts; what an older one left in clear must go from the files as well."""

TABLE = "gridmap_version"
"""Where a store says at which revision its tables are."""

FOLDER = Path(__file__).parent


def version(connection: sa.Connection) -> str | None:
    """Return the revision that the tables are at, None where Gridmap has made none."""
    if not sa.inspect(connection).has_table(TABLE):
        return None
    found = connection.execute(sa.select(sa.table(TABLE, sa.column("version_num")).c.version_num)).scalar_one_or_none()
    return None if found is None else str(found)


def holds_other_tables(connection: sa.Connection) -> bool:
    """Say whether another program has made tables here (those of PostGIS itself do not count)."""
    ours = {"spatial_ref_sys"}
    return bool(set(sa.inspect(connection).get_table_names()) - ours)


def knows(revision: str) -> bool:
    """Say whether a revision is one of this Gridmap."""
    return any(path.name.startswith(f"{revision}_") for path in (FOLDER / "versions").glob("*.py"))


def upgrade(connection: sa.Connection, vault: Vault) -> None:
    """Bring the tables up to date inside the transaction of the connection; the vault has the key of what it seals."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["vault"] = vault
    command.upgrade(config, "head")
