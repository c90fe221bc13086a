"""Statistics from counts: means, medians, shares, intervals, divided opinions.

Pure functions of numbers: they know no group, no instrument and no disclosure rule.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from corus.domain.scale import Scale

Z95 = 1.959963984540054
"""Normal quantile of a two-sided 95 % interval; in R: qnorm(0.975)."""

Interval = tuple[float, float]
Floats = NDArray[np.float64]
DIVIDED_FROM = 0.25
"""Project convention: from this share on each side, opinions are said to be divided."""
DIVIDED_BELOW = -1e-12
"""Agreement under zero by more than rounding: an even distribution has A = 0 exactly."""


def mean(counts: Sequence[int], values: Sequence[float]) -> float | None:
    """Σ c·v / Σ c over scale values; None without answers. In R: mean(rep(values, counts))."""
    n = sum(counts)
    return sum(c * v for c, v in zip(counts, values, strict=True)) / n if n else None


def median(counts: Sequence[int], values: Sequence[float]) -> float | None:
    """Median by cumulated counts, midpoint of the two middle answers when n is even.

    In R: quantile(rep(values, counts), 0.5, type = 2).
    """
    n = sum(counts)
    if not n:
        return None
    cumulated = list(accumulate(counts))
    low = values[bisect_right(cumulated, (n - 1) // 2)]
    high = values[bisect_right(cumulated, n // 2)]
    return (low + high) / 2


def median_of(counts: NDArray[np.int64], values: NDArray[np.int64]) -> Floats:
    """``median`` of each row of counts [row, point], none of them empty."""
    below, last = counts.cumsum(axis=1), counts.sum(axis=1, keepdims=True) - 1
    low, high = ((below <= middle).sum(axis=1) for middle in (last // 2, (last + 1) // 2))
    return np.asarray((values[low] + values[high]) / 2)


def wilson(x: int, n: int) -> Interval:
    """95 % Wilson interval of the share x/n, n ≥ 1. In R: prop.test(x, n, correct = FALSE).

    Wilson 1927; keeps its coverage on small groups and near 0 and 1, where Wald's fails.
    """
    z2 = Z95 * Z95
    centre = (x + z2 / 2) / (n + z2)
    half = Z95 * sqrt(x * (n - x) / n + z2 / 4) / (n + z2)
    # The ends are exact there; rounding would leave them a hair inside.
    return (0.0 if x == 0 else centre - half, 1.0 if x == n else centre + half)


def wilson_of(x: NDArray[np.int64], n: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """``wilson`` of many shares at once: both ends, of the shape of x and n."""
    z2 = Z95 * Z95
    centre = (x + z2 / 2) / (n + z2)
    half = Z95 * np.sqrt(x * (n - x) / n + z2 / 4) / (n + z2)
    return np.where(x == 0, 0.0, centre - half), np.where(x == n, 1.0, centre + half)


def newcombe(x1: int, n1: int, x2: int, n2: int) -> Interval:
    """95 % interval of x1/n1 − x2/n2 from both Wilson intervals (Newcombe 1998, method 10)."""
    p1, p2 = x1 / n1, x2 / n2
    (low1, high1), (low2, high2) = wilson(x1, n1), wilson(x2, n2)
    difference = p1 - p2
    return (
        difference - sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2),
        difference + sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2),
    )


def thirds(counts: Sequence[int], scale: Scale, direction: str) -> tuple[int, int, int]:
    """Persons (unfavourable, mixed, favourable); reversed items count agreement as unfavourable."""
    low, middle, high = (sum(map(counts.__getitem__, part)) for part in scale.thirds())
    return (high, middle, low) if direction == "reversed" else (low, middle, high)


def agreement(counts: Sequence[int]) -> float | None:
    """Van der Eijk's A in [−1, 1]: 1 all on one point, 0 even, −1 two equal camps at the ends.

    The counts are peeled into layers of equal height; each layer is a pattern of filled and
    empty points, weighted by its share of the answers (van der Eijk 2001). None without answers.
    """
    left = [int(c) for c in counts]
    n = sum(left)
    if not n:
        return None
    total = 0.0
    while any(left):
        height = min(c for c in left if c)
        filled = [c > 0 for c in left]
        total += height * sum(filled) / n * _pattern_agreement(tuple(filled))
        left = [c - height if c else 0 for c in left]
    return total


@cache
def _pattern_agreement(filled: tuple[bool, ...]) -> float:
    """Agreement of one layer: unimodality of its triples × concentration on few points."""
    size, used = len(filled), sum(filled)
    one_peak = two_peaks = 0
    for j in range(size):
        before, after = sum(filled[:j]), sum(filled[j + 1 :])
        empty_before, empty_after = j - before, size - 1 - j - after
        if filled[j]:  # triples 1 1 0 and 0 1 1 with j in the middle
            one_peak += before * empty_after + empty_before * after
        else:  # triples 1 0 1
            two_peaks += before * after
    triples = one_peak + two_peaks
    unimodality = (
        ((size - 2) * one_peak - (size - 1) * two_peaks) / ((size - 2) * triples) if triples else 1
    )
    return unimodality * (1 - (used - 1) / (size - 1)) if size > 1 else 1.0


def is_divided(counts: Sequence[int], parts: tuple[int, int, int]) -> bool:
    """*Avis partagés*: ≥ 25 % on both sides, or A < 0 (project convention, printed as such).

    ``parts`` are the persons (unfavourable, mixed, favourable); ``counts`` those by point, or
    the parts again where two scales are merged.
    """
    n = sum(parts)
    if not n:
        return False
    if parts[0] / n >= DIVIDED_FROM and parts[2] / n >= DIVIDED_FROM:
        return True
    if _has_one_peak(counts):
        return False  # every layer is then one unbroken run, whose agreement is 0 or more
    measured = agreement(counts)
    return measured is not None and measured < DIVIDED_BELOW


def _has_one_peak(counts: Sequence[int]) -> bool:
    """Whether counts rise and then fall, plateaus included."""
    peak = max(range(len(counts)), key=counts.__getitem__)
    rises = all(a <= b for a, b in pairwise(counts[: peak + 1]))
    return rises and all(a >= b for a, b in pairwise(counts[peak:]))


@dataclass(frozen=True)
class Sample:
    """Persons' scores summed up: how many, their mean, their standard deviation (n − 1)."""

    n: int
    mean: float
    sd: float

    @property
    def squared_error(self) -> float:
        """Variance of the mean over persons: s²/n."""
        return self.sd * self.sd / self.n


def score_sample(scores: NDArray[np.int64], points: int) -> Sample | None:
    """Persons' scores 0–100 from their histogram; None when nobody is scored.

    ``scores`` counts persons by (items answered m, sum of point indexes s), shape [m, s]; each
    person scores 100 · (s/m) / (points − 1). sd is 0.0 when n = 1.
    """
    chosen = np.flatnonzero(scores)
    weight = scores.ravel()[chosen].astype(np.float64)
    n = int(weight.sum())
    if not n:
        return None
    values = _person_scores(scores.shape, points)[chosen]
    centre = float(weight @ values) / n
    apart = values - centre
    spread = float(weight @ (apart * apart))
    same = bool((values == values[0]).all())
    return Sample(n, centre, 0.0 if same or n == 1 else sqrt(spread / (n - 1)))


@lru_cache(maxsize=256)
def _person_scores(shape: tuple[int, ...], points: int) -> Floats:
    """Score 0–100 of whoever answered m items with sum s, at m·S + s; nan where m is 0."""
    answered, sums = np.indices(shape).reshape(2, -1)
    most = np.where(answered > 0, answered * (points - 1), np.nan)
    return np.asarray(100.0 * sums / most)


def t_interval(sample: Sample, low: float = 0.0, high: float = 100.0) -> Interval | None:
    """95 % t interval of the mean clipped to [low, high]; None when unanimous or n < 2.

    In R: t.test(x)$conf.int. Persons are the sample, never their answers.
    """
    if sample.n < 2 or sample.sd == 0:
        return None
    half = _t95(sample.n - 1) * sqrt(sample.squared_error)
    return max(low, sample.mean - half), min(high, sample.mean + half)


def welch(first: Sample, second: Sample) -> Interval | None:
    """95 % Welch interval of first − second; None when both are unanimous or one has n < 2.

    Degrees of freedom after Satterthwaite. In R: t.test(x, y)$conf.int.
    """
    error = first.squared_error + second.squared_error
    if min(first.n, second.n) < 2 or error == 0:
        return None
    parts = sum(s.squared_error**2 / (s.n - 1) for s in (first, second))
    half = _t95(error**2 / parts) * sqrt(error)
    return first.mean - second.mean - half, first.mean - second.mean + half


def _t95(df: float) -> float:
    # Imported here: the wave's form and the command line need no quantile and start sooner.
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.975))
