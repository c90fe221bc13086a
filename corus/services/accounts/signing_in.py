"""Signing in: address and password, then a code from a telephone where the person wants one.

Returns what happened instead of raising: a failure is counted, and that must be stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from corus.services.accounts import attempts, audit, passwords, second_factor
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


def by_password(session: Session, key: bytes, email: str, password: str, now: datetime) -> Outcome:
    """The first step. Unknown addresses take as long, and read the same, as wrong passwords."""
    address = email.strip().lower()[:320]
    what = attempts.about(key, f"sign-in {address}")
    if waits := attempts.pause(session, what, now):
        return Outcome("wait", wait=waits)
    account = accounts.account_by_email(session, address)
    right = passwords.agrees(account.password if account else "", password)
    if account is None or not right or account.ended_on is not None:
        return _failed(session, what, account, now)
    if account.totp > 0:
        return Outcome("code", account)
    return _signed_in(session, what, account, now)


def by_code(session: Session, key: bytes, account: Account, code: str, now: datetime) -> Outcome:
    """The second step, for who gave the right password before."""
    what = attempts.about(key, f"sign-in {account.email}")
    if waits := attempts.pause(session, what, now):
        return Outcome("wait", wait=waits)
    if account.ended_on is not None or not second_factor.agrees(key, account, code, now):
        return _failed(session, what, account, now)
    return _signed_in(session, what, account, now)


def _failed(session: Session, what: bytes, account: Account | None, now: datetime) -> Outcome:
    n = attempts.failed(session, what, now)
    if account is not None and n == attempts.FREE:
        audit.note(session, None, None, "refused", at=now, email=account.email)
    return Outcome("wrong")


def _signed_in(session: Session, what: bytes, account: Account, now: datetime) -> Outcome:
    attempts.forget(session, what)
    audit.note(session, None, account.id, "signed_in", at=now, email=account.email)
    return Outcome("in", account)
