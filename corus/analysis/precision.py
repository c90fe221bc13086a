"""How finely a dimension score may be published beside the distributions of its items.

Knows counts and thresholds; it is the attacker's calculation, done before the attacker can.

With M the commonest number of items answered, M·Σ(person scores) − Σ(answers to all items) is 0
for everybody who answered M items. What is left is a sum over the *others*: persons who left
something out. If they are 1–4, an exact score tells what they answered: with two items and one
« don't know », exactly that person's other answer. Rounding the score blurs that sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
    - An item with 5–9: whole points; the sum of its answers is unpublished and blurs by itself.
    - Nobody, or at least ``thresholds.full`` persons, answered another number of items: exact.
    - Otherwise the finest rounding that keeps the sum over those others unknown.
    """
    answers = found.valid.sum(axis=1)
    if ((answers > 0) & (answers < thresholds.shown)).any():
        return "none"
    if ((answers > 0) & (answers < thresholds.full)).any():
        return "whole"
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
    steps = _steps(found, common)
    possible = _possible(found, common, steps)
    low, high = max(blur[0], possible[0]), min(blur[1], possible[1])
    width = possible[1] - possible[0]
    # Two steps always leave two possible sums, however short the scale; what the items alone
    # already tell (everybody at one end of the scale) is not the score's doing.
    return high - low >= min(max(wanted * width, 2 * min(map(abs, steps))), width)


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


def _possible(found: Scores, common: int, steps: list[float]) -> tuple[float, float]:
    """Bounds of that sum known beforehand, from the ends of the scale and the items' total."""
    persons = found.scores.sum(axis=1)
    m = np.arange(len(persons))
    top = found.points - 1
    high = top * int((persons * (common - m).clip(0))[1:].sum())
    low = -top * int((persons * (m - common).clip(0))[1:].sum() + (found.unscored * m).sum())
    total = _answers_sum(found)
    # The others gave at least what the rest of the group cannot have given.
    least = max(0, total - top * common * int(persons[common]))
    if low == 0:
        return least * min(steps), min(high, total * max(steps))
    if high == 0:
        return max(low, total * min(steps)), least * max(steps)
    return low, high


def _steps(found: Scores, common: int) -> list[float]:
    """How far one point of one other person's answer moves the sum, by kind of person."""
    persons = found.scores.sum(axis=1)
    steps = [common / m - 1 for m in range(1, len(persons)) if persons[m] and m != common]
    return steps + [-1.0] * bool(found.unscored[1:].any())
