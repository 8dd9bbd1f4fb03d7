"""Run by Alembic: applies the revisions on the connection that `storage.engine.migrate` hands over."""

from alembic import context

from storage.models import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
