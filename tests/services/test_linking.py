"""The same persons in two waves: counted by pseudonym, compared only where the question is one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.counting.layout import NOT_SHOWN, scored_dimensions
from corus.analysis.counting.products import places
from corus.analysis.waves.linked import Linked, LinkedLayout, count_linked, merge_linked, unit_of
from corus.analysis.waves.wave_change import linked_change
from corus.domain.answer import Answer, State, encode
from corus.domain.instrument import Instrument
from corus.errors import InputError
from corus.services.linking import LinkedPairs, linked_pairs
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

THE = make.instrument()


def _answer(met: int | None, missed: int | None) -> bytes:
    unknown = Answer(State.DONT_KNOW)
    return encode(
        {
            "needs_met": unknown if met is None else make.given(met),
            "needs_missed": unknown if missed is None else make.given(missed),
        },
        THE,
    )


def _wave(store: Store, code: str, people: dict[bytes, tuple], **changes: object) -> None:
    wave = make.open_wave(store, code)
    rows = [
        make.response(wave, _answer(*answer), pseudonym=name * 16, **changes)
        for name, answer in people.items()
    ]
    with store.writing() as session:
        store_rows(session, [*rows, make.response(wave, _answer(4, 4))])  # nobody we know


def _linked(store: Store) -> LinkedPairs:
    with store.reading() as session:
        waves = [queries.wave_by_code(session, code) for code in ("before", "after")]
        return linked_pairs(session, *waves)


def test_persons_are_counted_by_what_they_said_before_and_after(store: Store) -> None:
    _wave(store, "before", {b"a": (1, 4), b"b": (2, 2), b"c": (3, None), b"d": (0, 0)})
    _wave(store, "after", {b"a": (3, 0), b"b": (2, 1), b"c": (4, 4), b"e": (1, 1)})
    found = _linked(store)
    assert (found.once, found.moved, found.several) == ((1, 1), 0, 0)
    counts = found.counts
    assert (counts.groups, counts.persons.tolist()) == (("employees",), [3])
    met, missed = counts.items[0, 0], counts.items[0, 1]
    assert {tuple(p): met[tuple(p)] for p in np.argwhere(met).tolist()} == {
        (1, 3): 1, (2, 2): 1, (3, 4): 1
    }  # fmt: skip
    assert missed.sum() == 2
    # Scores 0–100, the second item turned: 12.5 → 87.5; 50 → 62.5; 75 (one item) → 50.
    pairs = counts.scores("employees", "needs", 5)
    assert pairs is not None
    assert pairs.first.mean == pytest.approx(np.mean([12.5, 50, 75]), abs=1e-12)
    assert pairs.second.sd == pytest.approx(np.std([87.5, 62.5, 50], ddof=1), abs=1e-12)
    assert pairs.difference.sd == pytest.approx(np.std([75, 12.5, -25], ddof=1), abs=1e-12)
    assert linked_change(pairs).value == pytest.approx(20.8333333333, abs=1e-9)


def test_who_changed_group_or_answered_twice_is_counted_and_left_out(sqlite_store: Store) -> None:
    _wave(sqlite_store, "before", {b"a": (1, 1), b"b": (1, 1), b"c": (1, 1)})
    _wave(sqlite_store, "after", {b"b": (1, 1), b"c": (2, 2)})
    with sqlite_store.writing() as session:
        wave = queries.wave_by_code(session, "after").id
        other = make.response(wave, _answer(4, 4), group="neighbours", pseudonym=b"a" * 16)
        again = make.response(wave, _answer(0, 0), pseudonym=b"b" * 16)
        store_rows(session, [other, again])
    found = _linked(sqlite_store)
    assert (found.once, found.moved, found.several) == ((0, 0), 1, 1)
    assert found.counts.persons.tolist() == [1]


def test_a_reworded_item_is_not_compared_nor_its_dimension(sqlite_store: Store) -> None:
    _wave(sqlite_store, "before", {b"a": (1, 1)})
    document = THE.model_dump(mode="json") | {"edition": "2"}
    document["dimensions"][0]["criteria"][0]["items"][0]["text"] = make.text("Tout autre chose")
    wave = make.open_wave(sqlite_store, "after", Instrument.model_validate(document))
    with sqlite_store.writing() as session:
        store_rows(session, [make.response(wave, _answer(4, 4), pseudonym=b"a" * 16)])
    counts = _linked(sqlite_store).counts
    assert counts.persons.tolist() == [1]
    assert (counts.items[0, 0].sum(), counts.items[0, 1].sum()) == (0, 1)
    assert counts.scores("employees", "needs", 5) is None


def test_waves_without_pseudonyms_link_nobody(sqlite_store: Store) -> None:
    for code in ("before", "after"):
        _wave(sqlite_store, code, {})
    found = _linked(sqlite_store)
    assert (found.counts.groups, found.once, found.moved) == ((), (0, 0), 0)


MARKS = st.lists(
    st.lists(st.sampled_from([0, 1, 2, 3, 4, 37, 38, 39, NOT_SHOWN]), min_size=12, max_size=12),
    max_size=20,
)
LAYOUT = LinkedLayout(
    tuple(i.code for i in THE.items), ("needs", "democracy"), 5, unit_of(places(THE).most)
)


def _count(rows: list[list[int]]) -> Linked:
    table = np.array(rows, np.uint8).reshape(len(rows), 2, 6).transpose(1, 2, 0)
    where = np.arange(len(rows)) % 2
    lengths = np.array([5, 5, 5, 5, 0, 0])
    groups = ("employees", "neighbours")
    return count_linked(LAYOUT, groups, where, (table[0], table[1]), (lengths, places(THE)))


@given(MARKS, MARKS)
@settings(max_examples=40, deadline=None)
def test_linked_counts_add_up_and_equal_those_of_each_person(first, second) -> None:
    even = first[: len(first) // 2 * 2]  # so that everybody keeps the place of their group
    assert merge_linked(_count(even), _count(second)) == _count([*even, *second])
    counts, scored = _count(first), scored_dimensions(THE)[0]
    changes = [_score(r[6:], scored) - _score(r[:6], scored) for r in first[::2]]
    changes = [c for c in changes if not np.isnan(c)]
    pairs = counts.scores("employees", "needs", 5)
    assert (pairs.difference.n if pairs else 0) == len(changes)
    if pairs:
        assert pairs.difference.mean == pytest.approx(np.mean(changes), abs=1e-9)
    if len(changes) > 1:
        assert pairs.difference.sd == pytest.approx(np.std(changes, ddof=1), abs=1e-9)


def _score(marks: list[int], scored) -> float:
    shown = [(i, marks[p]) for p, i in zip(scored.positions, scored.items, strict=True)
             if marks[p] != NOT_SHOWN]  # fmt: skip
    own = [4 - m if i.direction == "reversed" else m for i, m in shown if m < 5]
    return 25 * float(np.mean(own)) if own and 2 * len(own) >= len(shown) else float("nan")


def test_answers_not_given_person_by_person_are_refused() -> None:
    one, two = np.zeros((6, 1), np.uint8), np.zeros((6, 2), np.uint8)
    with pytest.raises(InputError, match="PAI-001"):
        count_linked(LAYOUT, ("a",), np.zeros(1, int), (one, two), (np.zeros(6), places(THE)))
    other = LinkedLayout(("x",), (), 5, 1)
    with pytest.raises(InputError, match="PAI-002"):
        merge_linked(Linked.zeros(LAYOUT, ()), Linked.zeros(other, ()))
