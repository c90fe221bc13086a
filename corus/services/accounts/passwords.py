"""Passwords: what may be one, and Argon2id hashes of them (RFC 9106)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corus.errors import InputError, UnavailableError

SHORTEST, LONGEST = 12, 200
WAITING = 4
"""Checks that wait for their turn in one process; more are turned away at once, so that whoever
tries passwords without end leaves threads and processors to those who answer."""
_places = threading.BoundedSemaphore(WAITING)
_turn = threading.Lock()


@cache
def _hasher() -> PasswordHasher:
    # One lane: four would take both processors of a small machine for each check. 46 MiB, two
    # passes: one more than OWASP asks for with this memory.
    return PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)


@contextmanager
def _one_by_one() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise UnavailableError(
            "Too many people are signing in at this moment.", hint="Try again in a minute.",
            code="ACC-021",
        )  # fmt: skip
    try:
        with _turn:
            yield
    finally:
        _places.release()


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
    """What is stored of a password; ``UnavailableError`` (``ACC-021``) in a crowd."""
    with _one_by_one():
        return _hasher().hash(password)


def agrees(stored: str, password: str) -> bool:
    """Whether this is the password; takes as long where there is none to compare with.

    Raises ``UnavailableError`` (``ACC-021``) where too many are checked at once.
    """
    with _one_by_one():
        try:
            return _hasher().verify(stored or _nobody(), password[:LONGEST]) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")
