"""Three means of dimension scores, against R (tests/reference/composite.R)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.analysis.weighing import means
from corus.errors import InputError

REFERENCE = json.loads((Path("tests/reference") / "composite.json").read_text())
CASES = {name: REFERENCE[name] for name in ("as_keyed", "neuroticism_turned")}
NAMES = {1: "arithmetic", 0: "geometric", -1: "harmonic"}
SCORE = st.integers(0, 1000).map(lambda tenths: tenths / 10)


def table(case: str) -> np.ndarray:
    return np.array(CASES[case]["scores"])


@pytest.mark.parametrize("power", means.POWERS)
@pytest.mark.parametrize("case", CASES)
def test_the_three_means_agree_with_r(case, power):
    found = means.generalised_mean(table(case), power=power)
    assert found == pytest.approx(CASES[case]["means"][NAMES[power]], abs=1e-9)


@pytest.mark.parametrize("power", means.POWERS)
def test_weighted_means_agree_with_r(power):
    weights = np.array([4.0, 1, 2, 2, 1])
    found = means.generalised_mean(table("as_keyed"), weights, power=power)
    assert found == pytest.approx(CASES["as_keyed"]["weighted"][NAMES[power]], abs=1e-9)


def test_a_dimension_at_zero_counts_as_one_in_the_geometric_and_harmonic_means():
    scores = np.array([[0.0, 100.0]])
    assert means.generalised_mean(scores, power=1) == pytest.approx([50.0])
    assert means.generalised_mean(scores, power=0) == pytest.approx([10.0])
    assert means.generalised_mean(scores, power=-1) == pytest.approx([2 / 1.01])
    assert means.floored(scores) == 1


@given(st.lists(st.lists(SCORE, min_size=3, max_size=3), min_size=1, max_size=5))
def test_the_less_compensation_the_lower_the_mean_once_scores_are_above_the_floor(rows):
    scores = np.maximum(np.array(rows), means.FLOOR)
    harmonic, geometric, arithmetic = (means.generalised_mean(scores, power=p) for p in (-1, 0, 1))
    assert (harmonic <= geometric + 1e-9).all()
    assert (geometric <= arithmetic + 1e-9).all()


@pytest.mark.parametrize("scores", [[[101.0]], [[-0.1]], [[float("nan"), 50.0]], [[]], [50.0]])
def test_scores_that_are_missing_or_off_the_scale_are_refused(scores):
    with pytest.raises(InputError) as refused:
        means.generalised_mean(np.array(scores), power=1)
    assert refused.value.code == "CMP-001"


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0], [-1.0, 2.0], [float("nan"), 1.0]])
def test_weights_that_weigh_nothing_are_refused(weights):
    with pytest.raises(InputError) as refused:
        means.generalised_mean(np.array([[1.0, 2.0]]), np.array(weights), power=1)
    assert refused.value.code == "CMP-002"


def test_every_dimension_that_is_equally_low_is_the_weakest():
    assert means.weakest(np.array([[10.0, 20, 10], [3, 2, 1]])) == ((0, 2), (2,))
