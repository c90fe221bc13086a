"""Weights are applied only where each combination of categories could be published by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis import Stratum, Tally
from corus.analysis.counting.layout import Layout
from corus.analysis.disclosure.crossing import (
    may_be_weighted,
    may_change,
    same_of_group,
    sizes,
    smallest_cell,
)
from corus.analysis.weighing.raking import rake, weighted_mean
from corus.domain.wave import Thresholds
from tests import factories as make

T, STRICT = Thresholds(), Thresholds(shown=11, full=11)


def people(**cells: int) -> pd.DataFrame:
    """``people(ax=12)``: twelve persons who are a on the first margin and x on the second."""
    rows = [tuple(name) for name, n in cells.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=["first", "second"])


@pytest.mark.parametrize(("n", "allowed"), [(0, True), (1, False), (9, False), (10, True)])
def test_a_combination_holds_nobody_or_enough_for_a_full_distribution(n, allowed) -> None:
    rows = people(ax=n, ay=20, bx=20, by=20)
    assert may_be_weighted(rows, T) is allowed
    assert not may_be_weighted(rows[:0], T)
    assert not may_be_weighted(rows, STRICT) or n != 10


def test_those_who_have_a_score_must_be_as_many_in_each_combination() -> None:
    rows = people(ax=12, by=30)
    known = np.ones(42, np.bool_)
    known[:3] = False
    assert may_be_weighted(rows, T)
    assert not may_be_weighted(rows, T, known)


def test_chosen_margins_make_a_weighted_mean_that_of_one_combination_which_is_why() -> None:
    rows = people(ax=1, ay=30, bx=30, by=30)
    scores = np.array([100.0, *[20.0] * 90])
    aimed = {"first": {"a": 999_999, "b": 1}, "second": {"x": 999_999, "y": 1}}
    told = weighted_mean(scores, rake(rows, aimed))
    assert told.mean == pytest.approx(100, abs=0.2)
    assert smallest_cell(rows) == 1
    assert not may_be_weighted(rows, T)


def test_cells_are_counted_by_name_among_those_who_have_a_score() -> None:
    rows = people(ax=12, by=3).assign(hand=True)
    known = np.ones(15, np.bool_)
    assert sizes(rows, known) == {"a | x | True": 12, "b | y | True": 3}
    known[:2] = False
    assert sizes(rows, known)["a | x | True"] == 10
    assert sizes(rows, ~np.ones(15, np.bool_)) == {}
    assert sizes(rows[["first"]], known) == {"a": 10, "b": 3}


@pytest.mark.parametrize(
    ("after", "allowed"),
    [(20, True), (10, True), (30, True), (11, False), (9, False), (29, False), (0, False)],
)
def test_a_cell_stays_as_it_was_or_changes_by_enough_persons_and_keeps_enough(
    after, allowed
) -> None:
    assert may_change({"a": 20, "b": 40}, {"a": after, "b": 40}, T) is allowed
    assert may_change({"b": 40}, {"b": 40} | ({"a": after} if after else {}), T) is (
        after in (0, *range(10, 99))
    )
    assert not may_change({"a": 20}, {"a": 10}, STRICT)


flows = st.tuples(st.integers(10, 40), st.integers(0, 40), st.integers(0, 40))
"""Of a cell: persons weighted, who left since (all at most), who came."""


@settings(max_examples=400, deadline=None)
@given(st.lists(flows, min_size=1, max_size=4))
def test_no_combination_of_both_releases_and_cells_is_about_fewer_than_the_releases_alone(
    found,
) -> None:
    """Whoever came and left in truth: only the balance of each cell is known.

    The earlier release less the later one, and of each cell nothing or the whole: left over are
    who came, and in each cell who left or who stayed.
    """
    cells = [(n, min(out, n), came) for n, out, came in found]
    before = {str(i): n for i, (n, _, _) in enumerate(cells)}
    after = {str(i): n - out + came for i, (n, out, came) in enumerate(cells)}
    if may_change(before, after, T):
        came = sum(c for _, _, c in cells)
        alone = came + sum(out for _, out, _ in cells)
        assert came + sum(min(out, n - out) for n, out, _ in cells) >= min(alone, T.full)


def counted(**groups: int) -> Tally:
    strata = tuple(Stratum(g, "standard", "self", "open", "complete") for g in sorted(groups))
    found = Tally.zeros(Layout.of(make.instrument()), strata)
    found.responses[:] = [groups[s.group] for s in strata]
    return found


def test_a_group_is_the_same_in_two_releases_whatever_became_of_the_others() -> None:
    one, other = counted(employees=12, neighbours=20), counted(employees=12, volunteers=3)
    assert same_of_group(one, other, "employees")
    assert not same_of_group(one, other, "neighbours")
    assert same_of_group(one, counted(employees=12, neighbours=0, z=1), "funders")
    other.marks[0, 0, 3] = 1
    assert not same_of_group(one, other, "employees")
