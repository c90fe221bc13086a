"""Tables from files: CSV in the encodings and separators people have, and XLSX, as text cells.

Knows nothing of answers: a cell is text, and a text that looks like a formula stays text.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corus.errors import Fault, InputError
from corus.services.importing.delimited import read_delimited
from corus.services.importing.spreadsheet import not_a_table, read_spreadsheet

MAX_BYTES = 200_000_000
MAX_ROWS = 1_000_000

ZIP = b"PK\x03\x04"
_ANOTHER_KIND = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<(!doctype|html|head|table|\?xml)\b|%PDF-|\{\\rtf)", re.IGNORECASE
)
"""How pages and documents begin that would pass for text."""
OLE = b"\xd0\xcf\x11\xe0"
Numbered = tuple[int, tuple[str, ...]]
"""Number of the line (CSV) or row (XLSX) where a record begins, and its cells."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record: ``line`` is the 1-based line of the file (the row of a spreadsheet).

    ``lines`` holds the line of each cell where a record was gathered from several lines.
    """

    line: int
    cells: tuple[str, ...]
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """A whole file. ``faults`` are rows that could not be read; they are not in ``rows``."""

    file: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    digest: bytes
    """SHA-256 of the file."""
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    def fault(self, line: int, code: str, message: str, hint: str = "", column: str = "") -> Fault:
        """A fault in this file."""
        return Fault(self.file, line, code, message, hint, column)


def read_table(path: str | Path) -> Table:
    """Read ``path``, CSV or XLSX, told apart by what is inside and not by its name.

    Raises ``InputError`` for a file of which nothing can be used: missing, empty, too large,
    binary, half-written, without headings or with two headings alike. Rows with more or fewer
    cells than there are headings become faults of the table.
    """
    file = str(path)
    content = _content(Path(path))
    records, notes = _records(content, file)
    first = next(records, None)
    if first is None or not any(first[1]):
        raise InputError(f"{file} is empty.", hint="Export it again.", code="IMP-002")
    header = tuple(cell.strip() for cell in first[1])
    rows, faults = _rows(records, len(header), file)
    header, rows = _without_empty_columns(header, rows)
    _check_headings(header, file, first[0])
    digest = hashlib.sha256(content).digest()
    return Table(file, header, tuple(rows), digest, notes, tuple(faults))


def _content(path: Path) -> bytes:
    try:
        # One byte more than allowed is enough to know, whatever the file claims to weigh.
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"{path} cannot be read ({why}).", hint="Check its name.", code="IMP-001"
        ) from error
    if not content.strip():
        raise InputError(f"{path} is empty.", hint="Export it again.", code="IMP-002")
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{path} is over {MAX_BYTES // 1_000_000} MB.",
            hint="Split it into several files, each with its headings.",
            code="IMP-003",
        )
    return content


def _records(content: bytes, file: str) -> tuple[Iterator[Numbered], tuple[str, ...]]:
    if content.startswith(ZIP):
        return read_spreadsheet(content, file)
    if content.startswith(OLE):
        raise InputError(
            f"{file} is an old (.xls) or a password-protected workbook.",
            hint="Open it and save it as .xlsx without a password, or as CSV.",
            code="IMP-004",
        )
    if _ANOTHER_KIND.match(content):
        raise not_a_table(file)
    return read_delimited(content, file), ()


def _rows(records: Iterable[Numbered], width: int, file: str) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    faults: list[Fault] = []
    for line, cells in islice(records, MAX_ROWS + 1):
        if not any(cells):
            continue
        if len(cells) != width:
            message = f"This row has {len(cells)} cells where there are {width} headings."
            hint = "Look for a stray or missing separator or quotation mark in it."
            faults.append(Fault(file, line, "IMP-010", message, hint))
            continue
        rows.append(Row(line, cells))
        if len(rows) > MAX_ROWS:
            raise InputError(
                f"{file} has over {MAX_ROWS} rows.",
                hint="Split it into several files, each with its headings.",
                code="IMP-003",
            )
    return rows, faults


def _without_empty_columns(
    header: tuple[str, ...], rows: list[Row]
) -> tuple[tuple[str, ...], list[Row]]:
    """Spreadsheet programs leave columns behind that hold neither heading nor cell."""
    named = [i for i, h in enumerate(header) if h or any(row.cells[i].strip() for row in rows)]
    if len(named) == len(header):
        return header, rows
    kept = [Row(row.line, tuple(row.cells[i] for i in named)) for row in rows]
    return tuple(header[i] for i in named), kept


def _check_headings(header: tuple[str, ...], file: str, line: int) -> None:
    faults = [
        Fault(file, line, "IMP-011", f"Column {number} has cells but no heading.",
              "Give it a heading, or delete it.")
        for number, heading in enumerate(header, start=1) if not heading
    ]  # fmt: skip
    faults += [
        Fault(file, line, "IMP-012", f"{n} columns have this heading.",
              "Export with question codes as headings, or rename one of them.", heading)
        for heading, n in Counter(header).items() if heading and n > 1
    ]  # fmt: skip
    if faults:
        message = f"The headings of {file} do not tell its columns apart."
        raise InputError(message, code="IMP-011", faults=faults)
