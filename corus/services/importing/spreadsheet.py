"""XLSX as rows of text: the first sheet, cells as a person would type them.

A formula is read as the text it is, never as its result: survey programs write an answer that
begins with “=” as a formula. Knows nothing of what the cells mean.
"""

from __future__ import annotations

import io
import sys
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from corus.errors import InputError

MAX_UNPACKED = 2_000_000_000
MOST_ROWS = 1_048_577
"""One more than the format allows: whoever reads on refuses."""


def read_spreadsheet(
    content: bytes, file: str
) -> tuple[Iterator[tuple[int, tuple[str, ...]]], tuple[str, ...]]:
    """Row number and cells of every row of the first sheet, and what to say about the others.

    Raises ``InputError`` when the workbook is half-written or no workbook.
    """
    try:
        with warnings.catch_warnings():
            # openpyxl remarks on styles and extensions it leaves aside; only values matter here.
            warnings.simplefilter("ignore")
            _check_archive(content, file)
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
            sheet, *others = book.worksheets
            sheet.reset_dimensions()
            rows = islice(sheet.iter_rows(values_only=True), MOST_ROWS)
            records = [tuple(map(_text, cells)) for cells in rows]
    except InputError:
        raise
    # A damaged archive makes the parser stumble anywhere: every stumble means the same.
    except Exception as error:
        raise InputError(
            f"{file} is a half-written spreadsheet or no spreadsheet.",
            hint="Open it in a spreadsheet program and save it as .xlsx, or export it again.",
            code="IMP-007",
        ) from error
    notes = () if not others else (
        f"Only the first sheet, “{sheet.title}”, was read; {len(others)} more were left aside.",
    )  # fmt: skip
    return _numbered(records), notes


def not_a_table(file: str) -> InputError:
    """What to say of a file of another kind: .ods, a web page, a document."""
    hint = "Open it in the program it is from and save it as CSV or XLSX."
    return InputError(f"{file} is not CSV or XLSX.", hint=hint, code="IMP-009")


def _check_archive(content: bytes, file: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
        names = archive.namelist()
    if not any(name.startswith("xl/") or name.endswith("workbook.xml") for name in names):
        raise not_a_table(file)
    if unpacked > MAX_UNPACKED:
        raise InputError(
            f"{file} is too large once unpacked.", hint="Export it as CSV.", code="IMP-003"
        )


def _numbered(records: list[tuple[str, ...]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows without the empty cells on their right, filled up to the width of the headings."""
    first = next((number for number, cells in enumerate(records) if any(cells)), len(records))
    width = 0
    for number, cells in enumerate(records[first:], start=first + 1):
        size = max((i for i, cell in enumerate(cells, start=1) if cell), default=0)
        width = width or size
        yield number, (*cells[: max(size, min(width, len(cells)))], *[""] * (width - len(cells)))


def _text(value: Any) -> str:
    """A cell as text: 4.0 is “4”, a day is ISO, true is “1”."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return sys.intern(str(value))
