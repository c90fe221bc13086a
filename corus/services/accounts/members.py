"""Roles: given and withdrawn by an organization's managers, written in its log."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from corus.domain.roles import LONGEST_DAYS, Role
from corus.errors import ConflictError, InputError, NotFoundError
from corus.services.accounts import audit
from corus.store import accounts
from corus.store.account_models import Account, Membership
from corus.store.models import Organization


def organization(session: Session, code: str) -> Organization:
    """The organization called ``code``; ``NotFoundError`` (``ACC-008``) where there is none."""
    found = accounts.organization_by_code(session, code)
    if found is None:
        raise NotFoundError("There is no such organization here.", code="ACC-008")
    return found


def give(
    session: Session, account: Account, place: Organization, role: Role, day: date,
    *, until: date | None = None, by: int | None = None,
) -> Membership:  # fmt: skip
    """A role from today; given again, it holds until the new day.

    Raises ``InputError`` (``ACC-009``) for a last day that has passed, or too far away, and
    ``ConflictError`` (``ACC-010``) for one given to the last manager.
    """
    until = _until(role, day, until)
    found = accounts.membership(session, account.id, place.id, role.value)
    if found is not None and until is not None:
        _check_not_last(session, place, role, day)
    if found is None:
        found = Membership(account_id=account.id, organization_id=place.id, role=role.value)
        session.add(found)
    found.given_on, found.until = day, until
    session.flush()
    audit.note(session, place.id, by, "role_given", email=account.email, role=role.value)
    return found


def check_known(account: Account, place: Organization) -> None:
    """Raises ``ConflictError`` (``ACC-020``) for an account made elsewhere that nobody vouches for.

    Who made it may have chosen its password: a role given to the address would be theirs, also
    where they hold no role together any more.
    """
    if not account.proven and account.origin_id != place.id:
        raise ConflictError(
            "This address has an account that was made elsewhere, and was never proven.",
            hint="Ask who looks after this site to give the role, or to send the person a link.",
            code="ACC-020",
        )


def _until(role: Role, day: date, until: date | None) -> date | None:
    longest = LONGEST_DAYS.get(role)
    last = day + timedelta(longest) if longest else None
    if until is None:
        return last
    if until < day or (last and until > last):
        raise InputError(
            "A role ends today at the earliest, and reading for accreditation after a year at "
            "the latest.",
            hint="Give another last day.", code="ACC-009",
        )  # fmt: skip
    return until


def withdraw(
    session: Session, number: int, place: Organization, role: Role, day: date,
    *, by: int | None = None,
) -> None:  # fmt: skip
    """The role ends now, with the keys for programs that rest on it.

    Raises ``ConflictError`` (``ACC-010``) for the last manager: nobody could give roles any more.
    """
    found = accounts.membership(session, number, place.id, role.value)
    account = accounts.account(session, number)
    if found is None or account is None:
        raise NotFoundError("This person does not have this role.", code="ACC-011")
    _check_not_last(session, place, role, day)
    session.delete(found)
    accounts.drop_tokens(session, number, organization_id=place.id, role=role.value)
    audit.note(session, place.id, by, "role_withdrawn", email=account.email, role=role.value)


def _check_not_last(session: Session, place: Organization, role: Role, day: date) -> None:
    if role is Role.MANAGER and accounts.managers(session, place.id, day) == 1:
        raise ConflictError(
            "This is the last manager of the organization.",
            hint="Make somebody else manager first.", code="ACC-010",
        )  # fmt: skip
