"""How finely a dimension score may be published beside the distributions of its items.

Knows counts and thresholds; it is the attacker's calculation, done before the attacker can.

With M the commonest number of items answered, M·Σ(person scores) − Σ(answers to all items) is 0
for everybody who answered M items. What is left is a sum over the *others*: persons who left
something out. If they are 1–4, an exact score tells what they answered: with two items and one
« don't know », exactly that person's other answer. Rounding the score blurs that sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corus.analysis.disclosure import round_to
from corus.analysis.layout import VARIANTS, Scored
from corus.analysis.stats import Sample, score_sample
from corus.analysis.tally import Tally
from corus.domain.instrument import Instrument
from corus.domain.wave import Thresholds

Precision = Literal["exact", "tenths", "whole", "fives", "none"]
"""As computed, to one decimal, to whole points, to the nearest 5, or not published."""
STEPS: dict[Precision, float] = {"tenths": 0.1, "whole": 1.0, "fives": 5.0}

NEAR = 1e-5
"""Sums within this are the same: weights such as 5/3 − 1 are no exact floats."""
BLUR_FEW = 0.25
"""Part of its range over which the sum of 1–4 persons' answers must stay unknown: nobody comes
closer than an eighth of the range, about what the p % rule of statistical offices asks with
p = 10 to 15 (project convention)."""
BLUR_SOME = 0.05
"""The same for 5–9 persons: as blurred as scores rounded to the nearest 5."""


@dataclass(frozen=True)
class Scores:
    """What one group answered in one dimension, on the items' own scale of ``points`` points.

    ``scores`` is persons by [answered m, sum s]; ``unscored`` persons by [m] who answered fewer
    than half; ``valid`` answers by [item, point], reversed items turned round.
    """

    points: int
    scores: NDArray[np.int64]
    unscored: NDArray[np.int64]
    valid: NDArray[np.int64]

    @classmethod
    def of(cls, tally: Tally, instrument: Instrument, group: str, scored: Scored) -> Scores:
        """The group's answers to one dimension, over the questionnaires that give a score.

        Answers to the short form are among them, as persons without a score of their own.
        """
        giving = [v for v in VARIANTS if scored.scores(instrument, group, v)]
        if "standard" in giving and "express" not in giving:
            giving.append("express")
        rows = [i for i, s in enumerate(tally.strata) if s.group == group and s.variant in giving]
        index = tally.layout.dimensions.index(scored.dimension)
        marks = tally.marks[np.ix_(rows, scored.positions)].sum(axis=0)
        turned = [
            counts[::-1] if item.direction == "reversed" else counts
            for item, counts in zip(scored.items, marks[:, : scored.points], strict=True)
        ]
        return cls(
            scored.points,
            tally.scores[rows, index].sum(axis=0),
            tally.unscored[rows, index].sum(axis=0),
            np.array(turned),
        )

    @cached_property
    def sample(self) -> Sample | None:
        """The persons' scores summed up: the very number that would be published."""
        return score_sample(self.scores, self.points)


def score_precision(found: Scores, thresholds: Thresholds) -> Precision:
    """The finest precision at which the score isolates nobody.

    - An item with 1–4 answers: none, since its mean would be bounded by the others and the score.
    - An item with 5–9: the nearest 5, as in a banded cell: whole points would tell the sum of its
      answers where the other items leave little choice.
    - Nobody, or at least ``thresholds.full`` persons, answered another number of items: exact.
    - Otherwise the finest rounding that keeps the sum over those others unknown.
    """
    answers = found.valid.sum(axis=1)
    if ((answers > 0) & (answers < thresholds.shown)).any():
        return "none"
    if ((answers > 0) & (answers < thresholds.full)).any():
        return "fives"
    common, others = _others(found)
    if others == 0 or others >= thresholds.full:
        return "exact"
    wanted = BLUR_FEW if others < thresholds.shown else BLUR_SOME
    finest = (name for name, step in STEPS.items() if _hides(found, common, step, wanted))
    return next(finest, "none")


def stays_hidden(before: Scores, after: Scores, thresholds: Thresholds) -> bool:
    """Whether two releases leave the sum over the same 1–9 others as unknown as one of them.

    Each rounded score bounds it; a reader of both takes the narrower of the two bounds. Where the
    others changed, or no score is given, or none is rounded, there is no second bound.
    """
    if not _same_others(before, after):
        return True
    common, others = _others(after)
    if not 0 < others < thresholds.full:
        return True
    bounds = []
    for found in (before, after):
        step = STEPS.get(score_precision(found, thresholds))
        if step is None:
            return True
        bounds.append(_left_over(found, common, step))
    blur = max(low for low, _ in bounds), min(high for _, high in bounds)
    wanted = BLUR_FEW if others < thresholds.shown else BLUR_SOME
    return all(_leaves_open(found, common, blur, wanted) for found in (before, after))


def _same_others(before: Scores, after: Scores) -> bool:
    """Whether something changed, but only among those who answered the commonest number."""
    common, _ = _others(after)
    if _others(before)[0] != common or np.array_equal(before.valid, after.valid):
        return False
    same = np.delete(before.scores, common, axis=0) == np.delete(after.scores, common, axis=0)
    return bool(same.all()) and np.array_equal(before.unscored[1:], after.unscored[1:])


def _others(found: Scores) -> tuple[int, int]:
    """(Commonest number of items answered, persons with answers who answered another number)."""
    persons = found.scores.sum(axis=1)
    common = int(len(persons) - 1 - np.argmax(persons[::-1]))
    everybody = int(persons[1:].sum() + found.unscored[1:].sum())
    return common, everybody - int(persons[common])


def _hides(found: Scores, common: int, step: float, wanted: float) -> bool:
    """Whether a score rounded to ``step`` leaves enough possible values to the sum over others."""
    return _leaves_open(found, common, _left_over(found, common, step), wanted)


def _leaves_open(found: Scores, common: int, blur: tuple[float, float], wanted: float) -> bool:
    """Whether these bounds leave enough of what the sum over others could be."""
    range_ = _range(found, common)
    low, high = max(blur[0], range_[0]), min(blur[1], range_[1])
    width = range_[1] - range_[0]
    steps = _steps(found, common)
    # Two steps leave two possible sums where every sum is possible, however short the scale; what
    # the items alone already tell (everybody at one end of the scale) is not the score's doing.
    enough = high - low >= min(max(wanted * width, 2 * min(map(abs, steps))), width)
    return enough and _leaves_two(found, common, blur)


def _leaves_two(found: Scores, common: int, blur: tuple[float, float]) -> bool:
    """Where few points were chosen, possible sums lie far apart: two must fit all the same."""
    possible = _possible(found, common)
    fit = (possible >= blur[0] - NEAR) & (possible <= blur[1] + NEAR)
    return len(possible) < 2 or int(fit.sum()) >= 2


def _left_over(found: Scores, common: int, step: float) -> tuple[float, float]:
    """What a reader computes: bounds of M·Σ(s/m) − Σs, from the rounded score and the items."""
    sample = found.sample
    if sample is None:
        return 0.0, 0.0
    width = sample.n * (found.points - 1) / 100
    rounded = round_to(sample.mean, step)
    published, half = _answers_sum(found), step / 2
    return (
        common * (rounded - half) * width - published,
        common * (rounded + half) * width - published,
    )


def _answers_sum(found: Scores) -> int:
    """Sum of every answer to every item of the dimension, in point indexes."""
    return int((found.valid.sum(axis=0) * np.arange(found.points)).sum())


def _range(found: Scores, common: int) -> tuple[float, float]:
    """Bounds of that sum known beforehand, from the ends of the scale and the items' total."""
    persons = found.scores.sum(axis=1)
    m, top = np.arange(len(persons)), found.points - 1
    high = top * int((persons * (common - m).clip(0))[1:].sum())
    low = -top * int((persons * (m - common).clip(0))[1:].sum() + (found.unscored * m).sum())
    steps, total = _steps(found, common), _answers_sum(found)
    # The others gave at least what the rest of the group cannot have given.
    least = max(0, total - top * common * int(persons[common]))
    if low == 0:
        return least * min(steps), min(high, total * max(steps))
    if high == 0:
        return max(low, total * min(steps)), least * max(steps)
    return low, high


def _possible(found: Scores, common: int) -> NDArray[np.float64]:
    """Every value that sum may take for all that the items' distributions tell, in order."""
    kinds = list(_kinds(found, common))
    if len(kinds) == 1 and common == int(found.valid.any(axis=1).sum()):
        parts = [kinds[0][2] * sums for sums in _by_item(found, common, kinds[0][0])]
    else:
        parts = [step * _sums(_pooled(found, n), n * answered) for n, answered, step in kinds]
    possible = np.zeros(1)
    for part in parts:
        possible = np.unique(np.round(np.add.outer(possible, part), 6))
    low, high = _range(found, common)
    return possible[(possible >= low - NEAR) & (possible <= high + NEAR)]


def _kinds(found: Scores, common: int) -> Iterator[tuple[int, int, float]]:
    """The others: (persons, items each answered, how far a point of theirs moves the sum)."""
    for answered in range(1, len(found.scores)):
        scored, unscored = int(found.scores[answered].sum()), int(found.unscored[answered])
        if scored and answered != common:
            yield scored, answered, common / answered - 1
        if unscored:
            yield unscored, answered, -1.0


def _by_item(found: Scores, common: int, persons: int) -> Iterator[NDArray[np.int64]]:
    """Sums of what the others answered to each item, where the common ones answered them all: how
    many of the others answered it is then known, too."""
    everybody = int(found.scores[common].sum())
    for row in found.valid[found.valid.any(axis=1)]:
        pooled = [int(n) for n in np.minimum(row, persons)]
        yield _sums(pooled, int(row.sum()) - everybody)


def _pooled(found: Scores, persons: int) -> list[int]:
    """Answers by point that so many persons can have given: to each item at most one each."""
    return [int(n) for n in np.minimum(found.valid, persons).sum(axis=0)]


def _sums(pooled: list[int], answers: int) -> NDArray[np.int64]:
    """Every sum that ``answers`` answers may have, drawn from these, in order.

    ``found[j]`` holds the sums of j answers as bits: bit s is set when s is one of them.
    """
    found = [1] + [0] * answers
    for point, n in enumerate(pooled):
        found = [
            reduce(or_, (found[j - k] << (k * point) for k in range(min(n, j) + 1)))
            for j in range(answers + 1)
        ]
    return np.array([s for s in range(found[-1].bit_length()) if found[-1] >> s & 1], np.int64)


def _steps(found: Scores, common: int) -> list[float]:
    """How far one point of one other person's answer moves the sum, by kind of person."""
    return [step for _, _, step in _kinds(found, common)]
