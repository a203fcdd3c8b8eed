"""Alembic's way in: the connection is handed over by `school.migrations.upgrade`."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    transactional_ddl=True,  # SQLite's DDL rolls back too, once BEGIN is said in words
    transaction_per_migration=False,
    render_as_batch=True,  # SQLite changes a column by copying the table
)
with context.begin_transaction():
    context.run_migrations()
