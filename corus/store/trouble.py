"""What databases say when they refuse, and what a person is told of it.

Opens nothing and stores nothing.
"""

from __future__ import annotations

import sqlite3
import sys

from sqlalchemy.exc import DBAPIError, IntegrityError

from corus.errors import UnavailableError


def circumstance(error: BaseException) -> str:
    """What the database said, when it speaks of itself; never SQL, values or a time.

    A log must not tell who answered what, nor when.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if type(cause).__name__ != "OperationalError":
        return ""
    return next(iter(str(cause).splitlines()), "")


def integrity_errors() -> tuple[type[BaseException], ...]:
    """What databases raise for a row that breaks one of their rules."""
    found: list[type[BaseException]] = [IntegrityError, sqlite3.IntegrityError]
    psycopg = sys.modules.get("psycopg")
    return (*found, psycopg.IntegrityError) if psycopg else tuple(found)


REFUSALS = (
    # what the driver says, code, fact, cure
    (("full", "no space"), "UNA-002", "The disk is full: nothing was stored.",
     "Free some space, then try again."),
    (("readonly", "read-only"), "UNA-003", "The database cannot be written: nothing was stored.",
     "Check the rights on the instance folder."),
    (("locked", "busy", "queuepool limit"), "UNA-001", "The database is busy: nothing was stored.",
     "Try again in a moment."),
    (("not a database",), "UNA-006", "The file is not a Corus database.",
     "Put it aside, or name another with CORUS_DATABASE_URL."),
    (("unable to open",), "UNA-007", "The database file cannot be opened.",
     "Check that its folder exists and may be written."),
    (("connection refused", "could not translate", "failed to resolve", "connection failed",
      "name or service", "timeout expired", "timed out", "closed the connection"), "UNA-008",
     "The database server does not answer.",
     "Check that it runs, and its host and port in CORUS_DATABASE_URL."),
)  # fmt: skip
LOCKED = "55P03"
"""PostgreSQL's state when a lock did not come in time."""
STATES = {LOCKED: "UNA-001", "53100": "UNA-002", "25006": "UNA-003"}
"""The same of PostgreSQL's states, because it speaks the language of its server."""


def unavailable(error: BaseException) -> UnavailableError:
    """What to tell a person when the database refuses: busy, full, read-only, gone."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    said, state = str(cause).lower(), getattr(cause, "sqlstate", None)
    for signs, code, fact, cure in REFUSALS:
        if STATES.get(state or "") == code or any(sign in said for sign in signs):
            return UnavailableError(fact, hint=cure, code=code)
    kind = getattr(cause, "sqlite_errorname", None) or state
    return UnavailableError(
        f"The database refused ({kind or type(cause).__name__}): nothing was stored.",
        hint="Try again; if it lasts, see the server's log.", code="UNA-004",
    )  # fmt: skip
