"""Closing a wave: no further answer, and nothing left that joins an answer with a person.

What only an open wave needs is erased, its tables are written anew, and copies made meanwhile go.
Stopped at any point, closing is done again and ends what is left; then the wave is *sealed*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from corus.domain.rare import UNDETERMINED, UNKNOWN
from corus.domain.wave import WaveState
from corus.errors import RefusedError
from corus.services import copies, copies_held, waves
from corus.services.archive import Backup
from corus.services.inviting.stopping import address_mark
from corus.services.waves import plan_of
from corus.store import invitations, queries, rewriting, traces
from corus.store.engine import Store
from corus.store.forgetting import Ended
from corus.store.life import waiting_sheets
from corus.store.models import Wave

ERASED, SEALED = "erased", "sealed"
"""Actions of the journal."""


@dataclass(frozen=True)
class Keeping:
    """Where an instance keeps copies of what its waves hold."""

    backups: Path
    secret: str = ""
    """A mark of the instance's secret, as backups carry it."""


@dataclass(frozen=True)
class Closed:
    """What closing erased, and what it could not."""

    erased: dict[str, int] = field(default_factory=dict)
    """Rows by table; nothing when an earlier attempt had come that far."""
    backups: tuple[str, ...] = ()
    """Names of the backups that went."""
    new_backup: Path | None = None
    """The one made in their place."""
    limits: tuple[str, ...] = ()
    """Sentences on what the database server keeps, and who can clear it."""


def close_wave(
    store: Store, code: str, day: date, keeping: Keeping, *, drop_paper: bool = False
) -> Closed:
    """Close an open wave, or end a closing that was stopped half-way.

    Raises ``RefusedError`` when paper waits for its second typing (``CLO-001``) unless
    ``drop_paper``, or when the wave is not open and was sealed (``WAV-005``), and
    ``UnavailableError`` when somebody keeps reading: closing again goes on from there.
    """
    with store.writing() as session:
        ended = _end(session, code, day, drop_paper=drop_paper)
    erased = _erase(store, code, ended, day)
    limits = traces.clear(store)
    # Only now: whoever copied the tables as they were has finished by now.
    new, gone = _change_backups(store, code, day, keeping)
    with store.writing() as session:
        wave = queries.wave_by_code(session, code)
        queries.note(session, wave, day, SEALED, backups=len(gone), limits=list(limits))
    return Closed(erased, gone, new, tuple(map(traces.told, limits)))


def forget_late(store: Store, code: str, day: date) -> dict[str, int]:
    """Close an anonymous wave anew within, once answers came into it after its closing.

    They take on its day, lie among the others, and leave no site, way or language that few have.
    How many answers lost each of these now, those stored before included.
    """
    with store.reading() as session:
        wave = queries.wave_by_code(session, code)
        sealed = rewriting.is_noted(session, wave.id, SEALED)
        ended, before = _ended(wave, day), _told(session, wave.id)
    if not sealed or not ended.anonymous:
        return {}
    _erase(store, code, ended, day)
    traces.clear(store)
    with store.reading() as session:
        after = _told(session, ended.id)
    return {part: n - after[part] for part, n in before.items() if n > after[part]}


def _told(session: Session, wave_id: int) -> Counter[str]:
    """How many answers of a wave say their site, mode, channel and language."""
    told: Counter[str] = Counter()
    for (_, _, mode, channel, _, site), language, n in queries.languages(session, wave_id):
        told["site"] += n if site else 0
        told["mode"] += n if mode != UNKNOWN else 0
        told["channel"] += n if channel != UNKNOWN else 0
        told["language"] += n if language != UNDETERMINED else 0
    return told


def is_under_way(session: Session, wave: Wave) -> bool:
    """Whether closing has something left to do: the wave is open, or was closed half-way."""
    return wave.state != WaveState.DRAFT and not rewriting.is_noted(session, wave.id, SEALED)


def require_sealed(session: Session, wave: Wave) -> None:
    """Raises ``RefusedError`` (``CLO-002``) for a closed wave that still tells who answered."""
    if not rewriting.is_noted(session, wave.id, SEALED):
        raise RefusedError(
            f"Wave “{wave.code}” is closed, but what tells who answered is not all erased yet.",
            hint=f"Run `corus wave close {wave.code}` again: it ends what was left.",
            code="CLO-002",
        )


def _end(session: Session, code: str, day: date, *, drop_paper: bool) -> Ended:
    wave = queries.wave_by_code(session, code)
    if wave.state == WaveState.OPEN or not is_under_way(session, wave):
        wave = waves.close_wave(session, code, day)
    waiting = waiting_sheets(session, wave.id)
    if waiting and not drop_paper:
        raise RefusedError(
            f"{waiting} paper questionnaire(s) of wave “{code}” wait for their second typing.",
            hint="Type them again, or erase them with --drop-paper.", code="CLO-001",
        )  # fmt: skip
    return _ended(wave, day)


def _ended(wave: Wave, day: date) -> Ended:
    plan = plan_of(wave)
    anonymous = plan.anonymity == "anonymous"
    least = plan.thresholds.shown if anonymous else 0
    return Ended(wave.id, wave.closed_on or day, anonymous, least)


def _erase(store: Store, code: str, ended: Ended, day: date) -> dict[str, int]:
    with store.changing() as connection, Session(connection) as session:
        marks = _marks(connection, ended, store.key) if ended.anonymous else {}
        counts = rewriting.erase(connection, replace(ended, marks=marks))
        if rewriting.is_noted(session, ended.id, ERASED):
            return {}
        # With what it counts, or not at all: done again, there is nothing left to count.
        queries.note(session, queries.wave_by_code(session, code), day, ERASED, **counts)
        session.flush()
        return counts


def _marks(connection: Connection, ended: Ended, key: bytes) -> dict[bytes, str]:
    found = invitations.addresses(connection, ended.id)
    return {one: address_mark(key, address) for one, address in found.items()}


def _change_backups(
    store: Store, code: str, day: date, keeping: Keeping
) -> tuple[Path | None, tuple[str, ...]]:
    """A backup of the rewritten tables, then those that tell more go: never without one.

    It is sealed already: put back, nothing of it is left to erase.
    """
    if not any(keeping.backups.glob(f"*{copies.SUFFIX}*")):
        return None, ()
    with store.reading() as session:
        wave = queries.wave_by_code(session, code)
        seal = copies.Note(wave.id, day, SEALED)
        named = _series(session, wave) if _ended(wave, day).anonymous else []
    place = copies.free_place(keeping.backups, day, keeping.secret)
    copies.back_up(store, place, seal)
    tells = partial(_tells, code, named)
    return place.path, copies.purge_backups(
        keeping.backups, told=lambda backup: backup.path != place.path and tells(backup)
    )


def _tells(code: str, named: Sequence[str], backup: Backup) -> bool:
    """Whether a copy tells what closing has erased; ``named`` are waves that name nobody now."""
    return copies_held.must_go(backup, code, erased=ERASED) or any(
        copies_held.names_somebody(backup, one) for one in named
    )


def _series(session: Session, wave: Wave) -> list[str]:
    """A wave and those it goes on from, which held its contacts before."""
    codes = [wave.code]
    while before := plan_of(queries.wave_by_code(session, codes[-1])).succeeds:
        codes.append(before)
    return codes
