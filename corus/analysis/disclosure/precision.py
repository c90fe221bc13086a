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
from functools import cached_property, lru_cache, reduce
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.layout import VARIANTS, Scored
from corus.analysis.counting.tally import Tally
from corus.analysis.disclosure.rule import round_to
from corus.analysis.measures.stats import Sample, score_sample
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
MANY = 100
"""Others beyond whom possible sums are too many to lie far apart, or to be listed."""


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
        marks = tally.marks[rows].sum(axis=0)[list(scored.positions)]
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
    def persons(self) -> list[int]:
        """Persons with a score, by number of items answered."""
        counted: list[int] = self.scores.sum(axis=1).tolist()
        return counted

    @cached_property
    def common(self) -> int:
        """Commonest number of items answered; the largest of several."""
        return max(range(len(self.persons)), key=lambda m: (self.persons[m], m))

    @cached_property
    def kinds(self) -> list[tuple[int, int, float]]:
        """The others: (persons, items each answered, how far a point of theirs moves the sum)."""
        return list(_kinds(self))

    @cached_property
    def range_(self) -> tuple[float, float]:
        """Bounds of the sum over the others known beforehand."""
        return _range(self)

    @cached_property
    def parts(self) -> list[NDArray[np.float64]]:
        """What each kind of others may add to that sum, in the order of ``kinds``."""
        return _parts(self)

    @cached_property
    def possible(self) -> NDArray[np.float64]:
        """Every value that sum may take for all that the items' distributions tell, in order."""
        return _possible(self)

    @cached_property
    def sample(self) -> Sample | None:
        """The persons' scores summed up: the very number that would be published."""
        return score_sample(self.scores, self.points)


def score_precision(found: Scores, thresholds: Thresholds) -> Precision:
    """The finest precision at which the score isolates nobody.

    - An item with 1–4 answers: none, since its mean would be bounded by the others and the score.
    - An item with 5–9: the nearest 5, as in a banded cell: whole points would tell the sum of its
      answers where the other items leave little choice.
    - Nobody, or at least ``thresholds.full`` persons, answered another number of items: exact,
      unless a few of them are a set by themselves (``_few``).
    - Otherwise the finest rounding that keeps the sum over those others unknown.
    """
    answers = found.valid.sum(axis=1).tolist()
    if any(0 < n < thresholds.shown for n in answers):
        return "none"
    if any(0 < n < thresholds.full for n in answers):
        return "fives"
    few = _few(found, thresholds)
    if few == 0:
        return "exact"
    wanted = _wanted(found, few, thresholds)
    finest = (name for name, step in STEPS.items() if _hides(found, step, wanted))
    return next(finest, "none")


def most_spread(found: Scores) -> float:
    """Largest standard deviation of scores, 0–100, that the items' distributions allow.

    The mean of the items' own: a sum spreads at most as its parts do together (Minkowski), and as
    much only if whoever is high on one item is high on all. Persons who left an item out, at most
    nine wherever this is told, are taken as if they had not.
    """
    answers = found.valid[found.valid.sum(axis=1) > 1]
    points = np.linspace(0.0, 100.0, found.points)
    n = answers.sum(axis=1, keepdims=True)
    apart = points - answers @ points[:, np.newaxis] / n
    return float(np.sqrt((answers * apart**2).sum(axis=1) / (n[:, 0] - 1)).mean())


def stays_hidden(before: Scores, after: Scores, thresholds: Thresholds) -> bool:
    """Whether two releases leave the sum over the same 1–9 others as unknown as one of them.

    Each rounded score bounds it; a reader of both takes the narrower of the two bounds. Where the
    others changed, or no score is given, or none is rounded, there is no second bound.
    """
    if not _same_others(before, after):
        return True
    few = _few(after, thresholds)
    if few == 0:
        return True
    bounds = []
    for found in (before, after):
        step = STEPS.get(score_precision(found, thresholds))
        if step is None:
            return True
        bounds.append(_left_over(found, step))
    blur = max(low for low, _ in bounds), min(high for _, high in bounds)
    wanted = _wanted(after, few, thresholds)
    return all(_leaves_open(found, blur, wanted) for found in (before, after))


def _same_others(before: Scores, after: Scores) -> bool:
    """Whether something changed, but only among those who answered the commonest number."""
    common = after.common
    if before.common != common or np.array_equal(before.valid, after.valid):
        return False
    same = np.delete(before.scores, common, axis=0) == np.delete(after.scores, common, axis=0)
    return bool(same.all()) and np.array_equal(before.unscored[1:], after.unscored[1:])


def _others(found: Scores) -> int:
    """Persons with answers who answered another number of items than the commonest one."""
    everybody = sum(found.persons[1:]) + int(found.unscored[1:].sum())
    return everybody - found.persons[found.common]


def _few(found: Scores, thresholds: Thresholds) -> int:
    """The smallest set of persons whose answers an exact score may tell; 0 when there is none.

    All others together where they are few; otherwise those who answered one number of items and,
    of two items, those who left out one, whose number is published: together with the items the
    exact sum over all others may tell what one of these sets answered.
    """
    others = _others(found)
    if others < thresholds.full:
        return others
    sets = [persons for persons, _, _ in found.kinds]
    answers = [n for n in found.valid.sum(axis=1).tolist() if n]
    if len(answers) == 2:
        everybody = sum(found.persons[1:]) + int(found.unscored[1:].sum())
        sets += [everybody - n for n in answers]
    return min((n for n in sets if 0 < n < thresholds.full), default=0)


def _wanted(found: Scores, few: int, thresholds: Thresholds) -> float:
    """Part of the range of the sum over others that must stay unknown, for the few among them."""
    return (BLUR_FEW if few < thresholds.shown else BLUR_SOME) * few / _others(found)


def _hides(found: Scores, step: float, wanted: float) -> bool:
    """Whether a score rounded to ``step`` leaves enough possible values to the sum over others."""
    return _leaves_open(found, _left_over(found, step), wanted)


def _leaves_open(found: Scores, blur: tuple[float, float], wanted: float) -> bool:
    """Whether these bounds leave enough of what the sum over others could be."""
    range_ = found.range_
    low, high = max(blur[0], range_[0]), min(blur[1], range_[1])
    width = range_[1] - range_[0]
    steps = _steps(found)
    # Two steps leave two possible sums where every sum is possible, however short the scale; what
    # the items alone already tell (everybody at one end of the scale) is not the score's doing.
    enough = high - low >= min(max(wanted * width, 2 * min(map(abs, steps))), width)
    return enough and _leaves_two(found, blur)


def _leaves_two(found: Scores, blur: tuple[float, float]) -> bool:
    """Where few points were chosen, possible sums lie far apart: two must fit all the same."""
    if _others(found) > MANY:
        return True
    possible = found.possible
    fit = (possible >= blur[0] - NEAR) & (possible <= blur[1] + NEAR)
    if len(possible) >= 2 and int(fit.sum()) < 2:
        return False
    return len(found.kinds) < 2 or all(_part_open(found, i, blur) for i in range(len(found.kinds)))


def _part_open(found: Scores, place: int, blur: tuple[float, float]) -> bool:
    """Whether two sums of one kind of others fit, whatever the other kinds answered."""
    part, rest = found.parts[place], _added_up(found.parts[:place] + found.parts[place + 1 :])
    first = np.searchsorted(rest, blur[0] - NEAR - part)
    fits = (first < len(rest)) & (rest[first.clip(max=len(rest) - 1)] <= blur[1] + NEAR - part)
    return len(part) < 2 or int(fits.sum()) >= 2


def _left_over(found: Scores, step: float) -> tuple[float, float]:
    """What a reader computes: bounds of M·Σ(s/m) − Σs, from the rounded score and the items."""
    sample = found.sample
    if sample is None:
        return 0.0, 0.0
    width = sample.n * (found.points - 1) / 100
    rounded = round_to(sample.mean, step)
    published, half = _answers_sum(found), step / 2
    return (
        found.common * (rounded - half) * width - published,
        found.common * (rounded + half) * width - published,
    )


def _answers_sum(found: Scores) -> int:
    """Sum of every answer to every item of the dimension, in point indexes."""
    return int((found.valid.sum(axis=0) * np.arange(found.points)).sum())


def _range(found: Scores) -> tuple[float, float]:
    """Bounds of that sum known beforehand, from the ends of the scale and the items' total."""
    persons, common = np.array(found.persons), found.common
    m, top = np.arange(len(persons)), found.points - 1
    high = top * int((persons * (common - m).clip(0))[1:].sum())
    low = -top * int((persons * (m - common).clip(0))[1:].sum() + (found.unscored * m).sum())
    steps, total = _steps(found), _answers_sum(found)
    # The others gave at least what the rest of the group cannot have given.
    least = max(0, total - top * common * int(persons[common]))
    if low == 0:
        return least * min(steps), min(high, total * max(steps))
    if high == 0:
        return max(low, total * min(steps)), least * max(steps)
    return low, high


def _possible(found: Scores) -> NDArray[np.float64]:
    possible, (low, high) = _added_up(found.parts), found.range_
    return possible[(possible >= low - NEAR) & (possible <= high + NEAR)]


def _parts(found: Scores) -> list[NDArray[np.float64]]:
    kinds = found.kinds
    if len(kinds) == 1 and found.common == int(found.valid.any(axis=1).sum()):
        persons, _, step = kinds[0]
        return [_moved(reduce(_added, _by_item(found, persons), 1), step)]
    return [_moved(_sums(_pooled(found, n), n * answered), step) for n, answered, step in kinds]


def _moved(sums: int, step: float) -> NDArray[np.float64]:
    """How far sums of answers, given as bits, move the sum over the others."""
    return np.asarray(step * _set_bits(sums), np.float64)


def _added_up(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Every sum of one value of each part, in order."""
    possible = np.zeros(1)
    for part in parts:
        possible = np.unique(np.round(np.add.outer(possible, part), 6))
    return possible


def _kinds(found: Scores) -> Iterator[tuple[int, int, float]]:
    counted = zip(found.persons, found.unscored.tolist(), strict=True)
    for answered, (scored, unscored) in islice(enumerate(counted), 1, None):
        if scored and answered != found.common:
            yield scored, answered, found.common / answered - 1
        if unscored:
            yield unscored, answered, -1.0


def _by_item(found: Scores, persons: int) -> Iterator[int]:
    """Sums of what the others answered to each item, where the common ones answered them all: how
    many of the others answered it is then known, too."""
    everybody = found.persons[found.common]
    for row in found.valid.tolist():
        if any(row):
            yield _sums(tuple(min(n, persons) for n in row), sum(row) - everybody)


def _pooled(found: Scores, persons: int) -> tuple[int, ...]:
    """Answers by point that so many persons can have given: to each item at most one each."""
    return tuple(np.minimum(found.valid, persons).sum(axis=0).tolist())


@lru_cache(maxsize=4096)
def _sums(pooled: tuple[int, ...], answers: int) -> int:
    """Every sum that ``answers`` answers may have, drawn from these: bit s is set for the sum s.

    Kept: the few others could have chosen any point of most items, which are then all alike.
    """
    # Bit j·width + s is set when j answers may add up to s.
    width = answers * (len(pooled) - 1) + 1
    room = (1 << width * (answers + 1)) - 1
    found = 1
    for point, n in enumerate(pooled):
        for taken in _doubling(min(n, answers)):
            found |= (found << taken * (width + point)) & room
    return found >> width * answers


def _doubling(n: int) -> Iterator[int]:
    """1, 2, 4 … and what is left: some of them add up to each number from 0 to ``n``."""
    step = 1
    while n:
        yield min(step, n)
        n, step = n - min(step, n), 2 * step


def _added(first: int, second: int) -> int:
    """Every sum of a number of each set, all of them as bits."""
    both = 0
    while second:
        lowest = second & -second
        both |= first * lowest
        second ^= lowest
    return both


def _set_bits(bits: int) -> NDArray[np.int64]:
    """The numbers whose bits are set, in order."""
    return np.array([s for s in range(bits.bit_length()) if bits >> s & 1], np.int64)


def _steps(found: Scores) -> list[float]:
    """How far one point of one other person's answer moves the sum, by kind of person."""
    return [step for _, _, step in found.kinds]
