"""Linear programming against what is published: nothing about 1–4 persons is bounded too well."""

from __future__ import annotations

from itertools import accumulate, pairwise
from math import ceil, floor, inf

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from corus.analysis import unsafe_changes
from corus.analysis.disclosure.audit import Bounds, Knowledge, failing, rounded
from corus.domain.wave import Thresholds
from corus.errors import InputError
from tests.analysis.attacker import Attacker, classes, exact
from tests.analysis.factories_analysis import (
    dimension,
    dimension_cell,
    group_profile,
    instrument,
    item,
    profile,
    rated,
    small,
    stratum,
    tally,
)

NORMAL, STRICT = Thresholds(), Thresholds(shown=11, full=11)
CODES = ("a", "b")
SIZES = {3: "three", 4: "four", 5: "five", 7: "seven"}
EASY = settings(deadline=None, suppress_health_check=list(HealthCheck))


def test_what_nobody_bounds_is_open_and_what_adds_up_is_known():
    known = Knowledge()
    known.count("xyz", 12)
    known.count("xy", 9)
    assert known.bounds("x") == Bounds(0, 9)
    assert known.bounds("z").whole == (3, 3)
    assert known.bounds(["elsewhere"]) == Bounds(0, inf)


def test_a_share_with_one_decimal_bounds_its_count():
    """33.3 % of an unknown 10 to 14 persons: 4 of 12 fits, and nothing else does."""
    known = Knowledge()
    known.between({"yes": 1, "no": 1}, 10, 14)
    known.share(["yes"], ["yes", "no"], *rounded(0.333, 0.001))
    assert known.bounds(["yes"], persons="whole").whole == (4, 4)
    assert known.bounds(["yes"]).whole == (4, 4)
    assert known.bounds(["yes", "no"], persons="whole").whole == (12, 12)


def test_a_band_bounds_its_count_from_one_side():
    known = Knowledge()
    known.count(["yes", "no"], 8)
    known.share(["yes"], ["yes", "no"], 0.75, 1)
    assert known.bounds(["yes"]).whole == (6, 8)


def test_a_mean_bounds_a_weighted_sum():
    """Mean 4.5 of ten persons on 4 and 5: five on each."""
    known = Knowledge()
    points = {point: float(point) for point in range(1, 6)}
    known.count(points, 10)
    known.mean(points, 4.5, 4.5)
    known.count([1, 2, 3], 0)
    assert known.bounds([4]).whole == known.bounds([5]).whole == (5, 5)


def test_a_mean_of_all_and_of_the_shown_groups_tells_the_hidden_one():
    """(N·M − Σ n·m) / n of the hidden group: why an « all » row leaves hidden groups out."""
    known = Knowledge()
    score = {("shown", s): float(s) for s in (0, 50, 100)}
    hidden = {("hidden", s): float(s) for s in (0, 50, 100)}
    known.count(score, 20)
    known.count(hidden, 2)
    known.mean(score, 60, 60)
    known.mean(score | hidden, 1300 / 22, 1300 / 22)
    assert known.bounds(hidden).whole == (100, 100)


def test_whole_persons_may_tell_more_than_fractions_of_persons():
    known = Knowledge()
    known.between({"a": 2, "b": 2}, 3, 5)
    assert known.bounds(["a", "b"]) == Bounds(1.5, 2.5)
    assert known.bounds(["a", "b"], persons="whole") == Bounds(2, 2)


def test_figures_that_contradict_each_other_are_refused():
    known = Knowledge()
    known.count(["x"], 3)
    known.count(["x", "y"], 2)
    with pytest.raises(InputError) as refused:
        known.bounds(["y"])
    assert refused.value.code == "AUD-001"


@pytest.mark.parametrize(
    ("low", "high", "safe"), [(1, 9, True), (1, 4, False), (7, 7, False), (0, inf, True)]
)
def test_a_hidden_cell_is_protected_when_open_and_possibly_large_enough(low, high, safe):
    assert Bounds(low, high).protects(5) == safe
    assert not Bounds(low, high).protects(11) or high == inf


def test_cells_that_are_bounded_too_well_are_named_with_their_bounds():
    known = Knowledge()
    known.count("xy", 4)
    assert failing(known, "xy", dict.fromkeys("xy", 5)) == {"x": Bounds(0, 4), "y": Bounds(0, 4)}
    assert failing(known, "xy", dict.fromkeys("xy", 3)) == {}


def counted(the, rows):
    return tally(the, [(stratum("employees", mode=mode), rated(the, *m)) for mode, *m in rows])


def attackers(size, thresholds, *waves, squares):
    """Attackers with all of it and with the items only; None where a release is refused."""
    the, times = small(SIZES[size]), tuple(f"time {i}" for i in range(len(waves)))
    rows = list(accumulate(waves))
    tallies = [counted(the, some) for some in rows]
    if any(unsafe_changes(a, b, thresholds, the) for a, b in pairwise(tallies)):
        return None
    shown = [
        profile(the, one, thresholds=thresholds).model_copy(update={"release": i})
        for i, one in enumerate(tallies)
    ]
    found = []
    for scores in (True, False):
        attacker = Attacker(CODES, size, frozenset("b"), times, squares)
        for i, one in enumerate(shown):
            attacker.reads(one, times[: i + 1], scores=scores)
        found.append(attacker)
    for i, one in enumerate(shown):
        _mode_effects(found[0], one, rows[i], times[: i + 1])
    if all(c.show == "full" for one in shown for c in one.items if c.group == "employees"):
        for attacker in found:  # more than is published: how many answered how many items
            for time, came in zip(times, waves, strict=True):
                _tell_classes(attacker, time, came)
    return *found, [kind(row, t) for t, came in zip(times, waves, strict=True) for row in came]


def kind(row, time):
    mode, *marks = row
    return "employees", tuple(marks), "self" if mode == "self" else "other", time


def _mode_effects(attacker, shown, rows, times):
    for effect in shown.mode_effects:
        kinds = [kind(row, times[0]) for row in rows]
        scored = [k[2] for k in kinds if attacker.score(k) is not None]
        sides = {side: scored.count(side) for side in ("self", "other")}
        attacker.reads_mode_effect(effect, sides, times)


def _tell_classes(attacker, time, rows):
    truth = [kind(row, time) for row in rows]
    for name, own in classes(attacker, ["employees"]):
        if f" {time}:" in name:
            attacker.known.count(own, sum(k in set(own) for k in truth))


def alike(*waves):
    """Whether everybody who answered an item chose one point: to know one is to know all."""
    columns = list(zip(*(row for rows in waves for row in rows), strict=True))[1:]
    return all(len({a for a in column if not isinstance(a, str)}) < 2 for column in columns)


def singled_out(size, thresholds, *waves, squares=False):
    """Classes of 1 to shown − 1 persons whose answers follow because of the scores."""
    found = attackers(size, thresholds, *waves, squares=squares)
    if found is None or (len(waves) > 1 and alike(*waves)):
        return []
    everything, items_only, truth = found
    told = []
    for name, own in classes(everything, ["employees"]):
        persons = sum(k in set(own) for k in truth)
        # Where everybody chose one point the items tell it: scores are not to blame.
        if 0 < persons < thresholds.shown and exact(everything, own) and not exact(items_only, own):
            told.append((name, persons))
    return told


def test_the_attackers_facts_hold_for_what_was_really_answered():
    """A check of the attacker itself: the truth fits all the facts it believes."""
    rows = [("self", i % 5, (i * 3) % 5) for i in range(18)] + [
        ("paper", i % 4, "d") for i in range(12)
    ]
    everything, _, truth = attackers(5, NORMAL, rows, squares=True)
    for person in set(truth):
        low, high = everything.known.bounds([person]).whole
        assert low <= truth.count(person) <= high


@pytest.mark.parametrize("point", range(3))
def test_an_item_with_nine_answers_does_not_follow_from_the_score(point):
    """Smallest break found: ten who answered b alike, nine of them a; whole points told a."""
    rows = [("self", point, 2 - point)] * 9 + [("paper", "n", 2 - point)]
    assert singled_out(3, NORMAL, rows) == []
    cell = next(c for c in profile(small("three"), counted(small("three"), rows)).dimensions)
    assert (cell.show, cell.reason, cell.sd) == ("banded", "complementary", None)


def test_two_who_left_an_item_out_stay_unknown_where_few_points_were_chosen():
    """Twelve answers « 2 » and one « 4 »: one decimal told that the two had both said « 2 »."""
    rows = [("self", 2, 2)] * 10 + [("self", 4, 2), ("self", 2, "n"), ("self", 2, "s")]
    assert singled_out(5, NORMAL, rows) == []


FEW = [
    [("self", 3, 3)] * 22 + [("self", 2, 3)] * 3 + [("self", 2, "d")],
    [("self", 0, 0)] * 31 + [("self", 1, 1)] * 2 + [("self", 0, "s")],
    [("self", 4, 4)] * 38 + [("self", 3, 3), ("self", "s", 4)],
]


@pytest.mark.parametrize("rows", FEW)
def test_a_standard_deviation_does_not_tell_what_one_person_answered(rows):
    """Known breaks: of 26 persons with one « don't know », score 49, an sd and its interval told
    that one's other answer; of the others an sd rounded to 5 still did. What is told beside a
    rounded score follows from the items alone."""
    the = small("five")
    cell = dimension_cell(profile(the, counted(the, rows)))
    assert cell.reason == "whole points"
    assert (cell.sd, cell.low, cell.high) == spread_told(rows, cell, step=1.0)
    assert singled_out(5, NORMAL, rows, squares=True) == []


def spread_told(rows, cell, step):
    """sd and interval worked out again by a reader, from published figures only."""
    columns = list(zip(*rows, strict=True))[1:]
    own = [np.std([25 * a for a in c if not isinstance(a, str)], ddof=1) for c in columns]
    sd = ceil(float(np.mean(own)) / step) * step
    half = float(stdtrit(cell.n - 1, 0.975)) * sd / cell.n**0.5
    return (
        pytest.approx(sd),
        max(0, floor((cell.score - half) / step) * step),
        min(100, ceil((cell.score + half) / step) * step),
    )


def test_two_who_left_an_item_out_do_not_follow_from_the_exact_score_of_a_dozen():
    """Smallest break found: of two items ten left out b and two a; the score, exact since twelve
    left something out, told that those two had answered 2 and 4."""
    rows = [("self", 2, 2)] * 12 + [("self", 2, "d")] * 10 + [("self", "d", 2), ("self", "d", 4)]
    everything, items_only, truth = attackers(5, NORMAL, rows, squares=True)
    few = [k for k in everything.persons("employees") if everything.answered(k) == {"b"}]
    for attacker in (everything, items_only):  # 24 scored, 22 answered a: the two are published
        attacker.known.count(few, sum(k in set(few) for k in truth))
    assert not exact(everything, few)


def test_an_exact_score_of_three_items_is_rounded_where_one_person_answered_one_of_them():
    """Nine left out one item, one left out two: the exact score told what that one answered."""
    the = instrument(dimension("needs", item("a"), item("b"), item("c")))
    whole = [(1, 1, 1)] * 15
    gaps = [(1, "d", 1)] * 5 + [(1, 1, "d")] * 2 + [("d", 0, 1), ("d", 1, 1)]
    cell = dimension_cell(group_profile(the, [*whole, *gaps, ("d", "d", 1)]))
    assert cell.reason != ""
    assert not cell.unanimous


def test_of_two_who_left_items_out_neither_answer_follows_when_their_numbers_are_known():
    """Smallest break found: an attacker who also knows how many answered how many items (not
    published) found the one answer of the person who answered one item."""
    the = instrument(dimension("needs", *(item(code, "three") for code in "abc")))
    rows = [(0, 0, 0)] * 13 + [(0, 0, 1)] * 3 + [(0, 1, 0)] * 2
    rows += [(0, 1, 1), ("d", "d", 0), (0, 0, "d")]
    kinds = [("employees", row, "self", "first") for row in rows]
    told = []
    for scores in (True, False):
        attacker = Attacker(("a", "b", "c"), 3)
        attacker.reads(group_profile(the, rows), scores=scores)
        sets = dict(classes(attacker, ["employees"]))
        for own in sets.values():
            attacker.known.count(own, sum(k in set(own) for k in kinds))
        told.append(exact(attacker, sets["employees first: answered 1"]))
    assert told[1] or not told[0]


def test_alpha_does_not_tell_what_one_person_answered():
    """Known break: 82 persons, α = 0.91 and « don't know » once: the other answer was a 3."""
    pairs = {(3, 3): 73, (1, 1): 2, (0, 0): 2, (2, 2): 2, (3, 2): 1, (0, 3): 1}
    same = [row for pair, n in pairs.items() for row in [("self", *pair)] * n]
    the = small("five")
    [rounded_] = profile(the, counted(the, [*same, ("self", 3, "d")])).adding
    assert (rounded_.allows, rounded_.alpha, rounded_.omega) == ("not_tested", None, None)
    spread = [("self", i % 5, (4 - i % 5 + i % 2) % 5) for i in range(82)]
    [exact_] = profile(the, counted(the, spread)).adding
    assert exact_.alpha is not None


@pytest.mark.parametrize("answer", range(5))
def test_of_the_one_who_disagrees_on_an_item_the_spread_tells_no_other_answer(answer):
    """Smallest break found: nobody left anything out, eleven chose one point of a, one another;
    the standard deviation told the sum of products, so what that one answered to b."""
    rows = [("self", 4, i % 5) for i in range(11)] + [("self", 0, answer)]
    the = small("five")
    cell = dimension_cell(profile(the, counted(the, rows)))
    assert (cell.reason, cell.unanimous) == ("one decimal", False)
    everything, _, _ = attackers(5, NORMAL, rows, squares=True)
    odd = [k for k in everything.persons("employees") if everything.answer(k, "a") == 0]
    assert not exact(everything, odd)


def test_scores_all_alike_of_answers_that_are_not_tell_nobodys_answers():
    """Each person's two answers add up: « unanimous » would give b for everybody who is known on
    a."""
    the = instrument(dimension("needs", item("a"), item("b")))
    cell = dimension_cell(group_profile(the, [(i % 5, 4 - i % 5) for i in range(20)]))
    assert (cell.unanimous, cell.reason) == (False, "one decimal")
    assert cell.sd is not None
    assert cell.sd > 30


def test_an_exact_score_does_not_tell_the_answer_of_the_one_who_left_another_item_out():
    """Eleven left out a, one left out b, and all chose one point of b and c: the exact score told
    what that one had answered to a."""
    the = instrument(dimension("needs", *(item(code, "three") for code in "abc")))
    rows = [(i % 3, 0, 0) for i in range(15)] + [("d", 0, 0)] * 11 + [(2, "d", 0)]
    attacker = Attacker(("a", "b", "c"), 3)
    attacker.reads(group_profile(the, rows))
    few = [k for k in attacker.persons("employees") if attacker.answer(k, "b") == "d"]
    assert not exact(attacker, few)


def test_the_interval_of_a_mode_effect_tells_no_spread_beside_a_rounded_score():
    """Two ways of answering alike in everything published but how answers go together."""
    one = [(mode, a, a) for mode in ("self", "paper") for a in range(5) for _ in range(4)]
    other = [(mode, a, 4 - a) for mode in ("self", "paper") for a in range(5) for _ in range(4)]
    the, odd = small("five"), [("self", 2, "d")]
    told = [profile(the, counted(the, rows + odd)).mode_effects for rows in (one, other)]
    assert told[0] == told[1] != ()


def camps(attacker):
    """Sets that published counts name: who left an item out, who chose one of its points."""
    everybody = attacker.persons("employees")
    for code in attacker.codes:
        for mark in (None, *range(attacker.points)):
            if mark is None:
                yield [p for p in everybody if code not in attacker.answered(p)], code
            else:
                yield [p for p in everybody if attacker.answer(p, code) == mark], code


def elsewhere(attacker, own, code, rows):
    """What these persons answered to other items, if it follows: from the ends of what was chosen
    upwards and downwards, so that an item on which all agree counts for nothing."""
    chosen = {c: {r[i] for r in rows} - set("dcsn") for i, c in enumerate(attacker.codes)}
    for end in (min, max):
        ends = {c: end(points) for c, points in chosen.items() if points}
        sums = {
            p: sum(attacker.answer(p, c) - ends[c] for c in attacker.answered(p) - {code})
            for p in own
        }
        varied = {p: float(x) for p, x in sums.items() if x}
        low, high = attacker.known.bounds(varied).whole if varied else (0, 0)
        if low < high:
            return False
    return True


def named(the, size, rows, codes):
    """Camps of 1–4 persons of whom the score or its spread tells what they answered elsewhere."""
    found = group_profile(the, rows)
    cell = dimension_cell(found)
    attackers_ = [Attacker(codes, size) for _ in range(2)]
    for attacker, scores in zip(attackers_, (True, False), strict=True):
        attacker.reads(found, scores=scores)
        if cell.n is not None:  # how many have a score is told whatever the score is
            scored = [p for p in attacker.persons("employees") if attacker.score(p) is not None]
            attacker.known.count(scored, cell.n)
    kinds = [("employees", row, "self", "first") for row in rows]
    for own, code in camps(attackers_[0]):
        if 0 < sum(k in set(own) for k in kinds) < 5:
            everything, items_only = attackers_
            if elsewhere(everything, own, code, rows) and not elsewhere(
                items_only, own, code, rows
            ):
                yield code, len(own)


SHAPES = [(3, "ab"), (5, "ab"), (3, "abc")]


def camps_stay_unknown(data, shapes=SHAPES):
    size, codes = data.draw(st.sampled_from(shapes))
    the = instrument(dimension("needs", *(item(c, SIZES[size]) for c in codes)))
    few = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=size, unique=True))
    mark = st.one_of(*[st.sampled_from(few)] * 5, st.integers(0, size - 1))
    row = st.tuples(*[mark] * len(codes))
    gapped = st.tuples(*[st.one_of(mark, st.just("d"))] * len(codes))
    rows = data.draw(st.lists(row, min_size=10, max_size=24))
    rows += data.draw(st.lists(gapped, max_size=4))
    assert list(named(the, size, rows, tuple(codes))) == []


@given(data=st.data())
@settings(EASY, max_examples=20)
def test_of_a_few_who_chose_a_point_or_left_an_item_out_nothing_else_is_told(data):
    camps_stay_unknown(data)


@st.composite
def rows(draw, size, least, most):
    """Answers of a group: spread, or on few points only."""
    points = draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=size, unique=True))
    point = st.sampled_from(points)
    mark = st.one_of(point, point, point, point, st.sampled_from("dcsn"))
    usual = st.tuples(st.sampled_from(["self", "self", "paper"]), point, point)
    odd = st.tuples(st.sampled_from(["self", "paper"]), mark, mark)
    whole = draw(st.lists(usual, min_size=least, max_size=most))
    return whole + draw(st.lists(odd, max_size=4))


def one_wave(data, thresholds):
    size = data.draw(st.sampled_from([3, 4, 5]))
    wave = data.draw(rows(size, 0, 24))
    assert not wave or alike(wave) or singled_out(size, thresholds, wave) == []


def two_waves(data, thresholds):
    size = data.draw(st.sampled_from([3, 5]))
    first = data.draw(rows(size, thresholds.shown, 20))
    late = data.draw(rows(size, thresholds.shown, 14))
    assert singled_out(size, thresholds, first, late) == []


@pytest.mark.parametrize("thresholds", [NORMAL, STRICT], ids=["normal", "strict"])
@given(data=st.data())
@settings(EASY, max_examples=60)
def test_no_score_of_a_small_wave_tells_what_a_few_answered(thresholds, data):
    one_wave(data, thresholds)


@pytest.mark.parametrize("thresholds", [NORMAL, STRICT], ids=["normal", "strict"])
@given(data=st.data())
@settings(EASY, max_examples=30)
def test_two_releases_together_tell_no_more(thresholds, data):
    two_waves(data, thresholds)


def three_waves(data, thresholds):
    size = data.draw(st.sampled_from([3, 5]))
    waves = [data.draw(rows(size, thresholds.shown, 12)) for _ in range(3)]
    assert singled_out(size, thresholds, *waves, squares=True) == []


def one_wave_with_spread(data, thresholds):
    size = data.draw(st.sampled_from([3, 4, 5]))
    wave = data.draw(rows(size, 10, 24))
    assert alike(wave) or singled_out(size, thresholds, wave, squares=True) == []


@given(data=st.data())
@settings(EASY, max_examples=15)
def test_three_releases_together_tell_no_more(data):
    three_waves(data, NORMAL)


@given(data=st.data())
@settings(EASY, max_examples=30)
def test_no_standard_deviation_of_a_small_wave_tells_what_a_few_answered(data):
    one_wave_with_spread(data, NORMAL)


@pytest.mark.deep
@pytest.mark.parametrize("attack", [one_wave, one_wave_with_spread, two_waves, three_waves])
@pytest.mark.parametrize("thresholds", [NORMAL, STRICT], ids=["normal", "strict"])
@given(data=st.data())
@settings(EASY, max_examples=600)
def test_many_waves_tell_nothing_about_a_few(thresholds, attack, data):
    attack(data, thresholds)


@pytest.mark.deep
@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
@settings(EASY, max_examples=200)
def test_of_many_waves_no_camp_of_a_few_is_told(shape, data):
    camps_stay_unknown(data, [shape])
