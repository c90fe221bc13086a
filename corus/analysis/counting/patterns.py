"""Persons who answered a dimension alike, counted together: the same tables, many times faster.

Five items of five points can be answered in a few thousand ways; a million persons are counted
by their way, and everything else is worked out once per way. Exact, as ``products`` is.
"""

from __future__ import annotations

from collections.abc import Iterator
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

    def persons(self, where: Where, n_strata: int) -> Iterator[Counts]:
        """Persons by way in each dimension in turn, shape [stratum, way].

        Never all of them at once: a table that stays in the processor's cache is filled and read
        several times as fast.
        """
        base = where * self.count if n_strata > 1 else 0
        for numbers in self.numbers:
            found = np.bincount(base + numbers, minlength=n_strata * self.count)
            yield found.reshape(n_strata, self.count)

    def each(self) -> Answered:
        """Every way as if one person had answered so; arrays of shape [1, item, way]."""
        return _each(self.points, self.items)


def _each(points: int, items: int) -> Answered:
    digits = np.indices((points + 2,) * items, np.uint8).reshape(1, items, -1)
    valid = (digits < points).view(np.uint8)
    return Answered(valid, digits * valid, (digits <= points).view(np.uint8))


def _half(points: int, items: int) -> Floats:
    """Every way of a few items: valid, then value, shape [2, item, way]."""
    each = _each(points, items)
    return np.concatenate([each.valid, each.value]).astype(np.float64)


def add_by_way(products: Products, persons: Counts, ways: Ways, wanted: NDArray[np.bool_]) -> None:
    """Add ``persons`` by way, [stratum, way], to the products of one dimension.

    ``products`` are its tables (``of_dimension``), ``wanted`` its items asked, [stratum, item].
    A way is laid out as one of its first items by one of its last: products within either need
    the persons of that half only, and those between them two small products of matrices.
    """
    m, first = ways.items, -(-ways.items // 2)
    one, two = (_half(ways.points, size) for size in (first, m - first))
    table = persons.reshape(len(persons), one.shape[-1], two.shape[-1]).astype(np.float64)
    place = _places(first, m - first)
    gram = _gram(table, one.reshape(2 * first, -1), two.reshape(2 * (m - first), -1))
    gram = gram[:, place[:, np.newaxis], place]
    products.pairs[:] += gram[:, :m, :m]
    products.pair_sums[:] += gram[:, m:, :m]
    products.pair_products[:] += gram[:, m:, m:]
    table *= _complete(one[0], wanted[:, :first])[:, :, np.newaxis]
    table *= _complete(two[0], wanted[:, first:])[:, np.newaxis]
    gram = _gram(table, np.concatenate([np.ones_like(one[0, :1]), one[1]]), two[1])
    products.complete[:] += gram[:, 0, 0]
    products.complete_sums[:] += gram[:, 0, 1:]
    products.complete_products[:] += gram[:, 1:, 1:]


def _places(first: int, last: int) -> NDArray[np.intp]:
    """Where valid, then value, of every item stand among rows that are laid out by halves."""
    one, two = np.arange(first), 2 * first + np.arange(last)
    return np.concatenate([one, two, one + first, two + last])


def _complete(valid: Floats, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ways in which every item wanted is answered, shape [row, way]."""
    return np.asarray((valid >= wanted[:, :, np.newaxis]).all(axis=1))


def _gram(persons: Floats, first: Floats, last: Floats) -> Counts:
    """Σ persons·x_i·x_j over the rows of both halves, those of the first half before: exact.

    ``persons`` is [row, first half, last half]; sums are whole numbers under 2⁵³.
    """
    n = len(first)
    found = np.empty((len(persons), n + len(last), n + len(last)))
    found[:, :n, :n] = (persons.sum(axis=2)[:, np.newaxis] * first) @ first.T
    found[:, n:, n:] = (persons.sum(axis=1)[:, np.newaxis] * last) @ last.T
    found[:, :n, n:] = first @ (persons @ last.T)
    found[:, n:, :n] = found[:, :n, n:].swapaxes(1, 2)
    return found.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Cells:
    """Which ways fall into which cell of a table."""

    order: NDArray[np.intp]
    """Ways, those of one cell side by side."""
    cells: NDArray[np.intp]
    """Cells into which any way falls."""
    first: NDArray[np.intp]
    """First of each among the ways so ordered."""

    @classmethod
    def of(cls, cell: NDArray[np.intp]) -> Cells:
        """Way w falls into ``cell[w]``."""
        order = np.argsort(cell, kind="stable")
        return cls(order, *np.unique(cell[order], return_index=True))

    def count(self, persons: Counts, n_cells: int) -> Counts:
        """Persons by cell, shape [stratum, cell], of persons by way."""
        counted = np.zeros((len(persons), n_cells), np.int64)
        counted[:, self.cells] = np.add.reduceat(persons[:, self.order], self.first, axis=1)
        return counted
