"""Links that work once: to accept an invitation, or to choose a new password."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from corus.errors import NotFoundError
from corus.services.accounts import moments, people
from corus.store import accounts
from corus.store.account_models import Account, Ticket

Purpose = Literal["invitation", "reset"]
HOURS: dict[Purpose, int] = {"invitation": 14 * 24, "reset": 2}
"""How long each kind works."""


def issue(
    session: Session, account: Account, purpose: Purpose, now: datetime, *, proves: bool = False
) -> str:
    """The token of a new link, in place of earlier ones of its kind; it is stored as a digest.

    ``proves`` where it is sent to the address and to nobody else.
    """
    accounts.forget_tickets(session, account.id, purpose)
    token = secrets.token_urlsafe(32)
    session.add(
        Ticket(
            token=digest(token), account_id=account.id, purpose=purpose, proves=proves,
            expires_at=moments.after(now, hours=HOURS[purpose]),
        )
    )  # fmt: skip
    session.flush()
    return token


def whose(session: Session, token: str, now: datetime) -> tuple[Account, Purpose]:
    """Whose link this is; ``NotFoundError`` (``ACC-007``) once it was used, replaced or is old."""
    found = accounts.ticket(session, digest(token))
    account = accounts.account(session, found.account_id) if found else None
    expired = found is not None and found.expires_at <= moments.written(now)
    if found is None or account is None or account.ended_on or expired:
        raise NotFoundError(
            "This link has been used, or is too old.",
            hint="Ask for a new one: “Forgotten password” on the page to sign in, or the person "
            "who invited you.",
            code="ACC-007",
        )
    return account, "invitation" if found.purpose == "invitation" else "reset"


def redeem(session: Session, token: str, password: str, name: str, now: datetime) -> Account:
    """Choose a password with a link, which works no more afterwards."""
    account, _ = whose(session, token, now)
    found = accounts.ticket(session, digest(token))
    account.proven = account.proven or bool(found and found.proves)
    if name.strip():
        account.name = people.name_of(name)
    people.set_password(session, account, password)
    return account


def digest(token: str) -> bytes:
    """What is stored of a token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).digest()
