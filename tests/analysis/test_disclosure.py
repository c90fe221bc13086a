"""The disclosure rule: thresholds, bands, breakdowns."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.analysis.disclosure.rule import (
    WITHHELD,
    Rule,
    band_of,
    breakdown,
    coarse_shares,
    majority,
    separable,
    show_for,
)
from corus.domain.wave import Thresholds

T = Thresholds()


@pytest.mark.parametrize(
    ("persons", "show"),
    [(0, "masked"), (1, "masked"), (4, "masked"), (5, "banded"), (9, "banded"), (10, "full")],
)
def test_persons_are_masked_banded_or_full(persons, show):
    assert show_for(persons, T) == show
    assert show_for(persons, T, unit="person", one_per_organization=True) == show


@pytest.mark.parametrize(
    ("persons", "show"), [(2, "masked"), (3, "majority"), (4, "majority"), (5, "banded")]
)
def test_three_organizations_answering_once_each_get_the_majority_only(persons, show):
    assert show_for(persons, T, unit="organization", one_per_organization=True) == show


def test_organizations_on_an_open_link_count_as_persons():
    assert show_for(4, T, unit="organization", one_per_organization=False) == "masked"


def test_the_strict_threshold_masks_ten_and_says_so():
    strict = Rule(Thresholds(shown=11, full=11))
    assert strict.show(10) == "masked"
    assert strict.show(11) == "full"
    assert strict.masked_text == "n < 11"


def test_raising_only_the_lower_threshold_lifts_the_upper_one():
    raised = Thresholds(shown=11)
    assert raised == Thresholds(shown=11, full=11)
    assert Thresholds.model_validate_json('{"shown": 12, "full": 10}').full == 12
    assert Thresholds(shown=8).full == 10
    assert show_for(10, raised) == "masked"
    assert show_for(11, raised) == "full"
    assert not separable(10, 0, raised)
    assert not separable(11, 10, raised)


def test_texts_name_the_threshold_that_decided():
    rule = Rule(T, "organization", one_per_organization=True)
    assert [rule.reason(show) for show in ("masked", "majority", "banded", "full")] == [
        "n < 3", "3–4", "5–9", ""
    ]  # fmt: skip


def test_a_quarter_is_low_and_three_quarters_are_high():
    assert [band_of(x) for x in (0, 0.25, 0.26, 0.74, 0.75, 1)] == [
        "low", "low", "middle", "middle", "high", "high"
    ]  # fmt: skip


def test_five_to_nine_persons_have_three_bands_and_no_percent():
    for n in range(5, 10):
        for low, middle in product(range(n + 1), repeat=2):
            if low + middle > n:
                continue
            shares = coarse_shares((low, middle, n - low - middle))
            assert all(s.band is not None for s in shares)
            assert all((s.value, s.low, s.high) == (None, None, None) for s in shares)


def test_three_two_and_two_of_seven_are_not_told_from_three_times_three():
    """Known break: 43 %, 29 % and 29 % were these seven persons, exactly."""
    assert coarse_shares((3, 2, 2)) == coarse_shares((3, 3, 3)) == coarse_shares((2, 2, 2))


def test_the_empty_middle_of_a_four_point_scale_is_low():
    assert [s.band for s in coarse_shares((3, 0, 3))] == ["middle", "low", "middle"]


def test_a_majority_is_more_than_half():
    assert majority((0, 1, 3)) == "favourable"
    assert majority((2, 0, 2)) == "none"
    assert majority((1, 2, 0)) == "mixed"


def test_a_part_stands_beside_the_whole_only_if_both_parts_are_full():
    assert separable(10, 0, T)
    assert separable(10, 10, T)
    assert not separable(30, 9, T)
    assert not separable(9, 30, T)


def test_a_small_cell_takes_the_cheapest_second_with_it():
    assert breakdown({"self": 40, "paper": 3, "assisted": 7}, T) == {
        "self": 40, "paper": WITHHELD, "assisted": WITHHELD
    }  # fmt: skip


def test_two_small_cells_whose_sum_tells_them_take_a_third():
    assert WITHHELD not in breakdown({"self": 40, "paper": 8}, T).values()
    found = breakdown({"self": 40, "paper": 1, "assisted": 1, "interview": 9}, T)
    assert [n for n in found.values() if n != WITHHELD] == [40]


def test_a_breakdown_that_cannot_be_protected_is_not_given():
    assert breakdown({"self": 1, "paper": 4}, T) == {}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30)))
def test_no_hidden_cell_of_a_breakdown_can_be_told_to_be_small(cells):
    found = breakdown(cells, T)
    total = sum(cells.values())
    hidden = [name for name, n in found.items() if n == WITHHELD]
    left = total - sum(n for n in found.values() if isinstance(n, int))
    for name, n in found.items():
        if name not in hidden:
            assert n == cells[name] >= 5
    # The attacker knows the total, what is shown, and that each hidden cell holds somebody.
    for _ in hidden:
        assert len(hidden) >= 2
        assert left - (len(hidden) - 1) >= 5
