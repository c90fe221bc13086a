"""The same persons twice: what linked answers changed, as counts that add up.

Knows arrays of marks of two waves, person by person; never who they are, nor a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm, sqrt

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.decoding import Codes
from corus.analysis.counting.products import Answered, Counts, Places, Where
from corus.analysis.measures.stats import Sample
from corus.analysis.waves.wave_change import Pairs
from corus.errors import InputError


@dataclass(frozen=True, eq=False)
class LinkedLayout:
    """Axes of the tables: what both waves ask in the same words."""

    items: tuple[str, ...]
    dimensions: tuple[str, ...]
    points: int
    """Length of the longest scale."""
    unit: int
    """Differences of person scores are counted in 1/unit of a point: whole numbers."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LinkedLayout) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Linked:
    """Counts over persons who answered two waves under one pseudonym.

    Attributes:
        layout: what the axes mean.
        groups: sorted; first axis of every table. A person belongs to the group of both answers.
        persons: persons linked, shape [group].
        items: persons by point in the first and in the second wave, as asked (not turned),
            shape [group, item, first, second]; answers on the scale in both only.
        scored: persons with a score of the dimension in both waves, shape [group, dimension].
        sums: Σ x, Σ y and Σ (y − x) over them, shape [group, dimension, 3]; x and y are the mean
            point indexes of the first and the second wave (reversed items turned) × unit.
        squares: the same of squares.
    """

    layout: LinkedLayout
    groups: tuple[str, ...]
    persons: Counts
    items: Counts
    scored: Counts
    sums: Counts
    squares: Counts

    @classmethod
    def zeros(cls, layout: LinkedLayout, groups: tuple[str, ...]) -> Linked:
        """No person."""
        n, k, d = len(groups), layout.points, len(layout.dimensions)
        shapes = ((n,), (n, len(layout.items), k, k), (n, d), (n, d, 3), (n, d, 3))
        return cls(layout, groups, *(np.zeros(shape, np.int64) for shape in shapes))

    @property
    def tables(self) -> dict[str, Counts]:
        """The tables by name; the first axis of each is the group."""
        return {
            "persons": self.persons, "items": self.items, "scored": self.scored,
            "sums": self.sums, "squares": self.squares,
        }  # fmt: skip

    def scores(self, group: str, dimension: str, points: int) -> Pairs | None:
        """Dimension scores 0–100 of the linked persons, for ``wave_change.linked_change``.

        ``points`` is the length of the dimension's scale. None where nobody has both scores.
        In R: mean(a); sd(a); mean(b); sd(b); mean(b - a); sd(b - a).
        """
        place = self.groups.index(group), self.layout.dimensions.index(dimension)
        n = int(self.scored[place])
        if n == 0 or points < 2:
            return None
        whole = self.layout.unit * (points - 1)
        sums, squares = self.sums[place].tolist(), self.squares[place].tolist()
        return Pairs(*(_sample(n, x, xx, whole) for x, xx in zip(sums, squares, strict=True)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Linked)
            and (self.layout, self.groups) == (other.layout, other.groups)
            and all(map(np.array_equal, self.tables.values(), other.tables.values()))
        )

    __hash__ = None  # type: ignore[assignment]


def _sample(n: int, total: int, squares: int, whole: int) -> Sample:
    """Mean and sd in points 0–100 of whole numbers of which ``whole`` are 100."""
    # Whole numbers until the root: nothing cancels.
    spread = (n * squares - total * total) / (n * (n - 1)) if n > 1 else 0.0
    return Sample(n, 100 * total / (n * whole), 100 * sqrt(spread) / whole)


def unit_of(most_items: int) -> int:
    """The smallest unit in which every mean of up to ``most_items`` answers is whole."""
    return lcm(*range(1, max(most_items, 1) + 1))


def count_linked(
    layout: LinkedLayout,
    groups: tuple[str, ...],
    where: Where,
    codes: tuple[Codes, Codes],
    scored: tuple[NDArray[np.int64], Places],
) -> Linked:
    """The tables of aligned mark codes: column p of both arrays is the same person.

    ``codes`` are [item of ``layout``, person] of the first and the second wave; ``where`` the
    place of each person's group; ``scored`` the items' scale lengths, and where the scored items
    stand among the layout's. Raises ``InputError`` (``PAI-001``) when they are not aligned.
    """
    first, second = codes
    if first.shape != second.shape or first.shape[1] != len(where):
        raise InputError("Linked answers must be given person by person.", code="PAI-001")
    linked = Linked.zeros(layout, groups)
    linked.persons[:] += np.bincount(where, minlength=len(groups))
    lengths, places = scored
    k = layout.points
    for item, (a, b) in enumerate(zip(first, second, strict=True)):
        both = (a < lengths[item]) & (b < lengths[item])
        cell = (where[both] * k + a[both]) * k + b[both]
        counted = np.bincount(cell, minlength=len(groups) * k * k)
        linked.items[:, item] += counted.reshape(len(groups), k, k)
    _count_changes(linked, Answered.of(first, places), Answered.of(second, places), where)
    return linked


def scored_twice(
    layout: LinkedLayout, codes: tuple[Codes, Codes], scored: Places
) -> NDArray[np.bool_]:
    """Who has a score of which dimension in both waves, shape [dimension, person]; the persons
    that ``count_linked`` counts."""
    had, has = (_means(Answered.of(one, scored), layout.unit)[1] for one in codes)
    return had & has


def _count_changes(linked: Linked, first: Answered, second: Answered, where: Where) -> None:
    (before, had), (after, has) = (_means(a, linked.layout.unit) for a in (first, second))
    for index, both in enumerate(had & has):
        x, y, place = before[index, both], after[index, both], where[both]
        told = np.stack([x, y, y - x], axis=1)
        np.add.at(linked.scored[:, index], place, 1)
        np.add.at(linked.sums[:, index], place, told)
        np.add.at(linked.squares[:, index], place, told * told)


def _means(answered: Answered, unit: int) -> tuple[Counts, NDArray[np.bool_]]:
    """Mean point index × unit, and who has a score; arrays of shape [dimension, person]."""
    m = answered.valid.sum(axis=1, dtype=np.int64)
    shown = answered.seen.sum(axis=1, dtype=np.int64)
    total = answered.value.sum(axis=1, dtype=np.int64)
    return total * unit // np.maximum(m, 1), (m > 0) & (2 * m >= shown)


def merge_linked(a: Linked, b: Linked) -> Linked:
    """Both sets of persons together. Raises ``InputError`` (``PAI-002``) on other items."""
    if a.layout != b.layout:
        raise InputError("Pairs over different items cannot be added.", code="PAI-002")
    merged = Linked.zeros(a.layout, tuple(sorted({*a.groups, *b.groups})))
    for part in (a, b):
        rows = [merged.groups.index(group) for group in part.groups]
        for table, addition in zip(merged.tables.values(), part.tables.values(), strict=True):
            table[rows] += addition
    return merged
