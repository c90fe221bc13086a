"""How many wrong codes may be tried: one bucket for everybody, that holds no address.

Whoever guesses is slowed down; nobody is told apart from anybody else.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

PER_MINUTE = 30


class Guesses:
    """Wrong codes still allowed: ``size`` at most, and as many again over each minute."""

    def __init__(self, size: int = PER_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._clock = clock
        self._left = float(size)
        self._seen = clock()
        self._lock = threading.Lock()

    def wait(self) -> int:
        """Seconds until the next code may be tried; 0 when it may be now."""
        with self._lock:
            self._refill()
            return 0 if self._left >= 1 else math.ceil((1 - self._left) * 60 / self._size)

    def wrong(self) -> None:
        """One wrong code was tried."""
        with self._lock:
            self._refill()
            self._left = max(self._left - 1, 0.0)

    def _refill(self) -> None:
        now = self._clock()
        self._left = min(self._left + (now - self._seen) * self._size / 60, self._size)
        self._seen = now
