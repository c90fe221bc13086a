"""What a composite may be when scores are known to a step only: means, shares, ranks as ranges.

Every figure grows with each score, so that its ends are found at the ends of the scores.
Numbers in, numbers out: knows no group, no dimension by name and no disclosure rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corus.analysis.weighing.means import (
    POWERS,
    Power,
    Scores,
    Weights,
    check_scores,
    generalised_mean,
)
from corus.analysis.weighing.weightings import DRAWS, SEED, drawn, many_means, share_preferring

Ends = tuple[Scores, Scores]
"""Lowest and highest value that each figure may have, two arrays of one shape."""


@dataclass(frozen=True, eq=False)
class Bounded:
    """Scores 0–100 between ``low`` and ``high``, shape [units, dimensions] both."""

    low: Scores
    high: Scores

    @classmethod
    def of(cls, scores: Scores, steps: Scores) -> Bounded:
        """Scores rounded to the nearest multiple of ``steps`` (0 where exact), within 0–100."""
        return cls(np.clip(scores - steps / 2, 0, 100), np.clip(scores + steps / 2, 0, 100))

    @property
    def exact(self) -> bool:
        """Whether no score was rounded."""
        return bool((self.low == self.high).all())


def mean_bounds(scores: Bounded, weights: Weights | None, power: Power) -> Ends:
    """Generalised means of the lowest and of the highest scores, each of shape [units].

    Raises ``InputError`` (``CMP-001``, ``CMP-002``).
    """
    low, high = (generalised_mean(s, weights, power=power) for s in (scores.low, scores.high))
    return low, high


def may_be_weakest(scores: Bounded) -> tuple[tuple[int, ...], ...]:
    """Per unit, every dimension that may be its lowest."""
    lowest = scores.high.min(axis=1, keepdims=True)
    return tuple(tuple(np.flatnonzero(row).tolist()) for row in scores.low <= lowest)


def preference_bounds(scores: Bounded) -> Ends:
    """[i, j]: least and greatest share of all weightings under which i is above j (power 1).

    Exact shares (``share_preferring``) of i at its lowest against j at its highest, and the other
    way round; diagonal 0.
    """
    units = range(len(scores.low))
    low, high = (np.zeros((len(units), len(units))) for _ in range(2))
    for i in units:
        for j in units:
            if i != j:
                low[i, j] = share_preferring(scores.low[i].tolist(), scores.high[j].tolist())
                high[i, j] = share_preferring(scores.high[i].tolist(), scores.low[j].tolist())
    return low, high


def rank_bounds(
    scores: Bounded,
    *,
    around: Weights | None = None,
    within: float = 0.5,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[tuple[int, int], ...]:
    """Per unit, the best and the worst rank under any weighting drawn and any of the three means.

    Weightings as in ``rank_acceptability``; rank 1 is the highest, equal units share the better
    one. Raises ``InputError`` (``CMP-001``, ``CMP-002``).
    """
    check_scores(scores.low)
    random = np.random.default_rng(seed)
    weights = drawn(scores.low.shape[1], around, within, draws, random)
    best = np.full(len(scores.low), len(scores.low))
    worst = np.ones(len(scores.low), np.int64)
    for power in POWERS:
        # Equal units may differ by rounding; that is no rank.
        low, high = (np.round(many_means(s, weights, power), 12) for s in (scores.low, scores.high))
        for unit in range(len(best)):
            surely = (np.delete(low, unit, axis=1) > high[:, [unit]]).sum(axis=1)
            perhaps = (np.delete(high, unit, axis=1) > low[:, [unit]]).sum(axis=1)
            best[unit] = min(best[unit], 1 + int(surely.min()))
            worst[unit] = max(worst[unit], 1 + int(perhaps.max()))
    return tuple(zip(best.tolist(), worst.tolist(), strict=True))
