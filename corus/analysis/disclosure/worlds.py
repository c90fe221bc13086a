"""How far the sums that are published may move without any distribution of an item changing.

Knows distributions of items and how many persons left how many of them out; no thresholds, no
instrument.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Histogram = tuple[int, ...]
"""Answers to one item by point."""


class Kind(NamedTuple):
    """Persons who answered equally many items, other than most did."""

    persons: int
    answered: int
    step: Fraction
    """How far one point of one answer moves the published sum."""


def farthest_exchange(valid: Sequence[Histogram], steps: Sequence[Fraction], few: int) -> Fraction:
    """How far, at most, the published sum moves when one of any ``few`` persons or fewer exchanges
    an answer with somebody else.

    Whoever is among them, somebody outside answered the same item with another point; exchanging
    the two answers changes nothing that is published but that sum, and what the few answered.
    """
    ends = (*steps, Fraction())
    return (max(ends) - min(ends)) * max((_nearest(item, few) for item in valid), default=0)


def _nearest(item: Histogram, few: int) -> int:
    """Distance to the nearest other point that somebody outside is sure to have chosen."""
    if min(item) > few:
        return 1
    chosen = [point for point, n in enumerate(item) if n]
    if len(chosen) < 2:
        return 0
    sure = [point for point in chosen if item[point] > few]
    if not sure:
        return chosen[-1] - chosen[0]
    return max(
        min(
            abs(point - other)
            for other in ([s for s in sure if s != point] or _without(chosen, point))
        )
        for point in chosen
    )


def _without(points: Sequence[int], one: int) -> list[int]:
    return [point for point in points if point != one]


def squares_between(valid: NDArray[np.int64]) -> tuple[float, float]:
    """Least and largest Σ(sum − mean)² of persons' sums of answers that the items allow.

    The largest holds when who is high on one item is high on all; the least is not always reached
    with three items and more (Hoeffding 1940, Fréchet 1951). Items that a few left out count as if
    those few had answered as the others did.
    """
    answers = valid.sum(axis=1)
    n = answers.max()
    over = valid[:, :0:-1].cumsum(axis=1) * (n / answers)[:, np.newaxis]
    flat = over.ravel()
    together = np.minimum.outer(flat, flat)
    apart = np.maximum(np.add.outer(flat, flat) - n, 0)
    # Within one item there is no choice: who is above a higher point is above a lower one.
    own = np.einsum("iaib->", (together - apart).reshape(over.shape * 2))
    mean = flat.sum() ** 2 / n
    return float(apart.sum() + own - mean), float(together.sum() - mean)


def sums_between(valid: NDArray[np.int64], persons: int) -> tuple[float, float]:
    """Least and largest sum of all answers of so many of the persons that the items allow.

    Items that a few left out count as if those few had answered as the others did.
    """
    answers = valid.sum(axis=1)
    over = valid[:, :0:-1].cumsum(axis=1) * (answers.max() / answers)[:, np.newaxis]
    least = np.maximum(over + persons - answers.max(), 0)
    return float(least.sum()), float(np.minimum(over, persons).sum())


def widest_step(valid: NDArray[np.int64]) -> int:
    """Largest distance between two neighbouring points that were chosen of one item."""
    if valid.all():
        return 1
    return max(int(np.diff(np.flatnonzero(item)).max(initial=0)) for item in valid)


@lru_cache(maxsize=4096)
def drawn(items: tuple[Histogram, ...], persons: int) -> NDArray[np.int64]:
    """Every sum of ``persons`` answers to each of these items, in order."""
    few = (tuple(min(n, persons) for n in item) for item in items)
    bits = reduce(_added, (_sums(item, persons) for item in few), 1)
    return _set_bits(bits)


def _set_bits(bits: int) -> NDArray[np.int64]:
    """The numbers whose bits are set, in order."""
    return np.array([s for s in range(bits.bit_length()) if bits >> s & 1], np.int64)


@lru_cache(maxsize=4096)
def _sums(item: Histogram, answers: int) -> int:
    """Every sum that ``answers`` answers may have, drawn from these: bit s is set for the sum s."""
    # Bit j·width + s is set when j answers may add up to s.
    width = answers * (len(item) - 1) + 1
    room = (1 << width * (answers + 1)) - 1
    found = 1
    for point, n in enumerate(item):
        for taken in _doubling(n):
            found |= (found << taken * (width + point)) & room
    return found >> width * answers


def _doubling(n: int) -> Iterator[int]:
    """1, 2, 4 … and what is left: some of them add up to each number from 0 to ``n``."""
    step = 1
    while n:
        yield min(step, n)
        n, step = n - min(step, n), 2 * step


def _added(first: int, second: int) -> int:
    """Every sum of a number of each set, all of them as bits."""
    both = 0
    while second:
        lowest = second & -second
        both |= first * lowest
        second ^= lowest
    return both
