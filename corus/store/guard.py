"""What every use of the database keeps to: its turn, its deadline, and errors told in words.

Knows nothing of tables.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, TimeoutError

from corus.store.lock import FileLock
from corus.store.trouble import circumstance, unavailable

BUSY_SECONDS = 5
"""How long a writer waits in all: for its turn among processes, then for the database.

As long for each lock of PostgreSQL, whoever waits for it."""
MAINTENANCE_SECONDS = 60
"""How long what changes or copies whole tables waits for a lock of PostgreSQL."""
SHORTEST_WAIT = 0.05
"""Seconds; none at all would be for ever in the words of PostgreSQL."""


@contextmanager
def turn(lock: FileLock | None, since: float | None = None) -> Iterator[float]:
    """The turn to write; gives the moment (``time.monotonic``) until which one may still wait.

    Who waits ``since`` a moment in the past waits that much less.
    """
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


def begin_by(execute: Callable[[str], object], until: float | None) -> None:
    """Take SQLite's lock by a moment (``time.monotonic``), else in the time a writer has."""
    left = BUSY_SECONDS if until is None else max(0, until - time.monotonic())
    execute(f"PRAGMA busy_timeout = {int(left * 1000)}")
    try:
        execute("BEGIN IMMEDIATE")
    finally:
        execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def lock_wait(until: float) -> float | None:
    """How many seconds PostgreSQL may wait for a lock, when all must end by a moment.

    None, as usual, unless a good part was waited already: telling the server takes an exchange.
    """
    left = until - time.monotonic()
    return None if left > 0.8 * BUSY_SECONDS else max(left, SHORTEST_WAIT)


@contextmanager
def guarded(engine: Engine) -> Iterator[None]:
    """Turns the database's own errors into one that a person understands; nothing was stored."""
    try:
        yield
    except (DBAPIError, TimeoutError, engine.dialect.loaded_dbapi.Error) as error:
        told = unavailable(error)
        logging.getLogger("corus").error("%s %s", told, circumstance(error))
        raise told from error
