"""Keeping to a number of messages per minute, evenly. Knows time and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """``wait()`` returns when the next message may go: never more than ``per_minute``."""

    def __init__(
        self,
        per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap = 60 / per_minute
        self._clock = clock
        self._sleep = sleep
        self._next = clock()

    def wait(self) -> None:
        """Until a gap has passed since the last message; time lost is not made up for."""
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
            now = self._next
        self._next = now + self._gap

    def pause(self, seconds: float) -> None:
        """Leave the server in peace for a while."""
        self._sleep(seconds)
