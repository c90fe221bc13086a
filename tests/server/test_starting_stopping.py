"""Starting twice at once, and stopping while answers are under way."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing

from sqlalchemy import text

from tests.server.crowd_factories import CLIENTS, Crowd
from tests.server.site_factories import RECEIPT, Reply, Site, eventually, fresh
from tests.web.respond_factories import FORM


def test_two_servers_started_at_once_on_nothing_make_one_schema_and_both_work(
    fragile: Site,
) -> None:
    other = Site(fragile.folder, fragile.database_url)
    other.log = fragile.log.with_name("other.log")
    both = (fragile, other)
    starts = [threading.Thread(target=one.start) for one in both]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    try:
        fragile.prepare()
        numbers = [fresh() for _ in range(12)]
        for turn, number in enumerate(numbers):
            first, second = both if turn % 2 else reversed(both)
            reply = first.send(number)
            assert reply.status == 200
            assert second.send(number).body == reply.body
        assert fragile.stored().keys() == {fragile.stored_id(number) for number in numbers}
        with fragile.store.reading() as session:
            assert len(session.execute(text("SELECT * FROM alembic_version")).all()) == 1
    finally:
        assert other.stop() == 0
    assert [path.name for path in fragile.folder.glob("secret*")] == ["secret"]
    for one in both:
        assert "Traceback" not in one.log.read_text()


def test_told_to_stop_under_load_it_ends_well_and_loses_nothing(fragile: Site) -> None:
    fragile.prepare()
    fragile.start()
    with Crowd(fragile) as crowd:
        crowd.goes_on()
        assert fragile.stop() == 0
    fragile.start()
    crowd.check()
    assert "Traceback" not in fragile.log.read_text()


def test_told_to_stop_it_finishes_the_answers_under_way(alone: Site) -> None:
    alone.prepare()
    alone.start()
    for _ in range(CLIENTS):
        alone.get(FORM)
    replies: list[Reply] = []
    numbers = [fresh() for _ in range(CLIENTS)]
    sends = [
        threading.Thread(target=lambda n=number: replies.append(alone.send(n)))
        for number in numbers
    ]
    with closing(sqlite3.connect(alone.folder / "corus.sqlite")) as holder:
        holder.isolation_level = None
        holder.execute("BEGIN IMMEDIATE")
        for send in sends:
            send.start()
        time.sleep(0.7)  # all of them wait for the database
        assert alone.process is not None
        alone.process.terminate()
        time.sleep(0.5)
        assert replies == []
        holder.execute("ROLLBACK")
    for send in sends:
        send.join()
    assert [reply.status for reply in replies] == [200] * CLIENTS
    assert all(RECEIPT.search(reply.body) for reply in replies)
    eventually(lambda: alone.process is not None and alone.process.poll() is not None)
    assert alone.stored().keys() == {alone.stored_id(number) for number in numbers}


def test_starting_says_where_to_go_and_nothing_else(alone: Site) -> None:
    alone.prepare()
    alone.start()
    assert alone.stop() == 0
    said = alone.log.read_text().splitlines()
    first = [line.split()[0] for line in said]
    assert first == ["Respondents:", "Workspace:", "Nobody", "corus"], said
