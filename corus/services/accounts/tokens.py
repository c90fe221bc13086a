"""Keys for programs: one account, one role in one organization, until a day."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from corus.domain.roles import Role
from corus.errors import InputError, NotFoundError, RefusedError
from corus.services.accounts import audit
from corus.services.accounts.person import Person, Place, person
from corus.services.accounts.tickets import digest
from corus.store import accounts
from corus.store.account_models import Token
from corus.store.models import Organization

PREFIX = "corus_"
DAYS = 366
MOST = 20
LONGEST_NAME = 100


def make(
    session: Session, who: Person, place: Organization, role: Role, name: str, day: date
) -> str:
    """A new key, shown once: it acts as ``who`` in this role, for a year at most.

    Raises ``RefusedError`` (``ACC-012``) for a role the person does not have there, ``InputError``
    (``ACC-013``) without a name or beyond twenty keys.
    """
    held = who.places.get(place.code)
    if held is None or role not in held.roles:
        raise RefusedError("You do not have this role there.", code="ACC-012")
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or len(accounts.tokens_of(session, who.id)) >= MOST:
        raise InputError(
            "A key needs a name of at most 100 characters, and nobody has more than twenty.",
            hint="Name it after the program that will use it.", code="ACC-013",
        )  # fmt: skip
    secret = PREFIX + secrets.token_urlsafe(32)
    session.add(
        Token(
            digest=digest(secret), account_id=who.id, organization_id=place.id, role=role.value,
            name=called, created_on=day, until=day + timedelta(DAYS),
        )
    )  # fmt: skip
    audit.note(session, place.id, who.id, "token_made", email=who.email, name=called)
    return secret


def drop(session: Session, who: Person, number: int) -> None:
    """Take a key back; ``NotFoundError`` (``ACC-014``) where the person has none such."""
    mine = {t.id: t for t, _ in accounts.tokens_of(session, who.id)}
    if number not in mine:
        raise NotFoundError("You have no such key.", code="ACC-014")
    audit.note(session, mine[number].organization_id, who.id, "token_dropped", email=who.email,
               name=mine[number].name)  # fmt: skip
    accounts.drop_tokens(session, who.id, token=number)


def bearer(session: Session, secret: str, day: date) -> tuple[Person, Token] | None:
    """Whom a key stands for, reduced to its role; None for one that is unknown, old or withdrawn.

    The role must still be held: what was withdrawn from the person is withdrawn from the key.
    """
    found = accounts.token_by_digest(session, digest(secret))
    if found is None or found.until < day:
        return None
    who = person(session, found.account_id, day)
    place = _place(session, who, found) if who else None
    if who is None or place is None:
        return None
    return replace(who, is_admin=False, places={place.code: place}), found


def _place(session: Session, who: Person, token: Token) -> Place | None:
    role = Role(token.role)
    home = session.get(Organization, token.organization_id)
    held = who.places.get(home.code) if home else None
    if held is None or role not in held.roles:
        return None
    return replace(held, roles=frozenset({role}))
