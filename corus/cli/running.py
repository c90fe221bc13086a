"""Who uses an instance: servers together, or one command that nobody may disturb, alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corus.errors import ConflictError

try:
    import fcntl
except ImportError:  # Windows: there, the manual alone says to stop the server.
    fcntl = None  # type: ignore[assignment]

LOCK = "server.lock"


@contextmanager
def with_others(instance: Path) -> Iterator[None]:
    """Servers: any number of them on one instance."""
    with _held(instance, shared=True):
        yield


@contextmanager
def alone(instance: Path) -> Iterator[None]:
    """Commands that replace or change tables: ``ConflictError`` while a server runs.

    A server remembers numbers of rows, which would mean others in another database.
    """
    with _held(instance, shared=False) as held:
        if not held:
            raise ConflictError(
                f"A server of the instance in {instance} is running.",
                hint="Stop it first, with Ctrl+C or `systemctl stop corus`.", code="RUN-001",
            )  # fmt: skip
        yield


@contextmanager
def _held(instance: Path, *, shared: bool) -> Iterator[bool]:
    descriptor = _opened(instance / LOCK)
    if fcntl is None or descriptor is None:
        yield True
        return
    try:
        yield _locked(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _opened(path: Path) -> int | None:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        # Where nothing can be written, whatever needs to be alone will fail by itself.
        return None
