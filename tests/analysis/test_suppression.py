"""Complementary suppression: no hidden cell follows from its table's totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from corus.analysis.disclosure.suppression import attacker, audit, primary, suppress, with_totals
from corus.errors import RefusedError

DIAGONAL = np.array(
    [[3, 20, 31, 14], [22, 4, 17, 25], [18, 26, 2, 33], [41, 12, 19, 27], [15, 22, 24, 30]]
)
"""Five sites × four groups; the three cells under 5 lie on the diagonal."""


def hide(counts, threshold=5, **options):
    table = with_totals(np.array(counts))
    return table, suppress(table, primary(table, threshold), threshold, **options)


def test_totals_are_added_on_every_axis():
    assert with_totals(np.array([[1, 2], [3, 4]])).tolist() == [[1, 2, 3], [3, 4, 7], [4, 6, 10]]
    assert with_totals(np.array([4, 5])).tolist() == [4, 5, 9]


def test_cells_of_one_to_four_are_hidden_and_cells_of_nobody_are_shown():
    assert primary(np.array([0, 1, 4, 5]), 5).tolist() == [False, True, True, False]
    assert primary(np.array([5, 10, 11]), 11).tolist() == [True, True, False]


def test_three_small_cells_on_the_diagonal_are_recovered_exactly_from_the_margins():
    table = with_totals(DIAGONAL)
    told = audit(table, primary(table, 5), 5)
    assert {cell: b.whole for cell, b in told.items()} == {
        (0, 0): (3, 3), (1, 1): (4, 4), (2, 2): (2, 2)
    }  # fmt: skip


@pytest.mark.parametrize("threshold", [5, 11])
def test_at_least_three_more_are_hidden_until_nothing_is_recovered(threshold):
    table, hidden = hide(DIAGONAL, threshold)
    assert hidden.sum() >= 6
    assert hidden[[0, 1, 2], [0, 1, 2]].all()
    assert not hidden[-1].any()
    assert not hidden[:, -1].any()
    assert audit(table, hidden, threshold) == {}


def test_the_cheapest_second_cell_of_a_line_is_hidden_with_the_small_one():
    _, hidden = hide([40, 3, 7, 12])
    assert hidden.tolist() == [False, True, True, False, False]


def test_two_small_cells_whose_sum_tells_that_both_are_small_take_a_third():
    _, hidden = hide([1, 2, 9, 40])
    assert hidden.tolist() == [True, True, True, False, False]


def test_a_table_without_small_cells_hides_nothing():
    assert not hide([[5, 9], [0, 12]])[1].any()


def test_a_table_of_nobody_and_one_of_one_cell():
    assert not hide([[0, 0], [0, 0]])[1].any()
    assert hide([3])[1].all()


def test_a_small_total_is_hidden_with_its_parts():
    table, hidden = hide([[3, 0], [20, 30]])
    assert hidden[0, [0, 2]].all()
    assert audit(table, hidden, 5) == {}


def test_what_cannot_be_protected_beside_a_published_total_is_refused():
    table = with_totals(np.array([1, 3]))
    total = np.array([False, False, True])
    with pytest.raises(RefusedError) as refused:
        suppress(table, primary(table, 5) & ~total, 5, keep=total)
    assert refused.value.code == "SUP-001"
    assert "Merge" in refused.value.hint


def test_one_hidden_group_takes_another_so_that_all_less_the_rest_tells_nothing():
    """Groups → all: eight groups, one of three persons."""
    table, hidden = hide([38, 3, 12, 9, 25, 41, 17, 11])
    assert np.flatnonzero(hidden).tolist() == [1, 3]
    bounds = attacker(table, hidden).bounds([(1,)])
    assert bounds.whole == (1, 11)


def test_organizations_are_protected_at_their_own_threshold():
    counts = with_totals(np.array([3, 2, 30, 4]))
    limits = np.array([3, 3, 5, 5, 5])
    hidden = suppress(counts, primary(counts, limits), limits)
    assert hidden.tolist() == [False, True, False, True, False]
    assert audit(counts, hidden, limits) == {}


def test_three_axes_groups_sites_and_modes():
    counts = np.array([[[20, 3], [14, 30]], [[18, 22], [4, 16]], [[9, 11], [25, 2]]])
    table, hidden = hide(counts)
    assert hidden[[0, 1, 2], [0, 1, 1], [1, 0, 1]].all()
    assert audit(table, hidden, 5) == {}


SHAPES = st.sampled_from([(2,), (5,), (2, 2), (3, 4), (5, 4), (2, 2, 2)])
TABLES = arrays.arrays(np.int64, SHAPES, elements=st.integers(0, 25))


def every_hidden_cell_stays_open(counts, threshold):
    table, hidden = hide(counts, threshold)
    assert hidden[primary(table, threshold)].all()
    known = attacker(table, hidden)
    for cell in map(tuple, np.argwhere(hidden).tolist()):
        low, high = known.bounds([cell], persons="whole").whole
        assert low <= table[cell] <= high
        assert low < high
        assert high >= threshold


@given(TABLES, st.sampled_from([5, 11]))
@settings(max_examples=40, deadline=None)
def test_a_linear_programme_never_bounds_a_hidden_cell_under_the_threshold(counts, threshold):
    every_hidden_cell_stays_open(counts, threshold)


@pytest.mark.deep
@given(TABLES, st.sampled_from([5, 11]))
@settings(max_examples=300, deadline=None)
def test_no_hidden_cell_of_many_tables_is_bounded_under_the_threshold(counts, threshold):
    every_hidden_cell_stays_open(counts, threshold)


@given(TABLES)
@settings(max_examples=15, deadline=None)
def test_hiding_twice_hides_no_more(counts):
    table, hidden = hide(counts)
    assert (suppress(table, hidden, 5) == hidden).all()
