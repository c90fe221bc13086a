"""Microdata: every answer in our own table layout.

These are not results. Who may have them and why is decided by the service that gives the rows;
nothing here reads a database, and the key under which an answer is stored never leaves.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, cast

from corus.domain.answer import Answer, decode
from corus.domain.instrument import Instrument, InstrumentVersion, Item, Variant
from corus.exports.safe_text import csv_bytes
from corus.questions import QUESTION_TYPES
from corus.questions.base import Asked

NOT_ASKED = "-"
META = (
    "response_id", "group", "variant", "language", "mode", "channel", "completeness", "received_on"
)  # fmt: skip
SITE = "site"
"""The column that follows these where a wave has sites."""
PARTS = ("", "reason", "evidence", "quotable")


class StoredAnswers(Protocol):
    """What a row must carry; records of the store do. Its key is not asked for."""

    @property
    def group(self) -> str:
        """Code of the stakeholder group."""

    @property
    def variant(self) -> str:
        """``standard`` or ``easy``."""

    @property
    def site(self) -> str:
        """Code of the site, "" where none was said."""

    @property
    def language(self) -> str:
        """Language of the form."""

    @property
    def mode(self) -> str:
        """Who wrote the answers."""

    @property
    def channel(self) -> str:
        """How they arrived."""

    @property
    def completeness(self) -> str:
        """``complete`` or ``partial``."""

    @property
    def received_on(self) -> date:
        """A day, never a time."""

    @property
    def document(self) -> str:
        """The stored document of answers."""


@dataclass(frozen=True)
class AnswersFile:
    """The CSV and what its manifest must tell of it."""

    content: bytes
    columns: tuple[str, ...]
    rows_in: int
    rows_out: int


def write_answers(
    rows: Iterable[StoredAnswers],
    version: InstrumentVersion,
    *,
    sites: bool = False,
    shuffle: random.Random | None = None,
) -> AnswersFile:
    """Every response as one row, in an order drawn at random that tells nothing.

    ``response_id`` is the row's number after the draw: neither it nor the order joins a row with
    what is stored or with the day's order of arrival. Texts that a spreadsheet might compute get
    a leading apostrophe, which importing takes away again (``safe_text.unguard``).
    """
    drawn = list(rows)
    (shuffle or secrets.SystemRandom()).shuffle(drawn)
    instrument = version.instrument
    facts = (*META[1:-1], *([SITE] if sites else ()))
    asked = _Resolver(instrument, facts)
    found = [asked.row(row) for row in drawn]
    columns = [*META, *([SITE] if sites else ()), *_item_columns(instrument, found)]
    lines = (
        [{**cells, "response_id": str(number)}.get(column, "") for column in columns]
        for number, cells in enumerate(found, start=1)
    )
    return AnswersFile(csv_bytes(columns, lines), tuple(columns), len(drawn), len(found))


def _item_columns(instrument: Instrument, found: Sequence[Mapping[str, str]]) -> list[str]:
    """The column of each item in instrument order, followed by its parts."""
    written = {column for cells in found for column in cells}
    wanted = written | {f"{i.code}.quotable" for i in instrument.items if i.quotation}
    return [
        column
        for item in instrument.items
        for part in PARTS
        if (column := _column(item, part)) in wanted or not part
    ]


def _column(item: Item, part: str) -> str:
    return f"{item.code}.{part}" if part else item.code


class _Resolver:
    """Turns documents into cells; how an item is asked is resolved once per group and variant."""

    def __init__(self, instrument: Instrument, facts: Sequence[str]) -> None:
        self._instrument, self._facts = instrument, facts
        self._asked: dict[tuple[str, str], dict[str, Asked]] = {}

    def row(self, row: StoredAnswers) -> dict[str, str]:
        """Column → cell for one response; parts that hold nothing are absent."""
        answers = decode(row.document, self._instrument)
        asked = self._resolved(row.group, cast(Variant, row.variant))
        cells = {name: str(getattr(row, name)) for name in self._facts}
        cells["received_on"] = row.received_on.isoformat()
        for item in self._instrument.items:
            cells |= _cells(asked[item.code], answers.get(item.code))
        return cells

    def _resolved(self, group: str, variant: Variant) -> dict[str, Asked]:
        place = (group, variant)
        if place not in self._asked:
            items = self._instrument.items
            self._asked[place] = {
                i.code: Asked.of(self._instrument, i, group, variant) for i in items
            }
        return self._asked[place]


def _cells(asked: Asked, answer: Answer | None) -> dict[str, str]:
    if answer is None:
        return {asked.item.code: NOT_ASKED}
    written = QUESTION_TYPES.find(asked.item.type).write(asked, answer)
    return {_column(asked.item, part): text for part, text in written.items()}
