"""Figures that rest on weights, given when asked for only: composites, pooled lines, raked scores.

Each follows from one stored release; all say by which convention. Values, and no words.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from corus.domain.base import Frozen


class Range(Frozen):
    """A figure known to lie from ``low`` to ``high``; both are the same where it is exact."""

    low: float
    high: float


class Origin(Frozen):
    """The release that figures follow from."""

    organization: str
    wave: str
    release: int
    released_on: date
    digest: str
    """SHA-256 of the instrument."""
    corus_version: str


class Negotiated(Frozen):
    """Weights agreed on before there were results, and where they stand."""

    agreed_on: date
    file: str
    sha256: str
    dimensions: dict[str, float] = {}
    groups: dict[str, float] = {}


class ComposedGroup(Frozen):
    """One group, its dimensions brought to one figure three ways, 0–100.

    ``ranks`` and ``near_ranks`` are best and worst rank among the groups, over all weightings and
    over those within ±50 % of the negotiated ones, whichever mean is taken.
    """

    group: str
    scores: dict[str, Range]
    arithmetic: Range
    geometric: Range
    harmonic: Range
    weakest: tuple[str, ...]
    """Dimensions that are, or where scores are rounded may be, the lowest."""
    ranks: tuple[int, int]
    near_ranks: tuple[int, int] | None = None


class Preference(Frozen):
    """Share of all weightings, in [0, 1], under which ``first`` is above ``second``: exact."""

    first: str
    second: str
    share: Range


class Importance(Frozen):
    """Nominal weight of a dimension, and how far the arithmetic mean moves with it (r²).

    ``effective`` is None where scores are rounded, do not vary, or are of fewer than 3 groups.
    """

    dimension: str
    weight: float
    effective: float | None = None


class Missing(Frozen):
    """Why a group has no figure: a dimension, and what the release shows in place of a score."""

    group: str
    dimension: str
    reason: str


class PooledDimension(Frozen):
    """All groups as one line per dimension, three conventions side by side."""

    dimension: str
    equal: float
    head_count: float
    negotiated: float
    groups: tuple[str, ...]
    absent: tuple[str, ...]
    weight_present: float
    """Part of the negotiated weight that the groups present hold."""


class Composed(Frozen):
    """A composite with all that must stand beside it."""

    format: Literal["corus-composite-1"] = "corus-composite-1"
    origin: Origin
    dimensions: tuple[str, ...]
    weights: Literal["equal", "negotiated"]
    negotiated: Negotiated | None = None
    rounded: bool
    """Whether the release rounds some of the scores: figures are then ranges."""
    floored: int
    """Scores under 1 counted as 1 in geometric and harmonic means."""
    same_first: bool | None
    """Whether the three means put the same groups first; None where ranges leave it open."""
    draws: int
    seed: int
    groups: tuple[ComposedGroup, ...]
    preferences: tuple[Preference, ...]
    importance: tuple[Importance, ...]
    missing: tuple[Missing, ...]
    pooled: tuple[PooledDimension, ...] = ()


class RakedDimension(Frozen):
    """One score, unweighted as released and weighted in whole points with its Taylor interval."""

    dimension: str
    n: int | None = None
    unweighted: float | None = None
    weighted: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    """Why there is no weighted score: an English sentence."""


class RakedGroup(Frozen):
    """One group under its known margins; weights are told with a mean of 1.

    Nothing but ``reason`` is said of a group that may not be weighted.
    """

    group: str
    margins: dict[str, dict[str, float]]
    """Question → category → persons known from outside."""
    reason: str = ""
    persons: int | None = None
    least: float | None = None
    most: float | None = None
    n_eff: int | None = None
    rounds: int | None = None
    dimensions: tuple[RakedDimension, ...] = ()


class RakedScores(Frozen):
    """Dimension scores weighted to known margins, beside the unweighted ones."""

    format: Literal["corus-raking-1"] = "corus-raking-1"
    origin: Origin
    file: str
    sha256: str
    groups: tuple[RakedGroup, ...]
