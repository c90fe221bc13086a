"""Accounts: who may sign in, and with what."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy.orm import Session

from corus.errors import ConflictError, InputError, NotFoundError
from corus.services.accounts import audit, passwords, second_factor
from corus.services.inviting.contacts import address_of, one_line
from corus.store import accounts
from corus.store.account_models import Account

LONGEST_NAME = 200
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def email_of(text: str) -> str:
    """An address as accounts keep it. Raises ``InputError`` (``ACC-002``) for what is none."""
    found = None if CONTROL.search(text.strip()) else address_of(text)
    if found is None:
        raise InputError(
            "This is not an e-mail address.", hint="Write it like name@example.org.",
            code="ACC-002",
        )  # fmt: skip
    return found.lower()


def name_of(text: str) -> str:
    """A person's name on one line. Raises ``InputError`` (``ACC-004``) for one too long."""
    found = one_line(text)
    if len(found) > LONGEST_NAME or CONTROL.search(found):
        raise InputError(
            "This name is too long, or holds signs that no name has.",
            hint="Use 200 characters at most.", code="ACC-004",
        )  # fmt: skip
    return found


def add(
    session: Session, email: str, day: date, *, name: str = "", language: str = "fr",
    admin: bool = False, proven: bool = False, by: int | None = None,
    organization_id: int | None = None,
) -> tuple[Account, bool]:  # fmt: skip
    """The account of this address, made if there was none; and whether it was made.

    ``admin`` raises an account that exists, and ``proven`` vouches for its address: whoever had
    chosen a password for it before is out, and it is chosen anew.
    """
    address = email_of(email)
    found = accounts.account_by_email(session, address)
    if found is not None:
        if proven and not found.proven:
            _vouch(session, found)
        if admin and not found.is_admin:
            found.is_admin = True
            audit.note(session, None, by, "made_admin", email=address)
        return found, False
    found = Account(
        email=address, name=name_of(name), language=language, is_admin=admin, created_on=day,
        password="", proven=proven, origin_id=organization_id,
    )  # fmt: skip
    session.add(found)
    session.flush()
    audit.note(session, organization_id, by, "account_added", email=address)
    if admin:
        audit.note(session, None, by, "made_admin", email=address)
    return found, True


def _vouch(session: Session, account: Account) -> None:
    account.proven, account.password, account.stamp = True, "", account.stamp + 1
    second_factor.turn_off(account)
    accounts.forget_tickets(session, account.id)
    accounts.drop_tokens(session, account.id)


def note_reset(session: Session, account: Account, by: int | None) -> None:
    """Write in the log of the instance, and of every organization that gave the account a role,
    that a link to choose a new password was made."""
    audit.note(session, None, by, "reset_asked", email=account.email)
    for code in sorted(accounts.places_of(session, account.id)):
        place = accounts.organization_by_code(session, code)
        if place is not None:
            audit.note(session, place.id, by, "reset_asked", email=account.email)


def by_email(session: Session, email: str) -> Account:
    """The account of this address; ``NotFoundError`` (``ACC-005``) where there is none."""
    found = accounts.account_by_email(session, email.strip().lower())
    if found is None:
        raise NotFoundError(
            f"There is no account of {email}.", hint="`corus user list` names them.", code="ACC-005"
        )
    return found


def by_number(session: Session, number: int) -> Account:
    """The account with this number; ``NotFoundError`` (``ACC-005``) where there is none."""
    found = accounts.account(session, number)
    if found is None:
        raise NotFoundError("There is no such account.", code="ACC-005")
    return found


def set_password(session: Session, account: Account, password: str) -> None:
    """A new password: every session of the account ends, and so do links to choose another and
    keys for programs."""
    passwords.check(password, account.email)
    account.password = passwords.hashed(password)
    account.stamp += 1
    accounts.forget_tickets(session, account.id)
    accounts.drop_tokens(session, account.id)
    audit.note(session, None, account.id, "password_set", email=account.email)


def sign_out_everywhere(account: Account) -> None:
    """Every session of the account ends."""
    account.stamp += 1


def end(session: Session, account: Account, day: date, by: int | None) -> None:
    """The account can no longer sign in; its keys for programs and links are gone.

    Raises ``ConflictError`` (``ACC-006``) for the last administrator of the instance.
    """
    if account.is_admin and accounts.admins(session) == 1:
        raise ConflictError(
            "This is the last administrator of the instance.",
            hint="Make somebody else administrator first.", code="ACC-006",
        )  # fmt: skip
    account.ended_on, account.stamp = day, account.stamp + 1
    accounts.forget_tickets(session, account.id)
    accounts.drop_tokens(session, account.id)
    audit.note(session, None, by, "account_ended", email=account.email)


def open_again(session: Session, account: Account, by: int | None) -> None:
    """The account may sign in again, with the password it had."""
    account.ended_on = None
    audit.note(session, None, by, "account_opened", email=account.email)
