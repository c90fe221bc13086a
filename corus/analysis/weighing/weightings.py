"""How far an order rests on the weights: exact shares of weightings, ranks, effective importance.

Numbers in, numbers out: knows no group, no dimension by name and no disclosure rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corus.analysis.weighing.means import FLOOR, Power, Scores, Weights, check_scores, weight_shares

DRAWS = 100_000
SEED = 20260303


def share_passing(scores: Sequence[float], threshold: float) -> float:
    """Share of all weightings under which one unit's weighted mean is at least ``threshold``.

    Exact, weights being uniform on the simplex (SMAA; Tervonen and Figueira 2008). It is
    Σ_{xᵢ>t} (xᵢ−t)^{K−1} / Π_{j≠i} (xᵢ−xⱼ), computed here by the recursion of Varsi (1973),

        P(x₁…x_K) = [(x_K−t)·P(x₂…x_K) + (t−x₁)·P(x₁…x_{K−1})] / (x_K−x₁),  x sorted,

    in which every step is a weighted mean of two shares: equal scores need no perturbation and
    no digit is lost to cancellation. In R: the Π formula, or draws of rdirichlet(n, rep(1, K)).
    """
    ordered = np.sort(np.asarray(scores, np.float64)) - threshold
    below = int((ordered < 0).sum())
    lows, highs = ordered[:below][::-1], ordered[below:]
    # shares[i]: with the i nearest scores below and those above taken in so far.
    shares = np.zeros(len(lows) + 1)
    shares[0] = 1.0
    for high in highs:
        for i, low in enumerate(lows, start=1):
            shares[i] = (high * shares[i - 1] - low * shares[i]) / (high - low)
    return float(shares[-1])


def share_preferring(first: Sequence[float], second: Sequence[float]) -> float:
    """Share of all weightings under which ``first`` is strictly above ``second``.

    ``share_passing`` of the differences at 0; both directions add up to 1, or to 0 for two units
    that are equal in every dimension.
    """
    difference = np.asarray(second, np.float64) - np.asarray(first, np.float64)
    return 1.0 - share_passing(difference.tolist(), 0.0)


def preferences(scores: Scores) -> Scores:
    """``share_preferring`` of every pair, shape [units, units]; row above column, diagonal 0."""
    return np.array([[share_preferring(a, b) for b in scores.tolist()] for a in scores.tolist()])


@dataclass(frozen=True, eq=False)
class Acceptability:
    """How often each unit takes each rank, over random weights."""

    shares: Scores
    """Shape [units, ranks]; column 0 is the first rank. Equal units share the better rank."""
    draws: int
    seed: int
    error: float
    """Largest Monte Carlo standard error of a share, √(p(1−p)/draws): ≤ .0016 at 100,000."""


def rank_acceptability(
    scores: Scores,
    *,
    power: Power = 1,
    around: Weights | None = None,
    within: float = 0.5,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Acceptability:
    """Share of random weightings that give each unit each rank (Lahdelma and Salminen 2001).

    Weights are uniform on the simplex, Dirichlet(1, …, 1), or, with ``around``, each negotiated
    weight times a uniform number of [1 − within, 1 + within], brought back to a sum of 1.
    Raises ``InputError`` (``CMP-001``, ``CMP-002``).
    """
    check_scores(scores)
    weights = drawn(scores.shape[1], around, within, draws, np.random.default_rng(seed))
    # Equal units may differ by rounding; that is no rank.
    values = np.round(many_means(scores, weights, power), 12)
    ranks = (values[:, None, :] > values[:, :, None]).sum(axis=2)
    units = len(scores)
    shares = np.stack([(ranks == rank).mean(axis=0) for rank in range(units)], axis=1)
    error = float(np.sqrt(shares * (1 - shares) / draws).max())
    return Acceptability(shares, draws, seed, error)


def drawn(
    size: int, around: Weights | None, within: float, draws: int, random: np.random.Generator
) -> Weights:
    """Weightings, shape [draws, dimensions], each summing to 1; around none, all alike likely."""
    if around is None:
        return random.dirichlet(np.ones(size), draws)
    near = weight_shares(around, size) * random.uniform(1 - within, 1 + within, (draws, size))
    return np.asarray(near / near.sum(axis=1, keepdims=True))


def many_means(scores: Scores, weights: Weights, power: Power) -> Scores:
    """Generalised means under many weightings, shape [draws, units]."""
    if power == 1:
        return weights @ scores.T
    raised = np.maximum(scores, FLOOR)
    if power == 0:
        # Their logarithms stand in the same order.
        return weights @ np.log(raised).T
    return -(weights @ (1.0 / raised).T)


def effective_importance(scores: Scores, composite: Scores) -> tuple[float | None, ...]:
    """r²(S_d, C) per dimension, over the units: how far the composite moves with each.

    In [0, 1]; None for a dimension or a composite without variance, or with fewer than 3 units
    (two points always lie on a line). It describes these units and no others: nominal weights
    are not importance (Paruolo, Saisana and Saltelli 2013). In R: cor(scores, composite)^2.
    """
    if len(scores) < 3:
        return tuple(None for _ in range(scores.shape[1]))
    return tuple(_r_squared(column, composite) for column in scores.T)


def _r_squared(x: Scores, y: Scores) -> float | None:
    dx, dy = x - x.mean(), y - y.mean()
    # Equal values leave a mean a hair beside them: no variance is no spread, not a tiny one.
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float((dx @ dy) ** 2 / ((dx @ dx) * (dy @ dy)))
