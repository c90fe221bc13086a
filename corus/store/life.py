"""What following and changing a wave reads and writes; answers are counted here, never shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, func, select, text, update
from sqlalchemy.orm import Session

from corus.store.models import (
    Burst,
    Invitation,
    JournalEntry,
    Mailing,
    PaperEntry,
    Release,
    Response,
    StoredTally,
    Stratum,
    UsedLink,
    Wave,
    Withdrawal,
)

CHUNK = 16_384


def hold(session: Session, code: str) -> None:
    """Hold this wave's row until the transaction ends: answers under way wait, or came before.

    SQLite has one writer at a time and needs no lock of its own.
    """
    session.execute(select(Wave.id).where(Wave.code == code).with_for_update())
    session.expire_all()


def has_answers(session: Session, wave_id: int) -> bool:
    """Whether anybody has answered, withdrawn answers and used links included."""
    return bool(
        session.scalar(
            select(
                exists().where(Stratum.wave_id == wave_id, Response.stratum_id == Stratum.id)
                | exists().where(Withdrawal.wave_id == wave_id)
                | exists().where(UsedLink.wave_id == wave_id)
            )
        )
    )


def has_release(session: Session, wave_id: int) -> bool:
    """Whether results of this wave were released."""
    return bool(session.scalar(select(exists().where(Release.wave_id == wave_id))))


def waiting_sheets(session: Session, wave_id: int) -> int:
    """Paper sheets typed once or in two ways that do not agree yet."""
    found = select(func.count(PaperEntry.sheet.distinct())).where(PaperEntry.wave_id == wave_id)
    return session.scalar(found) or 0


def arrivals(session: Session, wave_id: int, before: date) -> dict[tuple[str, str, str, date], int]:
    """Number of responses by group, mode, channel and day, those of days before this one."""
    place = (Stratum.group, Stratum.mode, Stratum.channel, Response.received_on)
    rows = session.execute(
        select(*place, func.count())
        .join(Response, Response.stratum_id == Stratum.id)
        .where(Stratum.wave_id == wave_id, Response.received_on < before)
        .group_by(*place)
    )
    return {(group, mode, channel, day): n for group, mode, channel, day, n in rows}


def has_invitations(session: Session, wave_id: int) -> bool:
    """Whether anybody was invited."""
    return bool(session.scalar(select(exists().where(Invitation.wave_id == wave_id))))


def invited(session: Session, wave_id: int, groups: Iterable[str]) -> dict[str, int]:
    """Number of invitations of these groups, those without any left out."""
    # One count per group reads the index alone: half the time of grouping a hundred thousand.
    found = select(func.count()).where(Invitation.wave_id == wave_id)
    counts = {g: session.scalar(found.where(Invitation.group == g)) for g in groups}
    return {group: n for group, n in counts.items() if n}


def journal(session: Session, wave_id: int, action: str) -> list[dict[str, object]]:
    """Details of every journal line of this kind, oldest first."""
    found = (
        select(JournalEntry.detail)
        .where(JournalEntry.wave_id == wave_id, JournalEntry.action == action)
        .order_by(JournalEntry.id)
    )
    return list(session.scalars(found))


class BurstRow(NamedTuple):
    """One day on which many answers came quickly by the open link of one group."""

    group: str
    seen_on: date
    answers: int


def bursts(session: Session, wave_id: int) -> list[BurstRow]:
    """Every burst of a wave, oldest first."""
    found = (
        select(Burst.group, Burst.seen_on, Burst.answers)
        .where(Burst.wave_id == wave_id)
        .order_by(Burst.seen_on, Burst.group)
    )
    return [BurstRow(*row) for row in session.execute(found)]


_KEEP_BURST = text(
    "INSERT INTO bursts (wave_id, group_code, seen_on, answers)"
    " VALUES (:wave_id, :group_code, :seen_on, :answers)"
    " ON CONFLICT (wave_id, group_code, seen_on) DO UPDATE SET answers = excluded.answers"
    " WHERE excluded.answers > bursts.answers"
)


def keep_burst(session: Session, wave_id: int, burst: BurstRow) -> None:
    """Write the day's largest number down; a smaller one changes nothing."""
    values = {
        "wave_id": wave_id, "group_code": burst.group, "seen_on": burst.seen_on.isoformat(),
        "answers": burst.answers,
    }  # fmt: skip
    session.execute(_KEEP_BURST, values)


Row = tuple[int, bytes, str]
"""stratum, key and document of one response"""


def rows(session: Session, wave_id: int) -> Iterator[list[Row]]:
    """Every stored document of a wave with its key, in chunks; each chunk may be rewritten."""
    strata = select(Stratum.id).where(Stratum.wave_id == wave_id).order_by(Stratum.id)
    for number in session.scalars(strata).all():
        last = b""
        while True:
            some = _after(session, number, last)
            if not some:
                break
            yield some
            last = some[-1][1]


def _after(session: Session, stratum: int, last: bytes) -> list[Row]:
    found = (
        select(Response.stratum_id, Response.id, Response.document)
        .where(Response.stratum_id == stratum, Response.id > last)
        .order_by(Response.id)
        .limit(CHUNK)
    )
    return [(stratum, key, said) for stratum, key, said in session.execute(found)]


def rewrite(session: Session, changed: Iterable[Row]) -> None:
    """Put these documents in the place of those stored under the same keys."""
    table: Any = Response.__table__
    values = [{"s": s, "i": i, "document": d} for s, i, d in changed]
    if values:
        session.connection().execute(
            update(table).where(table.c.stratum_id == bindparam("s"), table.c.id == bindparam("i")),
            values,
        )


def forget_counts(session: Session, wave_id: int) -> None:
    """Drop the wave's count tables: they are counted afresh when next needed."""
    session.execute(delete(StoredTally).where(StoredTally.wave_id == wave_id))


def move_invitations(session: Session, old: int, new: int) -> int:
    """Give every invitation, used link and mailing of one wave to another; how many were invited.

    All of them together: what stayed behind would tell who has answered.
    """
    moved = session.scalar(
        select(func.count()).select_from(Invitation).where(Invitation.wave_id == old)
    )
    for table in (Invitation, UsedLink, Mailing):
        session.execute(update(table).where(table.wave_id == old).values(wave_id=new))
    session.expire_all()
    return moved or 0
