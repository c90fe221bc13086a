"""The open answers of a closed wave, each with what has been made of it.

An answer that changed since it was read is raw again. Decides nothing of what is shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corus.analysis.counting.decoding import read_rest
from corus.domain.instrument import Instrument, Item
from corus.domain.open_answers import Redaction
from corus.domain.rare import UNDETERMINED
from corus.domain.wave import WaveState
from corus.errors import RefusedError
from corus.services.closing import require_sealed
from corus.services.publishing import version_of
from corus.services.waves import plan_of
from corus.store import open_answers, queries
from corus.store.models import Wave
from corus.store.open_answers import Key, Redacted


@dataclass(frozen=True)
class OpenText:
    """What one person wrote to one question; ``redacted`` is None as long as it is raw."""

    key: Key
    group: str
    language: str
    original: str
    quotable: bool
    mark: bytes
    redacted: Redacted | None = None

    @property
    def item(self) -> str:
        """Code of the question."""
        return self.key[1]

    @property
    def redaction(self) -> Redaction:
        """How far the text has come; without consent it never stays publishable."""
        if self.redacted is None:
            return Redaction.RAW
        fit = self.redacted.state == Redaction.PUBLISHABLE and self.quotable
        return Redaction.PUBLISHABLE if fit else Redaction.REVIEWED


def closed_wave(session: Session, code: str) -> Wave:
    """The wave, once nothing tells who answered.

    Raises ``RefusedError`` while it is open or after its answers were erased (``TXT-001``), and
    when its closing is not finished (``CLO-002``).
    """
    wave = queries.wave_by_code(session, code)
    if wave.state != WaveState.CLOSED:
        raise RefusedError(
            f"Wave “{code}” is {wave.state}: texts are read between its closing and its purge.",
            hint=f"`corus wave close {code}` closes an open one.",
            code="TXT-001",
        )  # fmt: skip
    require_sealed(session, wave)
    return wave


def instrument_of(wave: Wave) -> Instrument:
    """The questionnaire of the wave."""
    return version_of(wave).instrument


def open_items(instrument: Instrument) -> dict[str, Item]:
    """Open questions by code, in the order of the questionnaire."""
    return {item.code: item for item in instrument.items if item.type == "text"}


def texts(session: Session, wave: Wave) -> list[OpenText]:
    """Every text of a wave, in the order of its response's random key."""
    items = open_items(instrument_of(wave))
    made = open_answers.redacted(session, wave.id)
    usual = plan_of(wave).languages[0]
    return [
        _with_redaction(text, made.get(text.key))
        for row in open_answers.written(session, wave.id)
        for text in _of_response(row, items, usual)
    ]


def _of_response(
    row: open_answers.Written, items: dict[str, Item], usual: str
) -> Iterator[OpenText]:
    rest = read_rest(row.document)
    # A rare language is forgotten at closing; masks are then written in the wave's first.
    language = usual if row.language == UNDETERMINED else row.language
    for item in items:
        said = rest.get(item, {})
        value = said.get("value")
        if isinstance(value, str):
            consent = bool(said.get("quotable"))
            yield OpenText((row.id, item), row.group, language, value, consent, _mark(value))


def _with_redaction(text: OpenText, made: Redacted | None) -> OpenText:
    if made is None or made.mark != text.mark:
        return text
    return OpenText(
        text.key, text.group, text.language, text.original, text.quotable, text.mark, made
    )


def _mark(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def handle(secret: bytes, key: Key) -> str:
    """What a file calls a text: the same each time, and nothing that is stored anywhere.

    Two texts of one person have handles that do not tell it. A letter comes first, so that no
    spreadsheet reads a number.
    """
    data = key[0] + key[1].encode()
    return (
        "t"
        + hashlib.blake2b(data, key=secret[:64], person=b"corus-text", digest_size=6).hexdigest()
    )


def by_handle(secret: bytes, found: list[OpenText]) -> dict[str, OpenText]:
    """Texts by their handle, in its order, which is random."""
    return dict(sorted((handle(secret, text.key), text) for text in found))


@dataclass(frozen=True)
class Errand:
    """For whom texts leave the database, what for, and when."""

    role: str
    purpose: str
    day: date


def note_reading(session: Session, wave: Wave, errand: Errand, what: str, rows: int) -> None:
    """Write in the journal who takes texts away; refused (``TXT-002``) without role and purpose."""
    if not errand.role.strip() or not errand.purpose.strip():
        raise RefusedError(
            "Texts leave the database for a named role and a stated purpose only.",
            hint='Add --role "evaluation officer" --purpose "redaction before coding".',
            code="TXT-002",
        )
    queries.note(
        session, wave, errand.day, what, role=errand.role, purpose=errand.purpose, rows=rows
    )
