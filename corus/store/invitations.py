"""Who is invited to a wave: reads, additions and changes of state.

Knows addresses and never answers; which links have been used is read as hashes that no invitation
holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from corus.store.models import Invitation, UsedLink, Wave

_INVITATIONS = cast(Table, Invitation.__table__)
_CHUNK = 5_000
DECLINED = "unsubscribed"
"""The state of who wants no more messages; of a revoked invitation, the note that says so."""
_DECLINED_BEFORE = and_(Invitation.state == "revoked", Invitation.note == DECLINED)
_ANONYMOUS = '"anonymity":"anonymous"'
"""How the plan of an anonymous wave says so."""


class Invitee(NamedTuple):
    """One invitation as messages, letters and lists need it."""

    id: bytes
    group: str
    language: str
    address: str | None
    name: str
    postal: str
    state: str
    site: str


_INVITEE = (
    Invitation.id, Invitation.group, Invitation.language, Invitation.address, Invitation.name,
    Invitation.postal, Invitation.state, Invitation.site,
)  # fmt: skip


def people(session: Session, wave_id: int, *, group: str | None = None) -> list[Invitee]:
    """Everybody invited to a wave (or one group of it), in the order of keys drawn at random."""
    asked = select(*_INVITEE).where(Invitation.wave_id == wave_id).order_by(Invitation.id)
    if group is not None:
        asked = asked.where(Invitation.group == group)
    return [Invitee(*row) for row in session.execute(asked)]


def by_id(session: Session, invitation_id: bytes) -> Invitee | None:
    """One invitation, or None."""
    row = session.execute(select(*_INVITEE).where(Invitation.id == invitation_id)).first()
    return Invitee(*row) if row else None


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Invitations, as columns; written in the order given."""
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(_INVITATIONS), list(rows[start : start + _CHUNK]))


def counts(session: Session, wave_id: int) -> dict[tuple[str, str, bool], int]:
    """Number of invitations by group, state, and whether there is an e-mail address."""
    mail = Invitation.address.is_not(None)
    rows = session.execute(
        select(Invitation.group, Invitation.state, mail, func.count())
        .where(Invitation.wave_id == wave_id)
        .group_by(Invitation.group, Invitation.state, mail)
    )
    return {(group, state, bool(by_mail)): n for group, state, by_mail, n in rows}


def invited(session: Session, wave_id: int) -> dict[str, int]:
    """Number of persons asked, by group; an invitation that was taken back asks nobody."""
    found: Counter[str] = Counter()
    for (group, state, _), n in counts(session, wave_id).items():
        found[group] += n if state != "revoked" else 0
    return dict(found)


def per_cell(session: Session, wave_id: int) -> dict[tuple[str, str], int]:
    """Number of persons asked by group and site; those asked without a site are left out."""
    rows = session.execute(
        select(Invitation.group, Invitation.site, func.count())
        .where(Invitation.wave_id == wave_id, Invitation.site != "", Invitation.state != "revoked")
        .group_by(Invitation.group, Invitation.site)
    )
    return {(group, site): n for group, site, n in rows}


def set_state(
    session: Session, invitation_id: bytes, state: str, *, instead_of: str, note: str = ""
) -> bool:
    """Change the state of an invitation if it is ``instead_of``; whether it was."""
    changed = session.execute(
        update(_INVITATIONS)
        .where(Invitation.id == invitation_id, Invitation.state == instead_of)
        .values(state=state, note=note)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def declined(session: Session, organization_id: int, wave_id: int) -> set[str]:
    """Addresses that want no more messages from this organization, said in another wave; of those
    that closing has forgotten, the marks that stand for them."""
    asked = (
        select(Invitation.address)
        .join(Wave, Wave.id == Invitation.wave_id)
        .where(Wave.organization_id == organization_id, Wave.id != wave_id)
        .where(or_(Invitation.state == DECLINED, _DECLINED_BEFORE))
        .where(Invitation.address.is_not(None))
    )
    return {str(address) for address in session.scalars(asked)}


def declined_here(session: Session, wave_id: int) -> dict[str, tuple[str, str]]:
    """State and note of who wants no more messages, said in this wave, by address or mark."""
    asked = (
        select(Invitation.address, Invitation.state, Invitation.note)
        .where(Invitation.wave_id == wave_id, Invitation.address.is_not(None))
        .where(or_(Invitation.state == DECLINED, _DECLINED_BEFORE))
    )
    return {str(address): (state, note) for address, state, note in session.execute(asked)}


def used(session: Session, wave_id: int | None = None) -> frozenset[bytes]:
    """Hashes of the links that have answered, of all waves without one; no invitation holds any."""
    asked = select(UsedLink.once)
    found = session.scalars(asked if wave_id is None else asked.where(UsedLink.wave_id == wave_id))
    return frozenset(map(bytes, found))


def declined_before(session: Session, wave_id: int) -> set[bytes]:
    """Invitations taken back in this wave whose person wants no more messages."""
    asked = select(Invitation.id).where(Invitation.wave_id == wave_id, _DECLINED_BEFORE)
    return set(map(bytes, session.scalars(asked)))


def replaced(session: Session, wave_id: int) -> list[bytes]:
    """Ids of the invitations to a wave that were taken back and may have another in their place.

    All whose person was forgotten are among them; by their lack of an address an index finds them.
    """
    found = select(Invitation.id).where(
        Invitation.wave_id == wave_id, Invitation.address.is_(None), Invitation.state == "revoked"
    )
    return [bytes(one) for one in session.scalars(found)]


def addresses(connection: Connection, wave_id: int) -> dict[bytes, str]:
    """The e-mail address, if there is one, of every invitation to a wave."""
    asked = select(Invitation.id, Invitation.address).where(
        Invitation.wave_id == wave_id, Invitation.address.is_not(None)
    )
    return {bytes(one): str(address) for one, address in connection.execute(asked)}


def forget_person(session: Session, invitation_id: bytes) -> None:
    """Leave of an invitation that was taken back only that it was: the person gets another."""
    session.execute(
        update(_INVITATIONS)
        .where(Invitation.id == invitation_id, Invitation.state == "revoked")
        .values(address=None, name="", postal="", note="")
    )


def use_link(session: Session, wave_id: int, once: bytes) -> bool:
    """Mark a link as used, one that has answered stays so; whether it was unused."""
    if session.get(UsedLink, (wave_id, once)) is not None:
        return False
    session.add(UsedLink(wave_id=wave_id, once=once))
    return True


def open_waves(session: Session) -> tuple[tuple[int, int], ...]:
    """The waves that take answers, and a number that changes when one goes on in another."""
    asked = select(Wave.id, func.length(Wave.plan)).where(Wave.state == "open").order_by(Wave.id)
    return tuple((number, length) for number, length in session.execute(asked))


def openings(session: Session, most: int) -> list[tuple[bytes, str, str, str, str]]:
    """Links of open, anonymous waves: the hash they are found by, wave, group, language, site.

    Those taken back are left out; no more than ``most``.
    """
    rows = session.execute(
        select(Invitation.who, Wave.code, Invitation.group, Invitation.language, Invitation.site)
        .join(Wave, Wave.id == Invitation.wave_id)
        .where(Wave.state == "open", Invitation.state != "revoked", Wave.plan.contains(_ANONYMOUS))
        .limit(most)
    )
    return [(bytes(who), w, group, lang, site) for who, w, group, lang, site in rows]


def lock(session: Session, wave: Wave) -> None:
    """Nobody else changes this wave until the transaction ends."""
    session.refresh(wave, with_for_update=True)


def ids_of(rows: Iterable[Invitee]) -> list[bytes]:
    """Their keys, as bytes whatever the database gave."""
    return [bytes(row.id) for row in rows]
