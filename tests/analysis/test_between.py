"""All groups at once: against R (tests/reference/between.R), by definition, and at the edges."""

from __future__ import annotations

import json
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.measures import concordance
from corus.analysis.measures.between import icc, kendall_w, kruskal_wallis, ranks, spread
from corus.analysis.measures.contrasts import mann_whitney
from corus.analysis.measures.stats import Sample

REFERENCE = json.loads((Path("tests/reference") / "between.json").read_text())
CLOSE = {"rel": 1e-9, "abs": 1e-9}
KENDALL = REFERENCE["kendall"]


def samples(name: str) -> list[Sample]:
    return [Sample(**s) for s in REFERENCE["icc"][name]["samples"]]


def values(name: str) -> np.ndarray:
    return np.array(KENDALL[name]["values"], dtype=float)


@pytest.mark.parametrize("case", REFERENCE["kruskal"])
def test_kruskal_wallis_agrees_with_kruskal_test(case):
    found = kruskal_wallis(np.array(case["counts"]))
    assert (found.h, found.df) == pytest.approx((case["h"], case["df"]), **CLOSE)
    assert found.p == pytest.approx(case["p"], rel=1e-9)


def test_with_two_groups_kruskal_wallis_is_mann_whitney_without_continuity():
    counts = np.array([[4, 9, 12, 3, 1], [2, 3, 10, 9, 8]])
    n1, n2 = counts.sum(axis=1)
    u = float(mann_whitney(*counts)[0])
    tied = counts.sum(axis=0).astype(float)
    n = tied.sum()
    variance = n1 * n2 / 12 * (n + 1 - (tied**3 - tied).sum() / (n * (n - 1)))
    assert kruskal_wallis(counts).h == pytest.approx((u - n1 * n2 / 2) ** 2 / variance)


def test_one_group_nobody_or_one_point_has_no_test():
    assert kruskal_wallis(np.zeros((3, 5), dtype=np.int64)) is None
    assert kruskal_wallis(np.array([[3, 4, 5], [0, 0, 0]])) is None
    assert kruskal_wallis(np.array([[0, 4, 0], [0, 9, 0]])) is None


def test_a_silent_group_changes_nothing():
    counts = np.array([[3, 4, 5, 1], [1, 2, 9, 9]])
    assert kruskal_wallis(np.vstack([counts, np.zeros(4, dtype=int)])) == kruskal_wallis(counts)


@pytest.mark.parametrize("name", REFERENCE["icc"])
def test_icc_agrees_with_multilevel(name):
    found, case = icc(samples(name)), REFERENCE["icc"][name]
    assert (found.icc1, found.icc2) == pytest.approx((case["icc1"], case["icc2"]), **CLOSE)


def test_icc_and_its_interval_are_those_of_shrout_and_fleiss():
    # Their table 4 gives ICC(1,1) = .17; psych::ICC adds the interval.
    found, case = icc(samples("shrout")), REFERENCE["icc"]["shrout"]
    assert round(found.icc1, 2) == 0.17
    assert found.icc1 == pytest.approx(case["psych"], **CLOSE)
    assert found.interval == pytest.approx(tuple(case["interval"]), **CLOSE)


def test_the_group_size_is_the_arithmetic_mean_of_99_unequal_companies():
    found = icc(samples("hours"))
    assert (found.groups, found.n, found.size) == (99, 7382, pytest.approx(7382 / 99))
    low, high = found.interval
    assert low < found.icc1 < high


def test_groups_that_agree_within_and_differ_between_are_all_the_variance():
    found = icc([Sample(10, 20.0, 0.0), Sample(5, 80.0, 0.0)])
    assert (found.icc1, found.icc2, found.interval) == (1.0, 1.0, None)


def test_equal_means_leave_less_than_nothing_to_the_group():
    found = icc([Sample(7, 33.3, 12.0), Sample(11, 33.3, 9.0), Sample(3, 33.3, 4.0)])
    assert found.between == 0
    assert found.icc1 == pytest.approx(-1 / (found.size - 1))
    assert found.icc2 is None


@pytest.mark.parametrize(
    "given_samples",
    [
        [],
        [Sample(30, 50.0, 10.0)],
        [Sample(1, 50.0, 0.0), Sample(1, 70.0, 0.0)],
        [Sample(9, 50.0, 0.0), Sample(9, 50.0, 0.0)],
    ],
    ids=["nobody", "one group", "single persons", "no variance"],
)
def test_icc_is_not_given_where_it_means_nothing(given_samples):
    assert icc(given_samples) is None


@given(st.lists(st.lists(st.integers(0, 100), min_size=2, max_size=9), min_size=2, max_size=5))
def test_icc_is_at_most_one_and_does_not_depend_on_the_unit(groups):
    def of(scale):
        return icc(
            Sample(len(g), float(np.mean(g)) * scale, float(np.std(g, ddof=1)) * scale)
            for g in groups
        )

    found, scaled = of(1), of(0.01)
    if found and found.within > 1e-9:
        assert found.icc1 <= 1 + 1e-12
        assert scaled.icc1 == pytest.approx(found.icc1, abs=1e-6)


@pytest.mark.parametrize("name", KENDALL)
def test_w_agrees_with_friedman_test(name):
    found, case = kendall_w(values(name)), KENDALL[name]
    assert (found.w, found.chi2) == pytest.approx((case["w"], case["chi2"]), **CLOSE)
    assert found.p_chi2 == pytest.approx(case["p"], rel=1e-9)


@pytest.mark.parametrize("name", [n for n, case in KENDALL.items() if case["exact"] is not None])
def test_the_exact_p_of_w_is_that_of_every_order_enumerated_in_r(name):
    found = kendall_w(values(name))
    assert found.how == "exact"
    assert found.p == pytest.approx(KENDALL[name]["exact"], rel=1e-9)


def test_published_critical_values_of_friedman_are_found():
    # Siegel & Castellan, table M: 3 objects and 4 groups, χ² = 6.5 has p = .042, χ² = 8 p = .0046.
    alike = np.array([[1, 2, 3]] * 4, dtype=float)
    assert kendall_w(alike).p == pytest.approx(1 / 6**3, rel=1e-9)
    near = np.array([[1, 2, 3], [1, 2, 3], [1, 2, 3], [2, 1, 3]], dtype=float)
    found = kendall_w(near)
    assert found.chi2 == pytest.approx(6.5)
    assert round(found.p, 3) == 0.042


def by_hand(ranked: np.ndarray) -> float:
    orders = [list(permutations(row)) for row in ranked.tolist()]
    sums = np.array([np.sum(choice, axis=0) for choice in product(*orders)])
    square = ((sums - sums.mean()) ** 2).sum(axis=1)
    own = ((ranked.sum(axis=0) - sums.mean()) ** 2).sum()
    return float(np.mean(square >= own - 1e-9))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda k: st.lists(
            st.lists(st.integers(1, 3), min_size=k, max_size=k), min_size=2, max_size=3
        )
    )
)
def test_merging_equal_sums_loses_no_order(given_values):
    found = kendall_w(np.array(given_values, dtype=float))
    if found:
        ranked = np.array(
            [[(sum(o < v for o in row) + (1 + sum(o == v for o in row)) / 2) for v in row]
             for row in map(list, given_values)]
        )  # fmt: skip
        assert found.p == pytest.approx(by_hand(ranked), rel=1e-9)
        assert 0 <= found.w <= 1 + 1e-12


def test_draws_come_close_to_the_exact_p_and_repeat_themselves(monkeypatch):
    ranked = np.array([[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 4], [4, 1, 2, 3]], dtype=float)
    exact, how = concordance.chance_of(ranked)
    assert how == "exact"
    monkeypatch.setattr(concordance, "EXACT_UP_TO", 0)
    concordance._chance.cache_clear()
    drawn, how = concordance.chance_of(ranked)
    concordance._chance.cache_clear()
    assert how == "permutation"
    assert drawn == pytest.approx(exact, abs=4 * 0.0036)
    assert drawn == concordance.chance_of(ranked)[0]
    concordance._chance.cache_clear()


def test_seven_objects_are_permuted_and_eight_are_left_to_chi_square():
    rng = np.random.default_rng(5)
    seven, eight = kendall_w(rng.normal(size=(6, 7))), kendall_w(rng.normal(size=(6, 8)))
    assert (seven.how, eight.how) == ("permutation", "chi-square")
    assert eight.p == eight.p_chi2
    assert seven.p == pytest.approx(seven.p_chi2, abs=0.05)


def test_an_object_hidden_in_one_group_is_left_out_for_all_and_counted():
    full = values("education")
    hidden = full.copy()
    hidden[2, 1] = np.nan
    found, without = kendall_w(hidden), kendall_w(np.delete(full, 1, axis=1))
    assert (found.left_out, found.objects) == (1, full.shape[1] - 1)
    assert found.w == without.w


def test_w_needs_two_groups_two_objects_and_some_order():
    assert kendall_w(np.array([[1.0, 2.0, 3.0]])) is None
    assert kendall_w(np.array([[1.0], [2.0]])) is None
    assert kendall_w(np.array([[4.0, 4.0], [2.0, 2.0]])) is None
    assert kendall_w(np.full((3, 4), np.nan)) is None
    assert kendall_w(np.zeros((0, 4))) is None


def test_ranks_are_competition_ranks_of_unrounded_values():
    assert ranks(REFERENCE["ranked"]["x"]) == REFERENCE["ranked"]["ranks"]
    # 71.04 and 70.96 both print as 71.0: they are no tie.
    assert ranks([71.04, 70.96, 71.04]) == [1, 3, 1]
    assert ranks([]) == []


def test_the_spread_names_who_is_lowest_and_who_is_highest():
    found = spread({"users": 40.0, "board": 75.5, "clients": 40.0})
    assert (found.value, found.lowest, found.highest) == (35.5, ("users", "clients"), ("board",))
    assert spread({"users": 40.0}) is None
    assert spread({}) is None
