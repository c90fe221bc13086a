"""Turns between processes that write to one SQLite file.

SQLite's own busy back-off sleeps and retries, which ruins the slowest answers under load; a
blocking file lock hands the turn over at once. Knows nothing of the database.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no flock: SQLite's busy timeout serves there.
    fcntl = None  # type: ignore[assignment]


class FileLock:
    """The turn of one thread of one process; not re-entrant."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._descriptor: int | None = None
        self._mutex = threading.Lock()
        self._came = threading.Event()
        self._sent = self._wanted = False

    def acquire(self, seconds: float) -> bool:
        """Wait for this process's and then this thread's turn; False when it did not come."""
        until = time.monotonic() + seconds
        if not self._threads.acquire(timeout=max(seconds, 0)):
            return False
        try:
            got = fcntl is None or self._of_process(until)
        except BaseException:
            self._threads.release()
            raise
        if not got:
            self._threads.release()
        return got

    def release(self) -> None:
        """Hand the turn over."""
        self._give_back()
        self._threads.release()

    def _of_process(self, until: float) -> bool:
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            # A read-only folder has no lock file: the database itself will say what is wrong.
            return True
        return self._at_once(self._descriptor) or self._in_time(self._descriptor, until)

    def _at_once(self, descriptor: int) -> bool:
        with self._mutex:
            if self._sent:
                return False
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            except OSError:
                return True
            return True

    def _in_time(self, descriptor: int, until: float) -> bool:
        # A blocking flock knows no deadline and trying again and again starves whoever is slow:
        # a messenger waits, and goes on waiting for the next one when this one gives up.
        with self._mutex:
            self._wanted = True
            if not self._sent:
                threading.Thread(target=self._fetch, args=(descriptor,), daemon=True).start()
                self._sent = True
        self._came.wait(max(until - time.monotonic(), 0))
        with self._mutex:
            self._wanted = False
            came = self._came.is_set()
            self._came.clear()
        return came

    def _fetch(self, descriptor: int) -> None:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        with self._mutex:
            self._sent = False
            if self._wanted:
                self._came.set()
            else:
                self._give_back()

    def _give_back(self) -> None:
        if fcntl is not None and self._descriptor is not None:
            with contextlib.suppress(OSError):
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
