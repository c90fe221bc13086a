"""Erasing answers and contacts once the time announced to respondents is over.

Releases stay, with the counts they came from: they hold numbers, and name nobody. So do keyed marks
of who wants no more messages: whoever has an address can ask whether it does, nobody can read one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from corus.domain.wave import WaveState, keep_until
from corus.errors import RefusedError
from corus.services.inviting.stopping import address_mark
from corus.services.waves import plan_of
from corus.store import erasing, invitations, queries, rewriting, traces
from corus.store.engine import Store
from corus.store.forgetting import Ended
from corus.store.models import Wave

PURGED, CONTACTS_ERASED = "purged", "contacts erased"
"""Actions of the journal."""


@dataclass(frozen=True)
class Purge:
    """What is, or would be, erased of one wave."""

    wave: str
    kept_until: date
    rows: dict[str, int]
    releases: int
    """How many releases stay."""
    marks: int = 0
    """How many want no more messages: a keyed mark in the place of each address stays."""
    successor: str = ""
    """The wave that went on from this one, with its contacts; "" for none."""
    limits: tuple[str, ...] = ()
    """Sentences on what the database server keeps, and who can clear it."""


def due(session: Session, day: date) -> list[str]:
    """Codes of the waves whose answers were to be kept until before ``day``, and still are."""
    return [
        wave.code
        for wave in queries.waves(session)
        if (last := last_day(wave)) and last < day
        and not rewriting.is_noted(session, wave.id, PURGED)
    ]  # fmt: skip


def last_day(wave: Wave) -> date | None:
    """The last day on which the answers of a wave are kept; None while it is not closed."""
    months = plan_of(wave).notice.retention_months
    return keep_until(wave.closed_on, months) if wave.closed_on else None


def preview(session: Session, code: str, day: date, *, contacts_only: bool = False) -> Purge:
    """What ``purge`` would erase; raises as it does."""
    wave = queries.wave_by_code(session, code)
    last = _require_over(wave, day, contacts_only=contacts_only)
    rows = erasing.counts(session.connection(), wave.id, contacts_only=contacts_only)
    releases = len(queries.releases(session, wave.id))
    marks = len(invitations.declined_here(session, wave.id))
    return Purge(code, last, rows, releases, marks, plan_of(wave).succeeded_by)


def purge(store: Store, code: str, day: date, *, contacts_only: bool = False) -> Purge:
    """Erase a wave's answers and contacts for good, or its contacts only, and write tables anew.

    Raises ``RefusedError`` while the wave is not closed (``PUR-001``) or its answers are still to
    be kept (``PUR-002``). A wave without answers is archived: no release can come of it any more.
    """
    with store.changing() as connection, Session(connection) as session:
        found = preview(session, code, day, contacts_only=contacts_only)
        wave = queries.wave_by_code(session, code)
        declined = invitations.declined_here(session, wave.id)
        erasing.erase(connection, wave.id, contacts_only=contacts_only)
        invitations.add(session, _marks_only(store.key, wave.id, declined))
        if not contacts_only:
            wave.state = WaveState.ARCHIVED.value
        action = CONTACTS_ERASED if contacts_only else PURGED
        queries.note(session, wave, day, action, **found.rows)
        session.flush()
        # Rows that are gone leave gaps from which they could be read, until all are moved.
        anonymous = plan_of(wave).anonymity == "anonymous"
        marks = invitations.addresses(connection, wave.id)
        rewriting.erase(connection, Ended(wave.id, wave.closed_on or day, anonymous, marks=marks))
    return replace(found, limits=tuple(map(traces.told, traces.clear(store))))


def _marks_only(
    key: bytes, wave_id: int, declined: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    """Invitations of who wants no more messages, of which nothing else is left.

    They open nothing any more: beside answers, the links they had would tell whose these are.
    """
    return [
        {
            "id": secrets.token_bytes(16), "who": secrets.token_bytes(16), "wave_id": wave_id,
            "group_code": "", "language": "", "address": address_mark(key, address), "name": "",
            "postal": "", "site": "", "state": state, "note": note,
        }
        for address, (state, note) in declined.items()
    ]  # fmt: skip


def _require_over(wave: Wave, day: date, *, contacts_only: bool) -> date:
    last = last_day(wave)
    if last is None:
        raise RefusedError(
            f"Wave “{wave.code}” is {wave.state}: it still needs what it holds.",
            hint=f"Close it first: `corus wave close {wave.code}`.", code="PUR-001",
        )  # fmt: skip
    if last >= day and not contacts_only:
        raise RefusedError(
            f"Respondents of wave “{wave.code}” were told that answers are kept until {last}.",
            hint="Contacts alone may go before: add --contacts.", code="PUR-002",
        )  # fmt: skip
    return last
