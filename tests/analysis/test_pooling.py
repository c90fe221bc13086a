"""One line for all groups: three conventions, none of them silent about who is missing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.analysis.measures.stats import Sample
from corus.analysis.weighing.pooling import College, NegotiatedWeights, pool
from corus.errors import InputError

REFERENCE = json.loads((Path("tests/reference") / "pooling.json").read_text())
CLOSE = {"rel": 1e-9, "abs": 1e-9}
SCHOOLS = {name: College.of(Sample(**s)) for name, s in REFERENCE["samples"].items()}
AGREED = date(2026, 1, 12)


def weights(**by_group: float) -> NegotiatedWeights:
    return NegotiatedWeights(by_group, AGREED, "1", ("board", "users"))


def test_the_three_lines_agree_with_svymean_on_real_schools():
    found = pool(SCHOOLS, weights(E=50, H=20, M=30))
    for name, case in REFERENCE["lines"].items():
        line = getattr(found, name)
        assert (line.score, line.se) == pytest.approx((case["score"], case["se"]), **CLOSE)
        assert line.interval == pytest.approx(tuple(case["interval"]), **CLOSE)
        assert dict(line.weights) == pytest.approx(case["weights"])
    assert (found.present, found.expected, found.absent) == (3, 3, ())
    assert found.weight_present == 1


def test_two_equal_colleges_have_half_the_interval_of_their_difference():
    line = pool({name: SCHOOLS[name] for name in ("E", "H")}).equal
    assert line.score == pytest.approx(REFERENCE["two"]["score"], **CLOSE)
    half = (line.interval[1] - line.interval[0]) / 2
    assert half == pytest.approx(REFERENCE["two"]["half"], **CLOSE)


def test_head_count_follows_whoever_was_easiest_to_reach():
    found = pool({"clients": College(80.0, 900, 1.0), "board": College(20.0, 12, 4.0)})
    assert found.equal.score == 50
    assert found.head_count.score == pytest.approx((900 * 80 + 12 * 20) / 912)
    assert found.negotiated is None


def test_five_of_seven_colleges_are_said_to_be_five_of_seven():
    shown = {f"g{i}": College(10.0 * i, 20, 2.0) for i in range(1, 6)}
    found = pool(
        {**shown, "hidden": None, "missing": None},
        weights(**dict.fromkeys(shown, 10), hidden=30, missing=20),
    )
    assert (found.present, found.expected) == (5, 7)
    assert found.absent == ("hidden", "missing")
    assert found.weight_present == 0.5
    assert sum(found.negotiated.weights.values()) == pytest.approx(1)
    assert found.equal == pool(shown).equal
    assert found.head_count == pool(shown).head_count


def test_negotiated_weights_keep_their_date_version_and_signatures():
    found = pool(SCHOOLS, weights(E=1, H=1, M=1))
    assert (found.agreement.agreed_on, found.agreement.version) == (AGREED, "1")
    assert found.agreement.signed_by == ("board", "users")
    assert found.negotiated == found.equal


def test_one_shown_group_or_none_is_not_pooled():
    assert pool({}) is None
    assert pool({"users": SCHOOLS["E"], "board": None}) is None
    assert pool({"users": None, "board": None}, weights(users=1, board=2)) is None


def test_unanimous_groups_and_single_persons_have_no_interval():
    unanimous = {"a": College(75.0, 12, 0.0), "b": College(50.0, 8, 0.0)}
    single = {"a": College(75.0, 1, 0.0), "b": College(50.0, 8, 3.0)}
    assert pool(unanimous).equal.interval is None
    assert pool(single).equal.interval is None
    half_unanimous = {"a": College(75.0, 12, 0.0), "b": College(50.0, 8, 3.0)}
    assert pool(half_unanimous).equal.interval is not None


def test_the_interval_stays_on_the_scale():
    found = pool({"a": College(99.0, 5, 6.0), "b": College(97.0, 5, 6.0)})
    assert found.equal.interval[1] == 100


@pytest.mark.parametrize("wrong", [{}, {"a": 0.0}, {"a": 2.0, "b": -1.0}, {"a": float("nan")}])
def test_weights_that_are_none_or_not_positive_are_refused(wrong):
    with pytest.raises(InputError) as refused:
        NegotiatedWeights(wrong, AGREED, "2")
    assert refused.value.code == "POO-001"
    assert refused.value.hint


def test_weights_of_other_groups_are_refused_by_name():
    with pytest.raises(InputError, match="neighbours, users") as refused:
        pool({"E": SCHOOLS["E"], "users": None}, weights(E=1, neighbours=1))
    assert refused.value.code == "POO-002"


COLLEGES = st.dictionaries(
    st.sampled_from("abcdefg"),
    st.one_of(
        st.none(),
        st.builds(College, st.floats(0, 100), st.integers(2, 500), st.floats(0.01, 10)),
    ),
    min_size=2,
)


@given(COLLEGES)
def test_a_pooled_score_lies_among_its_groups_and_counts_them(colleges):
    found, shown = pool(colleges), [c for c in colleges.values() if c]
    if found is None:
        assert len(shown) < 2
        return
    assert (found.present, found.expected) == (len(shown), len(colleges))
    low, high = min(c.score for c in shown), max(c.score for c in shown)
    for line in (found.equal, found.head_count):
        assert low - 1e-9 <= line.score <= high + 1e-9
        assert line.se <= max(c.se for c in shown) + 1e-9
        assert line.interval[0] <= line.score + 1e-9
        assert line.score - 1e-9 <= line.interval[1]
