"""Many answers by one open link in a few minutes: pointed out to the enterprise, to look at.

Kept in memory: which group and how long ago, nothing of whom. Written down: a day and a number.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from corus.analysis.profile.reach import STEP
from corus.errors import CorusError
from corus.store import life
from corus.store.engine import Store

WINDOW = 600.0
"""Seconds in which answers are counted together."""
PAUSE = 60.0
"""Seconds between two notes of one group …"""
GROWTH = 1.25
"""… unless the number grew by as much meanwhile, so that a short burst is not told too small."""
Open = tuple[int, str]
"""wave and group of an open link"""


@dataclass(slots=True)
class _Recent:
    moments: deque[float] = field(default_factory=deque)
    noted: int = 0
    """The largest number written down since the burst began."""
    noted_at: float = 0.0


class Watch:
    """Recent answers by open link that this process stored."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._recent: dict[Open, _Recent] = {}

    def count(self, place: Open, limit: int) -> int:
        """Count one more answer: the number to write down now, 0 when there is nothing to."""
        now = self._clock()
        with self._lock:
            recent = self._recent.setdefault(place, _Recent())
            moments = recent.moments
            moments.append(now)
            while now - moments[0] > WINDOW:
                moments.popleft()
            if len(moments) <= limit:
                recent.noted = 0
                return 0
            return self._due(recent, now)

    def _due(self, recent: _Recent, now: float) -> int:
        number = len(recent.moments)
        waited = now - recent.noted_at >= PAUSE and number > recent.noted
        if not (waited or number >= recent.noted * GROWTH):
            return 0
        recent.noted, recent.noted_at = number, now
        return number


def seen(store: Store, wave_id: int, group: str, limit: int) -> None:
    """An answer was stored by the open link of ``group``; whatever goes wrong here, it stays so."""
    number = _watch(store).count((wave_id, group), limit)
    if number:
        # In steps, as every number of an open wave: two looks never tell when one person answered.
        told = max(number - number % STEP, limit)
        with suppress(CorusError), store.writing() as session:
            life.keep_burst(session, wave_id, life.BurstRow(group, _today(), told))


def _today() -> date:
    return datetime.now(UTC).date()


def _watch(store: Store) -> Watch:
    found = store.cache.get("bursts")
    if not isinstance(found, Watch):
        found = store.cache.setdefault("bursts", Watch())
    return found  # type: ignore[return-value]
