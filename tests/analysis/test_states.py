"""A group is told in two states at most: whatever is added and subtracted, only two are there."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis import Tally
from corus.analysis.disclosure.states import third_states
from tests.analysis import factories_analysis as make

ITEMS = 12
THE = make.instrument(make.dimension("needs", *(make.item(f"i{n}", "five") for n in range(ITEMS))))
DRAW = np.random.default_rng(20261123)
PERSONS = [tuple(int(v) for v in row) for row in DRAW.integers(0, 5, (200, ITEMS))]
BASE, ONE, OTHER, LAST = PERSONS[:60], PERSONS[60:80], PERSONS[80:100], PERSONS[100:101]


def _tally(*batches: list[tuple[int, ...]], group: str = "clients", **place: str) -> Tally:
    rows = [person for batch in batches for person in batch]
    return make.tally(THE, [(make.stratum(group, **place), make.rated(THE, *r)) for r in rows])


def _third(*releases: Tally) -> dict[str, int]:
    return third_states(releases[:-1], releases[-1])


def test_a_batch_imported_twice_with_one_person_more_is_a_third_state() -> None:
    """R₃ − 2·R₂ + R₁ would be that person."""
    before = _tally(BASE), _tally(BASE, ONE)
    assert _third(*before, _tally(BASE, ONE, ONE, LAST)) == {"clients": 1}
    assert _third(*before, _tally(BASE, ONE, OTHER)) == {"clients": 1}


def test_a_state_told_before_is_told_again_and_a_third_one_is_not() -> None:
    first, second = _tally(BASE), _tally(BASE, ONE)
    assert _third(first, second) == {}
    assert _third(first, second, first) == {}
    assert _third(first, second, first, second) == {}
    assert _third(first, first, second, first, _tally(BASE, OTHER)) == {"clients": 2}


def test_answers_in_another_order_are_the_same_state_and_by_another_way_another() -> None:
    first, second = _tally(BASE), _tally(BASE, ONE)
    assert _third(first, second, _tally(ONE[::-1], BASE[::-1])) == {}
    for place in ({"mode": "paper"}, {"site": "north"}, {"variant": "easy"}):
        assert _third(first, second, _tally(BASE, ONE, **place)) == {"clients": 1}


def test_the_same_answers_to_each_item_that_go_together_otherwise_are_another_state() -> None:
    crossed = [(*PERSONS[0][:6], *PERSONS[1][6:]), (*PERSONS[1][:6], *PERSONS[0][6:])]
    assert _third(_tally(BASE), _tally(BASE, ONE), _tally(crossed, BASE[2:], ONE))


def test_nobody_is_no_state_and_four_persons_are_one() -> None:
    none, first, second, third = (_tally(BASE[:n]) for n in (0, 20, 40, 60))
    assert _third(none, first, second) == {}
    assert _third(none, first, second, third) == {"clients": 2}
    assert _third(first, second, none) == {}
    assert _third(_tally(BASE[:4]), first, second) == {"clients": 1}


def test_a_release_stored_without_products_does_not_stand_for_all_that_it_is_like() -> None:
    """The same answers to each item and the same scores, put together three ways."""
    ways = [(0, 4, 0, 4), (0, 4, 4, 0), (0, 0, 4, 4)]
    one, two, three = (
        _tally(BASE, [way + (0,) * 8, (*(4 - v for v in way), *(0,) * 8)]) for way in ways
    )
    old = replace(one, products=None)
    assert _third(old, one, two) == {}
    assert _third(old, one, two, one) == {}
    assert _third(old, one, two, three) == {"clients": 2}
    assert _third(old, _tally(BASE), one) == {}
    assert _third(old, _tally(BASE), one, two) == {"clients": 1}


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.lists(st.integers(0, 3), max_size=3), min_size=3, max_size=8))
def test_whatever_is_published_no_sum_of_releases_tells_more_than_two_of_them(
    steps: list[list[int]],
) -> None:
    """Batches of twenty, twice or taken out, in any order; what is refused is not published."""
    batches = [PERSONS[20 * n : 20 * n + 20] for n in range(4)]
    told: list[Tally] = []
    for step in steps:
        new = _tally(BASE, *(batches[n] for n in step))
        if not third_states(told, new):
            told.append(new)
    classes = np.array([t.of_group("clients").marks[0].ravel() for t in told])
    assert len(np.unique(classes, axis=0)) <= 2


@pytest.mark.parametrize("times", list(product((-2, -1, 0, 1, 2), repeat=2)))
def test_a_sum_of_two_states_is_about_who_left_who_came_and_who_stayed(
    times: tuple[int, int],
) -> None:
    """Twenty leave, twenty others come: no sum is about fewer than twenty persons."""
    states = [frozenset(BASE), frozenset([*BASE[20:], *OTHER])]
    weighed = [sum(t for t, s in zip(times, states, strict=True) if p in s) for p in PERSONS]
    about = sum(w != 0 for w in weighed)
    assert about == 0 or about >= 20
