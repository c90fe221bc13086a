"""How the answers of an open wave came in, by day and by way, as far as it may be told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from corus.analysis.profile.arrivals import Evening, Way, evenings, ways
from corus.domain.wave import WaveState
from corus.services.waves import plan_of
from corus.store import life
from corus.store.models import Wave


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
