"""Run revisions on the connection, and inside the transaction, that `geodata.migrations.upgrade` hands over."""

from alembic import context

from geodata.migrations import TABLE
from geodata.sqltables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata(connection.dialect.name),
    version_table=TABLE,
    render_as_batch=True,  # SQLite changes a table by copying it
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
