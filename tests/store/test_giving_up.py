"""Who was told that nothing is stored is stored by nobody later; nobody waits for ever."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from corus.errors import UnavailableError
from corus.store.engine import Store
from corus.store.models import Response
from corus.store.rows import NewResponse
from corus.store.writer import Outcome, Writer
from tests import factories as make

SOON = 0.1


def _ids(store: Store) -> set[bytes]:
    with store.reading() as session:
        return set(session.scalars(select(Response.id)))


class Slow(Writer):
    """A writer whose batches begin when the test says so, or when it will."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.taken, self.go_on = threading.Event(), threading.Event()

    def _stored(self, rows: list[NewResponse], since: float) -> list[Outcome]:
        self.taken.set()
        assert self.go_on.wait(20)
        return super()._stored(rows, since)


class Told:
    """What each sender was told, by the id of its row."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.said: dict[bytes, Outcome | str] = {}
        self._threads: list[threading.Thread] = []

    def send(self, row: NewResponse, seconds: float = 30) -> None:
        self._threads.append(threading.Thread(target=self._send, args=(row, seconds)))
        self._threads[-1].start()

    def _send(self, row: NewResponse, seconds: float) -> None:
        try:
            self.said[row.id] = self._writer.submit(row, seconds)
        except UnavailableError as error:
            self.said[row.id] = error.code

    def all(self) -> dict[bytes, Outcome | str]:
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive()
        return self.said


@contextmanager
def _under_way(writer: Slow, row: NewResponse) -> Iterator[Told]:
    """Another sender's batch holds this row, of somebody with little patience."""
    told = Told(writer)
    with writer._turn:
        told.send(row, SOON * 3)
        while not writer._queue:
            time.sleep(0.001)
        other = threading.Thread(target=lambda: writer._commit(writer._waiting()))
        other.start()
        assert writer.taken.wait(20)
        yield told
        writer.go_on.set()
        other.join()


def test_who_gave_up_before_being_taken_is_not_stored_by_the_next_batch(store: Store) -> None:
    wave, writer = make.open_wave(store), Writer(store)
    mine, other = make.response(wave), make.response(wave)
    with writer._turn, pytest.raises(UnavailableError, match="nothing was stored") as refusal:
        writer.submit(mine, SOON)
    assert refusal.value.code == "UNA-005"
    assert writer.submit(other) is Outcome.STORED
    assert _ids(store) == {other.id}
    assert writer.submit(mine) is Outcome.STORED


def test_who_is_in_a_batch_under_way_is_told_what_became_of_it(store: Store) -> None:
    row, writer = make.response(make.open_wave(store)), Slow(store)
    with _under_way(writer, row) as told:
        time.sleep(SOON * 4)  # it would have given up, had nobody taken it
        assert told.said == {}
        writer.go_on.set()
        # Its sender need not wait for the turn, which others may have by now.
        assert told.all() == {row.id: Outcome.STORED}
    assert _ids(store) == {row.id}


def test_a_batch_that_never_ends_leaves_the_outcome_unknown_and_a_retry_settles_it(
    store: Store,
) -> None:
    row, writer = make.response(make.open_wave(store)), Slow(store)
    with _under_way(writer, row) as told:
        assert told.all() == {row.id: "UNA-012"}
    assert writer.submit(row) is Outcome.REPEATED
    assert _ids(store) == {row.id}


class Moody(Writer):
    """A writer whose database is sometimes slow, and sometimes refuses a whole batch."""

    def __init__(self, store: Store, chance: random.Random) -> None:
        super().__init__(store)
        self._chance = chance

    def _stored(self, rows: list[NewResponse], since: float) -> list[Outcome]:
        time.sleep(self._chance.choice((0, 0.01, 0.04)))
        if self._chance.random() < 0.2:
            raise UnavailableError("The database is busy: nothing was stored.", code="UNA-001")
        return super()._stored(rows, since)


@pytest.mark.parametrize("seed", range(3))
def test_what_a_crowd_of_impatient_senders_was_told_is_what_is_stored(
    store: Store, seed: int
) -> None:
    chance, wave = random.Random(seed), make.open_wave(store)
    told = Told(writer := Moody(store, chance))
    rows = [make.response(wave) for _ in range(60)]
    for row in rows:
        told.send(row, chance.choice((0.001, 0.01, 0.05, 5)))
        time.sleep(chance.choice((0, 0, 0.005)))
    said = told.all()
    assert len(said) == len(rows)
    assert not writer._queue
    last = make.response(wave)
    Writer(store).submit(last)
    stored = {number for number, outcome in said.items() if outcome is Outcome.STORED}
    unknown = {number for number, outcome in said.items() if outcome == "UNA-012"}
    assert set(said.values()) <= {Outcome.STORED, "UNA-001", "UNA-005", "UNA-012"}
    assert "UNA-005" in said.values()
    assert stored | {last.id} <= _ids(store) <= stored | unknown | {last.id}
