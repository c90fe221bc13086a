"""One page of comparisons: all pairs, effects first, p values adjusted together."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.analysis.measures.family import benjamini_hochberg, compare_page
from corus.analysis.measures.stats import Sample
from corus.errors import InputError

REFERENCE = json.loads((Path("tests/reference") / "contrasts.json").read_text())
CLOSE = {"rel": 1e-9, "abs": 1e-12}
BFI = {
    item: {f"edu{g}": np.array(counts) for g, counts in enumerate(groups, 1)}
    for item, groups in REFERENCE["counts"].items()
}


@pytest.mark.parametrize("case", REFERENCE["families"])
def test_benjamini_hochberg_agrees_with_p_adjust(case):
    given_p, adjusted = (
        np.array([np.nan if v is None else v for v in np.atleast_1d(case[name]).tolist()])
        for name in ("p", "adjusted")
    )
    found = benjamini_hochberg(given_p)
    assert found == pytest.approx(adjusted, nan_ok=True, **CLOSE)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusting_keeps_the_order_and_never_lowers_a_p(p):
    raw = np.array(p)
    adjusted = benjamini_hochberg(raw)
    assert (adjusted >= raw - 1e-12).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(raw)]) >= -1e-12).all()


def test_a_page_of_real_answers_keeps_raw_and_adjusted_p_of_every_pair():
    page = compare_page(BFI, {})
    real = REFERENCE["real"]
    assert page.tests == len(page.contrasts) == len(real) == 50
    for found, case, adjusted in zip(
        page.contrasts, real, REFERENCE["families"][-1]["adjusted"], strict=True
    ):
        assert (found.code, found.first) == (case["item"], f"edu{case['groups'][0]}")
        assert found.effect.value == pytest.approx(case["delta"], **CLOSE)
        assert (found.p, found.p_adjusted) == pytest.approx((case["p"], adjusted), rel=1e-9)
    declared = page.discoveries()
    assert 0 < len(declared) < sum(c.p <= 0.05 for c in page.contrasts)


def test_under_ten_persons_an_effect_is_given_and_nothing_is_tested():
    page = compare_page(
        {"trust": {"users": np.array([0, 0, 9]), "board": np.array([10, 0, 0])}},
        {"needs": {"users": Sample(9, 80.0, 5.0), "board": Sample(40, 40.0, 5.0)}},
    )
    assert page.tests == 0
    assert {c.untested for c in page.contrasts} == {"few_persons"}
    assert {(c.p, c.p_adjusted) for c in page.contrasts} == {(None, None)}
    assert [c.magnitude for c in page.contrasts] == ["large", "large"]
    assert page.contrasts[1].gap.value == 40
    assert page.contrasts[1].gap.low > 30


def test_what_cannot_be_tested_does_not_make_the_others_pay():
    alone = compare_page({"a": {"x": np.array([9, 3]), "y": np.array([4, 8])}}, {})
    among = compare_page(
        {
            "a": {"x": np.array([9, 3]), "y": np.array([4, 8])},
            "b": {"x": np.array([12, 0]), "y": np.array([20, 0])},
            "c": {"x": np.array([0, 3]), "y": np.array([2, 0])},
        },
        {"needs": {"x": Sample(12, 50.0, 0.0), "y": Sample(12, 50.0, 0.0)}},
    )
    assert among.tests == 1
    assert among.contrasts[0] == alone.contrasts[0]
    assert [c.untested for c in among.contrasts] == [
        "",
        "no_variance",
        "few_persons",
        "no_variance",
    ]
    assert among.contrasts[3].effect is None
    assert among.contrasts[1].effect.low is None


def test_items_and_dimensions_of_one_page_are_one_family():
    samples = {g: Sample(**REFERENCE["samples"][g]) for g in ("edu1", "edu3", "edu5")}
    page = compare_page({"N1": BFI["N1"]}, {"agreeable": samples})
    assert page.tests == 13
    raw = np.array([c.p for c in page.contrasts])
    assert [c.p_adjusted for c in page.contrasts] == pytest.approx(benjamini_hochberg(raw).tolist())
    assert {c.test for c in page.contrasts if c.kind == "dimension"} == {"welch"}


def test_scales_of_every_length_share_a_page_and_each_item_has_one():
    page = compare_page(
        {f"k{k}": {"x": np.arange(k) + 3, "y": np.arange(k)[::-1] + 3} for k in (3, 4, 5, 7)}, {}
    )
    apart = [
        compare_page({c: g}, {}).contrasts[0].p
        for c, g in {
            f"k{k}": {"x": np.arange(k) + 3, "y": np.arange(k)[::-1] + 3} for k in (3, 4, 5, 7)
        }.items()
    ]
    assert [c.p for c in page.contrasts] == apart
    with pytest.raises(InputError) as refused:
        compare_page({"a": {"x": np.array([1, 2, 3]), "y": np.array([1, 2, 3, 4, 5])}}, {})
    assert refused.value.code == "CTR-001"
    assert '"a"' in refused.value.message


def test_one_group_no_group_and_a_silent_group_leave_nothing_to_compare():
    assert compare_page({}, {}).contrasts == ()
    assert compare_page({"a": {}}, {"d": {"x": Sample(30, 5.0, 1.0)}}).contrasts == ()
    only = {"a": {"x": np.array([5, 9, 4]), "all_dont_know": np.array([0, 0, 0])}}
    assert compare_page(only, {}).contrasts == ()


def test_pure_chance_seldom_declares_a_difference():
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(100):
        items = {
            f"i{i}": {f"g{g}": rng.multinomial(30, [0.1, 0.2, 0.3, 0.3, 0.1]) for g in range(4)}
            for i in range(8)
        }
        alarms += bool(compare_page(items, {}).discoveries())
    assert alarms <= 12  # 5 % of pages with any false alarm, give or take chance


def test_630_comparisons_take_well_under_a_fifth_of_a_second():
    rng = np.random.default_rng(3)
    items = {f"i{i}": {f"g{g}": rng.integers(5, 60, 5) for g in range(7)} for i in range(30)}
    compare_page(items, {})
    begun = time.perf_counter()
    assert len(compare_page(items, {}).contrasts) == 630
    assert time.perf_counter() - begun < 0.2
