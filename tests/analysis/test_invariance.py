"""Measurement invariance: the numbers of lavaan, and what they allow to compare."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.measures.factor_fit import fit, independent
from corus.analysis.measures.invariance import LEVELS, Invariance, invariance, moments_of
from corus.analysis.measures.one_factor import Estimates, Moments
from corus.analysis.measures.reliability import Block

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "invariance.json").read_text(encoding="utf-8")
)["real"]
NAMES = [one["name"] for one in REFERENCE]


def moments(one: dict[str, Any]) -> Moments:
    groups = one["moments"]
    return Moments.of(
        [g["n"] for g in groups],
        [np.array(g["sums"]) for g in groups],
        [np.array(g["products"]) for g in groups],
    )


@cache
def found(place: int) -> Invariance:
    return invariance(moments(REFERENCE[place]))


def references(place: int) -> list[tuple[Any, dict[str, Any]]]:
    """The levels that both we and lavaan have a solution of."""
    levels = REFERENCE[place]["levels"].items()
    return [(level, known) for level, known in levels if level in found(place).fits]


def answers(
    seed: int, n: int, loadings: Any, *, level: Any = 2.0, mean: float = 0.0, points: int = 5
) -> np.ndarray:
    """Persons × items: one opinion behind all answers, on a scale of so many points."""
    draw = np.random.default_rng(seed)
    opinion = draw.normal(mean, 1, (n, 1))
    noise = draw.normal(0, 0.6, (n, len(loadings)))
    return np.clip(np.rint(level + opinion * np.array(loadings) + noise), 0, points - 1)


def of_answers(*groups: np.ndarray) -> Invariance:
    blocks = [Block.of(x) for x in groups]
    return invariance(moments_of(blocks, [range(x.shape[1]) for x in groups]))


def implied(groups: int, **changes: Any) -> Moments:
    """Moments that follow exactly from one factor with four items, alike in all groups."""
    own = Estimates(
        np.tile([0.9, 0.7, 0.8, 0.6], (groups, 1)), np.full((groups, 4), 0.5),
        np.tile([2.0, 1.5, 2.5, 1.0], (groups, 1)),
        np.linspace(1, 1.5, groups), np.linspace(0, 0.5, groups),
    )._replace(**changes)  # fmt: skip
    return Moments(np.full(groups, 300.0), own.means, own.covariance)


@pytest.mark.parametrize("place", range(len(NAMES)), ids=NAMES)
def test_chi_square_cfi_and_rmsea_are_those_of_lavaan(place: int) -> None:
    """Both are iterative: χ² agrees to 1e-8, the indices to 1e-9."""
    for level, known in references(place):
        own = found(place).fits[level]
        assert own.df == known["df"]
        assert own.chi2 == pytest.approx(known["chisq"], rel=1e-8, abs=1e-6)
        assert own.cfi == pytest.approx(known["cfi"], abs=1e-9)
        assert own.rmsea == pytest.approx(known["rmsea"], abs=1e-9)
        if own.df:
            assert own.p == pytest.approx(known["pvalue"], abs=1e-9)
        else:
            assert own.p is None


@pytest.mark.parametrize("place", range(len(NAMES)), ids=NAMES)
def test_loadings_residuals_and_means_are_those_of_lavaan(place: int) -> None:
    """To the 1e-4 at which lavaan's optimiser stops; loadings in units of the first."""
    for level, known in references(place):
        own = found(place).fits[level].estimates
        for group, there in enumerate(known["estimates"]):
            ratios = own.loadings[group] / own.loadings[group][0]
            assert ratios == pytest.approx(there["loadings"], abs=1e-4)
            assert own.residuals[group] == pytest.approx(there["residuals"], abs=1e-4)
            assert own.means[group] == pytest.approx(there["means"], abs=1e-4)


@pytest.mark.parametrize("place", range(len(NAMES)), ids=NAMES)
def test_the_baseline_and_the_difference_tests_are_those_of_lavaan(place: int) -> None:
    """p to 1e-7: it moves with the eighth digit of χ²."""
    chi2, df = independent(moments(REFERENCE[place]))
    for _, known in references(place):
        assert df == known["baseline.df"]
        assert chi2 == pytest.approx(known["baseline.chisq"], rel=1e-9)
    for level, p in REFERENCE[place]["p_lost"].items():
        if p and level in found(place).fits:
            assert found(place).fits[level].p_lost == pytest.approx(p, abs=1e-7)


@pytest.mark.parametrize("place", range(len(NAMES)), ids=NAMES)
def test_a_solution_is_found_where_lavaan_finds_a_proper_one(place: int) -> None:
    """Up to the first level that has none, after which nothing is looked for."""
    known = [level for level in LEVELS if REFERENCE[place]["levels"][level]["found"]]
    first = next((n for n, level in enumerate(LEVELS) if level not in known), len(LEVELS))
    assert list(found(place).fits) == list(LEVELS[:first])


def test_real_answers_reach_the_levels_that_their_cfi_allows() -> None:
    reached = {name: found(place).reached for place, name in enumerate(NAMES)}
    # psych::bfi: women and men; CFI .968 → .967 → .952 loses more than .01 at the last step.
    assert reached["agree by gender"] == "metric"
    assert reached["conscientious by gender"] == "scalar"
    # CFI .934 → .919 by education.
    assert reached["openness by education"] == "configural"
    # Nine tests of three abilities are not one factor (CFI .69).
    assert reached["all nine by school"] == "none"


def test_with_three_items_the_configural_level_fits_whatever_was_answered() -> None:
    own = found(NAMES.index("agree by gender, three items")).fits
    assert (own["configural"].df, own["configural"].p) == (0, None)
    assert (own["configural"].cfi, own["configural"].rmsea) == (pytest.approx(1), 0)
    assert own["configural"].chi2 == pytest.approx(0, abs=1e-8)
    assert (own["metric"].df, own["scalar"].df) == (2, 4)


@pytest.mark.parametrize("groups", [2, 3, 5])
def test_answers_that_follow_one_model_exactly_fit_perfectly(groups: int) -> None:
    own = invariance(implied(groups))
    assert own.reached == "scalar"
    for level in LEVELS:
        assert own.fits[level].chi2 == pytest.approx(0, abs=1e-6)
        assert (own.fits[level].cfi, own.fits[level].rmsea) == (1, 0)
    told = own.fits["scalar"].estimates
    assert told.loadings[0] == pytest.approx([0.9, 0.7, 0.8, 0.6], abs=1e-5)
    assert told.mean == pytest.approx(np.linspace(0, 0.5, groups), abs=1e-5)
    assert told.variance == pytest.approx(np.linspace(1, 1.5, groups), abs=1e-5)


def test_a_group_that_answers_one_item_higher_at_the_same_opinion_differs_in_level_only() -> None:
    intercepts = np.array([[2.0, 1.5, 2.5, 1.0], [2.0, 1.5, 2.5, 1.8]])
    own = invariance(implied(2, intercepts=intercepts))
    assert own.reached == "metric"
    assert own.fits["metric"].chi2 == pytest.approx(0, abs=1e-6)


def test_a_group_for_which_an_item_says_something_else_is_read_side_by_side() -> None:
    loadings = np.array([[0.9, 0.7, 0.8, 0.6], [0.9, 0.7, 0.8, -0.2]])
    own = invariance(implied(2, loadings=loadings))
    assert own.reached == "configural"


def test_two_topics_in_one_dimension_are_no_factor() -> None:
    groups = [
        np.hstack([answers(10 * g, 300, [1, 1]), answers(10 * g + 1, 300, [1, 1])]) for g in (1, 2)
    ]
    assert of_answers(*groups).reached in ("none", "not_computed")


@pytest.mark.parametrize("points", [3, 4, 5, 7])
def test_the_same_opinion_behind_every_group_is_found_on_every_scale(points: int) -> None:
    middle = (points - 1) / 2
    groups = [
        answers(seed, 400, [0.9, 0.8, 1.0, 0.7], level=middle, mean=shift, points=points)
        for seed, shift in ((1, 0.0), (2, 0.2))
    ]
    assert of_answers(*groups).reached == "scalar"


def test_an_item_on_which_one_group_is_unanimous_gives_no_result() -> None:
    ours, theirs = answers(1, 300, [1, 1, 1]), answers(2, 300, [1, 1, 1])
    theirs[:, 0] = 4
    own = of_answers(ours, theirs)
    assert (own.reached, own.fits) == ("not_computed", {})


def test_an_item_that_repeats_another_gives_no_result() -> None:
    ours, theirs = answers(1, 300, [1, 1, 1]), answers(2, 300, [1, 1, 1])
    theirs[:, 0] = theirs[:, 1]
    assert of_answers(ours, theirs).reached == "not_computed"


def test_two_items_one_group_or_nobody_give_no_result() -> None:
    assert of_answers(answers(1, 300, [1, 1]), answers(2, 300, [1, 1])).reached == "not_computed"
    assert of_answers(answers(1, 300, [1, 1, 1])).reached == "not_computed"


@pytest.mark.parametrize("signs", [(1, 1, -1), (-1, -1, -1)])
def test_answers_that_no_single_factor_can_produce_are_not_computed(signs: Any) -> None:
    """Three correlations whose product is negative: the search never comes to rest."""
    a, b, c = (0.3 * sign for sign in signs)
    r = np.array([[1, a, b], [a, 1, c], [b, c, 1]])
    own = invariance(Moments(np.full(2, 300.0), np.zeros((2, 3)), np.array([r, r])))
    assert (own.reached, own.fits) == ("not_computed", {})


def test_a_variance_under_zero_is_no_solution() -> None:
    """r₁₂·r₁₃/r₂₃ = 1.2: the first item would share more than it varies (Heywood)."""
    r = np.array([[1, 0.6, 0.6], [0.6, 1, 0.3], [0.6, 0.3, 1]])
    assert fit(Moments(np.full(2, 300.0), np.zeros((2, 3)), np.array([r, r])), "configural") is None


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(4)), st.sampled_from([(0, 1, 2), (2, 0, 1), (1, 2, 0)]), st.data())
def test_order_and_units_change_nothing(items: list[int], groups: Any, data: Any) -> None:
    drawn = [answers(seed, 250, [0.9, 0.7, 0.8, 0.6], mean=0.1 * seed) for seed in (1, 2, 3)]
    shift = data.draw(st.floats(-5, 5))
    unit = np.array([data.draw(st.floats(0.1, 10)) for _ in range(4)])
    plain = moments_of([Block.of(x) for x in drawn], [range(4)] * 3)
    own = Moments(plain.n, plain.mean + shift, plain.covariance).divided_by(unit)
    order = list(groups)
    other = Moments(
        own.n[order], own.mean[order][:, items], own.covariance[order][:, items][:, :, items]
    )
    first, second = invariance(plain), invariance(other)
    assert first.reached == second.reached
    for level in LEVELS:
        assert first.fits[level].chi2 == pytest.approx(second.fits[level].chi2, rel=1e-5, abs=1e-6)


def test_turning_an_item_round_changes_no_fit() -> None:
    drawn = [answers(seed, 250, [0.9, 0.7, 0.8, 0.6]) for seed in (1, 2)]
    turned = [np.hstack([x[:, :1] * -1 + 4, x[:, 1:]]) for x in drawn]
    first, second = of_answers(*drawn), of_answers(*turned)
    for level in LEVELS:
        assert first.fits[level].chi2 == pytest.approx(second.fits[level].chi2, rel=1e-6, abs=1e-7)


def test_each_level_fits_no_better_than_the_one_before() -> None:
    for place in range(len(NAMES)):
        chi2 = [fit.chi2 for fit in found(place).fits.values()]
        assert chi2 == sorted(chi2)


def test_only_items_that_all_groups_were_asked_are_compared() -> None:
    """Sums are of persons complete over all their own items; columns are chosen by group."""
    ours, theirs = answers(1, 250, [1, 1, 1]), answers(2, 250, [1, 1, 1, 1])
    chosen = moments_of([Block.of(ours), Block.of(theirs)], [[0, 1, 2], [3, 1, 2]])
    assert chosen.mean[1] == pytest.approx(theirs[:, [3, 1, 2]].mean(axis=0))
    assert chosen.covariance[1] == pytest.approx(np.cov(theirs[:, [3, 1, 2]].T, bias=True))


def test_persons_with_a_gap_are_left_out() -> None:
    ours = answers(1, 250, [1, 1, 1])
    ours[:20, 1] = np.nan
    own = moments_of([Block.of(ours)], [[0, 2]])
    assert own.n == [230]
    assert own.mean[0] == pytest.approx(ours[20:, [0, 2]].mean(axis=0))


def test_a_level_that_was_not_found_stops_only_what_it_would_decide() -> None:
    from corus.analysis.measures.invariance import _reached

    fits = found(NAMES.index("openness by education")).fits
    without_scalar = {level: one for level, one in fits.items() if level != "scalar"}
    assert _reached(without_scalar) == "configural"
    alike = fits | {"metric": fits["metric"]._replace(cfi=fits["configural"].cfi)}
    del alike["scalar"]
    assert _reached(alike) == "not_computed"
    assert _reached({}) == "not_computed"
