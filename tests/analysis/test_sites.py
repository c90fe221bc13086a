"""Persons by site: told where no small number follows, and adding up to the wave's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import linprog

from corus.analysis import Stratum, Tally, merge
from corus.analysis.counting.tally import differing
from corus.analysis.disclosure import sites
from corus.analysis.disclosure.sites import by_site, unsafe_sites
from corus.domain.answer import State
from corus.domain.wave import Thresholds
from tests.analysis import factories_analysis as make

THRESHOLDS = Thresholds()


def _counts(table: list[list[int]]) -> dict[Stratum, int]:
    return {
        make.stratum(f"g{row}", site=f"s{column}"): n
        for row, line in enumerate(table)
        for column, n in enumerate(line)
    }


def _told(table: list[list[int]]) -> dict[tuple[str, str], int | None]:
    groups = [f"g{row}" for row in range(len(table))]
    return by_site(_counts(table), groups, [f"s{n}" for n in range(len(table[0]))], THRESHOLDS)


def test_without_sites_nothing_is_told() -> None:
    assert by_site({make.stratum(): 12}, ["employees"], [], THRESHOLDS) == {}


def test_large_numbers_are_all_told_with_those_of_all_groups() -> None:
    told = _told([[20, 30], [12, 15]])
    assert told["g0", "s1"] == 30
    assert told["", "s1"] == 45


def test_a_small_number_takes_another_of_its_group_with_it() -> None:
    told = _told([[20, 3, 30], [12, 15, 20]])
    hidden = {place for place, n in told.items() if n is None}
    assert ("g0", "s1") in hidden
    assert {group for group, _ in hidden} != {"g0"} or len(hidden) > 2
    assert sum(group == "g0" for group, _ in hidden) >= 2


def test_persons_of_no_site_are_one_more_place() -> None:
    counts = _counts([[20, 30]]) | {make.stratum("g0"): 9}
    assert by_site(counts, ["g0"], ["s0", "s1"], THRESHOLDS)["g0", ""] == 9


def test_a_group_all_at_one_site_keeps_its_published_number() -> None:
    assert _told([[17], [8]]) == {("g0", "s0"): 17, ("g1", "s0"): 8, ("", "s0"): 25}


def _largest(table: list[list[int]], told: dict[tuple[str, str], int | None]) -> list[float]:
    """What a linear-programming attacker finds the most that each hidden cell could be.

    Known: every number told, every group's total, that nobody is less than nobody, and, in a group
    of which some number is told, that a hidden one holds somebody: nobody is told as 0 there.
    """
    rows, columns = len(table), len(table[0])
    names = [(f"g{i}", f"s{j}") for i in range(rows) for j in range(columns)]
    speaking = {group for group, site in names if told[group, site] is not None}
    left, right = [], []
    for i, line in enumerate(table):
        left.append([1.0 if group == f"g{i}" else 0.0 for group, _ in names])
        right.append(sum(line))
    for j in range(columns):
        if told["", f"s{j}"] is not None:
            left.append([1.0 if site == f"s{j}" else 0.0 for _, site in names])
            right.append(told["", f"s{j}"] or 0)
    bounds = [
        (float(n[0] in speaking), None) if told[n] is None else (told[n], told[n]) for n in names
    ]
    hidden = [k for k, n in enumerate(names) if told[n] is None]
    found = []
    for k in hidden:
        goal = np.zeros(len(names))
        goal[k] = -1
        found.append(-linprog(goal, A_eq=left, b_eq=right, bounds=bounds).fun)
    return found


def test_a_group_of_which_no_number_can_be_told_does_not_tell_where_nobody_is_either() -> None:
    assert set(_told([[1, 4, 0]]).values()) == {None}


TABLES = some.integers(2, 4).flatmap(
    lambda width: some.lists(
        some.lists(some.integers(0, 30), min_size=width, max_size=width).filter(
            lambda line: sum(line) >= 5
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip


@pytest.mark.parametrize("most", [0, sites.MOST_AUDITED])
@settings(max_examples=25, deadline=None)
@given(TABLES)
def test_no_hidden_number_is_bounded_under_the_threshold(most: int, table: list[list[int]]) -> None:
    """Both ways: audited as a whole, and group by group as in tables too large for that."""
    before = sites.MOST_AUDITED
    sites.MOST_AUDITED = most
    try:
        told = _told(table)
    finally:
        sites.MOST_AUDITED = before
    assert all(n is None or not 0 < n < THRESHOLDS.shown for n in told.values())
    assert all(bound >= THRESHOLDS.shown - 1e-6 for bound in _largest(table, told))


def test_a_release_that_moves_a_site_by_two_persons_is_unsafe() -> None:
    before, after = _counts([[20, 30]]), _counts([[22, 28]])
    assert len(list(unsafe_sites(before, after, THRESHOLDS))) == 4
    assert list(unsafe_sites(before, before, THRESHOLDS)) == []
    assert list(unsafe_sites(before, _counts([[25, 30]]), THRESHOLDS)) == []


ANSWERS = some.lists(
    some.tuples(
        some.sampled_from(["", "north", "south"]),
        some.lists(some.sampled_from([0, 2, 4, State.DONT_KNOW]), min_size=2, max_size=2),
    ),
    max_size=30,
)


@settings(max_examples=40, deadline=None)
@given(ANSWERS)
def test_tallies_of_the_sites_add_up_to_that_of_the_wave(
    answers: list[tuple[str, list[object]]],
) -> None:
    the = make.small()

    def tally(*places: str) -> Tally:
        return make.tally(the, [(make.stratum(site=place), make.rated(the, *said))
                                for place, said in answers if place in places])  # fmt: skip

    whole = tally("", "north", "south")
    parts = merge(merge(tally("south"), tally("")), tally("north"))
    assert differing(whole, parts) == ()
    assert differing(whole, Tally.from_bytes(whole.to_bytes())) == ()


def test_a_tally_stored_before_there_were_sites_is_read() -> None:
    the = make.small()
    counted = make.tally(the, [(make.stratum(), make.rated(the, 1, 3))])
    stored = counted.to_bytes()
    assert b'"employees","standard","self","open","complete"]' in stored
    assert Tally.from_bytes(stored).strata == (make.stratum(),)
