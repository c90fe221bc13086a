"""Importance as stated, beside what is perceived, from published cells (never derived)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corus.analysis.measures.stats import Sample, wilson
from corus.analysis.profile import importance
from corus.analysis.profile.importance import Crosshair, Measured
from corus.domain.profile import ChoiceCell, DimensionCell, Share
from corus.language import catalogue, words
from tests.analysis.factories_analysis import (
    dimension,
    document,
    instrument,
    item,
    options,
    profile,
    stratum,
    tally,
)

STATISTICS = json.loads((Path("tests/reference") / "statistics.json").read_text())
CODES = ("needs", "work", "ecology", "bonds")


def sure(value: float) -> Measured:
    return Measured(100, value, (value - 1, value + 1))


@pytest.mark.parametrize("case", STATISTICS["wilson"])
def test_the_share_who_named_a_topic_agrees_with_prop_test(case):
    found = importance.from_choices({"needs": case["x"]}, case["n"])["needs"]
    assert found.value == pytest.approx(100 * case["x"] / case["n"])
    assert found.interval == pytest.approx([100 * end for end in case["interval"]], abs=1e-9)


def test_nobody_naming_a_topic_is_no_importance_of_zero():
    assert importance.from_choices({"needs": 0}, 0) == {}


@pytest.mark.parametrize("name", STATISTICS["t_intervals"])
def test_points_shared_out_agree_with_the_t_test_of_their_percentages(name):
    case = STATISTICS["t_intervals"][name]
    sample = Sample(len(case["values"]), case["mean"], case["sd"])
    found = importance.from_points({"needs": sample}, 200)["needs"]
    low, high = (end / 2 for end in case["interval"])
    assert found.value == pytest.approx(case["mean"] / 2)
    assert found.interval == pytest.approx((max(low, 0), min(high, 100)), abs=1e-9)


def test_four_topics_fall_in_four_quadrants_named_in_words():
    stated = dict(zip(CODES, map(sure, (60, 60, 20, 20)), strict=True))
    seen = dict(zip(CODES, map(sure, (30, 80, 30, 80)), strict=True))
    found = importance.cross(stated, seen, importance.absolute(importance.evenly(8, 3)))
    assert [p.quadrant for p in found.placed] == [
        "discuss_first", "keep", "watch", "beyond_priorities"
    ]  # fmt: skip
    assert all(p.decided for p in found.placed)
    assert set(importance.QUADRANTS) == {p.quadrant for p in found.placed}


def test_evenly_is_where_each_topic_stands_when_none_stands_out():
    assert importance.evenly(8, 3) == 37.5
    assert importance.evenly(8) == 12.5
    chosen = {"needs": 30, "work": 12, "ecology": 4, "bonds": 14}
    shares = [m.value for m in importance.from_choices(chosen, 40).values()]
    assert importance.evenly(4, sum(chosen.values()) / 40) == pytest.approx(sum(shares) / 4)


def test_fixed_lines_may_leave_all_topics_on_one_side_and_relative_ones_never_do():
    stated = dict(zip(CODES, map(sure, (60, 55, 50, 45)), strict=True))
    seen = dict(zip(CODES, map(sure, (85, 80, 75, 70)), strict=True))
    fixed = importance.cross(stated, seen, importance.absolute(37.5))
    assert {p.quadrant for p in fixed.placed} == {"keep"}
    relative = importance.cross(stated, seen)
    assert relative.crosshair == Crosshair("relative", 52.5, 77.5)
    assert {p.quadrant for p in relative.placed} == {"keep", "watch"}


@pytest.mark.parametrize(
    ("stated", "seen", "decided"),
    [
        (Measured(20, 60.0, (40.0, 80.0)), sure(80), True),
        (Measured(20, 60.0, (30.0, 80.0)), sure(80), False),
        (sure(60), Measured(20, 55.0, (45.0, 65.0)), False),
        (sure(60), Measured(20, 55.0, None), True),
        (sure(60), Measured(1, 55.0, None), False),
    ],
    ids=["both clear", "importance", "perception", "unanimous", "one person"],
)
def test_an_interval_that_includes_a_line_leaves_the_place_undecided(stated, seen, decided):
    found = importance.cross({"needs": stated}, {"needs": seen}, importance.absolute(37.5))
    assert found.placed[0].decided is decided


def test_a_topic_without_one_of_the_two_is_left_out_by_name():
    found = importance.cross({"needs": sure(50), "work": sure(20)}, {"needs": sure(50)})
    assert [p.dimension for p in found.placed] == ["needs"]
    assert found.left_out == ("work",)


def test_nothing_in_common_gives_no_figure():
    assert importance.cross({"needs": sure(1)}, {"work": sure(1)}) is None
    assert importance.cross({}, {}) is None


def test_only_cells_published_in_full_are_placed():
    place = {"item": "priority", "group": "clients"}
    cells = [
        ChoiceCell(**place, option="needs", show="full", n=40, chosen=30, share=Share(value=0.75)),
        ChoiceCell(**place, option="work", show="banded", share=Share(band="high")),
        ChoiceCell(**place | {"group": "board"}, option="work", show="full", n=20, chosen=3),
        ChoiceCell(**place | {"item": "other"}, option="bonds", show="full", n=20, chosen=3),
    ]
    found = importance.stated(cells, "priority", "clients")
    assert found == {"needs": Measured(40, 75.0, tuple(100 * x for x in wilson(30, 40)))}
    scores = [
        DimensionCell(
            dimension="needs", group="clients", show="full", n=40, score=60, low=55, high=65
        ),
        DimensionCell(dimension="work", group="clients", show="banded", score=60),
        DimensionCell(dimension="bonds", group="clients", show="masked", reason="n < 5"),
        DimensionCell(dimension="ecology", group="clients", show="full", n=12, score=50, sd=0),
    ]
    assert importance.perceived(scores, "clients") == {
        "needs": Measured(40, 60, (55, 65)), "ecology": Measured(12, 50, None)
    }  # fmt: skip


def published():
    """Twenty clients: 15 name needs and perceive little of it; one employee."""
    the = instrument(
        *(dimension(code, item(f"{code}_1"), item(f"{code}_2")) for code in ("needs", "work")),
        questions=(
            item("priority", None, type="multiple_choice", purpose="importance",
                 options=options("needs", "work")),
        ),
    )  # fmt: skip
    answers = [
        {"needs_1": i % 2, "needs_2": 1, "work_1": 3, "work_2": 3 + i % 2,
         "priority": ("needs",) if i < 15 else ("work",)}
        for i in range(20)
    ]  # fmt: skip
    rows = [(stratum("users"), document(the, each)) for each in answers]
    rows.append((stratum("employees"), document(the, answers[0])))
    return profile(the, tally(the, rows))


def test_importance_stands_beside_perception_from_answers_to_words():
    found = published()
    stated = importance.stated(found.choices, "priority", "users")
    crossed = importance.cross(
        stated, importance.perceived(found.dimensions, "users"), importance.absolute(50)
    )
    assert [(p.dimension, p.quadrant, p.decided) for p in crossed.placed] == [
        ("needs", "discuss_first", True), ("work", "beyond_priorities", True)
    ]  # fmt: skip


def test_a_group_under_the_threshold_has_no_importance():
    assert importance.stated(published().choices, "priority", "employees") == {}


@pytest.mark.parametrize(
    "sentence",
    [*importance.QUADRANTS.values(), *importance.LINES.values(), importance.UNDECIDED],
)
def test_every_place_is_said_in_french(sentence):
    assert sentence in catalogue("fr")
    assert words("fr")(sentence) != sentence


TOPICS = item(
    "topics", None, type="multiple_choice", purpose="importance",
    options=options("needs", "work", "other"),
)  # fmt: skip


def _released(answers):
    """Employees: two dimensions of two items; ``answers`` are (rows, topics chosen) by group."""
    the = instrument(
        dimension("needs", item("a"), item("b")), dimension("work", item("c"), item("d")),
        questions=(TOPICS,),
    )  # fmt: skip
    rows = [
        (stratum(group), document(the, dict(zip("abcd", row, strict=True)) | {"topics": chosen}))
        for group, people in answers.items()
        for row, chosen in people
    ]
    return profile(the, tally(the, rows))


SOME = [((4, 3, 1, 0), ("needs",))] * 9 + [((3, 3, 2, 1), ("needs", "other"))] * 3


def test_a_release_tells_importance_beside_the_score_of_each_group():
    told = _released({"employees": SOME}).importance
    one = next(one for one in told if one.group == "employees")
    assert (one.item, one.show, one.score_line) == ("topics", "full", 50.0)
    assert one.named_line == pytest.approx(100 * 15 / 12 / 3)
    needs, work = one.placed
    assert (needs.named, work.named, needs.n) == (100.0, 0.0, 12)
    assert (needs.low, needs.high) == pytest.approx([100 * e for e in wilson(12, 12)])
    assert (needs.quadrant, work.quadrant) == ("keep", "watch")
    assert needs.sentence == importance.QUADRANTS["keep"]


def test_importance_tells_nothing_that_choices_and_scores_do_not():
    found = _released({"employees": SOME, "users": SOME[:7]})
    scores = {(c.dimension, c.group): c for c in found.dimensions}
    for one in found.importance:
        if one.group == "users":
            assert (one.show, one.placed) == ("banded", ())
        for dot in one.placed:
            cell = scores[dot.dimension, one.group]
            assert (dot.score, dot.score_low, dot.score_n) == (cell.score, cell.low, cell.n)
            chosen = next(
                c for c in found.choices if (c.option, c.group) == (dot.dimension, one.group)
            )
            assert dot.named == pytest.approx(100 * chosen.share.value)


def test_a_masked_group_has_no_importance_but_its_reason():
    users = next(
        one for one in _released({"employees": SOME, "users": SOME[:3]}).importance
        if one.group == "users"
    )  # fmt: skip
    assert (users.show, users.reason, users.placed, users.named_line) == (
        "masked",
        "n < 5",
        (),
        None,
    )


def test_a_choice_that_is_no_dimension_is_no_importance():
    the = instrument(
        dimension("needs", item("a"), item("b")),
        questions=(item("topics", None, type="multiple_choice", options=options("needs", "x")),),
    )
    rows = [(stratum(), document(the, {"a": 4, "b": 4, "topics": ("needs",)}))] * 12
    assert profile(the, tally(the, rows)).importance == ()
