"""A busy, full, read-only or absent database: told in words, answers kept, then stored once."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text

from corus.errors import UnavailableError
from corus.services.responding import FRESH_SECONDS
from corus.store.engine import open_store
from corus.store.guard import BUSY_SECONDS
from corus.store.writer import Outcome, Writer
from tests import factories as make
from tests.server.site_factories import (
    RECEIPT,
    START_PATIENCE,
    Reply,
    Site,
    alive,
    eventually,
    fresh,
    kill,
    kill_postgres,
)
from tests.web.respond_factories import FORM, submission_id

STORY = 'Un jardin.\nDeux "arbres" & <trois> fleurs.'
AWAY_SECONDS = 4
"""How long a database stays away: long enough for a process to begin, and to end if it would."""


def test_a_database_held_by_another_keeps_the_answers_then_stores_them_once(
    embedded: Callable[[Path], Site], tmp_path: Path
) -> None:
    site, number = _running(embedded(tmp_path / "instance")), fresh()
    with closing(sqlite3.connect(tmp_path / "instance" / "corus.sqlite")) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        refused = site.send(number, q__story=STORY)
        assert time.monotonic() - began >= BUSY_SECONDS - 1
        _keeps(refused, number)
        assert site.get(FORM).status == 200
        assert site.count() == 0
        other.execute("ROLLBACK")
    _stored_once(site, number)


def test_a_full_disk_loses_nothing_that_was_acknowledged_and_takes_answers_again_once_freed(
    embedded: Callable[[Path], Site], small_disk: Path
) -> None:
    site = _running(embedded(small_disk / "instance"))
    told: dict[str, Reply] = {}
    for _ in range(2000):
        number = fresh()
        told[number] = site.send(number, q__story="é" * 1900, q__early_days="é" * 1900)
        if sum(reply.status == 503 for reply in told.values()) == 20:
            break
    stored = [number for number, reply in told.items() if reply.status == 200]
    refused = [number for number, reply in told.items() if reply.status == 503]
    assert len(stored) > 20
    assert len(refused) == 20
    assert len(stored) + len(refused) == len(told)
    for number in refused:
        _keeps(told[number], number, story="é" * 1900)
    assert all(b"UNA-" not in told[number].body for number in refused)
    assert site.get(FORM).status == 200
    _mount(small_disk, "remount,size=16m")
    for number in told:
        again = site.send(number, q__story="é" * 1900, q__early_days="é" * 1900)
        assert again.status == 200
        assert RECEIPT.search(again.body)
    assert site.stored().keys() == {site.stored_id(number) for number in told}
    assert "The disk is full" in site.log.read_text()


def test_a_database_that_may_grow_no_more_says_that_the_disk_is_full(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'corus.sqlite'}", b"k" * 32)
    wave = make.open_wave(store)

    @event.listens_for(store.engine, "connect")
    def _small(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 3}")

    store.engine.dispose()
    writer = Writer(store)
    outcomes = (writer.submit(make.response(wave)) for _ in range(1000))
    assert next(outcomes) is Outcome.STORED
    with pytest.raises(UnavailableError, match="UNA-002"):
        list(outcomes)
    store.engine.dispose()


def test_a_database_that_cannot_be_written_keeps_the_answers_then_stores_them_once(
    embedded: Callable[[Path], Site], small_disk: Path, tmp_path: Path
) -> None:
    embedded(small_disk / "instance").prepare()
    seen, number = tmp_path / "seen", fresh()
    seen.mkdir()
    _mount(seen, "bind", small_disk)
    try:
        _mount(seen, "remount,bind,ro", small_disk)
        site = embedded(seen / "instance")
        site.log = tmp_path / "server.log"
        site.start()
        assert site.get(FORM).status == 200
        _keeps(site.send(number, q__story=STORY), number)
        _mount(seen, "remount,bind,rw", small_disk)
        # Each process has to fail once to know that its connections must be opened anew.
        eventually(lambda: site.send(number, q__story=STORY).status == 200, 5)
        _stored_once(site, number)
        site.stop()
        site.store.engine.dispose()
    finally:
        subprocess.run(["umount", "-l", str(seen)], check=True)
    assert "UNA-003" in site.log.read_text()
    assert "Traceback" not in site.log.read_text()


def test_a_database_that_became_read_only_says_so_and_takes_answers_once_it_is_not(
    tmp_path: Path,
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'corus.sqlite'}", b"k" * 32)
    row, only = make.response(make.open_wave(store)), ["ON"]

    @event.listens_for(store.engine, "connect")
    def _only_read(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA query_only = {only[-1]}")

    store.engine.dispose()
    writer = Writer(store)
    with pytest.raises(UnavailableError, match="UNA-003"):
        writer.submit(row)
    only.append("OFF")
    store.engine.dispose()
    assert writer.submit(row) is Outcome.STORED
    store.engine.dispose()


@pytest.mark.postgres
def test_a_postgresql_that_became_read_only_keeps_the_answers_then_stores_them_once(
    on_own_postgres: Site,
) -> None:
    site, number = _running(on_own_postgres), fresh()
    name = make_url(site.database_url).database
    _as_owner(site, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    _keeps(site.send(number, q__story=STORY), number)
    _as_owner(site, f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    _stored_once(site, number)


def _as_owner(site: Site, statement: str) -> None:
    """Run a statement that holds for new connections, and end those that there are."""
    engine = create_engine(site.database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.execute(text(statement))
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()


@pytest.mark.postgres
def test_a_postgresql_that_was_killed_keeps_the_answers_then_stores_them_once(
    own_postgres: Any, on_own_postgres: Site
) -> None:
    site = _running(on_own_postgres)
    assert site.send(fresh(), q__story=STORY).status == 200
    kill_postgres(own_postgres)
    time.sleep(FRESH_SECONDS + 0.2)  # what is remembered of the wave is no longer fresh
    numbers = [fresh() for _ in range(8)]
    for number in numbers:
        _keeps(site.send(number, q__story=STORY), number)
    own_postgres.ensure_postgres_running()
    for number in numbers:
        _stored_once(site, number, 1 + len(numbers))


@pytest.mark.postgres
def test_a_server_whose_processes_start_while_postgresql_is_down_says_so_and_stores_once_it_is_back(
    own_postgres: Any, on_own_postgres: Site
) -> None:
    site, number = _running(on_own_postgres), fresh()
    kill_postgres(own_postgres)
    for pid in site.pids():
        kill(pid)  # those that replace them find no database
    eventually(lambda: site.answers(503), START_PATIENCE)
    began, serving = time.monotonic(), set[int]()
    while time.monotonic() < began + AWAY_SECONDS:
        _keeps(site.send(number, q__story=STORY), number)
        serving |= set(filter(alive, site.pids()))
    assert len(serving) <= site.workers, "processes that found no database ended"
    own_postgres.ensure_postgres_running()
    _stored_once(site, number, 1)
    assert site.answers()
    assert "keep ending" not in site.log.read_text()
    assert "Traceback" not in site.log.read_text()


def _running(site: Site) -> Site:
    site.prepare()
    site.start()
    for _ in range(8):
        site.get(FORM)  # whichever process answers, it most often knows the questionnaire
    return site


def _keeps(reply: Reply, number: str, story: str = STORY) -> None:
    """The page that says that nothing is stored yet, with everything typed and its number.

    It is the form itself, or a page that carries the answers unseen where a process that has just
    started could not read the questions yet.
    """
    assert reply.status == 503
    assert reply.headers["retry-after"] == "30"
    assert "Vos réponses ne sont pas encore enregistrées" in reply.text
    assert submission_id(reply.text) == number
    kept = re.search(
        r'<textarea[^>]*name="q.story"[^>]*>\n?(.*?)</textarea>'
        r'|<input type="hidden" name="q.story" value="(.*?)">', reply.text, re.S,
    )  # fmt: skip
    assert kept is not None
    assert unescape(kept[1] or kept[2]) == story


def _stored_once(site: Site, number: str, rows: int = 1) -> None:
    replies = [site.send(number, q__story=STORY) for _ in range(3)]
    assert [reply.status for reply in replies] == [200] * 3, replies[0].text
    assert len({reply.body for reply in replies}) == 1
    assert site.count() <= rows
    assert site.stored()[site.stored_id(number)]["story"].value == STORY


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB of its own; skipped, loudly, where nothing may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not shutil.which("mount") or not _mount(folder, "size=4m"):
        pytest.skip("a full and a read-only disk need the right to mount one: run as root on Linux")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _mount(folder: Path, options: str, source: Path | str = "tmpfs") -> bool:
    kind = ["-t", "tmpfs"] if source == "tmpfs" else []
    command = ["mount", *kind, "-o", options, str(source), str(folder)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0 or options.startswith("size"), done.stderr
    return done.returncode == 0
