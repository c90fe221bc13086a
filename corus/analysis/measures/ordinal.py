"""Sensitivity of a comparison: the cumulative logit model, fitted to counts.

Knows counts and a design; it is printed beside Cliff's δ and Mann–Whitney, never instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from corus.analysis.measures.stats import Z95, Interval

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
STEPS = 50
CLOSE_ENOUGH = 1e-11
SEPARATED = 15.0
"""A log odds ratio beyond which the likelihood has no maximum to speak of (e¹⁵ to 1)."""


@dataclass(frozen=True)
class Shift:
    """One effect of the design: log odds ratio of choosing a higher point; its Wald test."""

    log_odds: float
    se: float
    interval: Interval
    p: float


@dataclass(frozen=True)
class CumulativeLogit:
    """The shifts in the order of the design, the thresholds θ, and the log-likelihood."""

    shifts: tuple[Shift, ...]
    thresholds: tuple[float, ...]
    log_likelihood: float


def cumulative_logit(counts: Counts, design: Floats) -> CumulativeLogit | None:
    """Fit logit P(Y ≤ k) = θₖ − xβ to counts [cell, point], with design x [cell, effect].

    A cell is a group in a wave; x has no constant: 0 and 1 for a second group, 0 and 1 for a
    second wave. Points nobody chose are left out. Wald intervals and p from the observed
    information. None when fewer than two points were chosen, when effects cannot be told apart,
    or when groups are so separate that no estimate exists. In R: ordinal::clm(ordered(answer) ~
    group + wave). McCullagh 1980.
    """
    counts = counts[:, counts.sum(axis=0) > 0]
    points, effects = counts.shape[1], design.shape[1]
    if points < 2:
        return None
    model = _Model.of(counts, design)
    shares = np.cumsum(counts.sum(axis=0))[:-1] / counts.sum()
    fitted = _fit(model, np.concatenate([np.log(shares / (1 - shares)), np.zeros(effects)]))
    if fitted is None or np.abs(fitted[0][points - 1 :]).max(initial=0.0) > SEPARATED:
        return None
    estimate, information, log_likelihood = fitted
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    shifts = map(_shift, estimate[points - 1 :].tolist(), errors[points - 1 :].tolist())
    return CumulativeLogit(tuple(shifts), tuple(estimate[: points - 1].tolist()), log_likelihood)


def _shift(log_odds: float, se: float) -> Shift:
    p = erfc(abs(log_odds) / se / sqrt(2))
    return Shift(log_odds, se, (log_odds - Z95 * se, log_odds + Z95 * se), p)


@dataclass(frozen=True)
class _Model:
    """Rows (cell, point): persons, and what (θ, β) is multiplied by above and below the point."""

    counts: Floats
    above: Floats
    below: Floats
    lowest: NDArray[np.bool_]
    highest: NDArray[np.bool_]

    @classmethod
    def of(cls, counts: Counts, design: Floats) -> _Model:
        cells, points = counts.shape
        thresholds = np.vstack([np.zeros(points - 1), np.eye(points - 1), np.zeros(points - 1)])
        shifts = np.repeat(-np.asarray(design, dtype=float), points, axis=0)
        above = np.hstack([np.tile(thresholds[1:], (cells, 1)), shifts])
        below = np.hstack([np.tile(thresholds[:-1], (cells, 1)), shifts])
        point = np.tile(np.arange(points), cells)
        return cls(counts.ravel().astype(float), above, below, point == 0, point == points - 1)

    def likelihood(self, at: Floats) -> tuple[float, Floats, Floats]:
        """Log-likelihood (−∞ where thresholds cross), its slope, the observed information."""
        from scipy.special import expit

        up = np.where(self.highest, 1.0, expit(self.above @ at))
        low = np.where(self.lowest, 0.0, expit(self.below @ at))
        share = up - low
        if (share <= 0).any():
            return -np.inf, at, np.zeros((len(at), len(at)))
        # f = F(1 − F) and f′ = f(1 − 2F), both 0 at the open ends where F is 0 or 1.
        f_up, f_low = up * (1 - up), low * (1 - low)
        slopes = (f_up[:, None] * self.above - f_low[:, None] * self.below) / share[:, None]
        weight = self.counts / share
        curve_up, curve_low = weight * f_up * (1 - 2 * up), weight * f_low * (1 - 2 * low)
        information = (
            slopes.T @ (self.counts[:, None] * slopes)
            - self.above.T @ (curve_up[:, None] * self.above)
            + self.below.T @ (curve_low[:, None] * self.below)
        )
        return float(self.counts @ np.log(share)), self.counts @ slopes, information


def _fit(model: _Model, start: Floats) -> tuple[Floats, Floats, float] | None:
    """Newton's steps to the top of a concave function, halved where one would lead down."""
    at, (value, slope, information) = start, model.likelihood(start)
    for _ in range(STEPS):
        if np.linalg.matrix_rank(information, hermitian=True) < len(at):
            return None
        step = np.linalg.solve(information, slope)
        if np.abs(step).max() < CLOSE_ENOUGH:
            return at, information, value
        while (found := model.likelihood(at + step))[0] < value - abs(value) * CLOSE_ENOUGH:
            step = step / 2
        at, (value, slope, information) = at + step, found
    return None
