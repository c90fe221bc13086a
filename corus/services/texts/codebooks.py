"""Codebooks: the codes of each open question, in numbered versions that never change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from corus.domain.open_answers import Codebook, CodeDefinition
from corus.errors import NotFoundError
from corus.exports.safe_text import csv_bytes
from corus.services.texts import masking
from corus.services.texts.filled import Filled, Line
from corus.services.texts.reading import closed_wave, instrument_of, open_items
from corus.services.texts.reviewing import CERTAIN
from corus.store import open_answers, queries

COLUMNS = ("item", "code", "name", "definition", "example")
CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
CHANGED = "codebook"
"""Action of the journal."""


@dataclass(frozen=True)
class Revised:
    """A new version of one codebook, and what must be coded again because of it."""

    item: str
    version: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    redefined: tuple[str, ...]


def latest(session: Session, code: str) -> dict[str, Codebook]:
    """The last version of each codebook of a wave, by item."""
    wave = closed_wave(session, code)
    return {item: all_[-1] for item, all_ in open_answers.codebooks(session, wave.id).items()}


def as_csv(session: Session, code: str) -> bytes:
    """The codebooks as a file to edit; one empty row per open question that has none."""
    found = latest(session, code)
    items = open_items(instrument_of(closed_wave(session, code)))
    rows = [
        [item, c.code, c.name, c.definition, c.example]
        for item in items
        for c in (found[item].codes if item in found else _EMPTY)
    ]
    return csv_bytes(COLUMNS, rows)


@dataclass(frozen=True)
class _Row:
    code: str = ""
    name: str = ""
    definition: str = ""
    example: str = ""


_EMPTY = (_Row(),)


def revise(session: Session, code: str, path: Path, day: date) -> list[Revised]:
    """Take in the codebooks of a file: those that differ become new versions.

    Questions that the file does not name keep theirs; rows without a code are skipped. All or
    nothing: ``InputError`` (``TXT-004``) lists every fault.
    """
    wave = closed_wave(session, code)
    items = open_items(instrument_of(wave))
    filled = Filled.open(path, ("item", "code", "name", "definition"))
    given: dict[str, dict[str, CodeDefinition]] = {}
    for line in filled.rows():
        if line.cell("code"):
            _take(line, given, list(items))
    filled.end()
    known = open_answers.codebooks(session, wave.id)
    revised = []
    for item, codes in given.items():
        before = known[item][-1] if item in known else None
        made = Codebook(
            item=item, version=before.version + 1 if before else 1, codes=tuple(codes.values())
        )
        if before is None or before.codes != made.codes:
            open_answers.add_codebook(session, wave.id, made, day)
            revised.append(_compared(before, made))
            queries.note(session, wave, day, CHANGED, item=item, version=made.version)
    return revised


def _take(line: Line, given: dict[str, dict[str, CodeDefinition]], items: Sequence[str]) -> None:
    item, code = line.cell("item"), line.cell("code")
    before = len(line.file.faults)
    if item not in items:
        line.fault("TXT-030", f"“{item[:40]}” is no open question of this wave.",
                   f"Use one of: {', '.join(items)}.", "item")  # fmt: skip
    if not CODE.fullmatch(code):
        line.fault("TXT-031", f"“{code[:40]}” is no code.",
                   "Small letters, digits and _, a letter first.", "code")  # fmt: skip
    if code in given.get(item, {}):
        line.fault("TXT-032", f"The code “{code}” is there twice.", "Keep one.", "code")
    for column in ("name", "definition"):
        if not line.cell(column):
            line.fault("TXT-033", "Empty.", "Say when a text gets this code, and when not.", column)
    if {span.kind for span in masking.find(line.cell("example"))} & set(CERTAIN):
        line.fault(
            "TXT-034", "The example would make somebody recognisable.", "Mask it.", "example"
        )
    if len(line.file.faults) == before:
        given.setdefault(item, {})[code] = CodeDefinition(
            code=code, name=line.cell("name"), definition=line.cell("definition"),
            example=line.cell("example"),
        )  # fmt: skip


def _compared(before: Codebook | None, made: Codebook) -> Revised:
    now = {c.code: c.definition for c in made.codes}
    old = {c.code: c.definition for c in before.codes} if before else {}
    return Revised(
        made.item, made.version,
        tuple(code for code in now if code not in old),
        tuple(code for code in old if code not in now),
        tuple(code for code in now if code in old and old[code] != now[code]),
    )  # fmt: skip


def of_item(found: dict[str, list[Codebook]], item: str) -> Codebook:
    """The codebook in force for a question: its last version, or one without codes."""
    return found[item][-1] if found.get(item) else Codebook(item=item, version=0, codes=())


def require_open(items: Sequence[str], item: str) -> None:
    """Raises ``NotFoundError`` (``TXT-035``) unless ``item`` is an open question."""
    if item not in items:
        raise NotFoundError(
            f"“{item}” is no open question of this wave.",
            hint=f"Use one of: {', '.join(items)}.", code="TXT-035",
        )  # fmt: skip
