"""Being left in peace: the address by which a person asks for no more messages.

It opens nothing else: who has it cannot answer in the person's place.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from sqlalchemy.orm import Session

from corus.errors import NotFoundError
from corus.services import links
from corus.store import invitations
from corus.store.invitations import Invitee

MARKED = "mark:"
_MARK = 4
"""Bytes that tell a made-up address without looking for it."""


def stop_token(key: bytes, invitation_id: bytes) -> str:
    """The secret part of the address, 32 letters and digits; it follows from the invitation."""
    return base64.b32encode(invitation_id + _mark(key, invitation_id)).decode().lower()


def _mark(key: bytes, invitation_id: bytes) -> bytes:
    return hmac.digest(key, b"stop " + invitation_id, hashlib.sha256)[:_MARK]


def address_mark(key: bytes, address: str) -> str:
    """What stands for an e-mail address once it is forgotten, so that who wants no more messages
    is still known when the same address is invited again. No address begins so; a mark stays."""
    if address.startswith(MARKED):
        return address
    digest = hmac.digest(key, b"address " + address.encode(), hashlib.sha256)
    return MARKED + digest[:16].hex()


def find(session: Session, key: bytes, token: str) -> Invitee:
    """The invitation whose messages this address stops.

    Raises ``NotFoundError`` (``NOT-005``) for an address that was never given, or no longer is.
    """
    try:
        content = base64.b32decode(token.upper().encode())
    except (binascii.Error, ValueError):
        content = b""
    invitation_id, mark = content[:-_MARK], content[-_MARK:]
    found = None
    if len(invitation_id) == 16 and hmac.compare_digest(mark, _mark(key, invitation_id)):
        found = invitations.by_id(session, invitation_id)
    if found is None:
        raise NotFoundError(
            "This address is not known.",
            hint="If messages still come, write to the person named in them.", code="NOT-005",
        )  # fmt: skip
    return found


def stop(session: Session, key: bytes, token: str) -> Invitee:
    """No more messages to this person; asking twice changes nothing. Their link still answers."""
    found = find(session, key, token)
    one: Invitee | None = found
    while one is not None:
        for state in ("active", "bounced"):
            invitations.set_state(session, one.id, invitations.DECLINED, instead_of=state)
        # What was taken back stays so; but who is invited again is to be left in peace as well.
        invitations.set_state(
            session, one.id, "revoked", instead_of="revoked", note=invitations.DECLINED
        )
        one = invitations.by_id(session, links.successor(key, bytes(one.id)))
    return found
