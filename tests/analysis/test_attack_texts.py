"""An attacker of open answers: counts by valence, expectation and code, less what is quoted, tell
nothing of 1–4 persons who are not."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corus.analysis.disclosure.audit import Knowledge
from corus.analysis.disclosure.rule import Rule
from corus.analysis.profile.open_answers import code_counts, quotations
from corus.domain.open_answers import (
    UNCODED,
    VALENCES,
    Codebook,
    CodeDefinition,
    Only,
    OpenAnswer,
    Redaction,
)
from corus.domain.wave import Thresholds

PLACE = ("story", "employees")
RULES = {"employees": Rule(Thresholds())}
CODES = ("work", "peace", "noise", "money", "time")
BOOK = Codebook(
    item="story", version=1,
    codes=tuple(CodeDefinition(code=c, name=c, definition=c) for c in CODES),
)  # fmt: skip
ENDS = {"low": (0, 0.25), "middle": (0.25, 0.75), "high": (0.75, 1)}
EASY = settings(deadline=None, suppress_health_check=list(HealthCheck))


def wrote(number, valence="favourable", codes=("work",), *, quotable=True, expectation=None):
    return OpenAnswer(
        *PLACE, redaction=Redaction.PUBLISHABLE, quotable=quotable, text=f"Texte {number}",
        codes=None if codes is None else frozenset(codes), valence=valence,
        expectation=expectation,
    )  # fmt: skip


def cell_of(answers, only=None):
    return quotations(answers, [PLACE], RULES, only=only or Only())[0]


def test_the_one_who_is_not_quoted_is_not_described_by_what_the_others_said():
    """Smallest break found: of ten nine are quoted; counts by valence and code, less theirs, told
    what the tenth had written about. Five are now left out, who is among them is not told."""
    answers = [wrote(i) for i in range(9)]
    answers += [wrote(9, "unfavourable", ("noise",), quotable=False)]
    found = cell_of(answers)
    assert (len(found.quotations), sum(found.left_out.values())) == (5, 5)
    assert found.valences["unfavourable"] == found.left_out["unfavourable"] == 1


def test_where_everybody_or_half_may_be_quoted_nobody_is_held_back():
    assert len(cell_of([wrote(i) for i in range(10)]).quotations) == 10
    half = [wrote(i, quotable=i < 7) for i in range(12)]
    assert len(cell_of(half).quotations) == 7


def test_several_readings_of_the_same_words_do_not_bring_back_who_is_held_back():
    answers = [wrote(i, VALENCES[i % 3]) for i in range(11)] + [wrote(11, quotable=False)]
    every = [cell_of(answers), *(cell_of(answers, Only(valences=[v])) for v in VALENCES)]
    said = {q.text for cell in every for q in cell.quotations}
    assert len(said) == 7


persons = st.builds(
    wrote, st.integers(0, 10**6), st.sampled_from([*VALENCES, None]),
    st.one_of(st.none(), st.sets(st.sampled_from(CODES[:2]), max_size=2).map(tuple)),
    quotable=st.sampled_from([True, True, True, False]),
    expectation=st.sampled_from([None, "expected", "unexpected"]),
)  # fmt: skip


@given(st.lists(persons, max_size=20, unique_by=lambda a: a.text))
@settings(EASY, max_examples=150)
def test_those_not_quoted_are_nobody_or_five_and_more_and_so_are_those_coded(answers):
    found = cell_of(answers)
    if found.n is None:
        assert found.quotations == ()
        return
    quoted = {q.text for q in found.quotations}
    for everybody in (answers, [a for a in answers if a.codes is not None]):
        left = sum(a.text not in quoted for a in everybody)
        # Fewer than five who are coded are counted nowhere by code.
        assert left == 0 or left >= 5 or len(everybody) < 5


@pytest.mark.parametrize("counts", [(2, 2, 2, 2), (2, 2, 2, 0), (3, 3, 3, 0)])
def test_valences_of_a_few_are_not_told_where_bands_leave_one_number(counts):
    """Smallest break found: how many wrote is told, so four times « low » is two of eight each."""
    kinds = [v for v, n in zip((*VALENCES, None), counts, strict=True) for _ in range(n)]
    assert cell_of([wrote(i, v) for i, v in enumerate(kinds)]).bands == {}


def valences_that_follow(answers):
    found, known = cell_of(answers), Knowledge()
    if not found.bands:
        return []
    n, names = len(answers), (*VALENCES, UNCODED)  # ``TextCell.n`` tells how many wrote
    known.count(names, n)
    for name in names:
        low, high = ENDS[found.bands[name]]
        known.between({name: 1}, low * n, high * n)
    true = Counter(a.valence or UNCODED for a in answers)
    bounds = {name: known.bounds([name], persons="whole").whole for name in names}
    return [v for v, (low, high) in bounds.items() if 0 < true[v] < 5 and low == high]


@given(st.lists(persons, min_size=5, max_size=9))
@settings(EASY, max_examples=100)
def test_no_valence_of_5_to_9_texts_follows_from_its_band(answers):
    assert valences_that_follow(answers) == []


@given(st.lists(st.sets(st.sampled_from(CODES), max_size=3), min_size=5, max_size=9))
@settings(EASY, max_examples=60)
def test_no_number_by_code_of_5_to_9_texts_follows_from_its_band(codes):
    coded = [wrote(i, codes=tuple(own)) for i, own in enumerate(codes)]
    cells, known = code_counts(coded, BOOK, ["employees"], RULES), Knowledge()
    known.count(["n"], len(codes))
    for cell in cells:
        low, high = ENDS[cell.share.band]
        known.between({cell.option: 1}, low * len(codes), high * len(codes))
    for cell in cells:
        low, high = known.bounds([cell.option], persons="whole").whole
        assert low < high
