"""Turns between processes that write to one SQLite file.

SQLite's own busy back-off sleeps and retries, which ruins the slowest answers under load; a
blocking file lock hands the turn over at once. Knows nothing of the database.
"""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from types import TracebackType

try:
    import fcntl
except ImportError:  # Windows has no flock: SQLite's busy timeout serves there.
    fcntl = None  # type: ignore[assignment]


class FileLock:
    """``with lock:`` waits for this process's and then this thread's turn; not re-entrant."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._descriptor: int | None = None

    def __enter__(self) -> None:
        self._threads.acquire()
        if fcntl is None:
            return
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        except OSError:
            # A read-only folder has no lock file: the database itself will say what is wrong.
            pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if fcntl is not None and self._descriptor is not None:
            with contextlib.suppress(OSError):
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._threads.release()
