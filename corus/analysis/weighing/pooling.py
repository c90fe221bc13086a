"""One line for all groups, three ways side by side; each is a convention and says which.

Knows scores by group, exactly as they may be shown: a rounded or withheld score is pooled rounded
or not at all, so that the line never tells more than the groups beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite, sqrt

from corus.analysis.measures.stats import Interval, Sample
from corus.errors import InputError


@dataclass(frozen=True)
class College:
    """One group's score 0–100, its persons, and the standard error of the score."""

    score: float
    n: int
    se: float

    @classmethod
    def of(cls, sample: Sample) -> College:
        """The group whose persons scored so: se = s/√n."""
        return cls(sample.mean, sample.n, sqrt(sample.squared_error))


@dataclass(frozen=True)
class NegotiatedWeights:
    """Weights by group, agreed on before the answers were seen; any positive unit.

    Raises InputError when there is none, or one is not a positive number.
    """

    by_group: Mapping[str, float]
    agreed_on: date
    version: str
    signed_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        wrong = [g for g, w in self.by_group.items() if not (isfinite(w) and w > 0)]
        if wrong or not self.by_group:
            raise InputError(
                f"negotiated weights, version {self.version}: "
                f"{', '.join(wrong) or 'no group'} has no positive weight.",
                hint="Give every group a number above 0, or do not ask for this convention.",
                code="POO-001",
            )


@dataclass(frozen=True)
class PooledLine:
    """A weighted mean of groups, 0–100; ``weights`` add up to 1 over the groups present.

    ``interval`` is None when a group has a single person or when all groups are unanimous.
    """

    score: float
    se: float
    interval: Interval | None
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Pooled:
    """The three conventions, and how many of the expected groups they stand on.

    Attributes:
        equal: every group counts the same, whatever its size: the default.
        head_count: every person counts the same: mirrors who was easiest to reach.
        negotiated: the weights agreed on beforehand; None when none were.
        present, expected: "5 of 7 colleges".
        absent: names of the groups that are hidden or missing.
        weight_present: part of the negotiated weight held by the groups present, in ]0, 1].
        agreement: the negotiated weights with their date and version.
    """

    equal: PooledLine
    head_count: PooledLine
    negotiated: PooledLine | None
    present: int
    expected: int
    absent: tuple[str, ...]
    weight_present: float | None
    agreement: NegotiatedWeights | None


def pool(
    colleges: Mapping[str, College | None], weights: NegotiatedWeights | None = None
) -> Pooled | None:
    """Pool the groups present; a group that is None is hidden or missing and is counted as such.

    Score Σaₘ·Sₘ, standard error √Σaₘ²·seₘ², with aₘ = 1/G, nₘ/Σn, or the negotiated weights over
    their sum, always over the groups present. Interval: Student's t with Satterthwaite's degrees
    of freedom, clipped to [0, 100]; for two groups weighted equally its half-width is half that of
    R's t.test(x, y). None when fewer than two groups are present: there is nothing to pool.
    Raises InputError when weights and groups do not bear the same names.
    """
    present = {group: college for group, college in colleges.items() if college}
    if weights:
        _same_names(colleges, weights)
    if len(present) < 2:
        return None
    agreed = weights and {group: weights.by_group[group] for group in present}
    return Pooled(
        equal=_line(present, dict.fromkeys(present, 1.0)),
        head_count=_line(present, {group: float(c.n) for group, c in present.items()}),
        negotiated=_line(present, agreed) if agreed else None,
        present=len(present),
        expected=len(colleges),
        absent=tuple(group for group in colleges if group not in present),
        weight_present=sum(agreed.values()) / sum(weights.by_group.values())
        if weights and agreed
        else None,
        agreement=weights,
    )


def _same_names(colleges: Mapping[str, College | None], weights: NegotiatedWeights) -> None:
    differing = sorted(set(colleges) ^ set(weights.by_group))
    if differing:
        raise InputError(
            f"negotiated weights, version {weights.version}: {', '.join(differing)} "
            "is weighted but not expected, or expected but not weighted.",
            hint="Give one weight to each group of the wave, hidden ones included.",
            code="POO-002",
        )


def _line(colleges: Mapping[str, College], parts: Mapping[str, float]) -> PooledLine:
    total = sum(parts.values())
    weights = {group: part / total for group, part in parts.items()}
    score = sum(weights[group] * college.score for group, college in colleges.items())
    errors = [
        ((weights[group] * college.se) ** 2, college.n) for group, college in colleges.items()
    ]
    se = sqrt(sum(error for error, _ in errors))
    return PooledLine(score, se, _interval(score, errors), weights)


def _interval(score: float, errors: list[tuple[float, int]]) -> Interval | None:
    """From (squared weighted error, persons) of each group."""
    error = sum(own for own, _ in errors)
    if error == 0 or any(n < 2 for _, n in errors):
        return None
    from scipy.special import stdtrit

    df = error**2 / sum(own**2 / (n - 1) for own, n in errors)
    half = float(stdtrit(df, 0.975)) * sqrt(error)
    return max(0.0, score - half), min(100.0, score + half)
