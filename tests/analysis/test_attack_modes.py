"""An attacker of mode effects: of a few who chose a point or left an item out, nothing more is told
than items and scores tell."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analysis.attacker import Attacker
from tests.analysis.factories_analysis import (
    SIZES,
    dimension,
    instrument,
    item,
    profile,
    rated,
    stratum,
    tally,
)
from tests.analysis.test_audit import camps, elsewhere, kind

NAMES = {size: name for name, size in SIZES.items()}
EASY = settings(deadline=None, suppress_health_check=list(HealthCheck))


def effects(size, codes, rows):
    the = instrument(dimension("needs", *(item(code, NAMES[size]) for code in codes)))
    counted = tally(the, [(stratum(mode=mode), rated(the, *marks)) for mode, *marks in rows])
    return profile(the, counted)


def attacker_of(found, size, codes, rows, *, effect):
    """One who also knows how many of each side have a score: more than is told."""
    attacker = Attacker(tuple(codes), size)
    attacker.reads(found)
    kinds = [kind(row, "first") for row in rows]
    scored = [k[2] for k in kinds if attacker.score(k) is not None]
    sides = {side: scored.count(side) for side in ("self", "other")}
    if effect:
        attacker.reads_mode_effect(found.mode_effects[0], sides)
    for side, n in sides.items():
        own = [p for p in attacker.persons("employees") if p[2] == side]
        attacker.known.count([p for p in own if attacker.score(p) is not None], n)
    return attacker


def told(size, codes, rows):
    """Camps of 1–4 persons of whom the mode effect tells what they answered elsewhere."""
    found = effects(size, codes, rows)
    if not found.mode_effects:
        return []
    knows, without = (
        attacker_of(found, size, codes, rows, effect=effect) for effect in (True, False)
    )
    kinds, marks = [kind(row, "first") for row in rows], [(0, *row[1:]) for row in rows]
    few = [(own, code) for own, code in camps(knows) if 0 < sum(k in set(own) for k in kinds) < 5]
    answers = [row[1:] for row in marks]
    return [
        code
        for own, code in few
        if elsewhere(knows, own, code, answers) and not elsewhere(without, own, code, answers)
    ]


FAR = [
    (5, "ab", [("self", 4, 4)] * 4 + [("self", 3, 4)] * 8 + [("paper", 0, 0)] * 10),
    (
        3, "ab",
        [("self", 0, 1)] * 9 + [("self", 0, 0)] + [("paper", 1, 1)] * 3 + [("paper", 2, 1)] * 7,
    ),
    (3, "abc", [("self", 2, 2, 2)] * 10 + [("paper", 0, 0, 0)] * 10 + [("paper", "d", 0, 0)]),
]  # fmt: skip


@pytest.mark.parametrize(("size", "codes", "rows"), FAR)
def test_sides_as_far_apart_as_the_items_allow_have_no_mode_effect(size, codes, rows):
    """Smallest breaks found: an effect of 92 points, the most that fits, told everybody's side, so
    what those who chose a rare point answered to the other item."""
    assert effects(size, codes, rows).mode_effects == ()
    assert told(size, codes, rows) == []


def test_an_effect_that_leaves_room_is_told():
    rows = [("self", i % 5, (i + 2) % 5) for i in range(20)]
    rows += [("paper", i % 4, (i + 1) % 4) for i in range(20)]
    [effect] = effects(5, "ab", rows).mode_effects
    assert effect.gap == 13


def sides_stay_open(data):
    size, codes = data.draw(st.sampled_from([(3, "abc"), (3, "ab"), (5, "ab")]))
    rows = []
    for mode in ("self", "paper"):
        few = st.lists(st.integers(0, size - 1), min_size=1, max_size=3, unique=True)
        each = [data.draw(few) for _ in codes]
        marks = st.tuples(*(st.one_of(*[st.sampled_from(own)] * 9, st.integers(0, size - 1))
                            for own in each))  # fmt: skip
        rows += [(mode, *m) for m in data.draw(st.lists(marks, min_size=10, max_size=16))]
    odd = st.tuples(st.sampled_from(["self", "paper"]), st.just("d"),
                    *[st.integers(0, size - 1)] * (len(codes) - 1))  # fmt: skip
    rows += data.draw(st.lists(odd, max_size=2))
    assert told(size, codes, rows) == []


@given(data=st.data())
@settings(EASY, max_examples=15)
def test_no_mode_effect_tells_what_a_few_answered(data):
    sides_stay_open(data)


@pytest.mark.deep
@given(data=st.data())
@settings(EASY, max_examples=600)
def test_no_mode_effect_of_many_groups_tells_what_a_few_answered(data):
    sides_stay_open(data)
