"""Raking and weighted means against survey::rake and survey::svymean (tests/reference/raking.R)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.weighing.raking import TOLERANCE, Raked, publishable, rake, weighted_mean
from corus.domain.wave import Thresholds
from corus.errors import InputError

REFERENCE = json.loads((Path("tests/reference") / "raking.json").read_text())
ROWS = pd.DataFrame(REFERENCE["rows"])
MARGINS = REFERENCE["margins"]
STARTS = {"from_one": None, "from_start": np.array(REFERENCE["start"], np.float64)}


def column(name: str) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in REFERENCE[name]], np.float64)


@pytest.fixture(scope="module", params=STARTS)
def fitted(request) -> tuple[Raked, dict]:
    return rake(ROWS, MARGINS, start=STARTS[request.param]), REFERENCE[request.param]


def test_weights_of_real_schools_agree_with_survey_rake(fitted):
    raked, expected = fitted
    assert raked.weights == pytest.approx(np.array(expected["weights"]), rel=1e-9)
    assert raked.gap <= TOLERANCE
    assert raked.ratio == pytest.approx(expected["ratio"], rel=1e-9)
    assert raked.n_eff == pytest.approx(expected["n_eff"], rel=1e-9)


@pytest.mark.parametrize("name", ["api00", "enroll", "partly"])
def test_weighted_means_and_their_errors_agree_with_svymean(fitted, name):
    raked, expected = fitted
    found = weighted_mean(column(name), raked)
    assert found.n == expected[name]["n"]
    assert found.mean == pytest.approx(expected[name]["mean"], rel=1e-9)
    assert found.se == pytest.approx(expected[name]["se"], rel=1e-9)
    assert found.interval == pytest.approx(tuple(expected[name]["interval"]), rel=1e-9)


def test_the_default_of_r_stops_before_the_margins_are_met():
    assert REFERENCE["r_default"]["gap"] > 1e-4
    assert rake(ROWS, MARGINS).gap <= 1e-12


def test_one_row_per_stratum_gives_the_weights_of_one_row_per_person():
    names = list(MARGINS)
    strata = ROWS.groupby(names).size().reset_index(name="persons")
    by_stratum = rake(strata[names], MARGINS, counts=strata["persons"].to_numpy())
    by_person = rake(ROWS, MARGINS)
    place = {tuple(row): i for i, row in enumerate(strata[names].to_numpy().tolist())}
    expected = [by_stratum.weights[place[tuple(row)]] for row in ROWS[names].to_numpy().tolist()]
    assert by_person.weights == pytest.approx(np.array(expected), rel=1e-9)
    assert by_stratum.n == by_person.n == 200
    assert by_stratum.n_eff == pytest.approx(by_person.n_eff)


def test_scores_counted_by_value_give_the_mean_of_one_row_per_person():
    values = np.round(column("api00"), -2)
    whole = ROWS.assign(value=values)
    names = [*MARGINS, "value"]
    counted = whole.groupby(names).size().reset_index(name="persons")
    raked = rake(counted[list(MARGINS)], MARGINS, counts=counted["persons"].to_numpy())
    found = weighted_mean(counted["value"].to_numpy(), raked)
    person = weighted_mean(values, rake(ROWS, MARGINS))
    assert (found.n, found.mean) == (person.n, pytest.approx(person.mean, rel=1e-9))
    assert found.se == pytest.approx(person.se, rel=1e-9)
    assert found.unweighted == pytest.approx(values.mean())


def people(**columns: str) -> pd.DataFrame:
    """One letter per person and column."""
    return pd.DataFrame({name: list(letters) for name, letters in columns.items()})


def test_one_margin_is_post_stratification():
    raked = rake(people(site="aaab"), {"site": {"a": 30, "b": 30}})
    assert raked.weights.tolist() == [10, 10, 10, 30]
    assert raked.ratio == 3
    assert raked.n_eff == pytest.approx(60**2 / 1200)
    assert raked.rounds == 1


def test_margins_that_the_answers_already_meet_leave_equal_weights():
    raked = rake(
        people(site="aabb", age="xyxy"), {"site": {"a": 2, "b": 2}, "age": {"x": 2, "y": 2}}
    )
    assert raked.weights.tolist() == [1, 1, 1, 1]
    assert raked.n_eff == 4


def test_two_means_beside_each_other_would_tell_the_mean_of_a_small_category():
    values = np.array([50.0] * 12 + [90.0] * 3)
    raked = rake(people(site="a" * 12 + "b" * 3), {"site": {"a": 60, "b": 40}})
    found = weighted_mean(values, raked)
    # Two equations, two unknowns: the mean of the three persons follows exactly.
    told = np.linalg.solve([[12 / 15, 3 / 15], [0.6, 0.4]], [found.unweighted, found.mean])
    assert told == pytest.approx([50, 90])
    assert raked.fewest == 3
    assert not publishable(raked, Thresholds())
    enough = rake(people(site="a" * 12 + "b" * 10), {"site": {"a": 60, "b": 40}})
    assert publishable(enough, Thresholds())


def refused(rows: pd.DataFrame, margins: dict, **fields) -> InputError:
    with pytest.raises(InputError) as found:
        rake(rows, margins, **fields)
    return found.value


def test_a_category_nobody_answered_from_is_refused_by_name():
    found = refused(people(site="aab"), {"site": {"a": 5, "b": 5, "c": 3}})
    assert found.code == "RAK-001"
    assert 'Nobody who answered is "c" in "site"' in str(found)
    assert "Merge it" in str(found)


def test_a_category_only_of_empty_strata_is_a_category_nobody_answered_from():
    found = refused(people(site="ab"), {"site": {"a": 5, "b": 5}}, counts=np.array([3, 0]))
    assert found.code == "RAK-001"


def test_margins_of_different_totals_are_refused_with_both_totals():
    margins = {"site": {"a": 60, "b": 40}, "age": {"x": 50, "y": 40}}
    found = refused(people(site="ab", age="xy"), margins)
    assert found.code == "RAK-002"
    assert '"age" adds up to 90 persons and "site" to 100.' in str(found)


def test_every_fault_of_the_margins_is_told_at_once():
    margins = {"site": {"a": 5, "c": 3}, "age": {"x": 0, "y": 4}, "job": {"z": 8}}
    found = refused(people(site="ab", age="xy"), margins)
    assert {f.code for f in found.faults} == {
        "RAK-001", "RAK-002", "RAK-003", "RAK-006", "RAK-007"
    }  # fmt: skip


def test_persons_whose_category_is_unknown_are_not_weighted_in_silence():
    rows = pd.DataFrame({"site": ["a", None, "b"]})
    assert refused(rows, {"site": {"a": 5, "b": 5}}).code == "RAK-003"


def test_margins_that_no_weights_can_meet_are_refused():
    # Everybody of site a is old and everybody of site b young: the margins contradict each other.
    margins = {"site": {"a": 60, "b": 40}, "age": {"x": 50, "y": 50}}
    assert refused(people(site="aabb", age="xxyy"), margins).code == "RAK-004"


@pytest.mark.parametrize(
    "fields",
    [
        {"start": np.array([1.0, 0.0])},
        {"start": np.array([1.0, np.nan])},
        {"start": np.array([1.0])},
        {"counts": np.array([1, -1])},
    ],
)
def test_start_weights_and_counts_that_cannot_be_are_refused(fields):
    assert refused(people(site="ab"), {"site": {"a": 1, "b": 1}}, **fields).code == "RAK-005"


def test_no_margin_is_no_raking():
    assert refused(people(site="ab"), {}).code == "RAK-006"


def test_nobody_answered_is_a_refusal_and_not_a_division_by_zero():
    assert refused(people(site=""), {"site": {"a": 1}}).code == "RAK-001"


def test_no_value_at_all_has_no_weighted_mean():
    raked = rake(people(site="ab"), {"site": {"a": 1, "b": 1}})
    assert weighted_mean(np.array([np.nan, np.nan]), raked) is None


@pytest.mark.parametrize("values", [[70.0, 70.0, 70.0], [70.0, np.nan, np.nan]])
def test_unanimous_or_single_values_have_no_interval(values):
    raked = rake(people(site="aab"), {"site": {"a": 1, "b": 1}})
    found = weighted_mean(np.array(values), raked)
    assert (found.mean, found.se, found.interval) == (70.0, 0.0, None)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=0, max_size=40),
    st.tuples(*[st.integers(5, 200)] * 3),
    st.floats(0.1, 0.9),
)
def test_raking_meets_every_margin_and_never_gains_persons(more, sites, share):
    # One person in each cell at least, so that the margins can be met.
    cells = [(a, b) for a in range(3) for b in range(2)] + more
    rows = pd.DataFrame(cells, columns=["site", "age"])
    total = sum(sites)
    margins = {"site": dict(enumerate(sites)), "age": {0: share * total, 1: (1 - share) * total}}
    raked = rake(rows, margins)
    for name, targets in margins.items():
        got = pd.Series(raked.weights).groupby(rows[name]).sum()
        assert got.to_dict() == pytest.approx(targets, rel=1e-9)
    assert (raked.weights > 0).all()
    assert raked.n_eff <= raked.n + 1e-9
    assert raked.ratio >= 1
