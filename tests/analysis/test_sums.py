"""Releases that are safe two by two, and would tell one person when added and subtracted."""

from __future__ import annotations

import numpy as np
import pytest

from corus.analysis import Tally
from corus.analysis.disclosure.sums import unsafe_sums
from corus.domain.wave import Thresholds
from tests.analysis import factories_analysis as make

ITEMS = 12
THRESHOLDS = Thresholds()
THE = make.instrument(make.dimension("needs", *(make.item(f"i{n}", "five") for n in range(ITEMS))))
DRAW = np.random.default_rng(20261123)
PERSONS = [tuple(int(v) for v in row) for row in DRAW.integers(0, 5, (200, ITEMS))]
BASE, ONE, OTHER, LAST = PERSONS[:60], PERSONS[60:80], PERSONS[80:100], PERSONS[100:101]


def _tally(*batches: list[tuple[int, ...]], group: str = "clients") -> Tally:
    rows = [person for batch in batches for person in batch]
    return make.tally(THE, [(make.stratum(group), make.rated(THE, *row)) for row in rows])


def _unsafe(*releases: Tally) -> list[str]:
    return unsafe_sums(releases[:-1], releases[-1], THRESHOLDS)


def test_a_batch_imported_twice_with_one_person_more_is_refused() -> None:
    """R₃ − 2·R₂ + R₁ is that person."""
    base = _tally(BASE), _tally(BASE, ONE)
    assert _unsafe(*base, _tally(BASE, ONE, ONE, LAST)) == [
        "clients: several releases added and subtracted"
    ]
    assert _unsafe(*base, _tally(BASE, ONE, OTHER)) == []


def test_a_batch_taken_out_for_another_and_put_back_with_one_more_is_refused() -> None:
    """R₄ − R₃ − R₂ + R₁ is that person."""
    before = _tally(BASE), _tally(BASE, ONE), _tally(BASE, OTHER)
    assert _unsafe(*before) == []
    assert _unsafe(*before, _tally(BASE, ONE, OTHER, LAST))
    assert _unsafe(*before, _tally(BASE, ONE, OTHER)) == []


@pytest.mark.parametrize("number", [1, 4, 5])
def test_fewer_than_five_persons_are_refused_and_five_are_not(number: int) -> None:
    few = PERSONS[150 : 150 + number]
    found = _unsafe(_tally(BASE), _tally(BASE, ONE), _tally(BASE, ONE, ONE, few))
    assert bool(found) == (number < THRESHOLDS.shown)


def test_two_releases_and_the_same_counts_again_are_left_to_the_rule_of_pairs() -> None:
    assert _unsafe(_tally(BASE), _tally(BASE, LAST)) == []
    assert _unsafe(_tally(BASE), _tally(BASE), _tally(BASE, LAST)) == []
    assert _unsafe(_tally(BASE), _tally(BASE, ONE), _tally(BASE, ONE)) == []


def test_the_first_releases_and_the_last_are_taken_together_where_there_are_many() -> None:
    more = [PERSONS[20 * n : 20 * n + 20] for n in range(5, 9)]
    steps = [_tally(BASE, ONE, *more[:n]) for n in range(5)]
    releases = [_tally(BASE), *steps]
    assert _unsafe(*releases, _tally(BASE, ONE, *more, ONE, LAST))
