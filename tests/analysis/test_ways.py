"""Short forms, helped answers, open links: what they add to a profile, and what they withhold."""

from __future__ import annotations

from scipy import stats as scipy_stats

from corus.analysis import unsafe_changes
from corus.domain.arrival import Bounds, by_open_link, by_structure
from corus.domain.profile import Coverage
from corus.domain.wave import Thresholds
from tests.analysis.factories_analysis import (
    dimension,
    dimension_cell,
    instrument,
    item,
    item_cell,
    profile,
    rated,
    stratum,
    tally,
)

THE = instrument(dimension("needs", item("a", anchor=True), item("b")))
ROWS = [
    (0, 1),
    (1, 2),
    (2, 3),
    (3, 4),
    (4, 4),
    (2, 2),
    (1, 1),
    (3, 3),
    (4, 3),
    (0, 0),
    (2, 4),
    (3, 1),
]


def _whole(rows):
    return [(stratum(), rated(THE, *row)) for row in rows]


def _short(points):
    return [(stratum(variant="express"), rated(THE, point)) for point in points]


def _of(responses, **fields):
    return profile(THE, tally(THE, responses), **fields)


def test_the_short_form_counts_on_its_items_and_gives_no_score():
    found = _of([*_whole(ROWS), *_short([4] * 12)])
    assert (item_cell(found, "a").n, item_cell(found, "b").n) == (24, 12)
    alone = dimension_cell(_of(_whole(ROWS)))
    assert dimension_cell(found).n == 12
    assert dimension_cell(found).score == alone.score


def test_a_group_that_only_took_the_short_form_has_items_and_no_score():
    found = _of(_short([0, 1, 2, 3, 4] * 4))
    assert item_cell(found, "a").n == 20
    assert item_cell(found, "b").show == "masked"
    assert dimension_cell(found).show == "unscored"


def test_one_short_answer_leaves_the_score_but_blurs_it():
    exact = dimension_cell(_of(_whole(ROWS))).score
    cell = dimension_cell(_of([*_whole(ROWS), *_short([0])]))
    # An exact score beside counts of 13 and of 12 would tell that person's one answer.
    assert cell.show == "banded" or cell.reason in ("whole points", "one decimal")
    assert cell.score != exact
    told = {dimension_cell(_of([*_whole(ROWS), *_short([p])])).score for p in range(5)}
    assert len(told) == 1


def test_a_release_that_differs_by_one_short_answer_is_refused():
    before, after = tally(THE, [*_whole(ROWS), *_short([1] * 10)]), tally(
        THE, [*_whole(ROWS), *_short([1] * 10), *_short([2])]
    )  # fmt: skip
    assert unsafe_changes(before, after, Thresholds(), THE)


def _helped(alone, helped, mode="assisted_relative"):
    return [
        *((stratum(), rated(THE, *row)) for row in alone),
        *((stratum(mode=mode), rated(THE, *row)) for row in helped),
    ]


def test_mode_effect_is_the_difference_of_mean_scores_with_its_welch_interval():
    helped = [(max(a - 1, 0), max(b - 1, 0)) for a, b in ROWS]
    (effect,) = _of(_helped(ROWS, helped)).mode_effects
    scores = [[100 * (a + b) / 2 / 4 for a, b in rows] for rows in (ROWS, helped)]
    test = scipy_stats.ttest_ind(*scores, equal_var=False)
    interval = test.confidence_interval(0.95)
    assert (effect.dimension, effect.group) == ("needs", "employees")
    assert abs(effect.gap - (sum(scores[0]) - sum(scores[1])) / 12) <= 0.5
    assert abs(effect.low - interval.low) <= 0.5
    assert abs(effect.high - interval.high) <= 0.5
    assert effect.gap == round(effect.gap)


def test_no_mode_effect_is_told_of_nine_persons_or_where_the_mode_is_unknown():
    assert not _of(_helped(ROWS, ROWS[:9])).mode_effects
    assert not _of(_helped(ROWS, ROWS, mode="unknown")).mode_effects
    assert _of(_helped(ROWS, ROWS[:10])).mode_effects


def test_no_mode_effect_is_told_where_the_modes_themselves_are_withheld():
    few = [(stratum(mode="paper"), rated(THE, 1, 1))] * 2
    assert not _of([*_helped(ROWS[:10], ROWS, mode="interview"), *few]).mode_effects


def test_every_result_says_how_many_answers_came_by_open_link():
    personal = [(stratum(channel="personal"), rated(THE, *row)) for row in ROWS]
    paper = [(stratum(channel="paper", mode="paper"), rated(THE, *row)) for row in ROWS[:6]]
    found = _of([*_whole(ROWS), *personal, *paper])
    assert by_open_link(found) == Bounds(12 / 30, 12 / 30)
    assert by_structure(found) == Bounds(6 / 30, 6 / 30)


def test_where_channels_are_withheld_the_share_is_given_as_what_is_possible():
    lines = (
        Coverage(group="users", received=20, by_channel={"personal": 20}, by_mode={"self": 20}),
        Coverage(
            group="employees", received=20,
            by_channel={"personal": 12, "open": "withheld", "kiosk": "withheld"},
            by_mode={},
        ),
        Coverage(group="suppliers", received_text="n < 5"),
    )  # fmt: skip
    found = _of([]).model_copy(update={"coverage": lines})
    assert by_open_link(found) == Bounds(8 / 40, 8 / 40)
    assert by_structure(found) == Bounds(0, 20 / 40)


def test_a_hidden_channel_holds_at_least_somebody_and_leaves_somebody_to_the_other():
    line = Coverage(
        group="users", received=20, by_mode={"self": 20},
        by_channel={"personal": "withheld", "open": "withheld"},
    )  # fmt: skip
    found = _of([]).model_copy(update={"coverage": (line,)})
    assert by_open_link(found) == Bounds(1 / 20, 19 / 20)


def test_without_answers_shown_no_share_is_told():
    assert by_open_link(_of([])) is None


def _modes(received, **by_mode):
    line = Coverage(group="users", received=received, by_channel={}, by_mode=by_mode)
    return by_structure(_of([]).model_copy(update={"coverage": (line,)}))


def test_imported_answers_of_which_nobody_said_who_wrote_them_widen_the_share():
    assert _modes(20, paper=6, unknown=10, self=4) == Bounds(6 / 20, 16 / 20)
    assert _modes(20, unknown=20) == Bounds(0, 1)
    # A hidden part of unknown mode may be the structure's, and leaves somebody to the others.
    assert _modes(20, self=10, unknown="withheld", assisted_other="withheld") == Bounds(0, 9 / 20)
    assert _modes(20, self=10, unknown="withheld", paper="withheld") == Bounds(1 / 20, 10 / 20)
