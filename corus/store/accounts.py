"""Reads and writes of the workspace's people: accounts, roles, one-time links, tokens, the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Date, bindparam, delete, func, select, text, update
from sqlalchemy.orm import Session

from corus.store.account_models import Account, Attempt, AuditEntry, Membership, Ticket, Token
from corus.store.models import Organization


class RoleRow(NamedTuple):
    """One role of one person, as lists show it."""

    account_id: int
    email: str
    name: str
    organization: str
    organization_name: str
    role: str
    given_on: date
    until: date | None
    waiting: bool
    """Invited, without a password yet."""


class AuditRow(NamedTuple):
    """One line of the log; ``who`` is "" for a command on the server."""

    done_at: str
    who: str
    organization: str
    action: str
    detail: dict[str, object]


def account(session: Session, number: int) -> Account | None:
    """The account with this number, or None."""
    return session.get(Account, number)


def account_by_email(session: Session, email: str) -> Account | None:
    """The account of this address (in small letters), or None."""
    return session.scalar(select(Account).where(Account.email == email))


def accounts(session: Session) -> list[Account]:
    """Every account, by address."""
    return list(session.scalars(select(Account).order_by(Account.email)))


def admins(session: Session) -> int:
    """How many accounts look after the instance and can sign in."""
    found = select(func.count()).select_from(Account)
    return session.scalar(found.where(Account.is_admin, Account.ended_on.is_(None))) or 0


def organizations(session: Session) -> list[Organization]:
    """Every organization, by name."""
    return list(session.scalars(select(Organization).order_by(Organization.name)))


def organization_by_code(session: Session, code: str) -> Organization | None:
    """The organization called ``code``, or None."""
    return session.scalar(select(Organization).where(Organization.code == code))


class SeenRow(NamedTuple):
    """An account and one of the roles it holds; the last three are None where it holds none."""

    email: str
    name: str
    language: str
    is_admin: bool
    totp: int
    stamp: int
    organization: str | None
    organization_name: str | None
    role: str | None


# As text, once: both are asked for every page, and building them would cost more than running.
_SEEN = text(
    "SELECT a.email, a.name, a.language, a.is_admin, a.totp, a.stamp, o.code, o.name, m.role"
    " FROM accounts a"
    " LEFT JOIN memberships m ON m.account_id = a.id AND (m.until IS NULL OR m.until >= :day)"
    " LEFT JOIN organizations o ON o.id = m.organization_id"
    " WHERE a.id = :id AND a.ended_on IS NULL ORDER BY o.name, m.role"
).bindparams(bindparam("day", type_=Date()))
_PLACE = text(
    "SELECT o.code FROM waves w JOIN organizations o ON o.id = w.organization_id"
    " WHERE w.code = :wave"
)


def seen(session: Session, number: int, day: date) -> list[SeenRow]:
    """An account that can sign in, with what it holds on ``day``: a row for each role."""
    found = session.connection().execute(_SEEN, {"id": number, "day": day})
    return [SeenRow(*row) for row in found]


def organization_of_wave(session: Session, wave: str) -> str | None:
    """Code of the organization whose wave this is, or None."""
    return session.connection().execute(_PLACE, {"wave": wave}).scalar()


def places_of(session: Session, number: int) -> set[str]:
    """Codes of the organizations in which this account holds or held a role."""
    found = (
        select(Organization.code)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.account_id == number)
    )
    return set(session.scalars(found))


def _holds(day: date):  # type: ignore[no-untyped-def]
    return Membership.until.is_(None) | (Membership.until >= day)


def members(session: Session, organization: str | None = None) -> list[RoleRow]:
    """Roles in one organization, or in all; those that ended too, by person."""
    found = (
        select(
            Account.id, Account.email, Account.name, Organization.code, Organization.name,
            Membership.role, Membership.given_on, Membership.until, Account.password == "",
        )
        .join(Membership, Membership.account_id == Account.id)
        .join(Organization, Organization.id == Membership.organization_id)
        .order_by(Organization.name, Account.email, Membership.role)
    )  # fmt: skip
    if organization is not None:
        found = found.where(Organization.code == organization)
    return [RoleRow(*row) for row in session.execute(found)]


def membership(session: Session, number: int, organization_id: int, role: str) -> Membership | None:
    """One role of one account, or None."""
    return session.get(Membership, (number, organization_id, role))


def managers(session: Session, organization_id: int, day: date) -> int:
    """How many people who can sign in are managers there."""
    found = (
        select(func.count())
        .select_from(Membership)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.organization_id == organization_id, Membership.role == "manager")
        .where(Account.ended_on.is_(None), _holds(day))
    )
    return session.scalar(found) or 0


def ticket(session: Session, token: bytes) -> Ticket | None:
    """The one-time link with this digest, or None."""
    return session.get(Ticket, token)


def forget_tickets(session: Session, number: int, purpose: str | None = None) -> None:
    """Links of this account no longer work: all, or those of one purpose."""
    wanted = delete(Ticket).where(Ticket.account_id == number)
    session.execute(wanted if purpose is None else wanted.where(Ticket.purpose == purpose))


def forget_old(session: Session, moment: str, attempts_before: str) -> None:
    """Links that ended by ``moment`` go, and failures older than ``attempts_before``."""
    session.execute(delete(Ticket).where(Ticket.expires_at <= moment))
    session.execute(delete(Attempt).where(Attempt.last_at <= attempts_before))


def attempt(session: Session, about: bytes) -> Attempt | None:
    """Failures in a row under this hash, or None."""
    return session.get(Attempt, about)


def forget_attempts(session: Session, about: bytes) -> None:
    """What failed before counts no more."""
    session.execute(delete(Attempt).where(Attempt.about == about))


def token_by_digest(session: Session, digest: bytes) -> Token | None:
    """The token with this digest, or None."""
    return session.scalar(select(Token).where(Token.digest == digest))


def tokens_of(session: Session, number: int) -> list[tuple[Token, str]]:
    """Tokens of an account with the name of their organization, newest first."""
    found = (
        select(Token, Organization.name)
        .join(Organization, Organization.id == Token.organization_id)
        .where(Token.account_id == number)
        .order_by(Token.id.desc())
    )
    return [(token, name) for token, name in session.execute(found)]


def drop_tokens(
    session: Session, number: int, *, token: int | None = None,
    organization_id: int | None = None, role: str | None = None,
) -> int:  # fmt: skip
    """Take back tokens of an account: one, those of one role, or all; returns how many."""
    wanted = select(Token.id).where(Token.account_id == number)
    if token is not None:
        wanted = wanted.where(Token.id == token)
    if organization_id is not None:
        wanted = wanted.where(Token.organization_id == organization_id)
    if role is not None:
        wanted = wanted.where(Token.role == role)
    found = list(session.scalars(wanted))
    session.execute(delete(Token).where(Token.id.in_(found)))
    return len(found)


def mark_used(session: Session, number: int, day: date) -> None:
    """A token was used on ``day``."""
    session.execute(update(Token).where(Token.id == number).values(used_on=day))


def audit(
    session: Session, organization_ids: Iterable[int] | None, limit: int, page: int = 1
) -> list[AuditRow]:
    """A page of ``limit`` lines of the log, the first one the newest: of these organizations, or of
    the whole instance (None)."""
    found = (
        select(
            AuditEntry.done_at, Account.email, Organization.name, AuditEntry.action,
            AuditEntry.detail,
        )
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(Organization, Organization.id == AuditEntry.organization_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
        .offset(limit * (page - 1))
    )  # fmt: skip
    if organization_ids is not None:
        found = found.where(AuditEntry.organization_id.in_(list(organization_ids)))
    return [
        AuditRow(at, who or "", where or "", action, detail)
        for at, who, where, action, detail in session.execute(found)
    ]
