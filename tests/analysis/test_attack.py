"""An attacker with pencil and paper: nothing about 1–4 persons follows from a profile."""

from __future__ import annotations

from collections import Counter
from itertools import product
from math import floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corus.domain.profile import Profile
from tests.analysis.factories_analysis import (
    dimension,
    dimension_cell,
    document,
    group_profile,
    instrument,
    item,
    profile,
    rated,
    small,
    stratum,
    tally,
    with_easy,
)

POINT = st.integers(0, 4)
MARK = st.one_of(POINT, POINT, POINT, st.sampled_from("dcsn"))
ROW = st.tuples(
    st.sampled_from(["employees", "employees", "users", "suppliers"]),
    st.sampled_from(["self", "self", "paper", "assisted"]),
    st.sampled_from(["personal", "open"]),
    st.sampled_from(["complete", "complete", "partial"]),
    MARK,
    MARK,
    st.sampled_from([("x",), ("x", "z"), "s"]),
    st.sampled_from([0, 1, "s"]),
    st.sampled_from(["…", "s"]),
)
THE = small()
PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def random_profile(rows):
    codes = ("a", "b", "topics", "since", "story")
    return profile(
        THE,
        tally(
            THE,
            [
                (
                    stratum(g, mode=mode, channel=channel, completeness=done),
                    document(THE, dict(zip(codes, answers, strict=True))),
                )
                for g, mode, channel, done, *answers in rows
            ],
        ),
    )


def numbers(cell):
    """Every number a cell holds, shares included."""
    found = []
    for name, value in cell.model_dump(exclude={"scale", "item"}).items():
        values = value.values() if isinstance(value, dict) else [value]
        values = value if isinstance(value, tuple) else values
        found += [
            (name, v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)
        ]
    return found


def received(rows):
    return Counter(row[0] for row in rows)


@given(st.lists(ROW, max_size=45))
@PATIENT
def test_a_masked_or_worded_cell_holds_no_number_at_all(rows):
    found = random_profile(rows)
    for cell in (*found.items, *found.dimensions, *found.choices, *found.texts):
        if cell.show in ("masked", "majority", "not_asked"):
            assert numbers(cell) == []
            assert cell.show != "masked" or cell.reason
        assert not getattr(cell, "divided", False) or cell.show not in ("masked", "majority")


@given(st.lists(ROW, max_size=45))
@PATIENT
def test_numbers_stand_only_where_enough_persons_do(rows):
    found = random_profile(rows)
    persons = received(rows)
    for cell in (*found.items, *found.dimensions, *found.choices):
        if cell.show == "full":
            assert 10 <= cell.n <= persons[cell.group]
        if cell.show == "banded":
            assert cell.n is None
            assert persons[cell.group] >= 5
            assert {name for name, _ in numbers(cell)} <= {"score", *SIDES}
    for gap in found.gaps:
        assert min(gap.first_n, gap.second_n) >= 10


SIDES = ("favourable", "mixed", "unfavourable")


@given(st.lists(ROW, max_size=45))
@PATIENT
def test_a_hidden_group_follows_from_no_total(rows):
    found = random_profile(rows)
    persons = received(rows)
    shown = {c.group for c in found.coverage if c.received is not None}
    assert found.shown_responses == sum(persons[g] for g in shown)
    assert all(persons[g] >= 5 for g in shown)
    for line in found.coverage:
        if line.group not in shown:
            assert line.rate is None
            assert (line.complete, line.partial) == (None, None)
            assert line.by_mode == line.by_channel == {}


@given(st.lists(ROW, max_size=45))
@PATIENT
def test_coverage_breakdowns_leave_every_hidden_cell_open(rows):
    """Enumerates every table that fits what is published: hidden cells may be 5 or more."""
    for line in random_profile(rows).coverage:
        completeness = {"complete": line.complete, "partial": line.partial}
        assert (line.complete is None) == (line.partial is None)
        for family in (line.by_mode, line.by_channel, completeness):
            hidden = [n for n in family.values() if not isinstance(n, int)]
            if line.received is None or not hidden:
                continue
            left = line.received - sum(n for n in family.values() if isinstance(n, int))
            tables = [
                t for t in product(range(1, left + 1), repeat=len(hidden)) if sum(t) == left
            ] if family is not completeness else []  # fmt: skip
            for column in zip(*tables, strict=True):
                assert min(column) < max(column)
                assert max(column) >= 5


@given(st.lists(ROW, max_size=45), st.randoms(use_true_random=False))
@PATIENT
def test_the_order_of_responses_does_not_show_and_profiles_round_trip(rows, random):
    found = random_profile(rows)
    assert random_profile(random.sample(rows, len(rows))) == found
    assert Profile.model_validate_json(found.model_dump_json()) == found


@given(st.lists(st.integers(0, 4), min_size=5, max_size=9))
def test_the_divided_mark_of_a_banded_cell_follows_from_its_shares(points):
    found = group_profile(THE, [(p, p) for p in points])
    told = [c for c in found.items if c.group == "employees"]
    for cell in told:
        sides = [getattr(cell, side) for side in ("favourable", "unfavourable")]
        low = [s.band == "low" or (s.value is not None and s.value < 0.25) for s in sides]
        assert cell.divided == (not any(low))


@given(st.integers(0, 14), st.integers(0, 30), st.data())
@PATIENT
def test_easy_answers_never_follow_by_subtracting_the_standard_counts(easy, standard, data):
    the = with_easy()
    places = [stratum("users", variant="easy")] * easy + [stratum("users")] * standard
    rows = [
        (p, rated(the, data.draw(st.integers(0, 2)), 0 if p.variant == "easy" else 4))
        for p in places
    ]
    found = profile(the, tally(the, rows))
    for cell in found.items:
        if cell.merged and cell.counts:
            assert sum(cell.counts) >= 10
            assert cell.n - sum(cell.counts) >= 10


STEPS = {"": 0.0, "one decimal": 0.1, "whole points": 1.0, "complementary": 5.0}


def attackers_sums(rows, size, cell):
    """Per number of items answered: its persons, and every sum of answers that fits.

    The attacker knows the full distributions of the items (so their total), how many persons
    answered how many items, and the published score with its rounding; nothing else.
    """
    answered = [[a for a in row if a != "d"] for row in rows]
    asked = len(rows[0])
    total = sum(map(sum, answered))
    persons = Counter(len(a) for a in answered if a)
    scored = {m for m in persons if 2 * m >= asked}
    n, top = sum(persons[m] for m in scored), size - 1
    common = max(persons, key=lambda m: (persons[m], m))
    others = sorted(set(persons) - {common})
    fits, before = {m: set() for m in others}, {m: set() for m in others}
    for sums in product(*(range(persons[m] * m * top + 1) for m in others)):
        rest = total - sum(sums)
        if not 0 <= rest <= persons[common] * common * top:
            continue
        by_answered = dict(zip(others, sums, strict=True)) | {common: rest}
        for m in others:
            before[m].add(by_answered[m])
        score = sum(100 * by_answered[m] / m for m in scored) / (n * top)
        step = STEPS[cell.reason]
        told = floor(score / step + 0.5) * step if step else score
        if abs(told - cell.score) < 1e-7:
            for m in others:
                fits[m].add(by_answered[m])
    # What the items alone tell (everybody at the end of the scale) is not the score's doing.
    return persons, {m: fits[m] for m in others if len(before[m]) > 1}


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_score_tells_what_a_few_persons_who_left_items_out_answered(data):
    size = data.draw(st.sampled_from([3, 5]))
    items = data.draw(st.sampled_from([2, 3]))
    the = instrument(
        dimension("needs", *(item(f"i{i}", "three" if size == 3 else "five") for i in range(items)))
    )
    point = st.integers(0, size - 1)
    complete = data.draw(st.lists(st.tuples(*[point] * items), min_size=10, max_size=22))
    gap = st.tuples(*[st.one_of(point, st.just("d"))] * items)
    rows = complete + data.draw(st.lists(gap, max_size=4))
    cell = dimension_cell(group_profile(the, rows))
    if cell.score is None:
        return
    assert cell.show == "full" or cell.reason == "complementary"
    persons, fits = attackers_sums(rows, size, cell)
    for m, sums in fits.items():
        if 1 <= persons[m] <= 4:
            assert len(sums) >= 2, (m, persons, cell)


@pytest.mark.parametrize("n", [12, 30, 200])
def test_the_one_person_with_a_dont_know_stays_unknown_at_every_size(n):
    """The exact score would give that person's answer; the published one leaves several."""
    for answer in range(5):
        rows = [(i % 5, (i * 3) % 5) for i in range(n)] + [(answer, "d")]
        the = instrument(dimension("needs", item("a"), item("b")))
        cell = dimension_cell(group_profile(the, rows))
        if cell.score is None:
            assert cell.reason == "complementary"
            continue
        _, fits = attackers_sums(rows, 5, cell)
        assert len(fits[1]) >= 2
