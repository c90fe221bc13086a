"""How the answers of an open wave came in: evening by evening, and by which ways.

Reads counts of responses by group, way and day; knows no answers. What is told here stands beside
the numbers by group that everybody who follows a wave sees at any moment (``reach.coverage``), and
must not make them finer. Everything is therefore a sum of numbers that were each cut to their step
before they were added:

- **Evenings** are sums of what the numbers by group said at the end of each day. Who looked every
  midnight has seen all of it.
- **Ways** are sums over the groups of what may be told of each (group, mode, channel), 0 under the
  threshold. Tables by mode and by channel are sums of the same cells, so that subtracting one from
  another gives a sum of steps and no person. What a group came by in ways with few answers each
  stays in one line, ``None``: with it the ways add up to the evening's total. They count full days
  only: no look within a day tells more than the one before.

It follows that a group under the threshold is left as open as without them, that no number by
group is raised, and that one person more moves no way by less than a step. What may follow is an
upper bound: where few ways are possible and none of them is told, a group has at most four of each.

Not covered: a withdrawal lowers past evenings too, so that one in five of them shows before which
day the answer withdrawn had come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from corus.analysis.profile.reach import STEP, told
from corus.domain.wave import Thresholds

Way = tuple[str, str]
"""mode, channel"""
Arrival = tuple[str, str, str, date]
"""group, mode, channel, day"""


@dataclass(frozen=True)
class Evening:
    """At least so many answers by the end of a day: of each group told, and of all of them."""

    day: date
    groups: Mapping[str, int]
    """Group → answers, in steps; groups under the threshold are left out."""

    @property
    def total(self) -> int:
        """Sum over the groups told: so many at least."""
        return sum(self.groups.values())


def evenings(
    counts: Mapping[Arrival, int], first: date, last: date, thresholds: Thresholds
) -> tuple[Evening, ...]:
    """One line per day from ``first`` to ``last``; answers dated before count on the first."""
    by_day: dict[date, Counter[str]] = {}
    for (group, _, _, day), n in counts.items():
        by_day.setdefault(max(day, first), Counter())[group] += n
    received: Counter[str] = Counter()
    found = []
    for day in _days(first, last):
        received.update(by_day.get(day, {}))
        shown = {g: told(n, thresholds) for g, n in sorted(received.items())}
        found.append(Evening(day, {g: n for g, n in shown.items() if n}))
    return tuple(found)


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def ways(counts: Mapping[Arrival, int], thresholds: Thresholds) -> dict[Way | None, int]:
    """Way → at least so many answers, in steps, the most frequent first.

    ``None`` stands for the rest of what is told by group: ways with few answers of a group each.
    """
    groups: Counter[str] = Counter()
    cells: Counter[tuple[str, Way]] = Counter()
    for (group, mode, channel, _), n in counts.items():
        groups[group] += n
        cells[group, (mode, channel)] += n
    found: Counter[Way | None] = Counter()
    for (_, way), n in cells.items():
        found[way] += _cut(n, thresholds)
    found[None] = sum(_cut(n, thresholds) for n in groups.values()) - found.total()
    there = [(way, n) for way, n in found.items() if n]
    return dict(sorted(there, key=lambda one: (one[0] is None, -one[1], one[0] or ("", ""))))


def _cut(n: int, thresholds: Thresholds) -> int:
    """``n`` in whole steps, 0 under the threshold: the steps of parts never exceed the whole's."""
    return n - n % STEP if n >= thresholds.shown else 0
