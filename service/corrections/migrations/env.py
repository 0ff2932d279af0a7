"""Run by Alembic for every command: migrates over the connection that ``database.py`` hands in."""

from alembic import context

from service.corrections.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
