"""Passwords: what may be one, and Argon2id hashes of them (RFC 9106, the library's defaults)."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corus.errors import InputError

SHORTEST, LONGEST = 12, 200
AT_ONCE = threading.BoundedSemaphore(2)
"""Each check takes 64 MB on purpose: a burst of them must not take the machine's memory."""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


def check(password: str, email: str) -> None:
    """Raises ``InputError`` (``ACC-001``) for one that is too short, too long or too easy.

    Length alone is asked for, as NIST SP 800-63B advises: rules of letters and digits make people
    choose the same few passwords.
    """
    if len(password) < SHORTEST:
        raise InputError(
            "This password is too short.",
            hint="Use at least 12 characters: three or four words make a good one.", code="ACC-001",
        )  # fmt: skip
    if len(password) > LONGEST:
        raise InputError(
            "This password is too long.", hint="Use 200 characters at most.", code="ACC-001"
        )
    known = email.partition("@")[0]
    easy = len(set(password)) < 5 or (len(known) > 3 and password.lower().strip("0123456789!.")
                                      in (known, email))  # fmt: skip
    if easy:
        raise InputError(
            "This password would be guessed at once.",
            hint="Choose words that nobody would think of with you in mind.", code="ACC-001",
        )  # fmt: skip


def hashed(password: str) -> str:
    """What is stored of a password."""
    with AT_ONCE:
        return _hasher().hash(password)


def agrees(stored: str, password: str) -> bool:
    """Whether this is the password; takes as long where there is none to compare with."""
    with AT_ONCE:
        try:
            return _hasher().verify(stored or _nobody(), password[:LONGEST]) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")
