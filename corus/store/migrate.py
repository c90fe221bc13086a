"""Bringing the tables up to date with Alembic, from code: no ini file to keep beside.

Knows nothing of what the tables mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, TimeoutError

from corus.errors import InputError, UnavailableError
from corus.store.models import Base

BASE = "base"
"""The name of a database before its first table."""
VERSIONS = "alembic_version"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our migrations, on an open connection when one is given."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to ``revision`` in one transaction; nothing happens when already there."""
    if _found(engine) == resolved(revision):
        return
    with changing(engine) as connection:
        move(connection, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to ``revision`` (``base`` removes every table)."""
    with changing(engine) as connection:
        move(connection, revision)


def create(engine: Engine) -> None:
    """Make the tables of a new, empty database; an existing one must be up to date.

    Raises ``InputError`` MIG-001 when it is newer than this program, MIG-002 when it is older.
    """
    found = _found(engine)
    if found is None:
        upgrade(engine)
    elif found != head():
        raise InputError(
            f"This database is at revision {found}; this Corus needs {head()}.",
            hint="Stop the server, then run `corus upgrade`: it makes a backup first.",
            code="MIG-002",
        )


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may make, change and drop tables: whole or not at all.

    SQLite changes a table by copying it and dropping the first, which would take the rows that
    refer to it along: references are checked once, at the end.
    """
    embedded = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        # Told to the driver: inside a transaction, as SQLAlchemy would begin one, it is ignored.
        driver = connection.connection.driver_connection
        if embedded and driver is not None:
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if not embedded:
                    # Two servers starting at once: the second waits, then finds nothing to do.
                    connection.execute(text("SELECT pg_advisory_xact_lock(702265)"))
                yield connection
                if embedded:
                    _check_references(connection)
        finally:
            if embedded and driver is not None:
                driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise UnavailableError(
            f"Rows of “{broken[0]}” refer to rows of “{broken[2]}” that are not there: "
            "nothing was changed.",
            hint="Restore a backup that `corus backup --check` proves.", code="MIG-005",
        )  # fmt: skip


def move(connection: Connection, revision: str) -> None:
    """Migrate up or down to ``revision``, within the caller's transaction."""
    line = (BASE, *revisions())
    target = resolved(revision)
    found = current(connection) or BASE
    if line.index(target) < line.index(found):
        command.downgrade(configuration(connection), target)
    elif target != found:
        command.upgrade(configuration(connection), target)


def check_shape(connection: Connection) -> None:
    """Raises ``InputError`` MIG-006 when a migrated database lacks a column the program uses."""
    metadata = Base.metadata
    there = inspect(connection).get_multi_columns(filter_names=list(metadata.tables))
    found = {(table, c["name"]) for (_, table), columns in there.items() for c in columns}
    lacking = [
        c for t in metadata.sorted_tables for c in t.columns if (t.name, c.name) not in found
    ]
    if lacking:
        raise InputError(
            f"This database lacks “{lacking[0]}”: it was made by an unfinished version of Corus.",
            hint="Nothing was changed. Use the version that made it, or start a new instance.",
            code="MIG-006",
        )


def check_known(connection: Connection) -> str | None:
    """The revision of this database, None when it is empty; MIG-001 when a newer Corus wrote it."""
    found = current(connection)
    if found is not None and found not in revisions():
        raise InputError(
            f"This database was written by a newer Corus (revision {found}).",
            hint="Use that version, or another database.", code="MIG-001",
        )  # fmt: skip
    return found


def _found(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return check_known(connection)


def resolved(revision: str) -> str:
    """The revision meant; ``InputError`` unless it is one of ours, ``head`` or ``base``."""
    found = head() if revision == "head" else revision
    if found not in (*revisions(), BASE):
        raise InputError(
            f"There is no revision “{revision}”.",
            hint=f"Use one of: {', '.join((*revisions(), BASE))}.", code="MIG-003",
        )  # fmt: skip
    return found


def is_current(engine: Engine) -> bool:
    """Whether the database answers and has the tables this program needs; never raises for it."""
    try:
        with engine.connect() as connection:
            return current(connection) == head()
    except (DBAPIError, TimeoutError, engine.dialect.loaded_dbapi.Error):
        return False


def current(connection: Connection) -> str | None:
    """The revision this database is at, or None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def is_foreign(connection: Connection) -> bool:
    """Whether tables are there of which this program knows nothing."""
    return current(connection) is None and bool(
        set(inspect(connection).get_table_names()) - {VERSIONS}
    )


@cache
def revisions() -> tuple[str, ...]:
    """Every revision, oldest first."""
    script = ScriptDirectory.from_config(configuration())
    return tuple(reversed([revision.revision for revision in script.walk_revisions()]))


def head() -> str:
    """The revision that this program works with."""
    return revisions()[-1]
