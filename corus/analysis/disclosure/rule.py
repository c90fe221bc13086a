"""What may be shown of a count of persons: the one place where that is decided.

Knows thresholds and numbers of persons; it reads no answers and draws nothing.

The rule protects *sets of persons*: no figure may be computed, directly or by subtracting
published figures, about the answers of a set of 1–4 persons. A full distribution (10 persons and
more) may hold a point that one person chose: that is what a distribution is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import Literal

import numpy as np

from corus.analysis.measures.stats import wilson, wilson_of
from corus.domain.profile import Band, Share, Show
from corus.domain.wave import Thresholds

COMPLEMENTARY = "complementary"
"""Reason of a cell withheld or coarsened because another would follow from it by subtraction."""
WITHHELD = "withheld"
"""Text of a hidden cell of a breakdown. It is the same for small cells and for the larger ones
hidden with them: a text that told them apart would say which are small."""

Unit = Literal["person", "organization"]
Parts = tuple[int, int, int]
"""Persons (unfavourable, mixed, favourable)."""


def show_for(
    persons: int,
    thresholds: Thresholds,
    *,
    unit: Unit = "person",
    one_per_organization: bool = False,
) -> Show:
    """How much may be shown of the answers of this many persons.

    ``full`` from ``thresholds.full``; ``banded`` from ``thresholds.shown``; ``majority`` from
    ``thresholds.organizations`` where each organization answered once by personal link;
    otherwise ``masked``. Zero persons are masked like one to four: the cell does not tell which.
    """
    if persons >= thresholds.full:
        return "full"
    if persons >= thresholds.shown:
        return "banded"
    by_organization = unit == "organization" and one_per_organization
    if by_organization and persons >= thresholds.organizations:
        return "majority"
    return "masked"


@dataclass(frozen=True)
class Rule:
    """``show_for`` as it applies to one group of one wave, with the texts to print."""

    thresholds: Thresholds
    unit: Unit = "person"
    one_per_organization: bool = False

    def show(self, persons: int) -> Show:
        """How much may be shown of this many persons of the group."""
        return show_for(
            persons,
            self.thresholds,
            unit=self.unit,
            one_per_organization=self.one_per_organization,
        )

    @property
    def masked_text(self) -> str:
        """``n < 5``, with the threshold that masked."""
        t = self.thresholds
        by_organization = self.unit == "organization" and self.one_per_organization
        return f"n < {min(t.organizations, t.shown) if by_organization else t.shown}"

    @property
    def banded_text(self) -> str:
        """``5–9``: what stands for n in banded cells."""
        return f"{self.thresholds.shown}–{self.thresholds.full - 1}"

    @property
    def majority_text(self) -> str:
        """``3–4``: what stands for n where only the majority is worded."""
        return f"{self.thresholds.organizations}–{self.thresholds.shown - 1}"

    def reason(self, show: Show) -> str:
        """The text that stands for n: ``n < 5``, ``3–4``, ``5–9``, "" where n is given."""
        texts = {
            "masked": self.masked_text, "majority": self.majority_text, "banded": self.banded_text
        }  # fmt: skip
        return texts.get(show, "")


def full_share(x: int, n: int) -> Share:
    """The share x/n with its Wilson interval, for full cells."""
    low, high = wilson(x, n)
    return Share(value=x / n, low=low, high=high)


def full_shares(parts: Sequence[Parts]) -> Iterator[tuple[Share, ...]]:
    """``full_share`` of each part of many full cells, of at least one person each."""
    x = np.array(parts, np.int64).reshape(-1, 3)
    n = x.sum(axis=1, keepdims=True)
    tables = ((x / n).tolist(), *(end.tolist() for end in wilson_of(x, n)))
    for row in zip(*tables, strict=True):
        yield tuple(
            Share.unchecked(value=value, low=low, high=high)
            for value, low, high in zip(*row, strict=True)
        )


def band_of(share: float) -> Band:
    """``low`` ≤ 25 %, ``high`` ≥ 75 %, ``middle`` between."""
    return "low" if share <= 0.25 else "high" if share >= 0.75 else "middle"


def coarse_shares(parts: Parts) -> tuple[Share, Share, Share]:
    """Shares of a banded cell: bands, whatever they are.

    Of so few persons three whole percents tell n and every count: 43, 29 and 29 % are 3, 2 and 2
    of 7. When one must be a band all must, since each follows from the other two.
    """
    n = sum(parts)
    low, mixed, high = (Share(band=band_of(part / n)) for part in parts)
    return low, mixed, high


def majority(parts: Parts) -> Literal["favourable", "mixed", "unfavourable", "none"]:
    """The side that more than half took, or ``none``."""
    n = sum(parts)
    names: tuple[Literal["unfavourable", "mixed", "favourable"], ...] = (
        "unfavourable", "mixed", "favourable"
    )  # fmt: skip
    return next((name for name, p in zip(names, parts, strict=True) if 2 * p > n), "none")


def separable(part: int, rest: int, thresholds: Thresholds) -> bool:
    """Whether counts of ``part`` persons may stand beside figures of part + rest persons.

    The rest follows by subtraction, exactly: both must be enough for a full distribution, not
    merely for bands.
    """
    return part >= thresholds.full and (rest == 0 or rest >= thresholds.full)


def breakdown(cells: Mapping[str, int], thresholds: Thresholds) -> dict[str, int | str]:
    """A breakdown whose total is published, with complementary suppression.

    Cells of 1–4 persons are hidden, then the cheapest others, until every hidden cell could be,
    for all a reader can compute, as large as the threshold. Empty cells are left out. Nothing
    at all is given when even hiding every cell leaves one that must be small.
    """
    given = {name: n for name, n in cells.items() if n}
    hidden = {name for name, n in given.items() if n < thresholds.shown}
    while hidden and not _protects(given, hidden, thresholds):
        others = [name for name in given if name not in hidden]
        if not others:
            return {}
        hidden.add(min(others, key=lambda name: (given[name], name)))
    return {name: WITHHELD if name in hidden else n for name, n in given.items()}


def _protects(given: Mapping[str, int], hidden: set[str], thresholds: Thresholds) -> bool:
    """Attacker's bounds: the hidden sum is known, and each hidden cell holds somebody."""
    largest = sum(given[name] for name in hidden) - (len(hidden) - 1)
    return len(hidden) >= 2 and largest >= thresholds.shown


def round_to(value: float | Fraction, step: float) -> float:
    """``value`` to the nearest multiple of ``step``, halves upwards; a fraction exactly so."""
    whole = _fraction(step)
    return float(floor(value / whole + Fraction(1, 2)) * whole)


def rounded_from(told: float, step: float) -> tuple[Fraction, Fraction]:
    """What ``round_to`` printed as ``told``: from the first of these to just below the second."""
    half = _fraction(step) / 2
    return _fraction(told) - half, _fraction(told) + half


@lru_cache(maxsize=4096)
def _fraction(printed: float) -> Fraction:
    """The number as it is printed: 0.1 is a tenth."""
    return Fraction(str(printed))
