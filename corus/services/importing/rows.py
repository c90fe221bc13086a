"""Rows: plans what to store from a table, or says everything that forbids it. Stores nothing.

Pure: the same table, mapping, instrument and key give the same plan.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import orjson

from corus.domain.answer import NOT_SHOWN, Answer, encode
from corus.domain.instrument import Instrument, InstrumentVersion, Variant
from corus.domain.wave import Completeness, Mode, WavePlan
from corus.errors import Fault
from corus.questions.base import Asked, Refusal
from corus.questions.multiple_choice import SEPARATOR
from corus.questions.relevance import settle
from corus.services.importing import mapping as mappings
from corus.services.importing.facts import FACT_CODES, PLACEHOLDER, Facts, read_day
from corus.services.importing.spellings import DROPPED, PRIVATE, fold
from corus.services.importing.tables import Row, Table
from corus.services.importing.values import OWN, ItemReader, is_silent

ID_KEPT = "only its keyed hash is kept, to know the row again"
DAY_KEPT = "only the day is kept"
IGNORED = "left out by the mapping"
NAMED = 8
"""Items named in one line of a report."""
BY_PLACE = (
    "No column tells rows apart, so each is known by its place. Keep the rows in this order in "
    "later exports, or add a column of ids; name each further collection (--batch NAME)."
)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One response to store. ``line``: where it stands in the file; ``document``: the answers."""

    line: int
    id: bytes
    group: str
    variant: Variant
    language: str
    mode: Mode
    completeness: Completeness
    received_on: date
    document: bytes
    channel: str = "import"
    site: str = ""


@dataclass(frozen=True)
class ImportPlan:
    """What a file holds. Rows are worth storing only when there is no fault."""

    file: str
    rows_read: int
    rows: tuple[PlannedRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    dropped_columns: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def plan_import(
    table: Table,
    mapping: mappings.Mapping,
    version: InstrumentVersion,
    plan: WavePlan,
    key: bytes,
    received_on: date,
    *,
    wave: str,
) -> ImportPlan:
    """Every row of ``table`` as it would be stored, and every row and column that may not be.

    ``received_on`` is the day of rows without one. ``wave`` is its code: with ``key`` it makes
    the ids, so that equal rows of two waves stay two.
    """
    dropped = _dropped(table, mapping)
    faults = mappings.check_mapping(mapping, table, version.instrument)
    if faults:
        return ImportPlan(table.file, len(table.rows), (), (*table.faults, *faults), dropped)
    reading = _Reading(table, mapping, version.instrument, plan, key, received_on, wave)
    rows = tuple(row for row in map(reading.row, table.rows) if row is not None)
    found = (*table.faults, *_unmapped(table, mapping), *reading.faults)
    return ImportPlan(
        table.file, len(table.rows), rows, _in_file_order(found, table), dropped,
        (*table.notes, *reading.warnings()),
    )  # fmt: skip


def _in_file_order(faults: Iterable[Fault], table: Table) -> tuple[Fault, ...]:
    place = {heading: i for i, heading in enumerate(table.header)}
    return tuple(sorted(faults, key=lambda fault: (fault.line, place.get(fault.column, -1))))


def _dropped(table: Table, mapping: mappings.Mapping) -> dict[str, str]:
    """Heading → why the column is not stored as it is."""
    used = {*mapping.items, *mapping.about_rows}
    found = {}
    for heading in table.header:
        known = (PRIVATE if mapping.source == OWN else DROPPED).get(fold(heading))
        if heading in mapping.ignore:
            found[heading] = mapping.ignore[heading] or known or IGNORED
        elif known and heading not in used:
            found[heading] = known
    if mapping.id:
        found[mapping.id] = ID_KEPT
    if mapping.date and mapping.source != OWN:
        found[mapping.date] = DAY_KEPT
    return found


def _unmapped(table: Table, mapping: mappings.Mapping) -> Iterator[Fault]:
    named = {*mapping.items, *mapping.about_rows, *_dropped(table, mapping)}
    for heading in table.header:
        if heading not in named:
            hint = (
                "Say which item it answers, or ignore it, in a mapping file: "
                "--suggest-mapping drafts one."
            )
            message = "This column is neither mapped nor ignored."
            yield table.fault(1, "IMP-020", message, hint, heading)


@dataclass
class _Columns:
    """The columns that answer one item: parts and indexes side by side."""

    code: str
    parts: tuple[str, ...]
    indexes: tuple[int, ...]


class _Reading:
    """One pass over the rows of a table, collecting faults and what to warn of."""

    def __init__(
        self, table: Table, mapping: mappings.Mapping, instrument: Instrument, plan: WavePlan,
        key: bytes, received_on: date, wave: str,
    ) -> None:  # fmt: skip
        self.table, self.mapping, self.instrument = table, mapping, instrument
        self.key, self.received_on, self.wave = key, received_on, wave
        self.faults: list[Fault] = []
        self.counts: Counter[str] = Counter()
        self.set_aside: Counter[str] = Counter()
        self._index = {heading: i for i, heading in enumerate(table.header)}
        self._columns = _columns(mapping, self._index)
        self._readers: dict[tuple[str, str, str], ItemReader | None] = {}
        self._seen: dict[bytes, int] = {}
        self._number = 0
        self._facts = Facts(mapping, instrument, plan)

    def row(self, row: Row) -> PlannedRow | None:
        """The row as it would be stored; None when it is refused or left out."""
        self._number += 1
        before = len(self.faults)
        if self._says_nothing(row):
            self.counts["empty"] += 1
            return None
        stored_id = self._id(row)
        facts = {name: self._fact(row, name) for name in self.mapping.lookups}
        day = self._day(row)
        answers = self._answers(row, facts["group"], facts["variant"])
        if len(self.faults) > before:
            return None
        group, variant = facts["group"], cast(Variant, facts["variant"])
        settled, aside = settle(self.instrument, group, variant, answers)
        self.set_aside.update(aside)
        completeness = cast(Completeness, facts["completed"])
        # Copied: the encoder's own bytes keep a page of spare room each, for a million rows.
        document = bytes(memoryview(encode(settled, self.instrument)))
        return PlannedRow(
            row.line, stored_id, group, variant, facts["language"], cast(Mode, facts["mode"]),
            completeness, day, document, site=facts["site"],
        )  # fmt: skip

    def warnings(self) -> Iterator[str]:
        """What the person who imports should know, beyond faults."""
        if self.mapping.id is None and self._number:
            yield BY_PLACE
        if n := self.counts["empty"]:
            yield f"Rows with neither group nor answer, left out: {n}."
        if n := self.counts["placeholder"]:
            yield f"Rows dated 1980-01-01 (the survey kept no dates) take the day of import: {n}."
        for code, n in self.set_aside.items():
            yield f"Answers to “{code}” set aside because other answers make it irrelevant: {n}."
        if n := sum(reader.removed for reader in self._readers.values() if reader):
            yield f"Texts from which an e-mail or network address was removed: {n}."
        present = {columns.code for columns in self._columns}
        if absent := [i.code for i in self.instrument.items if i.code not in present]:
            named = ", ".join(absent[:NAMED]) + (" …" if len(absent) > NAMED else "")
            yield f"Items without a column, stored as not shown: {len(absent)} ({named})."

    def _says_nothing(self, row: Row) -> bool:
        """People who opened the questionnaire and left before they said anything."""
        group, source = self.mapping.group, self.mapping.source
        if group.column is None or row.cells[self._index[group.column]].strip():
            return False
        return all(
            is_silent(row.cells[i], part, source)
            for c in self._columns for part, i in zip(c.parts, c.indexes, strict=True)
        )  # fmt: skip

    def _refuse(self, row: Row, index: int, code: str, message: str, hint: str = "") -> None:
        line = row.lines[index] if row.lines else row.line
        column = self.table.header[index] if index >= 0 else ""
        self.faults.append(self.table.fault(line, code, message, hint, column))

    def _id(self, row: Row) -> bytes:
        """Keyed hash of the row's own id, else of its place in this batch."""
        if self.mapping.id is None:
            return self._hash("row", str(self._number))
        index = self._index[self.mapping.id]
        own = row.cells[index].strip()
        if not own:
            self._refuse(row, index, "IMP-030", "This row has no id.", "Export it again with ids.")
            return b""
        hashed = self._hash("id", own)
        if (first := self._seen.setdefault(hashed, row.line)) != row.line:
            message = f"This id is already on line {first}."
            self._refuse(row, index, "IMP-031", message, "Keep one of the two rows.")
        return hashed

    def _hash(self, kind: str, value: str) -> bytes:
        named = orjson.dumps([self.wave, self.mapping.batch, kind, value])
        return hmac.digest(self.key, b"import " + named, hashlib.sha256)[:16]

    def _fact(self, row: Row, name: str) -> str:
        column = self.mapping.lookups[name].column
        index = self._index[column] if column is not None else -1
        cell = row.cells[index].strip() if column is not None else None
        found = self._facts.find(name, cell)
        if found is None:
            message, hint = self._facts.refusal(name, cell or "")
            self._refuse(row, index, f"IMP-{FACT_CODES[name]}", message, hint)
        return found or ""

    def _day(self, row: Row) -> date:
        if self.mapping.date is None:
            return self.received_on
        index = self._index[self.mapping.date]
        cell = row.cells[index].strip()
        day = read_day(cell) if cell else self.received_on
        if day is None:
            message = f"“{cell[:40]}” is not a date."
            self._refuse(row, index, "IMP-034", message, "Write it as 2026-03-31.")
        elif day == PLACEHOLDER:
            self.counts["placeholder"] += 1
            day = self.received_on
        return day or self.received_on

    def _answers(self, row: Row, group: str, variant: str) -> dict[str, Answer]:
        """The row's answers, by item; items that the group is not asked are absent."""
        found: dict[str, Answer] = {}
        if not group or not variant:
            return found
        for columns in self._columns:
            cells = tuple([row.cells[i] for i in columns.indexes])
            reader = self._reader(columns, group, variant)
            if reader is None:
                self._check_unasked(row, columns, group)
                continue
            answer = reader.read(cells)
            if isinstance(answer, Refusal):
                self._refused(row, columns, answer)
            else:
                found[columns.code] = answer
        for code in self._facts.absent(group, variant, frozenset(c.code for c in self._columns)):
            found[code] = NOT_SHOWN
        return found

    def _reader(self, columns: _Columns, group: str, variant: str) -> ItemReader | None:
        """What reads these columns for this group; None when it is not asked the item."""
        key = (columns.code, group, variant)
        if key not in self._readers:
            item = self.instrument.item_by_code[columns.code]
            asks = self.instrument.asks(item, group, cast(Variant, variant))
            asked = Asked.of(self.instrument, item, group, cast(Variant, variant))
            self._readers[key] = ItemReader(asked, self.mapping, columns.parts) if asks else None
        return self._readers[key]

    def _check_unasked(self, row: Row, columns: _Columns, group: str) -> None:
        for part, index in zip(columns.parts, columns.indexes, strict=True):
            if not is_silent(row.cells[index], part, self.mapping.source):
                message = f"Item “{columns.code}” is not asked of group “{group}”."
                hint = "Empty the cell, or correct the group of this row."
                self._refuse(row, index, "IMP-036", message, hint)

    def _refused(self, row: Row, columns: _Columns, refusal: Refusal) -> None:
        written = (i for i in columns.indexes if row.cells[i].strip())
        index = next(written, columns.indexes[0])
        hint = self._hint(columns.code) if refusal.code == "ANS-102" else ""
        message = refusal.message.format(**refusal.parameters)
        self._refuse(row, index, refusal.code, message, hint)

    def _hint(self, code: str) -> str:
        """What else may cure a cell that holds none of the answers offered."""
        if self.mapping.source != OWN:
            return "Or say what it means under “values:” of the mapping."
        item = self.instrument.item_by_code[code]
        if item.type != "multiple_choice":
            return ""
        example = SEPARATOR.join(option.code for option in item.options[:2])
        return f"Write “{SEPARATOR}” between two options, as in {example}."


def _columns(mapping: mappings.Mapping, index: Mapping[str, int]) -> list[_Columns]:
    found: dict[str, list[tuple[str, int]]] = {}
    for heading, target in mapping.items.items():
        code, _, part = target.partition(".")
        found.setdefault(code, []).append((part, index[heading]))
    return [
        _Columns(code, tuple(p for p, _ in pairs), tuple(i for _, i in pairs))
        for code, pairs in found.items()
    ]
