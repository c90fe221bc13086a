"""What is erased of a wave once its time is over, and how much of it there is.

Releases, and counts that name nobody, stay. Knows tables, never days or reasons.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select

from corus.store.models import (
    Delivery,
    Invitation,
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

Rows = tuple[tuple[str, Table, ColumnElement[bool]], ...]


def counts(connection: Connection, wave_id: int, *, contacts_only: bool = False) -> dict[str, int]:
    """How many rows of each kind ``erase`` would erase."""
    return {
        name: _number(connection, table, _named(table, of_wave))
        for name, table, of_wave in _rows(wave_id, contacts_only=contacts_only)
    }


def _number(connection: Connection, table: Table, asked: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(asked)) or 0


def _named(table: Table, of_wave: ColumnElement[bool]) -> ColumnElement[bool]:
    """Without what an earlier erasing left: marks of no group."""
    return and_(of_wave, table.c.group_code != "") if table is _table(Invitation) else of_wave


def erase(connection: Connection, wave_id: int, *, contacts_only: bool = False) -> dict[str, int]:
    """Erase the answers, contacts and traces of a wave, or its contacts only; what went."""
    gone = counts(connection, wave_id, contacts_only=contacts_only)
    for _, table, of_wave in _rows(wave_id, contacts_only=contacts_only):
        connection.execute(delete(table).where(of_wave))
    if not contacts_only:
        connection.execute(delete(_table(StoredTally)).where(StoredTally.wave_id == wave_id))
        connection.execute(delete(_table(Stratum)).where(Stratum.wave_id == wave_id))
    return gone


def _rows(wave_id: int, *, contacts_only: bool) -> Rows:
    """What holds answers or persons: those that refer to others come first."""
    mailings = select(Mailing.id).where(Mailing.wave_id == wave_id)
    strata = select(Stratum.id).where(Stratum.wave_id == wave_id)
    contacts: Rows = (
        ("deliveries", _table(Delivery), Delivery.mailing_id.in_(mailings)),
        ("contacts", _table(Invitation), Invitation.wave_id == wave_id),
    )
    if contacts_only:
        return contacts
    return (
        *contacts,
        ("used links", _table(UsedLink), UsedLink.wave_id == wave_id),
        ("paper entries", _table(PaperEntry), PaperEntry.wave_id == wave_id),
        ("withdrawals", _table(Withdrawal), Withdrawal.wave_id == wave_id),
        ("uncounted", _table(Untallied), Untallied.stratum_id.in_(strata)),
        ("redacted texts", _table(RedactedText), RedactedText.wave_id == wave_id),
        ("codings", _table(StoredCoding), StoredCoding.wave_id == wave_id),
        # Their examples are words of respondents.
        ("codebooks", _table(StoredCodebook), StoredCodebook.wave_id == wave_id),
        ("answers", _table(Response), Response.stratum_id.in_(strata)),
    )


def _table(model: type) -> Table:
    return cast(Table, model.__table__)  # type: ignore[attr-defined]
