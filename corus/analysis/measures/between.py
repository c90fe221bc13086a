"""All groups at once: do they differ, by how much, and do they see the same strong points?

Pure functions of counts, samples and scores by group; they know no disclosure rule: what is
handed over is what may be shown. Low agreement between groups is a finding, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corus.analysis.measures.concordance import chance_of
from corus.analysis.measures.stats import Interval, Sample

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
FEW_OBJECTS = 7
"""Up to this many dimensions the chi-square p of W is too rough: it is worked out by permuting."""


@dataclass(frozen=True)
class KruskalWallis:
    """H corrected for ties, its degrees of freedom (groups − 1) and chi-square p."""

    h: float
    df: int
    p: float


def kruskal_wallis(counts: Counts) -> KruskalWallis | None:
    """Do groups answer alike? From counts [group, point]; groups without answers are left out.

    None with fewer than two groups or when everybody chose the same point. In R:
    kruskal.test(answer ~ group). Kruskal & Wallis 1952.
    """
    counts = counts[counts.sum(axis=1) > 0]
    tied = counts.sum(axis=0).astype(float)
    n, sizes = tied.sum(), counts.sum(axis=1)
    if len(counts) < 2 or np.count_nonzero(tied) < 2:
        return None
    from scipy.special import chdtrc

    # Midranks centred on (n + 1)/2: no difference of large sums is taken.
    centred = np.cumsum(tied) - (tied - 1) / 2 - (n + 1) / 2
    h = 12 / (n * (n + 1)) * float(((counts @ centred) ** 2 / sizes).sum())
    h /= 1 - float((tied**3 - tied).sum() / (n**3 - n))
    df = len(counts) - 1
    return KruskalWallis(h, df, float(chdtrc(df, h)))


@dataclass(frozen=True)
class Spread:
    """Highest minus lowest group, in the unit of the values, and who they are (ties together)."""

    value: float
    lowest: tuple[str, ...]
    highest: tuple[str, ...]


def spread(values: Mapping[str, float]) -> Spread | None:
    """Range of the groups' values, by group name; None with fewer than two groups."""
    if len(values) < 2:
        return None
    low, high = min(values.values()), max(values.values())
    lowest = tuple(group for group, value in values.items() if value == low)
    return Spread(high - low, lowest, tuple(g for g, v in values.items() if v == high))


def ranks(values: Iterable[float]) -> list[int]:
    """1 for the highest; equal values share the smallest rank. Give unrounded values.

    In R: rank(-x, ties.method = "min").
    """
    given = np.fromiter(values, dtype=float)
    return [int(higher) + 1 for higher in (given[None, :] > given[:, None]).sum(axis=1)]


@dataclass(frozen=True)
class Icc:
    """One-way ANOVA of persons in groups, and what it says about groups.

    Attributes:
        icc1: share of the variance that is due to the group, at most 1; below 0 when groups
            differ less than chance would have them.
        interval: 95 % interval of icc1, exact for equal groups of normal scores.
        icc2: reliability of the groups' means, at most 1; None when all means are equal.
        between, within: mean squares.
        size: k̄, the arithmetic mean of group sizes.
        groups, n: groups and persons compared.
    """

    icc1: float
    interval: Interval | None
    icc2: float | None
    between: float
    within: float
    size: float
    groups: int
    n: int


def icc(samples: Iterable[Sample]) -> Icc | None:
    """ICC(1) = (MSB − MSW)/(MSB + (k̄ − 1)·MSW) and ICC(2) = (MSB − MSW)/MSB, k̄ = n/groups.

    From each group's n, mean and sd, unequal n allowed. None with fewer than two groups, with no
    group of two persons, or without any variance. In R: m <- aov(score ~ group);
    multilevel::ICC1(m), multilevel::ICC2(m). Bartko 1976, Bliese 2000; interval: Shrout & Fleiss
    1979, in R psych::ICC (ICC1).
    """
    given = [s for s in samples if s.n]
    n, groups = sum(s.n for s in given), len(given)
    if groups < 2 or n == groups:
        return None
    start = given[0].mean  # from one group's mean, so that equal means leave exactly 0
    mean = start + sum(s.n * (s.mean - start) for s in given) / n
    between = sum(s.n * (s.mean - mean) ** 2 for s in given) / (groups - 1)
    within = sum((s.n - 1) * s.sd**2 for s in given) / (n - groups)
    size = n / groups
    if between + (size - 1) * within == 0:
        return None
    icc1 = (between - within) / (between + (size - 1) * within)
    icc2 = (between - within) / between if between else None
    interval = _icc_interval(between / within, groups, n) if within else None
    return Icc(icc1, interval, icc2, between, within, size, groups, n)


def _icc_interval(f: float, groups: int, n: int) -> Interval:
    from scipy.special import fdtri

    df1, df2, size = groups - 1, n - groups, n / groups
    low, high = f / float(fdtri(df1, df2, 0.975)), f * float(fdtri(df2, df1, 0.975))
    return (low - 1) / (low + size - 1), (high - 1) / (high + size - 1)


@dataclass(frozen=True)
class KendallW:
    """Kendall's W in [0, 1], corrected for ties: 1 when all groups rank alike.

    Attributes:
        w: the coefficient.
        chi2, df, p_chi2: m·(k − 1)·W, k − 1, and its chi-square p.
        p: probability of a W this high if every group ranked at random; how in ``how``:
            "exact", "permutation" (seeded draws), "chi-square" beyond 7 objects.
        groups, objects: m groups ranked k objects.
        left_out: objects that at least one group did not rank.
    """

    w: float
    chi2: float
    df: int
    p_chi2: float
    p: float
    how: str
    groups: int
    objects: int
    left_out: int


def kendall_w(values: Floats) -> KendallW | None:
    """Do groups see the same strong points? From values [group, object], unrounded.

    Objects that a group has no value for (NaN) are left out for all and counted. None with fewer
    than two groups or objects, or when no group tells any object from another. In R:
    irr::kendall(t(values), correct = TRUE), and friedman.test(values), whose χ² is the same.
    Kendall & Babington Smith 1939.
    """
    complete = values[:, ~np.isnan(values).any(axis=0)]
    groups, objects = complete.shape
    ranked = np.array([_midranks(row) for row in complete]).reshape(groups, objects)
    # m²(k³ − k) − m·Σ(t³ − t) is 12·m times the squares of every group's own ranks.
    own = float(((ranked - (objects + 1) / 2) ** 2).sum())
    if groups < 2 or objects < 2 or own == 0:
        return None
    from scipy.special import chdtrc

    w = float(((ranked.sum(axis=0) - groups * (objects + 1) / 2) ** 2).sum()) / (groups * own)
    chi2 = groups * (objects - 1) * w
    p_chi2 = float(chdtrc(objects - 1, chi2))
    p, how = chance_of(ranked) if objects <= FEW_OBJECTS else (p_chi2, "chi-square")
    left_out = values.shape[1] - objects
    return KendallW(w, chi2, objects - 1, p_chi2, p, how, groups, objects, left_out)


def _midranks(values: Floats) -> Floats:
    """Ranks from 1 for the lowest, equal values sharing their mean rank. In R: rank(x)."""
    below = np.count_nonzero(values[None, :] < values[:, None], axis=1)
    equal = np.count_nonzero(values[None, :] == values[:, None], axis=1)
    return np.asarray(below + (equal + 1) / 2, dtype=np.float64)
