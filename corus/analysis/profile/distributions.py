"""Answers of many groups to many items at once: what follows from their counts by point.

Arrays in, plain numbers out; knows scales, but no group, no item and no disclosure rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corus.analysis.disclosure.rule import Parts
from corus.analysis.measures.agreement import agreement_of, average_deviation_of, consensus_of
from corus.analysis.measures.stats import DIVIDED_BELOW, DIVIDED_FROM, median_of
from corus.domain.scale import Scale

Counts = NDArray[np.int64]


class OnScale(NamedTuple):
    """Answers of one group to one item on one scale; ``counts`` by point, as asked."""

    code: str
    scale: Scale
    counts: tuple[int, ...]
    n: int

    @classmethod
    def of(cls, code: str, scale: Scale, marks: Sequence[int]) -> OnScale:
        """The valid answers among ``marks``, persons by symbol."""
        counts = tuple(marks[: len(scale.points)])
        return cls(code, scale, counts, sum(counts))


class Distribution(NamedTuple):
    """One such distribution and what follows from it; see ``stats`` and ``agreement``."""

    answers: OnScale
    parts: Parts
    divided: bool
    mean: float
    median: float
    consensus: float
    agreement: float
    deviation: float


def distributions(asked: Sequence[tuple[OnScale, str]]) -> list[Distribution]:
    """Of answers and the direction of their item (``as_asked`` or ``reversed``), in this order.

    Every one holds at least one answer; those on one scale are worked out at once.
    """
    alike: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (answers, direction) in enumerate(asked):
        alike[answers.code, direction].append(place)
    found: dict[int, Distribution] = {}
    for (_, direction), places in alike.items():
        told = [asked[place][0] for place in places]
        found |= zip(places, _on_one_scale(told, direction), strict=True)
    return [found[place] for place in range(len(asked))]


def _on_one_scale(told: Sequence[OnScale], direction: str) -> list[Distribution]:
    counts = np.array([answers.counts for answers in told], np.int64)
    n, scale = counts.sum(axis=1), told[0].scale
    values = np.array([point.value for point in scale.points], np.int64)
    parts, agreement = _thirds(counts, scale, direction), agreement_of(counts)
    columns = (
        _divided(parts, n, agreement), counts @ values / n, median_of(counts, values),
        consensus_of(counts), agreement, average_deviation_of(counts),
    )  # fmt: skip
    sides = map(tuple, parts.tolist())
    return list(map(Distribution, told, sides, *(column.tolist() for column in columns)))


def _thirds(counts: Counts, scale: Scale, direction: str) -> Counts:
    """Persons (unfavourable, mixed, favourable) of each row, as ``stats.thirds``."""
    parts = np.stack([counts[:, sorted(part)].sum(axis=1) for part in scale.thirds()], axis=1)
    return parts[:, ::-1] if direction == "reversed" else parts


def _divided(parts: Counts, n: Counts, agreement: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether opinions are divided in each row, as ``stats.is_divided``."""
    low, high = parts[:, 0] / n, parts[:, 2] / n
    return (low >= DIVIDED_FROM) & (high >= DIVIDED_FROM) | (agreement < DIVIDED_BELOW)
