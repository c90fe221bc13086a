"""May the items be added? Against R (tests/reference/reliability.R) and by definition."""

from __future__ import annotations

import csv
import json
from math import isnan, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corus.analysis.measures.reliability import (
    Block,
    alpha,
    alpha_if_dropped,
    feldt,
    item_rest,
    omega,
    persons,
    reliability,
    sem,
    what_it_allows,
)
from corus.errors import InputError

FOLDER = Path("tests/reference")
REFERENCE = json.loads((FOLDER / "reliability.json").read_text())
CLOSE = {"rel": 1e-9, "abs": 1e-9}
CASES = [
    pytest.param(case, how, id=f"{case['dimension']}-{case['group']}-{case['keyed']}-{how}")
    for case in REFERENCE["real"]
    for how in ("pairwise", "listwise")
]
ANSWERS = st.integers(2, 5).flatmap(
    lambda items: arrays(
        np.float64,
        st.tuples(st.integers(0, 25), st.just(items)),
        elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan]),
    )
)


def answers() -> tuple[np.ndarray, np.ndarray]:
    """Education and answers (0-5, nan = none) of 1,200 persons to 25 items: psych::bfi."""
    rows = list(csv.DictReader((FOLDER / "bfi_answers.csv").read_text().splitlines()))
    values = [[np.nan if m == "s" else float(m) for m in row["marks"]] for row in rows]
    return np.array([int(row["education"]) for row in rows]), np.array(values)


EDUCATION, BFI = answers()


def block(case: dict) -> Block:
    """One dimension of one education group (0: all), reverse-keyed items turned if ``keyed``."""
    who = case["group"] == EDUCATION if case["group"] else slice(None)
    values = BFI[who][:, case["items"]]
    if case["keyed"]:
        values[:, case["turned"]] = 5 - values[:, case["turned"]]
    return Block.of(values)


def small(name: str) -> np.ndarray:
    rows = REFERENCE["small"][name]["values"]
    return np.array([[np.nan if v == "NA" else v for v in row] for row in rows], float)


def columns(*items: list[float]) -> Block:
    return Block.of(np.array(items, float).T)


@pytest.mark.parametrize(("case", "how"), CASES)
def test_alpha_and_item_figures_agree_with_psych(case, how):
    found, expected = block(case), case[how]
    assert alpha(found, how) == pytest.approx(expected["alpha"], **CLOSE)
    assert item_rest(found, how) == pytest.approx(expected["item_rest"], **CLOSE)
    assert alpha_if_dropped(found, how) == pytest.approx(expected["alpha_if_dropped"], **CLOSE)
    assert persons(found, how) == case[f"n_{how}"]


@pytest.mark.parametrize(("case", "how"), CASES)
def test_omega_agrees_with_minres_in_r(case, how):
    """To 1e-5 with psych::fa as it stops, to 1e-8 with the same criterion carried to its end."""
    found = omega(block(case), how)
    assert found == pytest.approx(case[how]["omega"]["psych"], abs=1e-5)
    assert found == pytest.approx(case[how]["omega"]["exact"], abs=1e-8)


@pytest.mark.parametrize(("case", "how"), CASES)
def test_the_interval_is_that_of_feldt(case, how):
    found = reliability(block(case))
    interval = found.interval if how == "pairwise" else found.interval_listwise
    name = "feldt" if how == "pairwise" else "feldt_listwise"
    assert interval == pytest.approx(tuple(case[name]), **CLOSE)


@pytest.mark.parametrize("case", REFERENCE["feldt"])
def test_feldt_agrees_with_alpha_ci(case):
    found = feldt(case["alpha"], case["n"], case["items"])
    assert found == pytest.approx(tuple(case["interval"]), **CLOSE)


@pytest.mark.parametrize("name", REFERENCE["small"])
def test_three_four_five_and_seven_point_scales_agree_with_psych(name):
    found, expected = Block.of(small(name)), REFERENCE["small"][name]
    assert alpha(found) == pytest.approx(expected["alpha"], **CLOSE)
    correlations = [r for r in item_rest(found) if not isnan(r)]
    assert correlations == pytest.approx(expected["item_rest"], **CLOSE)


@pytest.mark.parametrize("dimension", ["agree", "conscientious", "extraversion", "openness"])
def test_reverse_keyed_items_left_raw_destroy_alpha(dimension):
    cases = {
        c["keyed"]: c for c in REFERENCE["real"] if c["dimension"] == dimension and not c["group"]
    }
    turned, raw = reliability(block(cases[True])), reliability(block(cases[False]))
    assert turned.alpha > 0.6
    assert raw.alpha < 0.45
    assert raw.omega < turned.omega
    assert raw.item_rest.min() < 0
    assert raw.allows == "items_only"
    assert turned.allows in ("warn", "may_add")


@settings(deadline=None)
@given(ANSWERS, st.data())
def test_blocks_of_two_waves_add_up_to_the_block_of_both(values, data):
    cut = data.draw(st.integers(0, len(values)))
    assert Block.of(values[:cut]) + Block.of(values[cut:]) == Block.of(values)


@given(ANSWERS)
def test_tables_are_the_sums_they_say(values):
    found, given_both = Block.of(values), ~np.isnan(values)
    for i in range(found.items):
        for j in range(found.items):
            both = values[given_both[:, i] & given_both[:, j]]
            assert found.n[i, j] == len(both)
            assert found.sums[i, j] == both[:, i].sum()
            assert found.products[i, j] == both[:, i] @ both[:, j]
    complete = values[given_both.all(axis=1)]
    assert found.complete_n == len(complete)
    assert found.complete_sums.tolist() == complete.sum(axis=0).tolist()
    assert found.complete_products.tolist() == (complete.T @ complete).tolist()


@settings(deadline=None)
@given(ANSWERS)
def test_any_answers_give_figures_in_range_or_none(values):
    found = reliability(Block.of(values))
    for value in (found.alpha, found.alpha_listwise):
        assert value is None or value <= 1
    assert found.omega is None or 0 <= found.omega <= 1
    known = found.item_rest[~np.isnan(found.item_rest)]
    assert (np.abs(known) <= 1).all()


@given(ANSWERS, st.integers(-3, 3))
def test_counting_points_from_zero_or_from_one_changes_nothing(values, shift):
    first, second = alpha(Block.of(values)), alpha(Block.of(values + shift))
    assert (first is None) == (second is None)
    if first is not None:
        assert second == pytest.approx(first, **CLOSE)


@given(ANSWERS)
def test_without_a_missing_answer_pairwise_and_listwise_are_the_same(values):
    complete = Block.of(values[~np.isnan(values).any(axis=1)])
    assert alpha(complete, "pairwise") == alpha(complete, "listwise")


@pytest.mark.parametrize("rows", [0, 1])
def test_nobody_or_one_person_tells_nothing_about_the_items(rows):
    found = reliability(Block.of(np.ones((rows, 4))))
    assert (found.alpha, found.interval, found.omega) == (None, None, None)
    assert np.isnan(found.item_rest).all()
    assert np.isnan(found.alpha_if_dropped).all()
    assert found.allows == "not_tested"


def test_two_persons_are_enough_for_a_figure_but_not_for_a_verdict():
    found = reliability(columns([1, 2], [1, 3]))
    assert found.alpha == pytest.approx(8 / 9)
    assert found.allows == "not_tested"


def test_everybody_answering_dont_know_is_nobody_answering():
    found = reliability(Block.of(np.full((60, 3), np.nan)))
    assert (found.persons, found.alpha, found.allows) == (0, None, "not_tested")


def test_items_on_which_everybody_agrees_have_no_alpha():
    found = reliability(Block.of(np.full((60, 3), 4.0)))
    assert (found.persons, found.alpha, found.allows) == (0, None, "not_tested")


def test_a_constant_item_changes_neither_alpha_nor_the_others():
    values = small("one_constant")
    with_it, without = Block.of(values), Block.of(values[:, [0, 2]])
    assert alpha(with_it) == pytest.approx(alpha(without))
    assert item_rest(with_it)[[0, 2]] == pytest.approx(item_rest(without))
    assert isnan(item_rest(with_it)[1])
    assert alpha_if_dropped(with_it)[1] == pytest.approx(alpha(without))


def test_an_item_that_the_group_was_not_asked_changes_nothing():
    values = small("seven_points")
    asked_more = np.column_stack([values, np.full(len(values), np.nan)])
    assert alpha(Block.of(asked_more)) == pytest.approx(alpha(Block.of(values)))
    assert persons(Block.of(asked_more)) == len(values)


def test_one_item_cannot_be_tested():
    found = reliability(columns([1, 2, 3, 4, 5] * 20))
    assert (found.alpha, found.omega, found.allows) == (None, None, "not_tested")
    assert np.isnan(found.item_rest).all()


def test_without_a_complete_case_only_pairwise_speaks():
    nan = np.nan
    pairs = [[1, 2], [2, 2], [4, 3], [5, 4], [2, 4]]
    values = [[a, b, nan] for a, b in pairs] + [[nan, a, b] for a, b in pairs]
    found = reliability(Block.of(np.array(values + [[a, nan, b] for a, b in pairs])))
    assert 0 < found.alpha < 1
    assert (found.persons, found.persons_listwise) == (5, 0)
    assert (found.alpha_listwise, found.interval_listwise) == (None, None)


def test_pairwise_covariances_that_no_complete_table_could_give_have_no_alpha():
    """Those who answered two items vary far more than those who answered one."""
    nan = np.nan
    values = [[1, 1], [7, 7]] + [[4, nan], [nan, 4]] * 8
    assert alpha(Block.of(np.array(values))) is None


def test_two_items_never_answered_together_have_no_alpha():
    nan = np.nan
    assert alpha(Block.of(np.array([[1, nan], [2, nan], [nan, 2], [nan, 3]]))) is None


def test_opposed_items_have_a_negative_alpha_and_must_not_be_added():
    assert alpha(Block.of(small("opposed"))) < -1
    assert what_it_allows(-6.7, 200) == "items_only"


def test_items_that_cancel_each_other_have_no_alpha():
    assert alpha(columns([1, 2, 3, 4], [4, 3, 2, 1])) is None
    assert alpha(columns([1, 2, 3, 5, 5], [5, 4, 3, 1, 1], [2, 2, 2, 2, 2])) is None


def test_a_perfectly_correlated_pair_has_alpha_one_and_no_margin():
    found = columns([1, 2, 3, 4], [2, 3, 4, 5])
    assert alpha(found) == 1.0
    assert feldt(1.0, 4, 2) == (1.0, 1.0)
    assert item_rest(found) == pytest.approx([1.0, 1.0])
    assert omega(found) is None


def test_a_perfectly_correlated_pair_beside_a_third_item_keeps_omega_in_range():
    found = columns([1, 2, 3, 4, 5, 2], [1, 2, 3, 4, 5, 2], [2, 1, 3, 3, 5, 4])
    assert 0.8 < omega(found) < 1


def test_omega_of_equal_correlations_is_that_of_spearman_and_brown():
    """Every person-pattern of three ±1 items weighted so that all correlations are 1/3."""
    patterns = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)], float)
    weights = [3 if len(set(row)) == 1 else 1 for row in patterns.tolist()]
    found = Block.of(np.repeat(patterns, weights, axis=0))
    assert omega(found) == pytest.approx(3 * (1 / 3) / (1 + 2 * (1 / 3)), abs=1e-9)
    assert alpha(found) == pytest.approx(omega(found), abs=1e-9)


def test_pairwise_persons_are_those_of_the_least_answered_pair():
    nan = np.nan
    found = Block.of(np.array([[1, 2, 3], [2, 3, 1], [3, 1, nan], [nan, 4, 2], [4, nan, nan]]))
    assert persons(found) == 2
    assert persons(found, "listwise") == 2


def test_the_error_of_measurement_is_never_more_than_what_is_observed():
    assert sem(20.0, 0.75) == pytest.approx(20 * sqrt(0.25))
    assert sem(20.0, 1.0) == 0.0
    assert sem(20.0, -3.0) == 20.0


@pytest.mark.parametrize(
    ("found", "n", "allowed"),
    [
        (0.59999, 50, "items_only"),
        (0.60, 50, "warn"),
        (0.69999, 50, "warn"),
        (0.70, 50, "may_add"),
        (0.95, 49, "not_tested"),
        (None, 1000, "not_tested"),
    ],
)
def test_what_alpha_allows(found, n, allowed):
    assert what_it_allows(found, n) == allowed


@pytest.mark.parametrize("wrong", [2.5, np.inf, -np.inf])
def test_an_answer_that_is_not_a_whole_point_is_refused(wrong):
    with pytest.raises(InputError) as refused:
        Block.of(np.array([[1.0, wrong]]))
    assert refused.value.code == "BLK-001"


def test_blocks_of_other_items_are_refused():
    with pytest.raises(InputError) as refused:
        columns([1, 2], [1, 2]) + columns([1, 2])
    assert refused.value.code == "BLK-002"


@pytest.mark.deep
def test_a_million_persons_give_the_tables_of_their_chunks_in_a_few_seconds():
    rng = np.random.default_rng(1)
    values = rng.integers(0, 5, (1_000_000, 8)).astype(float)
    values[rng.random(values.shape) < 0.1] = np.nan
    chunks = [Block.of(part) for part in np.array_split(values, 10)]
    assert sum(chunks[1:], chunks[0]) == Block.of(values)
