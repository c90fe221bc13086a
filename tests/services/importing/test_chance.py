"""How probable equal answers are by chance: by hand, as a law of probability, on real people."""

from __future__ import annotations

import csv
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.services.importing.chance import _in_turn, _shares, as_array, probability
from tests.services.importing.factories import DATA

BFI = DATA.parent / "reference" / "bfi_answers.csv"
SOME = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.text("1234d", min_size=width, max_size=width), min_size=1)
)


def all_rated(width: int) -> np.ndarray:
    return np.ones(width, bool)


def test_one_item_is_as_probable_as_it_is_common_smoothed() -> None:
    learned = as_array(["4", "4", "4", "5"])
    # One answer more for each of two marks seen and one unseen: (3 + 1) / 7, (1 + 1) / 7, 1 / 7.
    found = probability(learned, as_array(["4", "5", "1"]), all_rated(1))
    assert found == pytest.approx([4 / 7, 2 / 7, 1 / 7])


def test_a_mark_that_always_follows_another_adds_little() -> None:
    learned = as_array(["15", "24"] * 50)
    usual, crossed = probability(learned, as_array(["15", "14"]), np.zeros(2, bool))
    assert usual > 0.45
    assert crossed < 0.02


def test_one_column_ticked_all_the_way_down_is_common_whatever_the_others_do() -> None:
    rng = np.random.default_rng(7)
    learned = rng.choice(np.frombuffer(b"12345", np.uint8), (200, 36))
    column, slip, own = probability(
        learned, as_array(["4" * 36, "4" * 35 + "1", "41325" * 7 + "1"]), all_rated(36)
    )
    assert column > 1 / 500
    assert column > slip > 1e-6
    assert own < 1e-15


def test_nothing_learned_tells_nothing() -> None:
    assert probability(as_array([]), as_array(["12"]), all_rated(2)) == pytest.approx([1])


@settings(max_examples=40, deadline=None)
@given(SOME)
def test_the_probabilities_of_all_answers_seen_add_up_to_at_most_one(marks: list[str]) -> None:
    learned = as_array(marks)
    seen = [sorted(set(column)) for column in zip(*marks, strict=True)]
    possible = as_array(["".join(one) for one in product(*seen)])
    own = np.stack([_shares(a)[b] for a, b in zip(learned.T, possible.T, strict=True)], axis=1)
    assert np.exp(_in_turn(learned, possible, own)).sum() <= 1 + 1e-9
    found = probability(learned, possible, all_rated(len(marks[0])))
    assert ((found > 0) & (found <= 1)).all()


def test_of_1200_real_people_nobody_is_taken_for_another_and_nearly_each_is_known_again() -> None:
    """Answers to the 25 items of the Big Five (psych::bfi)."""
    with BFI.open(encoding="utf-8") as file:
        marks = [row["marks"] for row in csv.DictReader(file)]
    answers = as_array(marks)
    telling = len(marks) * probability(answers, answers, all_rated(answers.shape[1])) < 0.01
    assert not any(tell and marks.count(one) > 1 for one, tell in zip(marks, telling, strict=True))
    assert telling.mean() > 0.98


@pytest.mark.parametrize(("persons", "items"), [(60, 12), (500, 20)])
def test_people_of_one_mind_are_not_taken_for_each_other(persons: int, items: int) -> None:
    """Loadings of 0.9 on one factor, far above any questionnaire; one in twenty ticks a column."""
    rng = np.random.default_rng(5)
    mind, rest = rng.normal(size=(persons, 1)), rng.normal(size=(persons, items))
    points = np.digitize(0.9 * mind + np.sqrt(1 - 0.81) * rest, (-1.8, -1, -0.3, 0.7))
    points[: persons // 20] = points[: persons // 20, :1]
    answers = (points + ord("1")).astype(np.uint8)
    marks = [one.tobytes() for one in answers]
    telling = persons * probability(answers, answers, all_rated(items)) < 0.01
    twice = [one for one, tell in zip(marks, telling, strict=True) if tell and marks.count(one) > 1]
    assert len(twice) < 5
    assert telling.mean() > 0.5
