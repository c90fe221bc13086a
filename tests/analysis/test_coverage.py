"""Coverage of an open wave: enough to run the fieldwork, too little to watch anybody."""

from __future__ import annotations

import pytest

from corus.analysis import coverage
from corus.domain.wave import GroupPlan, Thresholds
from tests.analysis.factories_analysis import plan, small, stratum

THE = small()


@pytest.mark.parametrize(
    ("received", "text"),
    [(0, "n < 5"), (4, "n < 5"), (5, "≥ 5"), (9, "≥ 5"), (10, "≥ 10"), (104, "≥ 100")],
)
def test_an_open_wave_counts_in_steps_of_five(received, text):
    line = coverage({stratum(): received}, plan(), THE)[0]
    assert (line.received, line.rate, line.by_mode) == (None, None, {})
    assert line.received_text == text


def test_raised_thresholds_hold_while_open():
    strict = plan(thresholds=Thresholds(shown=11, full=11))
    texts = [
        coverage({stratum(): n}, strict, THE)[0].received_text for n in (10, 11, 14, 15)
    ]  # fmt: skip
    assert texts == ["n < 11", "≥ 11", "≥ 11", "≥ 15"]


def test_strata_of_a_group_add_up_and_plain_tuples_will_do():
    counts = {tuple(stratum(mode=mode)): 3 for mode in ("self", "paper")}
    found = coverage(counts, plan(groups={"employees": GroupPlan(population=50)}), THE)
    assert [(c.group, c.population, c.received_text) for c in found] == [("employees", 50, "≥ 5")]
