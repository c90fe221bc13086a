"""Never lost, never doubled: the contract of storing, on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from corus.domain.wave import WaveState
from corus.errors import UnavailableError
from corus.services import waves
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Response, StoredTally, Untallied
from corus.store.writer import Outcome, Writer, store_rows
from tests import factories as make


def _stored(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(Response)) or 0


def test_a_response_is_stored_once_and_a_retry_is_recognised(store: Store) -> None:
    row = make.response(make.open_wave(store))
    writer = Writer(store)
    assert writer.submit(row) is Outcome.STORED
    assert writer.submit(row) is Outcome.REPEATED
    assert _stored(store) == 1


def test_the_same_id_with_other_answers_is_a_conflict_and_the_first_stays(store: Store) -> None:
    row = make.response(make.open_wave(store))
    other = make.response(row.wave_id, make.marks("0----" + "-", make.instrument()), id=row.id)
    writer = Writer(store)
    assert writer.submit(row) is Outcome.STORED
    assert writer.submit(other) is Outcome.CONFLICT
    with store.reading() as session:
        assert session.scalar(select(Response.document)) == row.document


def test_a_wave_that_is_not_open_takes_no_answer(store: Store) -> None:
    row = make.response(make.open_wave(store))
    with store.writing() as session:
        waves.close_wave(session, "panier-2026", make.DAY)
    assert Writer(store).submit(row) is Outcome.REFUSED
    assert _stored(store) == 0


def test_an_import_may_complete_a_closed_wave(store: Store) -> None:
    row = make.response(make.open_wave(store))
    with store.writing() as session:
        waves.close_wave(session, "panier-2026", make.DAY)
        late = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})
        assert store_rows(session, [row], states=late) == [Outcome.STORED]
    assert _stored(store) == 1


def test_one_batch_may_hold_retries_and_conflicts_of_itself(store: Store) -> None:
    wave = make.open_wave(store)
    first, second = make.response(wave), make.response(wave)
    clash = make.response(wave, make.marks("1-----", make.instrument()), id=first.id)
    with store.writing() as session:
        outcomes = store_rows(session, [first, second, first, clash])
    assert outcomes == [Outcome.STORED, Outcome.STORED, Outcome.REPEATED, Outcome.CONFLICT]
    assert _stored(store) == 2


def test_sixteen_threads_sending_the_same_two_hundred_answers_store_each_once(store: Store) -> None:
    wave = make.open_wave(store)
    rows = [make.response(wave) for _ in range(200)]
    writers = [Writer(store), Writer(store)]
    outcomes: list[Outcome] = []

    def send(number: int) -> None:
        for row in rows:
            outcomes.append(writers[number % 2].submit(row))

    threads = [threading.Thread(target=send, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes) <= {Outcome.STORED, Outcome.REPEATED}
    assert _stored(store) == 200


def test_a_row_that_the_database_refuses_does_not_take_the_others_with_it(store: Store) -> None:
    wave = make.open_wave(store)
    good, bad = make.response(wave), make.response(wave, channel="pigeon")
    writer = Writer(store)
    refused: list[BaseException] = []

    def send_bad() -> None:
        try:
            writer.submit(bad)
        except UnavailableError as error:
            refused.append(error)

    sends = [threading.Thread(target=send_bad)]
    sends.append(threading.Thread(target=writer.submit, args=(good,)))
    with writer._turn:  # both wait, so that whoever comes first takes them in one batch
        for thread in sends:
            thread.start()
        while len(writer._queue) < 2:
            pass
    for thread in sends:
        thread.join()
    assert len(refused) == 1
    assert _stored(store) == 1


def test_the_database_itself_refuses_an_unknown_channel_mode_and_short_id(store: Store) -> None:
    wave = make.open_wave(store)
    for wrong in ({"channel": "pigeon"}, {"mode": "dream"}, {"id": b"short"}):
        with pytest.raises(UnavailableError), store.writing() as session:
            store_rows(session, [make.response(wave, **wrong)])
    assert _stored(store) == 0


def test_answers_after_the_first_tally_wait_to_be_counted(store: Store) -> None:
    wave = make.open_wave(store)
    with store.writing() as session:
        store_rows(session, [make.response(wave)])
        queries.keep_tally(session, wave, b"counts")
        store_rows(session, [make.response(wave), make.response(wave)])
        assert session.scalar(select(func.count()).select_from(Untallied)) == 2
        queries.keep_tally(session, wave, b"more counts")
        assert session.scalar(select(func.count()).select_from(Untallied)) == 0
        assert session.get(StoredTally, wave).document == b"more counts"
