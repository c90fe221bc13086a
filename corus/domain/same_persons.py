"""How the same persons changed from one wave to another, as it may be told.

Rounded before it is stored: nothing here is finer than what is shown.
"""

from __future__ import annotations

from corus.domain.base import Frozen


class OverAllRows(Frozen):
    """The change by a random-intercept model, persons found in one wave only included."""

    value: float
    low: float
    high: float
    persons: int


class SamePersons(Frozen):
    """One group on one dimension, in points 0–100; without figures where they are withheld."""

    dimension: str
    group: str
    withheld: bool = False
    pairs: int | None = None
    """Persons with a score in both waves: the figures are theirs."""
    answered: tuple[int, int] | None = None
    """Persons with a score in each wave."""
    first: float | None = None
    second: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    """95 % t interval over persons of ``value``; None when all changed alike."""
    half_sd: float | None = None
    """½ SD of the first wave's scores of these persons; distribution-based."""
    step: float = 1.0
    """What every figure of this cell is rounded to; intervals outwards."""
    all_rows: OverAllRows | None = None
    """None where nothing tells persons apart."""


class Followed(Frozen):
    """What was told of the same persons in two waves: once, on these releases."""

    first: str
    second: str
    releases: tuple[int, int]
    cells: tuple[SamePersons, ...]
