"""Exact shares of weightings, ranks under random weights, effective importance, against R."""

from __future__ import annotations

import json
from fractions import Fraction
from math import prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.weighing import means, weightings

REFERENCE = json.loads((Path("tests/reference") / "composite.json").read_text())
CASES = {name: REFERENCE[name] for name in ("as_keyed", "neuroticism_turned")}
SCORE = st.integers(0, 1000).map(lambda tenths: tenths / 10)


def table(case: str) -> np.ndarray:
    return np.array(CASES[case]["scores"])


def by_formula(scores: list[float], threshold: float) -> Fraction:
    """Σ_{x>t} (x−t)^{K−1} / Π (x−x_j), in exact fractions; distinct scores only."""
    x, t = [Fraction(s) for s in scores], Fraction(threshold)
    return sum(
        ((a - t) ** (len(x) - 1) / prod(a - b for b in x if b != a) for a in x if a > t),
        Fraction(0),
    )


@pytest.mark.parametrize("case", REFERENCE["passing"])
def test_shares_of_weightings_agree_with_the_formula_and_with_draws_in_r(case):
    found = weightings.share_passing(case["scores"], case["threshold"])
    assert found == pytest.approx(case["share"], abs=1e-9)
    assert found == pytest.approx(case["by_a_million_draws"], abs=4 * 0.0005)


@pytest.mark.parametrize("case", CASES)
def test_pairwise_shares_of_real_groups_agree_with_r(case):
    found = weightings.preferences(table(case))
    assert found == pytest.approx(np.array(CASES[case]["preferences"]), abs=1e-9)


@given(st.lists(SCORE, min_size=1, max_size=8, unique=True), SCORE)
def test_the_recursion_is_the_exact_formula_on_distinct_scores(scores, threshold):
    if threshold in scores:
        threshold += 0.05
    exact = float(by_formula(scores, threshold))
    assert weightings.share_passing(scores, threshold) == pytest.approx(exact, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 20, 40, 60, 80, 100]), min_size=2, max_size=8),
    st.floats(5, 95),
    st.integers(0, 2**32 - 1),
)
def test_shares_with_ties_are_those_of_random_weights(scores, threshold, seed):
    draws = np.random.default_rng(seed).dirichlet(np.ones(len(scores)), 40_000)
    drawn = (draws @ np.array(scores) >= threshold).mean()
    found = weightings.share_passing(scores, threshold)
    # Five standard errors, and half a draw where the share is nearly 0 or 1.
    assert abs(found - drawn) <= 5 * (found * (1 - found) / 40_000) ** 0.5 + 1e-4


def test_ties_need_no_perturbation_and_lose_no_digit():
    tied = [70.0] * 4 + [30.0] * 4
    assert weightings.share_passing(tied, 50.0) == pytest.approx(0.5, abs=1e-15)
    # Perturbed by 1e-9, the published formula is lost in rounding on the same scores.
    x = np.array(tied) + 1e-9 * np.arange(8)
    terms = [(a - 50) ** 7 / prod(a - b for b in x if b != a) for a in x if a > 50]
    assert abs(sum(terms) - 0.5) > 1


@given(st.lists(st.tuples(SCORE, SCORE), min_size=1, max_size=8))
def test_the_shares_of_both_directions_add_up_to_one_unless_units_are_equal(pairs):
    first, second = zip(*pairs, strict=True)
    both = weightings.share_preferring(first, second) + weightings.share_preferring(second, first)
    assert both == pytest.approx(0.0 if first == second else 1.0, abs=1e-9)


def test_a_unit_at_least_as_high_everywhere_wins_under_all_weightings():
    assert weightings.share_preferring([50, 60, 70], [50, 60, 69]) == 1.0
    assert weightings.share_preferring([50, 60, 69], [50, 60, 70]) == 0.0


@pytest.mark.parametrize(("scores", "share"), [([60.0], 1.0), ([50.0], 1.0), ([49.0], 0.0)])
def test_one_dimension_passes_or_does_not(scores, share):
    assert weightings.share_passing(scores, 50.0) == share


@pytest.mark.deep
def test_shares_of_many_dimensions_are_those_of_four_million_draws():
    scores = np.linspace(0, 100, 12) ** 2 / 100
    random = np.random.default_rng(weightings.SEED)
    passed = sum(
        int((random.dirichlet(np.ones(12), 100_000) @ scores >= 38).sum()) for _ in range(40)
    )
    share = weightings.share_passing(scores.tolist(), 38.0)
    assert share == pytest.approx(passed / 4e6, abs=4 * 0.00025)


def test_rank_shares_add_up_and_first_ranks_are_the_exact_shares_of_two_units():
    scores = table("as_keyed")[[4, 2]]
    found = weightings.rank_acceptability(scores)
    assert found.shares.sum(axis=1) == pytest.approx([1, 1])
    assert found.error <= 0.0016
    exact = weightings.share_preferring(*scores.tolist())
    assert found.shares[0, 0] == pytest.approx(exact, abs=4 * found.error)


def test_the_same_seed_gives_the_same_ranks():
    scores = table("as_keyed")
    one, same = (weightings.rank_acceptability(scores, draws=2000, seed=7) for _ in range(2))
    assert (one.shares == same.shares).all()
    assert (one.draws, one.seed) == (2000, 7)


def test_equal_units_share_the_better_rank():
    found = weightings.rank_acceptability(np.array([[50.0, 60], [50, 60], [10, 10]]), draws=100)
    assert found.shares.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize("power", means.POWERS)
def test_random_weights_rank_by_the_mean_that_was_asked(power):
    scores = table("as_keyed")
    within = weightings.rank_acceptability(
        scores, power=power, around=np.ones(5), within=1e-6, draws=200
    )
    first = int(np.argmax(means.generalised_mean(scores, power=power)))
    assert within.shares[:, 0].tolist() == [float(i == first) for i in range(5)]


def test_weights_near_the_negotiated_ones_leave_a_dominated_unit_last():
    scores = np.array([[80.0, 70], [60, 75], [50, 60]])
    found = weightings.rank_acceptability(scores, around=np.array([3.0, 1]), draws=2000)
    assert found.shares[2].tolist() == [0, 0, 1]


@pytest.mark.parametrize("case", CASES)
def test_effective_importance_agrees_with_squared_correlations_in_r(case):
    scores = table(case)
    found = weightings.effective_importance(scores, means.generalised_mean(scores, power=1))
    assert found == pytest.approx(CASES[case]["importance"], abs=1e-9)


def test_a_dimension_without_variance_or_two_units_have_no_effective_importance():
    scores = np.array([[50.0, 10], [50, 20], [50, 90]])
    mean = means.generalised_mean(scores, power=1)
    assert weightings.effective_importance(scores, mean) == (None, pytest.approx(1.0))
    assert weightings.effective_importance(scores[:2], mean[:2]) == (None, None)
