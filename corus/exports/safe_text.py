"""Text that a table can carry: no control characters, never longer than a cell, never a formula.

Knows nothing of profiles or answers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

CELL_LIMIT = 32_767
"""Characters a workbook cell holds, counted as UTF-16 units."""

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile("""'*["\\s\ufeff\u200b]*[=+\\-@＝＋－＠]|'*[\t\r]""")
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
_NOT_ASKED = "-"


def clean(text: str) -> str:
    """``text`` without what XML and CSV cannot carry; every line end is ``\\n``."""
    return _UNWRITABLE.sub("", _BREAKS.sub("\n", text))


def fit(text: str, mark: str) -> str:
    """``text`` cut to the limit of a cell, ending with ``mark`` where it was cut."""
    if _units(text) <= CELL_LIMIT:
        return text
    room = CELL_LIMIT - _units(mark)
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore") + mark


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might compute ``text`` instead of showing it.

    Plain numbers and the lone ``-`` of our layout are harmless.
    """
    harmless = text == _NOT_ASKED or _NUMBER.fullmatch(text)
    return bool(_FORMULA.match(text)) and not harmless


def guard(text: str) -> str:
    """``text`` with one apostrophe before it when a spreadsheet might compute it.

    ``unguard`` is its exact inverse, so that what is exported is imported unchanged.
    """
    return f"'{text}" if is_formula(text) else text


def unguard(cell: str) -> str:
    """The text that ``guard`` was given: one apostrophe less where one was added."""
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file: UTF-8 with a byte order mark, commas, CRLF line ends, texts guarded.

    The mark makes spreadsheets read accents; pandas, R (readr) and ``utf-8-sig`` skip it.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(header)
    for row in rows:
        writer.writerow([guard(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig")
