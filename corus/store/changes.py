"""What a respondent may still do to a stored answer: read it, change it, take it back.

Knows keys of answers, never persons; a change and a withdrawal leave nothing of what was there in
the tables (what files still hold of it: ``traces``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Table, Update, delete, select, text, update
from sqlalchemy.orm import Session

from corus.domain.wave import WaveState
from corus.store import open_answers
from corus.store.models import (
    Invitation,
    Response,
    StoredTally,
    Stratum,
    Untallied,
    Wave,
    Withdrawal,
)
from corus.store.rows import WRITING, NewResponse, Outcome, Statements

_RESPONSES = cast(Table, Response.__table__)
_UNCOUNTED = cast(Table, Untallied.__table__)


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
    digest: str
    """Version of the instrument in whose order the document is written."""
    site: str


def find(session: Session, response_id: bytes) -> StoredResponse | None:
    """The answer stored under this key, or None."""
    found = session.execute(
        select(
            Response.id, Wave.code, Wave.id, Wave.state, Stratum.group, Stratum.variant,
            Stratum.mode, Stratum.channel, Stratum.completeness, Response.language,
            Response.document, Response.revision, Response.received_on, Wave.digest, Stratum.site,
        )
        .join(Stratum, Stratum.id == Response.stratum_id)
        .join(Wave, Wave.id == Stratum.wave_id)
        .where(Response.id == response_id)
    ).first()  # fmt: skip
    return StoredResponse(*tuple(found)) if found else None


def withdrawn_on(session: Session, response_id: bytes) -> date | None:
    """The day this answer was taken back, or None."""
    return session.scalar(select(Withdrawal.withdrawn_on).where(Withdrawal.id == response_id))


def invitation(session: Session, wave_id: int, address: str) -> bytes | None:
    """The id of the invitation sent to this address, or None."""
    of_it = (Invitation.wave_id == wave_id) & (Invitation.address == address)
    return session.scalar(select(Invitation.id).where(of_it))


def change(session: Session, row: NewResponse, base: int) -> Outcome:
    """Put ``row`` in the place of what is stored under its key, if that is still revision ``base``.

    The day and the pseudonym of the first time stay. The same change sent again is ``REPEATED``;
    another one made meanwhile is ``CONFLICT``, and stays. ``REFUSED`` when the wave takes no
    answers any more or nothing is stored under this key, ``WITHDRAWN`` when it was taken back,
    ``OUTDATED`` when the wave went over to another version of the instrument.
    """
    state, digest = hold(session, row.wave_id)
    stored = find(session, row.id)
    outcome = _standing(session, stored, row, base)
    if outcome is not None:
        return outcome
    if stored is None or state != WaveState.OPEN:
        return Outcome.REFUSED
    if row.digest not in ("", digest):
        return Outcome.OUTDATED
    if _replace(session, row, base):
        open_answers.forget(session, row.id)
        _forget_counts(session, row.wave_id)
        return Outcome.STORED
    # Somebody was quicker since we looked: perhaps the same change, sent twice at once.
    return _standing(session, find(session, row.id), row, base) or Outcome.CONFLICT


def made(session: Session, row: NewResponse, base: int) -> bool:
    """Whether what this change of revision ``base`` would store is there already."""
    return _standing(session, find(session, row.id), row, base) is Outcome.REPEATED


def _standing(
    session: Session, stored: StoredResponse | None, row: NewResponse, base: int
) -> Outcome | None:
    """What is already settled about this change; None when it may be made."""
    if stored is None:
        return Outcome.WITHDRAWN if withdrawn_on(session, row.id) else None
    if (stored.document, stored.completeness) == (row.document, row.completeness):
        return Outcome.REPEATED
    return Outcome.CONFLICT if stored.revision != base else None


def _replace(session: Session, row: NewResponse, base: int) -> bool:
    # The count of what is not counted yet refers to the answer by its stratum, which may change;
    # all is counted afresh anyway.
    of_wave = select(Stratum.id).where(Stratum.wave_id == row.wave_id)
    session.execute(
        delete(_UNCOUNTED).where(
            _UNCOUNTED.c.stratum_id.in_(of_wave), _UNCOUNTED.c.response_id == row.id
        )
    )
    changed = (
        update(_RESPONSES)
        .where(_RESPONSES.c.id == row.id, _RESPONSES.c.revision == base)
        .values(
            stratum_id=_stratum(session, row), language=row.language, document=row.document,
            revision=base + 1,
        )
    )  # fmt: skip
    return _any_row(session, changed)


def _any_row(session: Session, statement: Update | Delete) -> bool:
    return bool(cast("CursorResult[Any]", session.execute(statement)).rowcount)


def _stratum(session: Session, row: NewResponse) -> int:
    """The number of the row's stratum, written down at first need."""
    session.flush()
    connection = session.connection()
    cursor = connection.connection.cursor()
    try:
        sql = Statements(cursor, connection.dialect.name)
        if row.place not in sql.strata([row.wave_id]):
            sql.add_strata([row.place])
        return sql.strata([row.wave_id])[row.place]
    finally:
        cursor.close()


def withdraw(session: Session, response_id: bytes, day: date) -> bool:
    """Erase the answer at once, leave its key; False when there was nothing to erase."""
    stored = find(session, response_id)
    if stored is None:
        return False
    hold(session, stored.wave_id)
    open_answers.forget(session, response_id)
    if not _any_row(session, delete(_RESPONSES).where(_RESPONSES.c.id == response_id)):
        return False
    if withdrawn_on(session, response_id) is None:
        session.add(Withdrawal(id=response_id, wave_id=stored.wave_id, withdrawn_on=day))
    _forget_counts(session, stored.wave_id)
    session.flush()
    return True


def hold(session: Session, wave_id: int) -> tuple[str, str]:
    """State and digest of a wave, which stays as it is, uncounted too, until we are done.

    Nobody releases it meanwhile either.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(WRITING))
    of_wave = select(Wave.state, Wave.digest).where(Wave.id == wave_id)
    state, digest = session.execute(of_wave.with_for_update(read=True)).one()
    return state, digest


def _forget_counts(session: Session, wave_id: int) -> None:
    # Counts are only ever added to: without this answer they are counted afresh when next needed.
    session.execute(delete(StoredTally).where(StoredTally.wave_id == wave_id))
