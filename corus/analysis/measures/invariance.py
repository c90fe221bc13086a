"""Do groups understand the items of a dimension alike? Measurement invariance of one factor.

Pure functions on blocks of sums: they know no instrument, no names and no disclosure rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal, NamedTuple

import numpy as np

from corus.analysis.measures.factor_fit import Level, Solution, fit, independent
from corus.analysis.measures.one_factor import Estimates, Moments
from corus.analysis.measures.reliability import Block

Reached = Literal["scalar", "metric", "configural", "none", "not_computed"]
"""The last level that holds; ``none``: one factor does not describe the answers of the groups."""

LEVELS: tuple[Level, ...] = ("configural", "metric", "scalar")
ENOUGH_PERSONS = 200
"""Project convention: persons a group needs who answered every item it was asked."""
LEAST_ITEMS = 3
"""Two items do not determine a factor."""
LEAST_CFI = 0.90
"""Project convention, after Bentler and Bonett 1980: under it one factor is no description."""
MOST_LOST = 0.01
"""CFI that the next level may lose (Cheung and Rensvold 2002)."""
_ROUNDING = 1e-9


class Fit(NamedTuple):
    """How well one level describes the groups.

    ``p`` is that of χ², None without degrees of freedom; ``p_lost`` that of the difference from
    the level before; CFI in [0, 1], RMSEA 0 or more.
    """

    chi2: float
    df: int
    p: float | None
    cfi: float
    rmsea: float
    p_lost: float | None
    estimates: Estimates


@dataclass(frozen=True, eq=False)
class Invariance:
    """The level that some groups reach, and the fit of each level that was computed."""

    reached: Reached
    fits: dict[Level, Fit]


def moments_of(blocks: Sequence[Block], places: Sequence[Sequence[int]]) -> Moments:
    """Listwise moments of groups over the items at ``places`` of each block: the same items.

    Persons: those who answered every item of their block, also the items that others were not
    asked (project convention: ``Block`` keeps one set of complete persons).
    """
    kept = [np.array(own, np.intp) for own in places]
    return Moments.of(
        [block.complete_n for block in blocks],
        [block.complete_sums[own] for block, own in zip(blocks, kept, strict=True)],
        [
            block.complete_products[np.ix_(own, own)]
            for block, own in zip(blocks, kept, strict=True)
        ],
    )


def invariance(moments: Moments) -> Invariance:
    """Configural, metric and scalar invariance of one factor, one after the other.

    Decided by CFI: at least 0.90 for the factor itself, then at most 0.01 lost by each level. The
    χ² test of the difference stands beside it: with many persons it rejects what matters little.
    With three items the configural level has no degree of freedom: it fits whatever was
    answered, and only equal loadings and intercepts can be refuted.

    ``not_computed`` with fewer than two groups or three items, or where the level that would
    decide has no proper solution (see ``factor_fit.fit``). In R, with likelihood = "normal":
    lavaan::fitMeasures(lavaan::cfa(…, group.equal = …), c("chisq", "pvalue", "cfi", "rmsea")).
    """
    if len(moments.n) < 2 or moments.items < LEAST_ITEMS:
        return Invariance("not_computed", {})
    fits: dict[Level, Fit] = {}
    before: Solution | None = None
    for level in LEVELS:
        found = fit(moments, level)
        if found is None:
            break
        fits[level] = _judged(moments, found, before)
        before = found
    return Invariance(_reached(fits), fits)


def _reached(fits: dict[Level, Fit]) -> Reached:
    """The last level that holds, as far as the levels that were found can tell."""
    if "configural" not in fits:
        return "not_computed"
    if fits["configural"].cfi < LEAST_CFI - _ROUNDING:
        return "none"
    reached: Level = "configural"
    for level in LEVELS[1:]:
        if level not in fits:
            return "not_computed"
        if fits[reached].cfi - fits[level].cfi > MOST_LOST + _ROUNDING:
            break
        reached = level
    return reached


def _judged(moments: Moments, found: Solution, before: Solution | None) -> Fit:
    p_lost = _p(found.chi2 - before.chi2, found.df - before.df) if before else None
    return Fit(
        found.chi2, found.df, _p(found.chi2, found.df), _cfi(moments, found),
        _rmsea(moments, found), p_lost, found.estimates,
    )  # fmt: skip


def _cfi(moments: Moments, found: Solution) -> float:
    """1 − max(χ² − df, 0) / max(χ²₀ − df₀, χ² − df, 0), ₀ the baseline (Bentler 1990)."""
    alone, df = independent(moments)
    left = max(found.chi2 - found.df, 0.0)
    most = max(alone - df, left)
    return 1 - left / most if most > 0 else 1.0


def _rmsea(moments: Moments, found: Solution) -> float:
    """√(G · max(χ² − df, 0) / (n · df)), G the number of groups (Steiger 1998)."""
    if not found.df:
        return 0.0
    left = max(found.chi2 - found.df, 0.0)
    return sqrt(len(moments.n) * left / (float(moments.n.sum()) * found.df))


def _p(chi2: float, df: int) -> float | None:
    """Probability of a χ² this large by chance; None without degrees of freedom."""
    from scipy.special import chdtrc

    return float(chdtrc(df, max(chi2, 0.0))) if df > 0 else None
