"""Two groups compared: against R (tests/reference/contrasts.R), by definition, and at the edges."""

from __future__ import annotations

import json
from math import isnan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.analysis.measures.contrasts import (
    G_LIMITS,
    cliffs_delta,
    hedges_g,
    magnitude,
    mann_whitney,
    ordered_counts,
    welch_p,
)
from corus.analysis.measures.stats import Sample

REFERENCE = json.loads((Path("tests/reference") / "contrasts.json").read_text())
CLOSE = {"rel": 1e-9, "abs": 1e-9}
COMPARED = [*REFERENCE["real"], *REFERENCE["synthetic"], REFERENCE["hogarty"]]
PAIRS = st.sampled_from([3, 4, 5, 7]).flatmap(
    lambda k: st.tuples(*[st.lists(st.integers(0, 12), min_size=k, max_size=k)] * 2)
)


def pair(case) -> tuple[np.ndarray, np.ndarray]:
    return np.array(case["first"]), np.array(case["second"])


def sample(name: str) -> Sample:
    return Sample(**REFERENCE["samples"][name])


def persons(counts) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts)


@pytest.mark.parametrize("case", COMPARED)
def test_delta_and_its_interval_are_those_of_every_person_against_every_other(case):
    found = cliffs_delta(*pair(case))
    assert float(found.value) == pytest.approx(case["delta"], **CLOSE)
    if abs(case["delta"]) < 1 and case["variance"] > 0:
        assert (float(found.low), float(found.high)) == pytest.approx(
            tuple(case["interval"]), **CLOSE
        )


def test_the_reference_gives_what_was_published_on_hogarty_and_kromreys_data():
    # The three variances of their paper, and the interval effsize prints (unbiased variance).
    case = REFERENCE["hogarty"]
    assert case["delta"] == -0.25
    assert case["terms"] == pytest.approx([0.2669753, 0.447, 1.0055556], abs=5e-8)
    assert case["interval_unbiased"] == pytest.approx([-0.7265846, 0.3890062], abs=5e-8)


@pytest.mark.parametrize("case", COMPARED)
def test_mann_whitney_agrees_with_wilcox_test(case):
    u, p = mann_whitney(*pair(case))
    assert float(u) == pytest.approx(case["u"], **CLOSE)
    assert float(p) == pytest.approx(case["p"], rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("case", REFERENCE["effects"])
def test_hedges_g_agrees_with_metafor_and_p_with_t_test(case):
    first, second = sample(case["first"]), sample(case["second"])
    found = hedges_g(first, second)
    assert found.value == pytest.approx(case["g"], **CLOSE)
    assert (found.low, found.high) == pytest.approx(tuple(case["interval"]), **CLOSE)
    assert welch_p(first, second) == pytest.approx(case["p"], rel=1e-9)


@given(PAIRS)
def test_delta_u_and_interval_turn_round_with_the_groups(counts):
    first, second = map(np.array, counts)
    there, back = cliffs_delta(first, second), cliffs_delta(second, first)
    if first.sum() and second.sum():
        assert float(there.value) == pytest.approx(-float(back.value), abs=1e-12)
        x, y = persons(first), persons(second)
        assert float(there.value) == pytest.approx(np.sign(x[:, None] - y).mean(), abs=1e-12)
        (u, p), (u_back, p_back) = mann_whitney(first, second), mann_whitney(second, first)
        assert u + u_back == first.sum() * second.sum()
        assert (isnan(p) and isnan(p_back)) or float(p) == pytest.approx(float(p_back))
        if not isnan(there.low):
            assert float(there.low) == pytest.approx(-float(back.high), abs=1e-12)
            assert -1 <= there.low <= there.value + 1e-12
            assert there.value - 1e-12 <= there.high <= 1


@given(PAIRS)
def test_a_reversed_scale_turns_delta_round(counts):
    first, second = map(np.array, counts)
    if first.sum() and second.sum():
        turned = cliffs_delta(first[::-1], second[::-1])
        straight = float(cliffs_delta(first, second).value)
        assert float(turned.value) == pytest.approx(-straight, abs=1e-12)


def test_all_pairs_at_once_give_what_each_pair_gives():
    rng = np.random.default_rng(7)
    first, second = rng.integers(0, 30, (2, 40, 5))
    together, (u, p) = cliffs_delta(first, second), mann_whitney(first, second)
    for i in range(40):
        alone = cliffs_delta(first[i], second[i])
        assert (together.value[i], together.low[i]) == (alone.value, alone.low)
        assert (u[i], p[i]) == mann_whitney(first[i], second[i])


def test_separate_groups_have_a_delta_of_one_and_wilsons_open_end():
    low_camp, high_camp = np.array([6, 4, 0, 0, 0]), np.array([0, 0, 0, 20, 10])
    found = cliffs_delta(high_camp, low_camp)
    # Wilson gives 10 of 10 the interval [.7225, 1]; as δ = 2p − 1 that is [.4449, 1].
    assert (float(found.value), float(found.high)) == (1.0, 1.0)
    assert float(found.low) == pytest.approx(0.4449347, abs=1e-6)
    turned = cliffs_delta(low_camp, high_camp)
    assert (turned.value, turned.low, turned.high) == (-1, -1, -found.low)


def test_everybody_on_one_point_has_no_interval_and_no_test():
    same = np.array([0, 0, 12, 0, 0])
    found = cliffs_delta(same, same)
    assert found.value == 0
    assert isnan(found.low)
    assert isnan(found.high)
    assert isnan(mann_whitney(same, same)[1])


def test_two_opposite_camps_and_a_middle_do_not_differ_by_delta():
    camps, middle = np.array([9, 0, 0, 0, 9]), np.array([0, 0, 18, 0, 0])
    found = cliffs_delta(camps, middle)
    assert found.value == 0
    assert found.low < -0.4
    assert found.high > 0.4


def test_groups_of_none_and_one_have_no_interval():
    nobody, one, ten = np.array([0, 0, 0]), np.array([0, 1, 0]), np.array([3, 4, 3])
    assert isnan(cliffs_delta(nobody, ten).value)
    assert isnan(mann_whitney(nobody, ten)[1])
    assert cliffs_delta(one, ten).value == 0
    assert isnan(cliffs_delta(one, ten).low)


def test_scores_without_variance_or_persons_have_no_g_and_no_p():
    same = Sample(12, 75.0, 0.0)
    for first, second in ((same, same), (same, Sample(12, 50.0, 0.0)), (Sample(1, 3.0, 0.0), same)):
        assert hedges_g(first, second) is None
        assert welch_p(first, second) is None


def test_words_change_at_the_published_limits():
    words = ["negligible", "small", "small", "medium", "large", "large"]
    assert [magnitude(d) for d in (0.146, 0.147, -0.32, -0.33, 0.474, -1.0)] == words
    assert magnitude(0.5, G_LIMITS) == "medium"


def test_scores_are_ordered_whatever_the_number_of_items_answered():
    # Persons by (items answered, sum): on 5 points 1 of 1 item and 2 of 2 are both 25.
    scores = np.zeros((2, 3, 9), dtype=np.int64)
    scores[0, 1, 1], scores[0, 2, 2], scores[0, 2, 8] = 4, 3, 1
    scores[1, 2, 3], scores[1, 1, 0] = 2, 5
    assert ordered_counts(scores).tolist() == [[0, 7, 0, 1], [5, 0, 2, 0]]
    first, second = ordered_counts(scores)
    x, y = np.repeat([0, 25, 37.5, 100], first), np.repeat([0, 25, 37.5, 100], second)
    assert cliffs_delta(first, second).value == pytest.approx(np.sign(x[:, None] - y).mean())


def covered(truth_first, truth_second, n1, n2, draws):
    """Share of samples whose interval holds the δ of the two populations."""
    rng = np.random.default_rng(1996)
    first, second = (
        rng.multinomial(n, p, draws) for n, p in ((n1, truth_first), (n2, truth_second))
    )
    q, r = np.array(truth_first), np.array(truth_second)
    true = np.sign(np.subtract.outer(np.arange(len(q)), np.arange(len(r))))
    found, delta = cliffs_delta(first, second), float(q @ true @ r)
    known = ~np.isnan(found.low)
    return ((found.low <= delta) & (delta <= found.high))[known].mean()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0.05, 0.1, 0.2, 0.35, 0.3), (0.1, 0.2, 0.3, 0.25, 0.15)),
        ((0.4, 0.1, 0, 0.1, 0.4), (0.05, 0.2, 0.5, 0.2, 0.05)),
        ((0, 0, 0.1, 0.3, 0.6), (0.3, 0.4, 0.2, 0.1, 0)),
    ],
    ids=["skewed", "two camps", "far apart"],
)
@pytest.mark.parametrize(("n1", "n2"), [(10, 10), (10, 40), (30, 30)])
def test_the_interval_of_delta_holds_the_truth_about_as_often_as_it_says(first, second, n1, n2):
    assert 0.92 <= covered(first, second, n1, n2, 4000) <= 0.99
