"""An attacker of several groups at once: coverage, numbers by site, totals; and everything that
stands between groups, beside scores or on weights, worked out again from what is published."""

from __future__ import annotations

from itertools import product
from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corus.analysis.disclosure.audit import Knowledge
from corus.analysis.profile.honesty import cautions
from corus.analysis.profile.importance import beside_scores
from corus.analysis.profile.together import concordance, stand_together
from corus.domain.profile import Profile
from corus.errors import InputError
from corus.services.weighing.composing import of_release
from tests.analysis.attacker import told
from tests.analysis.factories_analysis import (
    dimension,
    document,
    instrument,
    item,
    options,
    profile,
    rated,
    stratum,
    tally,
)

GROUPS, SITES, MODES = ("employees", "users", "suppliers"), ("north", "south"), ("self", "paper")
CHANNELS = ("open", "personal")
EASY = settings(deadline=None, suppress_health_check=list(HealthCheck))
PLACES = list(product(GROUPS, (*SITES, ""), MODES, CHANNELS))
THE = instrument(
    dimension("needs", item("a"), item("b")), dimension("links", item("c"), item("d")),
    questions=(
        item("matters", None, type="multiple_choice", purpose="importance",
             options=options("needs", "links", "other")),
    ),
)  # fmt: skip


def persons_of(found):
    """All that is told of numbers of persons, over unknowns group × site × mode × channel."""
    known = Knowledge()
    for line in found.coverage:
        own = [p for p in PLACES if p[0] == line.group]
        if line.received is None:
            known.between(dict.fromkeys(own, 1.0), *told(line.received_text))
            continue
        known.count(own, line.received)
        for place, family in ((2, line.by_mode), (3, line.by_channel)):
            for name in {p[place] for p in own} if family else ():
                n = family.get(name, 0)
                low, high = (n, n) if isinstance(n, int) else (1, inf)
                part = [p for p in own if p[place] == name]
                known.between(dict.fromkeys(part, 1.0), low, high)
    shown = {line.group for line in found.coverage if line.received is not None}
    known.count([p for p in PLACES if p[0] in shown], found.shown_responses)
    for cell in found.by_site:
        if cell.n is not None:
            known.count(_at(cell, shown), cell.n)
    return known, shown


def _at(cell, shown):
    return [p for p in PLACES if p[1] == cell.site
            and (p[0] == cell.group or (not cell.group and p[0] in shown))]  # fmt: skip


def persons(numbers):
    rows = []
    for (group, site, mode, channel), n in zip(PLACES, numbers, strict=True):
        place = stratum(group, site=site, mode=mode, channel=channel)
        rows += [(place, rated(THE, 1, 2, 3, 4))] * n
    return profile(THE, tally(THE, rows), sites={s: {"en": s} for s in SITES})


def numbers_stay_open(data):
    number = st.sampled_from([0, 0, 0, 1, 2, 3, 5, 8, 14])
    found = persons(data.draw(st.lists(number, min_size=len(PLACES), max_size=len(PLACES))))
    known, shown = persons_of(Profile.model_validate_json(found.model_dump_json()))
    hidden = [_at(cell, shown) for cell in found.by_site if cell.n is None]
    for line in found.coverage:
        for place, family in ((2, line.by_mode), (3, line.by_channel)):
            for name, n in family.items():
                if not isinstance(n, int):
                    hidden.append([p for p in PLACES if (p[0], p[place]) == (line.group, name)])
    for own in hidden:
        bounds = known.bounds(own)
        low, high = bounds.whole
        # Numbers are also left out where closing may have forgotten a site: nobody is no few, nor
        # are five and more.
        assert high == 0 or low >= 5 or bounds.protects(5)
    for line in found.coverage:
        if line.received is None:
            low, high = known.bounds([p for p in PLACES if p[0] == line.group]).whole
            assert low < high


@given(data=st.data())
@settings(EASY, max_examples=25)
def test_no_hidden_number_of_persons_follows_from_coverage_sites_and_totals_together(data):
    numbers_stay_open(data)


@pytest.mark.deep
@given(data=st.data())
@settings(EASY, max_examples=600)
def test_no_hidden_number_of_many_waves_follows(data):
    numbers_stay_open(data)


def wave(sizes, answers):
    """Groups of so many persons, who answer as ``answers`` say, in turn."""
    rows = []
    for group, n in zip(GROUPS, sizes, strict=True):
        for i in range(n):
            *points, names = answers[i % len(answers)]
            given_ = dict(zip("abcd", points, strict=True)) | {"matters": tuple(names)}
            rows.append((stratum(group), document(THE, given_)))
    return profile(THE, tally(THE, rows))


MARK = st.one_of(*[st.integers(0, 4)] * 8, st.just("d"))
NAMES = st.lists(st.sampled_from(["needs", "links", "other"]), min_size=1, unique=True)


SIZES = st.lists(st.integers(0, 24), min_size=3, max_size=3)
SENT = st.lists(st.tuples(MARK, MARK, MARK, MARK, NAMES), min_size=1, max_size=24)


@given(SIZES, SENT)
@settings(EASY, max_examples=20)
def test_what_stands_beside_scores_or_on_weights_follows_from_published_cells(sizes, answers):
    follows_from_cells(sizes, answers)


@pytest.mark.deep
@given(SIZES, SENT)
@settings(EASY, max_examples=400)
def test_in_many_waves_what_stands_beside_scores_follows_from_published_cells(sizes, answers):
    follows_from_cells(sizes, answers)


def follows_from_cells(sizes, answers):
    """Importance beside scores, pooled lines, spread, ICC, W, cautions and composites, worked out
    again by a reader of the JSON alone: they tell an attacker nothing that its cells do not."""
    found = wave(sizes, answers)
    read = Profile.model_validate_json(found.model_dump_json())
    assert beside_scores(read.choices, read.dimensions, read.instrument) == found.importance
    assert stand_together(read.dimensions) == found.together
    assert concordance(read.dimensions) == found.concordance
    apart = {one.dimension for one in read.adding if one.allows == "items_only"}
    assert cautions(read, items_only=apart) == found.cautions
    assert composite(read) == composite(found)


def composite(found):
    try:
        return of_release(found, ("needs", "links"))
    except InputError as refused:
        return refused.code


@given(st.lists(st.integers(0, 4), min_size=10, max_size=24))
@settings(EASY, max_examples=30)
def test_a_hidden_group_is_in_no_line_of_all_groups(points):
    """The same figures of all groups whatever a group of four answered."""
    rows = [(stratum(g), rated(THE, p, 4 - p, p, p)) for g in GROUPS[:2] for p in points]
    few = [[(stratum("suppliers"), rated(THE, *[end] * 4))] * 4 for end in (0, 4)]
    found = [profile(THE, tally(THE, rows + own)) for own in few]
    assert found[0] == found[1]
