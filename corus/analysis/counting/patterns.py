"""Persons who answered a dimension alike, counted together: the same tables, many times faster.

Five items of five points can be answered in a few thousand ways; a million persons are counted
by their way, and everything else is worked out once per way. Exact, as ``products`` is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.products import Answered, Counts, Places, Products, Where

_MOST = 2**16
"""Ways of answering beyond which persons are not grouped."""
_PERSONS_PER_WAY = 0.25
"""Fewer persons than this for each way of a stratum are quicker one by one."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways of answering one dimension: per item one of its points, nothing though shown, or
    not shown.

    A way is numbered by its digits, the first item's the most significant.
    """

    points: int
    items: int
    numbers: NDArray[np.uint16]
    """Way of each person, shape [dimension, person]."""

    @classmethod
    def worth(cls, scored: Places, n_persons: int, n_strata: int) -> Ways | None:
        """Room for this many persons; None where counting one by one is quicker."""
        points = scored.highest + 1
        ways = (points + 2) ** scored.most
        enough = scored.most and n_persons >= max(1, _PERSONS_PER_WAY * ways * n_strata)
        if not enough or ways > _MOST:
            return None
        return cls(points, scored.most, np.empty((scored.n_dimensions, n_persons), np.uint16))

    @property
    def count(self) -> int:
        """Number of ways."""
        return int((self.points + 2) ** self.items)

    def note(self, answered: Answered, persons: slice) -> None:
        """Keep the ways of these persons."""
        top = self.points + 1
        # The point where there is one; ``points`` when shown without an answer; else one more.
        digits = answered.value + np.uint8(top) - np.uint8(self.points) * answered.valid
        digits -= answered.seen
        number = digits[:, 0].astype(np.uint16)
        for item in range(1, self.items):
            number *= np.uint16(self.points + 2)
            number += digits[:, item]
        self.numbers[:, persons] = number

    def persons(self, where: Where, n_strata: int) -> Counts:
        """Persons by way, shape [stratum, dimension, way]."""
        counted = np.empty((n_strata, len(self.numbers), self.count), np.int64)
        base = where * self.count if n_strata > 1 else 0
        for index, numbers in enumerate(self.numbers):
            found = np.bincount(base + numbers, minlength=n_strata * self.count)
            counted[:, index] = found.reshape(n_strata, self.count)
        return counted

    def each(self) -> Answered:
        """Every way as if one person had answered so; arrays of shape [1, item, way]."""
        base = self.points + 2
        digits = np.indices((base,) * self.items, np.uint8).reshape(1, self.items, -1)
        valid = (digits < self.points).view(np.uint8)
        return Answered(valid, digits * valid, (digits <= self.points).view(np.uint8))


def add_by_way(products: Products, persons: Counts, ways: Ways, asked: NDArray[np.bool_]) -> None:
    """Add ``persons`` by way to the sums of products; ``asked`` is [stratum, dimension, item]."""
    each, m = ways.each(), ways.items
    rows = np.concatenate([each.valid[0], each.value[0]]).astype(np.float64)
    for place in np.ndindex(*persons.shape[:2]):
        there = np.flatnonzero(persons[place])
        gram = _gram(rows[:, there], persons[place][there])
        products.pairs[place] += gram[:m, :m]
        products.pair_sums[place] += gram[m:, :m]
        products.pair_products[place] += gram[m:, m:]
        whole = there[_complete(rows[:m, there], asked[place])]
        gram = _gram(
            np.concatenate([np.ones((1, len(whole))), rows[m:, whole]]), persons[place][whole]
        )
        products.complete[place] += gram[0, 0]
        products.complete_sums[place] += gram[0, 1:]
        products.complete_products[place] += gram[1:, 1:]


def _complete(valid: Floats, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ways in which every item wanted is answered."""
    return np.asarray(valid[wanted].all(axis=0))


def _gram(rows: Floats, persons: Counts) -> Counts:
    """Σ persons·row_i·row_j over ways: whole numbers, and exact."""
    return np.asarray((rows * persons) @ rows.T, np.int64)


def cells_by_way(persons: Counts, cell: NDArray[np.intp], n_cells: int) -> Counts:
    """Persons by cell, shape [stratum, dimension, cell], when way w falls into ``cell[w]``."""
    rows = persons.reshape(-1, persons.shape[-1])
    base = np.arange(len(rows))[:, np.newaxis] * n_cells
    row, way = np.nonzero(rows)
    counted = np.bincount(
        base[row, 0] + cell[way], weights=rows[row, way], minlength=len(rows) * n_cells
    )
    return counted.astype(np.int64).reshape(*persons.shape[:2], n_cells)
