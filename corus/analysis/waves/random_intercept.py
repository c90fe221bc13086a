"""Change when some answered one wave only: a random intercept per person, over all rows.

y = μ + δ·(second wave) + b_person + e, by restricted maximum likelihood. Computed from ``Sample``s
of the pairs and of those who answered once; never from answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import stdtrit

from corus.analysis.measures.stats import Interval, Sample
from corus.analysis.waves.wave_change import Pairs

_HALF = 1 / sqrt(2)
NEARLY_ONE = 1 - 1e-9
"""Largest share of variance between persons that is looked at: at 1 nothing varies within."""


@dataclass(frozen=True)
class AllRows:
    """The change over all rows, those of persons found in one wave included.

    ``value`` is second wave minus first, in the unit of the means; ``between`` the share of
    variance due to the person, in [0, 1).
    """

    value: float
    error: float
    interval: Interval
    persons: int
    between: float


@dataclass(frozen=True)
class _Cell:
    """Independent rows of one kind: n of them, their regressors (μ, δ), mean, sum of squares
    about it, and how many times the variance between persons enters them."""

    n: int
    row: tuple[float, float]
    mean: float
    squares: float
    times: int


def random_intercept_change(
    pairs: Pairs, first_only: Sample | None = None, second_only: Sample | None = None
) -> AllRows | None:
    """Mean change by a random-intercept model (REML) with its 95 % t interval.

    Degrees of freedom: pairs − 1, as in nlme, so that without drop-out, and with answers of one
    person that go together, it is the paired t test. Assumes that who dropped out depends on what
    they had answered, not on what they would have said since (missing at random); rows of persons
    found in one wave only are taken as independent. None with fewer than two pairs, which alone
    tell the variance between persons from the rest, or when nothing varies within.
    In R: m <- nlme::lme(y ~ wave, random = ~ 1 | id); nlme::intervals(m)$fixed. Laird and Ware
    (1982).
    """
    if pairs.difference.n < 2 or pairs.difference.sd == 0:
        return None
    cells = list(_cells(pairs, first_only, second_only))
    found = minimize_scalar(
        lambda between: _fit(cells, between)[0],
        bounds=(0.0, NEARLY_ONE), method="bounded", options={"xatol": 1e-12},
    )  # fmt: skip
    # The search never looks at the very end, where persons do not differ.
    between = min((0.0, float(found.x)), key=lambda share: _fit(cells, share)[0])
    _, value, error = _fit(cells, between)
    half = float(stdtrit(pairs.difference.n - 1, 0.975)) * error
    persons = pairs.difference.n + sum(s.n for s in (first_only, second_only) if s)
    return AllRows(value, error, (value - half, value + half), persons, between)


def _cells(pairs: Pairs, first_only: Sample | None, second_only: Sample | None) -> list[_Cell]:
    """A pair as difference/√2 and sum/√2, which are independent; singles as they are."""
    first, second, change = pairs
    spread = 2 * (first.sd**2 + second.sd**2) - change.sd**2
    both = [
        Sample(change.n, change.mean * _HALF, change.sd * _HALF),
        Sample(change.n, (first.mean + second.mean) * _HALF, sqrt(max(spread, 0.0)) * _HALF),
    ]
    rows = [(0.0, _HALF), (2 * _HALF, _HALF), (1.0, 0.0), (1.0, 1.0)]
    samples = [*both, first_only, second_only]
    return [
        _Cell(s.n, row, s.mean, (s.n - 1) * s.sd**2, times)
        for s, row, times in zip(samples, rows, (0, 2, 1, 1), strict=True)
        if s and s.n
    ]


def _fit(cells: list[_Cell], between: float) -> tuple[float, float, float]:
    """−2 log restricted likelihood (less a constant), δ and its standard error, the share of
    variance between persons being ``between``: variance within 1 − between, between ``between``."""
    n = np.array([c.n for c in cells], np.float64)
    rows = np.array([c.row for c in cells])
    means, squares = np.array([c.mean for c in cells]), np.array([c.squares for c in cells])
    variance = (1 - between) + between * np.array([c.times for c in cells], np.float64)
    weights: NDArray[np.float64] = n / variance
    information = (rows.T * weights) @ rows
    fitted = np.linalg.solve(information, (rows.T * weights) @ means)
    left = float((squares / variance + weights * (means - rows @ fitted) ** 2).sum())
    freedom = float(n.sum()) - 2
    criterion = freedom * np.log(left) + n @ np.log(variance) + np.linalg.slogdet(information)[1]
    error = sqrt(left / freedom * np.linalg.inv(information)[1, 1])
    return float(criterion), float(fitted[1]), error


def left_over(whole: Sample, part: Sample) -> Sample | None:
    """The persons of ``whole`` who are not among those of ``part``; None when there are none.

    In R: length(x), mean(x), sd(x) of the rows of whole that are not in part.
    """
    n = whole.n - part.n
    if n < 1:
        return None
    mean = (whole.n * whole.mean - part.n * part.mean) / n
    spread = _squares(whole, mean) - _squares(part, mean)
    return Sample(n, mean, sqrt(max(spread, 0.0) / (n - 1)) if n > 1 else 0.0)


def _squares(sample: Sample, centre: float) -> float:
    return (sample.n - 1) * sample.sd**2 + sample.n * (sample.mean - centre) ** 2
