"""What a database keeps beside its tables: free pages, journals, write-ahead logs.

Clears what the owner of a database may clear, and says what is left to its administrator.
"""

from __future__ import annotations

import random
import time
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from corus.errors import UnavailableError
from corus.store.engine import Store
from corus.store.guard import BUSY_SECONDS, guarded
from corus.store.rewriting import PATIENCE, REWRITTEN, WAIT
from corus.store.trouble import unavailable

MOMENT = 1.0
"""Seconds for which a person who has just withdrawn waits for those who read, at most."""
WITH_WORDS = (
    "responses", "paper_entries", "redacted_texts", "codings", "codebooks", "tallies", "releases",
)  # fmt: skip
"""Tables that hold what people wrote, or were counted from it."""

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


def clear_dead(store: Store) -> tuple[str, ...]:
    """Clear what rows erased or changed left behind; names of what could not be cleared.

    SQLite: its file is packed and its journal emptied. PostgreSQL: tables that hold words are
    written anew without their dead rows, one after the other, then all goes as in ``clear``.
    Doing it twice changes nothing. Raises ``UnavailableError`` (``UNA-010``) when somebody keeps
    reading.
    """
    if not store.embedded:
        engine = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        with guarded(engine), engine.connect() as connection:
            _wait_for_older(connection)
            for table in WITH_WORDS:
                _pack(connection, table)
    return clear(store)


def hurry(store: Store) -> bool:
    """Empty the journal of SQLite within a moment; False when somebody reads what was there.

    What was erased stands in the file until then. Nothing to do on PostgreSQL. Never raises
    because the database is busy: it is then done by the next one, or in the night.
    """
    if not store.embedded:
        return True
    try:
        with store.turn(), closing(store.engine.raw_connection()) as lent:
            return not _emptied_within(lent.driver_connection, MOMENT)
    except UnavailableError:
        return False


def _emptied_within(connection: Any, seconds: float) -> int:
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
    try:
        return int(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


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
            raise _kept_busy("Somebody keeps reading the database: its journal cannot be emptied.")
        time.sleep(0.1)


def _kept_busy(fact: str) -> UnavailableError:
    hint = "Wait until backups and exports under way have ended, then run the same command again."
    return UnavailableError(fact, hint=hint, code="UNA-010")


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


OLDER = (
    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND age(backend_xmin) > age(CAST(:now AS xid)))"
)
"""Whether somebody else still sees what was there before."""


def _wait_for_older(connection: Connection) -> None:
    # A row that somebody still sees is not left out when its table is written anew.
    now = connection.scalar(text("SELECT CAST(pg_snapshot_xmax(pg_current_snapshot()) AS xid)"))
    end = time.monotonic() + PATIENCE
    while connection.scalar(text(OLDER), {"now": str(now)}):
        if time.monotonic() > end:
            raise _kept_busy("Somebody keeps reading the database: it cannot be written anew.")
        time.sleep(0.1)


def _pack(connection: Connection, table: str) -> None:
    """Write one table anew without its dead rows; who answers meanwhile waits, never long."""
    end = time.monotonic() + PATIENCE
    connection.execute(text(f"SET lock_timeout = '{WAIT}'"))
    try:
        while not _packed(connection, table):
            if time.monotonic() > end:
                raise _kept_busy("Somebody keeps reading the database: it cannot be written anew.")
            time.sleep(random.uniform(0.05, 0.3))  # noqa: S311 - not a secret
    finally:
        connection.execute(text("RESET lock_timeout"))


def _packed(connection: Connection, table: str) -> bool:
    try:
        connection.execute(text(f"VACUUM (FULL) {table}"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != "55P03":
            raise
        return False
    return True


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
