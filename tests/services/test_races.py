"""What happens while something else is under way: nothing is forgotten, nothing comes back."""

from __future__ import annotations

import secrets
import threading
import time

import pytest
from sqlalchemy import func, select

from corus.services import tallying
from corus.store import changes
from corus.store.engine import Store
from corus.store.models import Response, Wave, Withdrawal
from corus.store.writer import NewResponse, Outcome, Writer
from tests import factories as make

HELD = 0.5
"""Seconds for which a transaction stays open while another one comes."""


class Sending:
    """``row`` sent while a transaction of ours is open; its outcome once that has ended."""

    def __init__(self, writer: Writer, row: NewResponse) -> None:
        self._found: list[Outcome] = []
        self._thread = threading.Thread(target=lambda: self._found.append(writer.submit(row)))
        self._thread.start()
        time.sleep(HELD)

    def outcome(self) -> Outcome:
        """What became of it."""
        self._thread.join()
        return self._found[0]


def new(wave: int, way: str) -> NewResponse:
    once = secrets.token_bytes(16) if way == "by link" else None
    return make.response(wave, channel="personal" if once else "open", once=once)


def count(store: Store, table: type) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture(params=["known place", "first of its place"])
def known(request: pytest.FixtureRequest) -> bool:
    return request.param == "known place"


@pytest.mark.parametrize("way", ["by open link", "by link"])
def test_an_answer_sent_again_while_it_is_taken_back_stays_taken_back(
    store: Store, way: str, known: bool
) -> None:
    wave = make.open_wave(store)
    row, writer = new(wave, way), Writer(store)
    if known:
        writer.submit(new(wave, way))
    Writer(store).submit(row)
    with store.writing() as session:
        assert changes.withdraw(session, row.id, make.DAY)
        sending = Sending(writer, row)
    # It may be told that it was stored, as it was a moment ago: what counts is that it is not.
    assert sending.outcome() in (Outcome.WITHDRAWN, Outcome.REPEATED)
    assert count(store, Response) == known
    assert count(store, Withdrawal) == 1


@pytest.mark.parametrize("way", ["by open link", "by link"])
def test_an_answer_that_comes_during_the_first_count_is_counted_at_the_next(
    store: Store, way: str, known: bool
) -> None:
    wave_id = make.open_wave(store)
    writer = Writer(store)
    if known:
        writer.submit(new(wave_id, way))
    with store.writing() as session:
        wave = session.get_one(Wave, wave_id)
        assert tallying.refresh(session, wave).responses.sum() == known
        sending = Sending(writer, new(wave_id, way))
    assert sending.outcome() is Outcome.STORED
    with store.writing() as session:
        wave = session.get_one(Wave, wave_id)
        found = tallying.check(session, wave)
        assert found.differing == ()
        assert found.tally.responses.sum() == 1 + known


def test_an_answer_stored_beside_its_tombstone_can_be_taken_back(store: Store) -> None:
    wave = make.open_wave(store)
    row = new(wave, "by open link")
    Writer(store).submit(row)
    with store.writing() as session:
        session.add(Withdrawal(id=row.id, wave_id=wave, withdrawn_on=make.DAY))
    with store.writing() as session:
        assert changes.withdraw(session, row.id, make.DAY)
    assert (count(store, Response), count(store, Withdrawal)) == (0, 1)
