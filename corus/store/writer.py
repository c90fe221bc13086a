"""Storing responses: never lost, never doubled, acknowledged only once durable.

Concurrent submissions of one process share a transaction, so that one flush of the disk serves
many. Knows nothing of forms.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

from sqlalchemy.orm import Session

from corus.errors import UnavailableError
from corus.store.at_once import store_at_once
from corus.store.engine import Store
from corus.store.hands import Hand
from corus.store.rows import OPEN_ONLY, NewResponse, Outcome, Place, Statements, store
from corus.store.trouble import integrity_errors

GLANCE_SECONDS = 0.02
"""How often who has waited too long looks whether its outcome has come."""

__all__ = ["NewResponse", "Outcome", "Writer", "store_rows"]


def store_rows(
    session: Session, rows: Sequence[NewResponse], *, states: frozenset[str] = OPEN_ONLY
) -> list[Outcome]:
    """Store what is not there yet and say what became of each row, in the order given.

    ``states`` are the wave states that take answers: imports may also complete a closed wave.
    Does not commit. Two rows with one id in one call are treated like two calls.
    """
    session.flush()
    connection = session.connection()
    cursor = connection.connection.cursor()
    try:
        return store(Statements(cursor, connection.dialect.name), rows, states, {})
    finally:
        cursor.close()


@dataclass(slots=True, eq=False)
class Waiting:
    """A row, since when (``time.monotonic``) somebody waits for it, and what became of it.

    Whoever takes it out of the queue writes its outcome; who gave up has taken it out first, so
    that nobody stores it later.
    """

    row: NewResponse
    since: float
    outcome: Outcome | BaseException | None = None


def _too_late() -> UnavailableError:
    return UnavailableError(
        "The database took too long to answer: nothing was stored.",
        hint="Send again in a moment.", code="UNA-005",
    )  # fmt: skip


def _unknown() -> UnavailableError:
    return UnavailableError(
        "The database took too long to say whether this was stored.",
        hint="Send again: an answer already stored is not stored twice.", code="UNA-012",
    )  # fmt: skip


class Writer:
    """One per process: whoever holds the turn commits for all who wait.

    A thread of its own would have to be woken for each batch, and woken again to answer; here
    the first to come does the work, and those that came meanwhile find theirs done.
    """

    def __init__(self, store: Store) -> None:
        self._queue: deque[Waiting] = deque()
        self._turn = threading.Lock()
        self._hand = Hand(store)
        self._places: dict[Place, int] = {}

    def submit(self, row: NewResponse, seconds: float = 30) -> Outcome:
        """Store one response and return once it is durable.

        Raises ``UnavailableError`` when the database cannot take it; nothing was stored then, nor
        will be. Only when somebody was storing it and says nothing for ``seconds`` more is the
        answer to "was it stored" unknown (``UNA-012``): a retry with the same id settles it.
        """
        mine = Waiting(row, time.monotonic())
        self._queue.append(mine)
        if self._turn.acquire(timeout=seconds):
            try:
                if mine.outcome is None:
                    self._commit(self._waiting())
            finally:
                self._turn.release()
        else:
            self._give_up(mine, seconds)
        if isinstance(mine.outcome, Outcome):
            return mine.outcome
        raise mine.outcome or RuntimeError("a row left its batch without an outcome")

    def _give_up(self, mine: Waiting, seconds: float) -> None:
        """Take back a row that nobody has taken, or else wait for what became of it."""
        with suppress(ValueError):
            self._queue.remove(mine)
            mine.outcome = _too_late()
        end = time.monotonic() + seconds
        while mine.outcome is None:
            if time.monotonic() > end:
                raise _unknown()
            time.sleep(GLANCE_SECONDS)

    def _waiting(self) -> list[Waiting]:
        """All who wait, oldest first; whoever holds the turn is among them."""
        batch: list[Waiting] = []
        with suppress(IndexError):
            while True:
                batch.append(self._queue.popleft())
        return batch

    def _commit(self, batch: list[Waiting]) -> None:
        try:
            outcomes = self._stored([one.row for one in batch], batch[0].since)
        except BaseException as error:
            if len(batch) > 1 and isinstance(error.__cause__, integrity_errors()):
                # One row that the database refuses must not take the others with it.
                for one in batch:
                    self._commit([one])
                return
            for one in batch:
                one.outcome = error
        else:
            for one, outcome in zip(batch, outcomes, strict=True):
                one.outcome = outcome

    def _stored(self, rows: list[NewResponse], since: float) -> list[Outcome]:
        self._hand.died = False
        try:
            return self._attempt(rows, since)
        except UnavailableError:
            if not self._hand.died:
                raise
            # The database restarted since the last batch, and its first visitor need not suffer:
            # whatever the first attempt stored, the second recognises.
            return self._attempt(rows, since)

    def _attempt(self, rows: list[NewResponse], since: float) -> list[Outcome]:
        if self._hand.dialect == "postgresql" and all(r.place in self._places for r in rows):
            with self._hand.stating(since) as prepared:
                if store_at_once(prepared, rows, self._places):
                    return [Outcome.STORED] * len(rows)
        return self._one_by_one(rows, since)

    def _one_by_one(self, rows: list[NewResponse], since: float) -> list[Outcome]:
        new: dict[Place, int] = {}
        # Left open by a failure, the cursor would keep the connection from ever closing.
        with self._hand.writing(since) as connection, closing(connection.cursor()) as cursor:
            statements = Statements(cursor, self._hand.dialect)
            outcomes = store(statements, rows, OPEN_ONLY, self._places, new)
        # Only now: strata written in a transaction that failed were never there.
        self._places |= new
        return outcomes
