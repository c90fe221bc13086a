"""Coding redacted texts: files for each coder, codes taken in, what coders disagree on.

Coders read what was redacted and never the group: who speaks should not tell what is heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import numpy as np
from sqlalchemy.orm import Session

from corus.analysis.measures.coders import MISSING, Agreement, Ratings, agreement, doubled_needed
from corus.analysis.profile.open_answers import AGREED, settled
from corus.domain.instrument import Instrument
from corus.domain.open_answers import (
    EXPECTATIONS,
    VALENCES,
    Codebook,
    Coding,
    Expectation,
    Valence,
    speaks_of,
)
from corus.exports.safe_text import csv_bytes
from corus.services.texts.codebooks import of_item
from corus.services.texts.filled import Filled, Line, once
from corus.services.texts.reading import (
    Errand,
    OpenText,
    by_handle,
    closed_wave,
    instrument_of,
    note_reading,
    open_items,
    texts,
)
from corus.services.texts.reviewing import check_name
from corus.store import open_answers, queries
from corus.store.models import Wave
from corus.store.open_answers import Coded, Key

COLUMNS = ("id", "item", "text", "codes", "expectation", "valence")
NONE = "-"
"""Written under ``codes`` when none of them applies."""
GIVEN_OUT, TAKEN_IN = "texts to code", "texts coded"
"""Actions of the journal."""


@dataclass(frozen=True)
class Material:
    """All that is known of the coding of one wave."""

    wave: Wave
    instrument: Instrument
    texts: list[OpenText]
    codebooks: dict[str, list[Codebook]]
    codings: dict[Key, list[Coded]]

    def current(self, item: str) -> Codebook:
        """The codebook in force."""
        return of_item(self.codebooks, item)

    def versions(self, item: str) -> dict[int, Codebook]:
        """Every version, by number."""
        empty = Codebook(item=item, version=0, codes=())
        return {0: empty} | {c.version: c for c in self.codebooks.get(item, [])}

    def of(self, text: OpenText) -> list[Coding]:
        """The codings of a text as it now stands."""
        return [_coding(c) for c in self.codings.get(text.key, []) if c.mark == text.mark]

    def settled(self, text: OpenText) -> Coding | None:
        """What coders agree on for a text, None without it."""
        return settled(self.of(text), self.versions(text.item), self.current(text.item))

    def reviewed(self, item: str) -> list[OpenText]:
        """The texts of a question that a person has redacted."""
        return [t for t in self.texts if t.item == item and t.redacted is not None]


def material(session: Session, wave: Wave) -> Material:
    """Read all of it."""
    return Material(
        wave, instrument_of(wave), texts(session, wave),
        open_answers.codebooks(session, wave.id), open_answers.codings(session, wave.id),
    )  # fmt: skip


def _coding(c: Coded) -> Coding:
    return Coding(
        c.coder, c.version, frozenset(c.codes), cast("Expectation | None", c.expectation),
        cast("Valence | None", c.valence),
    )  # fmt: skip


def asks_valence(instrument: Instrument, item: str) -> bool:
    """Whether texts of this question are coded as expected or not, good or bad."""
    return instrument.item_by_code[item].purpose == "unexpected_effect"


def to_code(
    session: Session, secret: bytes, code: str, coder: str, errand: Errand, *, second: bool = False
) -> bytes:
    """A CSV of redacted texts that this coder has still to code.

    ``second``: only as many as two persons must code (10 % of each question, 50 at most), always
    the same ones, those coded by somebody else first.
    """
    wave = closed_wave(session, code)
    check_name(coder)
    found = material(session, wave)
    chosen = list(_chosen(found, secret, coder, second=second))
    note_reading(session, wave, errand, GIVEN_OUT, len(chosen))
    rows = ([name, t.item, t.redacted.text if t.redacted else "", "", "", ""] for name, t in chosen)
    return csv_bytes(COLUMNS, rows)


def _chosen(
    found: Material, secret: bytes, coder: str, *, second: bool
) -> Iterator[tuple[str, OpenText]]:
    for item in open_items(found.instrument):
        named = list(by_handle(secret, found.reviewed(item)).items())
        if second:
            named.sort(key=lambda pair: not _others(found, pair[1], coder))
            named = named[: doubled_needed(len(named))]
        yield from (pair for pair in named if not _has_coded(found, pair[1], coder))


def _others(found: Material, text: OpenText, coder: str) -> bool:
    return any(c.coder not in (coder, AGREED) for c in found.of(text))


def _has_coded(found: Material, text: OpenText, coder: str) -> bool:
    now = found.current(text.item).version
    return any(c.coder == coder and c.version == now for c in found.of(text))


def disputes(session: Session, secret: bytes, code: str, errand: Errand) -> bytes:
    """A CSV of texts that coders coded differently, each with what they found, to be settled.

    Filled in together, it is taken in under the coder ``agreed``.
    """
    wave = closed_wave(session, code)
    found = material(session, wave)
    named = by_handle(secret, [t for t in found.texts if t.redacted and _is_disputed(found, t)])
    coders = sorted({c.coder for t in named.values() for c in found.of(t) if c.coder != AGREED})
    note_reading(session, wave, errand, GIVEN_OUT, len(named))
    header = ("id", "item", "text", *coders, "codes", "expectation", "valence")
    return csv_bytes(header, (_dispute(name, t, found, coders) for name, t in named.items()))


def _is_disputed(found: Material, text: OpenText) -> bool:
    return len(found.of(text)) > 1 and found.settled(text) is None


def _dispute(name: str, text: OpenText, found: Material, coders: Sequence[str]) -> list[str]:
    said = {c.coder: _in_words(c) for c in found.of(text)}
    redacted = text.redacted.text if text.redacted else ""
    return [name, text.item, redacted, *(said.get(coder, "") for coder in coders), "", "", ""]


def _in_words(coding: Coding) -> str:
    codes = "|".join(sorted(coding.codes)) or NONE
    return " ".join(filter(None, [codes, coding.expectation, coding.valence]))


def take_in(session: Session, secret: bytes, code: str, path: Path, coder: str, day: date) -> int:
    """Store one coder's codes from a file made by ``to_code``; how many texts were coded.

    Rows with nothing under codes, expectation and valence are left for later. All or nothing:
    ``InputError`` (``TXT-004``) lists every fault.
    """
    wave = closed_wave(session, code)
    check_name(coder)
    found = material(session, wave)
    known = by_handle(secret, found.texts)
    filled = Filled.open(path, COLUMNS[:2] + COLUMNS[3:])
    seen: dict[str, int] = {}
    rows = [
        row for line in filled.rows()
        if any(map(line.cell, COLUMNS[3:])) and (row := _coded(line, found, known, seen, coder))
    ]  # fmt: skip
    filled.end()
    open_answers.keep_codings(session, wave.id, rows)
    queries.note(session, wave, day, TAKEN_IN, coder=coder, texts=len(rows))
    return len(rows)


def _coded(
    line: Line, found: Material, known: Mapping[str, OpenText], seen: dict[str, int], coder: str
) -> Coded | None:
    name = line.cell("id")
    text = known.get(name)
    if text is None or text.redacted is None:
        line.fault("TXT-040", f"No redacted text of this wave is called “{name}”.",
                   "It was withdrawn, or is not reviewed yet: take it out.", "id")  # fmt: skip
        return None
    before = len(line.file.faults)
    once(line, seen, name)
    codes = _codes(line, found.current(text.item))
    meant = _meant(line, asks=asks_valence(found.instrument, text.item))
    if len(line.file.faults) > before:
        return None
    version = found.current(text.item).version
    return Coded(text.key, coder.strip(), version, codes, *meant, text.mark)


def _codes(line: Line, codebook: Codebook) -> tuple[str, ...]:
    written = line.cell("codes")
    if written == NONE or (not written and not codebook.codes):
        return ()
    given = tuple(filter(None, (part.strip() for part in written.split("|"))))
    known = [c.code for c in codebook.codes]
    unknown = [code for code in given if code not in known]
    if not given:
        line.fault("TXT-041", "No code is written.", f"Write {NONE} when none applies.", "codes")
    if unknown:
        cure = f"Use: {', '.join(known)}; several with | between." if known else (
            "Make a codebook first: `corus texts codebook`."
        )  # fmt: skip
        line.fault("TXT-042", f"“{unknown[0][:40]}” is not in the codebook.", cure, "codes")
    return tuple(sorted(set(given)))


def _meant(line: Line, *, asks: bool) -> tuple[str | None, str | None]:
    """Expectation and valence: both for unexpected effects, none elsewhere."""
    return (
        _one_of(line, "expectation", EXPECTATIONS, asks=asks),
        _one_of(line, "valence", VALENCES, asks=asks),
    )


def _one_of(line: Line, column: str, words: Sequence[str], *, asks: bool) -> str | None:
    written = line.cell(column).lower()
    if written and not asks:
        line.fault("TXT-043", "This is asked of unexpected effects only.", "Empty it.", column)
    elif asks and written not in words:
        fact = f"“{written[:20]}” is none of the words." if written else "Empty."
        line.fault("TXT-044", fact, f"Use one of: {', '.join(words)}.", column)
    return written or None


@dataclass(frozen=True)
class CodeAgreement:
    """How far coders agree on one code of one question (or on ``expectation``, ``valence``)."""

    item: str
    code: str
    found: Agreement


def agreements(session: Session, code: str) -> list[CodeAgreement]:
    """One line per question and code, for texts coded under what the code now means.

    What coders settled together afterwards is no measure of agreement and stays out.
    """
    found = material(session, closed_wave(session, code))
    return [line for item in open_items(found.instrument) for line in _agreements(found, item)]


def _agreements(found: Material, item: str) -> Iterator[CodeAgreement]:
    read = found.reviewed(item)
    coders = sorted({c.coder for t in read for c in found.of(t)} - {AGREED})
    if not coders:
        return
    for definition in found.current(item).codes:
        table = _ratings(found, read, coders, definition.code)
        yield CodeAgreement(item, definition.code, agreement(table))
    if asks_valence(found.instrument, item):
        for axis, words in (("expectation", EXPECTATIONS), ("valence", VALENCES)):
            yield CodeAgreement(item, axis, agreement(_axis(found, read, coders, axis, words)))


def _ratings(
    found: Material, read: Sequence[OpenText], coders: Sequence[str], code: str
) -> Ratings:
    """1 given, 0 not given, ``MISSING`` not coded; shape [coder, text]."""
    item = read[0].item
    current, versions = found.current(item), found.versions(item)
    table = np.full((len(coders), len(read)), MISSING, np.int64)
    for place, text in enumerate(read):
        for c in found.of(text):
            if c.coder in coders and speaks_of(versions.get(c.version), code, current):
                table[coders.index(c.coder), place] = code in c.codes
    return table


def _axis(
    found: Material, read: Sequence[OpenText], coders: Sequence[str], axis: str,
    words: Sequence[str],
) -> Ratings:  # fmt: skip
    table = np.full((len(coders), len(read)), MISSING, np.int64)
    for place, text in enumerate(read):
        for c in found.of(text):
            said = getattr(c, axis)
            if c.coder in coders and said:
                table[coders.index(c.coder), place] = words.index(said)
    return table
