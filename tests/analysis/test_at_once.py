"""What is worked out for many at once, or once for all, is what each gives alone."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.disclosure.worlds import _added, _set_bits, _sums
from corus.analysis.measures.contrasts import welch_p, welch_p_of
from corus.analysis.measures.reliability import Block, omega, omegas
from corus.analysis.measures.stats import Sample

POOLS = st.lists(st.integers(0, 3), min_size=2, max_size=5)
SETS = st.sets(st.integers(0, 40), min_size=1, max_size=9)
SAMPLES = st.builds(
    Sample, st.integers(1, 200), st.floats(0, 100), st.sampled_from([0.0, 0.5, 17.3, 40.0])
)


def bits(numbers: set[int]) -> int:
    return sum(1 << number for number in numbers)


def block(seed: int, persons: int, items: int) -> Block:
    """Persons who lean one way, answering five-point items."""
    draw = np.random.default_rng(seed)
    leaning = draw.normal(size=(persons, 1))
    answers = np.clip(np.rint(2 + leaning + draw.normal(size=(persons, items))), 0, 4)
    answers[draw.random(answers.shape) < 0.05] = np.nan
    return Block.of(answers)


@settings(max_examples=60, deadline=None)
@given(POOLS, st.data())
def test_the_sums_that_some_answers_may_have_are_those_found_one_by_one(pool, data):
    drawn = [point for point, n in enumerate(pool) for _ in range(n)]
    answers = data.draw(st.integers(0, min(len(drawn), 7)))
    expected = {sum(chosen) for chosen in combinations(drawn, answers)}
    assert _set_bits(_sums(tuple(pool), answers)).tolist() == sorted(expected)


def test_more_answers_than_were_given_have_no_sum():
    assert _set_bits(_sums((1, 1), 3)).tolist() == []


@settings(max_examples=60, deadline=None)
@given(SETS, SETS)
def test_every_number_of_one_set_is_added_to_every_number_of_the_other(first, second):
    found = _set_bits(_added(bits(first), bits(second))).tolist()
    assert found == sorted({a + b for a in first for b in second})


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(2, 80), st.integers(2, 6)), max_size=6))
def test_omega_of_a_group_does_not_depend_on_the_groups_beside_it(cases):
    blocks = [block(*case) for case in cases]
    assert omegas(blocks) == [omega(one) for one in blocks]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SAMPLES, SAMPLES), max_size=8))
def test_welch_of_many_pairs_is_welch_of_each(pairs):
    found = [None if np.isnan(p) else p for p in welch_p_of(pairs).tolist()]
    assert found == [welch_p(first, second) for first, second in pairs]
