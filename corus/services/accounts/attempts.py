"""Guessing made slow: after five failures in a row, each further one doubles a pause."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from corus.services.accounts import moments
from corus.store import accounts
from corus.store.account_models import Attempt

FREE = 5
"""Failures without a pause."""
FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)


def about(key: bytes, what: str) -> bytes:
    """What stands in the table for an address: nobody reads there whom somebody tried."""
    return hmac.digest(key, what.encode(), hashlib.sha256)


def pause(session: Session, what: bytes, now: datetime) -> timedelta:
    """How long is still to wait; zero where the next attempt may come."""
    found = accounts.attempt(session, what)
    if found is None or found.failures < FREE:
        return timedelta(0)
    doubled: int = 1 << min(found.failures - FREE, 10)
    waits = min(FIRST * doubled, LONGEST)
    return max(moments.read(found.last_at) + waits - now, timedelta(0))


def failed(session: Session, what: bytes, now: datetime) -> int:
    """Count one more failure; returns how many in a row."""
    accounts.forget_old(session, moments.written(now), moments.written(now - FORGOTTEN))
    found = accounts.attempt(session, what)
    if found is None:
        found = Attempt(about=what, failures=0, last_at="")
        session.add(found)
    found.failures += 1
    found.last_at = moments.written(now)
    session.flush()
    return found.failures


def forget(session: Session, what: bytes) -> None:
    """It went well: what failed before counts no more."""
    accounts.forget_attempts(session, what)
