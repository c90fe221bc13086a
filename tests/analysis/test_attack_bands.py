"""An attacker of groups of 5 to 9: bands and a score to the nearest 5 leave each number open."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corus.analysis.disclosure.audit import Knowledge
from corus.analysis.disclosure.bands import bands_tell, persons_in
from tests.analysis.attacker import Attacker
from tests.analysis.factories_analysis import (
    SIZES,
    dimension,
    dimension_cell,
    document,
    group_profile,
    instrument,
    item,
    item_cell,
    options,
    profile,
    stratum,
    tally,
)

NAMES = {size: name for name, size in SIZES.items()}
SIDES = ("unfavourable", "mixed", "favourable")
EASY = settings(deadline=None, suppress_health_check=list(HealthCheck))
ENDS = {"low": (0, 0.25), "middle": (0.25, 0.75), "high": (0.75, 1)}
OPTIONS = ("p", "q", "r", "t", "u")


def of_items(size, codes):
    return instrument(dimension("needs", *(item(code, NAMES[size]) for code in codes)))


def followed(size, codes, rows):
    """Hidden numbers of 1–4 persons that follow: (item, side, persons)."""
    found = group_profile(of_items(size, codes), rows)
    attacker = Attacker(tuple(codes), size)
    attacker.reads(found)
    told = []
    for code, side in product(codes, SIDES):
        cell = item_cell(found, code)
        if cell.show == "banded" or cell.reason == "complementary":
            own = [
                p
                for p in attacker.persons("employees")
                if code in attacker.answered(p) and attacker._side(p, code) == side
            ]
            true = sum(("employees", row, "self", "first") in set(own) for row in rows)
            low, high = attacker.known.bounds(own).whole
            assert low <= true <= high
            if 0 < true < 5 and low == high:
                told.append((code, side, true))
    return told


@pytest.mark.parametrize("parts", [(3, 1, 1), (1, 3, 1), (4, 1, 1), (5, 1, 1), (2, 2, 2)], ids=str)
def test_bands_that_leave_one_number_are_withheld(parts):
    """Smallest break found: of five persons « middle, low, low » is 3, 1 and 1."""
    points = [point for point, n in zip((0, 2, 4), parts, strict=True) for _ in range(n)]
    found = group_profile(of_items(5, "ab"), [(p, p) for p in points])
    cell = item_cell(found, "a")
    assert (cell.show, cell.reason, cell.favourable) == ("masked", "complementary", None)


def test_where_more_may_have_answered_the_same_bands_are_told():
    """Two of six each; eight others did not know: seven may have answered, and 3, 2, 2 fits."""
    rows = [(p, 0) for p in (0, 0, 2, 2, 4, 4)] + [("d", 0)] * 8
    assert item_cell(group_profile(of_items(5, "ab"), rows), "a").show == "banded"


def test_a_score_to_the_nearest_5_does_not_tell_what_bands_hide():
    """Smallest break found: of five persons on three points, « high, low, low » twice with a score
    of 80 told that on each item one person was at the other end."""
    rows = [(0, 0)] + [(2, 2)] * 4
    cell = dimension_cell(group_profile(of_items(3, "ab"), rows))
    assert (cell.show, cell.reason, cell.score) == ("masked", "complementary", None)
    assert followed(3, "ab", rows) == []


def test_five_who_all_agree_have_a_score():
    assert dimension_cell(group_profile(of_items(5, "ab"), [(4, 4)] * 5)).score == 100


def small_groups(data):
    size, codes = data.draw(st.sampled_from([(3, "ab"), (4, "ab"), (5, "ab"), (3, "abc")]))
    few = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=size, unique=True))
    mark = st.one_of(*[st.sampled_from(few)] * 5, st.integers(0, size - 1), st.just("d"))
    rows = data.draw(st.lists(st.tuples(*[mark] * len(codes)), min_size=5, max_size=13))
    assert followed(size, codes, rows) == []


@given(data=st.data())
@settings(EASY, max_examples=12)
def test_no_number_of_a_small_group_follows_from_bands_and_scores(data):
    small_groups(data)


@pytest.mark.deep
@given(data=st.data())
@settings(EASY, max_examples=500)
def test_no_number_of_many_small_groups_follows(data):
    small_groups(data)


def asked(kind, most=None):
    more = {} if most is None else {"max_choices": most}
    return instrument(questions=(item("why", None, type=kind, options=options(*OPTIONS), **more),))


def value(kind, chosen):
    return OPTIONS.index(chosen[0]) if kind == "single_choice" else tuple(chosen)


def told_of(kind, most, answers):
    the = asked(kind, most)
    rows = [(stratum(), document(the, {"why": value(kind, chosen)})) for chosen in answers]
    return profile(the, tally(the, rows)).choices


def options_that_follow(kind, most, answers):
    """Options of a banded question whose number of persons, 1–4, follows: (option, persons)."""
    cells = [c for c in told_of(kind, most, answers) if c.group == "employees"]
    given_ = [chosen[:1] if kind != "multiple_choice" else chosen for chosen in answers]
    if cells[0].show != "banded":
        return []
    known = Knowledge()
    each = 1 if kind != "multiple_choice" else most or len(OPTIONS)
    known.between({"n": 1}, 5, min(9, len(answers)))
    known.between({"n": -1} | {c.option: 1 for c in cells}, 0, (each - 1) * len(answers))
    known.between({"n": -each} | {c.option: 1 for c in cells}, -1e6, 0)
    for cell in cells:
        low, high = ENDS[cell.share.band]
        known.between({cell.option: 1, "n": -high}, -1e6, 0)
        known.between({cell.option: 1, "n": -low}, 0, 1e6)
    found = []
    for cell in cells:
        true = sum(cell.option in chosen for chosen in given_)
        low, high = known.bounds([cell.option], persons="whole").whole
        assert low <= true <= high
        if 0 < true < 5 and low == high:
            found.append((cell.option, true))
    return found


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "ranking"])
def test_five_persons_who_each_chose_another_option_are_not_told_so(kind):
    """Smallest break found: five options « low » of five persons are one person each."""
    cells = told_of(kind, 1 if kind == "multiple_choice" else None, [[o] for o in OPTIONS])
    assert {(c.show, c.reason) for c in cells if c.group == "employees"} == {
        ("masked", "complementary")
    }


def choices_stay_open(data):
    kind = data.draw(st.sampled_from(["single_choice", "multiple_choice", "ranking"]))
    most = data.draw(st.sampled_from([None, 1, 2, 3])) if kind == "multiple_choice" else None
    up_to = most or (1 if kind == "single_choice" else 3)
    some = st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=up_to, unique=True)
    answers = data.draw(st.lists(some, min_size=5, max_size=9))
    assert options_that_follow(kind, most, answers) == []


@given(data=st.data())
@settings(EASY, max_examples=40)
def test_no_option_of_a_small_group_follows_from_the_bands(data):
    choices_stay_open(data)


@pytest.mark.deep
@given(data=st.data())
@settings(EASY, max_examples=1500)
def test_no_option_of_many_small_groups_follows(data):
    choices_stay_open(data)


@given(st.lists(st.integers(0, 4), min_size=2, max_size=4), st.integers(0, 3))
@settings(EASY, max_examples=60)
def test_what_bands_tell_is_what_counting_every_way_tells(parts, late):
    """The rule against all tables of numbers with the same bands, one by one."""
    n = sum(parts)
    if not 5 <= n <= 9:
        return
    sizes = [*(m for m in range(5, min(9, n + late) + 1) if m != n), n]
    bands = [_band(x, n) for x in parts]
    fits = [
        t
        for t in product(range(10), repeat=len(parts))
        if sum(t) in sizes and [_band(x, sum(t)) for x in t] == bands
    ]
    alone = any(0 < x < 5 and len(set(c)) == 1 for x, c in zip(parts, zip(*fits, strict=True),
                                                             strict=True))  # fmt: skip
    assert bands_tell(parts, sizes, 5) == alone


def _band(x, n):
    return next(b for b in ENDS if persons_in(b, n)[0] <= x <= persons_in(b, n)[1])


def test_of_points_shared_out_and_of_numbers_nothing_is_published():
    the = instrument(
        questions=(
            item("shares", None, type="allocation", options=options("p", "q"), total=100),
            item("years", None, type="number", minimum=0, maximum=60),
        )
    )
    rows = [
        (stratum(), document(the, {"shares": {"p": 70, "q": 30}, "years": i})) for i in range(9)
    ]
    found = profile(the, tally(the, rows * 2))
    assert (found.items, found.choices, found.texts, found.importance) == ((), (), (), ())
