"""Sums of products of answers: what reliability is computed from, without reading an answer again.

Additive integer tables by stratum and dimension; knows no coefficient and no disclosure rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.decoding import Codes
from corus.analysis.counting.layout import (
    NOT_SHOWN,
    VARIANTS,
    Layout,
    Scored,
    Stratum,
    derived,
    scored_dimensions,
)
from corus.analysis.measures.reliability import Block
from corus.domain.instrument import Instrument, Variant

Counts = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Where = NDArray[np.int64]
"""Index of the stratum of each response."""

_SHORTEST = 16
"""Persons multiplied at once when many strata are mixed."""
_EXACT = 2**24
"""Whole numbers up to here are exact in single precision."""


class Products(NamedTuple):
    """Sums over persons, by stratum, dimension and place of the item among the scored items.

    x is the index of the point (0-based), reversed items turned round, as in ``Tally.scores``.
    Only questionnaires that give a score are in; places beyond a dimension's last item are 0.
    """

    pairs: Counts
    """Persons who answered both i and j, shape [stratum, dimension, i, j]."""
    pair_sums: Counts
    """Σ x_i over them, same shape: row i of column j."""
    pair_products: Counts
    """Σ x_i·x_j over them, same shape; the diagonal holds Σ x_i²."""
    complete: Counts
    """Persons who answered every scored item their group is asked, shape [stratum, dimension]."""
    complete_sums: Counts
    """Σ x_i over them, shape [stratum, dimension, i]."""
    complete_products: Counts
    """Σ x_i·x_j over them, shape [stratum, dimension, i, j]."""

    @classmethod
    def zeros(cls, layout: Layout, n_strata: int) -> Products:
        """The tables of no answer."""
        d, m = len(layout.dimensions), layout.most_items
        square = (n_strata, d, m, m)
        shapes = (square, square, square, square[:2], square[:3], square)
        return cls(*(np.zeros(shape, np.int64) for shape in shapes))

    def of_dimension(self, index: int) -> Products:
        """The tables of one dimension, without its axis: views, which may be added to."""
        return Products(*(table[:, index] for table in self))


def block_of(products: Products, rows: Sequence[int], index: int, places: Sequence[int]) -> Block:
    """The strata ``rows`` of dimension ``index`` added up, over the items at ``places``."""
    n, sums, both, complete, own, all_of_them = (
        table[list(rows), index].sum(axis=0) for table in products
    )
    kept = np.array(places, np.intp)
    square = kept[:, np.newaxis], kept
    return Block(
        n[square], sums[square], both[square], int(complete), own[kept], all_of_them[square]
    )


@dataclass(frozen=True, eq=False)
class Places:
    """Where the scored items of every dimension stand, as arrays of shape [dimension × item].

    Dimensions are filled up to ``most`` items; a place without an item takes no mark as valid.
    """

    n_dimensions: int
    most: int
    positions: NDArray[np.intp]
    """Index of the item among the instrument's."""
    points: Bytes
    """Length of its scale, 0 where there is no item; shape [dimension × item, 1]."""
    shown_under: Bytes
    """Marks under this one are of persons who were shown the item; same shape."""
    reversed: NDArray[np.intp]
    """Places whose items are reversed."""

    @property
    def highest(self) -> int:
        """Largest point index."""
        return max(int(self.points.max(initial=0)) - 1, 0)


@derived
def places(instrument: Instrument) -> Places:
    """The places of ``instrument``; worked out once."""
    scored = scored_dimensions(instrument)
    most = Layout.of(instrument).most_items
    shape = (len(scored), most)
    positions, turned = np.zeros(shape, np.intp), np.zeros(shape, np.bool_)
    points, shown = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    for row, dimension in enumerate(scored):
        size = len(dimension.items)
        positions[row, :size] = dimension.positions
        points[row, :size] = dimension.points
        shown[row, :size] = NOT_SHOWN
        turned[row, :size] = [item.direction == "reversed" for item in dimension.items]
    return Places(
        len(scored), most, positions.ravel(), points.reshape(-1, 1), shown.reshape(-1, 1),
        np.flatnonzero(turned),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Answered:
    """What each person answered in each dimension; arrays of shape [dimension, item, person]."""

    valid: Bytes
    """1 where the item has an answer on its scale."""
    value: Bytes
    """Index of its point, turned favourable; 0 without an answer."""
    seen: Bytes
    """1 where the item was shown."""

    @classmethod
    def of(cls, codes: Codes, where_items: Places) -> Answered:
        """Read off mark codes of shape [item, person]."""
        marks = codes[where_items.positions]
        valid = (marks < where_items.points).view(np.uint8)
        seen = (marks < where_items.shown_under).view(np.uint8)
        for place in where_items.reversed:
            np.subtract(where_items.points[place, 0] - 1, marks[place], out=marks[place])
        # Multiplying by the mask is several times faster than np.where on bytes.
        marks *= valid
        shape = (where_items.n_dimensions, where_items.most, codes.shape[1])
        return cls(valid.reshape(shape), marks.reshape(shape), seen.reshape(shape))


def asked_of(
    strata: Sequence[Stratum], instrument: Instrument
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which items each stratum's group is asked, and in which dimensions the stratum gives scores.

    Shapes [stratum, dimension, item] and [stratum, dimension]. Asked: in any variant that gives
    a score, so that persons of one group are complete over the same items.
    """
    n_dimensions, most = len(scored_dimensions(instrument)), Layout.of(instrument).most_items
    asked = np.zeros((len(strata), n_dimensions, most), np.bool_)
    gives = np.zeros((len(strata), n_dimensions), np.bool_)
    for row, stratum in enumerate(strata):
        asked[row] = _asked_of_group(instrument, stratum.group)
        gives[row] = _gives(instrument, stratum.group, cast(Variant, stratum.variant))
    return asked, gives


@derived
def _asked_of_group(instrument: Instrument, group: str) -> NDArray[np.bool_]:
    scored, most = scored_dimensions(instrument), Layout.of(instrument).most_items
    asked = np.zeros((len(scored), most), np.bool_)
    for index, dimension in enumerate(scored):
        codes = asked_items(instrument, dimension, group)
        asked[index, : len(dimension.items)] = [item.code in codes for item in dimension.items]
    return asked


@derived
def _gives(instrument: Instrument, group: str, variant: Variant) -> list[bool]:
    return [d.scores(instrument, group, variant) for d in scored_dimensions(instrument)]


@derived
def asked_items(instrument: Instrument, scored: Scored, group: str) -> frozenset[str]:
    """Codes of the scored items asked of ``group`` in a variant that gives a score."""
    return frozenset(
        item.code
        for variant in VARIANTS
        if scored.scores(instrument, group, variant)
        for item in scored.asked(instrument, group, variant)
    )


def add_products(
    products: Products, answered: Answered, where: Where, asked: NDArray[np.bool_], highest: int
) -> None:
    """Add the persons of ``answered`` to the tables of their strata.

    One product of matrices per dimension and run of persons: exact, since every sum is a whole
    number that floating point holds as it is.
    """
    runs = Runs.of(where, len(products.complete))
    complete = _complete(answered, where, asked)
    kind = np.float32 if highest**2 * runs.length < _EXACT else np.float64
    both = np.concatenate([answered.valid, answered.value], axis=1)
    all_of_them = np.concatenate([complete[:, np.newaxis], answered.value], axis=1)
    all_of_them[:, 1:] *= complete[:, np.newaxis]
    m = answered.valid.shape[1]
    gram = runs.products(both.astype(kind))
    products.pairs[runs.strata] += gram[..., :m, :m]
    products.pair_sums[runs.strata] += gram[..., m:, :m]
    products.pair_products[runs.strata] += gram[..., m:, m:]
    gram = runs.products(all_of_them.astype(kind))
    products.complete[runs.strata] += gram[..., 0, 0]
    products.complete_sums[runs.strata] += gram[..., 1:, 0]
    products.complete_products[runs.strata] += gram[..., 1:, 1:]


def _complete(answered: Answered, where: Where, asked: NDArray[np.bool_]) -> Bytes:
    """1 where a person answered every item asked of the group, shape [dimension, person]."""
    wanted = asked.view(np.uint8)
    if len(asked) == 1:
        return _holds(answered.valid, wanted[0][..., np.newaxis])
    return _holds(answered.valid, np.ascontiguousarray(wanted[where].transpose(1, 2, 0)))


def _holds(valid: Bytes, wanted: Bytes) -> Bytes:
    missing = (valid < wanted).any(axis=1)
    return np.asarray(~missing, np.bool_).view(np.uint8)


@dataclass(frozen=True, eq=False)
class Runs:
    """Persons laid out so that each run of ``length`` of them belongs to one stratum."""

    strata: NDArray[np.intp]
    """Strata that occur."""
    first: NDArray[np.intp]
    """First run of each."""
    length: int
    order: NDArray[np.intp] | None
    """Person at each place, −1 where a run is filled up; None when they lie so already."""

    @classmethod
    def of(cls, where: Where, n_strata: int) -> Runs:
        """Runs of the persons whose strata are ``where``."""
        n = len(where)
        if n_strata == 1:
            return cls(np.zeros(1, np.intp), np.zeros(1, np.intp), n, None)
        size = np.bincount(where, minlength=n_strata)
        strata = np.flatnonzero(size)
        length = max(_SHORTEST, n // (2 * len(strata)))
        runs = -(-size[strata] // length)
        first = np.cumsum(runs) - runs
        order = np.full(int(runs.sum()) * length, -1, np.intp)
        people = np.argsort(where, kind="stable")
        start = np.cumsum(size[strata]) - size[strata]
        moved = np.repeat(first * length - start, size[strata])
        order[np.arange(n) + moved] = people
        return cls(strata, first, length, order)

    def products(self, rows: NDArray[np.floating]) -> Counts:
        """``rows`` · ``rows``ᵀ by stratum and dimension; ``rows`` is [dimension, row, person]."""
        if self.order is None:
            product = np.matmul(rows, rows.swapaxes(-1, -2))
            return np.asarray(product[np.newaxis], np.int64)
        d, r, _ = rows.shape
        filled = np.concatenate([rows, np.zeros((d, r, 1), rows.dtype)], axis=2)[..., self.order]
        runs = filled.reshape(d, r, self.order.size // self.length, self.length).transpose(
            2, 0, 1, 3
        )
        product = np.matmul(runs, runs.swapaxes(-1, -2))
        # Only then: runs of one stratum may add up to more than single precision holds.
        return np.asarray(np.add.reduceat(product.astype(np.int64), self.first, axis=0))
