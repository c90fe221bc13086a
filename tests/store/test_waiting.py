"""Who waits for a busy database waits once: for the turn and for the file together."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from corus.errors import UnavailableError
from corus.store.engine import Store, open_store
from corus.store.lock import FileLock
from corus.store.writer import Outcome, Writer
from tests import factories as make

PATIENCE = 1.0


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr("corus.store.guard.BUSY_SECONDS", PATIENCE)
    found = open_store(f"sqlite:///{tmp_path / 'busy.sqlite'}", b"k" * 32)
    yield found
    found.engine.dispose()


@contextmanager
def _held(store: Store) -> Iterator[None]:
    """Another program has the file."""
    assert store.path is not None
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def _waits(writes: list[Callable[[], object]]) -> list[tuple[str, float]]:
    """What each of several writers at once was told, and after how long."""
    told: list[tuple[str, float]] = []

    def one(write: Callable[[], object]) -> None:
        began = time.monotonic()
        try:
            write()
            code = "stored"
        except UnavailableError as error:
            code = error.code
        told.append((code, time.monotonic() - began))

    threads = [threading.Thread(target=one, args=(write,)) for write in writes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _session(store: Store) -> None:
    with store.writing():
        pass


def _refused_in_time(told: list[tuple[str, float]]) -> None:
    assert {code for code, _ in told} == {"UNA-001"}
    assert max(seconds for _, seconds in told) < PATIENCE * 1.8


def test_six_sessions_on_a_locked_database_wait_together_not_one_after_the_other(
    store: Store,
) -> None:
    with _held(store):
        _refused_in_time(_waits([lambda: _session(store)] * 6))
    _session(store)


def test_six_answers_sent_one_after_the_other_to_a_locked_database_wait_together(
    store: Store,
) -> None:
    first, writer = make.response(make.open_wave(store)), Writer(store)
    rows = [first, *(make.response(first.wave_id) for _ in range(5))]

    def late(number: int) -> Callable[[], object]:
        def send() -> object:
            time.sleep(number * 0.05)
            return writer.submit(rows[number])

        return send

    with _held(store):
        _refused_in_time(_waits([late(n) for n in range(6)]))
    assert {writer.submit(row) for row in rows} == {Outcome.STORED}


def _keep(path: str, came: object, until: object) -> None:
    lock = FileLock(Path(path))
    assert lock.acquire(5)
    came.set()  # type: ignore[attr-defined]
    until.wait()  # type: ignore[attr-defined]
    lock.release()


@contextmanager
def _turn_of_another_process(store: Store) -> Iterator[Callable[[], None]]:
    assert store.path is not None
    context = multiprocessing.get_context("spawn")
    came, until = context.Event(), context.Event()
    path = str(store.path.with_suffix(".lock"))
    other = context.Process(target=_keep, args=(path, came, until))
    other.start()
    assert came.wait(20)
    try:
        yield until.set
    finally:
        until.set()
        other.join()


def test_a_turn_that_another_process_keeps_is_refused_as_busy_on_both_paths(store: Store) -> None:
    row, writer = make.response(make.open_wave(store)), Writer(store)
    with _turn_of_another_process(store):
        _refused_in_time(_waits([lambda: _session(store)] * 3 + [lambda: writer.submit(row)] * 3))
    assert writer.submit(row) is Outcome.STORED


def test_a_turn_given_up_is_not_kept_from_others_once_it_comes(store: Store) -> None:
    with _turn_of_another_process(store) as hand_over:
        with pytest.raises(UnavailableError):
            _session(store)
        hand_over()
    time.sleep(0.1)
    assert store.path is not None
    other = FileLock(store.path.with_suffix(".lock"))
    assert other.acquire(PATIENCE)
    other.release()
    _session(store)


def test_the_turn_comes_as_soon_as_the_other_process_hands_it_over(store: Store) -> None:
    with _turn_of_another_process(store) as hand_over:
        threading.Timer(0.3, hand_over).start()
        [(code, seconds)] = _waits([lambda: _session(store)])
    assert code == "stored"
    assert 0.2 < seconds < PATIENCE


def test_a_short_wait_leaves_later_writers_their_whole_patience(store: Store) -> None:
    with _turn_of_another_process(store) as hand_over:
        threading.Timer(0.3, hand_over).start()
        _session(store)
    with store.engine.connect() as connection:
        left = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert left == PATIENCE * 1000
