"""Chance: how probable it is that somebody else gives exactly these answers.

Pure arrays of marks; knows nothing of files and stores. Where it must err, it finds answers more
probable than they are: one answer too many is better than a person refused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.uint8]
FloatArray = NDArray[np.float64]

HELD = 2.0
"""Answers' worth by which a mark after another is drawn to how often it is given at all."""
ONE_COLUMN, SLIP = 0.1, 0.05
"""Share of people who tick one column all the way down, and share of ticks that slip from it."""
_KINDS = 256


def as_array(marks: list[str]) -> Marks:
    """Strings of one length, a character an item, as bytes (answers x items)."""
    width = len(marks[0]) if marks else 0
    return np.frombuffer("".join(marks).encode("ascii"), np.uint8).reshape(len(marks), width)


def probability(learned: Marks, asked: Marks, rated: NDArray[np.bool_]) -> FloatArray:
    """Probability in (0, 1] that one person gives each row of ``asked`` (rows x items).

    The higher of two: that of somebody who reads each item, and that of somebody who ticks one
    column of the ``rated`` items (True, one an item) all the way down. ``learned`` (answers x
    items) holds answers of the same group and form.
    """
    if not len(learned) or not learned.shape[1]:
        return np.ones(len(asked))
    own = np.stack([_shares(now)[to] for now, to in zip(learned.T, asked.T, strict=True)], axis=1)
    return np.exp(np.maximum(_in_turn(learned, asked, own), _one_column(asked, own, rated)))


def _shares(marks: Marks) -> FloatArray:
    """Share of each mark, by its byte; one answer more for each mark seen and one unseen."""
    counts = np.bincount(marks, minlength=_KINDS)
    return np.asarray((counts + 1) / (len(marks) + np.count_nonzero(counts) + 1))


def _in_turn(learned: Marks, asked: Marks, own: FloatArray) -> FloatArray:
    """Logarithm under a chain of order one: every mark given the mark before it.

    Shares of pairs are smoothed towards the item's own (Dirichlet prior of weight ``HELD``).
    """
    found = np.log(own[:, 0])
    for item in range(1, learned.shape[1]):
        before, last = (np.intp(_KINDS) * each[:, item - 1] for each in (learned, asked))
        pairs = np.bincount(before + learned[:, item], minlength=_KINDS**2)
        starts = np.bincount(learned[:, item - 1], minlength=_KINDS)[asked[:, item - 1]]
        found += np.log((pairs[last + asked[:, item]] + HELD * own[:, item]) / (starts + HELD))
    return np.asarray(found)


def _one_column(asked: Marks, own: FloatArray, rated: NDArray[np.bool_]) -> FloatArray:
    """Logarithm for who ticks, but for slips, one column; what is not rated is as common as ever.

    Any column does: the commonest rated mark of the row is taken, whatever it is.
    """
    marks = asked[:, rated]
    kinds = np.unique(marks)
    if not len(kinds):
        return np.full(len(asked), -np.inf)
    often = np.stack([(marks == kind).sum(axis=1) for kind in kinds], axis=1)
    column = kinds[often.argmax(axis=1)]
    kept = np.where(marks == column[:, None], 1 - SLIP, SLIP * own[:, rated])
    return np.asarray(
        np.log(ONE_COLUMN / len(kinds)) + np.log(kept).sum(axis=1)
        + np.log(own[:, ~rated]).sum(axis=1)
    )  # fmt: skip
