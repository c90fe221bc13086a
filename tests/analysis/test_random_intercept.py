"""The change over all rows against nlme and lme4 (tests/reference/random_intercept.R)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.analysis.measures.stats import Sample
from corus.analysis.waves.random_intercept import AllRows, left_over, random_intercept_change
from corus.analysis.waves.wave_change import Pairs

CASES = json.loads(Path("tests/reference/random_intercept.json").read_text())["cases"]
CLOSE = {"rel": 1e-6, "abs": 1e-6}


def sample(numbers: dict | None) -> Sample | None:
    return Sample(numbers["n"], numbers["mean"], numbers["sd"]) if numbers else None


def of_case(case: dict) -> AllRows | None:
    pairs = Pairs(*(sample(case["pairs"][name]) for name in ("first", "second", "difference")))
    return random_intercept_change(pairs, sample(case["first_only"]), sample(case["second_only"]))


def of_persons(first: list[float], second: list[float], *only: list[float]) -> AllRows | None:
    a, b = np.array(first), np.array(second)
    return random_intercept_change(Pairs(*map(_of, (a, b, b - a))), *map(_of, map(np.array, only)))


def _of(values: np.ndarray) -> Sample | None:
    if not len(values):
        return None
    return Sample(len(values), values.mean(), values.std(ddof=1) if len(values) > 1 else 0.0)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_the_change_over_all_rows_agrees_with_nlme_and_lme4(case):
    found = of_case(case)
    assert found.value == pytest.approx(case["change"], **CLOSE)
    assert found.error == pytest.approx(case["error"], **CLOSE)
    assert found.interval == pytest.approx(tuple(case["interval"]), **CLOSE)
    assert found.value == pytest.approx(case["lme4"]["change"], **CLOSE)
    assert found.error == pytest.approx(case["lme4"]["error"], **CLOSE)
    assert found.between == pytest.approx(case["lme4"]["between"], abs=1e-5)


def test_without_drop_out_it_is_the_paired_t_test():
    case = CASES[0]
    found = of_case(case)
    assert found.value == pytest.approx(case["paired"]["change"], abs=1e-9)
    assert found.interval == pytest.approx(tuple(case["paired"]["interval"]), abs=1e-6)


def test_persons_met_once_move_the_change_and_are_counted():
    case = CASES[1]
    found = of_case(case)
    assert abs(found.value - case["paired"]["change"]) > 1
    assert found.persons == case["pairs"]["first"]["n"] + case["first_only"]["n"]


def test_when_all_dropped_out_or_all_changed_alike_there_is_no_model():
    alone, nobody = Sample(20, 40.0, 10.0), Sample(1, 50.0, 0.0)
    assert random_intercept_change(Pairs(nobody, nobody, replace(nobody, mean=0)), alone) is None
    assert of_persons([1, 2, 3], [2, 3, 4], [5, 6], []) is None


def test_answers_of_one_person_that_do_not_go_together_leave_no_person_in_the_model():
    found = of_persons([0, 4, 0, 4], [4, 0, 4, 1], [], [])
    assert found.between == 0


SCORES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=30)


@given(SCORES, st.lists(st.integers(0, 8), max_size=12), st.lists(st.integers(0, 8), max_size=12))
def test_turning_the_waves_round_turns_the_change_round(both, first_only, second_only):
    first, second = map(list, zip(*both, strict=True))
    one = of_persons(first, second, first_only, second_only)
    other = of_persons(second, first, second_only, first_only)
    assert (one is None) == (other is None)
    if one and other:
        assert one.value == pytest.approx(-other.value, abs=1e-5)
        assert one.error == pytest.approx(other.error, rel=1e-4)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=40), st.integers(1, 39))
def test_who_is_left_over_is_found_by_subtraction(values, cut):
    part, rest = values[:cut], values[cut:]
    found = left_over(_of(np.array(values)), _of(np.array(part)))
    assert (found is None) == (not rest)
    if found:
        assert (found.n, found.mean) == (len(rest), pytest.approx(np.mean(rest), abs=1e-8))
        assert found.sd == pytest.approx(_of(np.array(rest)).sd, abs=1e-4)
