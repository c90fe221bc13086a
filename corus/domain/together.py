"""How groups stand to each other on one dimension, and whether its items may be added up.

Every figure here follows from published cells, except reliability, which takes 50 persons.
"""

from __future__ import annotations

from typing import Literal

from corus.domain.base import Frozen

Allows = Literal["items_only", "warn", "may_add", "not_tested"]
"""What reliability allows: under .60 read items one by one; to .70 with care; then scores."""


class Adding(Frozen):
    """Whether the items of a dimension may be added up, as one group answered them.

    ``alpha`` (Cronbach, pairwise) with its 95 % Feldt interval and ``omega`` (one factor) are
    rounded to two decimals; all None when fewer than 50 persons answered or the score is rounded,
    ``omega`` also where items are to be read one by one.
    """

    dimension: str
    group: str
    allows: Allows
    n: int | None = None
    alpha: float | None = None
    low: float | None = None
    high: float | None = None
    omega: float | None = None


Level = Literal["configural", "metric", "scalar"]
"""Levels of measurement invariance, each asking more than the one before."""

Alike = Literal["scalar", "metric", "configural", "none", "not_computed", "not_tested"]
"""The last level of measurement invariance that holds: groups use the items alike (``scalar``);
loadings are alike, levels are not (``metric``); neither is (``configural``); one factor does not
describe their answers (``none``)."""


ALIKE: dict[Alike, str] = {
    "scalar": "the groups use the items alike: nothing here speaks against comparing scores",
    "metric": "items go together alike, levels differ: compare what goes together, not scores",
    "configural": "not alike: read the items side by side",
    "none": "one factor does not describe the answers: read the items side by side",
    "not_computed": "not computed: no solution was found",
    "not_tested": "not tested: that takes two groups of 200 persons each who answered every item, "
    "an exact score, and three items in common",
}
"""What each level allows, in words; keys of the catalogue."""


class LevelFit(Frozen):
    """How well one level of invariance describes the groups, to two decimals.

    ``p`` is that of χ² with ``df`` degrees of freedom, None without any; ``p_lost`` that of the
    difference from the level before; 0.00 is anything under 0.005. χ² itself is not told: it is
    n times as fine as the rest.
    """

    level: Level
    df: int
    cfi: float
    rmsea: float
    p: float | None = None
    p_lost: float | None = None


class Invariance(Frozen):
    """Whether groups understand the items of one dimension alike (measurement invariance).

    ``reached`` was decided before the figures of ``fits`` were rounded.
    """

    dimension: str
    reached: Alike
    groups: tuple[str, ...] = ()
    """Groups compared: 200 persons or more answered every item that they were asked."""
    absent: tuple[str, ...] = ()
    """Groups with a score that are not among them."""
    items: int | None = None
    """Items compared: those that all these groups were asked."""
    fits: tuple[LevelFit, ...] = ()

    @property
    def was_tested(self) -> bool:
        """Whether there is a result."""
        return self.reached not in ("not_computed", "not_tested")


class Line(Frozen):
    """All groups as one number: a convention, never a result by itself.

    ``equal``: each group counts the same; ``head_count``: each person does; ``negotiated``: by the
    weights agreed on before the wave opened.
    """

    convention: Literal["equal", "head_count", "negotiated"]
    score: float
    low: float | None = None
    high: float | None = None


class Together(Frozen):
    """One dimension as the fully published groups see it, all of them together.

    ``spread`` is the highest minus the lowest score, in points; ``icc1`` the share of variance
    due to the group, with its 95 % interval; ``icc2`` the reliability of the groups' means.
    """

    dimension: str
    groups: tuple[str, ...]
    absent: tuple[str, ...]
    """Groups that were asked and are not fully published: never replaced in silence."""
    spread: float
    highest: tuple[str, ...]
    lowest: tuple[str, ...]
    icc1: float | None = None
    icc1_low: float | None = None
    icc1_high: float | None = None
    icc2: float | None = None
    lines: tuple[Line, ...] = ()
    weight_present: float | None = None
    """Part of the negotiated weight, in ]0, 1], that these groups hold; None without weights."""


class Concordance(Frozen):
    """Do groups see the same strong points? Kendall's W over their rankings of the dimensions.

    ``p`` is the probability of as much agreement if every group ranked at random; ``how`` it was
    found: exact, permutation or chi-square.
    """

    w: float
    p: float
    how: str
    groups: tuple[str, ...]
    dimensions: int
    left_out: int
    """Dimensions that one of these groups has no published score on."""
