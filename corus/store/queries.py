"""Every read that services need, by name; returns records and plain values, never rows to edit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, delete, exists, func, insert, select, text, update
from sqlalchemy.orm import Session

from corus.errors import NotFoundError
from corus.store.models import (
    JournalEntry,
    Organization,
    PublishedInstrument,
    Release,
    Response,
    StoredTally,
    Stratum,
    Untallied,
    Wave,
)

Place = tuple[str, str, str, str, str]
"""group, variant, mode, channel, completeness"""

CHUNK = 16_384


def wave_by_code(session: Session, code: str) -> Wave:
    """The wave called ``code``; ``NotFoundError`` says how to list them."""
    wave = session.scalar(select(Wave).where(Wave.code == code))
    if wave is None:
        raise NotFoundError(
            f"There is no wave “{code}”.", hint="`corus wave list` names them.", code="NOT-001"
        )
    return wave


def hold(session: Session, wave: Wave) -> None:
    """Nobody adds, changes or takes back answers of this wave until the session ends."""
    session.execute(select(Wave.id).where(Wave.id == wave.id).with_for_update())


def hold_all_answers(session: Session) -> None:
    """No answer is stored until the session ends; those under way were stored before.

    On PostgreSQL a statement that waits for a row goes on with the view it began with, in which
    what the holder wrote meanwhile is not there; one that waits for a table looks afresh. Whoever
    needs both takes the table first (``rows.WRITING``): two who wait for each other end.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE responses IN SHARE ROW EXCLUSIVE MODE"))


def waves(session: Session) -> list[Wave]:
    """Every wave, oldest first."""
    return list(session.scalars(select(Wave).order_by(Wave.id)))


def instrument_by_name(session: Session, name: str) -> PublishedInstrument:
    """The instrument with this digest (8 characters are enough) or the latest with this code."""
    latest = (
        select(PublishedInstrument)
        .where(PublishedInstrument.code == name)
        .order_by(PublishedInstrument.number.desc())
    )
    found = session.scalars(latest).first()
    if found is None and len(name) >= 8:
        like = PublishedInstrument.digest.startswith(name, autoescape=True)
        found = session.scalars(select(PublishedInstrument).where(like)).first()
    if found is None:
        raise NotFoundError(
            f"No published instrument is called “{name}”.",
            hint="Publish it first: `corus publish surveys/…yaml`.",
            code="NOT-002",
        )
    return found


def latest_edition(session: Session, code: str) -> PublishedInstrument | None:
    """The instrument last published under ``code``, or None."""
    return session.scalars(
        select(PublishedInstrument)
        .where(PublishedInstrument.code == code)
        .order_by(PublishedInstrument.number.desc())
    ).first()


def organization_by_name(session: Session, name: str) -> Organization | None:
    """The organization with this name or code, or None."""
    match = (Organization.name == name) | (Organization.code == name)
    return session.scalar(select(Organization).where(match))


_STRATUM = (
    Stratum.group, Stratum.variant, Stratum.mode, Stratum.channel, Stratum.completeness
)  # fmt: skip


def strata(session: Session, wave_id: int) -> dict[Place, int]:
    """Number of responses of a wave by group, variant, mode, channel and completeness."""
    rows = session.execute(
        select(*_STRATUM, func.count())
        .join(Response, Response.stratum_id == Stratum.id)
        .where(Stratum.wave_id == wave_id)
        .group_by(Stratum.id, *_STRATUM)
    )
    return {(g, v, m, c, k): n for g, v, m, c, k, n in rows}


ALL = "SELECT document FROM responses WHERE stratum_id = "
LATE = (
    "SELECT r.document FROM untallied u JOIN responses r"
    " ON r.stratum_id = u.stratum_id AND r.id = u.response_id WHERE u.stratum_id = "
)


def documents(session: Session, wave_id: int) -> Iterator[tuple[Place, list[str]]]:
    """Every answer document of a wave, in chunks of one stratum each."""
    return _by_stratum(session, wave_id, ALL)


def untallied_documents(session: Session, wave_id: int) -> Iterator[tuple[Place, list[str]]]:
    """The same for documents that the stored tally does not hold yet."""
    return _by_stratum(session, wave_id, LATE)


def _by_stratum(session: Session, wave_id: int, source: str) -> Iterator[tuple[Place, list[str]]]:
    found = select(Stratum.id, *_STRATUM).where(Stratum.wave_id == wave_id).order_by(Stratum.id)
    for number, g, v, m, c, k in session.execute(found).all():
        for chunk in _documents(session, number, source):
            yield (g, v, m, c, k), chunk


def _documents(session: Session, stratum: int, source: str) -> Iterator[list[str]]:
    # The driver's own cursor: a million rows would spend more time being wrapped than being read.
    connection = session.connection()
    session.flush()
    cursor: Any = connection.connection.cursor()
    cursor.execute(f"{source}{int(stratum)}")
    try:
        while rows := cursor.fetchmany(CHUNK):
            yield [document for (document,) in rows]
    finally:
        cursor.close()


class AnswerRow(NamedTuple):
    """One response as microdata hold it: everything but its key."""

    group: str
    variant: str
    mode: str
    channel: str
    completeness: str
    language: str
    received_on: date
    document: str


def answers(session: Session, wave_id: int) -> list[AnswerRow]:
    """Every response of a wave, in the order of its key, which is random."""
    found = (
        select(*_STRATUM, Response.language, Response.received_on, Response.document)
        .join(Stratum, Stratum.id == Response.stratum_id)
        .where(Stratum.wave_id == wave_id)
        .order_by(Response.id)
    )
    return [AnswerRow(*row) for row in session.execute(found)]


class PseudonymRow(NamedTuple):
    """One response of a person who is recognised from wave to wave, by pseudonym only."""

    pseudonym: bytes
    group: str
    variant: str
    document: str


def pseudonymous(session: Session, wave_id: int) -> Iterator[PseudonymRow]:
    """Responses of a wave that carry a pseudonym."""
    found = (
        select(Response.pseudonym, Stratum.group, Stratum.variant, Response.document)
        .join(Stratum, Stratum.id == Response.stratum_id)
        .where(Stratum.wave_id == wave_id, Response.pseudonym.is_not(None))
        .order_by(Response.pseudonym)
        .execution_options(yield_per=CHUNK)
    )
    for pseudonym, group, variant, document in session.execute(found):
        yield PseudonymRow(bytes(pseudonym or b""), group, variant, document)


def stored_tally(session: Session, wave_id: int) -> bytes | None:
    """The stored count tables of a wave, or None."""
    return session.scalar(select(StoredTally.document).where(StoredTally.wave_id == wave_id))


# Plain tables: a statement on many rows has no use for what a session keeps of each of them.
_TALLIES = cast(Table, StoredTally.__table__)
_UNTALLIED = cast(Table, Untallied.__table__)


def keep_tally(session: Session, wave_id: int, document: bytes) -> None:
    """Store the count tables and forget which responses were waiting to be counted."""
    of_it = StoredTally.wave_id == wave_id
    if session.scalar(select(exists().where(of_it))):
        session.execute(update(_TALLIES).where(of_it).values(document=document))
    else:
        session.execute(insert(_TALLIES).values(wave_id=wave_id, document=document))
    of_wave = select(Stratum.id).where(Stratum.wave_id == wave_id)
    session.execute(delete(_UNTALLIED).where(_UNTALLIED.c.stratum_id.in_(of_wave)))


def releases(session: Session, wave_id: int) -> list[Release]:
    """Every release of a wave, the last first."""
    newest_first = Release.number.desc()
    return list(
        session.scalars(select(Release).where(Release.wave_id == wave_id).order_by(newest_first))
    )


def latest_release(session: Session, wave_id: int) -> Release | None:
    """The wave's last release, or None."""
    return next(iter(releases(session, wave_id)), None)


def note(session: Session, wave: Wave, day: date, action: str, **detail: object) -> None:
    """Write one line in the wave's journal."""
    session.add(JournalEntry(wave_id=wave.id, done_on=day, action=action, detail=detail))
