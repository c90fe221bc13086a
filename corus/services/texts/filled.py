"""Files that a person filled in: cells by heading, and every fault of them at once.

Knows nothing of what is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corus.errors import Fault, InputError
from corus.exports.safe_text import unguard
from corus.services.importing.tables import Row, Table, read_table

SHOWN = 20
"""Different faults told of one file."""
ROWS = 10
"""Rows named for one fault."""


@dataclass
class Filled:
    """A table being read; ``fault`` collects, ``end`` refuses the file as a whole."""

    table: Table
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def open(cls, path: Path, needed: Sequence[str]) -> Filled:
        """Read a CSV or XLSX file; ``InputError`` (``TXT-003``) when a column is missing."""
        table = read_table(path)
        missing = [name for name in needed if name not in table.header]
        if missing:
            raise InputError(
                f"{path} has no column “{missing[0]}”.",
                hint=f"It needs the columns {', '.join(needed)}, as Corus wrote them.",
                code="TXT-003",
            )
        return cls(table, list(table.faults))

    def rows(self) -> Iterator[Line]:
        """Every row, in the file's order."""
        return (Line(self, row) for row in self.table.rows)

    def end(self) -> None:
        """Raises ``InputError`` (``TXT-004``) with its faults, when there is one.

        The same fault in many rows of a column is told once, with those rows; after ``SHOWN``
        faults the others are only counted.
        """
        if self.faults:
            n, alike = len(self.faults), list(_grouped(self.faults))
            left = sum(len(group) for group in alike[SHOWN:])
            more = f" {SHOWN} kinds are listed; and {left} more problems." if left else ""
            raise InputError(
                f"{self.table.file}: {n} problem{'s' if n > 1 else ''}, nothing stored.{more}",
                hint="Mend them and give the file again.", code="TXT-004",
                faults=map(_told_once, alike[:SHOWN]),
            )  # fmt: skip


def _grouped(faults: Sequence[Fault]) -> Iterable[list[Fault]]:
    """The same fault of the same column together, in the order of their first rows."""
    found: dict[Fault, list[Fault]] = {}
    for fault in sorted(faults):
        found.setdefault(replace(fault, line=0), []).append(fault)
    return found.values()


def _told_once(group: Sequence[Fault]) -> Fault:
    first, *others = group
    if not others:
        return first
    rows = ", ".join(str(fault.line) for fault in others[:ROWS])
    more = f" and {len(others) - ROWS} more" if len(others) > ROWS else ""
    also = f"The same on row{'s' if len(others) > 1 else ''} {rows}{more}."
    return replace(first, hint=" ".join(filter(None, [first.hint, also])))


@dataclass(frozen=True)
class Line:
    """One row of a filled file."""

    file: Filled
    row: Row

    def cell(self, column: str) -> str:
        """What stands under ``column``, "" when there is no such column."""
        header = self.file.table.header
        if column not in header:
            return ""
        return unguard(self.row.cells[header.index(column)]).replace("\r\n", "\n").strip()

    def has(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self.file.table.header

    def fault(self, code: str, message: str, hint: str = "", column: str = "") -> None:
        """Something wrong with this row; the text itself is never repeated."""
        self.file.faults.append(self.file.table.fault(self.row.line, code, message, hint, column))


def once(line: Line, seen: dict[str, int], name: str) -> bool:
    """Whether this row is the first for ``name``; otherwise a fault (``TXT-005``)."""
    first = seen.setdefault(name, line.row.line)
    if first != line.row.line:
        line.fault("TXT-005", f"“{name}” is on row {first} already.", "Keep one of them.", "id")
    return first == line.row.line


def alike(one: str, other: str) -> bool:
    """Whether two texts differ by white space at most, which spreadsheets change."""
    return one.split() == other.split()
