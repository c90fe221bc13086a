"""An attacker of groups that answer in several forms: standard, easy to read (merged or apart),
short. What 1–4 persons of a form, or who left an item out in it, answered follows from nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corus.analysis.profile import score_cells
from corus.domain.instrument import EasyWording, GroupWording
from tests.analysis.factories_analysis import (
    dimension,
    document,
    instrument,
    item,
    profile,
    stratum,
    tally,
    text,
)
from tests.analysis.form_attacker import FormAttacker

EASY = settings(deadline=None, suppress_health_check=list(HealthCheck))
CODES = ("a", "b")


def in_forms(scale, short):
    wording = {"users": GroupWording(easy=EasyWording(text=text("easy"), scale=scale))}
    return instrument(
        dimension("needs", *(item(c, wording=wording, express=c in short) for c in CODES))
    )


def attacked(scale, short, rows):
    """The attacker, having read the profile of these (form, marks)."""
    the = in_forms(scale, short)
    counted = tally(
        the,
        [
            (
                stratum("users", variant=form),
                document(the, {c: m for c, m in zip(CODES, marks, strict=True) if m != "-"}),
            )
            for form, marks in rows
        ],
    )
    points, scales = {"standard": 5, "easy": 3}, {"standard": "five", "easy": scale}
    if short:
        points["express"], scales["express"] = 5, "five"
    attacker = FormAttacker(CODES, points, short, scales)
    attacker.reads(profile(the, counted), "users")
    return attacker


def sets(attacker):
    """Those of a form; of a form who answered an item; of one, or of any, who left it out."""
    for form in attacker.points:
        yield (form,), attacker.chosen(lambda p, f=form: p[0] == f)
    for code in CODES:
        out = attacker.chosen(lambda p, c=code: attacker.answer(p, c) == "d")
        yield ("left out", code), out
        for form in attacker.points:
            own = attacker.chosen(lambda p, f=form, c=code: p[0] == f and attacker.valid(p, c))
            yield (form, "answered", code), own
            yield (form, "left out", code), [p for p in out if p[0] == form]


def told(scale, short, rows):
    attacker = attacked(scale, short, rows)
    return [
        name
        for name, own in sets(attacker)
        if 0 < sum(row in set(own) for row in rows) < 5 and attacker.follows(own, rows)
    ]


def test_the_attackers_facts_hold_for_what_was_really_answered():
    rows = [("standard", (i % 5, i % 3)) for i in range(20)] + [("easy", (i % 3, "d"))
            for i in range(11)] + [("express", (4, "-"))] * 3  # fmt: skip
    attacker = attacked("easy", ("a",), rows)
    for person in set(rows):
        low, high = attacker.known.bounds([person]).whole
        assert low <= rows.count(person) <= high


@pytest.mark.parametrize("few", [1, 4])
def test_beside_a_score_a_few_easy_answers_would_follow_which_is_why_there_is_none(
    few, monkeypatch
):
    rows = [("standard", (4, 4))] * 20 + [("easy", (0, 0))] * few
    assert told("easy", (), rows) == []
    monkeypatch.setattr(score_cells, "_isolates_the_rest", lambda *_: False)
    assert ("easy",) in told("easy", (), rows)


def forms_stay_open(data):
    short = data.draw(st.sampled_from([(), ("a",)]))
    few = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True))
    mark = st.one_of(*[st.sampled_from(few)] * 8, st.just("d"))
    low = mark.map(lambda m: m if m == "d" else min(m, 2))
    rows = data.draw(st.lists(st.tuples(st.just("standard"), st.tuples(mark, mark)), max_size=16))
    rows += data.draw(st.lists(st.tuples(st.just("easy"), st.tuples(low, low)), max_size=12))
    if short:
        one = st.tuples(st.just("express"), st.tuples(mark, st.just("-")))
        rows += data.draw(st.lists(one, max_size=12))
    assert told(data.draw(st.sampled_from(["easy", "apart"])), short, rows) == []


@given(data=st.data())
@settings(EASY, max_examples=40)
def test_no_form_tells_what_a_few_answered(data):
    forms_stay_open(data)


@pytest.mark.deep
@given(data=st.data())
@settings(EASY, max_examples=1500)
def test_no_form_of_many_groups_tells_what_a_few_answered(data):
    forms_stay_open(data)
