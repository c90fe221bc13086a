"""A scale: named ordered options, from the least to the most, plus the opt-outs beside them."""

from __future__ import annotations

from functools import cache
from typing import Literal

from corus.domain.base import Code, Frozen, Text

OptOut = Literal["dont_know", "not_concerned"]


class Point(Frozen):
    """One option of a scale. ``value`` is what tables show; the order is that of the list."""

    value: int
    label: Text
    symbol: str | None = None


class Scale(Frozen):
    """Points from least to most. Opt-outs are no points: they enter no denominator of opinion."""

    points: tuple[Point, ...]
    opt_outs: dict[OptOut, Text] = {}
    merges_with: Code | None = None
    """Scale with which this one may be merged, as favourable / mixed / unfavourable only."""

    def thirds(self) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
        """Point *indexes* read as (unfavourable, mixed, favourable), before any reversal.

        Top-2 and bottom-2 for 5 to 7 points and 4 points (no middle); on three points only the
        ends count (METHODS in the README). Scales of 8 points and more keep the outer two fifths.
        """
        return _thirds(len(self.points))


@cache
def _thirds(size: int) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    edge = 1 if size <= 3 else 2 if size <= 7 else round(size * 0.4)
    low = frozenset(range(edge))
    high = frozenset(range(size - edge, size))
    return low, frozenset(range(size)) - low - high, high
