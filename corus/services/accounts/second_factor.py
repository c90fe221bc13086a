"""A code from a telephone at sign-in (TOTP, RFC 6238): six digits, thirty seconds.

No secret is stored: it follows from the key, the account and a number that rises each time the
person starts anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

import pyotp

from corus.errors import InputError
from corus.store.account_models import Account

ISSUER = "Corus"
STEP = 30
SLACK = 1
"""Steps before and after this one that are taken: clocks differ."""


def secret(key: bytes, account: int, number: int) -> str:
    """The ``number``-th secret of an account, as authenticators take it."""
    found = hmac.digest(key, f"totp {account} {number}".encode(), hashlib.sha256)
    return base64.b32encode(found[:20]).decode()


def uri(key: bytes, account: Account) -> str:
    """What the QR code holds, for the secret that comes next."""
    found = pyotp.TOTP(secret(key, account.id, _next(account)))
    return found.provisioning_uri(name=account.email, issuer_name=ISSUER)


def begin(key: bytes, account: Account) -> str:
    """The secret that comes next, to be typed where no camera is at hand."""
    return secret(key, account.id, _next(account))


def turn_on(key: bytes, account: Account, code: str, now: datetime) -> None:
    """From now on a code is asked for. Raises ``InputError`` (``ACC-003``) for a wrong one."""
    number = _next(account)
    step = _step(secret(key, account.id, number), code, now)
    if step is None:
        raise InputError(
            "This is not the code that the telephone should show.",
            hint="Check that its clock is right, and give the code that it shows now.",
            code="ACC-003",
        )
    account.totp, account.totp_step = number, step


def turn_off(account: Account) -> None:
    """No code is asked for any more; its secret is never used again."""
    account.totp = -abs(account.totp)


def agrees(key: bytes, account: Account, code: str, now: datetime) -> bool:
    """Whether this is the code of now; each is taken once."""
    step = _step(secret(key, account.id, account.totp), code, now)
    if step is None or step <= account.totp_step:
        return False
    account.totp_step = step
    return True


def _next(account: Account) -> int:
    return abs(account.totp) + 1


def _step(shared: str, code: str, now: datetime) -> int | None:
    given, totp = "".join(code.split()), pyotp.TOTP(shared)
    this = int(now.timestamp()) // STEP
    for step in range(this - SLACK, this + SLACK + 1):
        if hmac.compare_digest(totp.at(step * STEP), given.encode("ascii", "replace").decode()):
            return step
    return None
