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

from corus.errors import InputError


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our migrations, on an open connection when one is given."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to ``revision`` in one transaction; nothing happens when already there."""
    with engine.connect() as connection:
        found = current(connection)
    if revision == "head" and found == _head():
        return
    if found is not None and found not in _known():
        raise InputError(
            f"This database was written by a newer Corus (revision {found}).",
            hint="Use that version, or another database.", code="MIG-001",
        )  # fmt: skip
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


def _known() -> set[str]:
    script = ScriptDirectory.from_config(configuration())
    return {revision.revision for revision in script.walk_revisions()}


def _head() -> str | None:
    return ScriptDirectory.from_config(configuration()).get_current_head()
