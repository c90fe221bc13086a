"""Personal links: what they are made of, and whose questionnaire they open.

A link is never stored. It follows from an invitation's random id and the instance's secret; the
invitation holds a hash of it under one key, the list of used links a hash under another, so that
no table says who has answered.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from corus.domain.wave import WaveState
from corus.errors import NotFoundError
from corus.services.link_memory import Opening, memory
from corus.store import invitations
from corus.store.engine import Store

TOKEN = re.compile(r"[a-z2-7]{16}")


@dataclass(frozen=True, slots=True)
class Link:
    """What a personal link opens; nothing of the person it was sent to."""

    wave: str
    group: str
    language: str
    used: bool
    revoked: bool
    once: bytes
    pseudonym: bytes | None
    submission_id: str | None = None
    """Confidential waves only: the number under which this link's one answer is stored."""
    site: str = ""


def token(key: bytes, invitation_id: bytes) -> str:
    """The secret part of a personal link: 16 letters and digits (80 bits)."""
    found = hmac.digest(key, b"link " + invitation_id, hashlib.sha256)
    return base64.b32encode(found[:10]).decode().lower()


def who(key: bytes, link: str) -> bytes:
    """Hash under which an invitation is found again from its link."""
    return hmac.digest(key, b"who " + link.encode(), hashlib.sha256)[:16]


def once(key: bytes, link: str) -> bytes:
    """Hash that marks a link as used; under another key than ``who``."""
    return hmac.digest(key, b"once " + link.encode(), hashlib.sha256)[:16]


def submission_id(key: bytes, link: str) -> str:
    """The number of the one answer that comes by a personal link in a confidential wave.

    The link then finds again what was saved by it. In an anonymous wave each page draws a number
    of its own, and no link leads to an answer.
    """
    return hmac.digest(key, b"submission " + link.encode(), hashlib.sha256)[:16].hex()


def successor(key: bytes, invitation_id: bytes) -> bytes:
    """The id of the invitation that takes this one's place, if its person is invited again."""
    return hmac.digest(key, b"again " + invitation_id, hashlib.sha256)[:16]


def first_of(key: bytes, invitation_id: bytes, replaced: Iterable[bytes]) -> bytes:
    """The first invitation of the person to whom this one went; itself, unless invited again.

    ``replaced`` are the invitations of the wave in whose place there may be another.
    """
    before = {successor(key, one): one for one in replaced}
    while invitation_id in before:
        invitation_id = before[invitation_id]
    return invitation_id


def pseudonym(key: bytes, organization_id: int, person: str) -> bytes:
    """What stands for a person in the confidential waves of one organization.

    ``person`` is the e-mail address, or whatever names the person the same way in each wave.
    """
    text = f"person {organization_id} {person.strip().lower()}".encode()
    return hmac.digest(key, text, hashlib.sha256)[:16]


FIND = (
    "SELECT w.code, i.group_code, i.language, i.state, i.address, i.id, w.organization_id,"
    # The whole plan is a page of JSON, read for each visitor: only one word of it matters here.
    """ w.plan LIKE '%"anonymity":"anonymous"%', w.state, i.site,"""
    " EXISTS (SELECT 1 FROM used_links u WHERE u.wave_id = i.wave_id AND u.once = {mark}),"
    " i.wave_id"
    " FROM invitations i JOIN waves w ON w.id = i.wave_id WHERE i.who = {mark}"
)


def find(store: Store, typed: str) -> Link:
    """The questionnaire that a link opens. Reads at most one row and writes nothing.

    In a confidential wave it also reads which invitations were replaced: what is stored of a
    person stays theirs by every link that they are sent.

    In a rush, whether it has answered is known as of a second or two ago (``link_memory``).
    Raises ``NotFoundError`` (``NOT-004``) for a link that was never given out.
    """
    link = _shaped(typed)
    asker, used = who(store.key, link), once(store.key, link)
    opening = memory(store).unused(store, asker, used)
    return _anonymous(opening, used) if opening else _looked_up(store, asker, used)


def find_now(store: Store, typed: str) -> Link:
    """The same as the database has it now."""
    link = _shaped(typed)
    return _looked_up(store, who(store.key, link), once(store.key, link))


def found_before(store: Store, typed: str) -> Link:
    """The same for who sends answers, from memory if this process knows the link.

    Only links of open, anonymous waves are remembered. Whether they have answered or were taken
    back is settled by the list of used links (``mark_used``), whether they moved by the page
    (``Door.up_to_date``).
    """
    link = _shaped(typed)
    asker, used = who(store.key, link), once(store.key, link)
    opening = memory(store).openings.get(asker)
    return _anonymous(opening, used) if opening else _looked_up(store, asker, used)


def _shaped(typed: str) -> str:
    link = typed.lower()
    if not TOKEN.fullmatch(link):
        raise _unknown()
    return link


def _anonymous(opening: Opening, used: bytes) -> Link:
    wave, group, language, site = opening
    return Link(wave, group, language, False, False, used, None, site=site)


def _looked_up(store: Store, asker: bytes, used: bytes) -> Link:
    row = store.glance.one(FIND, used, asker)
    if row is None:
        raise _unknown()
    wave, group, language, state, address, invitation_id, organization, *more = row
    anonymous, wave_state, site, answered, wave_id = more
    named = number = None
    if not anonymous:
        with store.reading() as session:
            first = first_sent(session, store.key, wave_id, bytes(invitation_id))
        named = pseudonym(store.key, organization, address or first.hex())
        number = submission_id(store.key, token(store.key, first))
    elif wave_state == WaveState.OPEN and state != "revoked":
        memory(store).remember(asker, Opening(wave, group, language, site))
    return Link(
        wave, group, language, bool(answered), state == "revoked", used, named, number, site
    )


def first_sent(session: Session, key: bytes, wave_id: int, invitation_id: bytes) -> bytes:
    """The first invitation of this one's person to the wave, under which their answer is kept.

    For confidential waves: in an anonymous one no invitation leads to an answer.
    """
    return first_of(key, invitation_id, invitations.replaced(session, wave_id))


def mark_used(session: Session, key: bytes, wave_id: int, invitation_id: bytes) -> bool:
    """Let nothing be stored by an invitation's link any more; False if it has answered before."""
    return invitations.use_link(session, wave_id, once(key, token(key, invitation_id)))


def _unknown() -> NotFoundError:
    return NotFoundError("This personal link is not known.", code="NOT-004")
