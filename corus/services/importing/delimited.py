"""Delimited text: finds the encoding and the separator, then reads records with their lines.

Knows nothing of what the cells mean.
"""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Iterable, Iterator
from itertools import islice

from corus.errors import Fault, InputError

SEPARATORS = (";", ",", "\t")
SAMPLE = 200
SAMPLE_BYTES = 1_000_000
"""Records, and bytes at most, by which the separator is found."""
MAX_CELL = 1_000_000
"""Characters in one cell: far above any answer, low enough to stop at a quote never closed."""


def read_delimited(content: bytes, file: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line and cells of every record, headings first.

    Raises ``InputError`` when the bytes are no text or a quotation mark is never closed.
    """
    csv.field_size_limit(MAX_CELL)
    encoding = find_encoding(content, file)
    separator = find_separator(content[:SAMPLE_BYTES].decode(encoding, "ignore"))
    # Decoded as it is read: a whole file as one text would weigh four times its bytes.
    stream = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    return _records(stream, separator, file)


def find_encoding(content: bytes, file: str) -> str:
    """The encoding of ``content``: UTF-8 with or without mark, else Windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"{file} is UTF-16 text.", hint="Save it as “CSV UTF-8”.", code="IMP-005")
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise InputError(
            f"{file} is damaged or not CSV or XLSX: line {line} holds a NUL character.",
            hint="Export it again, as CSV or XLSX.",
            code="IMP-005",
        )
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
        else:
            return encoding
    raise InputError(
        f"{file} is not CSV or XLSX, or its text is neither UTF-8 nor Windows-1252 (line {line}).",
        hint="Save it as “CSV UTF-8”.",
        code="IMP-005",
    )


def find_separator(text: str) -> str:
    """The separator under which most of the first records have as many cells as headings."""
    return max(SEPARATORS, key=lambda separator: _fitness(text, separator))


def _fitness(text: str, separator: str) -> float:
    """Number of headings × share of the first records that have exactly that many cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        records = [cells for cells in islice(reader, SAMPLE) if cells]
    except csv.Error:
        return 0.0
    if not records:
        return 0.0
    width = len(records[0])
    return width * sum(len(cells) == width for cells in records) / len(records)


def _records(
    stream: Iterable[str], separator: str, file: str
) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(stream, delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            # Answers repeat a few short texts a million times: each is kept once.
            yield line, tuple(map(sys.intern, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "Look for a quotation mark that is never closed, or export the file again."
        message = f"The record that begins here is broken ({error})."
        raise InputError(
            f"{file} cannot be read to its end.",
            code="IMP-006",
            faults=[Fault(file, line, "IMP-006", message, hint)],
        ) from error
