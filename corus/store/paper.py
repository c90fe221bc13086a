"""Typings of paper questionnaires in and out of the tables, and the counts that outlive them.

Knows keys of sheets and encoded documents; neither forms nor questions.
"""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from corus.store.models import PaperCount, PaperEntry, Response, Wave, Withdrawal

COUNTED = ("stored", "fields", "differed", "illegible", "one_clerk", "voided")


def hold(session: Session, wave_id: int) -> str:
    """The state of a wave, which nobody changes until this transaction ends.

    Whoever works on paper of the same wave waits here, so that what one read still holds when it
    writes: without it two people who finish one sheet together would both see it unfinished.
    """
    held = select(Wave.state).where(Wave.id == wave_id).with_for_update(key_share=True)
    return session.scalars(held).one()


def typings(session: Session, wave_id: int, sheet: str) -> dict[int, PaperEntry]:
    """What was typed of one sheet, by number of the typing."""
    of_it = select(PaperEntry).where(PaperEntry.wave_id == wave_id, PaperEntry.sheet == sheet)
    return {entry.typing: entry for entry in session.scalars(of_it)}


def keep(session: Session, entry: PaperEntry) -> None:
    """Keep one typing."""
    session.add(entry)
    session.flush()


def forget(session: Session, wave_id: int, sheet: str) -> int:
    """Erase the typings of a sheet; how many there were."""
    gone = session.execute(
        delete(PaperEntry).where(PaperEntry.wave_id == wave_id, PaperEntry.sheet == sheet)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def answer(session: Session, response_id: bytes) -> str | None:
    """The document stored under this key, or None."""
    return session.scalar(select(Response.document).where(Response.id == response_id))


def taken_back(session: Session, response_id: bytes) -> bool:
    """Whether the answer of this key was stored and withdrawn."""
    return session.get(Withdrawal, response_id) is not None


def sheets(session: Session, wave_id: int) -> list[PaperEntry]:
    """First typings of every sheet not stored yet, by number of the sheet."""
    first = select(PaperEntry).where(PaperEntry.wave_id == wave_id, PaperEntry.typing == 1)
    return list(session.scalars(first.order_by(func.length(PaperEntry.sheet), PaperEntry.sheet)))


def typed_twice(session: Session, wave_id: int) -> frozenset[str]:
    """Sheets whose two typings are there, and differ."""
    second = select(PaperEntry.sheet).where(PaperEntry.wave_id == wave_id, PaperEntry.typing == 2)
    return frozenset(session.scalars(second))


def counts(session: Session, wave_id: int) -> dict[str, int]:
    """What became of the paper of a wave."""
    found = session.get(PaperCount, wave_id)
    return {name: getattr(found, name) if found else 0 for name in COUNTED}


def count(session: Session, wave_id: int, **more: int) -> None:
    """Add to the counts of a wave that this transaction holds."""
    added = session.execute(
        update(PaperCount)
        .where(PaperCount.wave_id == wave_id)
        .values({name: getattr(PaperCount, name) + n for name, n in more.items()})
        .execution_options(synchronize_session=False)
    )
    if not added.rowcount:  # type: ignore[attr-defined]
        session.add(PaperCount(wave_id=wave_id, **dict.fromkeys(COUNTED, 0) | more))
        session.flush()
