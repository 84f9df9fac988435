"""Run by Alembic: migrates over the connection that ``bring_up`` hands in, inside its transaction."""

from __future__ import annotations

from alembic import context

from bot.stores.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
