"""Storing responses: never lost, never doubled, acknowledged only once durable.

Concurrent submissions of one process share a transaction: a thread takes all that wait and
commits them together, so that one flush of the disk serves many. Knows nothing of forms.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corus.domain.wave import WaveState
from corus.errors import CorusError, UnavailableError
from corus.store.engine import Store
from corus.store.models import Base, Response, StoredTally, Stratum, Untallied, Wave

BATCH = 256
"""Most submissions in one transaction: bounds how long the others wait for their turn."""


@dataclass(frozen=True, slots=True)
class NewResponse:
    """One response to store, with all that it shares with its stratum."""

    id: bytes
    wave_id: int
    group: str
    variant: str
    language: str
    mode: str
    channel: str
    completeness: str
    received_on: date
    document: str

    @property
    def content(self) -> tuple[int, str, str, str]:
        """What must be equal for a retry to be the same submission."""
        return self.wave_id, self.group, self.variant, self.document

    @property
    def place(self) -> Place:
        """What names its stratum."""
        return (
            self.wave_id, self.group, self.variant, self.mode, self.channel, self.completeness
        )  # fmt: skip


class Outcome(Enum):
    """What became of one response."""

    STORED = auto()
    REPEATED = auto()
    """Already there with the same content: the same receipt again."""
    CONFLICT = auto()
    """Already there with other content: the first stays."""
    REFUSED = auto()
    """The wave does not take answers now."""


Place = tuple[int, str, str, str, str, str]
"""wave, group, variant, mode, channel, completeness: what names a stratum"""

_LIKE = (
    select(Response.id, Stratum.wave_id, Stratum.group, Stratum.variant, Response.document)
    .join(Stratum)
    .where(Response.id.in_(bindparam("ids", expanding=True)))
)
_WAVES = (
    select(Wave.id, Wave.state, StoredTally.wave_id)
    .outerjoin(StoredTally, StoredTally.wave_id == Wave.id)
    .where(Wave.id.in_(bindparam("ids", expanding=True)))
    .with_for_update(read=True, of=Wave)
)
_STRATA = select(
    Stratum.wave_id, Stratum.group, Stratum.variant, Stratum.mode, Stratum.channel,
    Stratum.completeness, Stratum.id,
).where(Stratum.wave_id.in_(bindparam("ids", expanding=True)))  # fmt: skip
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
OPEN_ONLY = frozenset({WaveState.OPEN.value})


def store_rows(
    session: Session,
    rows: Sequence[NewResponse],
    *,
    states: frozenset[str] = OPEN_ONLY,
    places: dict[Place, int] | None = None,
) -> list[Outcome]:
    """Store what is not there yet and say what became of each row, in the order given.

    ``states`` are the wave states that take answers: imports may also complete a closed wave.
    ``places`` are strata known to be stored; those read here are added to it. Does not commit.
    Two rows with one id in one call are treated like two calls.
    """
    waves = _waves(session, rows)
    taken = [r for r in rows if waves.get(r.wave_id, ("", None))[0] in states]
    known = _contents(session, taken)
    fresh = list({r.id: r for r in reversed(taken) if r.id not in known}.values())
    if fresh:
        _insert(session, fresh, _strata(session, fresh, {} if places is None else places))
        late = [r for r in fresh if waves[r.wave_id][1]]
        stored = known | _settled(session, fresh)
        _note_untallied(session, [r for r in late if r.id in stored])
    else:
        stored = known
    new = {r.id for r in fresh}
    accepted = {id(r) for r in taken}
    return [_outcome(r, stored, new) if id(r) in accepted else Outcome.REFUSED for r in rows]


def _waves(session: Session, rows: Sequence[NewResponse]) -> dict[int, tuple[str, int | None]]:
    """State of each wave, and its id again when it has a tally."""
    found = session.execute(_WAVES, {"ids": sorted({r.wave_id for r in rows})})
    return {wave: (state, tally) for wave, state, tally in found}


def _outcome(row: NewResponse, stored: dict[bytes, Any], new: set[bytes]) -> Outcome:
    if stored[row.id] != row.content:
        return Outcome.CONFLICT
    if row.id in new:
        new.discard(row.id)
        return Outcome.STORED
    return Outcome.REPEATED


def _settled(session: Session, fresh: Sequence[NewResponse]) -> dict[bytes, Any]:
    if session.get_bind().dialect.name == "sqlite":
        return {r.id: r.content for r in fresh}
    # On PostgreSQL another process may have stored the same id meanwhile: what is stored decides.
    return _contents(session, fresh)


def _contents(session: Session, rows: Sequence[NewResponse]) -> dict[bytes, Any]:
    found: dict[bytes, Any] = {}
    for start in range(0, len(rows), 5_000):
        ids = [r.id for r in rows[start : start + 5_000]]
        found |= {bytes(r[0]): tuple(r[1:]) for r in session.execute(_LIKE, {"ids": ids})}
    return found


def _strata(
    session: Session, rows: Sequence[NewResponse], places: dict[Place, int]
) -> dict[Place, int]:
    """The stratum of each place, those seen for the first time written down."""
    wanted = {r.place for r in rows}
    if wanted <= places.keys():
        return places
    waves = {"ids": sorted({place[0] for place in wanted})}
    places |= _known_strata(session, waves)
    missing = sorted(wanted - places.keys())
    if not missing:
        return places
    names = ("wave_id", "group_code", "variant", "mode", "channel", "completeness")
    _execute(session, Stratum, [dict(zip(names, place, strict=True)) for place in missing])
    # Not kept in ``places``: if this transaction fails, these were never stored.
    return _known_strata(session, waves)


def _known_strata(session: Session, waves: dict[str, list[int]]) -> dict[Place, int]:
    rows = session.execute(_STRATA, waves)
    return {(w, g, v, m, c, k): number for w, g, v, m, c, k, number in rows}


def _insert(session: Session, rows: Sequence[NewResponse], places: dict[Place, int]) -> None:
    columns = [
        {
            "id": r.id, "stratum_id": places[r.place], "language": r.language,
            "received_on": r.received_on, "document": r.document,
        }
        for r in rows
    ]  # fmt: skip
    _execute(session, Response, columns)


def _execute(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert what is not there; what another process stored meanwhile is left alone."""
    insert_into = _INSERT[session.get_bind().dialect.name]
    session.connection().execute(insert_into(table).on_conflict_do_nothing(), rows)


def _note_untallied(session: Session, rows: Sequence[NewResponse]) -> None:
    if rows:
        late = [{"response_id": r.id, "wave_id": r.wave_id} for r in rows]
        _execute(session, Untallied, late)


class Writer:
    """One thread per process that commits waiting submissions together."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: queue.SimpleQueue[tuple[NewResponse, Future[Outcome]]] = queue.SimpleQueue()
        self._places: dict[Place, int] = {}
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, row: NewResponse, seconds: float = 30) -> Outcome:
        """Store one response and return once it is durable.

        Raises ``UnavailableError`` when the database cannot take it; nothing was stored then,
        or the answer to "was it stored" is unknown and a retry with the same id settles it.
        """
        self._start()
        future: Future[Outcome] = Future()
        self._queue.put((row, future))
        try:
            return future.result(seconds)
        except TimeoutError as error:
            raise UnavailableError(
                "The database took too long to answer.",
                hint="Send again: an answer already stored is not stored twice.",
                code="UNA-005",
            ) from error

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    thread = threading.Thread(target=self._work, name="corus-writer", daemon=True)
                    thread.start()
                    self._thread = thread

    def _work(self) -> None:
        while True:
            batch = [self._queue.get()]
            with suppress(queue.Empty):
                while len(batch) < BATCH:
                    batch.append(self._queue.get_nowait())
            self._commit(batch)

    def _commit(self, batch: list[tuple[NewResponse, Future[Outcome]]]) -> None:
        try:
            with self._store.writing() as session:
                outcomes = store_rows(session, [r for r, _ in batch], places=self._places)
        except CorusError as error:
            if len(batch) > 1 and isinstance(error.__cause__, IntegrityError):
                # One row that the database refuses must not take the others with it.
                for one in batch:
                    self._commit([one])
                return
            for _, future in batch:
                future.set_exception(error)
        except BaseException as error:
            for _, future in batch:
                future.set_exception(error)
        else:
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                future.set_result(outcome)
