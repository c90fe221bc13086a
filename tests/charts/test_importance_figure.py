"""Importance beside perception: what is drawn and printed is what the profile says."""

from __future__ import annotations

from corus.charts import importance
from corus.charts.view import View
from corus.domain.importance import UNDECIDED, Beside, Importance
from corus.domain.profile import DimensionCell
from tests.charts.factories_charts import a_profile


def _profile():
    base = a_profile()
    code, group = base.instrument.dimensions[0].code, base.groups[0]
    dot = Beside(
        dimension=code, n=40, named=45.0, low=31.0, high=60.0, score_n=38, score=48.0,
        score_low=40.0, score_high=56.0, quadrant="discuss_first", decided=False,
    )  # fmt: skip
    question = next(i.code for i in base.instrument.items)
    told = (
        Importance(item=question, group=group, show="full", named_line=37.5, placed=(dot,)),
        Importance(item=question, group=base.groups[-1], show="masked", reason="n < 5"),
    )
    cell = DimensionCell(
        dimension=code, group=group, show="full", n=38, score=48.0, low=40.0, high=56.0, sd=20.0
    )
    others = [c for c in base.dimensions if (c.dimension, c.group) != (code, group)]
    return base.model_copy(update={"importance": told, "dimensions": (cell, *others)})


def test_each_dimension_is_a_numbered_dot_with_both_intervals() -> None:
    crosses, dots = importance.importance(_profile(), "fr").data
    assert (dots.x, dots.y, dots.text) == ((45.0,), (48.0,), ("1",))
    assert tuple(crosses.x) == (31.0, 60.0, None, 45.0, 45.0, None)
    assert tuple(crosses.y) == (48.0, 48.0, None, 40.0, 56.0, None)


def test_lines_stand_where_the_profile_says_and_never_follow_the_dots() -> None:
    shapes = importance.importance(_profile(), "fr").layout.shapes
    assert (shapes[0].x0, shapes[1].y0) == (37.5, 50.0)


def test_the_table_says_the_same_and_masks_in_words() -> None:
    view = View(_profile(), "fr")
    told, masked = importance.tables(view)
    assert told.rows[0].named == "45\u202f%"
    assert told.rows[0].score == "48"
    assert told.rows[0].place == view.words(UNDECIDED)
    assert (masked.masked, masked.rows) == ("n < 5", ())
