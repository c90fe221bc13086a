"""Opening the database: SQLite durable and quick to write, PostgreSQL by URL, one behaviour.

Knows nothing of waves or answers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    NoSuchModuleError,
)
from sqlalchemy.orm import Session

from corus.errors import InputError
from corus.store.guard import BUSY_SECONDS, MAINTENANCE_SECONDS, begin_by, guarded, turn
from corus.store.hands import Glance
from corus.store.lock import FileLock
from corus.store.migrate import changing, create, upgrade

CACHE = 2**25
"""Bytes of pages that a connection to SQLite may keep: those of answers that have just come, which
are scattered over the whole file, are counted soon after."""

SILENCE_SECONDS = 15
"""How long a server across the network may be silent before its connection counts as lost."""
PATIENT = {"corus_lock_seconds": MAINTENANCE_SECONDS}
"""Of transactions that change or copy whole tables: they wait for others to end."""


@dataclass(frozen=True, eq=False)
class Store:
    """The database and the key that turns submission ids into response ids."""

    engine: Engine
    key: bytes = field(repr=False)
    cache: dict[object, object] = field(default_factory=dict, repr=False, compare=False)
    """What services remember between requests of one process; safe to empty at any time."""

    @property
    def embedded(self) -> bool:
        """True on SQLite."""
        return self.engine.dialect.name == "sqlite"

    @cached_property
    def path(self) -> Path | None:
        """The SQLite file, or None."""
        name = self.engine.url.database
        return Path(name) if self.embedded and name else None

    @cached_property
    def lock(self) -> FileLock | None:
        """Turns between the processes that write to one SQLite file; PostgreSQL needs none."""
        return FileLock(self.path.with_suffix(".lock")) if self.path else None

    @cached_property
    def glance(self) -> Glance:
        """Single reads on the path where every call counts."""
        return Glance(self)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits when its block returns and rolls back when it raises."""
        with (
            guarded(self.engine),
            turn(self.lock) as until,
            self._connect(write=True, until=until) as connection,
            Session(connection) as session,
            connection.begin(),
        ):
            yield session
            session.flush()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one consistent view; whatever it changed is forgotten."""
        with (
            guarded(self.engine),
            self._connect(write=False) as connection,
            Session(connection) as session,
        ):
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection on one unmoving view of every table, while others go on writing."""
        unmoving = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        options = {} if self.embedded else unmoving | PATIENT
        with (
            guarded(self.engine),
            self._connect(write=False).execution_options(**options) as connection,
        ):
            if not self.embedded:
                _stand_still(connection)
            yield connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction that may make, change and drop tables: whole or not at all."""
        with (
            self.turn() as until,
            changing(self.engine.execution_options(corus_until=until, **PATIENT)) as connection,
        ):
            yield connection

    @contextmanager
    def turn(self) -> Iterator[float]:
        """The turn to write among the processes on one SQLite file; PostgreSQL needs none.

        Gives the moment (``time.monotonic``) until which the database may still be waited for.
        Raises ``UnavailableError`` (``UNA-001``) when the turn does not come in time.
        """
        with guarded(self.engine), turn(self.lock) as until:
            yield until

    def _connect(self, *, write: bool, until: float | None = None) -> Connection:
        return self.engine.connect().execution_options(corus_write=write, corus_until=until)


def _stand_still(connection: Connection) -> None:
    """Before the view is taken: a table that is being written anew would look empty in it."""
    with connection.begin():
        there = inspect(connection).has_table("responses")
    if there:
        connection.execute(text("LOCK TABLE responses IN ACCESS SHARE MODE"))


def open_store(url: str, key: bytes, *, migrate: bool = False) -> Store:
    """Connect, make the tables of an empty database, and return the store.

    An existing database must be up to date, unless ``migrate`` says to bring it there without a
    backup (for tests and the demonstration). Raises ``InputError`` for an unusable URL, MIG-001
    or MIG-002 for another revision, and ``UnavailableError`` when nothing answers.
    """
    store = connect(url, key)
    try:
        with guarded(store.engine), turn(store.lock):
            (upgrade if migrate else create)(store.engine.execution_options(**PATIENT))
    except BaseException:
        store.engine.dispose()
        raise
    return store


def connect(url: str, key: bytes) -> Store:
    """A store on a database whatever its revision: for copies and migrations only."""
    try:
        engine = create_engine(url, **_pool(url))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise InputError(
            f"The database URL cannot be used: {error}.",
            hint="Use sqlite:///path or postgresql+psycopg://user@host/name "
            "(the latter needs `pip install 'corus[postgres]'`).",
            code="CFG-002",
        ) from error
    (_prepare_sqlite if engine.dialect.name == "sqlite" else _prepare_server)(engine)
    return Store(engine, key)


def _pool(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True, "connect_args": _deadlines(url)}


def _deadlines(url: str) -> dict[str, Any]:
    """What a connection to a server waits for at most, unless the URL says otherwise."""
    said = make_url(url).normalized_query
    own = {
        "connect_timeout": BUSY_SECONDS, "tcp_user_timeout": SILENCE_SECONDS * 1000,
        "keepalives_idle": SILENCE_SECONDS, "keepalives_interval": BUSY_SECONDS,
    }  # fmt: skip
    if "PGCONNECT_TIMEOUT" in os.environ:
        del own["connect_timeout"]
    # Told as the connection opens, because what is reset goes back to it; the last one counts.
    wait = f"-c lock_timeout={round(BUSY_SECONDS * 1000)}"
    options = said.get("options") or (os.environ.get("PGOPTIONS", ""),)
    return {k: v for k, v in own.items() if k not in said} | {"options": " ".join((wait, *options))}


def _prepare_server(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        seconds = connection.get_execution_options().get("corus_lock_seconds")
        if seconds:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{seconds}s'")


def _prepare_sqlite(engine: Engine) -> None:
    _owner_only(engine.url.database)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        # We say BEGIN ourselves (below), so that writers can take the lock at once.
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
            f"busy_timeout = {int(BUSY_SECONDS * 1000)}", "secure_delete = ON",
            f"cache_size = {-CACHE // 1024}",
        ):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")
        if sys.platform == "darwin":
            connection.execute("PRAGMA fullfsync = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("corus_write", True):
            begin_by(connection.exec_driver_sql, options.get("corus_until"))
        else:
            connection.exec_driver_sql("BEGIN")


def _owner_only(name: str | None) -> None:
    """The file, made if it is not there, readable by its owner only; its journals follow it."""
    if not name or name == ":memory:":
        return
    # Where this is not allowed, SQLite itself says what is wrong. A file that exists is never
    # opened here: closing it would give up the locks that this process holds on it.
    with suppress(OSError):
        os.close(os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            path = Path(name + suffix)
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
