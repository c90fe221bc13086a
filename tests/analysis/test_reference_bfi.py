"""Reverse-scored dimension means of real answers (psych::bfi), from documents to profile."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from corus.analysis import Stratum
from corus.analysis.measures import stats
from corus.domain.instrument import Group
from tests.analysis.factories_analysis import (
    dimension,
    instrument,
    item,
    profile,
    scale,
    tally,
    text,
)

FOLDER = Path("tests/reference")
REFERENCE = json.loads((FOLDER / "bfi_dimensions.json").read_text())


def bfi():
    """25 items on 6 points; five dimensions with the keys that R was given."""
    dimensions = [
        dimension(
            name,
            *(
                item(
                    key.strip("-").lower(),
                    "six",
                    direction="reversed" if key.startswith("-") else "as_asked",
                )
                for key in keys
            ),
        )
        for name, keys in REFERENCE["keys"].items()
    ]
    base = instrument(*dimensions)
    groups = {f"edu{i}": Group(label=text(f"Education {i}")) for i in range(1, 6)}
    return base.model_copy(update={"groups": groups, "scales": {"six": scale(6)}})


def responses():
    with (FOLDER / "bfi_answers.csv").open() as stream:
        for row in csv.DictReader(stream):
            place = Stratum(f"edu{row['education']}", "standard", "self", "open", "complete")
            yield place, f'{{"marks":"{row["marks"]}"}}'.encode()


@pytest.fixture(scope="module")
def counted():
    return tally(bfi(), responses())


@pytest.fixture(scope="module")
def found(counted):
    return profile(bfi(), counted)


CASES = pytest.mark.parametrize(
    "case", REFERENCE["cells"], ids=lambda c: f"{c['group']}-{c['dimension']}"
)


@CASES
def test_scores_counted_from_marks_agree_with_score_items(counted, case):
    index = counted.layout.dimensions.index(case["dimension"])
    sample = stats.score_sample(counted.of_group(case["group"]).scores[0, index], 6)
    assert sample.n == case["n"]
    assert (sample.mean, sample.sd) == pytest.approx((case["score"], case["sd"]), abs=1e-9)
    assert stats.t_interval(sample) == pytest.approx(tuple(case["interval"]), abs=1e-9)


@CASES
def test_published_scores_are_those_of_r_or_rounded_as_they_say(found, case):
    cell = next(
        c for c in found.dimensions
        if (c.group, c.dimension) == (case["group"], case["dimension"])
    )  # fmt: skip
    within = {"": 1e-9, "one decimal": 0.05 + 1e-9, "whole points": 0.5}[cell.reason]
    assert cell.show == "full"
    assert cell.n == case["n"]
    assert cell.score == pytest.approx(case["score"], abs=within)
    low, high = case["interval"]
    if not cell.reason:
        assert (cell.sd, cell.low, cell.high) == pytest.approx((case["sd"], low, high), abs=1e-9)
    else:
        # Beside a rounded score, the spread and the interval are the widest the items allow.
        assert cell.sd >= case["sd"]
        assert cell.low <= low
        assert cell.high >= high


def test_the_same_answers_in_another_order_give_the_same_profile(found):
    assert profile(bfi(), tally(bfi(), reversed(list(responses())))) == found
