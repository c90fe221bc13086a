"""Who is signed in, as pages need to know it: a snapshot read once per request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from corus.domain.roles import ALLOWS, Permission, Role
from corus.store import accounts


@dataclass(frozen=True)
class Place:
    """An organization in which a person has roles."""

    code: str
    name: str
    roles: frozenset[Role]

    def allows(self, permission: Permission) -> bool:
        """Whether one of the roles allows it."""
        return any(permission in ALLOWS[role] for role in self.roles)


@dataclass(frozen=True)
class Person:
    """Somebody signed in, with what they may do where."""

    id: int
    email: str
    name: str
    language: str
    is_admin: bool
    second_factor: bool
    stamp: int
    places: Mapping[str, Place] = field(default_factory=dict)
    """Organization's code → the roles there."""

    @property
    def called(self) -> str:
        """The name, or the address where none was given."""
        return self.name or self.email

    def knows(self, organization: str) -> bool:
        """Whether the person has any role there."""
        return organization in self.places

    def may(self, permission: Permission | str, organization: str | None = None) -> bool:
        """Whether the person may do this, in this organization where it is about one."""
        wanted = Permission(permission)
        if wanted is Permission.OWN:
            return True
        if wanted is Permission.INSTANCE:
            return self.is_admin
        place = self.places.get(organization or "")
        return place is not None and place.allows(wanted)


def person(session: Session, number: int, day: date) -> Person | None:
    """The account with this number as it stands on ``day``; None if it cannot sign in."""
    rows = accounts.seen(session, number, day)
    if not rows:
        return None
    one = rows[0]
    return Person(
        number, one.email, one.name, one.language, bool(one.is_admin), one.totp > 0, one.stamp,
        _places(rows),
    )  # fmt: skip


def _places(rows: Iterable[accounts.SeenRow]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for row in rows:
        if row.organization and row.role:
            held = found.get(row.organization)
            roles = {Role(row.role), *(held.roles if held else ())}
            name = row.organization_name or ""
            found[row.organization] = Place(row.organization, name, frozenset(roles))
    return found
