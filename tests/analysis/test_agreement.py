"""Agreement within a group against R (tests/reference/agreement.R) and by its definitions."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.measures import agreement as within
from corus.analysis.measures import stats

REFERENCE = json.loads((Path("tests/reference") / "agreement.json").read_text())
CLOSE = {"rel": 1e-9, "abs": 1e-9}
VECTORISED = {"consensus": within.consensus_of, "a": within.agreement_of, "leik": within.leik_of}
SCALES = st.sampled_from([2, 3, 4, 5, 7])
COUNTS = SCALES.flatmap(lambda k: st.lists(st.integers(0, 40), min_size=k, max_size=k))
SOME = COUNTS.filter(any)


@pytest.mark.parametrize("cell", REFERENCE["cells"], ids=lambda cell: str(cell["counts"]))
def test_every_measure_agrees_with_r(cell):
    counts = cell["counts"]
    assert within.consensus(counts) == pytest.approx(cell["consensus"], **CLOSE)
    assert within.leik(counts) == pytest.approx(cell["leik"], **CLOSE)
    assert within.average_deviation(counts) == pytest.approx(cell["ad"], **CLOSE)
    assert within.within_group_agreement(counts) == pytest.approx(cell["rwg_raw"], **CLOSE)
    assert within.agreement_of(np.array([counts]))[0] == pytest.approx(cell["a"], **CLOSE)


@pytest.mark.parametrize("cell", REFERENCE["cells"], ids=lambda cell: str(cell["counts"]))
def test_multilevel_writes_zero_where_our_rwg_is_negative(cell):
    found = within.within_group_agreement(cell["counts"])
    assert max(found, 0.0) == pytest.approx(cell["rwg"], **CLOSE)


def test_consensus_and_leik_are_those_that_agrmt_prints_for_its_own_example():
    counts = [30, 40, 210, 130, 530, 50, 10]
    assert within.consensus(counts) == pytest.approx(0.7256876, abs=5e-8)
    assert 1 - within.leik(counts) == pytest.approx(0.287, abs=5e-4)


@pytest.mark.parametrize(("points", "even"), [(3, 0.333), (5, 0.434), (7, 0.472)])
def test_consensus_of_an_even_distribution_depends_on_the_length_of_the_scale(points, even):
    assert within.consensus([4] * points) == pytest.approx(even, abs=5e-4)


@pytest.mark.parametrize("points", [2, 3, 4, 5, 7])
def test_nobody_has_no_agreement(points):
    nobody = [0] * points
    assert within.consensus(nobody) is None
    assert within.leik(nobody) is None
    assert within.average_deviation(nobody) is None
    assert within.within_group_agreement(nobody) is None
    assert within.bca_interval(nobody, within.consensus_of) is None
    assert np.isnan(within.agreement_of(np.array([nobody]))).all()


@pytest.mark.parametrize("points", [2, 3, 4, 5, 7])
def test_two_equal_camps_at_the_ends_are_the_least_agreement(points):
    camps = [6, *[0] * (points - 2), 6]
    assert within.consensus(camps) == pytest.approx(0.0, abs=1e-12)
    assert within.leik(camps) == 0.0
    assert within.average_deviation(camps) == pytest.approx((points - 1) / 2)
    assert within.average_deviation(camps) > within.average_deviation_bound(points)
    assert within.within_group_agreement(camps) < 0


@pytest.mark.parametrize(
    "counts", [[0, 9, 0], [2, 0, 0, 0], [0, 0, 0, 0, 30], [0, 0, 0, 2, 0, 0, 0]]
)
def test_everybody_on_one_point_is_full_agreement_without_interval(counts):
    assert within.consensus(counts) == 1.0
    assert within.leik(counts) == 1.0
    assert within.average_deviation(counts) == 0.0
    assert within.within_group_agreement(counts) == 1.0
    assert within.bca_interval(counts, within.consensus_of) is None


def test_one_person_agrees_with_herself_and_deviates_from_nothing():
    assert within.consensus([0, 1, 0]) == 1.0
    assert within.average_deviation([0, 1, 0]) is None
    assert within.within_group_agreement([0, 1, 0]) is None
    assert within.bca_interval([0, 1, 0], within.consensus_of) is None


def test_a_scale_of_one_point_can_only_be_agreed_upon():
    assert within.consensus([4]) == 1.0
    assert within.leik([4]) == 1.0
    assert within.within_group_agreement([4]) is None


def test_a_scale_as_spread_as_even_chance_has_no_rwg():
    """Two persons in every hundred on each of 50 × 5 points: s² is nearly the uniform variance."""
    assert within.within_group_agreement([1000] * 5) == pytest.approx(0.0, abs=3e-4)


@given(SOME)
def test_measures_stay_in_their_range_and_read_the_same_in_a_mirror(counts):
    for measure in (within.consensus, within.leik):
        found = measure(counts)
        assert -1e-12 <= found <= 1
        assert measure(counts[::-1]) == pytest.approx(found, abs=1e-12)
    spread = within.within_group_agreement(counts)
    assert spread is None or spread <= 1


@given(SOME, st.integers(2, 9))
def test_shares_alone_decide_about_consensus_leik_and_a(counts, times):
    many = [times * c for c in counts]
    for measure in VECTORISED.values():
        found, again = measure(np.array([counts, many]))
        assert again == pytest.approx(found, abs=1e-12)


@given(SCALES.flatmap(lambda k: st.lists(
    st.lists(st.integers(0, 9), min_size=k, max_size=k), min_size=1, max_size=5)))  # fmt: skip
def test_many_cells_at_once_give_each_cell_its_own_value(cells):
    table = np.array(cells)
    for single, of in [
        (within.consensus, within.consensus_of),
        (within.leik, within.leik_of),
        (within.average_deviation, within.average_deviation_of),
        (within.within_group_agreement, within.within_group_agreement_of),
        (stats.agreement, within.agreement_of),
    ]:
        alone = [np.nan if single(c) is None else single(c) for c in cells]
        np.testing.assert_allclose(of(table), alone, rtol=0, atol=1e-12)


def test_a_thousand_cells_take_about_a_millisecond():
    cells = np.random.default_rng(3).integers(0, 60, (1000, 5))
    for measure in (within.consensus_of, within.leik_of, within.average_deviation_of):
        times = []
        for _ in range(30):
            start = perf_counter()
            measure(cells)
            times.append(perf_counter() - start)
        assert min(times) < 0.002


@pytest.mark.parametrize("case", REFERENCE["bca"], ids=lambda c: f"{c['measure']} {c['counts']}")
def test_bca_agrees_with_boot_ci_on_the_same_replicates(case):
    measure = VECTORISED[case["measure"]]
    influence, weights = within.leave_one_outs(np.array(case["counts"]), measure)
    replicates = np.array(case["replicates"])
    found = within.bca(case["observed"], replicates, influence, weights)
    assert found == pytest.approx(tuple(case["interval"]), **CLOSE)


@pytest.mark.parametrize("case", REFERENCE["bca"], ids=lambda c: f"{c['measure']} {c['counts']}")
def test_as_many_distinct_leave_one_outs_as_filled_points_give_the_acceleration(case):
    influence, weights = within.leave_one_outs(
        np.array(case["counts"]), VECTORISED[case["measure"]]
    )
    assert len(influence) == np.count_nonzero(case["counts"])
    found = weights @ influence**3 / (6 * (weights @ influence**2) ** 1.5)
    assert found == pytest.approx(case["a"], rel=1e-7)


@pytest.mark.parametrize("case", REFERENCE["long"], ids=lambda c: f"{c['measure']} {c['counts']}")
def test_drawing_counts_gives_the_interval_of_drawing_persons(case):
    """9,999 multinomial draws against R's 9,999 resamples: within Monte Carlo error."""
    measure = VECTORISED[case["measure"]]
    found = within.bca_interval(case["counts"], measure, replicates=9999)
    assert found == pytest.approx(tuple(case["interval"]), abs=0.03)


def test_the_interval_is_the_same_each_time_and_does_not_look_at_the_neighbours():
    first = within.bca_interval([1, 2, 6, 9, 4], within.consensus_of)
    within.bca_interval([9, 9, 1, 1, 1], within.consensus_of)
    assert within.bca_interval([1, 2, 6, 9, 4], within.consensus_of) == first
    assert within.bca_interval([1, 2, 6, 9, 4], within.consensus_of, seed=2) != first


def test_a_statistic_at_the_end_of_its_range_has_no_bca_interval():
    assert within.bca_interval([5, 0, 0, 0, 5], within.consensus_of) is None


def test_replicates_equal_to_the_observed_value_are_not_counted_below_it():
    """R's rule, P(t* < t): with the ties the two intervals differ."""
    tied = np.repeat([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [5, 10, 25, 20, 25, 10, 5])
    influence, weights = np.array([-1.0, 1.0]), np.array([1, 1])
    low, _ = within.bca(0.5, tied, influence, weights)
    above, _ = within.bca(0.5 + 1e-9, tied, influence, weights)
    assert low < above


@settings(deadline=None, max_examples=40)
@given(SOME)
def test_an_interval_lies_on_the_range_of_the_measure(counts):
    for measure in (within.consensus_of, within.agreement_of):
        found = within.bca_interval(counts, measure, replicates=199)
        if found is not None:
            low, high = found
            assert -1 - 1e-9 <= low <= high <= 1 + 1e-9


@pytest.mark.deep
def test_the_bca_interval_of_consensus_covers_it_about_nine_times_in_ten():
    """Forty persons on a skewed 5-point item, 400 samples: .88 to .98 was found for BCa."""
    shares = np.array([0.05, 0.1, 0.2, 0.4, 0.25])
    truth = within.consensus((shares * 1000).astype(int))
    samples = np.random.default_rng(8).multinomial(40, shares, size=400)
    intervals = [within.bca_interval(list(s), within.consensus_of) for s in samples]
    held = [low <= truth <= high for low, high in filter(None, intervals)]
    assert 0.88 <= np.mean(held) <= 0.98
