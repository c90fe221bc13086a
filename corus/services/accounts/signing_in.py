"""Signing in: address and password, then a code from a telephone where the person wants one.

Returns what happened instead of raising: a failure is counted, and that must be stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from corus.services.accounts import attempts, audit, second_factor
from corus.store import accounts
from corus.store.account_models import Account

Told = Literal["in", "code", "wrong", "wait"]


@dataclass(frozen=True)
class Outcome:
    """``in``: signed in; ``code``: the password is right and a code is asked for; ``wrong``;
    ``wait``: too many failures, ``wait`` says how long."""

    told: Told
    account: Account | None = None
    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class Asked:
    """What a password is compared with, read before: comparing takes long, and nobody else could
    write meanwhile."""

    address: str
    about: bytes
    wait: timedelta
    stored: str


def asked(
    session: Session, key: bytes, email: str, now: datetime, *, known: int | None = None
) -> Asked:
    """What this address asks for; ``known`` is the account that last signed in from the device.

    Failures elsewhere do not keep its owner out there: they are counted apart.
    """
    address = email.strip().lower()[:320]
    account = accounts.account_by_email(session, address)
    what = _about(key, address, account is not None and account.id == known)
    stored = account.password if account else ""
    return Asked(address, what, attempts.pause(session, what, now), stored)


def by_password(session: Session, found: Asked, right: bool, now: datetime) -> Outcome:
    """The first step; ``right``: the password agrees with what is stored. Unknown addresses take as
    long, and read the same, as wrong passwords."""
    if waits := attempts.pause(session, found.about, now):
        return Outcome("wait", wait=waits)
    account = accounts.account_by_email(session, found.address)
    changed = account is None or account.password != found.stored
    if account is None or changed or not right or account.ended_on is not None:
        return _failed(session, found.about, account, now)
    if account.totp > 0:
        return Outcome("code", account)
    return _signed_in(session, found.about, account, now)


def by_code(
    session: Session, key: bytes, account: Account, code: str, now: datetime,
    *, known: int | None = None,
) -> Outcome:  # fmt: skip
    """The second step, for who gave the right password before."""
    what = _about(key, account.email, account.id == known)
    if waits := attempts.pause(session, what, now):
        return Outcome("wait", wait=waits)
    if account.ended_on is not None or not second_factor.agrees(key, account, code, now):
        return _failed(session, what, account, now)
    return _signed_in(session, what, account, now)


def _about(key: bytes, address: str, known: bool) -> bytes:
    return attempts.about(key, f"sign-in {address}{' known' if known else ''}")


def _failed(session: Session, what: bytes, account: Account | None, now: datetime) -> Outcome:
    n = attempts.failed(session, what, now)
    if account is not None and n == attempts.FREE:
        audit.note(session, None, None, "refused", at=now, email=account.email)
    return Outcome("wrong")


def _signed_in(session: Session, what: bytes, account: Account, now: datetime) -> Outcome:
    attempts.forget(session, what)
    audit.note(session, None, account.id, "signed_in", at=now, email=account.email)
    return Outcome("in", account)
