"""Who may do what: roles that a person holds in an organization, and what each of them allows."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One kind of thing that a page lets somebody do; every view needs exactly one."""

    READ = "read"
    """See the results of a release, and take its files."""
    ASK = "ask"
    """Ask for a part of a release's answers; the ledger notes it."""
    FOLLOW = "follow"
    """See where a wave stands and who was reached."""
    FIELD = "field"
    """Do fieldwork: invitations, reminders, printing, paper."""
    SET_UP = "set_up"
    """Set up the organization, its instruments and waves; open, close, release, decide."""
    MEMBERS = "members"
    """Give and withdraw roles; read the log."""
    MICRODATA = "microdata"
    """Take single answers, for a purpose that is recorded."""
    INSTANCE = "instance"
    """Look after the accounts and organizations of the instance."""
    OWN = "own"
    """What everybody signed in has: their account, their organizations, help."""


class Role(StrEnum):
    """What a person is in an organization; one person may hold several."""

    MANAGER = "manager"
    FACILITATOR = "facilitator"
    RESEARCHER = "researcher"
    ACCREDITOR = "accreditor"


ALLOWS: dict[Role, frozenset[Permission]] = {
    Role.MANAGER: frozenset(
        {
            Permission.READ, Permission.ASK, Permission.FOLLOW, Permission.FIELD,
            Permission.SET_UP, Permission.MEMBERS,
        }
    ),
    Role.FACILITATOR: frozenset({Permission.READ, Permission.FOLLOW, Permission.FIELD}),
    Role.RESEARCHER: frozenset(
        {Permission.READ, Permission.ASK, Permission.FOLLOW, Permission.MICRODATA}
    ),
    Role.ACCREDITOR: frozenset({Permission.READ}),
}  # fmt: skip
"""Role → what it allows in its organization. Nothing follows from being instance administrator."""

LONGEST_DAYS = {Role.ACCREDITOR: 366}
"""Role → the most days for which it is given; others hold until they are withdrawn."""
