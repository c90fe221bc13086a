"""Submitting: same id and answers give the same receipt; whatever is refused stores nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given as over
from hypothesis import strategies as st
from sqlalchemy import select

from corus.domain.answer import NOT_SHOWN, SKIPPED, Answer, State, decode, encode
from corus.domain.wave import WaveState
from corus.errors import ConflictError, InputError, NotFoundError, RefusedError
from corus.services import responding, waves
from corus.store.engine import Store
from corus.store.models import Response
from tests import factories as make

FORM = {"q.needs_met": ["4"], "q.democracy_met": ["dont_know"], "q.priority": ["needs"]}
ID = "0123456789abcdef" * 2


def _submit(store: Store, form: dict[str, list[str]] = FORM, name: str = ID) -> responding.Receipt:
    page = responding.questionnaire(store, "panier-2026", "employees", "standard")
    return responding.submit(store, page, "fr", name, form)


def _stored(store: Store) -> list[Response]:
    with store.reading() as session:
        found = list(session.scalars(select(Response)))
        session.expunge_all()
    return found


def test_one_answer_becomes_one_row_that_holds_answers_and_a_day(store: Store) -> None:
    make.open_wave(store)
    receipt = _submit(store)
    (row,) = _stored(store)
    answers = decode(row.document, make.instrument())
    assert answers["needs_met"] == Answer(State.GIVEN, 3)
    assert answers["democracy_met"].state is State.DONT_KNOW
    assert answers["needs_missed"] == SKIPPED
    assert row.received_on == datetime.now(UTC).date()
    assert receipt.given == 3
    assert ID.encode() not in row.id


def test_a_retry_gets_the_same_receipt_and_stores_nothing_more(store: Store) -> None:
    make.open_wave(store)
    assert _submit(store) == _submit(store)
    assert len(_stored(store)) == 1


def test_other_answers_under_the_same_id_are_a_conflict(store: Store) -> None:
    make.open_wave(store)
    _submit(store)
    with pytest.raises(ConflictError):
        _submit(store, FORM | {"q.needs_met": ["1"]})
    assert decode(_stored(store)[0].document, make.instrument())["needs_met"].value == 3


@pytest.mark.parametrize(
    "forged",
    [
        {"q.needs_met": ["6"]},
        {"q.needs_met": ["4", "5"]},
        {"q.unknown_item": ["4"]},
        {"q.priority": ["needs", "democracy"]},
        {"q.priority": ["money"]},
    ],
)
def test_a_forged_answer_is_refused_and_nothing_is_stored(
    store: Store, forged: dict[str, list[str]]
) -> None:
    make.open_wave(store)
    with pytest.raises(responding.AnswersRefused) as refused:
        _submit(store, FORM | forged)
    assert len(refused.value.refusals) == 1
    assert _stored(store) == []


def test_an_empty_form_and_a_forged_number_store_nothing(store: Store) -> None:
    make.open_wave(store)
    with pytest.raises(InputError, match="No question"):
        _submit(store, {})
    for wrong in ("", "x" * 32, ID[:-1], ID + "0", "../" + ID):
        with pytest.raises(InputError, match="number"):
            _submit(store, FORM, wrong)
    assert _stored(store) == []


def test_a_closed_wave_takes_nothing_even_from_a_page_fetched_before(store: Store) -> None:
    make.open_wave(store)
    page = responding.questionnaire(store, "panier-2026", "employees", "standard")
    with store.writing() as session:
        waves.close_wave(session, "panier-2026", make.DAY)
    with pytest.raises(RefusedError, match="closed"):
        responding.submit(store, page, "fr", ID, FORM)
    with pytest.raises(RefusedError, match="closed"):
        responding.questionnaire(store, "panier-2026", "employees", "standard")
    assert _stored(store) == []


def test_a_forged_answer_is_not_stored_in_part_while_a_wave_is_opening(store: Store) -> None:
    make.open_wave(store)
    page = responding.questionnaire(store, "panier-2026", "employees", "standard")
    stale = replace(page, wave_state=WaveState.DRAFT)
    with pytest.raises(RefusedError, match="not open yet"):
        responding.submit(store, stale, "fr", ID, FORM | {"q.needs_met": ["6"]})
    assert _stored(store) == []


def test_unknown_waves_groups_and_versions_are_not_found(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    for wave, group, variant in (
        ("none", "employees", "standard"),
        ("panier-2026", "martians", "standard"),
        ("panier-2026", "employees", "easy"),
    ):
        with pytest.raises(NotFoundError):
            responding.questionnaire(sqlite_store, wave, group, variant)


STATES = st.sampled_from(
    [SKIPPED, NOT_SHOWN, Answer(State.DONT_KNOW), Answer(State.NOT_CONCERNED)]
) | st.integers(0, 4).map(make.given)


@over(st.fixed_dictionaries({}, optional={i.code: STATES for i in make.instrument().items[:4]}))
def test_five_states_and_not_asked_survive_storing(answers: dict[str, Answer]) -> None:
    assert decode(encode(answers, make.instrument()), make.instrument()) == answers
