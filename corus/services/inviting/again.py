"""Inviting again somebody whose invitation was taken back: by a new link, the old one stays dead.

Whoever has answered by the old link cannot answer by the new one, and nothing tells who that is.
In a confidential wave the new link leads to the same answer (``links.first_sent``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from corus.services import links
from corus.services.importing.spellings import fold
from corus.services.inviting.contacts import Contact
from corus.store import invitations
from corus.store.invitations import Invitee

Letter = tuple[str, str, str]
"""group, name and postal address as a letter would have them, however they are typed"""


def use_up(session: Session, key: bytes, wave_id: int, invitation_id: bytes) -> None:
    """Let nothing more be stored by a link; if it has answered, by its successor's neither.

    One hash joins the list of used links either way: neither its length nor what it holds tells
    which of the two it was, to who lacks the secret of the instance.
    """
    if not links.mark_used(session, key, wave_id, invitation_id):
        links.mark_used(session, key, wave_id, links.successor(key, invitation_id))


def free(
    session: Session, key: bytes, wave_id: int, revoked: Iterable[bytes]
) -> list[dict[str, Any]]:
    """Forget the persons of invitations that were taken back; columns of what takes their place."""
    declined = invitations.declined_before(session, wave_id)
    places: list[dict[str, Any]] = []
    for one in revoked:
        invitations.forget_person(session, one)
        place = links.successor(key, one)
        places.append({"id": place, "who": links.who(key, links.token(key, place))})
        if one in declined:
            places[-1]["state"] = invitations.DECLINED
    return places


def letter_of(one: Contact | Invitee) -> Letter:
    """What makes two entries the same person when one of them has no e-mail address, or another."""
    return one.group, fold(one.name), fold(one.postal)


def taken_back_by_post(people: Sequence[Invitee]) -> dict[Letter, bytes]:
    """Invitations taken back, by name and postal address where both are known.

    Two namesakes at one address are left out: nobody can tell which of them comes again.
    """
    gone = [p for p in people if p.state == "revoked" and p.name and p.postal]
    several = Counter(map(letter_of, people)) if gone else Counter()
    return {letter_of(p): bytes(p.id) for p in gone if several[letter_of(p)] == 1}


def namesakes(people: Iterable[Invitee], new: Sequence[Contact]) -> int:
    """How many of ``new`` have the name and group of somebody whose invitation was taken back."""
    gone = {letter_of(p)[:2] for p in people if p.state == "revoked" and p.name}
    return sum(letter_of(contact)[:2] in gone for contact in new) if gone else 0
