"""A database with something in every table, and the rows of a database as a set of values."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from corus.services.copies import Place
from corus.store.account_models import Account, Decision, Membership, Ticket, Token
from corus.store.engine import Store
from corus.store.models import (
    Base,
    Burst,
    Delivery,
    Invitation,
    Mailing,
    Organization,
    PaperEntry,
    Untallied,
    UsedLink,
    Wave,
    Withdrawal,
)
from corus.store.text_models import RedactedText, StoredCoding
from corus.store.writer import Writer
from tests import factories as make

DAY = make.DAY
HOSTILE = "« Été » \u202f; 'x' \"y\" \\ ☃ 𝔘 \n\t</script>"
"""Text that a careless copy changes."""


def place(path: Path) -> Place:
    """A backup at this path, of the day of the tests."""
    return Place(path, DAY, "mark")


def answer(store: Store, wave_id: int, times: int = 1, **changes: object) -> None:
    """Responses, stored as the server stores them."""
    writer = Writer(store)
    for _ in range(times):
        writer.submit(make.response(wave_id, **changes))  # type: ignore[arg-type]


def close(store: Store, code: str) -> None:
    """A closed wave, as far as a copy can tell."""
    with store.writing() as session:
        wave = session.scalars(select(Wave).where(Wave.code == code)).one()
        wave.state, wave.closed_on = "closed", DAY


def full(store: Store) -> None:
    """At least one row in every table, with texts, bytes, days, nulls and numbers to keep."""
    closed = make.open_wave(store, "closed-2025")
    answer(store, closed, 12)
    answer(store, closed, 7, group="neighbours", language="en")
    close(store, "closed-2025")
    opened = make.open_wave(store, "open-2026")
    answer(store, opened, 3, document=HOSTILE.encode())
    with store.writing() as session:
        _fieldwork(session, opened)
        _workspace(session, opened)
        for table in Base.metadata.sorted_tables:
            if not _count(session, table):
                session.execute(insert(table).values(_something(session, table)))


def _fieldwork(session: Session, wave: int) -> None:
    invited = Invitation(
        id=bytes(range(16)), wave_id=wave, group="employees", who=secrets.token_bytes(16),
        language="fr", address=None, name=HOSTILE,
    )  # fmt: skip
    mailing = Mailing(wave_id=wave, kind="invitation", number=1, prepared_on=DAY,
                      counts={"sent": 3, "été": 1})  # fmt: skip
    session.add_all([invited, mailing])
    session.flush()
    response = session.scalar(select(Base.metadata.tables["responses"].c.id).limit(1))
    session.add_all([
        Delivery(mailing_id=mailing.id, invitation_id=invited.id),
        UsedLink(wave_id=wave, once=b"\x00\xff" * 8),
        Withdrawal(id=secrets.token_bytes(16), wave_id=wave, withdrawn_on=DAY),
        Burst(wave_id=wave, group="employees", seen_on=DAY, answers=40),
        Untallied(stratum_id=_stratum(session, response), response_id=response),
        RedactedText(response_id=response, item="surprise", wave_id=wave, state="reviewed",
                     decision="edit", reviewer="Zoë", mark=b"\x00\xff" * 8, text=HOSTILE),
        StoredCoding(response_id=response, item="surprise", coder="Zoë", wave_id=wave, version=1,
                     codes="", expectation=None, valence="ambivalent", mark=b"\x00\xff" * 8),
        *(PaperEntry(wave_id=wave, sheet=sheet, typing=1, group="employees", variant="standard",
                     language="fr", mode="paper", clerk="Zoë", document="{}", typed_on=DAY)
          for sheet in ("a-2", "B-1", "É-1", "z 9", "_1")),
    ])  # fmt: skip


def _workspace(session: Session, wave: int) -> None:
    owner = session.scalars(select(Organization.id)).first()
    account = Account(email="zoë@example.org", name=HOSTILE, created_on=DAY, proven=True)
    session.add(account)
    session.flush()
    digest = secrets.token_bytes(32)
    session.add_all([
        Membership(account_id=account.id, organization_id=owner, role="accreditor",
                   given_on=DAY, until=DAY),
        Ticket(token=digest, account_id=account.id, purpose="reset",
               expires_at="2026-03-03T10:00:00Z"),
        Token(digest=digest, account_id=account.id, organization_id=owner, role="researcher",
              name=HOSTILE, created_on=DAY, until=DAY),
        Decision(wave_id=wave, text=HOSTILE, state="done", written_on=DAY),
    ])  # fmt: skip


def _something(session: Session, table: Table) -> dict[str, object]:
    """A row for a table that this file does not know: a value of each column's kind.

    Where the table's own rules refuse it, write a row down above.
    """
    kinds: dict[type, object] = {
        int: 1, str: "x", bool: True, bytes: secrets.token_bytes(16), date: DAY, dict: {"é": [1]},
        object: {"é": [1]},
    }  # fmt: skip
    row = {}
    for column in table.columns:
        parent = next(iter(column.foreign_keys), None)
        of_kind = kinds[column.type.python_type]
        row[column.name] = session.scalar(select(parent.column)) if parent else of_kind
    return row


def _stratum(session: Session, response: bytes) -> int:
    table = Base.metadata.tables["responses"]
    return int(session.scalars(select(table.c.stratum_id).where(table.c.id == response)).one())


def _count(session: Session, table: object) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def content(store: Store) -> dict[str, set[str]]:
    """Every row of every table, read as the program reads them."""
    with store.reading() as session:
        return {
            t.name: {repr(tuple(row)) for row in session.execute(select(t))}
            for t in Base.metadata.sorted_tables
        }


def wave_states(store: Store) -> dict[str, str]:
    """Code → state of every wave."""
    with store.reading() as session:
        return {w.code: w.state for w in session.scalars(select(Wave))}
