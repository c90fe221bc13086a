"""Agreement within a group, from counts per scale point: Cns, A, Leik, AD, rwg, and BCa intervals.

Pure functions of counts: they know no group, no instrument and no disclosure rule. Each measure
comes for one cell (``counts`` of length K, None when it is not defined) and for many at once
(``…_of``: counts of shape [cells, K], nan when it is not defined). None of them may be compared
across scales of different length: an even distribution has Cns = .333, .434, .472 for K = 3, 5, 7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from math import isfinite, isnan

import numpy as np
from numpy.typing import NDArray

from corus.analysis.measures.stats import Interval, agreement

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Measure = Callable[[Counts], Floats]

REPLICATES = 1999
SEED = 19870301
MOST_LISTED = 11
"""Points of a scale up to which every pattern of filled points is worked out beforehand: 2 048."""
_TIES = 12
"""Decimals kept before replicates are compared: mirror images must count as equal."""


def consensus(counts: Sequence[int]) -> float | None:
    """Cns in [0, 1]: 1 everybody on one point, 0 half the group at each end.

    Cns = 1 + Σ p_k · log₂(1 − |k − m| / (K − 1)), m the mean, k = 1 … K, over the full width of
    the scale (Tastle & Wierman 2007). None without answers; 1.0 on a scale of one point.
    In R: agrmt::consensus(counts).
    """
    return _one(consensus_of, counts)


def consensus_of(counts: Counts) -> Floats:
    """``consensus`` of each row; nan where the row is empty."""
    n, points, mean = _moments(counts)
    width = max(counts.shape[1] - 1, 1)
    near = 1 - np.abs(points - mean[:, None]) / width
    # An empty point may lie a whole width away: it contributes nothing, not 0 · −∞.
    logs = np.log2(near, out=np.zeros_like(near), where=(counts > 0) & (near > 0))
    return _share(n + (counts * logs).sum(axis=1), n)


def leik(counts: Sequence[int]) -> float | None:
    """Leik's ordinal consensus in [0, 1]: 1 everybody on one point, 0 half at each end.

    1 − 2 Σ d_k / (K − 1), d_k = min(F_k, 1 − F_k), F the cumulated shares of the first K − 1
    points (Leik 1966): it uses the order of the points, not their distances. None without
    answers; 1.0 on a scale of one point. In R: 1 - agrmt::Leik(counts).
    """
    return _one(leik_of, counts)


def leik_of(counts: Counts) -> Floats:
    """``leik`` of each row; nan where the row is empty."""
    n = counts.sum(axis=1)
    below = counts.cumsum(axis=1)[:, :-1]
    apart = np.minimum(below, n[:, None] - below).sum(axis=1)
    width = max(counts.shape[1] - 1, 1)
    return _share(n * width - 2 * apart, n * width)


def average_deviation(counts: Sequence[int]) -> float | None:
    """AD: mean distance of the answers from their mean, in scale points; 0 = all the same.

    AD = Σ c_k |k − m| / n (Burke, Finkelstein & Dusig 1999). Read it against
    ``average_deviation_bound``. None for n < 2: one answer deviates from nothing.
    In R: multilevel::ad.m(x, group, type = "mean")$AD.M.
    """
    return _one(average_deviation_of, counts)


def average_deviation_of(counts: Counts) -> Floats:
    """``average_deviation`` of each row, in scale points; nan where n < 2."""
    n, points, mean = _moments(counts)
    apart = (counts * np.abs(points - mean[:, None])).sum(axis=1)
    return _share(apart, np.where(n > 1, n, 0))


def average_deviation_bound(points: int) -> float:
    """AD above which a scale of K points is said to lack agreement: K/6 (Burke & Dunlap 2002)."""
    return points / 6


def within_group_agreement(counts: Sequence[int]) -> float | None:
    """Single-item rwg: 1 all the same, 0 as spread as even chance, below 0 more spread than that.

    rwg = 1 − s² / σ², σ² = (K² − 1) / 12 the variance of the uniform null (James, Demaree & Wolf
    1984), s² with n − 1. Values below 0 are kept: they say that there are camps. None for n < 2
    or a scale of one point. In R: multilevel::rwg(x, group, ranvar = (K^2 - 1) / 12)$rwg, which
    writes 0 for what is below 0.
    """
    return _one(within_group_agreement_of, counts)


def within_group_agreement_of(counts: Counts) -> Floats:
    """``within_group_agreement`` of each row; nan where n < 2 or K = 1."""
    n, points, _ = _moments(counts)
    size = counts.shape[1]
    first, second = (counts * points).sum(axis=1), (counts * points**2).sum(axis=1)
    # n·Σx² − (Σx)² in whole numbers: no spread is then exactly 0.
    spread = _share(n * second - first**2, n * (n - 1))
    return 1 - _share(12 * spread, np.full_like(n, size**2 - 1))


def agreement_of(counts: Counts) -> Floats:
    """Van der Eijk's A of each row (see ``stats.agreement``); nan where the row is empty.

    In R: agrmt::agreement(counts).
    """
    if counts.shape[1] > MOST_LISTED:
        alone = [agreement(row) for row in counts.tolist()]
        return np.array([np.nan if one is None else one for one in alone], np.float64)
    left = counts.copy()
    total = np.zeros(len(counts))
    patterns, bits = _pattern_table(counts.shape[1]), 1 << np.arange(counts.shape[1])
    for _ in range(counts.shape[1]):
        filled = left > 0
        height = np.where(filled, left, np.iinfo(np.int64).max).min(axis=1)
        height[~filled.any(axis=1)] = 0
        total += height * filled.sum(axis=1) * patterns[filled @ bits]
        left -= height[:, None] * filled
    return _share(total, counts.sum(axis=1))


@cache
def _pattern_table(size: int) -> Floats:
    """A of every pattern of filled points; point k is bit k."""
    patterns = (pattern[::-1] for pattern in product((0, 1), repeat=size))
    return np.array([agreement(pattern) or 0.0 for pattern in patterns])


def bca(observed: float, replicates: Floats, influence: Floats, weights: Counts) -> Interval | None:
    """95 % BCa interval of a statistic from its bootstrap replicates (Efron 1987).

    Args:
        observed: the statistic on the answers themselves.
        replicates: the statistic on each resample; those not finite are left out.
        influence: mean of the leave-one-outs minus each distinct leave-one-out.
        weights: answers sharing each of them.

    Bias correction z₀ = Φ⁻¹(share of replicates < ``observed``), ties left out, as R does (scipy
    counts half of them: on Likert answers the two differ by a step). Acceleration
    Σwℓ³ / 6(Σwℓ²)^1.5, 0 when all leave-one-outs are equal. Quantiles are interpolated on the
    normal scale (Davison & Hinkley 1997, 5.8). None when no replicate, or every one, is below
    ``observed``: the statistic then stands at the end of its range.
    In R: boot::boot.ci(b, type = "bca", L = mean(jack) - jack)$bca[4:5].
    """
    from scipy.special import ndtr, ndtri

    kept = np.sort(replicates[np.isfinite(replicates)])
    bias = float(ndtri((kept < observed).mean())) if kept.size else np.nan
    if not isfinite(bias):
        return None
    squares = float(weights @ influence**2)
    acceleration = float(weights @ influence**3) / (6 * squares**1.5) if squares else 0.0
    moved = bias + ndtri(np.array([0.025, 0.975]))
    low, high = _quantiles(kept, ndtr(bias + moved / (1 - acceleration * moved))).tolist()
    return low, high


def _quantiles(ordered: Floats, levels: Floats) -> Floats:
    """Quantiles between order statistics, on the normal scale; the ends are the extremes."""
    from scipy.special import ndtri

    size = len(ordered)
    levels = np.clip(levels, 1 / (size + 1), size / (size + 1))
    k = np.clip(np.trunc((size + 1) * levels), 1, size - 1).astype(int)
    here, lower, upper = ndtri(np.array([levels, k / (size + 1), (k + 1) / (size + 1)]))
    below = ordered[k - 1]
    found: Floats = below + (here - lower) / (upper - lower) * (ordered[k] - below)
    return found


def bca_interval(
    counts: Sequence[int],
    measure: Measure,
    *,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Interval | None:
    """95 % BCa interval of a measure that has no formula (``consensus_of``, ``agreement_of``).

    Resampling n persons is one multinomial draw on the K counts, and only K leave-one-outs
    differ. The seed is fixed: a cell's interval never depends on its neighbours. None for n < 2,
    when everybody chose one point (no spread to resample), and where ``bca`` gives none.
    """
    cell = np.asarray(counts, dtype=np.int64)
    n = int(cell.sum())
    if n < 2 or np.count_nonzero(cell) < 2:
        return None
    draws = np.random.default_rng(seed).multinomial(n, cell / n, size=replicates)
    observed, *found = np.round(measure(np.vstack([cell, draws])), _TIES)
    if isnan(observed):
        return None
    return bca(float(observed), np.array(found), *leave_one_outs(cell, measure))


def leave_one_outs(counts: Counts, measure: Measure) -> tuple[Floats, Counts]:
    """Influence of leaving out one answer of each filled point, and the answers on that point."""
    filled = np.flatnonzero(counts)
    weights = counts[filled]
    without = np.round(measure(counts - np.eye(len(counts), dtype=np.int64)[filled]), _TIES)
    # Rounded again: equal leave-one-outs have no influence at all, not one of 1e-17.
    return np.round(np.average(without, weights=weights) - without, _TIES), weights


def _one(measure: Measure, counts: Sequence[int]) -> float | None:
    value = float(measure(np.array([counts], dtype=np.int64))[0])
    return None if isnan(value) else value


def _moments(counts: Counts) -> tuple[Counts, Counts, Floats]:
    """Answers by row, the points 1 … K, mean by row (nan where empty)."""
    n, points = counts.sum(axis=1), np.arange(1, counts.shape[1] + 1)
    return n, points, _share((counts * points).sum(axis=1), n)


def _share(part: NDArray[np.number], whole: Counts) -> Floats:
    """part / whole; nan where whole is 0."""
    out = np.full(len(whole), np.nan)
    np.divide(part, whole, out=out, where=whole != 0)
    return out
