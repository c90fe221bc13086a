"""A score as printed tells of no 1–4 persons what they answered: every way is looked at."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.analysis.disclosure.precision import STEPS
from corus.analysis.disclosure.rule import round_to, rounded_from
from tests.analysis.every_way import TooManyWaysError, told_of_few
from tests.analysis.factories_analysis import (
    SIZES,
    dimension,
    dimension_cell,
    group_profile,
    instrument,
    item,
    item_cell,
)

NAMES = {size: name for name, size in SIZES.items()}
KINDS = tuple(product((2, 3), (3, 4, 5)))


def of_items(items, points):
    return instrument(dimension("needs", *(item(c, NAMES[points]) for c in "abc"[:items])))


@given(st.fractions(0, 100, max_denominator=5000), st.sampled_from(sorted(STEPS.values())))
def test_a_score_lies_in_what_its_printed_figure_says_the_lower_end_included(score, step):
    low, high = rounded_from(round_to(score, step), step)
    assert low <= score < high
    assert round_to(low, step) == round_to(score, step) < round_to(high, step)


@pytest.mark.parametrize(("step", "half"), [(5.0, "62.5"), (1.0, "49.5"), (0.1, "33.35")])
def test_a_half_is_printed_upwards_and_anything_below_it_downwards(step, half):
    score = Fraction(half)
    assert round_to(score, step) == pytest.approx(float(score) + step / 2)
    assert round_to(score - Fraction(1, 10**12), step) == pytest.approx(float(score) - step / 2)


def known_break(high):
    """Fourteen on three points; of two who did not know a, ``high`` said the highest on b."""
    rows = [(1, 2)] * (5 - high) + [(1, 1)] * (6 + high) + [(2, 1)]
    return [*rows, *[("d", 2)] * high, *[("d", 1)] * (2 - high)]


@pytest.mark.parametrize("high", [0, 1, 2])
def test_60_does_not_tell_that_two_who_did_not_know_one_item_chose_the_middle_of_the_other(high):
    """Smallest break found: 60.7, 62.5 or 64.3, and 62.5 is printed 65."""
    cell = dimension_cell(group_profile(of_items(2, 3), known_break(high)))
    assert (cell.show, cell.reason, cell.score) == ("masked", "complementary", None)


BREAKS = [
    (3, [("d", 1, 2), (2, 1, "d")] + [(2, 1, 2)] * 12),
    (3, [(0, "d", 1)] * 2 + [(0, 1, 1)] * 8 + [(1, 1, 1)] * 4),
    (3, [(1, 2, "d"), (0, 0, 2), (1, 2, 2), *[(1, 0, 0)] * 4, *[(1, 2, 0)] * 4, (0, 0, 0)]),
    (4, [("d", 3, 0), (0, 0, 1), (0, 3, 1), *[(0, 3, 0)] * 4, *[(1, 1, 0)] * 2, (1, 1, 1),
         *[(1, 3, 0)] * 2]),
]  # fmt: skip


@pytest.mark.parametrize(("points", "rows"), BREAKS)
def test_neither_who_left_out_two_items_nor_the_answer_to_one_of_them_follows(points, rows):
    """Breaks found: 80 told that nobody left out both items, and so what each answered."""
    cell = dimension_cell(group_profile(of_items(3, points), rows))
    assert cell.score is None or told_of_few(rows, points, cell) == []


def some_rows(rng, items, points, persons):
    """Answers crowded on a few points, with a few don't-knows."""
    base = [[rng.choice([0, 0, 1, 1, 3, 8]) for _ in range(points)] for _ in range(3)]
    one = rng.choice([b for b in [*base, [1] * points] if any(b)])
    each = [one if rng.random() < 0.6 else [b + rng.choice([0, 1, 4]) for b in one]
            for _ in range(items)]  # fmt: skip
    gap = rng.choice([0.03, 0.06, 0.1, 0.15])
    return [
        tuple("d" if rng.random() < gap else rng.choices(range(points), own)[0] for own in each)
        for _ in range(persons)
    ]


def attacked(seed, releases):
    """Releases with a score, of two and three items on 3, 4 and 5 points, each attacked."""
    rng = random.Random(seed)
    for _ in range(releases):
        items, points = rng.choice(KINDS)
        rows = some_rows(rng, items, points, rng.randint(5, 16))
        found = group_profile(of_items(items, points), rows)
        cell = dimension_cell(found)
        told = [item_cell(found, c).show == "full" for c in "abc"[:items]]
        # Where no item is told by point, how many left one out is not told either.
        if cell.score is not None and any(told) and any("d" in row for row in rows):
            try:
                yield points, rows, cell, told_of_few(rows, points, cell)
            except TooManyWaysError:
                continue


def test_no_printed_score_tells_what_one_to_four_persons_answered():
    looked = list(attacked(1, 1500))
    assert len(looked) > 500
    assert [one for one in looked if one[-1]] == []


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(2, 8))
def test_no_printed_score_of_many_releases_tells_what_one_to_four_persons_answered(seed):
    looked = list(attacked(seed, 6000))
    assert len(looked) > 1500
    assert [one for one in looked if one[-1]] == []
