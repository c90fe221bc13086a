"""Bringing the tables up to date with Alembic, from code: no ini file to keep beside.

Knows nothing of what the tables mean.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our migrations, on an open connection when one is given."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to ``revision`` in one transaction; nothing happens when already there."""
    with engine.connect() as connection:
        if revision == "head" and current(connection) == _head():
            return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Two servers starting at once: the second waits, then finds nothing left to do.
            connection.execute(text("SELECT pg_advisory_xact_lock(702265)"))
        command.upgrade(configuration(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to ``revision`` (``base`` removes every table)."""
    with engine.begin() as connection:
        command.downgrade(configuration(connection), revision)


def current(connection: Connection) -> str | None:
    """The revision this database is at, or None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str | None:
    return ScriptDirectory.from_config(configuration()).get_current_head()
