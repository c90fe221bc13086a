"""Agreement between coders, against numbers worked out in R, and where it cannot be said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.measures.coders import (
    MISSING,
    agreement,
    doubled_needed,
    krippendorff_alpha,
    percent_agreement,
)

CASES = json.loads((Path(__file__).parents[1] / "reference/coders.json").read_text())


@pytest.mark.parametrize("name", CASES)
def test_alpha_and_percent_are_those_of_r(name: str) -> None:
    ratings = np.array(CASES[name]["ratings"], np.int64)
    for found, expected in (
        (krippendorff_alpha(ratings), CASES[name]["alpha"]),
        (percent_agreement(ratings), CASES[name]["percent"]),
    ):
        assert found == (expected if expected is None else pytest.approx(expected, abs=1e-9))


def test_krippendorffs_own_example_gives_his_own_number() -> None:
    ratings = np.array(CASES["krippendorff"]["ratings"], np.int64)
    assert krippendorff_alpha(ratings) == pytest.approx(0.743, abs=5e-4)


ratings = st.integers(0, 25).flatmap(
    lambda texts: st.lists(
        st.lists(st.integers(MISSING, 3), min_size=texts, max_size=texts), min_size=1, max_size=4
    )
).map(lambda rows: np.array(rows, np.int64).reshape(len(rows), -1))  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(ratings)
def test_alpha_is_at_most_one_and_one_exactly_when_all_pairs_are_alike(found: np.ndarray) -> None:
    alpha, percent = krippendorff_alpha(found), percent_agreement(found)
    if alpha is not None:
        assert alpha <= 1
        assert (alpha == 1) == (percent == 1)


@settings(max_examples=50, deadline=None)
@given(ratings, st.randoms())
def test_neither_the_order_of_coders_nor_the_names_of_categories_matter(
    found: np.ndarray, chance: object
) -> None:
    renamed = np.where(found == MISSING, MISSING, 10 - found)[::-1]
    before, after = krippendorff_alpha(found), krippendorff_alpha(renamed)
    assert before == after or before == pytest.approx(after, abs=1e-12)


@pytest.mark.parametrize(("texts", "needed"), [(0, 0), (1, 1), (12, 2), (200, 20), (900, 50)])
def test_a_tenth_of_the_texts_is_coded_twice_and_fifty_are_enough(texts: int, needed: int) -> None:
    assert doubled_needed(texts) == needed


@pytest.mark.parametrize(("wrong", "verdict"), [(0, "use"), (6, "tentative"), (15, "unreliable")])
def test_the_verdict_follows_krippendorffs_limits(wrong: int, verdict: str) -> None:
    first = np.tile([0, 1], 25)
    second = first.copy()
    second[:wrong] = 1 - second[:wrong]
    assert agreement(np.array([first, second])).verdict == verdict


def test_too_few_double_codings_and_codings_all_alike_give_no_verdict_on_alpha() -> None:
    first = np.zeros(100, np.int64)
    second = np.full(100, MISSING)
    assert agreement(np.array([first, second])).verdict == "too_few"
    second[:9] = 0
    assert agreement(np.array([first, second])).verdict == "too_few"
    second[:10] = 0
    found = agreement(np.array([first, second]))
    assert (found.verdict, found.percent, found.alpha) == ("no_variation", 1.0, None)
    assert agreement(np.empty((2, 0), np.int64)).verdict == "too_few"
