"""An attacker with pencil and paper: nothing about 1–4 persons follows from a profile."""

from __future__ import annotations

from collections import Counter
from itertools import product
from math import floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corus.analysis import unsafe_changes
from corus.analysis.measures.agreement import average_deviation, consensus
from corus.analysis.measures.stats import agreement
from corus.analysis.profile.gaps import find_gaps
from corus.analysis.profile.gaps import test_pairs as pairs_tested
from corus.analysis.profile.together import concordance, stand_together
from corus.domain.profile import Profile
from corus.domain.wave import Thresholds
from tests.analysis.factories_analysis import (
    dimension,
    dimension_cell,
    document,
    group_profile,
    instrument,
    item,
    item_cell,
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


@given(st.lists(ROW, max_size=60))
@PATIENT
def test_what_stands_between_groups_follows_from_what_is_published_of_each(rows):
    """Gaps, effects, p values, spread, ICC, W and pooled lines, worked out again by a reader of
    the published cells alone: they tell an attacker nothing that those do not."""
    found = Profile.model_validate_json(random_profile(rows).model_dump_json())
    tests = pairs_tested(found.items, found.dimensions)
    turned = frozenset(i.code for i in THE.items if i.direction == "reversed")
    assert found.gaps == find_gaps(found.items, found.dimensions, tests, turned)
    assert found.together == stand_together(found.dimensions)
    assert found.concordance == concordance(found.dimensions)
    for cell in found.items:
        told = [cell.consensus, cell.agreement, cell.deviation]
        measures = (consensus, agreement, average_deviation)
        again = [f(cell.counts) if cell.counts else None for f in measures]
        assert told == pytest.approx(again)


@given(st.lists(st.integers(0, 4), min_size=5, max_size=9))
def test_the_divided_mark_of_a_banded_cell_follows_from_its_shares(points):
    found = group_profile(THE, [(p, p) for p in points])
    told = [c for c in found.items if c.group == "employees"]
    for cell in told:
        if cell.show == "masked":
            assert not cell.divided
            continue
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


@given(st.integers(0, 14), st.integers(0, 30), st.sampled_from([2, 4]), st.data())
@PATIENT
def test_easy_answers_never_follow_by_subtracting_what_the_score_tells(easy, standard, low, data):
    """Merged shares × n, less what the score tells of the standard answers, leaves the easy ones:
    beside any number in the dimension there are none of them in an item, or ten and more.
    """
    the = with_easy()
    skip = st.one_of(st.integers(0, 2), st.just("d"))
    rows = [(stratum("users"), rated(the, data.draw(st.integers(low, 4)), 4))] * standard
    rows += [
        (stratum("users", variant="easy"), rated(the, data.draw(skip), data.draw(skip)))
        for _ in range(easy)
    ]
    found = profile(the, tally(the, rows))
    cell = dimension_cell(found, "users")
    if not numbers(cell):
        return
    assert standard >= 5
    for code in "ab":
        merged = item_cell(found, code, "users")
        if cell.n is not None and merged.n is not None:
            assert merged.n == cell.n or merged.n - cell.n >= 10
    answered = tally(the, rows).of_group("users", "easy").marks[0, :, :9].sum(axis=1)
    assert all(n == 0 or n >= 10 for n in answered)


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


def isolated(before, after):
    """Places where a published number of persons moved by 1–4 between two profiles."""
    found = []
    for old, new in zip(before.items, after.items, strict=True):
        for name in ("n", "dont_know", "not_concerned", "skipped"):
            pair = getattr(old, name), getattr(new, name)
            if None not in pair and 0 < abs(pair[1] - pair[0]) < 5:
                found.append((old.item, name, *pair))
    for old, new in zip(before.dimensions, after.dimensions, strict=True):
        if old.n is not None and new.n is not None and 0 < abs(new.n - old.n) < 5:
            found.append((old.dimension, "n", old.n, new.n))
    return found


def left_over(found):
    """What an exact score tells of those who answered one item of two: the sum of their answers."""
    cell = dimension_cell(found)
    if cell.show != "full" or cell.reason:
        return None
    items = [c for c in found.items if c.group == "employees"]
    answers = sum(i * n for c in items for i, n in enumerate(c.counts))
    return round(2 * cell.score * cell.n / 25 - answers)


def answered_one(rows):
    """Rows with one answer of two, counted by what they hold."""
    return Counter(row for row in rows if sum(a not in ("d", "s") for a in row) == 1)


GAPPED = st.one_of(POINT, POINT, POINT, st.sampled_from("ds"))
FULL_ROWS = st.lists(st.tuples(POINT, POINT), min_size=10, max_size=24)


@given(
    FULL_ROWS,
    st.lists(st.tuples(POINT, st.sampled_from("ds")), max_size=14),
    st.one_of(st.just([]), FULL_ROWS),
    st.lists(st.tuples(GAPPED, st.sampled_from("ds")), max_size=8),
    st.integers(0, 6),
)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_two_accepted_releases_never_isolate_one_to_four_persons(whole, gaps, late, odd, gone):
    the = instrument(dimension("needs", item("a"), item("b")))
    before = whole + gaps
    after = before[gone:] + late + odd
    old, new = (
        tally(the, [(stratum(), rated(the, *row)) for row in rows]) for rows in (before, after)
    )
    if unsafe_changes(old, new, Thresholds(), the):
        return
    profiles = profile(the, old), profile(the, new)
    assert isolated(*profiles) == []
    told = [left_over(found) for found in profiles]
    if None not in told and told[0] != told[1]:
        one, other = (answered_one(rows) for rows in (before, after))
        assert max((one - other).total(), (other - one).total()) >= 5


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_two_rounded_scores_leave_the_same_few_persons_unknown(data):
    """Each rounding bounds the sum over them; both together must still leave several sums."""
    the = instrument(dimension("needs", item("a"), item("b")))
    pair = st.tuples(POINT, POINT)
    before = data.draw(st.lists(pair, min_size=10, max_size=24))
    before += data.draw(st.lists(st.tuples(POINT, st.just("d")), min_size=1, max_size=2))
    after = before + data.draw(st.lists(pair, min_size=5, max_size=24))
    if (left := both_leave(the, before, after)) is not None:
        assert len(left) >= 2


def both_leave(the, before, after):
    """Sums over those who left an item out that fit two accepted releases; None if nothing."""
    old, new = (
        tally(the, [(stratum(), rated(the, *row)) for row in rows]) for rows in (before, after)
    )
    cells = [dimension_cell(profile(the, counted)) for counted in (old, new)]
    if unsafe_changes(old, new, Thresholds(), the) or None in [c.score for c in cells]:
        return None
    found = [
        attackers_sums(rows, 5, cell)[1].get(1)
        for rows, cell in zip((before, after), cells, strict=True)
    ]
    return None if None in found else found[0] & found[1]
