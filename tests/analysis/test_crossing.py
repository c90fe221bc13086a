"""Weights are applied only where each combination of categories could be published by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corus.analysis.disclosure.crossing import may_be_weighted, smallest_cell
from corus.analysis.weighing.raking import rake, weighted_mean
from corus.domain.wave import Thresholds

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
