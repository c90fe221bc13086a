"""Messages to send: prepared once, taken by one sender, settled one by one.

``waiting`` → ``handing`` → ``sent``. Knows no mail server and no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, Table, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from corus.store.models import Delivery, Invitation, Mailing, Wave

_DELIVERIES = cast(Table, Delivery.__table__)
_CHUNK = 5_000


class Due(NamedTuple):
    """A message that waits, and to whom it goes."""

    invitation_id: bytes
    group: str
    language: str
    address: str
    name: str
    attempts: int


def last_mailing(session: Session, wave_id: int, kind: str) -> Mailing | None:
    """The latest mailing of this kind in a wave, or None."""
    return session.scalar(
        select(Mailing)
        .where(Mailing.wave_id == wave_id, Mailing.kind == kind)
        .order_by(Mailing.number.desc())
        .limit(1)
    )


def mailings(session: Session, wave_id: int) -> list[Mailing]:
    """Every mailing of a wave, in the order they were prepared."""
    return list(
        session.scalars(select(Mailing).where(Mailing.wave_id == wave_id).order_by(Mailing.id))
    )


def new_mailing(session: Session, wave_id: int, kind: str, number: int, day: date) -> Mailing:
    """A mailing without messages."""
    mailing = Mailing(wave_id=wave_id, kind=kind, number=number, prepared_on=day, counts={})
    session.add(mailing)
    session.flush()
    return mailing


def add(session: Session, mailing_id: int, invitation_ids: Sequence[bytes]) -> None:
    """One waiting message for each of these invitations."""
    rows = [
        {"mailing_id": mailing_id, "invitation_id": key, "state": "waiting", "attempts": 0,
         "note": ""}
        for key in invitation_ids
    ]  # fmt: skip
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(_DELIVERIES), rows[start : start + _CHUNK])


def states(session: Session, mailing_id: int) -> dict[bytes, str]:
    """State of each message of a mailing, by invitation."""
    rows = session.execute(
        select(Delivery.invitation_id, Delivery.state).where(Delivery.mailing_id == mailing_id)
    )
    return {bytes(key): state for key, state in rows}


def counts(session: Session, mailing_id: int) -> dict[str, int]:
    """Number of messages of a mailing by state."""
    rows = session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.mailing_id == mailing_id)
        .group_by(Delivery.state)
    )
    return {str(state): int(n) for state, n in rows}


def waiting(session: Session, mailing_id: int, after: bytes, limit: int) -> list[Due]:
    """Messages that wait, in the order of invitations' random keys, after one of them."""
    rows = session.execute(
        select(
            Delivery.invitation_id, Invitation.group, Invitation.language, Invitation.address,
            Invitation.name, Delivery.attempts,
        )
        .join(Invitation, Invitation.id == Delivery.invitation_id)
        .where(Delivery.mailing_id == mailing_id, Delivery.state == "waiting")
        .where(Delivery.invitation_id > after, Invitation.address.is_not(None))
        .order_by(Delivery.invitation_id)
        .limit(limit)
    )  # fmt: skip
    return [Due(bytes(row[0]), row[1], row[2], str(row[3]), row[4], row[5]) for row in rows]


def handing(session: Session, mailing_id: int) -> list[bytes]:
    """Invitations whose message was being handed over when its sender stopped."""
    return [key for key, state in states(session, mailing_id).items() if state == "handing"]


def _of(mailing_id: int, invitation_id: bytes, state: str) -> list[ColumnElement[bool]]:
    return [
        _DELIVERIES.c.mailing_id == mailing_id, _DELIVERIES.c.invitation_id == invitation_id,
        _DELIVERIES.c.state == state,
    ]  # fmt: skip


def take(session: Session, mailing_id: int, invitation_id: bytes) -> bool:
    """Mark a waiting message as being handed over; False when it may not be sent (any more).

    Of two senders one is told True; neither is when the wave closed or the person declined.
    """
    welcome = exists().where(
        Invitation.id == invitation_id, Invitation.state == "active",
        Wave.id == Invitation.wave_id, Wave.state == "open",
    )  # fmt: skip
    taken = session.execute(
        update(_DELIVERIES)
        .where(*_of(mailing_id, invitation_id, "waiting"), welcome)
        .values(state="handing")
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def settle(
    session: Session, mailing_id: int, invitation_id: bytes, state: str, *,
    instead_of: str = "handing", note: str = "", attempts: int = 0,
) -> bool:  # fmt: skip
    """What became of a message; whether it was still in the state it was thought to be in."""
    done = session.execute(
        update(_DELIVERIES)
        .where(*_of(mailing_id, invitation_id, instead_of))
        .values(state=state, note=note, attempts=attempts)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def settle_unsent(session: Session, mailing_id: int, invitation_ids: Sequence[bytes]) -> None:
    """Messages that need not go, because their link has answered: like those that went."""
    for key in invitation_ids:
        settle(session, mailing_id, key, "sent", instead_of="waiting")


def drop_unwelcome(session: Session, mailing_id: int) -> int:
    """Let go of waiting messages to those who declined, bounced or were taken back."""
    gone = select(Invitation.id).where(Invitation.state != "active")
    dropped = session.execute(
        update(_DELIVERIES)
        .where(_DELIVERIES.c.mailing_id == mailing_id, _DELIVERIES.c.state == "waiting")
        .where(_DELIVERIES.c.invitation_id.in_(gone))
        .values(state="dropped")
    )
    return int(dropped.rowcount)  # type: ignore[attr-defined]


def forget(session: Session, mailing: Mailing) -> None:
    """Keep only the numbers of a mailing that is done."""
    mailing.counts = counts(session, mailing.id)
    session.execute(delete(_DELIVERIES).where(_DELIVERIES.c.mailing_id == mailing.id))
