"""How fast one key may ask: a bucket of requests that fills again as time goes by.

Each process of the server counts for itself, in memory: the aim is to stop a program that has run
wild, not to sell requests. (Flask-Limiter would bring seven more packages for these lines.)
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Hashable

from corus.errors import CorusError

PER_MINUTE = 120
MOST = 10_000
"""Keys remembered at a time."""


class TooManyError(CorusError):
    """A key asks faster than it may (``API-429``); ``wait`` is whole seconds."""

    status = 429
    code = "API-429"

    def __init__(self, wait: int) -> None:
        super().__init__("Too many requests.", hint="Wait a moment, then go on more slowly.")
        self.wait = wait


class Pace:
    """A full bucket lets ``per_minute`` requests through at once; so many flow in each minute."""

    def __init__(
        self, per_minute: int = PER_MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._clock = per_minute, clock
        self._left: dict[Hashable, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, who: Hashable) -> None:
        """One request of ``who``; raises ``TooManyError`` where the bucket is empty."""
        with self._lock:
            now = self._clock()
            left = self._now(who, now)
            if left < 1:
                raise TooManyError(math.ceil((1 - left) * 60 / self._most))
            self._left[who] = (left - 1, now)
            if len(self._left) > MOST:
                self._forget(now)

    def _now(self, who: Hashable, now: float) -> float:
        left, then = self._left.get(who, (float(self._most), now))
        return min(float(self._most), left + (now - then) * self._most / 60)

    def _forget(self, now: float) -> None:
        """Who has not asked for a minute has a full bucket again: nothing is lost with it."""
        self._left = {who: held for who, held in self._left.items() if now - held[1] < 60}
