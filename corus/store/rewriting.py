"""Erasing what only an open wave needs, and writing its tables anew.

Afterwards what is stored follows from the rows alone: two databases that took the same answers in
different orders hold them at the same places. Knows tables, never why a wave ends.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from sqlalchemy import Connection, Table, exists, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from corus.domain.sites import too_small
from corus.errors import UnavailableError
from corus.store.models import (
    Base,
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
_NAMES = ("group_code", "variant", "mode", "channel", "completeness", "site")
"""What names a stratum of a wave."""
PATIENCE = 60.0
"""Seconds to wait for those who read and write, before giving up."""
WAIT = "500ms"
"""How long to wait for one table: less than PostgreSQL takes to see that two wait for each other,
so that it is always the closing, never an answer, that steps back."""


@dataclass(frozen=True)
class Ended:
    """A wave that takes no more answers."""

    id: int
    day: date
    """The day of its closing, which all its answers take on."""
    anonymous: bool
    least: int = 0
    """Anonymous waves only: how many answers of a group a site holds to be kept beside them."""


@dataclass(frozen=True)
class _Copy:
    """What of a table is written anew: columns by another expression, rows that stay away."""

    changes: Mapping[str, str] = field(default_factory=dict)
    gone: str = "1 = 0"


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
        _set_aside(connection, table, plan.get(table.name, _Copy()))
    _empty(connection)
    for table in REWRITTEN:
        _put_back(connection, table)
    return counts


def _counts(connection: Connection, wave: Ended) -> dict[str, int]:
    of_wave = select(Mailing.id).where(Mailing.wave_id == wave.id)
    asked = {
        "used_links": UsedLink.wave_id == wave.id,
        "deliveries": Delivery.mailing_id.in_(of_wave),
        "paper_entries": PaperEntry.wave_id == wave.id,
    }
    return {
        name: connection.scalar(select(func.count()).select_from(_table(name)).where(of_it)) or 0
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
            update(_table("mailings")).where(Mailing.id == mailing).values(counts=states)
        )


def _plan(connection: Connection, wave: Ended) -> dict[str, _Copy]:
    """What becomes of each table; every value in these statements is a number or a day."""
    merged = _merged(connection, wave)
    numbers = _numbers(connection, wave, merged)
    ours = f"IN ({_listed(numbers)})"
    of_wave = f"wave_id = {wave.id}"
    mailed = f"mailing_id IN (SELECT id FROM mailings WHERE {of_wave})"  # noqa: S608 - a number
    renumbered = {"stratum_id": _renumbered("stratum_id", numbers)}
    plan = {
        "strata": _Copy({"id": _renumbered("id", numbers)}, f"id IN ({_listed(merged)})"),
        "responses": _Copy(renumbered),
        "untallied": _Copy(renumbered, f"stratum_id {ours}"),
        "used_links": _Copy(gone=of_wave),
        "deliveries": _Copy(gone=mailed),
        "paper_entries": _Copy(gone=of_wave),
        "tallies": _Copy(gone=of_wave),
    }
    if wave.anonymous:
        day = f"'{wave.day.isoformat()}'"
        plan["responses"] = _Copy(
            renumbered
            | {
                # Days and numbers of revisions, beside those of reminders or of what a colleague
                # saw, would tell who answered when, and who took it up again.
                "received_on": _only(f"stratum_id {ours}", day, "received_on"),
                "revision": _only(f"stratum_id {ours}", "1", "revision"),
            }
        )
        # Who was invited at a site, beside the answers of that site.
        plan["invitations"] = _Copy({"site": _only(of_wave, "''", "site")})
        plan["withdrawals"] = _Copy({"withdrawn_on": _only(of_wave, day, "withdrawn_on")})
    return plan


def _merged(connection: Connection, wave: Ended) -> dict[int, int]:
    """Strata of sites too small to be kept, and the one without a site that takes their answers."""
    counts: Counter[tuple[str, str]] = Counter()
    strata = _strata(connection, wave)
    for number, (*_, site) in strata.items():
        asked = select(func.count()).where(Response.stratum_id == number)
        counts[strata[number][0], site] += connection.scalar(asked) or 0
    gone = too_small(counts, wave.least)
    return {
        number: _without_site(connection, wave, place)
        for number, place in strata.items()
        if (place[0], place[-1]) in gone
    }


def _without_site(connection: Connection, wave: Ended, place: tuple[str, ...]) -> int:
    table, named = _table("strata"), dict(zip(_NAMES, (*place[:-1], ""), strict=True))
    same = [table.c[name] == value for name, value in named.items()]
    found = connection.scalar(select(table.c.id).where(table.c.wave_id == wave.id, *same))
    if found is not None:
        return cast(int, found)
    made = connection.execute(table.insert().values(wave_id=wave.id, **named).returning(table.c.id))
    return cast(int, made.scalar_one())


def _strata(connection: Connection, wave: Ended) -> dict[int, tuple[str, ...]]:
    """Number of each stratum of this wave, and what names it."""
    table = _table("strata")
    asked = select(table.c.id, *(table.c[name] for name in _NAMES))
    rows = connection.execute(asked.where(table.c.wave_id == wave.id))
    return {number: tuple(place) for number, *place in rows}


def _numbers(connection: Connection, wave: Ended, merged: Mapping[int, int]) -> dict[int, int]:
    """The numbers of this wave's strata, dealt out again by name instead of by first arrival."""
    places = {n: p for n, p in _strata(connection, wave).items() if n not in merged}
    kept = sorted(places, key=lambda number: places[number])
    numbers = dict(zip(kept, sorted(kept), strict=True))
    return numbers | {old: numbers[new] for old, new in merged.items()}


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers)) or str(NONE)


def _renumbered(column: str, numbers: Mapping[int, int]) -> str:
    moved = " ".join(f"WHEN {old} THEN {new}" for old, new in numbers.items() if old != new)
    return f"CASE {column} {moved} ELSE {column} END" if moved else column


def _only(condition: str, value: str, otherwise: str) -> str:
    return f"CASE WHEN {condition} THEN {value} ELSE {otherwise} END"


def _set_aside(connection: Connection, table: Table, copy: _Copy) -> None:
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


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


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
