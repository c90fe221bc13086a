"""Texts of a wave with what was made of them: redactions, codebooks, codings.

Knows keys and documents, never what a text says or who may read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from corus.domain.open_answers import Codebook
from corus.store.models import Response, Stratum
from corus.store.text_models import RedactedText, StoredCodebook, StoredCoding

Key = tuple[bytes, str]
"""Key of the response, code of the item."""

_REDACTED = cast(Table, RedactedText.__table__)
_CODINGS = cast(Table, StoredCoding.__table__)


class Written(NamedTuple):
    """One response as far as its texts are concerned."""

    id: bytes
    group: str
    language: str
    document: str


@dataclass(frozen=True)
class Redacted:
    """What a person made of one text."""

    key: Key
    state: str
    decision: str
    reviewer: str
    mark: bytes
    text: str


@dataclass(frozen=True)
class Coded:
    """What one coder found in one text."""

    key: Key
    coder: str
    version: int
    codes: tuple[str, ...]
    expectation: str | None
    valence: str | None
    mark: bytes


def written(session: Session, wave_id: int) -> Iterator[Written]:
    """Responses of a wave that hold more than marks, in the order of their random key."""
    found = (
        select(Response.id, Stratum.group, Response.language, Response.document)
        .join(Stratum, Stratum.id == Response.stratum_id)
        .where(Stratum.wave_id == wave_id, Response.document.contains('"rest"'))
        .order_by(Response.id)
    )
    for row in session.execute(found):
        yield Written(*row)


def redacted(session: Session, wave_id: int) -> dict[Key, Redacted]:
    """Every redaction of a wave."""
    found = select(RedactedText).where(RedactedText.wave_id == wave_id)
    return {
        (r.response_id, r.item): Redacted(
            (r.response_id, r.item), r.state, r.decision, r.reviewer, r.mark, r.text
        )
        for r in session.scalars(found)
    }


def of_response(session: Session, response_id: bytes) -> dict[str, str]:
    """Redacted texts of one response, by item."""
    of_it = RedactedText.response_id == response_id
    return {made.item: made.text for made in session.scalars(select(RedactedText).where(of_it))}


def keep_redacted(session: Session, wave_id: int, rows: Iterable[Redacted]) -> None:
    """Store redactions in the place of those there were."""
    values = [
        {
            "response_id": r.key[0], "item": r.key[1], "wave_id": wave_id, "state": r.state,
            "decision": r.decision, "reviewer": r.reviewer, "mark": r.mark, "text": r.text,
        }
        for r in sorted(rows, key=lambda r: r.key)
    ]  # fmt: skip
    for row in values:
        _replace(session, _REDACTED, row, ("response_id", "item"))


def set_state(session: Session, keys: Iterable[Key], state: str) -> None:
    """Give these redactions another state."""
    for response_id, item in sorted(keys):
        session.execute(
            update(_REDACTED)
            .where(_REDACTED.c.response_id == response_id, _REDACTED.c.item == item)
            .values(state=state)
        )


def codings(session: Session, wave_id: int) -> dict[Key, list[Coded]]:
    """Every coding of a wave, by text, in the order of the coders' names."""
    found = select(StoredCoding).where(StoredCoding.wave_id == wave_id).order_by(StoredCoding.coder)
    by_text: dict[Key, list[Coded]] = {}
    for c in session.scalars(found):
        key = (c.response_id, c.item)
        codes = tuple(filter(None, c.codes.split("|")))
        coded = Coded(key, c.coder, c.version, codes, c.expectation, c.valence, c.mark)
        by_text.setdefault(key, []).append(coded)
    return by_text


def keep_codings(session: Session, wave_id: int, rows: Iterable[Coded]) -> None:
    """Store codings in the place of what the same coder had found in the same texts."""
    for c in sorted(rows, key=lambda c: c.key):
        row = {
            "response_id": c.key[0], "item": c.key[1], "coder": c.coder, "wave_id": wave_id,
            "version": c.version, "codes": "|".join(sorted(c.codes)),
            "expectation": c.expectation, "valence": c.valence, "mark": c.mark,
        }  # fmt: skip
        _replace(session, _CODINGS, row, ("response_id", "item", "coder"))


def _replace(session: Session, table: Table, row: dict[str, Any], key: tuple[str, ...]) -> None:
    of_it = [table.c[name] == row[name] for name in key]
    session.execute(delete(table).where(*of_it))
    session.execute(insert(table).values(**row))


def codebooks(session: Session, wave_id: int) -> dict[str, list[Codebook]]:
    """Every version of the codebook of each question, oldest first."""
    found = (
        select(StoredCodebook.item, StoredCodebook.document)
        .where(StoredCodebook.wave_id == wave_id)
        .order_by(StoredCodebook.item, StoredCodebook.version)
    )
    by_item: dict[str, list[Codebook]] = {}
    for item, document in session.execute(found):
        by_item.setdefault(item, []).append(Codebook.model_validate_json(document))
    return by_item


def add_codebook(session: Session, wave_id: int, codebook: Codebook, day: date) -> None:
    """Store one more version."""
    session.add(
        StoredCodebook(
            wave_id=wave_id, item=codebook.item, version=codebook.version,
            document=codebook.model_dump_json(), made_on=day,
        )
    )  # fmt: skip
    session.flush()


def keep_codebook(session: Session, wave_id: int, codebook: Codebook) -> None:
    """Put a version in its own place: its examples may go, its codes never change."""
    session.execute(
        update(StoredCodebook)
        .where(
            StoredCodebook.wave_id == wave_id, StoredCodebook.item == codebook.item,
            StoredCodebook.version == codebook.version,
        )
        .values(document=codebook.model_dump_json())
    )  # fmt: skip


def forget(session: Session, response_id: bytes) -> None:
    """Erase all that was made of the texts of one response: it changed, they are raw again."""
    for table in (_REDACTED, _CODINGS):
        session.execute(delete(table).where(table.c.response_id == response_id))
