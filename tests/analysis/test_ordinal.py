"""The cumulative logit model: against R's clm (tests/reference/ordinal.R), and at the edges."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corus.analysis.measures.ordinal import cumulative_logit

REFERENCE = json.loads((Path("tests/reference") / "ordinal.json").read_text())["cases"]
SECOND = np.array([[0.0], [1.0]])


@pytest.mark.parametrize("name", REFERENCE)
def test_estimates_errors_and_p_agree_with_clm(name):
    case = REFERENCE[name]
    found = cumulative_logit(np.array(case["counts"]), np.array(case["design"], dtype=float))
    assert [s.log_odds for s in found.shifts] == pytest.approx(case["log_odds"], abs=1e-9)
    assert [s.se for s in found.shifts] == pytest.approx(case["se"], abs=1e-9)
    assert [s.p for s in found.shifts] == pytest.approx(case["p"], abs=1e-9)
    assert found.thresholds == pytest.approx(tuple(case["thresholds"]), abs=1e-9)
    assert found.log_likelihood == pytest.approx(case["log_likelihood"], rel=1e-12)


def test_two_points_are_a_logistic_regression_whose_estimate_is_the_log_odds_ratio():
    found = cumulative_logit(np.array([[12, 8], [5, 15]]), SECOND)
    assert found.shifts[0].log_odds == pytest.approx(np.log(15 * 12 / (5 * 8)))
    assert found.shifts[0].se == pytest.approx(np.sqrt(1 / 12 + 1 / 8 + 1 / 5 + 1 / 15))


def test_alike_groups_have_no_shift_and_a_p_of_one():
    shift = cumulative_logit(np.array([[4, 9, 12, 5], [4, 9, 12, 5]]), SECOND).shifts[0]
    assert shift.log_odds == pytest.approx(0, abs=1e-9)
    assert shift.p == pytest.approx(1)


def test_points_that_nobody_chose_change_nothing():
    few = cumulative_logit(np.array([[4, 9, 12], [2, 5, 15]]), SECOND)
    many = cumulative_logit(np.array([[4, 0, 9, 12, 0], [2, 0, 5, 15, 0]]), SECOND)
    assert few == many


@pytest.mark.parametrize(
    "counts",
    [
        np.zeros((2, 5), dtype=np.int64),
        np.array([[0, 12, 0], [0, 9, 0]]),
        np.array([[9, 3, 0, 0], [0, 0, 4, 8]]),
        np.array([[4, 9, 12], [0, 0, 0]]),
    ],
    ids=["nobody", "one point", "groups wholly apart", "a silent group"],
)
def test_what_has_no_estimate_has_none(counts):
    assert cumulative_logit(counts, SECOND) is None


def test_effects_that_cannot_be_told_apart_are_not_estimated():
    twice = np.array([[0.0, 0.0], [1.0, 1.0]])
    assert cumulative_logit(np.array([[4, 9, 12], [2, 5, 15]]), twice) is None
