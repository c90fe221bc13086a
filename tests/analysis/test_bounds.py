"""A composite of rounded scores is a range that holds the composite of the scores themselves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.weighing.bounds import (
    Bounded,
    may_be_weakest,
    mean_bounds,
    preference_bounds,
    rank_bounds,
)
from corus.analysis.weighing.means import POWERS, generalised_mean, weakest
from corus.analysis.weighing.weightings import preferences, rank_acceptability

REFERENCE = json.loads((Path("tests/reference") / "composite.json").read_text())
BFI = np.array(REFERENCE["as_keyed"]["scores"], np.float64)
NEAR = 1e-9

tables = st.tuples(st.integers(2, 4), st.integers(1, 4)).flatmap(
    lambda shape: st.tuples(
        *(
            st.lists(values, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]).map(
                lambda found: np.array(found).reshape(shape)
            )
            for values in (st.floats(0, 100), st.sampled_from([0.0, 0.1, 1.0, 5.0]))
        )
    )
)


def rounded(true: np.ndarray, steps: np.ndarray) -> Bounded:
    step = np.where(steps == 0, 1.0, steps)
    return Bounded.of(np.where(steps == 0, true, np.floor(true / step + 0.5) * step), steps)


def test_exact_scores_of_five_real_groups_give_the_figures_without_ranges() -> None:
    exact = Bounded.of(BFI, np.zeros_like(BFI))
    assert exact.exact
    for power in POWERS:
        low, high = mean_bounds(exact, None, power)
        assert low.tolist() == high.tolist() == generalised_mean(BFI, power=power).tolist()
    low, high = preference_bounds(exact)
    assert low == pytest.approx(preferences(BFI), abs=NEAR)
    assert high == pytest.approx(preferences(BFI), abs=NEAR)
    assert may_be_weakest(exact) == weakest(BFI)


def test_the_rank_range_holds_every_rank_taken_under_any_weighting() -> None:
    ranges = rank_bounds(Bounded.of(BFI, np.zeros_like(BFI)), draws=5000)
    taken = rank_acceptability(BFI, draws=5000).shares > 0
    for (best, worst), ranks in zip(ranges, taken, strict=True):
        first, *_, last = (*np.flatnonzero(ranks), np.flatnonzero(ranks)[-1])
        assert best <= 1 + first
        assert worst >= 1 + last


def test_real_scores_rounded_to_five_no_longer_say_which_of_two_near_groups_is_above() -> None:
    edu3, edu5 = (REFERENCE["groups"].index(g) for g in ("edu3", "edu5"))
    low, high = preference_bounds(rounded(BFI, np.full_like(BFI, 5.0)))
    assert low[edu5, edu3] == 0.0
    assert high[edu5, edu3] == 1.0
    whole = preference_bounds(rounded(BFI, np.full_like(BFI, 1.0)))
    assert whole[0][edu5, edu3] < 0.469 < whole[1][edu5, edu3]


@settings(max_examples=60, deadline=None)
@given(tables)
def test_the_figures_of_the_scores_themselves_lie_within_the_ranges(table) -> None:
    true, steps = table
    found = rounded(true, steps)
    for power in POWERS:
        low, high = mean_bounds(found, None, power)
        mean = generalised_mean(true, power=power)
        assert (low <= mean + NEAR).all()
        assert (mean <= high + NEAR).all()
    low, high = preference_bounds(found)
    assert (low <= preferences(true) + NEAR).all()
    assert (preferences(true) <= high + NEAR).all()
    for own, may in zip(weakest(true), may_be_weakest(found), strict=True):
        assert set(own) <= set(may)
    exact = rank_bounds(Bounded.of(true, np.zeros_like(true)), draws=50)
    for (best, worst), (least, most) in zip(exact, rank_bounds(found, draws=50), strict=True):
        assert least <= best <= worst <= most


def test_one_group_is_always_first_and_equal_groups_share_the_better_rank() -> None:
    one = Bounded.of(np.array([[50.0, 60.0]]), np.full((1, 2), 5.0))
    assert rank_bounds(one, draws=10) == ((1, 1),)
    same = Bounded.of(np.full((3, 2), 50.0), np.zeros((3, 2)))
    assert rank_bounds(same, draws=10) == ((1, 1),) * 3
