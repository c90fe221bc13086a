"""Reads and writes of what organizations decided, and of the pages they gave back to groups."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from corus.store import stamps
from corus.store.account_models import Decision, SharedPage
from corus.store.models import Wave


def of_wave(session: Session, wave_id: int) -> list[Decision]:
    """Decisions of a wave in the order in which they were written."""
    mine = select(Decision).where(Decision.wave_id == wave_id)
    return list(session.scalars(mine.order_by(Decision.id)))


def decision(session: Session, wave_id: int, number: int) -> Decision | None:
    """One decision of this wave, or None."""
    mine = (Decision.id == number) & (Decision.wave_id == wave_id)
    return session.scalar(select(Decision).where(mine))


def drop(session: Session, found: Decision) -> None:
    """Delete a decision."""
    session.execute(delete(Decision).where(Decision.id == found.id))


def shared(session: Session, wave_id: int) -> dict[str, SharedPage]:
    """Group → its page, where it was ever handed out."""
    found = select(SharedPage).where(SharedPage.wave_id == wave_id)
    return {page.group: page for page in session.scalars(found)}


def shared_by(session: Session, token: bytes) -> tuple[Wave, str] | None:
    """(wave, group) of the page that is open under this hash, or None."""
    found = (
        select(Wave, SharedPage.group)
        .join(SharedPage, SharedPage.wave_id == Wave.id)
        .where(SharedPage.token == token, SharedPage.withdrawn_on.is_(None))
    )
    row = session.execute(found).one_or_none()
    return (row[0], row[1]) if row else None


def later_waves(session: Session, wave: Wave) -> list[Wave]:
    """Waves of its organization to which it is an earlier one with results, the next one first."""
    others = select(Wave).where(
        Wave.organization_id == wave.organization_id, Wave.id != wave.id,
        Wave.closed_on.is_not(None),
    ).order_by(Wave.closed_on, Wave.id)  # fmt: skip
    found = [(other, stamps.stamp(session, other.code)) for other in session.scalars(others)]
    return [
        other
        for other, stamp in found
        if stamp is not None and wave.code in {code for code, _ in stamp.earlier}
    ]
