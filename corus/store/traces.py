"""What a database keeps beside its tables: free pages, journals, write-ahead logs.

Clears what the owner of a database may clear, and says what is left to its administrator.
"""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from corus.errors import UnavailableError
from corus.store.engine import Store
from corus.store.rewriting import PATIENCE, REWRITTEN
from corus.store.trouble import unavailable

MOST_SEGMENTS = 64
"""Most files of the write-ahead log that are written over (16 MB each, unless set otherwise)."""

KEPT = {
    # what the server does, told in one sentence; the query is true when it does it
    "log_archive": (
        "SELECT current_setting('archive_mode') <> 'off'",
        "The PostgreSQL server archives its write-ahead log, which keeps the order and the moment"
        " of every answer: delete the archive of the days when the wave was open.",
    ),
    "commit_times": (
        "SELECT current_setting('track_commit_timestamp') = 'on'",
        "The PostgreSQL server notes the moment of every commit (track_commit_timestamp): turn it"
        " off.",
    ),
    "statement_log": (
        "SELECT current_setting('log_statement') IN ('mod', 'all')"
        " OR current_setting('log_min_duration_statement') <> '-1'"
        " OR current_setting('log_duration') = 'on'",
        "The PostgreSQL server writes statements and their moments to its log (log_statement,"
        " log_min_duration_statement): turn it off, and delete the log of those days.",
    ),
    "standby": (
        "SELECT EXISTS (SELECT 1 FROM pg_stat_replication)"
        " OR EXISTS (SELECT 1 FROM pg_replication_slots)",
        "Another server follows this PostgreSQL server and has its own copy of the log: have it"
        " cleared too.",
    ),
}  # fmt: skip
NOT_CLEARED = {
    "log_not_overwritten": "The account that Corus uses may not clear the write-ahead log of the"
    " PostgreSQL server: it keeps the order of the last answers until the server writes over it."
    " An administrator can do it now: CHECKPOINT, then pg_switch_wal() a few times.",
}


def told(limit: str) -> str:
    """One sentence for the person who runs the instance on something that could not be cleared."""
    return KEPT[limit][1] if limit in KEPT else NOT_CLEARED[limit]


def kept_by_server(store: Store) -> tuple[str, ...]:
    """Names of what the database server itself keeps of orders and moments; () on SQLite."""
    if store.embedded:
        return ()
    with store.engine.connect() as connection:
        return tuple(name for name, (sql, _) in KEPT.items() if connection.scalar(text(sql)))


def clear(store: Store) -> tuple[str, ...]:
    """Clear what rewriting left behind; names of what could not be cleared."""
    if store.embedded:
        _clear_file(store)
        return ()
    return (*_clear_server(store), *kept_by_server(store))


def _clear_file(store: Store) -> None:
    lent: Any = store.engine.raw_connection()
    with closing(lent), store.turn():
        connection = lent.driver_connection
        try:
            connection.execute("VACUUM")
            _empty_journal(connection)
        except store.engine.dialect.loaded_dbapi.Error as error:
            raise unavailable(error) from error


def _empty_journal(connection: Any) -> None:
    # Busy as long as somebody reads what was there before.
    end = time.monotonic() + PATIENCE
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > end:
            raise UnavailableError(
                "Somebody keeps reading the database, so its journal cannot be emptied.",
                hint="Wait until backups and exports under way have ended, then close the wave "
                "again.",
                code="UNA-010",
            )
        time.sleep(0.1)


def _clear_server(store: Store) -> tuple[str, ...]:
    engine = store.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"ANALYZE {', '.join(t.name for t in REWRITTEN)}"))
        try:
            _write_over_log(connection)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") != "42501":
                raise unavailable(error) from error
            return ("log_not_overwritten",)
    return ()


AHEAD = (
    "SELECT count(*) FROM pg_ls_waldir()"
    " WHERE name ~ '^[0-9A-F]{24}$' AND name > pg_walfile_name(pg_current_wal_lsn())"
)
"""Files of the write-ahead log kept to be used again, as full as they were."""


def _write_over_log(connection: Connection) -> None:
    """Leave every file of the write-ahead log behind, then write over those used again.

    Needs the rights of ``pg_checkpoint`` and ``pg_monitor`` and the use of ``pg_switch_wal``.
    """
    _next_file(connection)
    connection.execute(text("CHECKPOINT"))
    ahead = connection.scalar(text(AHEAD)) or 0
    # One more: the last would keep what its unused part held.
    for _ in range(min(ahead, MOST_SEGMENTS) + 1):
        _next_file(connection)


def _next_file(connection: Connection) -> None:
    # A file without a record would not be left behind.
    connection.execute(text("SELECT pg_logical_emit_message(false, 'corus', '')"))
    connection.execute(text("SELECT pg_switch_wal()"))
