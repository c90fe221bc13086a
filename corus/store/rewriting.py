"""Erasing what only an open wave needs, and writing its tables anew.

Afterwards what is stored follows from the rows alone: two databases that took the same answers in
different orders hold them at the same places. Knows tables, never why a wave ends.
"""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Iterable, Mapping
from typing import cast

from sqlalchemy import Connection, Table, exists, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from corus.errors import UnavailableError
from corus.store.forgetting import (
    Copy,
    Ended,
    forget_marks,
    kept_way,
    merged_sites,
    nobody,
    only,
    strata_of,
    table_of,
    ways,
)
from corus.store.models import (
    Delivery,
    Invitation,
    JournalEntry,
    Mailing,
    PaperEntry,
    Response,
    StoredTally,
    Stratum,
    Untallied,
    UsedLink,
    Withdrawal,
)
from corus.store.text_models import RedactedText, StoredCodebook, StoredCoding

NONE = -1
"""A number that no stratum has."""
REWRITTEN = tuple(
    cast(Table, model.__table__)
    for model in (
        Stratum, Response, Untallied, Withdrawal, Invitation, UsedLink, Delivery, PaperEntry,
        StoredTally, RedactedText, StoredCoding, StoredCodebook,
    )
)  # fmt: skip
"""Tables with a row for each answer or person, and their tallies; referred to ones come first."""
PATIENCE = 60.0
"""Seconds to wait for those who read and write, before giving up."""
WAIT = "500ms"
"""How long to wait for one table: less than PostgreSQL takes to see that two wait for each other,
so that it is always the closing, never an answer, that steps back."""


def is_noted(session: Session, wave_id: int, action: str) -> bool:
    """Whether the journal of a wave has a line of this kind."""
    of_it = (JournalEntry.wave_id == wave_id) & (JournalEntry.action == action)
    return bool(session.scalar(select(exists().where(of_it))))


def erase(connection: Connection, wave: Ended) -> dict[str, int]:
    """Erase and rewrite, in the caller's transaction; what went, by counts.

    The transaction is one of ``Store.changing``: rows are put back in the order in which they
    refer to each other, and references are checked at its end. Doing it twice changes nothing.
    """
    _hold(connection)
    counts = _counts(connection, wave)
    _keep_delivery_counts(connection, wave)
    plan = _plan(connection, wave)
    for table in REWRITTEN:
        _set_aside(connection, table, plan.get(table.name, Copy()))
    _empty(connection)
    for table in REWRITTEN:
        _put_back(connection, table)
    forget_marks(connection)
    return counts


def _counts(connection: Connection, wave: Ended) -> dict[str, int]:
    of_wave = select(Mailing.id).where(Mailing.wave_id == wave.id)
    asked = {
        "used_links": UsedLink.wave_id == wave.id,
        "deliveries": Delivery.mailing_id.in_(of_wave),
        "paper_entries": PaperEntry.wave_id == wave.id,
    }
    return {
        name: connection.scalar(select(func.count()).select_from(table_of(name)).where(of_it)) or 0
        for name, of_it in asked.items()
    }


def _keep_delivery_counts(connection: Connection, wave: Ended) -> None:
    found = connection.execute(
        select(Delivery.mailing_id, Delivery.state, func.count())
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Mailing.wave_id == wave.id)
        .group_by(Delivery.mailing_id, Delivery.state)
        .order_by(Delivery.mailing_id, Delivery.state)
    )
    counts: dict[int, dict[str, int]] = {}
    for mailing, state, n in found:
        counts.setdefault(mailing, {})[state] = n
    for mailing, states in counts.items():
        connection.execute(
            update(table_of("mailings")).where(Mailing.id == mailing).values(counts=states)
        )


def _plan(connection: Connection, wave: Ended) -> dict[str, Copy]:
    """What becomes of each table; every value in these statements is a number or a day."""
    merged = merged_sites(connection, wave)
    empty = ways(connection, wave, merged) if wave.anonymous else set[int]()
    numbers = _numbers(connection, wave, merged, empty)
    ours = f"IN ({_listed({*numbers, *merged, *empty})})"
    of_wave = f"wave_id = {wave.id}"
    mailed = f"mailing_id IN (SELECT id FROM mailings WHERE {of_wave})"  # noqa: S608 - a number
    renumbered = {"stratum_id": _renumbered("stratum_id", numbers)}
    plan = {
        "strata": Copy({"id": _renumbered("id", numbers)}, f"id IN ({_listed({*merged, *empty})})"),
        "responses": Copy(renumbered),
        "untallied": Copy(renumbered, f"stratum_id {ours}"),
        "used_links": Copy(gone=of_wave),
        "deliveries": Copy(gone=mailed),
        "paper_entries": Copy(gone=of_wave),
        "tallies": Copy(gone=of_wave),
    }
    if wave.anonymous:
        day = f"'{wave.day.isoformat()}'"
        plan["responses"] = Copy(
            renumbered
            | {
                # Days and numbers of revisions, beside those of reminders or of what a colleague
                # saw, would tell who answered when, and who took it up again.
                "received_on": only(f"stratum_id {ours}", day, "received_on"),
                "revision": only(f"stratum_id {ours}", "1", "revision"),
                "stratum_id": _renumbered(kept_way("stratum_id"), numbers),
                "language": kept_way("language"),
            }
        )
        plan["invitations"] = nobody(connection, wave, of_wave)
        plan["withdrawals"] = Copy({"withdrawn_on": only(of_wave, day, "withdrawn_on")})
    return plan


def _numbers(
    connection: Connection, wave: Ended, merged: Mapping[int, int], empty: Collection[int]
) -> dict[int, int]:
    """The numbers of this wave's strata, dealt out again by name instead of by first arrival."""
    strata = strata_of(connection, wave)
    places = {n: p for n, p in strata.items() if n not in merged and n not in empty}
    kept = sorted(places, key=lambda number: places[number])
    # The lowest there were: which of them lie empty follows from the order of arrival.
    numbers = dict(zip(kept, sorted(strata)[: len(kept)], strict=True))
    return numbers | {old: numbers[new] for old, new in merged.items() if new in numbers}


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers)) or str(NONE)


def _renumbered(column: str, numbers: Mapping[int, int]) -> str:
    moved = " ".join(f"WHEN {old} THEN {new}" for old, new in numbers.items() if old != new)
    return f"CASE {column} {moved} ELSE {column} END" if moved else column


def _set_aside(connection: Connection, table: Table, copy: Copy) -> None:
    # Changed on the way: changed where they are, the log of the database would list rows by place.
    wanted = ", ".join(
        f"{copy.changes.get(c.name, c.name)} AS {c.name}" for c in table.columns
    )  # fmt: skip
    connection.execute(
        text(
            f"CREATE TEMPORARY TABLE kept_{table.name} AS"  # noqa: S608 - names of our own
            f" SELECT {wanted} FROM {table.name} WHERE NOT ({copy.gone})"
        )
    )


def _empty(connection: Connection) -> None:
    if _embedded(connection):
        for table in reversed(REWRITTEN):
            connection.execute(table.delete())
    else:
        # Not DELETE, which leaves the rows where they were until the server tidies up.
        connection.execute(text(f"TRUNCATE {', '.join(t.name for t in REWRITTEN)}"))


def _put_back(connection: Connection, table: Table) -> None:
    columns = ", ".join(c.name for c in table.columns)
    order = ", ".join(c.name for c in table.primary_key)
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({columns})"  # noqa: S608 - names of our own
            f" SELECT {columns} FROM kept_{table.name} ORDER BY {order}"
        )
    )
    connection.execute(text(f"DROP TABLE kept_{table.name}"))


def _embedded(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _hold(connection: Connection) -> None:
    """Nobody else reads or writes these tables until the transaction ends; answers wait."""
    if _embedded(connection):
        return
    names = ", ".join(t.name for t in REWRITTEN)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with connection.begin_nested():
                connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT}'"))
                # Where every answer begins: those that come now wait with empty hands.
                connection.execute(text("LOCK TABLE waves IN EXCLUSIVE MODE"))
                connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
                connection.execute(text("SET LOCAL lock_timeout = DEFAULT"))
        except OperationalError as error:
            if time.monotonic() > end:
                raise _held() from error
            time.sleep(random.uniform(0.05, 0.3))  # noqa: S311 - not a secret
        else:
            return


def _held() -> UnavailableError:
    return UnavailableError(
        "Somebody keeps reading the database, so its tables cannot be written anew.",
        hint="Wait until backups and exports under way have ended, then close the wave again.",
        code="UNA-010",
    )
