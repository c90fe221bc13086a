"""Opening the database: SQLite durable and quick to write, PostgreSQL by URL, one behaviour.

Knows nothing of waves or answers.
"""

from __future__ import annotations

import logging
import os
import queue
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    NoSuchModuleError,
    TimeoutError,
)
from sqlalchemy.orm import Session

from corus.errors import InputError
from corus.store.lock import FileLock
from corus.store.migrate import changing, create, upgrade
from corus.store.trouble import circumstance, unavailable

BUSY_SECONDS = 5
"""How long a writer waits in all: for its turn among processes, then for the database."""


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
            _guarded(self.engine),
            _turn(self.lock) as until,
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
            _guarded(self.engine),
            self._connect(write=False) as connection,
            Session(connection) as session,
        ):
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection on one unmoving view of every table, while others go on writing."""
        unmoving = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        options = {} if self.embedded else unmoving
        with (
            _guarded(self.engine),
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
            changing(self.engine.execution_options(corus_until=until)) as connection,
        ):
            yield connection

    @contextmanager
    def turn(self) -> Iterator[float]:
        """The turn to write among the processes on one SQLite file; PostgreSQL needs none.

        Gives the moment (``time.monotonic``) until which the database may still be waited for.
        Raises ``UnavailableError`` (``UNA-001``) when the turn does not come in time.
        """
        with _guarded(self.engine), _turn(self.lock) as until:
            yield until

    def _connect(self, *, write: bool, until: float | None = None) -> Connection:
        return self.engine.connect().execution_options(corus_write=write, corus_until=until)


def _stand_still(connection: Connection) -> None:
    """Before the view is taken: a table that is being written anew would look empty in it."""
    with connection.begin():
        there = inspect(connection).has_table("responses")
    if there:
        connection.execute(text("LOCK TABLE responses IN ACCESS SHARE MODE"))


class Hand:
    """A bare DBAPI connection, kept open, for the path where every call counts.

    Used by one thread at a time: its owner sees to that.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: Any = None
        self.died = False
        """Whether the last failure was only that the kept connection had ended meanwhile."""
        self._driver: Any = store.engine.dialect.loaded_dbapi
        self.dialect = store.engine.dialect.name
        event.listen(store.engine, "engine_disposed", self._close)

    def _close(self, _engine: Engine) -> None:
        if self._kept is not None:
            # Detached: given back to a pool that is gone, it would stay open.
            self._kept.detach()
            self._kept.close()
            self._kept = None

    @contextmanager
    def writing(self, since: float | None = None) -> Iterator[Any]:
        """The connection in a write transaction, committed at the end of the block.

        Who waits ``since`` a moment (``time.monotonic``) in the past waits that much less.
        """
        with self._held(since) as (connection, until):
            if self._store.embedded:
                _begin_by(connection.execute, until)
            yield connection
            connection.commit()

    @contextmanager
    def stating(self) -> Iterator[Any]:
        """The connection, each statement of which is a transaction of its own (PostgreSQL)."""
        with self._held() as (connection, _):
            connection.autocommit = True
            yield connection
            connection.autocommit = False

    @contextmanager
    def _held(self, since: float | None = None) -> Iterator[tuple[Any, float]]:
        with _guarded(self._store.engine), _turn(self._store.lock, since) as until:
            reused = self._kept is not None
            if not reused:
                self._kept = self._store.engine.raw_connection()
            connection = self._kept.driver_connection
            try:
                yield connection, until
            except BaseException:
                self.died = reused and bool(getattr(connection, "closed", False))
                self._give_up(connection)
                raise

    def _give_up(self, connection: Any) -> None:
        # A connection that failed may be gone with its server, or was opened while nothing could
        # be written, as others that wait to be used: the next batch opens a new one.
        kept, self._kept = self._kept, None
        with suppress(self._driver.Error):
            connection.rollback()
        with suppress(self._driver.Error, DBAPIError):
            kept.invalidate()
        self._store.engine.dispose()


class Glance:
    """Single rows read on bare connections, kept apart from the pool and lent one at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._mark = "?" if store.embedded else "%s"
        self._driver: Any = store.engine.dialect.loaded_dbapi
        event.listen(store.engine, "engine_disposed", self._close)

    def one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of ``sql``, where ``{mark}`` stands for each value; None without any."""
        asked = sql.replace("{mark}", self._mark)
        with _guarded(self._store.engine):
            lent = self._lent()
            if lent is not None:
                # The database may have restarted since: then look again on a new connection.
                with suppress(self._driver.Error):
                    return self._read(lent, asked, values)
            return self._read(self._opened(), asked, values)

    def _read(self, lent: Any, sql: str, values: tuple[object, ...]) -> tuple[Any, ...] | None:
        try:
            cursor = lent.dbapi_connection.execute(sql, values)
            row: tuple[Any, ...] | None = cursor.fetchone()
            cursor.close()
        except BaseException:
            with suppress(self._driver.Error):
                lent.close()
            raise
        self._idle.put(lent)
        return row

    def _lent(self) -> Any:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return None

    def _opened(self) -> Any:
        found: Any = self._store.engine.raw_connection()
        found.detach()
        if not self._store.embedded:
            found.dbapi_connection.autocommit = True
        return found

    def _close(self, _engine: Engine) -> None:
        while (lent := self._lent()) is not None:
            lent.close()


@contextmanager
def _turn(lock: FileLock | None, since: float | None = None) -> Iterator[float]:
    now = time.monotonic()
    until = (now if since is None else since) + BUSY_SECONDS
    if lock is None:
        yield until
        return
    if not lock.acquire(until - now):
        # As SQLite says it: who waits for a turn and who waits for the file are told the same.
        raise sqlite3.OperationalError("database is locked")
    try:
        yield until
    finally:
        lock.release()


def _begin_by(execute: Callable[[str], object], until: float) -> None:
    """Take SQLite's lock by a moment (``time.monotonic``)."""
    left = max(0, until - time.monotonic())
    execute(f"PRAGMA busy_timeout = {int(left * 1000)}")
    try:
        execute("BEGIN IMMEDIATE")
    finally:
        execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


@contextmanager
def _guarded(engine: Engine) -> Iterator[None]:
    """Turns the database's own errors into one that a person understands; nothing was stored."""
    try:
        yield
    except (DBAPIError, TimeoutError, engine.dialect.loaded_dbapi.Error) as error:
        told = unavailable(error)
        logging.getLogger("corus").error("%s %s", told, circumstance(error))
        raise told from error


def open_store(url: str, key: bytes, *, migrate: bool = False) -> Store:
    """Connect, make the tables of an empty database, and return the store.

    An existing database must be up to date, unless ``migrate`` says to bring it there without a
    backup (for tests and the demonstration). Raises ``InputError`` for an unusable URL, MIG-001
    or MIG-002 for another revision, and ``UnavailableError`` when nothing answers.
    """
    store = connect(url, key)
    try:
        with _guarded(store.engine), _turn(store.lock):
            (upgrade if migrate else create)(store.engine)
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
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return Store(engine, key)


def _pool(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True}


def _prepare_sqlite(engine: Engine) -> None:
    _owner_only(engine.url.database)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        # We say BEGIN ourselves (below), so that writers can take the lock at once.
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
            f"busy_timeout = {int(BUSY_SECONDS * 1000)}", "secure_delete = ON",
        ):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")
        if sys.platform == "darwin":
            connection.execute("PRAGMA fullfsync = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("corus_write", True):
            until = options.get("corus_until") or time.monotonic() + BUSY_SECONDS
            _begin_by(connection.exec_driver_sql, until)
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
