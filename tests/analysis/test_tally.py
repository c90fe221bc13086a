"""Counting: exact, additive, indifferent to order, refusing what does not fit."""

from __future__ import annotations

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis import Batch, Tally, count, merge, unsafe_changes
from corus.analysis.counting.decoding import Lines
from corus.analysis.counting.documents import count_codes
from corus.analysis.counting.layout import (
    DONT_KNOW,
    GIVEN,
    SKIPPED,
    SYMBOLS,
    scored_dimensions,
)
from corus.analysis.counting.patterns import Ways
from corus.analysis.counting.products import places
from corus.analysis.counting.tally import differing
from corus.analysis.measures.reliability import Block
from corus.domain.answer import decode
from corus.domain.instrument import EasyWording, GroupWording
from corus.domain.wave import Thresholds
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
from tests.surveys.built_in import built_in

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


@given(ROWS)
def test_documents_in_one_run_of_lines_count_as_those_held_one_by_one(rows):
    answers = responses(rows)
    places = sorted({place for place, _ in answers})
    where = np.array([places.index(place) for place, _ in answers], np.int64)
    documents = [one for _, one in answers]
    lines = Lines.of(b"\n".join(documents)) if documents else []
    assert list(lines) == documents
    assert list(lines[3:7]) == documents[3:7]
    assert count(Batch(places, where, lines), THE) == count(Batch(places, where, documents), THE)


@pytest.mark.parametrize("text", ['{"marks":"01"}\n{"marks":"0"}', '{"marks":"0z---"}'])
def test_a_line_of_another_instrument_is_refused_with_its_code(text):
    lines = Lines.of(text.encode())
    with pytest.raises(InputError, match="TAL-001"):
        count(Batch([stratum()], np.zeros(len(lines), int), lines), THE)


@pytest.mark.parametrize(("persons", "n_strata"), [(1, 1), (1_765, 1), (6_000, 3), (20_000, 3)])
def test_marks_counted_two_items_at_a_time_are_those_of_each_item(persons, n_strata):
    draw = np.random.default_rng(11)
    symbols = [0, 1, 2, 3, 4, DONT_KNOW, SKIPPED]
    codes = draw.choice(np.array(symbols, np.uint8), size=(5, persons))
    where = np.sort(draw.integers(0, n_strata, persons))
    strata = sorted(stratum(g) for g in ("employees", "users", "volunteers")[:n_strata])
    counted = count_codes(codes, strata, where, with_easy_and_more())
    for place in range(n_strata):
        for item_marks, table in zip(codes[:, where == place], counted.marks[place], strict=True):
            expected = np.bincount(item_marks, minlength=len(SYMBOLS))
            assert table.tolist() == expected.tolist()


BATTERY = instrument(
    dimension("needs", *(item(c) for c in "abc"), item("e", direction="reversed")),
    dimension("bonds", item("f", "seven"), item("g", "seven", direction="reversed")),
)
MARK = st.sampled_from([0, 1, 2, 3, 4, "d", "c", "s", "n"])
PEOPLE = st.lists(
    st.tuples(st.sampled_from(["employees", "users", "suppliers"]), *[MARK] * 6), max_size=40
)


def battery(rows) -> Tally:
    return tally(BATTERY, [(stratum(group), rated(BATTERY, *marks)) for group, *marks in rows])


def values(rows, group, places, points, reversed_):
    """[persons, items]: point indexes turned favourable, nan without an answer."""
    own = [[r[1 + p] for p in places] for r in rows if r[0] == group]
    table = np.array([[x if isinstance(x, int) else np.nan for x in r] for r in own], float)
    table = table.reshape(len(own), len(places))
    table[:, reversed_] = points - 1 - table[:, reversed_]
    return table


@given(PEOPLE)
@settings(max_examples=60)
def test_sums_of_products_are_those_of_the_answers_read_one_by_one(rows):
    counted = battery(rows)
    needs, bonds = scored_dimensions(BATTERY)
    for group in ("employees", "users", "suppliers"):
        first = counted.block(BATTERY, group, needs)
        assert first == Block.of(values(rows, group, [0, 1, 2, 3], 5, [3]))
        second = counted.block(BATTERY, group, bonds)
        assert second == Block.of(values(rows, group, [4, 5], 7, [1]))


@given(st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_persons_counted_by_way_of_answering_or_one_by_one_give_equal_tables(seed):
    rng = np.random.default_rng(seed)
    codes = rng.choice(np.array([0, 1, 2, 3, 4, 37, 38, 39, 40], np.uint8), size=(5, 3_000))
    the = with_easy_and_more()
    strata = sorted(stratum(g, variant=v) for g, v in FORMS_OF)
    where = rng.integers(0, 3, codes.shape[1])
    assert Ways.worth(places(the), codes.shape[1], 3) is not None
    at_once = count_codes(codes, strata, where, the)
    in_parts = Tally.empty(the)
    for start in range(0, codes.shape[1], 200):
        part = slice(start, start + 200)
        assert Ways.worth(places(the), 200, 3) is None
        in_parts = merge(in_parts, count_codes(codes[:, part], strata, where[part], the))
    assert at_once == in_parts


FORMS_OF = (("employees", "standard"), ("users", "standard"), ("users", "easy"))


def with_easy_and_more():
    """Four scored items, of which users are asked two, also in another form; one more item."""
    wording = {"users": GroupWording(easy=EasyWording(text={"en": "easy"}, scale="five"))}
    return instrument(
        dimension(
            "needs", item("a", wording=wording), item("b", direction="reversed", wording=wording),
            item("c", asked_to=("employees",)), item("h", asked_to=("employees",)),
        ),
        questions=(item("other", None, type="text"),),
    )  # fmt: skip


def test_a_group_asked_fewer_items_is_complete_over_those():
    the = with_easy_and_more()
    rows = [(4, 0), (3, 1), (2, "d")]
    counted = tally(the, [(stratum("users"), rated(the, *row)) for row in rows])
    block = counted.block(the, "users", scored_dimensions(the)[0])
    assert block is not None
    assert (block.items, block.complete_n) == (2, 2)
    assert block.complete_sums.tolist() == [7, 7]
    assert block.n.tolist() == [[3, 2], [2, 2]]


def test_the_short_form_and_other_scales_are_in_no_sum_of_products():
    the = with_easy()
    counted = tally(the, [(stratum("users", variant="easy"), rated(the, 2, 2))] * 3)
    block = counted.block(the, "users", scored_dimensions(the)[0])
    assert block is not None
    assert not block.n.any()


def test_a_large_group_in_single_precision_runs_stays_exact():
    the = small("seven")
    codes = np.full((5, 300_000), 6, np.uint8)
    codes[1] = 0  # reversed: the top of the scale again
    for ways in (1, 5):  # as one stratum, and mixed with others
        strata = [stratum(mode=f"mode{n}") for n in range(ways)]
        counted = count_codes(codes, strata, np.arange(300_000) % ways, the)
        block = counted.block(the, "employees", scored_dimensions(the)[0])
        assert block is not None
        assert block.products.tolist() == [[36 * 300_000] * 2] * 2
        assert block.complete_n == 300_000


def test_tables_stored_before_products_were_counted_are_read_as_not_knowing_them():
    counted = battery([("users", 1, 2, 3, 4, 0, 1)] * 3)
    before = as_version_one(counted)
    old = Tally.from_bytes(before)
    assert old.products is None
    assert old.block(BATTERY, "users", scored_dimensions(BATTERY)[0]) is None
    assert differing(old, counted) == ()
    assert old != counted
    assert merge(old, counted).products is None
    assert Tally.from_bytes(old.to_bytes()) == old


def as_version_one(counted: Tally) -> bytes:
    """What Corus wrote before: five tables, as lists of places and values."""
    data = orjson.loads(counted.to_bytes())
    plain = list(counted.tables.values())[:5]
    places_of = [np.flatnonzero(t.reshape(-1)) for t in plain]
    tables = [
        [p.tolist(), t.reshape(-1)[p].tolist()] for p, t in zip(places_of, plain, strict=True)
    ]
    return orjson.dumps(data | {"format": "corus-tally-1", "tables": tables})


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d["tables"].pop("marks"),
        lambda d: d["tables"].update(marks=["u1", "", ""]),
        lambda d: d["tables"].update(marks=["u3", "AA==", "AA=="]),
        lambda d: d["tables"].update(more=d["tables"]["marks"]),
        lambda d: d.pop("strata"),
    ],
)
def test_damaged_tables_are_refused_with_a_cure(edit):
    data = orjson.loads(battery([("users", 1, 2, 3, 4, 0, 1)]).to_bytes())
    edit(data)
    with pytest.raises(InputError, match="--rebuild") as caught:
        Tally.from_bytes(orjson.dumps(data))
    assert caught.value.code == "TAL-002"


def test_what_differs_between_two_tallies_is_named():
    one = battery([("users", 1, 2, 3, 4, 0, 1)])
    other = battery([("users", 1, 2, 3, 4, 0, 2)])
    assert {"marks", "scores", "pair_products"} <= set(differing(one, other))
    assert "responses" not in differing(one, other)
    assert differing(one, battery([("employees", 1, 2, 3, 4, 0, 1)])) == ("strata",)


def test_a_release_that_only_recombines_the_same_answers_is_refused():
    """Every item and every score is told as before; only which answers go together changed."""
    the = instrument(dimension("needs", item("a"), item("b"), item("c")))
    others = [(2, 2, 2)] * 60
    before, after, known = (
        tally(the, [(stratum(), rated(the, *row)) for row in [*rows, *others]])
        for rows in (
            [(0, 0, 1), (1, 1, 0)], [(0, 1, 0), (1, 0, 1)], [(1, 1, 0), (0, 0, 1)],
        )
    )  # fmt: skip
    assert differing(before, after) == ("pair_products", "complete_products")
    [said] = unsafe_changes(before, after, Thresholds(), the)
    assert "put together otherwise" in said
    assert unsafe_changes(before, known, Thresholds(), the) == []
    # What the earlier release did not count told nothing of it.
    assert unsafe_changes(Tally.from_bytes(as_version_one(before)), after, Thresholds(), the) == []


def test_an_instrument_without_scored_items_is_counted_whoever_answers():
    """The grid of markers: levels, reasons and evidence, and nothing to add up."""
    markers = built_in("innovation_markers")
    documents = [b'{"marks":"' + b"-" * len(markers.items) + b'"}'] * 6
    batch = Batch([stratum(g) for g in list(markers.groups)[:2]], np.arange(6) % 2, documents)
    counted = count(batch, markers)
    assert counted.responses.tolist() == [3, 3]
