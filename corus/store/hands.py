"""Bare connections for the paths where every call counts: a hand that writes, a glance that reads.

Knows nothing of waves or answers.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

from corus.store.guard import begin_by, guarded, lock_wait, turn
from corus.store.lock import FileLock
from corus.store.trouble import LOCKED

if TYPE_CHECKING:
    from corus.store.prepared import Prepared


class Base(Protocol):
    """What both need of a store."""

    @property
    def engine(self) -> Engine:
        """The database."""

    @property
    def embedded(self) -> bool:
        """True on SQLite."""

    @property
    def lock(self) -> FileLock | None:
        """Turns between the processes that write."""


class Hand:
    """A bare DBAPI connection, kept open, for the path where every call counts.

    Used by one thread at a time: its owner sees to that.
    """

    def __init__(self, store: Base) -> None:
        self._store = store
        self._kept: Any = None
        self._prepared: tuple[Any, Prepared] | None = None
        self._lock_wait: float | None = None
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
                begin_by(connection.execute, until)
            yield connection
            connection.commit()

    @contextmanager
    def stating(self, since: float | None = None) -> Iterator[Prepared]:
        """Prepared statements, each of which is a transaction of its own (PostgreSQL).

        Who waits ``since`` a moment (``time.monotonic``) in the past waits that much less.
        """
        with self._held(since) as (connection, _):
            yield self._statements(connection)

    def _statements(self, connection: Any) -> Prepared:
        if self._prepared is None or self._prepared[0] is not connection:
            from corus.store.prepared import Prepared

            self._prepared = connection, Prepared(connection)
        return self._prepared[1]

    @contextmanager
    def _held(self, since: float | None = None) -> Iterator[tuple[Any, float]]:
        with guarded(self._store.engine), turn(self._store.lock, since) as until:
            reused = self._kept is not None
            if not reused:
                self._kept = self._store.engine.raw_connection()
                self._lock_wait = None
            connection = self._kept.driver_connection
            try:
                if not self._store.embedded:
                    self._wait_by(connection, until)
                yield connection, until
            except BaseException:
                self.died = reused and bool(getattr(connection, "closed", False))
                self._give_up(connection)
                raise

    def _wait_by(self, connection: Any, until: float) -> None:
        seconds = lock_wait(until)
        if seconds != self._lock_wait:
            self._statements(connection).wait_for_locks(seconds)
            self._lock_wait = seconds

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

    def __init__(self, store: Base) -> None:
        self._store = store
        self._idle: queue.SimpleQueue[_Lent] = queue.SimpleQueue()
        self._driver: Any = store.engine.dialect.loaded_dbapi
        event.listen(store.engine, "engine_disposed", self._close)

    def one(self, sql: str, *values: bytes | str | int | None) -> tuple[Any, ...] | None:
        """The first row of ``sql``, where ``{mark}`` stands for each value; None without any."""
        with guarded(self._store.engine):
            lent = self._lent()
            if lent is not None:
                try:
                    return self._read(lent, sql, values)
                except self._driver.Error as error:
                    # The database may have restarted since: then look again on a new connection.
                    if getattr(error, "sqlstate", None) == LOCKED:
                        raise
            return self._read(self._opened(), sql, values)

    def _read(self, lent: _Lent, sql: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        try:
            row = lent.first(sql, values)
        except BaseException:
            with suppress(self._driver.Error):
                lent.close()
            raise
        self._idle.put(lent)
        return row

    def _lent(self) -> _Lent | None:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return None

    def _opened(self) -> _Lent:
        found: Any = self._store.engine.raw_connection()
        # The driver's own, which the pool forgets: given back dead, it would be told of at length.
        own = found.driver_connection
        found.detach()
        return (_OnSqlite if self._store.embedded else _OnPostgres)(own)

    def _close(self, _engine: Engine) -> None:
        while (lent := self._lent()) is not None:
            lent.close()


class _Lent(Protocol):
    """One kept connection."""

    def first(self, sql: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None: ...

    def close(self) -> None: ...


class _OnSqlite:
    def __init__(self, connection: Any) -> None:
        self.close = connection.close
        self._execute = connection.execute

    def first(self, sql: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        cursor = self._execute(_questioned(sql), values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        cursor.close()
        return row


class _OnPostgres:
    def __init__(self, connection: Any) -> None:
        from corus.store.prepared import Prepared

        self.close = connection.close
        self._prepared = Prepared(connection)

    def first(self, sql: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        return self._prepared.first(_numbered(sql), values)


@cache
def _questioned(sql: str) -> str:
    return sql.replace("{mark}", "?")


@cache
def _numbered(sql: str) -> str:
    parts = sql.split("{mark}")
    return parts[0] + "".join(f"${n}{part}" for n, part in enumerate(parts[1:], 1))
