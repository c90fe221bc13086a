"""Clearing what withdrawn answers leave beside the tables: within a moment, and every night.

An answer is erased from its tables by its withdrawal; what is cleared here is what a database keeps
of rows that are gone. Knows waves and days, never whose answer it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corus.store import life, queries, traces
from corus.store.engine import Store

WITHDRAWN, CLEARED = "withdrawn", "traces cleared"
"""Actions of the journal."""


@dataclass(frozen=True)
class Cleared:
    """What was cleared, and what could not be."""

    withdrawals: int = 0
    """Withdrawals since it was last done."""
    limits: tuple[str, ...] = ()
    """Sentences on what the database server keeps, and who can clear it."""


def at_once(store: Store) -> bool:
    """After a withdrawal was committed, clear what can be cleared within a moment.

    False when somebody reads what was there: it is left to ``clear``, as all is on PostgreSQL.
    """
    return traces.hurry(store)


def due(session: Session) -> dict[str, int]:
    """Withdrawals whose traces are still to be cleared, by wave; waves without any are left out."""
    found = {wave.code: _made(session, wave.id) - _seen(session, wave.id)
             for wave in queries.waves(session)}  # fmt: skip
    return {code: left for code, left in found.items() if left}


def clear(store: Store, day: date) -> Cleared:
    """Clear the traces of every withdrawal committed by now; nothing is done without any.

    Stopped at any point it is due again. Raises ``UnavailableError`` (``UNA-010``) when somebody
    keeps reading the database.
    """
    with store.reading() as session:
        left = due(session)
        # Counted before: what is withdrawn meanwhile is left to the next time.
        made = {code: _made(session, queries.wave_by_code(session, code).id) for code in left}
    if not left:
        return Cleared()
    limits = traces.clear_dead(store)
    with store.writing() as session:
        for code, n in made.items():
            wave = queries.wave_by_code(session, code)
            queries.note(session, wave, day, CLEARED, withdrawals=n, limits=list(limits))
    return Cleared(sum(left.values()), tuple(map(traces.told, limits)))


def _made(session: Session, wave_id: int) -> int:
    return len(life.journal(session, wave_id, WITHDRAWN))


def _seen(session: Session, wave_id: int) -> int:
    """How many there were when it was last done: the journal loses no line."""
    seen = (line["withdrawals"] for line in life.journal(session, wave_id, CLEARED))
    return max((int(str(n)) for n in seen), default=0)
