"""PostgreSQL is waited for as long as SQLite: a lock, a silent server, maintenance under way."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text

from corus.errors import UnavailableError
from corus.store import migrate
from corus.store.engine import Store, connect, open_store
from corus.store.models import Response
from corus.store.trouble import unavailable
from corus.store.writer import Outcome, Writer
from tests import factories as make
from tests.conftest import _database

PATIENCE = 1
LOCK = "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE"
pytestmark = pytest.mark.postgres


@pytest.fixture
def server_url(postgres_url: str) -> str:
    """A new, empty database of PostgreSQL."""
    return _database(postgres_url)


@pytest.fixture
def store(server_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store whose connections have little patience."""
    monkeypatch.setattr("corus.store.guard.BUSY_SECONDS", PATIENCE)
    monkeypatch.setattr("corus.store.engine.BUSY_SECONDS", PATIENCE)
    found = open_store(server_url, b"k" * 32)
    yield found
    found.engine.dispose()


@contextmanager
def _locked(store: Store, table: str = "responses") -> Iterator[Callable[[], None]]:
    """Another program has a table to itself, until the block ends or it is told to let go."""
    other = create_engine(store.engine.url)
    with other.connect() as connection:
        connection.execute(text(LOCK.format(table)))
        yield connection.rollback
    other.dispose()


def _told(uses: list[Callable[[], object]]) -> list[tuple[str, float]]:
    """What each of several users at once was told, and after how many seconds."""
    told: list[tuple[str, float]] = []

    def one(use: Callable[[], object]) -> None:
        began = time.monotonic()
        try:
            use()
            code = "done"
        except UnavailableError as error:
            code = error.code
        told.append((code, time.monotonic() - began))

    threads = [threading.Thread(target=one, args=(use,)) for use in uses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _refused_in_time(told: list[tuple[str, float]]) -> None:
    assert {code for code, _ in told} == {"UNA-001"}
    assert max(seconds for _, seconds in told) < PATIENCE * 1.8


def _count(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(Response)) or 0


@pytest.mark.parametrize("warm", [False, True])
def test_answers_to_a_locked_table_are_refused_together_and_stored_only_when_sent_again(
    store: Store, warm: bool
) -> None:
    wave, writer = make.open_wave(store), Writer(store)
    rows = [make.response(wave) for _ in range(7)]
    if warm:  # the stratum is known: one statement then stores a batch
        writer.submit(make.response(wave))

    def late(number: int) -> Callable[[], object]:
        def send() -> object:
            time.sleep(number * 0.05)
            return writer.submit(rows[number])

        return send

    with _locked(store):
        _refused_in_time(_told([late(n) for n in range(6)]))
    assert writer.submit(rows[6]) is Outcome.STORED
    assert _count(store) == 1 + warm
    assert {writer.submit(row) for row in rows[:6]} == {Outcome.STORED}


def test_after_a_short_wait_the_connection_has_its_whole_patience_again(store: Store) -> None:
    wave, writer = make.open_wave(store), Writer(store)
    writer.submit(make.response(wave))
    with writer._hand.stating(time.monotonic() - PATIENCE / 2) as prepared:
        [short] = prepared.first("SHOW lock_timeout", ()) or ("",)
    with writer._hand.stating(time.monotonic() - PATIENCE * 9) as prepared:
        assert prepared.first("SHOW lock_timeout", ()) == ("50ms",)
    with writer._hand.stating() as prepared:
        assert prepared.first("SHOW lock_timeout", ()) == ("1s",)
    assert 400 < int(short.removesuffix("ms")) <= 500


def test_sessions_readers_and_single_looks_at_a_locked_table_are_refused_as_busy(
    store: Store,
) -> None:
    def write() -> None:
        with store.writing() as session:
            session.execute(text("DELETE FROM responses"))

    def look() -> object:
        return store.glance.one("SELECT count(*) FROM responses")

    look()  # on a connection that is kept: it is not tried again on another
    with _locked(store):
        _refused_in_time(_told([write, look, lambda: _count(store)] * 2))
    write()


def test_a_server_is_healthy_while_answers_are_locked_and_says_in_time_when_it_is_not(
    store: Store,
) -> None:
    with _locked(store):
        assert migrate.is_current(store.engine)
    with _locked(store, "alembic_version"):
        began = time.monotonic()
        assert not migrate.is_current(store.engine)
        assert time.monotonic() - began < PATIENCE * 1.8
    assert migrate.is_current(store.engine)


def test_what_changes_or_copies_whole_tables_waits_for_others_to_end(store: Store) -> None:
    def change() -> None:
        with store.changing() as connection:
            connection.execute(text(LOCK.format("responses")))

    def copy() -> None:
        with store.snapshot() as connection:
            connection.execute(text("SELECT count(*) FROM responses"))

    with _locked(store) as let_go:
        threading.Timer(PATIENCE * 1.5, let_go).start()
        told = _told([change, copy])
    assert {code for code, _ in told} == {"done"}
    assert min(seconds for _, seconds in told) > PATIENCE


def test_the_patience_of_maintenance_ends_with_its_transaction(store: Store) -> None:
    def wait() -> Any:
        with store.engine.connect() as connection:
            return connection.execute(text("SHOW lock_timeout")).scalar()

    with store.changing() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "1min"
    with store.snapshot() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "1min"
    assert wait() == "1s"


def test_a_lock_that_did_not_come_is_told_whatever_language_the_server_speaks() -> None:
    from psycopg import errors

    said = "annulation de la requête à cause du délai écoulé pour l'obtention de verrous"
    assert unavailable(errors.LockNotAvailable(said)).code == "UNA-001"
    assert unavailable(errors.DiskFull("n'a pas pu étendre le fichier")).code == "UNA-002"
    assert unavailable(errors.ReadOnlySqlTransaction("lecture seule")).code == "UNA-003"


def test_deadlines_and_options_in_the_url_or_the_environment_come_first(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(url: str) -> dict[str, str]:
        opened = connect(url, b"k" * 32)
        with opened.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            path = connection.execute(text("SHOW search_path")).scalar_one()
            wait = connection.execute(text("SHOW lock_timeout")).scalar_one()
            parameters = driver.info.get_parameters()
        opened.engine.dispose()
        silence = parameters["tcp_user_timeout"], parameters["keepalives_idle"]
        return {"path": path, "wait": wait, "silence": ",".join(silence)}

    usual = '"$user", public'
    assert found(server_url) == {"path": usual, "wait": "5s", "silence": "15000,15"}
    own = "&options=-c%20lock_timeout%3D1234%20-c%20search_path%3Dpublic&tcp_user_timeout=7000"
    assert found(server_url + own) == {"path": "public", "wait": "1234ms", "silence": "7000,15"}
    monkeypatch.setenv("PGOPTIONS", "-c search_path=public")
    assert found(server_url) == {"path": "public", "wait": "5s", "silence": "15000,15"}


def test_a_server_that_takes_a_connection_and_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("corus.store.engine.BUSY_SECONDS", PATIENCE)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/none"
        [(code, seconds)] = _told([lambda: open_store(url, b"k" * 32)])
    assert code == "UNA-008"
    assert seconds < 4  # the driver waits two seconds at least
