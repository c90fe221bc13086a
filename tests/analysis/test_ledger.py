"""A later release never isolates anybody by subtraction from the earlier one."""

from __future__ import annotations

import pytest

from corus.analysis import unsafe_changes
from corus.domain.wave import Thresholds
from corus.errors import InputError
from tests.analysis.factories_analysis import (
    dimension,
    dimension_cell,
    document,
    group_profile,
    instrument,
    item,
    rated,
    small,
    stratum,
    tally,
    with_easy,
)

THE = small()
T = Thresholds()
BASE = [(4, 0), (3, 1)] * 6


def counted(rows, **place):
    return tally(THE, [(stratum(**place), rated(THE, *row)) for row in rows])


def test_nothing_changed_is_safe():
    assert unsafe_changes(counted(BASE), counted(BASE[::-1]), T, THE) == []


@pytest.mark.parametrize("late", [1, 4])
def test_one_to_four_late_responses_are_refused_by_name(late):
    found = unsafe_changes(counted(BASE), counted(BASE + [(2, 2)] * late), T, THE)
    assert any(sentence.startswith("employees: fewer than 5 persons differ") for sentence in found)
    assert any("employees · a:" in sentence for sentence in found)


def test_five_late_responses_are_safe_and_five_withdrawn_too():
    assert unsafe_changes(counted(BASE), counted(BASE + [(2, 2)] * 5), T, THE) == []
    assert unsafe_changes(counted(BASE + [(2, 2)] * 5), counted(BASE), T, THE) == []


def test_five_late_responses_with_three_valid_answers_to_an_item_are_refused():
    late = [(2, 2)] * 3 + [("d", 2)] * 2
    found = unsafe_changes(counted(BASE), counted(BASE + late), T, THE)
    assert [s.split(":")[0] for s in found] == [
        "employees · a",
        "employees · a (don’t know)",
        "employees · needs (persons who answered 1)",
        "employees · needs (persons who answered 2)",
    ]


def test_a_replaced_answer_is_refused_though_no_number_of_persons_changed():
    found = unsafe_changes(counted(BASE), counted([*BASE[:-1], (0, 1)]), T, THE)
    assert any("employees · a" in sentence for sentence in found)
    assert any("employees · needs" in sentence for sentence in found)


def test_changes_within_cells_masked_before_and_after_are_unchanged_text():
    assert unsafe_changes(counted([(4, 0)] * 2), counted([(4, 0)] * 3), T, THE) == []
    assert unsafe_changes(counted([(4, 0)] * 4), counted([(4, 0)] * 5), T, THE) != []


def test_organizations_by_personal_link_are_shown_from_three_and_compared_from_there():
    place = {"group": "suppliers", "channel": "personal"}
    assert (
        unsafe_changes(counted([(4, 0)] * 3, **place), counted([(4, 0)] * 4, **place), T, THE) != []
    )
    assert (
        unsafe_changes(counted([(4, 0)] * 1, **place), counted([(4, 0)] * 2, **place), T, THE) == []
    )


def test_a_mode_that_differs_by_three_is_refused():
    before = [(stratum(), rated(THE, 4, 0))] * 20 + [(stratum(mode="paper"), rated(THE, 4, 0))] * 6
    late = [(stratum(), rated(THE, 4, 0))] * 3 + [(stratum(mode="paper"), rated(THE, 4, 0))] * 3
    found = unsafe_changes(tally(THE, before), tally(THE, before + late), T, THE)
    assert any("mode paper" in sentence for sentence in found)


def test_a_changed_choice_of_one_person_is_refused():
    def chosen(last):
        documents = [document(THE, {"topics": ("x",)})] * 11 + [document(THE, {"topics": last})]
        return tally(THE, [(stratum(), d) for d in documents])

    found = unsafe_changes(chosen(("x",)), chosen(("y",)), T, THE)
    assert found == [
        "employees · topics (options): fewer than 5 persons differ from the last release"
    ]


def test_one_late_dont_know_is_refused_where_two_exact_scores_would_tell_the_other_answer():
    """2·Δ(score·n/25) − ΔΣ(answers) is what that one person answered to a."""
    before = [(i % 5, (i * 3) % 5) for i in range(20)] + [(i % 5, "d") for i in range(10)]
    after = [*before, *[(i % 5, (i * 2) % 5) for i in range(11)], (3, "d")]
    the = instrument(dimension("needs", item("a"), item("b")))
    scores = [dimension_cell(group_profile(the, rows)) for rows in (before, after)]
    assert [(c.show, c.reason) for c in scores] == [("full", "")] * 2
    old, new = (
        tally(the, [(stratum(), rated(the, *row)) for row in rows]) for rows in (before, after)
    )
    found = unsafe_changes(old, new, T, the)
    assert [s.split(":")[0] for s in found] == [
        "employees · b (don’t know)",
        "employees · needs (persons who answered 1)",
    ]


def test_two_persons_who_left_one_item_out_are_refused_though_every_item_moves_by_five():
    late = [(2, 2)] * 12 + [("d", "d")] * 4 + [(1, "d"), ("d", 3)]
    found = unsafe_changes(counted(BASE), counted(BASE + late), T, THE)
    assert [s.split(":")[0] for s in found] == ["employees · needs (persons who answered 1)"]


def test_twelve_late_respondents_who_answered_everything_are_safe():
    late = [(i % 5, (i * 2) % 5) for i in range(12)]
    assert unsafe_changes(counted(BASE), counted(BASE + late), T, THE) == []


def test_a_raised_threshold_refuses_five_late_respondents_and_accepts_twelve():
    strict = Thresholds(shown=11, full=20)
    few, enough = ([(2, 2)] * n for n in (5, 12))
    found = unsafe_changes(counted(BASE * 2), counted(BASE * 2 + few), strict, THE)
    assert "employees: fewer than 11 persons differ from the last release" in found
    assert unsafe_changes(counted(BASE * 2), counted(BASE * 2 + enough), strict, THE) == []


def test_one_withdrawn_answer_is_refused_though_twelve_came():
    after = [(4, 0)] * 6 + [(3, 1)] * 5 + [(4, 0)] * 12
    found = unsafe_changes(counted(BASE), counted(after), T, THE)
    assert any(s.startswith("employees · a:") for s in found)


@pytest.mark.parametrize(("few", "more", "safe"), [(2, 10, False), (2, 5, True), (12, 5, True)])
def test_a_form_too_small_in_one_release_may_not_be_separable_in_the_other(few, more, safe):
    """One release adds the few to the others, the other release gives the others alone."""
    the = with_easy()
    standard = [(stratum("users"), rated(the, 4, 3))] * 20
    easy = [(stratum("users", variant="easy"), rated(the, 0, 1))]
    before, after = (tally(the, standard + easy * n) for n in (few, few + more))
    assert (unsafe_changes(before, after, T, the) == []) == safe
    assert (unsafe_changes(after, before, T, the) == []) == safe


def test_tallies_of_two_instruments_cannot_be_compared():
    with pytest.raises(InputError, match="TAL-003"):
        unsafe_changes(counted(BASE), tally(with_easy(), []), T, THE)
