"""One common factor in several groups: what is observed of the items, and what would be expected.

Values on small arrays; how the numbers are found is in ``factor_fit``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Sums: TypeAlias = NDArray[np.float64] | NDArray[np.int64]
FLAT = 1e-10
"""Smallest eigenvalue of correlations: under it an item is a sum of others, or no variable."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Persons, means and covariances (divided by n) of groups that answered the same items.

    Shapes [group], [group, item], [group, item, item].
    """

    n: Floats
    mean: Floats
    covariance: Floats

    @classmethod
    def of(cls, n: Sequence[int], sums: Sequence[Sums], products: Sequence[Sums]) -> Moments:
        """From sums and sums of products over persons who answered every item."""
        persons = np.array(n, np.float64)
        mean = np.array(sums, np.float64) / persons[:, np.newaxis]
        square = np.array(products, np.float64) / persons[:, np.newaxis, np.newaxis]
        return cls(persons, mean, square - mean[:, :, np.newaxis] * mean[:, np.newaxis])

    @property
    def items(self) -> int:
        """Number of items."""
        return int(self.mean.shape[1])

    @property
    def varies(self) -> bool:
        """Whether in every group each item tells persons apart, beyond what the others tell."""
        variances = self.covariance.diagonal(axis1=1, axis2=2)
        if not (variances > 0).all():
            return False
        return bool((np.linalg.eigvalsh(correlations(self.covariance)) > FLAT).all())

    def divided_by(self, unit: Floats) -> Moments:
        """The same answers, each item in its own unit, shape [item]."""
        return Moments(self.n, self.mean / unit, self.covariance / np.outer(unit, unit))


class Estimates(NamedTuple):
    """What describes each group: x = ν + λ·f + e, f with mean κ and variance ψ, e with variance θ.

    The first group's ψ is 1 and its κ 0. Shapes [group, item], the last two [group].
    """

    loadings: Floats
    residuals: Floats
    intercepts: Floats
    variance: Floats
    mean: Floats

    @classmethod
    def of(cls, numbers: Floats, unit: Floats | float = 1.0) -> Estimates:
        """From one row of numbers a group: λ, θ, ν by item, then ψ and κ; items in ``unit``."""
        loadings, residuals, intercepts = np.split(numbers[:, :-2], 3, axis=1)
        ends = numbers[:, -2], numbers[:, -1]
        return cls(loadings * unit, residuals * unit**2, intercepts * unit, *ends)

    @property
    def means(self) -> Floats:
        """Means of the items that follow, shape [group, item]."""
        return self.intercepts + self.loadings * self.mean[:, np.newaxis]

    @property
    def covariance(self) -> Floats:
        """Covariances of the items that follow, shape [group, item, item]."""
        common = self.loadings[:, :, np.newaxis] * self.loadings[:, np.newaxis]
        own = self.residuals[:, :, np.newaxis] * np.eye(self.residuals.shape[1])
        return common * self.variance[:, np.newaxis, np.newaxis] + own

    @property
    def is_proper(self) -> bool:
        """Whether every variance is above 0 (no Heywood case)."""
        return bool((self.residuals > 0).all() and (self.variance > 0).all())


def correlations(covariance: Floats) -> Floats:
    """Of each group's covariances, shape [group, item, item]. In R: cov2cor(covariance)."""
    deviation = np.sqrt(covariance.diagonal(axis1=1, axis2=2))
    found: Floats = covariance / (deviation[:, :, np.newaxis] * deviation[:, np.newaxis])
    return found
