"""Complementary suppression: which further cells of an additive table must be hidden.

Works on counts of persons in a table of any number of axes, each with its total, so that hidden
cells cannot be worked out from what is left. Knows numbers only; ``audit`` is the attacker.

A table holds groups → all, sites → all, points of a scale → n, a filter and its complement: every
axis is a family of parts that add up to a total. Algorithm (METHODS of statistical offices, see
Hundepool et al. 2012, chapter 4): wherever a line has exactly one hidden cell, hide the cheapest
other one, to a fixed point; then audit by linear programming, and hide more where a hidden cell is
still known too well; at last show again what turned out not to be needed. Not covered: what the
choice itself tells somebody who knows the algorithm and guesses the counts (Wong et al. 2007).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from corus.analysis.disclosure.audit import Bounds, Knowledge, failing
from corus.errors import RefusedError

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
Cell = tuple[int, ...]
"""Index of one cell of a table with its totals; the last place of each axis is the total."""


def with_totals(counts: Counts) -> Counts:
    """The table with its margins: one place more on each axis, holding the sum of the others."""
    table = np.asarray(counts, np.int64)
    for axis in range(table.ndim):
        total = table.sum(axis=axis, keepdims=True)
        table = np.concatenate([table, total], axis=axis)
    return table


def primary(table: Counts, threshold: int | Counts) -> Mask:
    """Cells of 1 to ``threshold`` − 1 persons, totals included. Cells of nobody are shown as 0.

    ``threshold`` is one number (5; strict 11) or one per cell of the table (organizations: 3).
    """
    return (table > 0) & (table < threshold)


def suppress(
    table: Counts, hidden: Mask, threshold: int | Counts, keep: Mask | None = None
) -> Mask:
    """All cells to hide so that no hidden cell can be told to be under its threshold.

    ``table`` is a table with its totals (``with_totals``); ``hidden`` the cells hidden already;
    ``keep`` cells published elsewhere, which cannot be hidden. All of one shape.

    Every hidden cell ends with attacker's bounds low < high and high ≥ threshold: the large ones
    too, since a reader cannot know which of them are the small ones.

    Raises ``RefusedError`` (``SUP-001``) when hiding every cell that may be hidden is not enough.
    """
    done = np.array(hidden, bool)
    kept = np.zeros(table.shape, bool) if keep is None else np.asarray(keep, bool)
    limits = np.broadcast_to(np.asarray(threshold), table.shape)
    # A zero that is hidden takes away what is known of every hidden cell: that it holds somebody.
    least = int(not (done & (table == 0)).any())
    while True:
        _complete_lines(table, done, kept)
        told = audit(table, done, limits, least=least)
        if not told:
            return _given_back(table, done, np.asarray(hidden, bool), limits)
        more = [_cheapest(table, done, kept, _beside(cell, table.shape)) for cell in told]
        more = more if any(more) else [_cheapest(table, done, kept, np.ndindex(table.shape))]
        if not any(more):
            raise RefusedError(
                "This table cannot be shown: its hidden cells would follow from the others.",
                hint="Merge small groups, or leave the breakdown out.",
                code="SUP-001",
            )
        # One at a time: what it hides may protect the others as well.
        done[min((c for c in more if c is not None), key=lambda c: (table[c], c))] = True


def audit(
    table: Counts, hidden: Mask, threshold: int | Counts, least: int = 1
) -> dict[Cell, Bounds]:
    """Hidden cells that an attacker bounds too well, by linear programming; empty when none.

    The attacker has every cell that is shown, every line's sum, and ``least``: how many persons at
    least a hidden cell holds (1 where cells of nobody are shown as 0).
    """
    cells = [tuple(map(int, cell)) for cell in np.argwhere(hidden)]
    known = attacker(table, hidden, least)
    limits = dict(zip(cells, np.broadcast_to(np.asarray(threshold), table.shape)[hidden].tolist(),
                      strict=True))  # fmt: skip
    told = failing(known, cells, limits)
    if told or table.ndim < 3:
        return told  # in two axes the programme's corners are whole already
    return failing(known, cells, limits, persons="whole")


def attacker(table: Counts, hidden: Mask, least: int = 1) -> Knowledge:
    """What is known of the hidden cells: every line adds up, and each holds ``least`` or more."""
    known = Knowledge()
    for line in _lines(table.shape):
        unknown = [cell for cell in line if hidden[cell]]
        if unknown:
            sign = {cell: -1.0 if cell == line[-1] else 1.0 for cell in line}
            left = sum(sign[cell] * int(table[cell]) for cell in line if not hidden[cell])
            known.between({cell: sign[cell] for cell in unknown}, -left, -left)
    for cell in map(tuple, np.argwhere(hidden).tolist()):
        known.between({cell: 1.0}, least, np.inf)
    return known


def _complete_lines(table: Counts, done: Mask, kept: Mask) -> None:
    """Hides a second cell in each line that has only one, until no line has only one."""
    changed = True
    while changed:
        changed = False
        for line in _lines(table.shape):
            if sum(bool(done[cell]) for cell in line) == 1:
                second = _cheapest(table, done, kept, iter(line))
                if second is not None:
                    done[second] = changed = True


def _given_back(table: Counts, done: Mask, first: Mask, limits: Counts) -> Mask:
    """Shows again, the largest first, what the others protect enough without it."""
    least = int(not (done & (table == 0)).any())
    extra = [tuple(map(int, cell)) for cell in np.argwhere(done & ~first)]
    for cell in sorted(extra, key=lambda c: (-int(table[c]), c)):
        fewer = done.copy()
        fewer[cell] = False
        if not _single(table.shape, fewer) and not audit(table, fewer, limits, least=least):
            done = fewer
    return done


def _single(shape: tuple[int, ...], hidden: Mask) -> bool:
    """Whether some line has one hidden cell only, which is then known: no audit needed."""
    return any(sum(bool(hidden[cell]) for cell in line) == 1 for line in _lines(shape))


def _cheapest(table: Counts, done: Mask, kept: Mask, cells: Iterator[Cell]) -> Cell | None:
    """The shown cell of fewest persons, nobody's excepted: a 0 protects nothing."""
    free = [cell for cell in cells if table[cell] and not done[cell] and not kept[cell]]
    return min(free, key=lambda cell: (int(table[cell]), cell), default=None)


def _beside(cell: Cell, shape: tuple[int, ...]) -> Iterator[Cell]:
    """The cells that share a line with ``cell``."""
    for axis, size in enumerate(shape):
        for place in range(size):
            yield (*cell[:axis], place, *cell[axis + 1 :])


def _lines(shape: tuple[int, ...]) -> Iterator[tuple[Cell, ...]]:
    """Every line of the table along every axis; its last cell is the sum of the others."""
    for axis, size in enumerate(shape):
        for rest in product(*(range(n) for i, n in enumerate(shape) if i != axis)):
            yield tuple((*rest[:axis], place, *rest[axis:]) for place in range(size))
