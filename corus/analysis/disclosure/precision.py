"""How finely a dimension score may be published beside the distributions of its items.

Knows counts and thresholds; it is the attacker's calculation, done before the attacker can.

With M the commonest number of items answered, M·Σ(person scores) − Σ(answers to all items) is 0
for everybody who answered M items. What is left is a sum over the *others*: persons who left
something out. If they are 1–4, an exact score tells what they answered: with two items and one
« don't know », exactly that person's other answer. Rounding the score blurs that sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import islice
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.layout import NOT_SHOWN, VARIANTS, Scored, derived
from corus.analysis.counting.tally import Tally
from corus.analysis.disclosure.rule import round_to, rounded_from
from corus.analysis.disclosure.witnesses import Group, Window, leaves_two, overlaps_tell
from corus.analysis.disclosure.worlds import (
    Histogram,
    Kind,
    farthest_exchange,
    squares_between,
    sums_between,
    widest_step,
)
from corus.analysis.measures.stats import Sample, score_sample
from corus.domain.instrument import Instrument, Variant
from corus.domain.wave import Thresholds

Precision = Literal["exact", "tenths", "whole", "fives", "none"]
"""As computed, to one decimal, to whole points, to the nearest 5, or not published."""
STEPS: dict[Precision, float] = {"tenths": 0.1, "whole": 1.0, "fives": 5.0}

BLUR_FEW = Fraction(1, 4)
"""Part of its range over which the sum of 1–4 persons' answers must stay unknown: nobody comes
closer than an eighth of the range, about what the p % rule of statistical offices asks with
p = 10 to 15 (project convention)."""
ROOM = 4
"""Squares of sums of answers stay this many lengths of the scale from the ends of what the items
allow, times the widest step between points chosen: then two answers of a few persons may change
places, and others make up for it (project convention, tried by attack)."""
BLUR_SOME = Fraction(1, 20)
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
    all_shown: bool = True
    """Whether everybody was shown every item that somebody answered."""

    @classmethod
    def of(cls, tally: Tally, instrument: Instrument, group: str, scored: Scored) -> Scores:
        """The group's answers to one dimension, over the questionnaires that give a score.

        Answers to the short form are among them, as persons without a score of their own.
        """
        counted = counted_in(instrument, group, scored)
        rows = [i for i, s in enumerate(tally.strata) if s.group == group and s.variant in counted]
        index = tally.layout.dimensions.index(scored.dimension)
        tables = (tally.scores[rows, index], tally.unscored[rows, index], tally.marks[rows])
        return cls.of_tables(scored, *(table.sum(axis=0) for table in tables))

    @classmethod
    def of_tables(
        cls,
        scored: Scored,
        scores: NDArray[np.int64],
        unscored: NDArray[np.int64],
        marks: NDArray[np.int64],
    ) -> Scores:
        """``of`` from the group's counts: persons by [m, s], by [m], and by [item, symbol]."""
        items, points = marks_of(scored)
        valid = marks[items, points]
        met = marks[items[valid.any(axis=1), 0], NOT_SHOWN]
        return cls(scored.points, scores, unscored, valid, not met.any())

    @cached_property
    def moments(self) -> list[tuple[int, int, int]]:
        """Of each item: its answers, the sum of their point indexes, and that of their squares."""
        powers = np.arange(self.points)[:, np.newaxis] ** np.arange(3)
        moments: list[tuple[int, int, int]] = (self.valid @ powers).tolist()
        return moments

    @cached_property
    def answers(self) -> list[int]:
        """Answers by item."""
        return [n for n, _, _ in self.moments]

    @cached_property
    def left_out(self) -> list[int]:
        """Persons without a score, by number of items answered."""
        counted: list[int] = self.unscored.tolist()
        return counted

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
    def kinds(self) -> list[Kind]:
        """The others, by how many items they answered."""
        return list(_kinds(self))

    @cached_property
    def mean(self) -> Fraction:
        """The score itself, 0–100: ``sample.mean`` is the float nearest to it, more or less."""
        sums: list[int] = (self.scores @ np.arange(self.scores.shape[1])).tolist()
        over = [Fraction(own, m) for m, own in enumerate(sums) if m]
        n = sum(self.persons)
        return Fraction(100, (self.points - 1) * n) * sum(over) if n else Fraction()

    @cached_property
    def range_(self) -> tuple[Fraction, Fraction]:
        """Bounds of the sum over the others known beforehand."""
        return _range(self)

    @cached_property
    def sample(self) -> Sample | None:
        """The persons' scores summed up: the very number that would be published."""
        return score_sample(self.scores, self.points)


@derived
def counted_in(instrument: Instrument, group: str, scored: Scored) -> tuple[Variant, ...]:
    """Variants whose answers to ``scored`` are in its ``Scores``; empty when none gives a score."""
    giving = tuple(v for v in VARIANTS if scored.scores(instrument, group, v))
    short = "standard" in giving and "express" not in giving
    return (*giving, "express") if short else giving


@lru_cache(maxsize=4096)
def marks_of(scored: Scored) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the answers to ``scored`` stand in a table [item, symbol]: reversed items turned."""
    points = np.arange(scored.points)
    turned = [points[::-1] if i.direction == "reversed" else points for i in scored.items]
    rows = np.array(scored.positions, np.intp).reshape(-1, 1)
    return rows, np.array(turned, np.intp).reshape(len(rows), -1)


def score_precision(found: Scores, thresholds: Thresholds) -> Precision:
    """The finest precision at which the score isolates nobody.

    - An item with 1–4 answers: none, since its mean would be bounded by the others and the score.
    - An item with 5–9: the nearest 5, as in a banded cell: whole points would tell the sum of its
      answers where the other items leave little choice.
    - Nobody, or at least ``thresholds.full`` persons, answered another number of items: exact,
      unless a few of them are a set by themselves (``_few``); to one decimal, which leaves the
      standard deviation out, where that would tell who answered two items together
      (``_may_tell_spread``).
    - Otherwise the finest rounding that keeps the sum over those others unknown.
    """
    answers = found.answers
    if any(0 < n < thresholds.shown for n in answers):
        return "none"
    banded = [0 < n < thresholds.full for n in answers if n]
    if all(banded):
        return "fives"
    few = _few(found, thresholds)
    if not few:
        return (
            "fives" if any(banded) else "exact" if _may_tell_spread(found, thresholds) else "tenths"
        )
    finest = (
        name
        for name, step in STEPS.items()
        if not (any(banded) and step < STEPS["fives"])
        and _leaves_open(found, [_window(found, name)], few, thresholds)
    )
    return next(finest, "none")


def _may_tell_spread(found: Scores, thresholds: Thresholds) -> bool:
    """Whether an exact standard deviation leaves open what a few who chose one point of an item
    answered elsewhere.

    It tells the sum of products of the items. Where all but a few chose one point, that is a sum
    over those few; near the largest or smallest that the items allow, it tells every answer.
    """
    valid = found.valid[found.valid.any(axis=1)]
    apart = valid.sum(axis=1) - valid.max(axis=1)
    if found.sample is None or (apart > 0).sum() < 2:
        return True
    if (apart >= thresholds.full).sum() < 2 and apart.any():
        return False
    points = len(valid) * (found.points - 1) / 100
    squares = (found.sample.n - 1) * (found.sample.sd * points) ** 2
    least, most = squares_between(valid)
    room = ROOM * (found.points - 1) * widest_step(valid)
    return max(least, 0.0) + room <= squares <= most - room


def part_may_be_told(valid: NDArray[np.int64], part: Sample) -> bool:
    """Whether the mean score of ``part`` of the persons leaves open what a few of them answered.

    ``valid``: answers of all of them by [item, point], reversed items turned round. As for a
    standard deviation: not near the least or the largest that the items allow for so many
    persons, where everybody's answers would follow.
    """
    valid = valid[valid.any(axis=1)]
    top = valid.shape[1] - 1
    least, most = sums_between(valid, part.n)
    room = ROOM * top * widest_step(valid)
    return bool(least + room <= part.n * part.mean * len(valid) * top / 100 <= most - room)


def most_spread(found: Scores) -> float:
    """Largest standard deviation of scores, 0–100, that the items' distributions allow.

    The mean of the items' own: a sum spreads at most as its parts do together (Minkowski), and as
    much only if whoever is high on one item is high on all. Persons who left an item out, at most
    nine wherever this is told, are taken as if they had not.
    """
    # n·Σk² − (Σk)² in whole numbers: no spread is then exactly 0.
    own = [sqrt((n * k2 - k * k) / (n * (n - 1))) for n, k, k2 in found.moments if n > 1]
    return 100 / (found.points - 1) * sum(own) / len(own)


def stays_hidden(before: Scores, after: Scores, thresholds: Thresholds) -> bool:
    """Whether two releases leave the sum over the same 1–9 others as unknown as one of them.

    Each rounded score bounds it; a reader of both takes the narrower of the two bounds. Where the
    others changed, or no score is given, or none is rounded, there is no second bound.
    """
    if not _same_others(before, after):
        return True
    few = _few(after, thresholds)
    if not few:
        return True
    told = [score_precision(found, thresholds) for found in (before, after)]
    if not all(name in STEPS for name in told):
        return True
    windows = [_window(found, name) for found, name in zip((before, after), told, strict=True)]
    return all(_leaves_open(found, windows, few, thresholds) for found in (before, after))


def _same_others(before: Scores, after: Scores) -> bool:
    """Whether something changed, but only among those who answered the commonest number."""
    common = after.common
    if before.common != common or np.array_equal(before.valid, after.valid):
        return False
    same = np.delete(before.scores, common, axis=0) == np.delete(after.scores, common, axis=0)
    return bool(same.all()) and np.array_equal(before.unscored[1:], after.unscored[1:])


def _others(found: Scores) -> int:
    """Persons with answers who answered another number of items than the commonest one."""
    return _everybody(found) - found.persons[found.common]


def _everybody(found: Scores) -> int:
    """Persons who answered one item at least."""
    return sum(found.persons[1:]) + sum(found.left_out[1:])


def _few(found: Scores, thresholds: Thresholds) -> list[int]:
    """Sizes of the sets of persons whose answers an exact score may tell.

    All others together where they are few; otherwise those who answered one number of items and
    those who left out one item, whose number is published: together with the items the exact sum
    over all others may tell what one of these sets answered.
    """
    others = _others(found)
    if others < thresholds.full:
        return [others] if others else []
    everybody = _everybody(found)
    sets = [kind.persons for kind in found.kinds]
    sets += [found.persons[found.common] + found.left_out[found.common]]
    sets += [everybody - n for n in found.answers if n]
    return [n for n in sets if 0 < n < thresholds.full]


def _wanted(found: Scores, few: list[int], thresholds: Thresholds) -> Fraction:
    """Part of the range of the sum over others that must stay unknown, for the few among them."""
    part = BLUR_FEW if min(few) < thresholds.shown else BLUR_SOME
    return part * Fraction(min(few), _others(found))


def _leaves_open(
    found: Scores, windows: Sequence[Window], few: list[int], thresholds: Thresholds
) -> bool:
    """Whether these windows leave enough of what the sum over others could be."""
    blur, range_ = _left_over(found.common, windows), found.range_
    low, high = max(blur[0], range_[0]), min(blur[1], range_[1])
    width = range_[1] - range_[0]
    wanted, least = _wanted(found, few, thresholds), 2 * min(map(abs, _steps(found)))
    # Two steps leave two possible sums where every sum is possible, however short the scale; what
    # the items alone already tell (everybody at one end of the scale) is not the score's doing.
    enough = high - low >= min(max(wanted * width, least), width)
    return enough and _leaves_two(found, windows, max(few), thresholds.shown - 1)


def _leaves_two(found: Scores, windows: Sequence[Window], others: int, hidden: int) -> bool:
    """Whether what any of them answered may differ within these windows: an exchange of two
    answers fits wherever it is made, or two ways of answering that fit are found."""
    if found.sample is None:
        return True
    asked = tuple(tuple(row) for row in found.valid.tolist() if any(row))
    complete = found.persons[found.common]
    group = Group(asked, tuple(found.kinds), complete, found.left_out[0])
    few = max(others, hidden)
    counted = any(window.counted for window in windows)
    if _any_exchange_fits(found, asked, windows, others) and not overlaps_tell(group, counted, few):
        return True
    if not found.all_shown or found.common != len(asked) or _others(found) > others:
        return False
    return leaves_two(group, windows, few)


def _any_exchange_fits(
    found: Scores, asked: Sequence[Histogram], windows: Sequence[Window], few: int
) -> bool:
    true = found.common * found.mean * _width(found) - _answers_sum(found)
    low, high = _left_over(found.common, windows)
    moved = farthest_exchange(asked, _steps(found), few)
    return low <= true - moved and true + moved < high


def _window(found: Scores, precision: Precision) -> Window:
    """What a score printed with this precision says."""
    step, n, top = STEPS[precision], sum(found.persons), found.points - 1
    low, high = rounded_from(round_to(found.mean, step), step)
    return Window(low, high, n, precision != "fives", _answers_sum(found), top)


def _left_over(common: int, windows: Sequence[Window]) -> tuple[Fraction, Fraction]:
    """What a reader computes: bounds of M·Σ(s/m) − Σs, the upper end excluded, from the rounded
    scores and the items."""
    own = [(common * Fraction(w.persons * w.top, 100), w) for w in windows]
    low = max(width * w.low - w.answers for width, w in own)
    return low, min(width * w.high - w.answers for width, w in own)


def _width(found: Scores) -> Fraction:
    """Points of answers that one point of the score, 0–100, stands for."""
    return Fraction(sum(found.persons) * (found.points - 1), 100)


def _answers_sum(found: Scores) -> int:
    """Sum of every answer to every item of the dimension, in point indexes."""
    return sum(own for _, own, _ in found.moments)


def _range(found: Scores) -> tuple[Fraction, Fraction]:
    """Bounds of that sum known beforehand, from the ends of the scale and the items' total."""
    persons, common, top = found.persons, found.common, found.points - 1
    high = top * sum(n * (common - m) for m, n in enumerate(persons) if 0 < m < common)
    more = sum(n * (m - common) for m, n in enumerate(persons) if m > common)
    low = -top * (more + sum(n * m for m, n in enumerate(found.left_out)))
    steps, total = _steps(found), _answers_sum(found)
    # The others gave at least what the rest of the group cannot have given.
    least = max(0, total - top * common * persons[common])
    if low == 0:
        return least * min(steps), min(Fraction(high), total * max(steps))
    if high == 0:
        return max(Fraction(low), total * min(steps)), least * max(steps)
    return Fraction(low), Fraction(high)


def _kinds(found: Scores) -> Iterator[Kind]:
    counted = zip(found.persons, found.left_out, strict=True)
    for answered, (scored, unscored) in islice(enumerate(counted), 1, None):
        if scored and answered != found.common:
            yield Kind(scored, answered, Fraction(found.common, answered) - 1)
        if unscored:
            yield Kind(unscored, answered, Fraction(-1))


def _steps(found: Scores) -> list[Fraction]:
    """How far one point of one other person's answer moves the sum, by kind of person."""
    return [kind.step for kind in found.kinds]
