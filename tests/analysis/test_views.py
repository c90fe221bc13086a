"""The ledger of views: figures of several views, added and subtracted, single nobody out."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.disclosure.views import (
    Refusal,
    View,
    refuses,
    refuses_any,
    releases_as_views,
    undoes_bands,
)
from corus.domain.wave import Thresholds

T, STRICT = Thresholds(), Thresholds(shown=11, full=11)


def view(name, atoms=None):
    return View(name, frozenset(name if atoms is None else atoms))


def test_a_view_of_enough_persons_is_shown_alone():
    assert refuses(view("a"), [], {"a": 5}, T) is None
    assert refuses(view("a"), [], {"a": 5}, STRICT) == Refusal("a", ())


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_a_view_of_nobody_is_refused_with_the_words_of_a_view_of_four(n):
    assert refuses(view("a"), [view("ab")], {"a": n, "b": 40}, T) == Refusal("a", ())


@pytest.mark.parametrize(("left", "refused"), [(0, False), (1, True), (4, True), (5, False)])
def test_the_complement_in_a_view_already_shown_must_be_nobody_or_enough(left, refused):
    told = refuses(view("a"), [view("all", "ab")], {"a": 30, "b": left}, T)
    assert told == (Refusal("a", ("all",)) if refused else None)


def test_in_strict_mode_ten_persons_left_over_are_too_few():
    assert refuses(view("a"), [view("ab")], {"a": 30, "b": 10}, T) is None
    assert refuses(view("a"), [view("ab")], {"a": 30, "b": 10}, STRICT)
    assert refuses(view("a"), [view("ab")], {"a": 30, "b": 11}, STRICT) is None


def test_two_views_that_together_leave_a_few_of_a_third():
    counts = {"a": 20, "b": 20, "c": 3}
    told = refuses(view("b"), [view("abc"), view("a")], counts, T)
    assert told == Refusal("b", ("abc", "a"))


def test_only_the_view_at_fault_is_named():
    counts = {"a": 20, "b": 3, "x": 50, "y": 60}
    told = refuses(view("a"), [view("x"), view("ab"), view("xy")], counts, T)
    assert told.beside == ("ab",)


def test_overlapping_views_that_leave_no_few_stand_beside_each_other():
    """a+b and b+c: neither a, b nor c follows, for want of a third figure."""
    counts = {"a": 30, "b": 3, "c": 30}
    assert refuses(view("bc"), [view("ab")], counts, T) is None
    assert refuses(view("ac"), [view("ab"), view("bc")], counts, T).beside == ("ab", "bc")


def test_a_difference_of_six_is_a_few_when_it_is_three_less_three():
    """(a+x) − (b+x): the figure left is about a and b only, four persons."""
    counts = {"a": 2, "b": 2, "x": 40}
    assert refuses(view("bx"), [view("ax")], counts, T).beside == ("ax",)


def test_five_views_at_once_are_combined_with_any_coefficients():
    """3·a = (a+c+e) + 2·(a+b) − 2·(b+c) + (c+d) − (d+e): by algebra, not by trying signs."""
    counts = {"a": 3, "b": 20, "c": 20, "d": 20, "e": 20}
    earlier = [view("ab"), view("bc"), view("cd"), view("de")]
    assert refuses(view("ace"), earlier[1:], counts, T) is None
    assert refuses(view("ace"), earlier, counts, T).beside == ("ab", "bc", "cd", "de")


def test_an_earlier_view_too_small_to_be_shown_told_nothing():
    assert refuses(view("a"), [view("b")], {"a": 30, "b": 3}, T) is None


def test_two_answers_to_an_item_left_over_are_too_few_though_thirty_persons_are_not():
    persons, answers = {"a": 40, "b": 30}, {"a": 40, "b": 2}
    told = refuses_any(view("a"), [view("ab")], [("", persons), ("needs_1", answers)], T)
    assert told == Refusal("a", ("ab",), "needs_1")


def test_an_item_masked_in_the_view_is_no_reason_to_refuse_it():
    counted = [("", {"a": 40, "b": 30}), ("needs_1", {"a": 3, "b": 30})]
    assert refuses_any(view("a"), [view("ab")], counted, T) is None


@pytest.mark.parametrize(("left", "refused"), [(0, False), (5, True), (9, True), (10, False)])
def test_what_a_view_with_counts_leaves_is_nobody_or_enough_for_counts(left, refused):
    counts = {"a": 30, "b": left}
    told = undoes_bands(view("a"), [view("all", "ab")], counts, T.full)
    assert told == (Refusal("a", ("all",)) if refused else None)
    assert refuses_any(view("a"), [view("all", "ab")], [("", counts)], T) == told


def test_a_view_in_bands_is_neither_refused_nor_subtracted():
    """Of eight persons only bands are told; nothing exact of the ten others follows from them."""
    counts = {"a": 8, "b": 10, "c": 30}
    assert undoes_bands(view("a"), [view("abc")], counts, T.full) is None
    assert undoes_bands(view("c"), [view("abc"), view("a")], counts, T.full) is None
    assert undoes_bands(view("bc"), [view("abc"), view("a")], counts, T.full)


def test_what_earlier_views_tell_of_seven_is_not_the_doing_of_the_next():
    """Seven came between two releases: a view of others may still be shown, one of them not."""
    counts = {"a": 20, "b": 20, "late": 7, "also": 7}
    earlier = [view("1", ["a", "b", "also"]), view("2", counts)]
    assert undoes_bands(view("a"), earlier, counts, T.full) is None
    assert undoes_bands(view("x", ["a", "b", "late"]), earlier, counts, T.full)


def test_a_new_release_differs_from_views_by_five_persons():
    counts = [("", {"a": 30, "b": 6})]
    assert refuses_any(view("ab"), [view("a")], counts, T, release=True) is None
    assert refuses_any(view("ab"), [view("a")], counts, T)


def test_releases_are_views_of_those_who_stayed_and_those_who_came():
    views, persons = releases_as_views([("1", {"x": 20, "y": 9}), ("2", {"x": 23, "y": 9})])
    assert [v.name for v in views] == ["1", "2"]
    assert persons == {("x", 0): 20, ("x", 20): 3, ("y", 0): 9}
    assert refuses(views[1], views[:1], persons, T).beside == ("1",)
    views, persons = releases_as_views([("1", {"x": 20}), ("2", {"x": 25})])
    assert refuses(views[1], views[:1], persons, T) is None


def test_a_refusal_tells_no_count():
    told = refuses(view("a"), [view("ab")], {"a": 30, "b": 3}, T)
    assert not any(character.isdigit() for character in repr(told))


def test_waves_share_no_persons_and_never_stand_in_each_others_way():
    """Atoms are named with their wave; three of one wave are no difference with another."""
    counts = {("2025", "a"): 20, ("2026", "a"): 23}
    earlier = [View("2025", frozenset({("2025", "a")}))]
    assert refuses(View("2026", frozenset({("2026", "a")})), earlier, counts, T) is None


ATOMS = "abcde"
SETS = st.lists(st.sets(st.sampled_from(ATOMS), min_size=1), min_size=1, max_size=5)
PERSONS = st.fixed_dictionaries({a: st.sampled_from([0, 1, 2, 3, 6, 20]) for a in ATOMS})


def by_least_squares(views, counts, threshold):
    """The attacker in floating point: every small set of persons, is any figure about it left?"""
    atoms = [a for a in ATOMS if counts[a]]
    shown = [v for v in views if sum(counts[a] for a in v.atoms) >= threshold]
    rows = np.array([[float(a in v.atoms) for a in atoms] for v in shown])
    if not len(rows):
        return False
    for size in range(1, len(atoms) + 1):
        for few in combinations(range(len(atoms)), size):
            if sum(counts[atoms[i]] for i in few) < threshold:
                rest = np.delete(rows, few, axis=1)
                fewer = np.linalg.matrix_rank(rest) if rest.size else 0
                if fewer < np.linalg.matrix_rank(rows):
                    return True
    return False


@given(SETS, PERSONS, st.sampled_from([T, STRICT]))
@settings(max_examples=150, deadline=None)
def test_views_are_accepted_exactly_when_no_combination_is_about_a_few(sets, counts, thresholds):
    shown = []
    for place, atoms in enumerate(sets):
        asked = View(str(place), frozenset(atoms))
        told = refuses(asked, shown, counts, thresholds)
        if sum(counts[a] for a in atoms) < thresholds.shown:
            assert told == Refusal(asked.name, ())
            continue
        assert (told is not None) == by_least_squares([*shown, asked], counts, thresholds.shown)
        if told is None:
            shown.append(asked)


MORE = st.fixed_dictionaries({a: st.sampled_from([0, 3, 6, 9, 20]) for a in ATOMS})


@given(SETS, MORE)
@settings(max_examples=100, deadline=None)
def test_views_with_counts_are_accepted_exactly_when_nothing_is_about_five_to_nine(sets, counts):
    shown = []
    for place, atoms in enumerate(sets):
        asked = View(str(place), frozenset(atoms))
        if sum(counts[a] for a in atoms) < T.full:
            assert undoes_bands(asked, shown, counts, T.full) is None
            continue
        told = undoes_bands(asked, shown, counts, T.full)
        assert (told is not None) == by_least_squares([*shown, asked], counts, T.full)
        if told is None:
            shown.append(asked)


@given(SETS, PERSONS)
@settings(max_examples=60, deadline=None)
def test_no_signed_combination_of_accepted_views_is_a_few_persons(sets, counts):
    shown = []
    for place, atoms in enumerate(sets):
        asked = View(str(place), frozenset(atoms))
        if refuses(asked, shown, counts, T) is None:
            shown.append(asked)
    for signs in product((-1, 0, 1), repeat=len(shown)):
        left = {
            a: sum(s * (a in v.atoms) for s, v in zip(signs, shown, strict=True)) for a in ATOMS
        }
        assert not 0 < sum(counts[a] for a, weight in left.items() if weight) < 5
