"""Reads and writes of instruments that organizations write, and of those they may use."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from corus.store.account_models import InstrumentDraft
from corus.store.models import PublishedInstrument, Wave


def one_at_a_time(session: Session) -> None:
    """Wait until nobody else is making a draft: two of the same name, or the same instrument
    published twice, would end in an error of the database. SQLite writes in turns anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(702266)"))


def drafts(session: Session, organization_id: int) -> list[InstrumentDraft]:
    """Drafts of an organization, by title."""
    mine = InstrumentDraft.organization_id == organization_id
    return list(
        session.scalars(select(InstrumentDraft).where(mine).order_by(InstrumentDraft.title))
    )


def draft(session: Session, organization_id: int, code: str) -> InstrumentDraft | None:
    """The draft that this organization calls ``code``, or None."""
    return session.scalar(
        select(InstrumentDraft).where(
            InstrumentDraft.organization_id == organization_id, InstrumentDraft.code == code
        )
    )


def replace(
    session: Session, found: InstrumentDraft, revision: int, *, title: str, document: str,
    base_digest: str, day: date,
) -> bool:  # fmt: skip
    """Put ``document`` in the place of ``revision``; False when somebody saved another before."""
    done = session.execute(
        update(InstrumentDraft)
        .where(InstrumentDraft.id == found.id, InstrumentDraft.revision == revision)
        .values(
            title=title, document=document, base_digest=base_digest, changed_on=day,
            revision=revision + 1,
        )
        .returning(InstrumentDraft.id)
        .execution_options(synchronize_session=False)
    ).all()  # fmt: skip
    session.refresh(found)
    return bool(done)


def drop(session: Session, found: InstrumentDraft) -> None:
    """Delete a draft."""
    session.execute(delete(InstrumentDraft).where(InstrumentDraft.id == found.id))


def usable(session: Session, organization_id: int) -> list[PublishedInstrument]:
    """The last version under each code that this organization may use: its own, the instance's."""
    mine = PublishedInstrument.organization_id
    last = (
        select(PublishedInstrument.code, func.max(PublishedInstrument.number).label("number"))
        .where(mine.is_(None) | (mine == organization_id))
        .group_by(PublishedInstrument.code)
        .subquery()
    )
    newest = (PublishedInstrument.code == last.c.code) & (
        PublishedInstrument.number == last.c.number
    )
    found = select(PublishedInstrument).join(last, newest).order_by(PublishedInstrument.code)
    return list(session.scalars(found))


def waves_on(session: Session, code: str, organization_id: int) -> int:
    """How many waves of this organization ask with a version of the instrument ``code``."""
    found = select(func.count()).select_from(Wave).join(PublishedInstrument)
    mine = (PublishedInstrument.code == code) & (Wave.organization_id == organization_id)
    return session.scalar(found.where(mine)) or 0
