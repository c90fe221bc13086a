"""What a respondent may still do to a stored answer: read it, change it, take it back.

Knows keys of answers, never persons; a change and a withdrawal leave nothing of what was there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from corus.store.models import Response, StoredTally, Stratum, Wave, Withdrawal
from corus.store.rows import NewResponse, Outcome, Statements, store


@dataclass(frozen=True)
class StoredResponse:
    """One stored answer with all that it shares with its stratum."""

    id: bytes
    wave: str
    wave_id: int
    state: str
    group: str
    variant: str
    mode: str
    channel: str
    completeness: str
    language: str
    document: str
    revision: int
    received_on: date


def find(session: Session, response_id: bytes) -> StoredResponse | None:
    """The answer stored under this key, or None."""
    found = session.execute(
        select(
            Response.id, Wave.code, Wave.id, Wave.state, Stratum.group, Stratum.variant,
            Stratum.mode, Stratum.channel, Stratum.completeness, Response.language,
            Response.document, Response.revision, Response.received_on,
        )
        .join(Stratum, Stratum.id == Response.stratum_id)
        .join(Wave, Wave.id == Stratum.wave_id)
        .where(Response.id == response_id)
    ).first()  # fmt: skip
    return StoredResponse(*tuple(found)) if found else None


def withdrawn_on(session: Session, response_id: bytes) -> date | None:
    """The day this answer was taken back, or None."""
    return session.scalar(select(Withdrawal.withdrawn_on).where(Withdrawal.id == response_id))


def change(session: Session, row: NewResponse, base: int) -> Outcome:
    """Put ``row`` in the place of what is stored under its key, if that is still revision ``base``.

    The same change sent again is ``REPEATED``; another one made meanwhile is ``CONFLICT``, and
    stays. ``WITHDRAWN`` or ``REFUSED`` when there is nothing to change.
    """
    stored = find(session, row.id)
    if stored is None:
        gone = withdrawn_on(session, row.id) is not None
        return Outcome.WITHDRAWN if gone else Outcome.REFUSED
    same = (stored.document, stored.completeness) == (row.document, row.completeness)
    if stored.revision == base + 1 and same:
        return Outcome.REPEATED
    if stored.revision != base:
        return Outcome.CONFLICT
    taken = session.execute(
        delete(Response).where(Response.id == row.id, Response.revision == base)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return Outcome.CONFLICT
    _forget_counts(session, row.wave_id)
    return _put(session, row, base + 1)


def _put(session: Session, row: NewResponse, revision: int) -> Outcome:
    session.flush()
    connection = session.connection()
    cursor = connection.connection.cursor()
    try:
        outcome = store(
            Statements(cursor, connection.dialect.name), [row], frozenset({"open"}), {}
        )[0]
    finally:
        cursor.close()
    session.execute(update(Response).where(Response.id == row.id).values(revision=revision))
    return outcome


def withdraw(session: Session, response_id: bytes, day: date) -> bool:
    """Erase the answer at once, leave its key; False when there was nothing to erase."""
    stored = find(session, response_id)
    if stored is None:
        return False
    session.execute(delete(Response).where(Response.id == response_id))
    session.add(Withdrawal(id=response_id, wave_id=stored.wave_id, withdrawn_on=day))
    _forget_counts(session, stored.wave_id)
    session.flush()
    return True


def _forget_counts(session: Session, wave_id: int) -> None:
    # Counts are only ever added to: without this answer they are counted afresh when next needed.
    session.execute(delete(StoredTally).where(StoredTally.wave_id == wave_id))
