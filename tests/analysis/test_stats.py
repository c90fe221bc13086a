"""Statistics against R (tests/reference/reference_numbers.R) and by their definitions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.analysis.measures import stats
from corus.analysis.measures.stats import Sample
from tests.analysis.factories_analysis import SIZES, scale

REFERENCE = json.loads((Path("tests/reference") / "statistics.json").read_text())
CLOSE = {"rel": 1e-9, "abs": 1e-9}
COUNTS = st.sampled_from(sorted(SIZES.values())).flatmap(
    lambda k: st.lists(st.integers(0, 30), min_size=k, max_size=k)
)


def test_the_normal_quantile_is_that_of_r():
    assert pytest.approx(REFERENCE["z"], abs=1e-14) == stats.Z95


@pytest.mark.parametrize("case", REFERENCE["wilson"])
def test_wilson_agrees_with_prop_test(case):
    assert stats.wilson(case["x"], case["n"]) == pytest.approx(tuple(case["interval"]), **CLOSE)


@pytest.mark.parametrize("case", REFERENCE["newcombe"])
def test_newcombe_agrees_with_its_formula_in_r(case):
    found = stats.newcombe(case["x1"], case["n1"], case["x2"], case["n2"])
    assert found == pytest.approx(tuple(case["interval"]), **CLOSE)


@pytest.mark.parametrize("case", REFERENCE["moments"])
def test_mean_and_median_agree_with_r(case):
    counts = case["counts"]
    values = list(range(1, len(counts) + 1))
    assert stats.mean(counts, values) == pytest.approx(case["mean"], **CLOSE)
    assert stats.median(counts, values) == case["median"] == case["median_default"]


def sample(name: str) -> Sample:
    values = np.array(REFERENCE["t_intervals"][name]["values"])
    return Sample(len(values), float(values.mean()), float(values.std(ddof=1)))


@pytest.mark.parametrize("name", REFERENCE["t_intervals"])
def test_t_intervals_agree_with_t_test(name):
    low, high = REFERENCE["t_intervals"][name]["interval"]
    found = stats.t_interval(sample(name), -1e9, 1e9)
    assert found == pytest.approx((low, high), **CLOSE)


@pytest.mark.parametrize("case", REFERENCE["welch"])
def test_welch_agrees_with_t_test(case):
    found = stats.welch(sample(case["first"]), sample(case["second"]))
    assert found == pytest.approx(tuple(case["interval"]), **CLOSE)


def test_intervals_of_scores_stay_on_the_scale():
    assert stats.t_interval(Sample(3, 99.0, 20.0))[1] == 100.0
    assert stats.t_interval(Sample(3, 1.0, 20.0))[0] == 0.0


@pytest.mark.parametrize("found", [Sample(1, 50.0, 0.0), Sample(12, 100.0, 0.0)])
def test_one_person_or_unanimous_persons_have_no_interval(found):
    assert stats.t_interval(found) is None
    assert stats.welch(found, found) is None


def test_no_answer_has_no_mean_and_no_median():
    assert stats.mean([0, 0, 0], [1, 2, 3]) is None
    assert stats.median([0, 0, 0], [1, 2, 3]) is None
    assert stats.agreement([0, 0, 0]) is None
    assert not stats.is_divided([0, 0, 0], (0, 0, 0))


@given(COUNTS)
def test_reversing_twice_is_doing_nothing(counts):
    the = scale(len(counts))
    as_asked = stats.thirds(counts, the, "as_asked")
    assert stats.thirds(counts, the, "reversed") == as_asked[::-1]
    assert sum(as_asked) == sum(counts)


@given(COUNTS)
def test_agreement_lies_between_its_ends_and_ignores_direction(counts):
    found = stats.agreement(counts)
    if found is not None:
        assert -1 - 1e-9 <= found <= 1 + 1e-9
        assert stats.agreement(counts[::-1]) == pytest.approx(found)


def test_agreement_gives_the_published_examples():
    # Van der Eijk 2001; the first value is also that of R's agrmt::agreement.
    assert stats.agreement([30, 40, 210, 130, 530, 50, 10]) == pytest.approx(0.6113333333)
    assert stats.agreement([5, 0, 0, 0, 5]) == -1
    assert stats.agreement([4, 4, 4, 4]) == 0
    assert stats.agreement([0, 7, 0]) == 1


def test_two_camps_are_divided_and_an_even_middle_is_not():
    assert stats.is_divided([6, 0, 0, 0, 6], (6, 0, 6))
    assert stats.is_divided([7, 0, 0, 0, 3], (7, 0, 3))
    assert not stats.is_divided([1, 2, 10, 2, 1], (3, 10, 3))
    # A < 0 alone: two camps of which one counts as mixed.
    assert stats.is_divided([8, 0, 6], (8, 6, 0)) or stats.agreement([8, 0, 6]) >= 0


@given(st.integers(1, 500), st.data())
def test_wilson_holds_its_share_and_narrows_to_the_ends(n, data):
    x = data.draw(st.integers(0, n))
    low, high = stats.wilson(x, n)
    assert 0 <= low <= x / n <= high <= 1


@given(st.lists(st.integers(0, 9), min_size=3, max_size=7))
def test_counts_with_one_peak_never_agree_below_zero(counts: list[int]) -> None:
    measured = stats.agreement(counts)
    if measured is not None and stats._has_one_peak(counts):
        assert measured >= -1e-12
