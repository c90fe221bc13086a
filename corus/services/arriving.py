"""How the answers of an open wave came in, by day and by way, as far as it may be told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
from sqlalchemy.orm import Session

from corus.analysis.profile.arrivals import Evening, Way, evenings, ways
from corus.domain.wave import WaveState
from corus.services.waves import plan_of
from corus.store import life, queries
from corus.store.models import Wave

OPEN = "open"
ENOUGH = 20
"""From this many answers told on, the share that came by open link is."""
STEP = 0.05


@dataclass(frozen=True)
class Arrivals:
    """Numbers at least reached, in steps of five, up to the end of the last full day."""

    until: date
    evenings: tuple[Evening, ...]
    ways: dict[Way | None, int]
    """(mode, channel) → answers; ``None`` for ways with few answers of a group each."""

    @property
    def by_mode(self) -> dict[str | None, int]:
        """Mode → answers, the most frequent first."""
        return self._by(0)

    @property
    def by_channel(self) -> dict[str | None, int]:
        """Channel → answers, the most frequent first."""
        return self._by(1)

    @property
    def open_share(self) -> float | None:
        """Share that came by open link; None under ``ENOUGH``.

        Of numbers told alone: a share of all answers told, beside them, how many a masked group's
        were.
        """
        return _share(self.by_channel.get(OPEN, 0), sum(self.ways.values()))

    def _by(self, place: int) -> dict[str | None, int]:
        found: Counter[str | None] = Counter()
        for way, n in self.ways.items():
            found[way[place] if way else None] += n
        return dict(sorted(found.items(), key=lambda one: (one[0] is None, -one[1], one[0] or "")))


def arrivals(session: Session, wave: Wave, today: date) -> Arrivals | None:
    """The arrivals of an open wave up to yesterday; None while no day has ended since it opened.

    None too once it is closed: closing takes the days, and the ways that few share, off the
    answers of an anonymous wave, and a release tells what may be told of the rest.
    """
    until = today - timedelta(days=1)
    if wave.state != WaveState.OPEN or wave.opened_on is None or until < wave.opened_on:
        return None
    plan, counts = plan_of(wave), life.arrivals(session, wave.id, today)
    told = evenings(counts, wave.opened_on, until, plan.thresholds)
    return Arrivals(until, told, ways(counts, plan.thresholds))


def open_share(session: Session, wave: Wave, today: date) -> float | None:
    """Share of the answers that came by open link, in steps of 0.05, of numbers told alone.

    While the wave is open, of its full days (``Arrivals``); then of what its last release tells
    by group, None before the first or where some of it is withheld.
    """
    if wave.state == WaveState.OPEN:
        found = arrivals(session, wave, today)
        return found.open_share if found else None
    last = queries.latest_release(session, wave.id)
    return _released(orjson.loads(bytes(last.profile))["coverage"]) if last else None


def _released(coverage: list[dict[str, Any]]) -> float | None:
    shown = [line for line in coverage if line["received"] is not None]
    ways = [line["by_channel"] for line in shown]
    if not all(way and all(isinstance(n, int) for n in way.values()) for way in ways):
        return None
    return _share(sum(way.get(OPEN, 0) for way in ways), sum(line["received"] for line in shown))


def _share(part: int, whole: int) -> float | None:
    return round(round(part / whole / STEP) * STEP, 2) if whole >= ENOUGH else None
