"""One sender at a time on an instance: a turn that ends with the process that has it.

Whoever has the turn knows that no other sender lives, so that a message found half-way is a dead
one's; and the rate asked of the mail server is kept by all commands together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from corus.errors import ConflictError
from corus.store.engine import Store
from corus.store.trouble import unavailable

try:
    import fcntl
except ImportError:  # Windows: messages are still taken one by one, by one sender each.
    fcntl = None  # type: ignore[assignment]

NUMBER = 702266
"""The advisory lock of senders; locks of different databases are strangers."""


@contextmanager
def only_sender(store: Store) -> Iterator[None]:
    """The turn of senders, for the length of the block.

    Raises ``ConflictError`` (``MAI-001``) when another process has it.
    """
    if store.path is not None:
        with _file(store.path.with_suffix(".sending")):
            yield
    else:
        with _advisory(store):
            yield


def _busy() -> ConflictError:
    return ConflictError(
        "Another command is sending messages on this instance.",
        hint="Wait until it has ended; what it sends is not sent again.", code="MAI-001",
    )  # fmt: skip


@contextmanager
def _file(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise _busy() from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _advisory(store: Store) -> Iterator[None]:
    # A connection of its own: the lock lasts as long as it does, however the process ends.
    try:
        connection = store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        got = connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": NUMBER}).scalar()
    except DBAPIError as error:
        raise unavailable(error) from error
    try:
        if not got:
            raise _busy()
        yield
    finally:
        # Said, because the server sees the end of a line a moment later; and closed, not given
        # back: should this fail, a connection that others reuse would keep the lock.
        with suppress(DBAPIError):
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
        connection.invalidate()
        connection.close()
