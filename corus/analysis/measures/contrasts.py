"""Two groups on the same question: how far apart they are, how sure, and only then a test.

Pure functions of counts and samples. They know no disclosure rule: what is handed over is what
may be shown, lowest point first and turned so that the highest is the most favourable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isnan, lgamma, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corus.analysis.measures.stats import Z95, Sample

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Magnitude = Literal["negligible", "small", "medium", "large"]

MAGNITUDES: tuple[Magnitude, ...] = ("negligible", "small", "medium", "large")
DELTA_LIMITS = (0.147, 0.33, 0.474)
"""|δ| from which a difference is small, medium, large (Romano et al. 2006)."""
G_LIMITS = (0.2, 0.5, 0.8)
"""The same for |g| (Cohen 1988), of which Romano's are the translation."""


@dataclass(frozen=True)
class Delta:
    """Cliff's δ in [−1, 1] with its 95 % interval; arrays of one shape, NaN where undefined."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval; ends are None where no interval can be computed."""

    value: float
    low: float | None
    high: float | None


def cliffs_delta(first: Counts, second: Counts) -> Delta:
    """δ = P(x > y) − P(x < y) between persons of two groups, from counts [..., points].

    Interval: Cliff's (1996) asymmetric one, with his consistent variance estimate (never
    negative, unlike the unbiased one) and Student's t on n₁ + n₂ − 2 (Feng & Cliff 2004). At
    |δ| = 1 that variance is 0: the open end is the one Wilson gives a share of 1 in the smaller
    group, (n − z²)/(n + z²). No interval when a group has fewer than 2 persons or when everybody
    chose the same point. In R: effsize::cliff.delta(x, y, use.unbiased = FALSE), |δ| < 1.
    """
    n1, n2 = _size(first), _size(second)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_first = (_below(second) - _above(second)) / n2[..., None]
        of_second = (_above(first) - _below(first)) / n1[..., None]
        delta = (first * of_first).sum(axis=-1) / n1
        squares = n1 * n2 * (1 - delta**2) - (first * second).sum(axis=-1, dtype=float)
        # (n₂−1)s²ᵢ + (n₁−1)s²ⱼ + s²ᵢⱼ over n₁n₂, the three variances of Cliff 1996.
        variance = (
            (n2 - 1) / (n1 - 1) * (first * (of_first - delta[..., None]) ** 2).sum(axis=-1)
            + (n1 - 1) / (n2 - 1) * (second * (of_second - delta[..., None]) ** 2).sum(axis=-1)
            + squares / ((n1 - 1) * (n2 - 1))
        ) / (n1 * n2)
        low, high = _delta_interval(delta, variance, n1, n2)
    return Delta(delta, low, high)


def _delta_interval(delta: Floats, variance: Floats, n1: Floats, n2: Floats) -> tuple[Floats, ...]:
    from scipy.special import stdtrit

    reach = np.asarray(stdtrit(np.maximum(n1 + n2 - 2, 1), 0.975)) ** 2 * variance
    rest = 1 - delta**2
    half = np.sqrt(reach) * np.sqrt(rest**2 + reach)
    low, high = ((delta * rest + sign * half) / (rest + reach) for sign in (-1, 1))
    smaller = np.minimum(n1, n2)
    end = (smaller - Z95**2) / (smaller + Z95**2)
    low = np.where(delta == 1, end, np.where(delta == -1, -1.0, low))
    high = np.where(delta == -1, -end, np.where(delta == 1, 1.0, high))
    unknown = (smaller < 2) | ((variance <= 0) & (np.abs(delta) < 1))
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def mann_whitney(first: Counts, second: Counts) -> tuple[Floats, Floats]:
    """(U of the first group, two-sided p) from counts [..., points]; p is NaN without variance.

    Normal approximation with correction for ties and for continuity. In R: wilcox.test(x, y,
    exact = FALSE, correct = TRUE).
    """
    from scipy.special import ndtr

    n1, n2, tied = _size(first), _size(second), np.asarray(first + second, dtype=float)
    n = n1 + n2
    u = (first * (_below(second) + second / 2)).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ties = (tied**3 - tied).sum(axis=-1) / (n * (n - 1))
        sigma = np.sqrt(n1 * n2 / 12 * (n + 1 - ties))
        z = np.maximum(np.abs(u - n1 * n2 / 2) - 0.5, 0) / sigma
    defined = (n1 > 0) & (n2 > 0) & ((tied > 0).sum(axis=-1) > 1)
    return u, np.where(defined, 2 * ndtr(-z), np.nan)


def ordered_counts(scores: Counts) -> Counts:
    """Persons by distinct score, lowest first: [..., m, s] → [..., distinct scores].

    ``scores`` counts persons by (items answered m, sum of point indexes s) as the tally does;
    2 of 4 and 1 of 2 are the same score. Makes δ and U of dimension scores computable.
    """
    answered, sums = np.nonzero(scores.reshape(-1, *scores.shape[-2:]).any(axis=0))
    common = np.lcm.reduce(np.arange(1, max(scores.shape[-2], 2)))
    values, place = np.unique(sums * (common // np.maximum(answered, 1)), return_inverse=True)
    same: Counts = (place[:, None] == np.arange(len(values))).astype(np.int64)
    return scores[..., answered, sums] @ same


def hedges_g(first: Sample, second: Sample) -> Estimate | None:
    """(mean₁ − mean₂)/pooled sd × J, J = Γ(df/2)/(√(df/2)·Γ((df−1)/2)), df = n₁ + n₂ − 2.

    Interval g ± 1.96·√(1/n₁ + 1/n₂ + g²/(2(n₁ + n₂))) (Hedges & Olkin 1985). None without
    variance or when a group has fewer than 2 persons. In R: metafor::escalc("SMD", vtype = "LS").
    """
    df = first.n + second.n - 2
    if min(first.n, second.n) < 2:
        return None
    pooled = sqrt(((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / df)
    if pooled == 0:
        return None
    unbiased = exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
    g = unbiased * (first.mean - second.mean) / pooled
    half = Z95 * sqrt(1 / first.n + 1 / second.n + g * g / (2 * (first.n + second.n)))
    return Estimate(g, g - half, g + half)


def welch_p(first: Sample, second: Sample) -> float | None:
    """Two-sided p of equal means, unequal variances; None where ``stats.welch`` is None.

    Degrees of freedom after Satterthwaite. In R: t.test(x, y)$p.value.
    """
    p = float(welch_p_of([(first, second)])[0])
    return None if isnan(p) else p


def welch_p_of(pairs: Sequence[tuple[Sample, Sample]]) -> Floats:
    """``welch_p`` of each pair; nan where it is not defined."""
    from scipy.special import stdtr

    found = [_welch_t(first, second) for first, second in pairs]
    df, t = np.array(found, np.float64).reshape(-1, 2).T
    return np.asarray(2 * stdtr(df, -np.abs(t)))


def _welch_t(first: Sample, second: Sample) -> tuple[float, float]:
    """(Degrees of freedom, t); nan without variance or when a group has one person."""
    own, other = first.squared_error, second.squared_error
    error = own + other
    if min(first.n, second.n) < 2 or error == 0:
        return nan, nan
    df = error**2 / (own**2 / (first.n - 1) + other**2 / (second.n - 1))
    return df, (first.mean - second.mean) / sqrt(error)


def magnitude(effect: float, limits: Sequence[float] = DELTA_LIMITS) -> Magnitude:
    """The word for |effect|: by default of Cliff's δ, with ``G_LIMITS`` of Hedges' g."""
    return MAGNITUDES[sum(abs(effect) >= limit for limit in limits)]


def _size(counts: Counts) -> Floats:
    return np.asarray(np.sum(counts, axis=-1), dtype=float)


def _below(counts: Counts) -> Counts:
    return np.cumsum(counts, axis=-1) - counts


def _above(counts: Counts) -> Counts:
    cumulated = np.cumsum(counts, axis=-1)
    return cumulated[..., -1:] - cumulated
