"""One common factor in several groups by maximum likelihood, from means and covariances alone.

Pure functions on small arrays: they know no instrument, no persons and no decision.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from corus.analysis.measures.one_factor import FLAT, Estimates, Floats, Moments, correlations

Level = Literal["configural", "metric", "scalar"]

ROUNDS, SCORED, HALVINGS = 100, 3, 12
_STILL = 1e-13
"""Gain of a step, in units of the fit function, below which nothing moves any more."""


class Solution(NamedTuple):
    """A fitted model: χ² of the likelihood ratio against free means and covariances, and its df."""

    chi2: float
    df: int
    estimates: Estimates


def fit(moments: Moments, level: Level) -> Solution | None:
    """Maximum likelihood, by Fisher scoring and then BFGS.

    χ² = Σ n_g (log|Σ_g| − log|S_g| + tr S_gΣ_g⁻¹ − p + d′Σ_g⁻¹d), S divided by n (Jöreskog 1971).
    ``configural``: loadings λ and intercepts ν free in each group; ``metric``: λ equal;
    ``scalar``: λ and ν equal, means κ of the factor free but the first.

    None where nothing is found: an item without variance of its own, no convergence, or a
    variance that is not above 0 (lavaan gives such a solution with a warning).
    In R: lavaan::cfa("f =~ a + b + c", data, group = "g", std.lv = TRUE, meanstructure = TRUE,
    group.equal = "", "loadings" or c("loadings", "intercepts")).
    """
    if not moments.varies:
        return None
    unit = np.sqrt(moments.covariance.diagonal(axis1=1, axis2=2).mean(axis=0))
    search = _Search(moments.divided_by(unit), level)
    try:
        found = search.end()
    except np.linalg.LinAlgError:
        return None
    if found is None:
        return None
    estimates = Estimates.of(found.numbers, unit)
    free = search.free.shape[-1]
    given = moments.n.size * moments.items * (moments.items + 3) // 2
    chi2 = max(2 * float(moments.n.sum()) * found.misfit, 0.0)
    return Solution(chi2, given - free, estimates) if estimates.is_proper else None


def independent(moments: Moments) -> tuple[float, int]:
    """χ² and df of items that have nothing in common, means and variances free in each group.

    The baseline of the CFI. In R: lavaan::fitMeasures(fit, c("baseline.chisq", "baseline.df")).
    """
    _, logarithm = np.linalg.slogdet(correlations(moments.covariance))
    groups, items = moments.mean.shape
    return float(-(moments.n * logarithm).sum()), groups * items * (items - 1) // 2


def _free(level: Level, groups: int, items: int) -> Floats:
    """1 where a number of a group is this free one; shape [group, number, free].

    Numbers of a group as in ``Estimates.of``.
    """
    own = np.arange(groups)[:, np.newaxis] * items + np.arange(items)
    shared = np.tile(np.arange(items), (groups, 1))
    alone = np.full((groups, 1), -1)
    each = np.arange(-1, groups - 1)[:, np.newaxis]
    blocks = {
        "configural": (own, own, own, alone, alone),
        "metric": (shared, own, own, each, alone),
        "scalar": (shared, own, shared, each, each),
    }[level]
    places, taken = [], 0
    for block in blocks:
        places.append(np.where(block < 0, -1, block + taken))
        taken += int(block.max()) + 1
    found: Floats = (np.hstack(places)[..., np.newaxis] == np.arange(taken)).astype(np.float64)
    return found


def _start(moments: Moments, level: Level) -> Floats:
    """First numbers of each group, shape [group, number]: the first principal axis, halved."""
    groups = len(moments.n)
    weight = moments.n / moments.n.sum()
    values, vectors = np.linalg.eigh(np.tensordot(weight, moments.covariance, 1))
    axis = vectors[:, -1] * (1 if vectors[:, -1].sum() >= 0 else -1)
    loadings = np.tile(0.8 * axis * np.sqrt(values[-1]), (groups, 1))
    residuals = 0.5 * moments.covariance.diagonal(axis1=1, axis2=2)
    apart = (moments.mean - moments.mean[0]) @ loadings[0] / (loadings[0] @ loadings[0])
    kappa = apart if level == "scalar" else np.zeros(groups)
    free = moments.mean - loadings * kappa[:, np.newaxis]
    intercepts = np.tile(weight @ free, (groups, 1)) if level == "scalar" else free
    ones = np.ones((groups, 1))
    return np.hstack([loadings, residuals, intercepts, ones, kappa[:, np.newaxis]])


class _Point(NamedTuple):
    """A place of the search: every group's numbers and what they leave unexplained."""

    numbers: Floats
    misfit: float
    """Half of χ² / n."""
    inverse: Floats
    """Σ⁻¹, shape [group, item, item]."""
    apart: Floats
    """Means observed minus expected, shape [group, item]."""


class _Search:
    """The free numbers of one level that leave least unexplained.

    Fisher scoring first, then BFGS from the expected information on: where the model does not
    fit, scoring alone takes hundreds of steps.
    """

    def __init__(self, moments: Moments, level: Level) -> None:
        self.moments = moments
        self.free = _free(level, *moments.mean.shape)
        self.start = _start(moments, level)
        self.weight = moments.n / moments.n.sum()
        self.saturated = np.linalg.slogdet(moments.covariance)[1] + moments.items

    def end(self) -> _Point | None:
        """Where no step gains any more; None when none is found."""
        here = self.point(self.start)
        downhill: Floats = np.empty(0)
        step = inverse = downhill
        for turn in range(ROUNDS):
            if here is None:
                return None
            before, downhill = downhill, self.downhill(here)
            if turn < SCORED:
                inverse = np.asarray(np.linalg.inv(self.information(here)), np.float64)
            else:
                inverse = _learned(inverse, step, before - downhill)
            step = inverse @ downhill
            if abs(gain := float(downhill @ step)) < _STILL:
                return here
            here, step = self.better(here, step, gain)
        return None

    def better(self, here: _Point, step: Floats, gain: float) -> tuple[_Point | None, Floats]:
        """The longest of ever shorter steps that gains (Armijo), and where it ends."""
        for _ in range(HALVINGS):
            there = self.point(here.numbers + self.free @ step)
            if there and there.misfit <= here.misfit - 1e-4 * gain + _STILL:
                return there, step
            step, gain = step / 2, gain / 2
        return None, step

    def point(self, numbers: Floats) -> _Point | None:
        """None where an expected covariance matrix is none."""
        own = Estimates.of(numbers)
        expected = own.covariance
        if (np.linalg.eigvalsh(expected) <= FLAT).any():
            return None
        inverse: Floats = np.asarray(np.linalg.inv(expected), np.float64)
        apart = self.moments.mean - own.means
        left = np.linalg.slogdet(expected)[1] - self.saturated
        left += np.einsum("gij,gij->g", inverse, self.moments.covariance)
        left += np.einsum("gi,gij,gj->g", apart, inverse, apart)
        return _Point(numbers, 0.5 * float(self.weight @ left), inverse, apart)

    def downhill(self, here: _Point) -> Floats:
        """Minus the gradient by the free numbers, shape [free]."""
        covariances, means = _slopes(Estimates.of(here.numbers))
        seen = self.moments.covariance + here.apart[:, :, np.newaxis] * here.apart[:, np.newaxis]
        surplus = here.inverse @ seen @ here.inverse - here.inverse
        pull = np.einsum("gij,gj->gi", here.inverse, here.apart)
        own = 0.5 * np.einsum("gkij,gij->gk", covariances, surplus)
        own += np.einsum("gki,gi->gk", means, pull)
        return np.tensordot(own * self.weight[:, np.newaxis], self.free, 2)

    def information(self, here: _Point) -> Floats:
        """Expected second derivatives by the free numbers, shape [free, free]."""
        covariances, means = _slopes(Estimates.of(here.numbers))
        turned = here.inverse[:, np.newaxis] @ covariances @ here.inverse[:, np.newaxis]
        flat = (*covariances.shape[:2], -1)
        own = 0.5 * turned.reshape(flat) @ covariances.reshape(flat).swapaxes(1, 2)
        own += means @ here.inverse @ means.swapaxes(1, 2)
        own *= self.weight[:, np.newaxis, np.newaxis]
        whole: Floats = (self.free.swapaxes(1, 2) @ own @ self.free).sum(axis=0)
        return whole


def _learned(inverse: Floats, step: Floats, bent: Floats) -> Floats:
    """The inverse of the second derivatives, after a step along which the gradient bent (BFGS)."""
    along = float(step @ bent)
    if along <= 0:
        return inverse
    turn = np.eye(len(step)) - np.outer(step, bent) / along
    found: Floats = turn @ inverse @ turn.T + np.outer(step, step) / along
    return found


def _slopes(own: Estimates) -> tuple[Floats, Floats]:
    """Derivatives of Σ and of the means, shapes [group, number, item, item], [group, number, item].

    Numbers as in ``Estimates.of``.
    """
    groups, items = own.loadings.shape
    eye, places = np.eye(items), np.arange(items)
    covariances = np.zeros((groups, 3 * items + 2, items, items))
    half = (
        eye[:, :, np.newaxis]
        * (own.loadings * own.variance[:, np.newaxis])[:, np.newaxis, np.newaxis]
    )
    covariances[:, :items] = half + half.swapaxes(-1, -2)
    covariances[:, items + places, places, places] = 1
    covariances[:, -2] = own.loadings[:, :, np.newaxis] * own.loadings[:, np.newaxis]
    means = np.zeros((groups, 3 * items + 2, items))
    means[:, :items] = own.mean[:, np.newaxis, np.newaxis] * eye
    means[:, 2 * items : 3 * items] = eye
    means[:, -1] = own.loadings
    return covariances, means
