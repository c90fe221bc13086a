"""Generalised means of dimension scores: how far a low dimension may be compensated.

Numbers in, numbers out; whether such a mean is wanted at all is decided in ``composite``.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corus.errors import InputError

Power = Literal[1, 0, -1]
"""1 arithmetic (a low dimension is fully compensated), 0 geometric (in part), −1 harmonic."""
POWERS: tuple[Power, ...] = (1, 0, -1)
FLOOR = 1.0
"""Scores under 1 count as 1 in geometric and harmonic means, which one 0 would reduce to 0.
Project convention, printed beside those means."""

Scores = NDArray[np.float64]
"""Dimension scores 0–100, shape [units, dimensions]; no missing value."""
Weights = NDArray[np.float64]
"""One weight per dimension, ≥ 0, in any unit: only proportions count."""


def generalised_mean(scores: Scores, weights: Weights | None = None, *, power: Power) -> Scores:
    """Weighted mean of the dimensions of each unit, 0–100, shape [units].

    Mₚ = (Σ w·Sᵖ)^(1/p), and exp(Σ w·ln S) for p = 0, with Σw = 1 (equal weights unless given);
    S' = max(S, 1) for p ≤ 0 (``FLOOR``). Raises ``InputError`` (``CMP-001``, ``CMP-002``).
    In R: weighted.mean(x, w); exp(weighted.mean(log(x), w)); 1 / weighted.mean(1 / x, w).
    """
    check_scores(scores)
    shares = weight_shares(weights, scores.shape[1])
    if power == 1:
        return scores @ shares
    raised = np.maximum(scores, FLOOR)
    if power == 0:
        return np.asarray(np.exp(np.log(raised) @ shares))
    return np.asarray(1.0 / ((1.0 / raised) @ shares))


def floored(scores: Scores) -> int:
    """How many scores stand under the floor, and so count as 1 in geometric and harmonic means."""
    return int((scores < FLOOR).sum())


def weakest(scores: Scores) -> tuple[tuple[int, ...], ...]:
    """Per unit, the indexes of its lowest dimension: several when they are equal."""
    lowest = scores.min(axis=1, keepdims=True)
    return tuple(tuple(np.flatnonzero(row).tolist()) for row in scores == lowest)


def check_scores(scores: Scores) -> None:
    """Raises ``InputError`` (``CMP-001``) unless every unit has a score 0–100 everywhere."""
    if scores.ndim != 2 or not scores.size or not ((scores >= 0) & (scores <= 100)).all():
        raise InputError(
            "A composite needs scores from 0 to 100 of every dimension.",
            hint="Leave out the units that lack one.",
            code="CMP-001",
        )


def weight_shares(weights: Weights | None, size: int) -> Weights:
    """Weights brought to a sum of 1; equal ones unless given. Raises ``InputError``."""
    if weights is None:
        return np.full(size, 1.0 / size)
    usable = len(weights) == size and np.isfinite(weights).all() and (weights >= 0).all()
    if not usable or weights.sum() == 0:
        raise bad_weights()
    return np.asarray(weights / weights.sum())


def bad_weights() -> InputError:
    """The refusal of weights that are missing, negative, all 0 or of other dimensions."""
    return InputError(
        "Weights must be numbers from 0 up, one per dimension, and not all 0.",
        hint="Give equal weights if none were negotiated.",
        code="CMP-002",
    )
