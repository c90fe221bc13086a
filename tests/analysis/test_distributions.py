"""Figures worked out for many cells at once are those that each cell gives alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.disclosure.rule import full_share, full_shares
from corus.analysis.measures import agreement, stats
from corus.analysis.profile.distributions import OnScale, distributions
from corus.domain.profile import DimensionCell, ItemCell, Share
from tests.analysis.factories_analysis import scale

SIZES = (2, 3, 4, 5, 7, 11, 36)
PARTS = st.tuples(*[st.integers(0, 400)] * 3).filter(any)


@st.composite
def answers(draw: st.DrawFn) -> tuple[OnScale, str]:
    """Answers on a scale of 2 to 36 points, of an item that may be reversed."""
    size = draw(st.sampled_from(SIZES))
    counts = draw(st.lists(st.integers(0, 30), min_size=size, max_size=size).filter(any))
    direction = draw(st.sampled_from(["as_asked", "reversed"]))
    return OnScale.of(f"scale{size}", scale(size), counts), direction


@settings(max_examples=80, deadline=None)
@given(st.lists(answers(), max_size=8))
def test_each_distribution_is_read_as_if_it_stood_alone(asked):
    found = distributions(asked)
    assert [one.answers for one in found] == [own for own, _ in asked]
    for one, (own, direction) in zip(found, asked, strict=True):
        values = [point.value for point in own.scale.points]
        assert one.parts == stats.thirds(own.counts, own.scale, direction)
        assert one.mean == stats.mean(own.counts, values)
        assert one.median == stats.median(own.counts, values)
        assert one.divided == stats.is_divided(own.counts, one.parts)
        assert one.agreement == pytest.approx(stats.agreement(own.counts), abs=1e-12)
        assert one.consensus == pytest.approx(agreement.consensus(own.counts), abs=1e-12)
        if own.n > 1:
            expected = agreement.average_deviation(own.counts)
            assert one.deviation == pytest.approx(expected, abs=1e-12)


def test_two_camps_are_divided_and_one_peak_is_not():
    camps, peak = (OnScale.of("five", scale(5), counts) for counts in ([6, 0, 0, 0, 6], [0, 1, 9]))
    assert [one.divided for one in distributions([(camps, "as_asked")])] == [True]
    alone = OnScale.of("three", scale(3), peak.counts)
    assert [one.divided for one in distributions([(alone, "as_asked")])] == [False]


@given(st.lists(PARTS, max_size=6))
def test_shares_worked_out_at_once_are_those_of_each_cell(parts):
    found = list(full_shares(parts))
    assert found == [tuple(full_share(x, sum(sides)) for x in sides) for sides in parts]


def test_a_record_made_without_checks_is_the_one_made_with_them():
    share = {"value": 0.5, "low": 0.3, "high": 0.7}
    assert Share.unchecked(**share) == Share(**share)
    cell = {"item": "a", "group": "users", "show": "full", "favourable": Share(**share), "n": 12}
    made = ItemCell.unchecked(**cell)
    assert made == ItemCell(**cell)
    assert made.model_dump_json() == ItemCell(**cell).model_dump_json()
    assert made.model_fields_set == set(cell)
    with pytest.raises(ValueError, match="frozen"):
        made.n = 13


def test_nothing_asked_gives_nothing():
    assert distributions([]) == []
    assert list(full_shares([])) == []
    assert DimensionCell.unchecked(dimension="d", group="g", show="not_asked").n is None
