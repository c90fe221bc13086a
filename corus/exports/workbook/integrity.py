"""The integrity sheet: what the figures come from, and a fingerprint of every other sheet.

Knows how sheets are laid out, not what they say; ``changed_sheets`` recomputes from a file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import load_workbook

from corus.domain.reading import Reading
from corus.errors import InputError
from corus.exports.columns import Column, Record
from corus.exports.profile_json import profile_digest
from corus.exports.withheld import NONE
from corus.exports.workbook.facts import thresholds
from corus.exports.workbook.sheet import Sheet, fingerprint, sheet
from corus.exports.workbook.writer import Frame, placed

COLUMNS = (
    Column("subject", "Subject", "A sheet of this workbook, or what the figures come from.",
           width=34),
    Column("value", "Value", "The fact, or the declared table of the sheet.", width=62),
    Column("rows_in", "Rows in", "Rows the sheet was given.", "count", 10),
    Column("not_asked", "Not asked", "Rows left out: the group was not asked.", "count", 10),
    Column("rows_out", "Rows out", "Rows written under the header.", "count", 10),
    Column("sha256", "SHA-256", "Fingerprint of the filled cells of the sheet.", width=68),
)  # fmt: skip
_TABLE = "t_integrity"


def integrity(reading: Reading, name: str, others: Sequence[Sheet], frame: Frame) -> Sheet:
    """Facts of the release first, then one row per sheet."""
    say = reading.words
    records = [*_facts(reading), *(_sheet(other, frame) for other in others)]
    return sheet(
        reading, "integrity", name,
        title=say("Integrity: where the figures come from, and proof that none was changed"),
        scope=say("The release, and every other sheet of this workbook."),
        units=say("Rows; SHA-256 in hexadecimal."),
        columns=COLUMNS,
        records=records,
        notes=[
            say("Fingerprint: SHA-256 of the UTF-8 JSON array [[row, column, text], …] of every "
                "filled cell, rows first, without spaces; numbers with 15 significant digits."),
            say("Rows in − not asked = rows out. An empty table has one row that says so: rows in "
                "0, rows out 1."),
        ],
    )  # fmt: skip


def _facts(reading: Reading) -> Iterator[Record]:
    say, profile = reading.words, reading.profile
    yield _fact(say("Release"), str(profile.release), profile_digest(profile))
    yield _fact(say("Date"), say.date(profile.released_on))
    yield _fact(say("Wave"), profile.wave)
    instrument = profile.instrument
    yield _fact(say("Instrument"), f"{instrument.code} {instrument.edition}", profile.digest)
    yield _fact(say("Version of Corus"), profile.corus_version)
    yield _fact(say("Thresholds"), thresholds(reading))


def _fact(subject: str, value: str, sha256: str = NONE) -> Record:
    counts = dict.fromkeys(("rows_in", "not_asked", "rows_out"), NONE)
    return {"subject": subject, "value": value, **counts, "sha256": sha256}


def _sheet(known: Sheet, frame: Frame) -> Record:
    return {
        "subject": known.name,
        "value": f"t_{known.code}",
        "rows_in": known.rows_in,
        "not_asked": known.not_asked,
        "rows_out": len(known.rows),
        "sha256": fingerprint(placed(known, frame)),
    }


def changed_sheets(content: bytes) -> list[str]:
    """Names of the sheets whose cells differ from their recorded fingerprint, or are missing.

    An empty list means that every recorded sheet is as it was written. Raises ``InputError`` when
    ``content`` is no evidence workbook.
    """
    try:
        book: Any = load_workbook(io.BytesIO(content))
    except Exception as error:
        raise _not_ours() from error
    recorded = _recorded(book)
    return [
        name
        for name, sha256 in recorded.items()
        if name not in book.sheetnames or fingerprint(_filled(book[name])) != sha256
    ]


def _recorded(book: Any) -> dict[str, str]:
    """Sheet name → recorded fingerprint, from the table of the integrity sheet."""
    for ws in book.worksheets:
        if _TABLE in ws.tables:
            rows = ws[ws.tables[_TABLE].ref]
            values = [[cell.value for cell in row] for row in rows[1:]]
            return {str(v[0]): str(v[-1]) for v in values if str(v[1]).startswith("t_")}
    raise _not_ours()


def _filled(ws: Any) -> Iterator[tuple[int, int, object]]:
    for row in ws.iter_rows():
        for cell in row:
            if cell.value is not None:
                yield cell.row, cell.column, cell.value


def _not_ours() -> InputError:
    return InputError(
        "This file is no evidence workbook, or its integrity sheet is gone.",
        hint="Give a file made by `corus export WAVE --as evidence.xlsx`.",
        code="EXP-010",
    )
