"""Inviting again somebody whose invitation was taken back: by a new link, the old one stays dead.

Whoever has answered by the old link cannot answer by the new one, and nothing tells who that is.
In a confidential wave the new link leads to the same answer (``links.first_sent``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from corus.services import links
from corus.store import invitations


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
