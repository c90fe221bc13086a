"""Scores person by person are those that the count tables hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.counting.layout import scored_dimensions
from corus.analysis.counting.persons import UNKNOWN, persons
from corus.analysis.disclosure.precision import Scores
from tests.analysis.factories_analysis import dimension as dimension_of
from tests.analysis.factories_analysis import (
    document,
    instrument,
    item,
    options,
    small,
    stratum,
    tally,
)

marks = st.sampled_from([0, 1, 2, "d", "c", "s", "n"])


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["three", "four", "five", "seven"]),
    st.lists(st.tuples(marks, marks), min_size=0, max_size=12),
)
def test_the_mean_over_persons_is_the_score_of_the_count_tables(size, rows) -> None:
    the = small(size)
    answers = [document(the, dict(zip("ab", row, strict=True))) for row in rows]
    found = persons([(stratum(), answers)], the, ("since",))
    counted = tally(the, [(stratum(), one) for one in answers])
    sample = Scores.of(counted, the, "employees", scored_dimensions(the)[0]).sample
    scores = found.scores[:, 0]
    known = scores[~np.isnan(scores)]
    assert found.n == len(rows)
    assert len(known) == (sample.n if sample else 0)
    if sample:
        assert known.mean() == pytest.approx(sample.mean, abs=1e-9)


def test_whoever_chose_no_option_is_unknown_whatever_the_reason() -> None:
    the = small()
    answers = [{"a": 1, "since": 0}, {"a": 1, "since": 1}, {"a": 1, "since": "s"}, {"a": 1}]
    found = persons([(stratum(), [document(the, a) for a in answers])], the, ("since",))
    assert found.choices["since"].tolist() == ["new", "old", UNKNOWN, UNKNOWN]


def test_the_short_form_gives_no_score_and_nobody_of_it_is_among_the_persons() -> None:
    the = instrument(
        dimension_of("needs", item("a"), item("b")),
        questions=(item("since", None, type="single_choice", options=options("new", "old")),),
    )
    short = (stratum(variant="express"), [document(the, {"a": 1, "since": 0})])
    assert persons([short], the, ("since",)).n == 0
    assert persons([], the, ("since",)).choices.empty
