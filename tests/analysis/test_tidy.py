"""A profile as tables, and the built-in survey from answers to profile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from corus.analysis.profile.tidy import tidy, tidy_dimensions
from corus.authoring import load_instrument
from tests.analysis.factories_analysis import (
    document,
    group_profile,
    profile,
    small,
    stratum,
    tally,
)


def test_one_row_per_item_and_group_with_withheld_counts_missing_never_zero():
    found = group_profile(small(), [(4, 0)] * 12 + [("d", 0)] * 2 + [("s", 0)])
    frame = tidy(found).set_index(["item", "group"])
    assert len(frame) == 6
    row = frame.loc["a", "employees"]
    assert (row["n"], row["dont_know"], row["show"], row["favourable"]) == (12, 2, "full", 1.0)
    assert row["skipped_share"] == pytest.approx(1 / 15)
    assert frame.loc["a", "users"].isna()[["n", "dont_know", "favourable", "mean"]].all()
    assert frame.loc["a", "users"].isna()["skipped_share"]
    assert frame.loc["a", "users"]["reason"] == "n < 5"
    assert frame["n"].dtype == "Int64"
    assert frame.loc["b", "employees"]["direction"] == "reversed"


def test_dimension_rows_say_why_a_score_is_missing():
    frame = tidy_dimensions(group_profile(small(), [(4, 0)] * 12))
    assert frame["show"].tolist() == ["full", "masked", "masked"]
    assert frame["n"].dtype == "Int64"
    assert frame["score"].tolist()[0] == 100.0


def test_an_empty_profile_still_has_its_columns():
    found = profile(small(), tally(small(), []), groups={"nobody": {}})
    assert len(tidy(found)) == 0
    assert "favourable_band" in tidy(found).columns
    assert found.items == found.dimensions == ()


@pytest.fixture(scope="module")
def shipped():
    return load_instrument("surveys/social_utility.yaml")


def test_the_built_in_survey_reads_from_answers_to_profile(shipped):
    responses = []
    for number, group in enumerate(g for g in shipped.groups for _ in range(12)):
        answers = {}
        for index, item in enumerate(shipped.items):
            if shipped.asks(item, group):
                value = (number * 7 + index * 3) % 5 if item.scale else "s"
                answers[item.code] = "d" if (number + index) % 11 == 0 and item.scale else value
        responses.append((stratum(group), document(shipped, answers)))
    found = profile(shipped, tally(shipped, responses))
    scaled = [item for item in shipped.items if item.scale]
    assert len(found.items) == len(scaled) * len(shipped.groups)
    assert len(found.dimensions) == len(shipped.dimensions) * len(shipped.groups)
    assert found.shown_responses == 12 * len(shipped.groups)
    shows = {c.show for c in found.dimensions}
    assert {"full", "single_item", "not_asked"} <= shows
    for cell in found.dimensions:
        asked = [
            i for i in shipped.items
            if shipped.dimension_of.get(i.code) == cell.dimension
            and shipped.asks(i, cell.group)
            and i.scale
            and i.purpose == "perception"
        ]  # fmt: skip
        expected = {0: "not_asked", 1: "single_item"}.get(len(asked))
        assert expected is None or cell.show == expected


def test_counting_starts_without_pandas_scipy_or_any_framework():
    heavy = ("pandas", "scipy", "flask", "sqlalchemy", "plotly", "openpyxl")
    code = f"import corus.analysis, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert done.stdout.strip() == "[]"
