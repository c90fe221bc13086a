"""The line of answers day by day, as a drawing of steps; knows numbers and no words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corus.analysis.profile.arrivals import Evening

WIDTH, HEIGHT = 640, 180
LEFT, TOP, BOTTOM = 44, 20, 30
STEPS = (5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 25_000, 100_000)
LINES = 4


@dataclass(frozen=True)
class Curve:
    """Points of the line and the levels drawn behind it."""

    points: str
    """As ``<polyline points>`` wants them."""
    area: str
    levels: tuple[tuple[int, float], ...]
    """(answers, height in the drawing)."""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM

    @classmethod
    def of(cls, evenings: Sequence[Evening]) -> Curve:
        """The line of what was at least reached each evening."""
        step = _step(max(e.total for e in evenings))
        top = max(step, -(-max(e.total for e in evenings) // step) * step)
        floor = HEIGHT - BOTTOM

        def high(n: int) -> float:
            return round(floor - (floor - TOP) * n / top, 1)

        wide = (WIDTH - LEFT) / len(evenings)
        points = [f"{LEFT},{floor}"]
        for n, evening in enumerate(evenings):
            # A step each: nothing is known of what lies between two evenings.
            points += [f"{round(LEFT + x * wide, 1)},{high(evening.total)}" for x in (n, n + 1)]
        levels = tuple((n, high(n)) for n in range(0, top + 1, step))
        area = " ".join([*points, f"{WIDTH},{floor}"])
        return cls(" ".join(points[1:]), area, levels)


def _step(most: int) -> int:
    return next((step for step in STEPS if most <= step * LINES), -(-most // LINES))
