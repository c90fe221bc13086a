"""How a cost grows with the number of answers, drawn in a terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from corus.cli.bench import Measure

WIDTH = 40
"""Characters of the longest bar of a curve."""


def curves(measures: Sequence[Measure]) -> Iterator[str]:
    """One curve for each cost that was measured at several sizes: a bar a size, in proportion."""
    by_cost: dict[str, dict[int, Measure]] = defaultdict(dict)
    for one in measures:
        if one.size:
            by_cost[one.name.replace(f"{one.size:,}: ", "")][one.size] = one
    for cost, points in by_cost.items():
        if len(points) > 1:
            yield f"{cost}, in {next(iter(points.values())).unit}, by number of answers"
            yield from _bars({size: one.subject for size, one in sorted(points.items())})


def _bars(points: dict[int, float]) -> Iterator[str]:
    longest = max(points.values()) or 1.0
    for size, value in points.items():
        bar = "█" * max(1, round(WIDTH * value / longest))
        yield f"  {size:>11,}  {bar} {value:.3f}"
