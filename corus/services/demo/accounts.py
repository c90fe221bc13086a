"""Sample accounts of the demonstration: one for each role, entered without a password."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from corus.domain.roles import Role
from corus.services.accounts import members, people
from corus.store.models import Organization

SAMPLES = [
    ("gerance@panier.example", "manager"),
    ("terrain@panier.example", "facilitator"),
    ("recherche@universite.example", "researcher"),
    ("agrement@prefecture.example", "accreditor"),
    ("instance@corus.example", "admin"),
]
"""(address, role) of each; ``admin`` looks after the instance."""
NAMES = {
    "manager": "Inès Gérance (exemple)",
    "facilitator": "Tom Terrain (exemple)",
    "researcher": "Rita Recherche (exemple)",
    "accreditor": "Alex Agrément (exemple)",
    "admin": "Iris Instance (exemple)",
}


def prepare(session: Session, owner: Organization, day: date) -> None:
    """Make the sample accounts and their roles, unless they are there."""
    for email, role in SAMPLES:
        account, made = people.add(session, email, day, name=NAMES[role], admin=role == "admin",
                                  proven=True)  # fmt: skip
        if made and role != "admin":
            members.give(session, account, owner, Role(role), day)
