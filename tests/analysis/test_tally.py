"""Counting: exact, additive, indifferent to order, refusing what does not fit."""

from __future__ import annotations

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis import Batch, Tally, count, merge
from corus.analysis.layout import DONT_KNOW, GIVEN, SKIPPED
from corus.domain.answer import decode
from corus.errors import InputError
from tests.analysis.factories_analysis import (
    dimension,
    document,
    instrument,
    item,
    options,
    rated,
    small,
    stratum,
    tally,
    with_easy,
)

THE = small()
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["employees", "users"]),
        st.sampled_from(["self", "paper"]),
        st.sampled_from([0, 1, 2, 3, 4, "d", "c", "s", "n"]),
        st.sampled_from([0, 1, 2, 3, 4, "d", "c", "s", "n"]),
        st.sampled_from([("x",), ("x", "z"), "s", ("y",)]),
    ),
    max_size=30,
)


def responses(rows):
    return [
        (stratum(group, mode=mode), document(THE, {"a": a, "b": b, "topics": topics}))
        for group, mode, a, b, topics in rows
    ]


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_responses_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))
    assert tally(THE, responses(rows)) == tally(THE, responses(shuffled))


@given(ROWS, ROWS, ROWS)
@settings(max_examples=40)
def test_merging_partial_tallies_is_counting_at_once(first, second, third):
    a, b, c = (tally(THE, responses(rows)) for rows in (first, second, third))
    whole = tally(THE, responses([*first, *second, *third]))
    assert merge(merge(a, b), c) == whole
    assert merge(a, merge(b, c)) == whole
    assert merge(b, a) == merge(a, b)
    assert merge(a, Tally.empty(THE)) == a


@given(ROWS)
def test_a_tally_survives_its_stored_form(rows):
    counted = tally(THE, responses(rows))
    assert Tally.from_bytes(counted.to_bytes()) == counted


@given(ROWS)
def test_counts_agree_with_the_answers_read_one_by_one(rows):
    pairs = responses(rows)
    counted = tally(THE, pairs).of_group("users")
    answers = [decode(doc, THE) for place, doc in pairs if place.group == "users"]
    for point in range(5):
        assert counted.marks[0, 0, point] == sum(a["a"].value == point for a in answers)
    assert counted.marks[0, 0, DONT_KNOW] == sum(a["a"].state == "dont_know" for a in answers)
    chosen = [a["topics"].value or () for a in answers]
    assert counted.options[0].tolist() == [sum(o in c for c in chosen) for o in "xyz"]
    assert counted.marks[0, 2, GIVEN] == sum(bool(c) for c in chosen)


def test_a_person_is_scored_from_half_of_the_items_shown_and_reversal_turns_round():
    the = instrument(dimension("needs", *(item(c) for c in "abc"), item("e", direction="reversed")))
    counted = tally(
        the,
        [
            (stratum(), rated(the, 4, 4, 4, 0)),  # 4 items, 16: the reversed 0 counts as 4
            (stratum(), rated(the, 3, 1, "d", "s")),  # half of four: scored
            (stratum(), rated(the, 2, "d", "c", "s")),  # a quarter: not scored
            (stratum(), rated(the, 2, "d", "n", "n")),  # half of the two shown: scored
            (stratum(), rated(the, "s", "s", "s", "s")),
        ],
    )
    scores = counted.scores[0, 0]
    assert {(m, s): scores[m, s] for m, s in np.argwhere(scores)} == {
        (4, 16): 1, (2, 4): 1, (1, 2): 1
    }  # fmt: skip
    assert counted.unscored[0, 0].tolist() == [1, 1, 0, 0, 0]


def test_easy_answers_on_another_scale_never_enter_a_score():
    the = with_easy()
    easy, standard = stratum("users", variant="easy"), stratum("users")
    counted = tally(the, [(easy, rated(the, 2, 2)), (standard, rated(the, 4, 4))])
    assert counted.of_group("users").scores.sum() == 1
    assert counted.of_group("users", "easy").unscored.sum() == 0


def test_ranking_counts_the_option_placed_first():
    the = instrument(questions=(item("order", None, type="ranking", options=options("x", "y")),))
    counted = tally(the, [(stratum(), document(the, {"order": ("y", "x")}))] * 3)
    assert counted.options.tolist() == [[0, 3]]


def test_documents_written_otherwise_are_parsed_and_text_or_bytes_count_alike():
    canonical = rated(THE, 1, 2, "s", "s", "s")
    spaced = orjson.dumps(orjson.loads(canonical), option=orjson.OPT_INDENT_2)
    for documents in ([canonical], [spaced], [canonical.decode()], [canonical, spaced.decode()]):
        counted = count(Batch([stratum()], np.zeros(len(documents), int), documents), THE)
        assert counted.marks[0, 0, 1] == len(documents)
        assert counted.marks[0, 2, SKIPPED] == len(documents)


@pytest.mark.parametrize(
    "broken", ['{"marks":"01"}', '{"marks":"0z---"}', '{"marks":"0é---"}', '{"marks":"0€---"}']
)
def test_a_document_of_another_instrument_is_refused_with_its_code(broken):
    with pytest.raises(InputError) as caught:
        count(Batch([stratum()], np.zeros(1, int), [broken]), THE)
    assert caught.value.code == "TAL-001"


def test_tallies_of_two_instruments_cannot_be_added():
    with pytest.raises(InputError, match="TAL-003"):
        merge(Tally.empty(THE), Tally.empty(with_easy()))


def test_stored_counts_of_another_format_are_refused():
    with pytest.raises(InputError, match="TAL-002"):
        Tally.from_bytes(b'{"format":"other"}')


def test_many_responses_span_several_chunks():
    documents = [rated(THE, i % 5, "s", "s", "s", "s") for i in range(5)] * 8_000
    batch = Batch([stratum(), stratum("users")], np.arange(40_000) % 2, documents)
    counted = count(batch, THE)
    assert counted.responses.tolist() == [20_000, 20_000]
    assert counted.marks[:, 0, :5].sum(axis=0).tolist() == [8_000] * 5
