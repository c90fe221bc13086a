"""Reading a list of contacts: everything wrong with it at once, by row and column.

Knows groups and languages, not the store; no message repeats an address or a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from corus.domain.base import Text
from corus.domain.instrument import Instrument
from corus.errors import Fault, InputError
from corus.services.importing.spellings import fold
from corus.services.importing.tables import Row, Table, read_table
from corus.services.inviting.headings import POSTAL, language_of, meanings

LONGEST_NAME = 200
POSTAL_LINES = 5
"""Lines of a postal address without the name: what the window of an envelope shows."""
LONGEST_LINE = 100
LONGEST_ADDRESS = 254

NO_SITES: Mapping[str, Text] = {}

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_BETWEEN = re.compile(r"[^<>]*<\s*([^<>]+?)\s*>")
_BEFORE_POSTCODE = re.compile(r",?\s+(?=\d{5}\s+[^\W\d])")
_UNSEEN = ("Cc", "Cf", "Cs")
_JOINERS = "\u200c\u200d"
"""Without these some scripts cannot be written."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One person to invite, as the list says; ``line`` is the row of the file."""

    line: int
    group: str
    language: str
    address: str | None
    name: str
    postal: str
    site: str = ""

    @property
    def person(self) -> tuple[str, ...]:
        """What makes two rows the same person."""
        if self.address is not None:
            return (self.address,)
        return self.group, fold(self.name), fold(self.postal)


@dataclass(frozen=True)
class Contacts:
    """A list that was read; with faults, nothing of it may be used."""

    file: str
    contacts: tuple[Contact, ...]
    faults: tuple[Fault, ...]
    left_aside: tuple[str, ...]
    """Headings of columns that are not read."""
    notes: tuple[str, ...] = ()


@dataclass
class _Reader:
    table: Table
    columns: Mapping[str, list[int]]
    group_of: Callable[[str], str | None]
    groups: tuple[str, ...]
    languages: Sequence[str]
    site_of: Callable[[str], str | None]
    sites: Mapping[str, Text]
    faults: list[Fault] = field(default_factory=list)

    def heading(self, part: str) -> str:
        return self.table.header[self.columns[part][0]] if part in self.columns else ""

    def cell(self, row: Row, part: str) -> str:
        return "\n".join(row.cells[n] for n in self.columns.get(part, ()) if row.cells[n].strip())

    def fault(self, row: Row, part: str, code: str, message: str, hint: str = "") -> None:
        self.faults.append(self.table.fault(row.line, code, message, hint, self.heading(part)))


def read_contacts(
    path: str | Path,
    instrument: Instrument,
    groups: tuple[str, ...],
    languages: Sequence[str],
    sites: Mapping[str, Text] = NO_SITES,
) -> Contacts:
    """The contacts of a CSV or XLSX file, for the groups, languages and sites of a wave.

    Raises ``InputError`` for a file that is no list: unreadable, without a column of groups or
    of addresses. What is wrong with single rows is in ``faults``.
    """
    table = read_table(path)
    columns = meanings(table.header)
    if not sites:
        columns.pop("site", None)
    _check_columns(table, columns)
    _check_anybody(table)
    group_of = _finder({group: instrument.groups[group].label for group in groups})
    reader = _Reader(table, columns, group_of, groups, languages, _finder(sites), sites)
    contacts = tuple(c for row in table.rows if (c := _contact(reader, row)) is not None)
    known = {place for places in columns.values() for place in places}
    aside = tuple(h for place, h in enumerate(table.header) if place not in known)
    faults = (*table.faults, *reader.faults, *_doubles(table, contacts))
    return Contacts(table.file, contacts, tuple(sorted(faults)), aside, table.notes)


def _check_columns(table: Table, columns: Mapping[str, list[int]]) -> None:
    faults = []
    if "group" not in columns:
        faults.append(table.fault(1, "CTC-001", "No column says the group.",
                                  "Add a column headed “group” (or « groupe »)."))  # fmt: skip
    if "email" not in columns and "postal" not in columns:
        faults.append(table.fault(1, "CTC-002", "No column holds addresses.",
                                  "Add a column headed “email” or “postal address”."))  # fmt: skip
    for part in ("group", "email", "language", "site"):
        if len(columns.get(part, ())) > 1:
            names = ", ".join(f"“{table.header[n]}”" for n in columns[part])
            faults.append(table.fault(1, "CTC-003", f"Several columns mean the same: {names}.",
                                      "Keep one of them."))  # fmt: skip
    if faults:
        raise InputError(
            f"{table.file} cannot be read as a list of contacts.", code="CTC-001", faults=faults
        )


def _check_anybody(table: Table) -> None:
    if not table.rows and not table.faults:
        raise InputError(
            f"{table.file} holds nobody.", hint="Write one person per row, below the headings.",
            code="CTC-018",
        )  # fmt: skip


def _finder(labels: Mapping[str, Text]) -> Callable[[str], str | None]:
    """Finds the code that a cell means: the code itself, or its label in any language."""
    known = {fold(code): code for code in labels}
    for code, label in labels.items():
        for text in label.values():
            known.setdefault(fold(text), code)
    return cache(lambda text: known.get(fold(text)))


def _contact(reader: _Reader, row: Row) -> Contact | None:
    before = len(reader.faults)
    group = _group(reader, row)
    address = _address(reader, row)
    postal = _postal(reader, row)
    name = _name(reader, row)
    written = reader.cell(row, "language")
    language = language_of(written, reader.languages)
    if language is None:
        hint = f"Use one of: {', '.join(reader.languages)}; or leave it empty."
        reader.fault(row, "language", "CTC-014", "The wave is not in this language.", hint)
    site = _site(reader, row)
    if len(reader.faults) > before:
        return None
    if address is None and not postal:
        reader.fault(row, "email", "CTC-013", "This person has neither e-mail nor postal address.",
                     "Give one of them, or take the row out.")  # fmt: skip
        return None
    return Contact(row.line, group or "", language or "", address, name, postal, site)


def _group(reader: _Reader, row: Row) -> str | None:
    written = reader.cell(row, "group")
    group = reader.group_of(written)
    if group is None:
        fact = f"There is no group “{_short(written)}” in this wave." if written else "No group."
        reader.fault(row, "group", "CTC-010", fact, f"Use one of: {', '.join(reader.groups)}.")
    return group


def _site(reader: _Reader, row: Row) -> str:
    """The site of a row, "" where it says none."""
    written = reader.cell(row, "site").strip()
    if not written:
        return ""
    site = reader.site_of(written)
    if site is None:
        reader.fault(row, "site", "CTC-019", f"There is no site “{_short(written)}” in this wave.",
                     f"Use one of: {', '.join(reader.sites)}.")  # fmt: skip
    return site or ""


def _address(reader: _Reader, row: Row) -> str | None:
    written = reader.cell(row, "email").strip()
    if not written:
        return None
    found = address_of(written)
    if found is None:
        # Not repeated here: what is printed or logged names nobody.
        reader.fault(row, "email", "CTC-011", "This is not one e-mail address.",
                     "Write it as name@example.org, without accents before the @.")  # fmt: skip
    return found


def address_of(text: str) -> str | None:
    """``text`` as an e-mail address in small letters, or None when it is not exactly one.

    Takes ``Anne <anne@example.org>`` and ``mailto:``; accents in the domain become IDNA.
    """
    between = _BETWEEN.fullmatch(text.strip())
    plain = (between[1] if between else text).strip().lower().removeprefix("mailto:")
    local, at, domain = plain.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64:
        return None
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        return None
    labels = domain.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        return None
    found = f"{local}@{domain}"
    return found if len(found) <= LONGEST_ADDRESS else None


def one_line(text: str) -> str:
    """``text`` on one line, without control characters or marks that turn the writing round."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    kept = (c for c in spaced if c in _JOINERS or unicodedata.category(c) not in _UNSEEN)
    return " ".join("".join(kept).split())


def _name(reader: _Reader, row: Row) -> str:
    name = one_line(f"{reader.cell(row, 'first')} {reader.cell(row, 'name')}")
    if len(name) > LONGEST_NAME:
        reader.fault(row, "name", "CTC-015", f"This name has {len(name)} characters.",
                     f"Use {LONGEST_NAME} at most.")  # fmt: skip
    return name


def _postal(reader: _Reader, row: Row) -> str:
    lines = list(_lines(reader, row))
    fact = ""
    if len(lines) > POSTAL_LINES:
        fact = f"This postal address has {len(lines)} lines; an envelope shows {POSTAL_LINES}."
    elif any(len(line) > LONGEST_LINE for line in lines):
        fact = f"A line of this postal address is over {LONGEST_LINE} characters."
    if fact:
        reader.fault(row, "postal", "CTC-016", fact, "Shorten it.")
    return "\n".join(lines)


def _lines(reader: _Reader, row: Row) -> Iterator[str]:
    cells = {part: reader.cell(row, part) for part in POSTAL}
    street = re.split(r"[\n\r|]+", cells["postal"].strip())
    if len(street) == 1:
        street = _BEFORE_POSTCODE.split(street[0])
    town = f"{cells['postcode']} {cells['city']}"
    for line in (*street, *cells["postal_more"].splitlines(), town, cells["country"]):
        if one_line(line):
            yield one_line(line)


def _doubles(table: Table, contacts: Sequence[Contact]) -> Iterator[Fault]:
    seen: dict[tuple[str, ...], int] = {}
    for contact in contacts:
        first = seen.setdefault(contact.person, contact.line)
        if first != contact.line:
            fact = f"The same person is on row {first}."
            hint = "Keep one of the two rows: a person is invited once in a wave."
            yield Fault(table.file, contact.line, "CTC-012", fact, hint)


def _short(text: str) -> str:
    return one_line(text)[:40]
