"""Every read that services need, by name; returns records and plain values, never rows to edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session, defer

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

Place = tuple[str, str, str, str, str, str]
"""group, variant, mode, channel, completeness, site"""

CHUNK = 16_384
SLICE = 500
"""Most values in one list of a statement."""
IMPORTS = 702267
"""Class of the advisory locks of imports, one a wave."""


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
    if session.get_bind().dialect.name != "sqlite":  # where one writes, nobody else does
        session.execute(select(Wave.id).where(Wave.id == wave.id).with_for_update())


def hold_all_answers(session: Session) -> None:
    """No answer is stored until the session ends; those under way were stored before.

    On PostgreSQL a statement that waits for a row goes on with the view it began with, in which
    what the holder wrote meanwhile is not there; one that waits for a table looks afresh. Whoever
    needs both takes the table first (``rows.WRITING``): two who wait for each other end.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE responses IN SHARE ROW EXCLUSIVE MODE"))


def hold_imports(session: Session, wave: Wave) -> None:
    """One import into this wave at a time, so that each sees what the others stored.

    Respondents are not kept waiting; where one writes, nobody else does (SQLite).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(IMPORTS, wave.id)))


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
        raise no_instrument(name)
    return found


def no_instrument(name: str) -> NotFoundError:
    """Nothing is published under ``name``, or nothing that who asks may know of."""
    return NotFoundError(
        f"No published instrument is called “{name}”.",
        hint="Publish it first: `corus publish surveys/…yaml`.",
        code="NOT-002",
    )


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
    Stratum.group, Stratum.variant, Stratum.mode, Stratum.channel, Stratum.completeness,
    Stratum.site,
)  # fmt: skip


def strata(session: Session, wave_id: int) -> dict[Place, int]:
    """Number of responses of a wave by stratum."""
    rows = session.execute(
        select(*_STRATUM, func.count())
        .join(Response, Response.stratum_id == Stratum.id)
        .where(Stratum.wave_id == wave_id)
        .group_by(Stratum.id, *_STRATUM)
    )
    return {(g, v, m, c, k, s): n for g, v, m, c, k, s, n in rows}


ALL = "SELECT document FROM responses WHERE stratum_id = "
LATE = (
    "SELECT r.stratum_id, r.document FROM untallied u JOIN responses r{by}"
    " ON r.stratum_id = u.stratum_id AND r.id = u.response_id WHERE u.stratum_id IN ({})"
)
BY_KEY = {"sqlite": " INDEXED BY sqlite_autoindex_responses_1"}
"""The table itself, which is ordered by its key: by way of the other index each row is sought
twice."""


def documents(session: Session, wave_id: int) -> Iterator[tuple[Place, list[str]]]:
    """Every answer document of a wave, in chunks of one stratum each."""
    for number, place in _strata_of(session, wave_id):
        for rows in _rows(session, f"{ALL}{int(number)}"):
            yield place, [document for (document,) in rows]


AT_ONCE = 2**24
"""Bytes of documents read together."""
_ENDS = 2**16
"""Ids by their first two bytes: how finely a stratum is read in parts."""


def lines(session: Session, wave_id: int) -> Iterator[tuple[Place, int, bytes]]:
    """Every answer document of a wave, those of one stratum together, one a line, and how many.

    The database joins them: a row of its own for each costs more than reading it.
    """
    for number, place in _strata_of(session, wave_id):
        for count, joined in _joined(session, number):
            yield place, count, joined


def _joined(session: Session, stratum: int) -> Iterator[tuple[int, bytes]]:
    """Documents of a stratum, about ``AT_ONCE`` bytes at a time.

    Ids are keyed hashes, evenly spread: the first sixteenth of them tells how much the rest weighs.
    """
    start, step = 0, _ENDS // 16
    while start < _ENDS:
        count, joined = _between(session, stratum, start, min(start + step, _ENDS))
        start += step
        if count:
            yield count, joined
        step = max(1, min(_ENDS, int(step * AT_ONCE / max(len(joined), 1))))


def _between(session: Session, stratum: int, start: int, end: int) -> tuple[int, bytes]:
    """Documents whose ids lie in a part of their range, joined, and how many they are."""
    count, joined = _ask(session, stratum, start, end, "document")
    if count and joined.count(b"\n") != count - 1:
        # Written by other hands. In JSON a line can only break where a space may stand.
        return _ask(session, stratum, start, end, "replace(document, {line}, ' ')")
    return count, joined


def _ask(session: Session, stratum: int, start: int, end: int, what: str) -> tuple[int, bytes]:
    lite = session.get_bind().dialect.name == "sqlite"
    join, line, key = (
        ("group_concat", "char(10)", "X'{}'") if lite else ("string_agg", "chr(10)", r"'\x{}'")
    )
    # Numbers of our own making: nothing that came from outside is in this text.
    question = (
        f"SELECT count(*), {join}({what.format(line=line)}, {line}) FROM responses"  # noqa: S608
        f" WHERE stratum_id = {int(stratum)} AND id >= {key.format(f'{start:04x}')}"
    )
    if end < _ENDS:
        question += f" AND id < {key.format(f'{end:04x}')}"
    connection = session.connection()
    session.flush()
    cursor: Any = connection.connection.cursor()
    cursor.execute(question)
    count, joined = cursor.fetchone()
    cursor.close()
    return count, (joined or "").encode()


def untallied_documents(session: Session, wave_id: int) -> list[tuple[Place, list[str]]]:
    """The same for documents that the stored tally does not hold yet, all of a stratum at once."""
    strata = _strata_of(session, wave_id)
    numbers = ",".join(str(int(number)) for number, _ in strata) or "NULL"
    wanted = LATE.format(numbers, by=BY_KEY.get(session.get_bind().dialect.name, ""))
    found: dict[int, list[str]] = defaultdict(list)
    for rows in _rows(session, wanted):
        for number, document in rows:
            found[number].append(document)
    return [(place, found[number]) for number, place in strata if number in found]


def _strata_of(session: Session, wave_id: int) -> list[tuple[int, Place]]:
    """Number and place of each stratum of a wave."""
    found = select(Stratum.id, *_STRATUM).where(Stratum.wave_id == wave_id).order_by(Stratum.id)
    return [(number, cast(Place, tuple(place))) for number, *place in session.execute(found)]


def _rows(session: Session, question: str) -> Iterator[list[tuple[Any, ...]]]:
    # The driver's own cursor: a million rows would spend more time being wrapped than being read.
    connection = session.connection()
    session.flush()
    cursor: Any = connection.connection.cursor()
    cursor.execute(question)
    try:
        while rows := cursor.fetchmany(CHUNK):
            yield rows
    finally:
        cursor.close()


class AnswerRow(NamedTuple):
    """One response as microdata hold it: everything but its key."""

    group: str
    variant: str
    mode: str
    channel: str
    completeness: str
    site: str
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


def languages(session: Session, wave_id: int) -> Iterator[tuple[Place, str, int]]:
    """Number of responses of a wave by stratum and language."""
    rows = session.execute(
        select(*_STRATUM, Response.language, func.count())
        .join(Response, Response.stratum_id == Stratum.id)
        .where(Stratum.wave_id == wave_id)
        .group_by(Stratum.id, *_STRATUM, Response.language)
    )
    for *place, language, n in rows:
        yield cast(Place, tuple(place)), language, n


def sites_of(session: Session, ids: Sequence[bytes]) -> dict[bytes, str]:
    """The site of each of these responses; one that is not stored is left out."""
    found: dict[bytes, str] = {}
    for start in range(0, len(ids), SLICE):
        asked = (
            select(Response.id, Stratum.site)
            .join(Stratum, Stratum.id == Response.stratum_id)
            .where(Response.id.in_(ids[start : start + SLICE]))
        )
        found |= {bytes(one): site for one, site in session.execute(asked)}
    return found


class PseudonymRow(NamedTuple):
    """One response of a person who is recognised from wave to wave, by pseudonym only."""

    pseudonym: bytes
    group: str
    variant: str
    document: str
    mode: str


def pseudonymous(session: Session, wave_id: int) -> Iterator[PseudonymRow]:
    """Responses of a wave that carry a pseudonym."""
    found = (
        select(Response.pseudonym, Stratum.group, Stratum.variant, Response.document, Stratum.mode)
        .join(Stratum, Stratum.id == Response.stratum_id)
        .where(Stratum.wave_id == wave_id, Response.pseudonym.is_not(None))
        .order_by(Response.pseudonym)
        .execution_options(yield_per=CHUNK)
    )
    for pseudonym, *told in session.execute(found):
        yield PseudonymRow(bytes(pseudonym or b""), *told)


def has_pseudonyms(session: Session, wave_id: int) -> bool:
    """Whether any response of the wave carries a pseudonym."""
    found = (
        select(Response.pseudonym)
        .join(Stratum, Stratum.id == Response.stratum_id)
        .where(Stratum.wave_id == wave_id, Response.pseudonym.is_not(None))
        .limit(1)
    )
    return session.scalar(found) is not None


def stored_tally(session: Session, wave_id: int) -> bytes | None:
    """The stored count tables of a wave, or None."""
    return session.scalar(select(StoredTally.document).where(StoredTally.wave_id == wave_id))


# Plain tables: a statement on many rows has no use for what a session keeps of each of them.
_TALLIES = cast(Table, StoredTally.__table__)
_UNTALLIED = cast(Table, Untallied.__table__)


def keep_tally(session: Session, wave_id: int, document: bytes) -> None:
    """Store the count tables and forget which responses were waiting to be counted."""
    of_it = StoredTally.wave_id == wave_id
    kept = session.execute(update(_TALLIES).where(of_it).values(document=document))
    if not cast(CursorResult[Any], kept).rowcount:
        session.execute(insert(_TALLIES).values(wave_id=wave_id, document=document))
    of_wave = select(Stratum.id).where(Stratum.wave_id == wave_id)
    session.execute(delete(_UNTALLIED).where(_UNTALLIED.c.stratum_id.in_(of_wave)))


def releases(session: Session, wave_id: int) -> list[Release]:
    """Every release of a wave, the last first."""
    newest_first = Release.number.desc()
    return list(
        session.scalars(select(Release).where(Release.wave_id == wave_id).order_by(newest_first))
    )


def releases_to_change(session: Session, wave_id: int) -> list[Release]:
    """The same, oldest first, as they now stand; nobody else changes them meanwhile."""
    found = select(Release).where(Release.wave_id == wave_id).order_by(Release.number)
    return list(
        session.scalars(found.with_for_update(), execution_options={"populate_existing": True})
    )


def latest_release(session: Session, wave_id: int) -> Release | None:
    """The wave's last release, or None."""
    newest_first = Release.number.desc()
    last = select(Release).where(Release.wave_id == wave_id).order_by(newest_first).limit(1)
    # Its counts are many times the size of its profile, and few who ask need them.
    return session.scalars(last.options(defer(Release.counts))).first()


def note(session: Session, wave: Wave, day: date, action: str, **detail: object) -> None:
    """Write one line in the wave's journal."""
    session.add(JournalEntry(wave_id=wave.id, done_on=day, action=action, detail=detail))
