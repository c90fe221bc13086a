"""What is told of how answers came in never makes the numbers by group finer."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import product

import pytest

from corus.analysis.profile.arrivals import evenings, ways
from corus.analysis.profile.reach import told
from corus.domain.wave import Thresholds

FIRST = date(2026, 3, 3)
RULE = Thresholds()
A, B, C = ("self", "open"), ("self", "personal"), ("paper", "paper")


def _counts(cells):
    return {(group, *way, FIRST): n for (group, way), n in cells.items()}


def test_evenings_are_sums_of_what_the_numbers_by_group_said_that_night() -> None:
    counts = {
        ("employees", *A, FIRST): 7, ("employees", *B, FIRST + timedelta(1)): 4,
        ("neighbours", *A, FIRST + timedelta(2)): 4,
    }  # fmt: skip
    found = evenings(counts, FIRST, FIRST + timedelta(3), RULE)
    assert [e.groups for e in found] == [{"employees": 5}] + [{"employees": 10}] * 3
    assert [e.total for e in found] == [5, 10, 10, 10]


def test_answers_dated_before_the_first_day_count_on_it() -> None:
    found = evenings({("employees", *C, FIRST - timedelta(9)): 6}, FIRST, FIRST, RULE)
    assert [e.total for e in found] == [5]


def test_without_answers_no_evening_and_no_way_says_anything() -> None:
    assert evenings({}, FIRST, FIRST - timedelta(1), RULE) == ()
    assert [e.total for e in evenings({}, FIRST, FIRST, RULE)] == [0]
    assert not ways({}, RULE)


def test_ways_move_in_steps_and_add_up_to_what_is_told_by_group() -> None:
    cells = {(g, w): 9 for g in "klmno" for w in (A, B)} | {("k", C): 4}
    assert ways(_counts(cells), RULE) == {A: 25, B: 25, None: 30}


def test_few_answers_by_a_way_are_not_told_apart() -> None:
    assert ways(_counts({("k", A): 4, ("k", B): 4}), RULE) == {None: 5}
    assert ways(_counts({("k", A): 4, ("l", A): 4}), RULE) == {}


def test_a_higher_threshold_holds_for_ways_too() -> None:
    cells = {(g, w): n for g in "klmno" for w, n in ((A, 11), (B, 10))}
    assert ways(_counts(cells), Thresholds(shown=11)) == {A: 50, None: 50}


# For each group, the ways it may have come by: known to whoever runs the survey.
HABITS = [
    {"k": (A, B), "l": (A, B)},
    {"k": (A,), "l": (B,)},
    {"k": (A,), "l": (A, B)},
    {"k": (A,), "l": (A,), "m": (A,)},
    {"k": (A, B, C)},
    {"k": (A, B), "l": (B, C)},
]


@pytest.mark.parametrize("habits", HABITS)
def test_ways_leave_the_numbers_by_group_as_open_as_they_were(habits) -> None:
    """Every wave of up to 9 answers a group, laid beside all others that give the same page."""
    cells = [(g, w) for g, used in habits.items() for w in used]
    possible = defaultdict(lambda: defaultdict(set))
    for numbers in product(range(10), repeat=len(cells)):
        wave = dict(zip(cells, numbers, strict=True))
        groups = {g: sum(wave[g, w] for w in used) for g, used in habits.items()}
        if max(groups.values()) > 9:
            continue
        page = (
            tuple(told(n, RULE) for n in groups.values()),
            tuple(ways(_counts(wave), RULE).items()),
        )
        for group, n in groups.items():
            possible[page][group].add(n)
    assert len(possible) > 1
    for (seen, _), left_open in possible.items():
        for group, shown in zip(habits, seen, strict=True):
            if not shown:
                assert left_open[group] == set(range(5))
            elif len(habits[group]) == 1:
                assert left_open[group] == set(range(5, 10))
            else:
                # Two ways with four answers each at most: nine would show one of them.
                assert left_open[group] >= set(range(5, 9))
