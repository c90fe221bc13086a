"""A later release never isolates anybody by subtraction from the earlier one."""

from __future__ import annotations

import pytest

from corus.analysis import unsafe_changes
from corus.domain.wave import Thresholds
from corus.errors import InputError
from tests.analysis.factories_analysis import (
    document,
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
    assert unsafe_changes(counted(BASE), counted(BASE[::-1]), T) == []


@pytest.mark.parametrize("late", [1, 4])
def test_one_to_four_late_responses_are_refused_by_name(late):
    found = unsafe_changes(counted(BASE), counted(BASE + [(2, 2)] * late), T)
    assert any(sentence.startswith("employees: fewer than 5 persons differ") for sentence in found)
    assert any("employees · a:" in sentence for sentence in found)


def test_five_late_responses_are_safe_and_five_withdrawn_too():
    assert unsafe_changes(counted(BASE), counted(BASE + [(2, 2)] * 5), T) == []
    assert unsafe_changes(counted(BASE + [(2, 2)] * 5), counted(BASE), T) == []


def test_five_late_responses_with_three_valid_answers_to_an_item_are_refused():
    late = [(2, 2)] * 3 + [("d", 2)] * 2
    found = unsafe_changes(counted(BASE), counted(BASE + late), T)
    assert [s.split(":")[0] for s in found] == ["employees · a"]


def test_a_replaced_answer_is_refused_though_no_number_of_persons_changed():
    found = unsafe_changes(counted(BASE), counted([*BASE[:-1], (0, 1)]), T)
    assert any("employees · a" in sentence for sentence in found)
    assert any("employees · needs" in sentence for sentence in found)


def test_changes_within_cells_masked_before_and_after_are_unchanged_text():
    assert unsafe_changes(counted([(4, 0)] * 2), counted([(4, 0)] * 3), T) == []
    assert unsafe_changes(counted([(4, 0)] * 4), counted([(4, 0)] * 5), T) != []


def test_organizations_by_personal_link_are_shown_from_three_and_compared_from_there():
    place = {"group": "suppliers", "channel": "personal"}
    assert unsafe_changes(counted([(4, 0)] * 3, **place), counted([(4, 0)] * 4, **place), T) != []
    assert unsafe_changes(counted([(4, 0)] * 1, **place), counted([(4, 0)] * 2, **place), T) == []


def test_a_mode_that_differs_by_three_is_refused():
    before = [(stratum(), rated(THE, 4, 0))] * 20 + [(stratum(mode="paper"), rated(THE, 4, 0))] * 6
    late = [(stratum(), rated(THE, 4, 0))] * 3 + [(stratum(mode="paper"), rated(THE, 4, 0))] * 3
    found = unsafe_changes(tally(THE, before), tally(THE, before + late), T)
    assert any("mode paper" in sentence for sentence in found)


def test_a_changed_choice_of_one_person_is_refused():
    def chosen(last):
        documents = [document(THE, {"topics": ("x",)})] * 11 + [document(THE, {"topics": last})]
        return tally(THE, [(stratum(), d) for d in documents])

    found = unsafe_changes(chosen(("x",)), chosen(("y",)), T)
    assert found == [
        "employees · topics (options): fewer than 5 persons differ from the last release"
    ]


def test_tallies_of_two_instruments_cannot_be_compared():
    with pytest.raises(InputError, match="TAL-003"):
        unsafe_changes(counted(BASE), tally(with_easy(), []), T)
